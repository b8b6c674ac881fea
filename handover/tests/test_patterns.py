"""Patterns of refusals, differences and late reliefs: for supervisor and project head, in no one's face (A22, A34)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from desks.models import Choice
from desks.testing import Town, signed_in
from handover import actions
from handover.clock import raise_missing_reliefs
from handover.models import Handover
from handover.patterns import pattern_of
from handover.tests import scenes, steps

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def told(town: Town, morning):
    """The butler comes twenty minutes late, refuses, is overruled, and a radio is missing."""
    steps.open_desk(town.desk, town.agent, morning)
    change = morning + 7 * HOUR
    scenes.roster_duty(town.desk, town.butler, change, change + 6 * HOUR)
    raise_missing_reliefs(change + 20 * MINUTE)
    row = actions.start_handover(actor=town.butler, desk=town.desk, incoming=town.butler, now=change + 20 * MINUTE)
    for outcome in ("back", "upheld"):
        refusal = actions.refuse(
            confirmed=steps.confirmed(town.butler, change), handover=row, ground=Choice.objects.get(desk=town.desk, code="untidy"), remedy="整理",
            now=change + 21 * MINUTE,
        )
        actions.decide_refusal(actor=town.supervisor, refusal=refusal, outcome=outcome, reason="看过了", now=change + 22 * MINUTE)
        row = Handover.objects.get(pk=row.pk)
    row = actions.start_handover(actor=town.butler, desk=town.desk, incoming=town.butler, now=change + 23 * MINUTE)
    line = row.counts.get(item__code="radios")
    actions.count_item(actor=town.butler, line=line, counted=Decimal(1), explanation="一部在修", now=change + 24 * MINUTE)
    row = steps.prepare(row, change + 24 * MINUTE)
    steps.sign("outgoing", row, change + 25 * MINUTE)
    steps.sign("incoming", row, change + 25 * MINUTE)
    with time_machine.travel(change + HOUR, tick=True):
        yield change


@pytest.mark.clause("A22", "A34")
def test_refusals_differences_and_late_reliefs_are_counted_by_desk_and_person(town: Town, told) -> None:
    pattern = pattern_of(town.desk, told - HOUR, told + HOUR)
    whole, agent, butler = pattern.whole, pattern.people[town.agent], pattern.people[town.butler]
    assert (whole.refused, whole.upheld, whole.differences, whole.late, whole.waited) == (2, 1, 1, 1, 25 * MINUTE)
    assert (agent.given, agent.met, agent.upheld, agent.differences, agent.late, agent.waited) == (1, 2, 1, 1, 0, 25 * MINUTE)
    assert (butler.taken, butler.refused, butler.met, butler.differences, butler.late) == (1, 2, 0, 0, 1)
    assert pattern_of(town.desk, told + HOUR, told + 2 * HOUR).people == {} == pattern_of(town.other_desk, told - HOUR, told + HOUR).people


@pytest.mark.clause("A22")
def test_the_pattern_is_for_supervisor_and_project_head_and_staff_see_nothing_of_it(town: Town, told) -> None:
    at = f"/handover/{town.desk.slug}/patterns/"
    for path in (at, f"{at}export/?format=csv"):
        for part in ("agent", "butler", "auditor", "administrator"):
            # Who may take lists out, but not this one, is told so.
            refused = 422 if (part, path != at) == ("auditor", True) else 403
            assert signed_in(getattr(town, part)).get(path).status_code == refused, (path, part)
        assert signed_in(town.away.head).get(path).status_code == 404
    for part in ("supervisor", "head"):
        html = signed_in(getattr(town, part)).get(f"{at}?months=12").content.decode()
        assert "Zhou Min" in html and "He Jiayi" in html and "judge nobody" in html
    said = b"".join(signed_in(town.head).get(f"{at}export/?format=csv&months=12").streaming_content).decode("utf-8-sig")
    assert "Zhou Min" in said
    agent = signed_in(town.agent)
    for page in (f"/desk/{town.desk.slug}/", f"/handover/{town.desk.slug}/", f"/handover/{town.desk.slug}/past/", f"/handover/{town.desk.slug}/held/", "/"):
        html = agent.get(page, follow=True).content.decode()
        assert "patterns" not in html and "Late as relief" not in html and "Met a refusal" not in html, page


def test_nonsense_asked_for_is_three_months(town: Town) -> None:
    for asked in ("", "?months=0", "?months=x", "?months=" + "9" * 5000, "?months=%00"):
        html = signed_in(town.head).get(f"/handover/{town.desk.slug}/patterns/{asked}").content.decode()
        assert 'aria-current="true" href="?months=3"' in html and "No handover in this time" in html
