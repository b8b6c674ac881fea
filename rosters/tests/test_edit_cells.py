"""Editing cells of a month that is planned: who, which states, what was changed meanwhile, patterns, pins (A5, A6, I6, I9)."""

from datetime import date

import pytest
import time_machine

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from rosters import actions
from rosters.models import PlannedDuty, RosterPin
from rosters.patterns import CellChange, cycle_of, differences, rotated, week_copied
from rosters.queries import plan_of_roster, shifts_of
from rosters.tests.scenes import DECEMBER, drafted, reported

FIRST, THIRD = DECEMBER, date(2026, 12, 3)


def edit(town: Town, roster, now, *changes: CellChange, seen: int = 1, actor=None, pins=None):
    return actions.edit_cells(actor=actor or town.supervisor, roster=roster, seen=seen, changes=changes, pins=pins or {}, now=now)


def codes(roster, person, day, version=None) -> set[str]:
    return set(PlannedDuty.objects.filter(roster=roster, version=version or roster.version, person=person, site_day=day).values_list("shift_code", flat=True))


@pytest.mark.clause("A5")
def test_changed_cells_make_the_next_version_and_the_earlier_stays(town: Town, morning) -> None:
    roster = drafted(town, morning)
    made = edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ("late",)), CellChange(town.agent.pk, THIRD, ("late",), ()))
    assert (made.version, made.state, codes(made, town.agent, FIRST), codes(made, town.agent, THIRD)) == (2, "draft", {"late"}, set())
    assert codes(made, town.agent, FIRST, version=1) == {"early"}
    assert PlannedDuty.objects.filter(roster=roster, version=2).count() == PlannedDuty.objects.filter(roster=roster, version=1).count() - 1
    entry = Entry.objects.filter(book__desk=town.desk).order_by("number").last()
    assert (entry.code, entry.fields["cells"], entry.audience) == ("roster_edited", "2", "supervisors")
    found = differences(plan_of_roster(made, 1), plan_of_roster(made))
    assert [(each.person, each.day, [shift.code for shift in each.after]) for each in found] == [(town.agent, FIRST, ["late"]), (town.agent, THIRD, [])]


@pytest.mark.clause("A5")
def test_a_returned_roster_is_edited_and_is_a_draft_again(town: Town, morning) -> None:
    roster = actions.submit(actor=town.supervisor, roster=drafted(town, morning), now=morning)
    with pytest.raises(Refused, match="being reviewed"):
        edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ()))
    roster = actions.return_roster(actor=town.supervisor, roster=roster, reason="第一天", now=morning)
    assert edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ())).state == "draft"


@pytest.mark.clause("I6")
def test_a_final_month_is_not_edited(town: Town, morning) -> None:
    roster = reported(town, morning)
    with pytest.raises(Refused, match="approved"):
        edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ()), pins={(town.agent.pk, FIRST): True})
    assert not RosterPin.objects.exists()


@pytest.mark.clause("A20")
def test_only_who_drafts_edits(town: Town, morning) -> None:
    roster = drafted(town, morning)
    for person in (town.agent, town.head, town.auditor, town.away.supervisor):
        with pytest.raises(Refused):
            edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ()), actor=person)


@pytest.mark.clause("I9")
def test_what_was_changed_meanwhile_is_named_and_nothing_is_overwritten(town: Town, morning) -> None:
    roster = drafted(town, morning)
    edit(town, roster, morning, CellChange(town.butler.pk, FIRST, ("late",), ()))
    with pytest.raises(actions.ChangedMeanwhile) as refused:
        edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ()))
    assert "1 cell differs" in str(refused.value) and town.butler.display_name in str(refused.value)
    roster.refresh_from_db()
    assert roster.version == 2 and codes(roster, town.agent, FIRST) == {"early"}
    with pytest.raises(actions.ChangedMeanwhile):
        edit(town, roster, morning, seen=99)
    with pytest.raises(Refused, match="not what you saw"):
        edit(town, roster, morning, CellChange(town.agent.pk, FIRST, (), ("late",)), seen=2)


@pytest.mark.clause("A6")
@pytest.mark.parametrize("change", [(999_999, FIRST, (), ("early",)), (None, date(2027, 1, 1), (), ("early",)), (None, FIRST, ("early",), ("'; --",))])
def test_cells_people_and_shifts_that_are_none_of_it_are_refused(town: Town, morning, change) -> None:
    person, day, before, after = change
    roster = drafted(town, morning)
    with pytest.raises(Refused):
        edit(town, roster, morning, CellChange(person or town.agent.pk, day, before, after))
    with pytest.raises(Refused):
        edit(town, roster, morning, CellChange(town.away.agent.pk, FIRST, (), ("early",)))
    roster.refresh_from_db()
    assert roster.version == 1


@pytest.mark.clause("A5")
def test_pins_are_laid_once_taken_away_and_make_no_version(town: Town, morning) -> None:
    roster = drafted(town, morning)
    for _twice in range(2):
        assert edit(town, roster, morning, pins={(town.agent.pk, FIRST): True, (999_999, FIRST): True}).version == 1
    assert RosterPin.objects.get().pinned_by == town.supervisor
    edit(town, roster, morning, CellChange(town.agent.pk, FIRST, ("early",), ("early",)), pins={(town.agent.pk, FIRST): False})
    roster.refresh_from_db()
    assert not RosterPin.objects.exists() and roster.version == 1, "nothing changed makes no version"


@pytest.mark.clause("A5")
@pytest.mark.parametrize("text", ["早早晚晚休休", "E E L L off off", "early,early,late,late,O,O", "早 早；晚、晚 休休"])
def test_a_rotation_is_written_in_marks_of_either_language(town: Town, text: str) -> None:
    assert cycle_of(text, shifts_of(town.desk)) == [("early",), ("early",), ("late",), ("late",), (), ()]


@pytest.mark.clause("A5")
@pytest.mark.parametrize("text", ["", "早夜", "<script>", "休" * 61])
def test_what_is_no_rotation_is_refused(town: Town, text: str) -> None:
    with pytest.raises(Refused):
        cycle_of(text, shifts_of(town.desk))


@pytest.mark.clause("A5")
def test_a_rotation_and_a_copied_week_fill_from_a_day_on_and_leave_kept_cells(town: Town, morning) -> None:
    roster = drafted(town, morning)
    plan = plan_of_roster(roster)
    kept = {(town.agent.pk, date(2026, 12, 9))}
    changes = rotated(plan, [town.agent.pk], date(2026, 12, 7), date(2026, 12, 12), [("early",), ()], kept)
    wanted = {change.day.day: change.after for change in changes}
    assert 9 not in wanted and min(wanted) >= 7 and max(wanted) <= 12
    made = edit(town, roster, morning, *changes)
    assert [codes(made, town.agent, date(2026, 12, day)) for day in (7, 8, 10, 11, 12)] == [{"early"}, set(), set(), {"early"}, set()]
    again = week_copied(plan_of_roster(made), [town.agent.pk, town.butler.pk], date(2026, 12, 7), date(2026, 12, 31), set())
    last = edit(town, made, morning, *again, seen=2)
    for day in range(14, 32):
        assert codes(last, town.agent, date(2026, 12, day)) == codes(last, town.agent, date(2026, 12, 7 + (day - 7) % 7))
    assert codes(last, town.agent, date(2026, 12, 6)) == codes(last, town.agent, date(2026, 12, 6), version=1)


@pytest.mark.clause("A5")
def test_in_a_rotation_each_further_person_is_so_many_days_behind(town: Town, morning) -> None:
    plan = plan_of_roster(drafted(town, morning, agent="早", butler="早", colleague="早"))
    cycle = [("early",), ("late",), ()]
    people = [town.agent.pk, town.butler.pk, town.colleague.pk]
    changes = rotated(plan, people, DECEMBER, date(2026, 12, 3), cycle, set(), 1)
    found = {(change.person, change.day.day): change.after for change in changes}
    rows = [[found.get((person, day), ("early",)) for day in (1, 2, 3)] for person in people]
    assert rows == [[("early",), ("late",), ()], [(), ("early",), ("late",)], [("late",), (), ("early",)]]


@pytest.mark.clause("A5", "A6")
def test_a_month_begins_empty_so_that_single_duties_are_given_before_it_is_drafted(town: Town, morning) -> None:
    from rosters.actions import drafts

    roster = actions.begin_roster(actor=town.supervisor, desk=town.desk, month=DECEMBER, now=morning)
    assert (roster.version, roster.planned.count()) == (1, 0) and roster.lines.count() == 4
    given = CellChange(town.agent.pk, date(2026, 12, 24), (), ("late",))
    roster = actions.edit_cells(actor=town.supervisor, roster=roster, seen=1, changes=[given], pins={(town.agent.pk, date(2026, 12, 24)): True}, now=morning)
    sent = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafts, "_send", sent.append)
        run = actions.start_draft(actor=town.supervisor, desk=town.desk, month=DECEMBER, seconds=5, keeps=False, now=morning)
    assert run.pinned == [[town.agent.pk, "2026-12-24", "late"]], "the rest is free"
    with pytest.raises(Refused, match="roster already"):
        actions.begin_roster(actor=town.supervisor, desk=town.desk, month=DECEMBER, now=morning)
    with pytest.raises(Refused, match="over"):
        actions.begin_roster(actor=town.supervisor, desk=town.desk, month=date(2026, 10, 1), now=morning)
    for person in (town.agent, town.away.supervisor, town.auditor):
        with pytest.raises(Refused):
            actions.begin_roster(actor=person, desk=town.desk, month=date(2027, 1, 1), now=morning)


@pytest.mark.clause("A6")
def test_the_page_of_a_month_without_a_roster_begins_one(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        client, path = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/2027-01/"
        assert f"{path}begin/" in client.get(path).content.decode() and client.get(f"{path}begin/").status_code == 405
        assert client.post(f"{path}begin/")["Location"] == f"{path}edit/"
        assert f"{town.agent.pk}|2027-01-01" in client.get(f"{path}edit/").content.decode()
        assert "roster already" in client.post(f"{path}begin/", follow=True).content.decode()
        assert signed_in(town.agent).post(f"/rosters/{town.desk.slug}/2027-02/begin/").status_code == 403


@pytest.mark.clause("A5")
def test_the_last_week_of_the_month_before_goes_on(town: Town, morning) -> None:
    reported(town, morning.replace(month=10), month=date(2026, 11, 1), agent="休" * 23 + "早早晚晚休休晚", butler="早", colleague="晚")
    drafted(town, morning, agent="休", butler="早早晚休", colleague="晚早休早")
    sent = {"version": 1, "way": "before", "people": [town.agent.pk], "first": "2026-12-01", "until": "2026-12-10"}
    with time_machine.travel(morning, tick=False):
        assert signed_in(town.supervisor).post(f"/rosters/{town.desk.slug}/2026-12/edit/fill/", sent).status_code == 302
    rows = dict(PlannedDuty.objects.filter(version=2, person=town.agent).values_list("site_day", "shift_code"))
    assert {day.day: code for day, code in rows.items()} == {
        1: "early", 2: "early", 3: "late", 4: "late", 7: "late", 8: "early", 9: "early", 10: "late",
    }
