"""Whether a plan may stand: which hard rules it breaks, and for which of them a reason was given (A5, A6, A13, I5)."""

from dataclasses import replace
from datetime import date

from desks.models import Desk
from rosters.models import Roster, RosterException
from rosters.planning import Plan
from rosters.queries.drafts import breach_from, facts_of_plan
from rosters.rules.facts import Breach, PlanFacts
from rosters.rules.working_time import breaches_of


def breaches_of_plan(desk: Desk, month: date, plan: Plan, today: date) -> tuple[list[Breach], list[Breach]]:
    """All that the rules of working time say of the plan, and of it the hard breaches that keep it from standing, in their order.

    What lies before `today` is not mended by refusing a plan; nor is what duties at other desks break without any of this plan's.
    """
    facts = facts_of_plan(desk, month, plan)
    found = breaches_of(facts)
    hard = [breach for breach in found if breach.hard and breach.days[-1] >= today]
    if not hard:
        return found, hard
    without = set(breaches_of(_elsewhere(facts)))
    return found, [breach for breach in hard if breach not in without]


def _elsewhere(facts: PlanFacts) -> PlanFacts:
    """The facts without the plan's own duties."""
    people = (replace(person, turns=tuple(turn for turn in person.turns if turn.elsewhere or turn.day not in facts.days)) for person in facts.people)
    return replace(facts, people=tuple(people))


def exceptions_of(roster: Roster, version: int | None = None) -> list[RosterException]:
    """The reasons given for a version, the present one where none is named, in the order in which they were given."""
    rows = RosterException.objects.filter(roster=roster, version=version or roster.version)
    return list(rows.select_related("given_by"))


def excused_breaches(roster: Roster) -> list[Breach]:
    """What of the present version's breaches has a reason already."""
    return [breach_from(each) for row in exceptions_of(roster) for each in row.breaches]
