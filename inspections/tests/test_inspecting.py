"""Two inspections a day over ten items, and any number at will (A31, A32)."""

from datetime import timedelta

import pytest

from desks.models import ChecklistItem, OpeningHours
from desks.queries import checklist_items
from desks.refusal import Refused
from desks.testing import Town
from inspections import actions
from inspections.models import Finding, Inspection, InspectionResult
from inspections.queries import due_inspections, items_for
from inspections.tests.making import finished, started
from logbook.models import Entry


def _entries(town: Town) -> list[Entry]:
    return list(Entry.objects.filter(book__desk=town.desk).order_by("number"))


@pytest.mark.clause("A31")
def test_ten_items_the_rest_passes_and_the_log_says_so(town: Town, morning) -> None:
    row = started(town, morning)
    items = [item for item, _result in items_for(row)]
    assert len(items) == 10
    actions.set_result(actor=town.supervisor, inspection=row, item=items[1], outcome="na", remark="无", now=morning)
    assert actions.pass_the_rest(actor=town.supervisor, inspection=row, now=morning) == 9
    row = actions.finish_inspection(actor=town.supervisor, inspection=row, now=morning + timedelta(minutes=12))
    assert (row.state, row.inspector, row.results.filter(outcome="pass").count()) == ("done", town.supervisor, 9)
    (entry,) = _entries(town)
    assert (entry.code, entry.audience, entry.fields["findings"]) == ("inspection_done", "staff", "0")
    assert row.history.filter(history_user=town.supervisor).count() == 3


@pytest.mark.clause("A33")
def test_a_failed_item_becomes_a_finding_that_only_supervisors_read(town: Town, morning) -> None:
    finished(town, morning, failed={"appearance": ("未佩戴工牌", "当场佩戴"), "environment": ("台面杂物较多", "")})
    states = dict(Finding.objects.values_list("result__item__code", "state"))
    assert states == {"appearance": "corrected", "environment": "open"}
    done, *found = _entries(town)
    assert "工牌" not in str(done.fields)
    assert {entry.code for entry in found} == {"finding_corrected", "finding_open"}
    assert {entry.audience for entry in found} == {"supervisors"}


@pytest.mark.clause("A31")
def test_what_stands_in_the_way_of_finishing_is_said(town: Town, morning) -> None:
    row = started(town, morning)
    item = checklist_items(town.desk, "inspection").first()
    actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome="fail", now=morning)
    with pytest.raises(Refused, match="Not every item"):
        actions.finish_inspection(actor=town.supervisor, inspection=row, now=morning)
    actions.pass_the_rest(actor=town.supervisor, inspection=row, now=morning)
    with pytest.raises(Refused, match=item.label):
        actions.finish_inspection(actor=town.supervisor, inspection=row, now=morning)
    assert not Finding.objects.exists() and not _entries(town)


@pytest.mark.clause("A31")
def test_marks_change_until_it_is_finished_and_not_after(town: Town, morning) -> None:
    row = started(town, morning)
    item = checklist_items(town.desk, "inspection").first()
    for outcome in ("fail", "pass", "pass"):
        actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome=outcome, remark="x", correction="y", now=morning)
    result = InspectionResult.objects.get()
    assert (result.outcome, result.correction, result.history.count()) == ("pass", "", 2)
    actions.pass_the_rest(actor=town.supervisor, inspection=row, now=morning)
    actions.finish_inspection(actor=town.supervisor, inspection=row, now=morning)
    for act in (
        lambda: actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome="fail", now=morning),
        lambda: actions.pass_the_rest(actor=town.supervisor, inspection=row, now=morning),
        lambda: actions.finish_inspection(actor=town.supervisor, inspection=row, now=morning),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.clause("A31")
def test_other_answers_and_other_items_are_refused(town: Town, morning) -> None:
    row = started(town, morning)
    item = checklist_items(town.desk, "inspection").first()
    foreign = checklist_items(town.away.desk, "inspection").first()
    surroundings = checklist_items(town.desk, "environment").first()
    for given in (
        {"item": item, "outcome": "perfect"}, {"item": foreign, "outcome": "pass"}, {"item": surroundings, "outcome": "pass"},
        {"item": item, "outcome": "fail", "remark": "长" * 301},
    ):
        with pytest.raises(Refused):
            actions.set_result(actor=town.supervisor, inspection=row, now=morning, **given)
    actions.set_result(actor=town.supervisor, inspection=row, item=item, outcome="fail", remark="a\x00b\n c", now=morning)
    assert InspectionResult.objects.get().remark == "ab c"


@pytest.mark.clause("A31")
def test_a_new_wording_leaves_what_was_inspected(town: Town, morning) -> None:
    row = finished(town, morning)
    ChecklistItem.objects.filter(template__desk=town.desk, code="log").update(current=False)
    assert len(items_for(row)) == 10


@pytest.mark.clause("A32")
def test_each_daily_one_once_and_at_will_as_often_as_one_likes(town: Town, morning) -> None:
    first = started(town, morning)
    assert started(town, morning) == first, "going on with it"
    assert started(town, morning, "handover") != first
    extra = started(town, morning, "extra")
    assert started(town, morning, "extra") == extra, "a double tap starts one"
    actions.pass_the_rest(actor=town.supervisor, inspection=extra, now=morning)
    actions.finish_inspection(actor=town.supervisor, inspection=extra, now=morning)
    assert started(town, morning, "extra") != extra
    assert Inspection.objects.count() == 4
    finished(town, morning + timedelta(minutes=1))
    with pytest.raises(Refused):
        started(town, morning)


@pytest.mark.clause("A32")
def test_on_a_day_on_which_the_desk_is_closed_nothing_is_due(town: Town, morning) -> None:
    OpeningHours.objects.filter(desk=town.desk, weekday=1).delete()
    assert due_inspections(town.desk, morning.date()) == []
    with pytest.raises(Refused):
        started(town, morning)
    assert started(town, morning, "extra").state == "in_progress"
