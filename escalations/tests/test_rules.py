"""The rules of escalations as pure functions (A1, A4, A9, A11)."""

from datetime import UTC, datetime, timedelta

import pytest

from desks.models import DeskSettings
from escalations import rules

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.mark.clause("A11")
@pytest.mark.parametrize(
    ("level", "supervises", "heads", "allowed"),
    [
        ("supervisor", True, False, True), ("supervisor", False, True, False), ("supervisor", False, False, False),
        ("project_head", True, False, False), ("project_head", False, True, True), ("project_head", True, True, True),
    ],
)
def test_who_decides_at_which_level(level: str, supervises: bool, heads: bool, allowed: bool) -> None:
    refusal = rules.why_not_decide(level=level, may_decide=supervises, may_decide_major=heads)
    assert (refusal is None) is allowed


@pytest.mark.clause("A4")
@pytest.mark.parametrize(("minutes", "limits", "late"), [(14, 1, False), (15, 1, True), (29, 2, False), (30, 2, True)])
def test_the_border_of_the_limit(minutes: int, limits: int, late: bool) -> None:
    asked = NOW - timedelta(minutes=minutes)
    assert rules.is_unanswered(asked_at=asked, now=NOW, settings=DeskSettings(), limits=limits) is late


@pytest.mark.clause("A9")
@pytest.mark.parametrize(
    ("urgency", "severity", "minutes", "told"),
    [
        ("normal", "", 0, False), ("normal", "", 15, False), ("normal", "", 16, True), ("urgent", "", 0, True),
        ("emergency", "", 0, True), ("normal", "critical", 0, True), ("normal", "minor", 0, False),
    ],
)
def test_which_overdue_matters_go_to_the_supervisor(urgency: str, severity: str, minutes: int, told: bool) -> None:
    late_by = timedelta(minutes=minutes)
    assert rules.goes_to_supervisor(urgency=urgency, severity=severity, late_by=late_by, settings=DeskSettings()) is told
