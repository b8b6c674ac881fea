"""What a handover demands: which matters are told alone, what stands in the way, when the relief is missing (A23, A26)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handover import rules
from handover.rules import Facts, MatterFacts

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SOON = timedelta(minutes=60)
OLD = MatterFacts(NOON - timedelta(days=2), NOON - timedelta(days=2), NOON + timedelta(days=1), "normal", "")
SINCE = NOON - timedelta(hours=4)


@pytest.mark.clause("A26")
@pytest.mark.parametrize(
    ("changes", "why", "severity"),
    [
        ({}, "", "stable"),
        ({"urgency": "urgent"}, "critical", "critical"),
        ({"urgency": "emergency"}, "critical", "critical"),
        ({"severity": "critical"}, "critical", "critical"),
        ({"due_at": NOON}, "overdue", "watch"),
        ({"due_at": NOON + timedelta(seconds=1)}, "soon", "watch"),
        ({"due_at": NOON + SOON}, "soon", "watch"),
        ({"due_at": NOON + SOON + timedelta(seconds=1)}, "", "stable"),
        ({"due_at": None}, "", "stable"),
        ({"opened_at": SINCE}, "new", "stable"),
        ({"opened_at": SINCE - timedelta(seconds=1)}, "", "stable"),
        ({"changed_at": SINCE}, "changed", "stable"),
        ({"due_at": NOON, "severity": "stable"}, "overdue", "stable"),
    ],
)
def test_new_changed_soon_due_overdue_and_critical_ones_are_told_alone(changes: dict, why: str, severity: str) -> None:
    facts = replace(OLD, **changes)
    assert rules.why_one_by_one(facts, since=SINCE, now=NOON, due_soon=SOON) == why
    assert rules.severity_of(facts, why) == severity


@pytest.mark.clause("A29")
def test_each_thing_undone_stands_in_the_way_with_its_place() -> None:
    ready = Facts(mode="face", state="preparing")
    assert rules.what_stands_in_the_way(ready) == [] and rules.why_not_sign([]) is None
    undone = {
        "untold": "matters", "unacknowledged": "matters", "uncounted": "count", "unexplained": "count",
        "unchecked": "environment", "without_remark": "environment", "without_overnight": "matters", "not_yet_included": "matters",
        "unowned": "matters", "unheard": "matters", "untyped": "matters", "unread": "new-entries", "undone": "steps",
    }
    for name, place in undone.items():
        (found,) = rules.what_stands_in_the_way(replace(ready, **{name: 2}))
        assert (found.count, found.anchor) == (2, place)
        assert rules.why_not_sign([found]) is not None
    assert [each.anchor for each in rules.what_stands_in_the_way(replace(ready, rest_open=True))] == ["rest"]
    assert rules.what_stands_in_the_way(replace(ready, holder_changed=True))
    for name, place in {"nobody_comes": "comes", "apart": "together", "consent_missing": "risk"}.items():
        assert [each.anchor for each in rules.what_stands_in_the_way(replace(ready, **{name: True}))] == [place]
    for state in ("refused", "suspended"):
        assert rules.what_stands_in_the_way(replace(ready, state=state))


@pytest.mark.clause("I4")
def test_nobody_stands_on_both_sides_and_only_the_shown_content_is_signed() -> None:
    assert rules.why_not_pair(1, 1) and rules.why_not_pair(1, 2) is None and rules.why_not_pair(None, 1) is None
    assert rules.why_not_same_content("a", "b") and rules.why_not_same_content("a", "a") is None


@pytest.mark.clause("A23")
@pytest.mark.parametrize(
    ("minutes", "grace", "present", "missing"),
    [(-1, 0, False, False), (0, 0, False, True), (0, 0, True, False), (4, 5, False, False), (5, 5, False, True), (480, 0, False, False)],
)
def test_the_relief_is_missing_from_the_start_of_the_duty_plus_grace_until_its_end(
    minutes: int, grace: int, present: bool, missing: bool
) -> None:
    assert missing is rules.relief_is_missing(
        NOON, NOON + timedelta(hours=8), grace=timedelta(minutes=grace), now=NOON + timedelta(minutes=minutes), present=present
    )
