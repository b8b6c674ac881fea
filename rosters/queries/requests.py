"""Reads about requests and stand-ins: who may take a duty and who had how many lately, what waits for whom (A13, B2.5, I5)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from desks.clock import local_day
from desks.models import Desk, Membership, Person
from desks.queries import duty_pool
from logbook.models import WatchMember
from rosters.models import LIVE, Duty, EmptyDuty, Leave, LeavePhoto, Repayment, Reserve, Roster, Swap
from rosters.rules import LONGEST_TURN, Standing, hours_between, is_too_long, joined

# What counts as lately, for who comes first: so long back and so long ahead.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Load:
    """How many duties, and nights among them, a person has had lately and has before them."""

    duties: int = 0
    nights: int = 0


@dataclass(frozen=True)
class Fit:
    """A person and a time of the desk: whether they may, how long they rest before and after, and their share so far."""

    person: Person
    standing: Standing
    clash: Duty | None
    rest_before: float | None
    """Hours since the duty before, or None where none lies near."""
    rest_after: float | None
    load: Load
    turn: float = 0.0
    """Hours that they would work on end with it."""
    reserve: bool = False

    @property
    def shortest_rest(self) -> float | None:
        """The shorter of the two rests, in hours; None where it is longer than a day and so of no matter."""
        return min((rest for rest in (self.rest_before, self.rest_after) if rest is not None and rest <= 24), default=None)

    @property
    def too_long(self) -> bool:
        """Whether they would work longer on end than anybody does as a matter of course."""
        return timedelta(hours=self.turn) > LONGEST_TURN


def loads_of(people: Iterable[Person], duties: Iterable[Duty], now: datetime) -> dict[int, Load]:
    """The fairness order's one source: duties and nights of each person within the last and the next thirty days.

    A night is a duty that ends on a later day of its site than it began.
    """
    loads = {person.pk: Load() for person in people}
    for duty in duties:
        if duty.person_id in loads and duty.starts_at < now + LATELY and duty.ends_at > now - LATELY:
            had = loads[duty.person_id]
            night = local_day(duty.ends_at - timedelta(microseconds=1), duty.desk.site.zone) > duty.site_day
            loads[duty.person_id] = Load(had.duties + 1, had.nights + night)
    return loads


def fits_of(
    desk: Desk, people: Sequence[Person], starts_at: datetime, ends_at: datetime, now: datetime,
    *, without: Iterable[int] = (), any_role: bool = False,
) -> list[Fit]:
    """How each of the people stands to a time at the desk; `without` are ids of duties that they would no longer have.

    Who is of an open watch elsewhere is not free for what has begun. `any_role` is for support, whom the roles of the
    desk do not bind (A7). The same number of queries however many people.
    """
    ids = [person.pk for person in people]
    spans: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for row in Membership.objects.filter(site=desk.site, person__in=ids):
        if any_role or (row.desk_id in {desk.pk, None} and row.role in desk.settings.duty_roles):
            spans.setdefault(row.person_id, []).append((row.starts_at, row.ends_at))
    rest = timedelta(hours=desk.settings.rest_hours)
    first, last = min(starts_at - timedelta(days=2), now - LATELY), max(ends_at + timedelta(days=2), now + LATELY)
    duties = list(
        Duty.objects.filter(taken_out_by__isnull=True, person__in=ids, starts_at__lt=last, ends_at__gt=first)
        .exclude(pk__in=list(without)).select_related("desk__site").order_by("starts_at")
    )
    away = set(
        Leave.objects.filter(person__in=ids, state="approved", starts_at__lt=ends_at, ends_at__gt=starts_at)
        .values_list("person", flat=True)
    )
    holds: set[int] = set()
    if starts_at <= now:
        holds = set(
            WatchMember.objects.filter(person__in=ids, left_at__isnull=True, watch__ended_at__isnull=True)
            .exclude(watch__desk=desk).values_list("person", flat=True)
        )
    loads = loads_of(people, duties, now)
    found = []
    for person in people:
        own = [duty for duty in duties if duty.person_id == person.pk]
        clash = next((duty for duty in own if duty.starts_at < ends_at and starts_at < duty.ends_at), None)
        before = max((duty.ends_at for duty in own if duty.ends_at <= starts_at), default=None)
        after = min((duty.starts_at for duty in own if duty.starts_at >= ends_at), default=None)
        # Two turns with nothing between them are one, not two without a rest; how long it may be is a rule of its own.
        rest_before = hours_between(before, starts_at) if before is not None and before != starts_at else None
        rest_after = hours_between(ends_at, after) if after is not None and after != ends_at else None
        turn = joined(starts_at, ends_at, [(duty.starts_at, duty.ends_at) for duty in own])
        eligible = person.ended_at is None and any(
            since <= starts_at and (until is None or ends_at <= until) for since, until in spans.get(person.pk, [])
        )
        standing = Standing(
            eligible=eligible, free=clash is None and person.pk not in holds, on_leave=person.pk in away,
            rested=all(hours is None or timedelta(hours=hours) >= rest for hours in (rest_before, rest_after))
            and not is_too_long(turn),
        )
        found.append(Fit(person, standing, clash, rest_before, rest_after, loads[person.pk], hours_between(*turn)))
    return found


def fit_of(desk: Desk, person: Person, starts_at: datetime, ends_at: datetime, now: datetime, **more: Iterable[int]) -> Fit:
    """As `fits_of`, of one person."""
    return fits_of(desk, [person], starts_at, ends_at, now, **more)[0]  # type: ignore[arg-type]


def stand_ins_for(empty: EmptyDuty, now: datetime) -> list[Fit]:
    """Who could take an empty duty, best first: the day's reserve, then who fits, with the fewest duties and nights lately (A13)."""
    desk, people = empty.desk, list(duty_pool(empty.desk, now))
    reserve = set(Reserve.objects.filter(desk=desk, site_day=empty.duty.site_day).values_list("person", flat=True))
    begins = max(empty.starts_at, now)
    found = [
        replace(fit, reserve=fit.person.pk in reserve)
        for fit in fits_of(desk, people, min(begins, empty.ends_at), empty.ends_at, now)
    ]
    return sorted(
        found,
        key=lambda fit: (
            not fit.standing.may, not (fit.reserve and fit.standing.fits), not fit.standing.fits,
            fit.load.nights, fit.load.duties, fit.person.pk,
        ),
    )


def takers_of(desk: Desk, duty: Duty, starts_at: datetime, ends_at: datetime, now: datetime) -> list[Fit]:
    """Everybody else of the desk with how they stand to the time, those who fit first."""
    people = [person for person in duty_pool(desk, now) if person.pk != duty.person_id]
    return sorted(
        fits_of(desk, people, starts_at, ends_at, now),
        key=lambda fit: (not fit.standing.may, not fit.standing.fits, fit.load.duties, fit.person.pk),
    )


def stand_of(swap: Swap, taker: Person, returns: Duty | None, now: datetime) -> list[Fit]:
    """How the taker stands to the duty and, in an exchange, its person to the other one; each without what they give."""
    gone = [swap.duty_id, *([returns.pk] if returns else [])]
    found = [fit_of(swap.desk, taker, swap.starts_at, swap.ends_at, now, without=gone)]
    if returns is not None:
        found.append(fit_of(swap.desk, swap.person, returns.starts_at, returns.ends_at, now, without=gone))
    return found


def duties_ahead(person: Person, desk: Desk, now: datetime) -> list[Duty]:
    """The person's duties in force at the desk that have not begun, once their roster is out, soonest first."""
    return list(
        Duty.objects.filter(person=person, desk=desk, taken_out_by__isnull=True, starts_at__gt=now)
        .filter(Q(roster__isnull=True) | Q(roster__state=Roster.State.REPORTED))
        .select_related("desk__site", "person").order_by("starts_at")
    )


def swaps_for(person: Person, desk: Desk) -> QuerySet[Swap]:
    """Open swaps of the desk that the person was asked about, or that anybody may take; not their own, nor what they declined."""
    asked = Q(invites__person=person, invites__declined_at__isnull=True) | Q(for_all=True)
    declined = Swap.objects.filter(invites__person=person, invites__declined_at__isnull=False)
    return (
        Swap.objects.filter(asked, desk=desk, state="requested").exclude(person=person).exclude(pk__in=declined.values("pk"))
        .select_related("person", "duty__desk__site").distinct().order_by("starts_at")
    )


def own_swaps(person: Person, desk: Desk) -> QuerySet[Swap]:
    """Every swap of the desk that the person asked for or agreed to, the newest first: also those that changed nothing."""
    return (
        Swap.objects.filter(Q(person=person) | Q(taken_by=person), desk=desk)
        .select_related("person", "taken_by", "duty__desk__site", "returns", "decided_by", "filed_by").order_by("-asked_at", "-pk")
    )


def to_decide(desk: Desk) -> tuple[list[Swap], list[Leave]]:
    """What waits for the supervisor at the desk, soonest first: swaps that a colleague agreed to, and leave."""
    swaps = Swap.objects.filter(desk=desk, state="agreed").select_related(
        "person", "taken_by", "duty__desk__site", "returns", "filed_by"
    )
    leaves = Leave.objects.filter(desk=desk, state__in=LIVE).select_related("person", "filed_by", "desk__site")
    return list(swaps.order_by("starts_at")), list(leaves.order_by("starts_at"))


def duties_touched(leave: Leave, now: datetime) -> list[Duty]:
    """The person's duties in force, at any desk of the site, that the leave would take out in whole or in part."""
    return list(
        Duty.objects.filter(
            person=leave.person, desk__site=leave.desk.site_id, taken_out_by__isnull=True,
            starts_at__lt=leave.ends_at, ends_at__gt=max(leave.starts_at, now),
        ).select_related("desk__site", "person").order_by("starts_at")
    )


def files_of_leave(digests: Collection[str]) -> set[str]:
    """Those of the stored files that belong to leave: they stay as long as it needs them (`desks.hooks.kept_files`)."""
    return set(LeavePhoto.objects.filter(digest__in=list(digests)).values_list("digest", flat=True))


def empty_duties(desk: Desk, now: datetime) -> list[EmptyDuty]:
    """Duties of the desk that wait for a stand-in and are not over, soonest first."""
    return list(
        EmptyDuty.objects.filter(desk=desk, state="open", ends_at__gt=now)
        .select_related("duty__person", "duty__desk__site", "desk__site").order_by("starts_at")
    )


def debts_of(person: Person, desk: Desk) -> QuerySet[Repayment]:
    """What the person owes or is owed at the desk and has not been repaid."""
    return (
        Repayment.objects.filter(Q(swap__person=person) | Q(swap__taken_by=person), swap__desk=desk, state="owed")
        .select_related("swap__person", "swap__taken_by", "swap__duty").order_by("due_on")
    )


def owes(debtor_id: int, creditor_id: int, desk: Desk) -> bool:
    """Whether the one owes the other a duty of the desk."""
    return Repayment.objects.filter(
        swap__person=debtor_id, swap__taken_by=creditor_id, swap__desk=desk, state="owed"
    ).exists()
