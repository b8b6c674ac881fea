"""What a kind promises is a version of the kind: what was written before is measured by what was promised then (A8, A9)."""

from datetime import timedelta

import pytest

from desks.models import EntryKind
from desks.testing import Town
from logbook import actions
from logbook.queries import figures_of
from office.actions import change_settings

MINUTE = timedelta(minutes=1)


def repair(town: Town, now, **more) -> int:
    values = {"actor": town.agent, "desk": town.desk, "now": now, "text": "漏水", "kind": "repair", "place": "5栋1203"}
    return actions.record_entry(**values, **more).kind_version or 0


@pytest.mark.clause("A9")
def test_another_target_is_another_version(town: Town, morning) -> None:
    early, urgent = repair(town, morning), repair(town, morning, urgency="urgent")
    kind = EntryKind.objects.get(desk=town.desk, code="repair", current=True)
    kept = change_settings(actor=town.administrator, row=kind, changes={"response_minutes": 10}, reason="更快", now=morning)
    assert kept.version == kind.version + 1 and kept.calls_back and early == urgent == kind.version
    assert repair(town, morning + MINUTE) == kept.version
    (row,) = figures_of(town.desk, morning, morning + 60 * MINUTE, morning + 60 * MINUTE)
    assert (row.promised, row.first_late) == (2, 2), "the urgent one after 30 minutes, the later one after 10; the early one has two hours"


@pytest.mark.clause("A8")
def test_whether_the_customer_is_called_back_is_the_kind_s(town: Town, morning) -> None:
    kind = EntryKind.objects.get(desk=town.desk, code="help", current=True)
    assert not kind.calls_back
    kept = change_settings(actor=town.administrator, row=kind, changes={"calls_back": True}, reason="回访", now=morning)
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="求助", kind="help")
    made = actions.move_follow_up(actor=town.agent, root=root, now=morning, state="closed", result="好", called_back=True)
    assert root.kind_version == kept.version and made.fields == {"customer_called_back": "true"}
