"""The rounds that a preset brings, and their points (B1.3, C3, C4)."""

from datetime import time
from typing import Any

from desks.models import Desk
from desks.presets import coded_rows
from rounds.models import Round, RoundPoint


def load_rounds(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays the preset's rounds at a new desk."""
    coded_rows(Round, [row | {"times": [time.fromisoformat(each) for each in row["times"]]} for row in rows], desk=desk)


def load_points(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays what is looked at or read off on the way."""
    coded_rows(RoundPoint, rows, desk=desk)
