"""Any two drafts or versions of a month beside each other: figures, grids row by row, what differs (A5, A20)."""

import pytest
import time_machine

from desks.testing import Town, signed_in
from rosters import actions
from rosters.models import DraftRun
from rosters.patterns import CellChange
from rosters.planning import Plan, days_of
from rosters.queries import plan_of_roster, shifts_of
from rosters.queries.drafts import facts_of_plan
from rosters.rules.figures import figures_of
from rosters.tests.scenes import DECEMBER, drafted


@pytest.fixture(autouse=True)
def clock(morning):
    """The pages read the clock themselves."""
    with time_machine.travel(morning, tick=False):
        yield


def ended(town: Town, now, *codes: str | None, **more) -> DraftRun:
    rows = {str(person.pk): [*codes, *[None] * (31 - len(codes))] for person in (town.agent, town.butler)}
    given = {"state": "done", "found": "good", "rows": rows} | more
    return DraftRun.objects.create(desk=town.desk, month=DECEMBER, seconds=10, asked_by=town.supervisor, asked_at=now, changed_at=now, **given)


def path(town: Town, more: str = "") -> str:
    return f"/rosters/{town.desk.slug}/2026-12/versions/{more}"


@pytest.mark.clause("A5")
def test_two_drafts_stand_beside_each_other_without_any_roster(town: Town, morning) -> None:
    first, second = ended(town, morning, "early"), ended(town, morning, "early", "late")
    page = signed_in(town.supervisor).get(path(town, f"?from=d{first.pk}&to=d{second.pk}")).content.decode()
    assert "From draft 1 of 09:00 to draft 2 of 09:00" in page and page.count('differs"') == 4, "two people, both sides"
    assert "unfairness of this month" in page and "people missing" in page and page.count("→") == 2
    assert f"from=d{first.pk}" in signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/2026-12/draft/").content.decode()


@pytest.mark.clause("A5")
def test_a_version_and_a_draft_and_what_stands_first_when_nothing_is_asked_for(town: Town, morning) -> None:
    roster = drafted(town, morning)
    run = ended(town, morning, "early")
    change = CellChange(town.agent.pk, DECEMBER, ("early",), ())
    actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[change], pins={}, now=morning)
    client = signed_in(town.supervisor)
    assert "From version 1 to version 2" in client.get(path(town)).content.decode()
    page = client.get(path(town, f"?from=2&to=d{run.pk}")).content.decode()
    assert "From version 2 to draft 1 of 09:00" in page and "Chen Guowei" in page, "who stands on one side alone is there too"


@pytest.mark.clause("A20")
def test_what_is_not_there_is_refused_and_others_see_nothing(town: Town, morning) -> None:
    client = signed_in(town.supervisor)
    assert client.get(path(town)).status_code == 404, "nothing to put beside anything"
    run, empty = ended(town, morning, "early"), ended(town, morning, rows={})
    for wrong in (f"?from=d{empty.pk}", "?to=d99999999", "?from=dx", "?to=1", f"?from={run.pk}"):
        answer = client.get(path(town, wrong))
        assert answer.status_code == 422 and "no such version" in answer.content.decode(), wrong
    assert client.get(path(town)).status_code == 200, "the one that there is beside itself"
    assert signed_in(town.agent).get(path(town)).status_code == 403
    assert signed_in(town.away.supervisor).get(path(town)).status_code == 404


@pytest.mark.clause("A5", "A6")
def test_the_figures_of_a_plan_are_counted_from_its_rules(town: Town, morning) -> None:
    nights = {shift.code for shift in shifts_of(town.desk) if shift.night}
    empty = figures_of(facts_of_plan(town.desk, DECEMBER, Plan(DECEMBER, days_of(DECEMBER))), nights)
    assert (empty.hard, empty.unfairness, empty.hours, empty.hours_over) == (0, 0, 0.0, 0.0) and empty.missing > 60 and empty.hours_under == 184
    plan = plan_of_roster(drafted(town, morning, agent="早", butler="休早"))
    worn = figures_of(facts_of_plan(town.desk, DECEMBER, plan), nights)
    assert worn.hard > 0 and worn.missing < empty.missing and worn.unfairness > 0 and worn.over == 31 * 480 - 23 * 480
    assert worn.minutes == plan.count * 480
