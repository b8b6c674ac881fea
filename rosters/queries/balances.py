"""What each person of a desk has worked, over a month and over the running twelve months, against the others (A5, A20).

Counted are the duties in force whose end has passed, after every swap, leave and stand-in, but for those to which their person never
came. What is still to come stands apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from desks.clock import next_month
from desks.models import Desk, Membership, Person
from rosters.models import Roster
from rosters.planning import days_of
from rosters.queries.attendance import never_came
from rosters.queries.days import kinds_between
from rosters.queries.duties import shifts_of
from rosters.queries.facts import days_there, limits_of, protected_spans, terms_of, turns_in_force
from rosters.queries.staff import agreed_with, roles_between
from rosters.rules.days import KindOfDay
from rosters.rules.facts import PersonFacts, PlanFacts, Span
from rosters.rules.fairness import COUNTED, Count, count_of, shares_of, unfairness
from rosters.rules.working_time import contract_minutes

MONTHS = 12


@dataclass(frozen=True)
class Balance:
    """One person's counts and fair shares over a period."""

    person: Person
    done: Count
    to_come: Count
    contract: int
    """Minutes that the contract asked for in the period, up to the present day, in months whose roster was reported."""
    shares: Mapping[str, Fraction]
    """The fair share of nights, weekends and holidays; what the contract alone says, or less the days of protection."""

    weights: Mapping[str, int]
    """What the share of nights, weekends and holidays is in proportion to, counting also what is still to come of reported months: minutes."""

    @property
    def contract_hours(self) -> float:
        """The contract as hours, to a tenth."""
        return round(self.contract / 60, 1)


@dataclass(frozen=True)
class Balances:
    """Everybody's balance over a period, and how unfair the spread is (`rosters.rules.fairness.unfairness`)."""

    first: date
    last: date
    rows: tuple[Balance, ...]
    unfairness: int


def first_of_twelve(month: date) -> date:
    """The first day of the twelve months that end with this one."""
    return next_month(month).replace(year=next_month(month).year - 1)


def balances_of(desk: Desk, month: date, now: datetime, *, protected: bool) -> tuple[Balances, Balances]:
    """The balances of the month and of the twelve months that end with it.

    With `protected` the shares of nights leave the days out on which somebody is protected from them: for who drafts alone, since
    it tells who is protected. Without it shares are by contract alone.
    """
    first, days = first_of_twelve(month), days_of(month)
    last, zone = days[-1], desk.site.zone
    roles: dict[int, list[Membership]] = {}
    people: dict[int, Person] = {}
    for row in roles_between(desk, first, last):
        roles.setdefault(row.person_id, []).append(row)
        people[row.person_id] = row.person
    kinds = kinds_between(desk.site, first, last, desk)
    turns = turns_in_force(people, first, last, desk)
    states = dict(Roster.objects.filter(desk=desk, month__range=(first, last)).values_list("month", "state"))
    # What is approved and not yet reported is not out: nobody is shown it here (A5).
    hidden = {month for month, state in states.items() if state == Roster.State.APPROVED}
    missed = never_came(desk, first, last, now)
    here = {
        key: [turn for turn in found if not turn.elsewhere and turn.day.replace(day=1) not in hidden and (key, turn.starts) not in missed]
        for key, found in turns.items()
    }
    # Before a desk began with rosters nobody owes it hours.
    reported = {month for month, state in states.items() if state == Roster.State.REPORTED}
    agreed = agreed_with(desk, people, first, last)
    night_roles = _roles_that_take_nights(desk)
    facts = {
        key: PersonFacts(
            key, tuple(here.get(key, [])), terms_of(agreed[key]), protected_spans(agreed[key], "no_nights") if protected else (),
            there=days_there(roles[key], kinds, zone),
        )
        for key in people
    }
    takes_nights = {key: any(row.role in night_roles for row in roles[key]) for key in people}
    month_kinds = {day: kinds[day] for day in days}
    return tuple(  # type: ignore[return-value]
        _over(desk, part, reported, people, facts, takes_nights, now) for part in (month_kinds, kinds)
    )


def _roles_that_take_nights(desk: Desk) -> set[str]:
    nights = [shift for shift in shifts_of(desk) if shift.night]
    return {role for shift in nights for role in (shift.roles or desk.settings.duty_roles)}


def _over(
    desk: Desk, kinds: dict[date, KindOfDay], reported: set[date], people: Mapping[int, Person], facts: Mapping[int, PersonFacts],
    takes_nights: Mapping[int, bool], now: datetime,
) -> Balances:
    today = now.astimezone(desk.site.zone).date()
    past = {day: kind for day, kind in kinds.items() if day <= today and day.replace(day=1) in reported}
    limits = limits_of(desk.settings)
    contract = {key: contract_minutes(PlanFacts(past, (), limits=limits), person) for key, person in facts.items()}
    unprotected = {
        key: contract_minutes(PlanFacts(_less(past, person.no_nights), (), limits=limits), person) if takes_nights[key] else 0
        for key, person in facts.items()
    }
    weights = {"nights": unprotected, "weekends": contract, "holidays": contract}
    whole = {day: kind for day, kind in kinds.items() if day.replace(day=1) in reported}
    ahead = {key: contract_minutes(PlanFacts(whole, (), limits=limits), person) for key, person in facts.items()}
    nights_ahead = {
        key: contract_minutes(PlanFacts(_less(whole, person.no_nights), (), limits=limits), person) if takes_nights[key] else 0
        for key, person in facts.items()
    }
    done = {key: count_of((turn for turn in person.turns if turn.ends <= now), kinds) for key, person in facts.items()}
    coming = {key: count_of((turn for turn in person.turns if turn.ends > now), kinds) for key, person in facts.items()}
    shares = {name: shares_of(sum(getattr(count, name) for count in done.values()), weights[name]) for name in COUNTED}
    there = [key for key, person in facts.items() if (person.there or frozenset()) & kinds.keys() or done[key].duties]
    rows = tuple(
        Balance(
            people[key], done[key], coming[key], contract[key], {name: shares[name][key] for name in COUNTED},
            {"nights": nights_ahead[key], "weekends": ahead[key], "holidays": ahead[key]},
        )
        for key in there
    )
    days = sorted(kinds)
    return Balances(days[0], days[-1], rows, unfairness(done, weights))


def _less(kinds: dict[date, KindOfDay], spans: tuple[Span, ...]) -> dict[date, KindOfDay]:
    return {day: kind for day, kind in kinds.items() if not any(span.holds_on(day) for span in spans)} if spans else kinds
