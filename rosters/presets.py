"""The preset's shift types, and how many people they need on which days (A6)."""

from typing import Any

from simple_history.utils import bulk_create_with_history

from desks.hooks import preset_sections
from desks.models import Desk
from desks.presets import coded_rows
from rosters.models import ShiftNeed, ShiftType


def load_shift_types(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays the preset's shift types at a new desk."""
    coded_rows(ShiftType, rows, desk=desk)


def load_shift_needs(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays the preset's numbers of people needed at a new desk: rows of shift, on, people and, where one is needed, skill."""
    made = [
        ShiftNeed(desk=desk, shift_code=row["shift"], on=row["on"], people=row["people"], skill=row.get("skill", "")) for row in rows
    ]
    bulk_create_with_history(made, ShiftNeed)


def register_preset() -> None:
    """Registers the sections `shift_types` and `shift_needs` of the presets."""
    preset_sections.register("shift_needs", load_shift_needs)
    preset_sections.register("shift_types", load_shift_types)
