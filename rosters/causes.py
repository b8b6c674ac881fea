"""Why a plan was changed, cell by cell: what would be broken if the old cell had stayed (A5, A6, A13, I9).

Judged by the rules of working time on either plan, not by the engine; what no rule asks for is what the engine weighed. For who drafts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from desks.models import Desk
from desks.templatetags.desks_tags import comma, rule_name
from rosters.drafting import Draft, draft_of
from rosters.engine.checking import breaches_of as engine_breaches
from rosters.engine.problem import Breach as EngineBreach
from rosters.engine.problem import Roster as Rows
from rosters.engine.reasons import compared
from rosters.models import ShiftType
from rosters.patterns import Cause, Difference
from rosters.planning import Plan, days_of
from rosters.queries.drafts import days_away, facts_of_plan, leaves_of_month
from rosters.queries.facts import turn_of
from rosters.queries.staff import people_of_month
from rosters.reasons import rows_of_plan
from rosters.rules.facts import Breach, Code, PersonFacts, PlanFacts, Turn
from rosters.rules.working_time import breaches_of, missing_people
from rosters.saying import PARTS, days_in_words

MOST_EXPLAINED = 60
"""More changed cells than this are another month, not a change of one: nobody reads their reasons."""


def with_causes(desk: Desk, month: date, before: Plan, after: Plan, found: Sequence[Difference]) -> list[Difference]:
    """The differences with the reasons for each; as they are where there are more than anybody would read."""
    if not found or len(found) > MOST_EXPLAINED:
        return list(found)
    judge = _Judge(desk, month, before, after, found)
    return [replace(each, causes=tuple(judge.causes_of(each))) for each in found]


class _Judge:
    """Both plans as facts of today: who is on leave now is so in either."""

    def __init__(self, desk: Desk, month: date, before: Plan, after: Plan, found: Sequence[Difference]) -> None:
        self.desk, self.month, self.after, self.found = desk, month, after, found
        self.facts = facts_of_plan(desk, month, after)
        self.people = {person.key: person for person in self.facts.people}
        self.old = self._turns(before)

    def _turns(self, plan: Plan) -> dict[int, list[Turn]]:
        turns: dict[int, list[Turn]] = {}
        for person, day, shift in plan.duties:
            turns.setdefault(person.pk, []).append(turn_of(shift, day, self.desk.site.zone))
        return turns

    def causes_of(self, each: Difference) -> list[Cause]:
        """First what was wrong with the old cell where it stood, then what would be wrong if it stood in the new plan, then what was weighed."""
        if each.person.pk not in self.people:
            return [Cause(_("is not of this desk any more"), "A6")]
        taken_over = self._taken_over(each)
        found = self._in_the_old_plan(each) or self._if_it_had_stayed([each]) or self._if_it_had_stayed([each, *self._partners(each)]) or self._weighed(each)
        return [*taken_over, *found] or [Cause(_("follows from the other changes of these days"))]

    def _taken_over(self, each: Difference) -> list[Cause]:
        gone = [
            other.person.display_name for other in self._partners(each)
            if {shift.code for shift in other.before} & {shift.code for shift in each.after} - {shift.code for shift in other.after}
        ]
        return [Cause(_("takes over from %(names)s") % {"names": comma().join(gone)})] if gone and each.after else []

    def _partners(self, each: Difference) -> list[Difference]:
        """Who changed shifts with this person on the day: one has what the other had."""
        mine = {shift.code for shift in (*each.before, *each.after)}
        return [
            other for other in self.found
            if other.day == each.day and other.person != each.person and mine & {shift.code for shift in (*other.before, *other.after)}
        ]

    def _in_the_old_plan(self, each: Difference) -> list[Cause]:
        """Hard rules that the person's old days break now at this cell, such as leave that was approved meanwhile."""
        person = self.people[each.person.pk]
        there = [turn for turn in person.turns if turn.elsewhere or turn.day not in self.facts.days]
        old = self._judged([replace(person, turns=(*there, *self.old.get(person.key, ())))])
        return [self._cause(breach, each) for breach in old if breach.hard and each.day in breach.days and each.before]

    def _if_it_had_stayed(self, cells: Iterable[Difference]) -> list[Cause]:
        """What the new plan would break with these cells as they were: the person's own rules, and people missing that day."""
        cells = list(cells)
        changed = [self._reverted(each) for each in cells if each.person.pk in self.people]
        now = set(self._judged([self.people[person.key] for person in changed]))
        broken = [breach for breach in self._judged(changed) if breach not in now]
        hard = [breach for breach in broken if breach.hard]
        missing = self._missing(cells[0].day, changed)
        soft = [breach for breach in broken if breach.code in {Code.REST, Code.PAIR, Code.WISH}]
        people = {each.person.pk: each for each in reversed(cells)}
        return [self._cause(breach, people.get(breach.person or 0, cells[0]), cells[0]) for breach in (*hard, *missing, *([] if hard or missing else soft))]

    def _reverted(self, each: Difference) -> PersonFacts:
        person, zone = self.people[each.person.pk], self.desk.site.zone
        kept = [turn for turn in person.turns if turn.elsewhere or turn.day != each.day]
        return replace(person, turns=(*kept, *(turn_of(shift, each.day, zone) for shift in each.before)))

    def _judged(self, people: Sequence[PersonFacts]) -> list[Breach]:
        """What these people's days break; whoever guides one of them is there too, and is not judged."""
        keys = {person.key for person in people}
        guides = [self.people[pair.guide] for pair in self.facts.pairs if pair.learner in keys and pair.guide not in keys and pair.guide in self.people]
        found = breaches_of(replace(self.facts, people=(*people, *guides), needs={}))
        return [breach for breach in found if breach.person in keys]

    def _missing(self, day: date, changed: Sequence[PersonFacts]) -> list[Breach]:
        """People who would be missing that day and are not."""
        keys = {person.key for person in changed}
        now = set(missing_people(self._of_day(day, self.facts.people)))
        otherwise = (*changed, *(person for person in self.facts.people if person.key not in keys))
        return [breach for breach in missing_people(self._of_day(day, otherwise)) if breach not in now]

    def _of_day(self, day: date, people: Iterable[PersonFacts]) -> PlanFacts:
        there = tuple(replace(person, turns=tuple(turn for turn in person.turns if turn.day == day)) for person in people)
        return replace(self.facts, people=there, needs={key: number for key, number in self.facts.needs.items() if key[0] == day})

    def _cause(self, breach: Breach, whose: Difference, of: Difference | None = None) -> Cause:
        clause = rule_name(breach.clause)
        if breach.code in {Code.NEED, Code.NEED_SKILL}:
            shift = next((shift for line in self.after.lines for cell in line.cells.values() for shift in cell.shifts if shift.code == breach.shift), None)
            return Cause(_("if it had stayed: %(shift)s, %(what)s") % {"shift": shift.label if shift else breach.shift, "what": breach.words}, clause)
        # The person and the day stand before the reason: they are said where they are others.
        name = whose.person.display_name if of is not None and whose.person != of.person else ""
        when = days_in_words(breach.days) if breach.days != (whose.day,) else ""
        return Cause(_("if it had stayed: %(what)s") % {"what": " ".join(part for part in (name, when, breach.words) if part)}, clause)

    @cached_property
    def _engine(self) -> tuple[Draft, Rows, list[EngineBreach]]:
        leaves = leaves_of_month(self.desk, self.month, [person.pk for person in people_of_month(self.desk, self.month)])
        draft = draft_of(self.desk, self.month, away=days_away(leaves, self.desk, self.month), leaves=leaves)
        rows = rows_of_plan(draft, self.after)
        return draft, rows, engine_breaches(draft.problem, rows)

    def _weighed(self, each: Difference) -> list[Cause]:
        """What would be worse of wishes, rest and fairness if these cells had stayed, by what the engine weighs."""
        draft, rows, known = self._engine
        place, otherwise = days_of(self.month).index(each.day), dict(rows)
        for cell in (each, *self._partners(each)):
            if (key := str(cell.person.pk)) in otherwise:
                otherwise[key] = (*rows[key][:place], _code(cell.before, draft.shifts), *rows[key][place + 1 :])
        _blocked, parts = compared(known, engine_breaches(draft.problem, otherwise))
        worse = [str(PARTS[rule]) for rule, amount in parts.items() if amount > 0 and rule in PARTS]
        return [Cause(_("if it had stayed it would be worse for: %(what)s") % {"what": comma().join(worse)})] if worse else []


def _code(shifts: Sequence[ShiftType], known: Mapping[str, ShiftType]) -> str | None:
    return shifts[0].code if shifts and shifts[0].code in known else None
