"""A finding is corrected, or gets cause, action, owner and due day, is done, and is verified (A33, I9)."""

from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town
from inspections import actions
from inspections.models import Finding
from inspections.panels_of_inspections import now_items
from inspections.queries import recent_with_same_item
from inspections.tests.making import finding, finished
from logbook.models import Entry
from notices.models import Notice


def _set(town: Town, row: Finding, now, **changes) -> Finding:
    given = {
        "actor": town.supervisor, "finding": row, "cause": "交接匆忙", "action": "每班交接前整理台面", "owner": town.butler,
        "due_on": (now + timedelta(days=2)).date(), "now": now,
    }
    return actions.set_action(**(given | changes))


@pytest.mark.clause("A33")
def test_from_the_problem_to_the_verified_action(town: Town, morning) -> None:
    row = _set(town, finding(town, morning), morning)
    (notice,) = Notice.objects.filter(person=town.butler)
    assert notice.url == f"/inspections/{town.desk.slug}/my-findings/{row.pk}/"
    row = actions.finish_action(actor=town.butler, finding=row, answer="已整理并张贴提示", now=morning)
    assert Notice.objects.filter(person=town.supervisor, code="finding_to_verify").count() == 1
    row = actions.verify_action(actor=town.supervisor, finding=row, now=morning)
    assert (row.state, row.verified_by) == ("verified", town.supervisor)
    assert [step.state for step in row.history.order_by("history_id")] == ["open", "action_set", "done", "verified"]
    codes = Entry.objects.filter(book__desk=town.desk, audience="supervisors").order_by("number").values_list("code", flat=True)
    assert list(codes) == ["finding_open", "finding_action_set", "finding_done", "finding_verified"]


@pytest.mark.clause("A33")
def test_what_is_not_done_goes_back_with_a_reason_and_its_owner_is_told_each_time(town: Town, morning) -> None:
    row = _set(town, finding(town, morning), morning)
    for count in (1, 2):
        row = actions.finish_action(actor=town.butler, finding=row, answer="好了", now=morning)
        row = actions.send_back_action(actor=town.supervisor, finding=row, reason="台面仍乱", now=morning)
        assert (row.state, row.answer, row.done_at) == ("action_set", "", None)
        assert Notice.objects.filter(person=town.butler, code="finding_back_to_you").count() == count
    assert row.history.latest("history_id").history_change_reason == "台面仍乱"
    with pytest.raises(Refused):
        actions.send_back_action(actor=town.supervisor, finding=row, reason="x", now=morning)


@pytest.mark.clause("A33")
@pytest.mark.parametrize(
    "changes,field",
    [
        ({"cause": " "}, "cause"), ({"action": ""}, "action"), ({"action": "长" * 301}, "action"), ({"days": -1}, "due_on"),
        ({"owner": "auditor"}, "owner"), ({"owner": "away"}, "owner"), ({"owner": "nobody"}, "owner"),
    ],
)
def test_an_action_needs_cause_owner_of_the_site_and_a_day_to_come(town: Town, morning, changes: dict, field: str) -> None:
    row = finding(town, morning)
    if "days" in changes:
        changes = {"due_on": (morning + timedelta(days=changes["days"])).date()}
    if "owner" in changes:
        changes = {"owner": town.away.butler if changes["owner"] == "away" else getattr(town, changes["owner"])}
    with pytest.raises(Refused) as refused:
        _set(town, row, morning, **changes)
    assert refused.value.field == field
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.clause("A33")
def test_only_the_owner_or_the_supervisor_says_that_it_is_done(town: Town, morning) -> None:
    row = _set(town, finding(town, morning), morning)
    with pytest.raises(Refused):
        actions.finish_action(actor=town.agent, finding=row, answer="好了", now=morning)
    with pytest.raises(Refused) as refused:
        actions.finish_action(actor=town.butler, finding=row, answer=" ", now=morning)
    assert refused.value.field == "answer"
    assert actions.finish_action(actor=town.supervisor, finding=row, answer="好了", now=morning).state == "done"


@pytest.mark.clause("I9")
def test_each_step_only_from_the_state_before_it(town: Town, morning) -> None:
    row = finding(town, morning)
    for act in (
        lambda: actions.finish_action(actor=town.supervisor, finding=row, answer="x", now=morning),
        lambda: actions.verify_action(actor=town.supervisor, finding=row, now=morning),
    ):
        with pytest.raises(Refused):
            act()
    row = actions.correct_finding(actor=town.supervisor, finding=row, correction="当场整理", now=morning)
    for act in (
        lambda: actions.correct_finding(actor=town.supervisor, finding=row, correction="x", now=morning),
        lambda: _set(town, row, morning),
    ):
        with pytest.raises(Refused):
            act()
    assert row.history.count() == 2


@pytest.mark.clause("A33")
def test_a_repeated_finding_is_shown(town: Town, morning) -> None:
    finding(town, morning)
    again = finding(town, morning + timedelta(hours=7), "handover")
    assert recent_with_same_item(again) == 1


@pytest.mark.clause("A3")
def test_what_waits_stands_on_the_pages_of_who_answers_for_it(town: Town, morning) -> None:
    row = finding(town, morning)

    def waits(person, now) -> list[str]:
        return [item.what for item in now_items(person, town.site, now) if item.why == town.desk.label]

    assert waits(town.supervisor, morning) == ["1 finding without an action"]
    assert waits(town.head, morning) == waits(town.agent, morning) == []
    row = _set(town, row, morning, due_on=morning.date())
    assert waits(town.supervisor, morning) == []
    assert "1 action is overdue" in waits(town.head, morning + timedelta(days=1))
    actions.finish_action(actor=town.butler, finding=row, answer="好了", now=morning)
    assert waits(town.supervisor, morning) == ["1 action to verify"]


@pytest.mark.clause("A32")
def test_the_head_sees_only_what_is_overdue(town: Town, morning) -> None:
    def due(person, now) -> list[tuple[str, str]]:
        return [(item.tone, item.act) for item in now_items(person, town.site, now) if town.desk.label in item.why]

    assert due(town.supervisor, morning - timedelta(minutes=1)) == []
    assert due(town.supervisor, morning) == [("warn", "Inspect")]
    assert due(town.head, morning) == []
    late = morning + timedelta(minutes=30)
    assert due(town.supervisor, late) == [("bad", "Inspect")] and due(town.head, late) == [("bad", "Look")]
    for stranger in (town.agent, town.auditor, town.away.supervisor, town.nobody):
        assert due(stranger, late) == []
    finished(town, late)
    assert due(town.supervisor, late) == due(town.head, late) == []
