"""From the database to plain facts: what the rules of working time judge a desk's month by (A5, A6, A13, I5)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desks.clock import day_bounds
from desks.models import Desk, DeskSettings, Membership
from rosters import rules
from rosters.models import Duty, Leave, Roster, ShiftType, TrainingPair
from rosters.planning import Plan, days_of
from rosters.queries.days import kinds_between, needs_of
from rosters.queries.duties import shifts_of
from rosters.queries.staff import Agreed, agreed_with, roles_between
from rosters.queries.wishes import wishes_between
from rosters.rules.facts import Limits, PairFacts, Period, PersonFacts, PlanFacts, Span, System, Terms, Turn, Wanted
from rosters.rules.working_time import contract_minutes

BEFORE = timedelta(days=28)
"""So far back runs of days are followed: no rule of ours looks further."""
AFTER = timedelta(days=28)


def limits_of(settings: DeskSettings) -> Limits:
    """The desk's settings as the rules take them."""
    return Limits(
        rest_day_within=settings.rest_day_within, days_in_row=settings.days_in_row, overtime_day=settings.overtime_day_hours * 60,
        overtime_month=settings.overtime_month_hours * 60, day_minutes=settings.day_hours * 60, week_minutes=settings.week_hours * 60,
        rest_minutes=settings.rest_hours * 60,
    )


def minutes_of(starts: datetime, ends: datetime, pause: int) -> int:
    """Working minutes between two moments, as they really pass, without the break."""
    return max(0, int((ends.astimezone(UTC) - starts.astimezone(UTC)).total_seconds()) // 60 - pause)


def turn_of(shift: ShiftType, day: date, zone: ZoneInfo) -> Turn:
    """The duty that a shift is on a day."""
    starts, ends = rules.span_of(day=day, starts=shift.starts, ends=shift.ends, zone=zone)
    return Turn(day, starts, ends, shift.code, minutes_of(starts, ends, shift.break_minutes), shift.night)


def turns_in_force(people: Iterable[int], first: date, last: date, desk: Desk) -> dict[int, list[Turn]]:
    """The duties in force of these people on those days, at every desk; those of other desks say that they are elsewhere. Two queries."""
    rows = list(
        Duty.objects.filter(person__in=list(people), taken_out_by__isnull=True, site_day__range=(first, last)).order_by("starts_at").values_list(
            "person_id", "desk_id", "site_day", "starts_at", "ends_at", "shift_code", "shift_version"
        )
    )
    types = {
        (row.desk_id, row.code, row.version): row for row in ShiftType.objects.filter(desk__in={row[1] for row in rows})
    }
    found: dict[int, list[Turn]] = {}
    for person, place, day, starts, ends, code, version in rows:
        shift = types[place, code, version]
        minutes = minutes_of(starts, ends, shift.break_minutes)
        found.setdefault(person, []).append(Turn(day, starts, ends, code, minutes, shift.night, elsewhere=place != desk.pk))
    return found


def terms_of(agreed: Agreed) -> tuple[Terms, ...]:
    """The terms as the rules take them."""
    return tuple(
        Terms(
            Span(row.from_on, row.until_on), round(row.week_hours * 60), System(row.system), frozenset(row.days_off), row.free_weekends,
            row.days_in_row or 0, row.period_months,
        )
        for row in agreed.terms
    )


def protected_spans(agreed: Agreed, what: str) -> tuple[Span, ...]:
    """The days on which the person is protected from nights, or from overtime."""
    return tuple(Span(row.from_on, row.until_on) for row in agreed.protections if row.what == what)


def skill_spans(agreed: Agreed) -> dict[str, tuple[Span, ...]]:
    """The days of each skill, by its code."""
    found: dict[str, tuple[Span, ...]] = {}
    for row in agreed.skills:
        found[row.skill] = (*found.get(row.skill, ()), Span(row.from_on, row.until_on))
    return found


def may_take(
    roles: Collection[Membership], skills: Mapping[str, tuple[Span, ...]], shifts: Collection[ShiftType], days: Iterable[date], zone: ZoneInfo
) -> dict[date, frozenset[str]]:
    """Codes of the shifts that one person's roles and skills allow on each day; the role holds from the duty's start to its end (A6)."""
    found = {}
    for day in days:
        has = [skill for skill, spans in skills.items() if any(span.holds_on(day) for span in spans)]
        codes = set()
        for shift in shifts:
            starts, ends = rules.span_of(day=day, starts=shift.starts, ends=shift.ends, zone=zone)
            held = {row.role for row in roles if row.starts_at <= starts and (row.ends_at is None or ends <= row.ends_at)}
            if any(rules.takes(roles=shift.roles, skills=shift.skills, role=role, has=has) for role in held):
                codes.add(shift.code)
        found[day] = frozenset(codes)
    return found


def days_there(roles: Collection[Membership], days: Iterable[date], zone: ZoneInfo) -> frozenset[date]:
    """The days on which one of these roles holds at noon: on which the person is of the desk."""
    noons = ((day, datetime.combine(day, time(12), tzinfo=zone)) for day in days)
    return frozenset(day for day, noon in noons if any(row.holds_at(noon) for row in roles))


def leave_of(people: Iterable[int], first: date, last: date, zone: ZoneInfo) -> dict[int, list[tuple[datetime, datetime]]]:
    """The approved leave of these people that touches one of the days or the night after the last, as moments (A13)."""
    begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1] + timedelta(days=1)
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Leave.objects.filter(person__in=list(people), state="approved", starts_at__lt=end, ends_at__gt=begin).order_by("starts_at")
    for person, starts, ends in rows.values_list("person_id", "starts_at", "ends_at"):
        found.setdefault(person, []).append((starts, ends))
    return found


def whole_days(leaves: Iterable[tuple[datetime, datetime]], days: Iterable[date], zone: ZoneInfo) -> set[date]:
    """The days of which leave takes every hour."""
    bounds = {day: day_bounds(day, zone) for day in days}
    spans = list(leaves)
    return {day for day, (begins, stops) in bounds.items() if any(starts <= begins and stops <= ends for starts, ends in spans)}


def leave_days(people: Iterable[int], days: Collection[date], zone: ZoneInfo) -> set[tuple[int, date]]:
    """The days of which approved leave takes every hour, by person and day: two keys, no kind (A13)."""
    found = leave_of(people, min(days), max(days), zone)
    return {(person, day) for person, spans in found.items() for day in whole_days(spans, days, zone)}


def periods_of(
    desk: Desk, month: date, terms: Mapping[int, tuple[Terms, ...]], roles: Mapping[int, Collection[Membership]]
) -> dict[int, Period]:
    """Of each person whose hours are counted over more than a month: what of the calendar's quarter or year lies outside this one.

    A day counts from the first on that the system holds for the person. Before the desk's first reported roster nobody owes hours. Five queries,
    and none where nobody has such terms.
    """
    last_day = days_of(month)[-1]
    held = {key: row for key, rows in terms.items() for row in rows if row.span.holds_on(last_day) and _is_counted_over(row)}
    if not held:
        return {}
    zone, spans = desk.site.zone, {key: _bounds(month, each.period_months) for key, each in held.items()}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    kinds, turns = kinds_between(desk.site, first, last, desk), turns_in_force(held, first, last, desk)
    leaves = leave_of(held, first, last, zone)
    out = set(Roster.objects.filter(desk=desk, state=Roster.State.REPORTED, month__range=(first, month)).values_list("month", flat=True))
    found = {}
    for key, (begin, end) in spans.items():
        days = {day: kind for day, kind in kinds.items() if begin <= day <= end and any(row.system == System.COMPREHENSIVE and row.span.holds_on(day) for row in terms[key])}
        before = {day: kind for day, kind in days.items() if day < month and day.replace(day=1) in out}
        after = {day: kind for day, kind in days.items() if day > last_day}
        person = PersonFacts(
            key, terms=terms[key], away=frozenset(whole_days(leaves.get(key, ()), days, zone)), there=days_there(roles.get(key, []), days, zone),
        )
        contract, coming = (contract_minutes(PlanFacts(part, (), limits=limits_of(desk.settings)), person) for part in (before, after))
        months = {day.replace(day=1) for day in (*before, *after)} | {month}
        found[key] = Period(len(months), sum(turn.minutes for turn in turns.get(key, []) if turn.day in before), contract, coming)
    return found


def _is_counted_over(row: Terms) -> bool:
    """Whether hours are counted over more than a month."""
    return row.system == System.COMPREHENSIVE and row.period_months > 1


def _bounds(month: date, months: int) -> tuple[date, date]:
    """The first and the last day of the calendar's quarter or year that the month is of."""
    first = month.replace(month=month.month - (month.month - 1) % months)
    last = first.replace(month=first.month + months - 1)
    return first, days_of(last)[-1]


def facts_of(desk: Desk, month: date, plan: Plan | None = None, *, away: Mapping[int, Collection[date]] | None = None) -> PlanFacts:
    """The facts of a desk's month: people, agreements, wishes, needs, and the duties of `plan`; without one those in force.

    Duties in force of the days around the month, and of other desks within it, are there too, and approved leave. `away` are other
    whole days on which people are not there than those of their leave, by the person's key. A dozen queries, whatever their number.
    """
    days = days_of(month)
    return facts_between(desk, days[0], days[-1], plan, away=away)


def facts_between(
    desk: Desk, first: date, last: date, plan: Plan | None = None, *, away: Mapping[int, Collection[date]] | None = None, others: Iterable[int] = ()
) -> PlanFacts:
    """As `facts_of`, of the days from the first to the last; `others` are further people than those whose roles take duties here."""
    zone = desk.site.zone
    kinds = kinds_between(desk.site, first, last, desk)
    days = list(kinds)
    roles: dict[int, list[Membership]] = {}
    for row in roles_between(desk, first, last):
        roles.setdefault(row.person_id, []).append(row)
    planned: dict[int, list[Turn]] = {}
    for person, day, shift in plan.duties if plan is not None else ():
        planned.setdefault(person.pk, []).append(turn_of(shift, day, zone))
    keys = list(dict.fromkeys([*roles, *planned, *others]))
    around = turns_in_force(keys, first - BEFORE, last + AFTER, desk)
    agreed, shifts = agreed_with(desk, keys), shifts_of(desk)
    wishes: dict[int, list[Wanted]] = {}
    for wish in wishes_between(desk, first, last):
        wishes.setdefault(wish.person_id, []).append(Wanted(wish.day, wish.shift_code, wish.want, wish.weight))
    leaves = leave_of(keys, first, last, zone)
    # What lies outside a month is known for a month alone.
    is_month = first.day == 1 and last == days_of(first)[-1]
    periods = periods_of(desk, first, {key: terms_of(agreed[key]) for key in keys}, roles) if is_month else {}
    people = []
    for key in keys:
        mine, skills = agreed[key], skill_spans(agreed[key])
        standing = [turn for turn in around.get(key, []) if plan is None or turn.elsewhere or turn.day not in kinds]
        people.append(
            PersonFacts(
                key, (*standing, *planned.get(key, [])), terms_of(mine), protected_spans(mine, "no_nights"), protected_spans(mine, "no_overtime"),
                away=frozenset(whole_days(leaves.get(key, ()), days, zone) if away is None else away.get(key, ())), leave=tuple(leaves.get(key, ())),
                may_take=may_take(roles.get(key, []), skills, shifts, days, zone),
                there=days_there(roles.get(key, []), days, zone), skills=skills, wishes=tuple(wishes.get(key, [])), period=periods.get(key),
            )
        )
    pairs = TrainingPair.objects.filter(desk=desk, learner__in=keys, from_on__lte=last)
    return PlanFacts(
        kinds, tuple(people), needs_of(desk, kinds),
        tuple(PairFacts(row.learner_id, row.guide_id, Span(row.from_on, row.until_on)) for row in pairs), limits_of(desk.settings),
    )
