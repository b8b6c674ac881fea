"""What a published month is for each person: how many duties, nights, weekends and holidays, which wishes are not met (A5)."""

from dataclasses import dataclass

from rosters.models import Roster
from rosters.queries.facts import facts_of
from rosters.queries.plans import plan_in_force
from rosters.rules.facts import Breach
from rosters.rules.fairness import Count, count_of
from rosters.rules.working_time import unmet_wishes


@dataclass(frozen=True)
class OwnMonth:
    """One person's month at the desk, as it is in force."""

    count: Count
    wishes: int
    """How many wishes the person made."""
    unmet: tuple[Breach, ...]
    """Those that are not met."""

    def as_fields(self) -> dict[str, str]:
        """As a notice is worded with."""
        return {
            "duties": str(self.count.duties), "nights": str(self.count.nights), "weekends": str(self.count.weekends), "unmet": str(len(self.unmet)),
        }


def own_months(roster: Roster) -> dict[int, OwnMonth]:
    """Of everybody with a duty of the month in force, by the person's key."""
    facts = facts_of(roster.desk, roster.month, plan_in_force(roster))
    found = {}
    for person in facts.people:
        here = [turn for turn in person.turns if not turn.elsewhere and turn.day in facts.days]
        if here:
            found[person.key] = OwnMonth(count_of(here, facts.days), len(person.wishes), tuple(unmet_wishes(facts, person)))
    return found
