"""Why somebody has a duty: to the person, to who drafts; nothing of others' protection or leave; versions side by side (A5, E4)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from desks.testing import Town, signed_in
from rosters import actions
from rosters.models import DraftRun, Duty, Leave, ShiftType
from rosters.patterns import CellChange
from rosters.tests.scenes import DECEMBER, drafted, reported

SECOND = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def clock(morning):
    """The pages read the clock themselves: it stands at the tests' morning."""
    with time_machine.travel(morning, tick=False):
        yield


def why(town: Town, reader, person, day: date = SECOND):
    duty = Duty.objects.get(desk=town.desk, person=person, site_day=day)
    return signed_in(reader).get(f"/rosters/{town.desk.slug}/duties/{duty.pk}/why/")


def protect(town: Town, now) -> None:
    ShiftType.objects.filter(desk=town.desk, code="late").update(night=True)
    actions.protect(actor=town.supervisor, desk=town.desk, person=town.colleague, what="no_nights", from_on=date(2026, 11, 24), until_on=None, now=now)
    Leave.objects.create(
        desk=town.desk, person=town.second_butler, filed_by=town.second_butler, asked_at=now, kind="sick", state="approved", decided_by=town.supervisor,
        decided_at=now, starts_at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 16, 0, tzinfo=UTC),
    )


@pytest.mark.clause("A5")
def test_the_person_reads_what_led_there_and_some_who_could_but_nothing_about_others(town: Town, morning) -> None:
    protect(town, morning)
    reported(town, morning, agent="晚", colleague="休", butler="休", second_butler="休")
    page = why(town, town.agent, town.agent, DECEMBER).content.decode()
    assert "Late needs 2 people that day; 1 have it." in page and "Zhou Min" in page and "nights" in page
    for given_away in ("does no nights", "on leave", "Huang Zhiqiang", "Chen Guowei", "would get worse"):
        assert given_away not in page, given_away


@pytest.mark.clause("A5")
def test_who_drafts_reads_of_everybody_what_would_be_in_the_way(town: Town, morning) -> None:
    protect(town, morning)
    reported(town, morning, agent="晚", colleague="休", butler="休", second_butler="休")
    page = why(town, town.supervisor, town.agent, DECEMBER).content.decode()
    assert "Why He Jiayi?" in page and "Chen Guowei is on leave or has this weekday off" in page and "sick" not in page.lower()
    assert "Huang Zhiqiang" in page and "would get worse" in page


@pytest.mark.clause("A20")
def test_a_colleague_s_duty_and_one_of_another_desk_are_not_explained(town: Town, morning) -> None:
    reported(town, morning)
    assert why(town, town.butler, town.agent).status_code == 404
    duty = Duty.objects.filter(person=town.agent).first()
    assert signed_in(town.supervisor).get(f"/rosters/{town.other_desk.slug}/duties/{duty.pk}/why/").status_code == 404
    assert signed_in(town.agent).get(f"/rosters/{town.desk.slug}/2026-12/why/?cell={town.agent.pk}-2026-12-02").status_code == 403


@pytest.mark.clause("A5")
def test_cells_of_a_draft_are_explained_also_days_off_and_what_has_no_words_says_so(town: Town, morning) -> None:
    roster = drafted(town, morning)
    client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2026-12/why/?cell={town.agent.pk}-"
    assert "Who else could" in client.get(f"{path}2026-12-01").content.decode()
    assert "Who else could" not in client.get(f"{path}2026-12-04").content.decode(), "a day off is nobody else's"
    two = CellChange(town.agent.pk, DECEMBER, ("early",), ("early", "late"))
    actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[two], pins={(town.agent.pk, date(2026, 12, 4)): True}, now=morning)
    assert "cannot be explained" in client.get(f"{path}2026-12-01").content.decode()
    assert "fixed this cell" in client.get(f"{path}2026-12-04").content.decode()
    for wrong in ("x", "2027-01-01", ""):
        assert client.get(path + wrong).status_code == 404
    assert client.get(f"/rosters/{town.desk.slug}/2026-12/why/?cell={town.away.agent.pk}-2026-12-01").status_code == 404


@pytest.mark.clause("A5")
def test_two_versions_stand_beside_each_other_cell_by_cell(town: Town, morning) -> None:
    roster = drafted(town, morning)
    change = CellChange(town.agent.pk, DECEMBER, ("early",), ())
    actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[change], pins={}, now=morning)
    client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2026-12/versions/"
    page = client.get(path).content.decode()
    assert "From version 1 to version 2" in page and page.count("→") == 1 and "He Jiayi" in page
    assert "They are the same" in client.get(f"{path}?from=2&to=2").content.decode()
    for wrong in ("?from=9", "?to=0", "?from=x", "?from=99999999999"):
        assert client.get(path + wrong).status_code == 422
    assert signed_in(town.agent).get(path).status_code == 403
    assert client.get(f"/rosters/{town.desk.slug}/2027-03/versions/").status_code == 404


@pytest.mark.clause("A5")
def test_a_cell_of_a_draft_that_is_not_used_yet_is_explained_as_it_stands_there(town: Town, morning) -> None:
    rows = {str(person.pk): ["late" if person == town.agent else None, *[None] * 30] for person in (town.agent, town.butler)}
    run = DraftRun.objects.create(
        desk=town.desk, month=DECEMBER, seconds=10, asked_by=town.supervisor, asked_at=morning, changed_at=morning, state="done", found="good", rows=rows,
    )
    client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2026-12/"
    page = client.get(f"{path}draft/{run.pk}/").content.decode()
    cell = f"{path}why/?draft={run.pk}&cell={town.agent.pk}-2026-12-01"
    assert cell.replace("&", "&amp;") in page
    page = client.get(cell).content.decode()
    assert "Why He Jiayi?" in page and "Late" in page and "Who else could" in page and "Zhou Min" in page and f"{path}draft/{run.pk}/" in page
    for wrong in ("x", "999999", "", "9" * 30, "٣"):
        assert client.get(f"{path}why/?draft={wrong}&cell={town.agent.pk}-2026-12-01").status_code == 404, wrong
    assert client.get(f"{path}why/?cell={town.agent.pk}-2026-12-01").status_code == 404, "the month has no roster"
    assert signed_in(town.agent).get(cell).status_code == 403 and signed_in(town.away.supervisor).get(cell).status_code == 404
    DraftRun.objects.update(state="running")
    assert client.get(cell).status_code == 404
