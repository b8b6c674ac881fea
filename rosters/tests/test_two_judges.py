"""The engine's own checker and the rules of working time judge the same rosters alike, though neither knows the other (A3, A5)."""

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
import time_machine

from desks.models import Choice
from desks.testing import Town
from rosters import actions
from rosters.drafting import draft_of, judged, plan_of_answer
from rosters.engine.problem import Rule
from rosters.models import ShiftType
from rosters.rules.facts import Code
from rosters.tests.scenes import DECEMBER, reported

checking = pytest.importorskip("rosters.engine.checking")

BEGIN = datetime.fromisoformat("2026-10-30T00:00:00+00:00")
THEIRS = {
    Rule.MAY_TAKE: "may", Rule.BARRED: "may", Rule.AWAY: "away", Rule.NO_NIGHTS: "may", Rule.REST_DAY: "rest_day", Rule.DAYS_IN_ROW: "row",
    Rule.DAY_OVERTIME: "day", Rule.MONTH_OVERTIME: "month", Rule.WEEKENDS: "weekends", Rule.REST: "rest", Rule.NEED: "need", Rule.PAIR: "pair",
    Rule.WISH: "wish",
}
OURS = {
    Code.MAY_TAKE: "may", Code.NO_NIGHTS: "may", Code.AWAY: "away", Code.DAY_OFF: "away", Code.REST_DAY: "rest_day", Code.DAYS_IN_ROW: "row",
    Code.DAY_OVERTIME: "day", Code.NO_OVERTIME: "day", Code.MONTH_OVERTIME: "month", Code.PERIOD_OVERTIME: "month", Code.NO_OVERTIME_MONTH: "month", Code.WEEKENDS: "weekends",
    Code.REST: "rest", Code.NEED: "need", Code.NEED_SKILL: "need", Code.PAIR: "pair", Code.WISH: "wish",
}


def scene(town: Town) -> None:
    """Everybody has something of their own; one shift is long, one is a night that ends as the early one begins."""
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    early, late = (ShiftType.objects.get(desk=town.desk, code=code, current=True) for code in ("early", "late"))
    late.starts, late.ends, late.night, late.skills = early.starts.replace(hour=20), early.starts.replace(hour=8), True, ["english"]
    late.save()
    given = {"actor": town.supervisor, "desk": town.desk, "now": BEGIN}
    start = BEGIN.date()
    for person in (town.agent, town.colleague, town.butler):
        actions.give_skill(**given, person=person, skill="english", from_on=start, until_on=None)
    actions.set_terms(
        **given, person=town.agent, from_on=start, week_hours=Decimal(24), system="comprehensive", days_off=[0], free_weekends=2, days_in_row=4, reason="",
    )
    actions.protect(**given, person=town.butler, what="no_nights", from_on=start, until_on=None)
    actions.pair_up(**given, learner=town.second_butler, guide=town.agent, from_on=start, until_on=None)
    with time_machine.travel(BEGIN, tick=False):
        reported(town, BEGIN, month=date(2026, 11, 1), agent="早晚休", butler="早早早早早早休", colleague="晚休", second_butler="早")
    # Protected once the month is out, which has more than that.
    actions.protect(**given, person=town.colleague, what="no_overtime", from_on=start, until_on=None)
    for day, shift, want in ((8, "", True), (9, "early", False), (10, "late", True)):
        now = datetime.fromisoformat("2026-11-24T01:00:00+00:00")
        actions.make_wish(actor=town.agent, desk=town.desk, day=date(2026, 12, day), shift_code=shift, want=want, weight=2, now=now)


@pytest.mark.clause("A5")
def test_both_say_the_same_of_whom_and_of_what(town: Town) -> None:
    scene(town)
    draft = draft_of(town.desk, DECEMBER, away={town.butler.pk: [date(2026, 12, 15)]})
    rnd = Random(7)
    for _number in range(200):
        likely = rnd.choice([0.3, 0.6, 0.9])
        roster = {
            person.key: tuple(rnd.choice(["early", "late"]) if rnd.random() < likely else None for _day in draft.problem.days)
            for person in draft.problem.people
        }
        theirs = {
            (THEIRS[each.at.rule], each.at.person, each.cost is None) for each in checking.breaches_of(draft.problem, roster) if each.at.rule in THEIRS
        }
        ours = {
            (OURS[each.code], None if each.person is None else str(each.person), each.hard) for each in judged(draft, plan_of_answer(draft, roster))
        }
        assert ours == theirs
