"""How good a plan of a month is, in a few figures by which two can be told apart, as a pure function (A5, A6, E4)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from rosters.rules.facts import Code, PersonFacts, PlanFacts
from rosters.rules.fairness import count_of, unfairness
from rosters.rules.working_time import breaches_of, contract_minutes


@dataclass(frozen=True)
class Figures:
    """Of a plan: what may not stand, people missing, short rests, wishes not met, unfairness of the month alone, hours."""

    hard: int
    missing: int
    rests: int
    wishes: int
    unfairness: int
    """Nights, weekends and holidays that would have to be somebody else's (rosters.rules.fairness), by contract and protection."""
    minutes: int
    """Working time of all, at this desk."""
    over: int
    """The furthest that anybody is above the month's contract, in minutes; 0 where nobody is."""
    under: int
    """The furthest that anybody is below it."""

    @property
    def hours(self) -> float:
        """The working time of all in hours."""
        return round(self.minutes / 60, 1)

    @property
    def hours_over(self) -> float:
        """How far anybody is above the contract, in hours."""
        return round(self.over / 60, 1)

    @property
    def hours_under(self) -> float:
        """How far anybody is below the contract, in hours."""
        return round(self.under / 60, 1)


def figures_of(facts: PlanFacts, nights: Collection[str]) -> Figures:
    """The figures of a plan; `nights` are the codes of shifts that count as nights. Duties at other desks count for the contract's hours alone."""
    counted: Counter[str] = Counter()
    for breach in breaches_of(facts):
        counted["hard" if breach.hard else breach.code.value] += breach.amount if breach.code == Code.NEED else 1
    here = {person.key: count_of((turn for turn in person.turns if not turn.elsewhere), facts.days) for person in facts.people}
    contract = {person.key: contract_minutes(facts, person) for person in facts.people}
    weights = {"nights": {person.key: _nights_asked(facts, person, nights) for person in facts.people}, "weekends": contract, "holidays": contract}
    worked = {person.key: sum(turn.minutes for turn in person.turns if turn.day in facts.days) for person in facts.people}
    apart = [worked[key] - contract[key] for key in contract]
    return Figures(
        counted["hard"], counted[Code.NEED], counted[Code.REST], counted[Code.WISH], unfairness(here, weights), sum(each.minutes for each in here.values()),
        max([0, *apart]), max([0, *(-each for each in apart)]),
    )


def _nights_asked(facts: PlanFacts, person: PersonFacts, nights: Collection[str]) -> int:
    """The contract's minutes on days on which the person may have nights."""
    if person.may_take is not None and not any(codes & set(nights) for codes in person.may_take.values()):
        return 0
    free = {day: kind for day, kind in facts.days.items() if not any(span.holds_on(day) for span in person.no_nights)}
    return contract_minutes(replace(facts, days=free), person) if free else 0
