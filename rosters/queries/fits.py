"""How people stand to a time at a desk: role, other duties, leave, the rules of working time, fairness (A5, A6, A13, I5).

What speaks against it is judged by the same rules as every plan (`rosters.rules.working_time.breaches_of` over the facts of the
months that it touches): whatever is broken with the change and was not broken without it, or is broken further. `Pool` reads once
for any number of people and times, so that a page of many requests asks no more of the database than one of few.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from desks.clock import local_day, next_month
from desks.models import Desk, Membership, Person
from logbook.models import WatchMember
from rosters import rules
from rosters.models import Duty, ShiftType
from rosters.planning import days_of
from rosters.queries.balances import balances_of
from rosters.queries.duties import shift_types_by_key
from rosters.queries.facts import facts_between, minutes_of
from rosters.rules import Standing, hours_between
from rosters.rules.days import DayKind
from rosters.rules.facts import Breach, PersonFacts, PlanFacts, Turn
from rosters.rules.fairness import ahead_of
from rosters.rules.working_time import breaches_of


@dataclass(frozen=True)
class Piece:
    """A time at a desk that somebody would take: the site's day that it belongs to, its moments, the shift that it is of."""

    day: date
    starts_at: datetime
    ends_at: datetime
    shift: str
    version: int

    @classmethod
    def of(cls, duty: Duty, starts_at: datetime | None = None, ends_at: datetime | None = None) -> "Piece":
        """The duty, or the part of it."""
        return cls(duty.site_day, starts_at or duty.starts_at, ends_at or duty.ends_at, duty.shift_code, duty.shift_version)


@dataclass(frozen=True)
class Load:
    """What a person has, done and still to come, in the twelve months that end with the month of the time in question."""

    duties: int = 0
    nights: int = 0
    weekends: int = 0
    holidays: int = 0
    ahead: float = 0.0
    """By how many they are above their fair share of what the time counts as: night, weekend, holiday; below it where negative."""
    hours_ahead: float = 0.0
    """By how many hours they are above their share of all hours by contract."""

    @property
    def above(self) -> float:
        """The distance above the fair share, to a tenth; 0 where they are not."""
        return max(0.0, round(self.ahead, 1))

    @property
    def below(self) -> float:
        """The distance below the fair share, to a tenth; 0 where they are not."""
        return max(0.0, round(-self.ahead, 1))

    @property
    def hours_above(self) -> int:
        """Whole hours above the share of all hours; 0 where they are not."""
        return max(0, round(self.hours_ahead))

    @property
    def hours_below(self) -> int:
        """Whole hours below the share of all hours; 0 where they are not."""
        return max(0, round(-self.hours_ahead))


@dataclass(frozen=True)
class Fit:
    """A person and a time of the desk: whether they may, what it would break, how long they rest, and their share so far."""

    person: Person
    standing: Standing
    rest_before: float | None
    """Hours since the duty before, or None where none lies near."""
    rest_after: float | None
    breaches: tuple[Breach, ...] = ()
    """The rules of working time that it would break, or break further."""
    load: Load = field(default_factory=Load)
    reserve: bool = False
    gave_away: bool = False
    """They had a duty at that time and gave it away in a swap: they asked not to be there then."""

    @property
    def shortest_rest(self) -> float | None:
        """The shorter of the two rests, in hours; None where it is longer than a day and so of no matter."""
        return min((rest for rest in (self.rest_before, self.rest_after) if rest is not None and rest <= 24), default=None)

    @property
    def against(self) -> tuple[Breach, ...]:
        """The breaches that have no tag of their own: all but the rest."""
        return tuple(each for each in self.breaches if each.code not in rules.TOLD_OTHERWISE)

    def for_colleagues(self) -> "Fit":
        """The same without what is nobody else's business: from what somebody is protected, what was agreed with them (A5)."""
        at = self.standing
        return replace(self, breaches=(), standing=replace(at, eligible=at.eligible and not at.protected, protected=False))


class Pool:
    """The people of a desk with all that says how each of them stands to any time of it."""

    def __init__(self, desk: Desk, people: Iterable[Person], pieces: Sequence[Piece], now: datetime, *, fair: bool) -> None:
        self.desk, self.now = desk, now
        self.people = {person.pk: person for person in people}
        days = [piece.day for piece in pieces] or [local_day(now, desk.site.zone)]
        first, last = min(days).replace(day=1), days_of(max(days).replace(day=1))[-1]
        self._facts = facts_between(desk, first, last, others=self.people)
        self._of = {person.key: person for person in self._facts.people}
        self._shifts = shift_types_by_key(desk)
        self._roles: dict[int, list[Membership]] = {}
        for row in Membership.objects.filter(site=desk.site, person__in=self.people):
            self._roles.setdefault(row.person_id, []).append(row)
        self._holds = set(
            WatchMember.objects.filter(person__in=self.people, left_at__isnull=True, watch__ended_at__isnull=True)
            .exclude(watch__desk=desk).values_list("person", flat=True)
        )
        self._balances = {row.person.pk: row for row in balances_of(desk, max(days).replace(day=1), now, protected=False)[1].rows} if fair else {}
        self._before: dict[tuple[int, date], list[Breach]] = {}
        self._aheads: dict[str, dict[int, float]] = {}

    def fit(self, person: Person, piece: Piece, *, without: Collection[Duty] = (), any_role: bool = False) -> Fit:
        """How the person stands to the time; `without` are duties that they would no longer have.

        Who is of an open watch elsewhere is not free for what has begun. `any_role` is for support, whom the roles of the
        desk do not bind (A7).
        """
        facts = self._of[person.pk]
        gone = {duty.starts_at for duty in without if duty.person_id == person.pk}
        kept = [turn for turn in facts.turns if turn.starts not in gone]
        shift = self._shifts[piece.shift, piece.version]
        turn = Turn(
            piece.day, piece.starts_at, piece.ends_at, piece.shift, minutes_of(piece.starts_at, piece.ends_at, shift.break_minutes), shift.night
        )
        breaches = self._new_breaches(facts, kept, turn, {piece.day, *(duty.site_day for duty in without if duty.person_id == person.pk)})
        before = max((each.ends for each in kept if each.ends <= piece.starts_at), default=None)
        after = min((each.starts for each in kept if each.starts >= piece.ends_at), default=None)
        standing = Standing(
            eligible=person.ended_at is None and self._may_take(person, facts, piece, shift, any_role=any_role),
            free=not any(each.starts < piece.ends_at and piece.starts_at < each.ends for each in kept)
            and not (piece.starts_at <= self.now and person.pk in self._holds),
            on_leave=any(begins < piece.ends_at and piece.starts_at < ends for begins, ends in facts.leave),
            rested=not any(each.code == rules.Code.REST for each in breaches),
            protected=any(each.code in rules.PROTECTED for each in breaches),
            within=not any(each.code in rules.NEEDS_REASON for each in breaches),
        )
        # Two turns with nothing between them are one, not two without a rest; overtime judges how long it may be.
        rest_before = hours_between(before, piece.starts_at) if before is not None and before != piece.starts_at else None
        rest_after = hours_between(piece.ends_at, after) if after is not None and after != piece.ends_at else None
        return Fit(person, standing, rest_before, rest_after, breaches, self._load(person, piece, shift))

    def _may_take(self, person: Person, facts: PersonFacts, piece: Piece, shift: ShiftType, *, any_role: bool) -> bool:
        """By role, for the whole time, and by skill, on the day; who is called in for support has any role at the site (A6, A7)."""
        held = [
            row for row in self._roles.get(person.pk, []) if row.starts_at <= piece.starts_at and (row.ends_at is None or piece.ends_at <= row.ends_at)
        ]
        if any_role:
            return bool(held)
        own = {row.role for row in held if row.desk_id in {self.desk.pk, None} and row.role in self.desk.settings.duty_roles}
        has = [skill for skill, spans in facts.skills.items() if any(span.holds_on(piece.day) for span in spans)]
        return any(rules.takes(roles=shift.roles, skills=shift.skills, role=role, has=has) for role in own)

    def _new_breaches(self, facts: PersonFacts, kept: list[Turn], turn: Turn, days: set[date]) -> tuple[Breach, ...]:
        """What the person's months break with the turn and did not break before; overlap, leave and role are judged apart."""
        after = replace(facts, turns=(*kept, turn), may_take=None, wishes=(), leave=(), away=facts.away)
        # A run of days and a rest go over the border of a month.
        months = sorted({each.replace(day=1) for day in days for each in (day, day - timedelta(days=1), day + timedelta(days=1))})
        found: list[Breach] = []
        for month in months:
            earlier = self._breaches_before(facts, month)
            found += [each for each in self._judged(after, month) if rules.is_new(each, earlier) and each not in found]
        return tuple(found)

    def _breaches_before(self, facts: PersonFacts, month: date) -> list[Breach]:
        key = (facts.key, month)
        if key not in self._before:
            self._before[key] = self._judged(replace(facts, may_take=None, wishes=(), leave=()), month)
        return self._before[key]

    def _judged(self, facts: PersonFacts, month: date) -> list[Breach]:
        following = next_month(month)
        days = {day: kind for day, kind in self._facts.days.items() if month <= day < following}
        if not days:
            return []
        return [each for each in breaches_of(PlanFacts(days, (facts,), limits=self._facts.limits)) if each.code in rules.JUDGED]

    def _load(self, person: Person, piece: Piece, shift: ShiftType) -> Load:
        if person.pk not in self._balances:
            return Load()
        kind, row = self._facts.days[piece.day], self._balances[person.pk]
        counted = [
            name for name, counts in (
                ("nights", shift.night), ("weekends", kind.weekend is not None), ("holidays", kind.kind == DayKind.HOLIDAY)
            ) if counts
        ]
        had = {name: getattr(row.done, name) + getattr(row.to_come, name) for name in ("duties", "nights", "weekends", "holidays")}
        return Load(**had, ahead=sum(self._ahead(name)[person.pk] for name in counted), hours_ahead=self._ahead("minutes")[person.pk] / 60)

    def _ahead(self, name: str) -> dict[int, float]:
        """By how much each is above the fair share of nights, weekends, holidays or minutes; minutes go by contract, as holidays do."""
        if name not in self._aheads:
            weights = {key: row.weights.get(name, row.weights["holidays"]) for key, row in self._balances.items()}
            have = {key: int(getattr(row.done, name) + getattr(row.to_come, name)) for key, row in self._balances.items()}
            self._aheads[name] = {key: float(value) for key, value in ahead_of(have, weights).items()}
        return self._aheads[name]
