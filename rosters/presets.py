"""The preset's shift types (A6)."""

from typing import Any

from desks.hooks import preset_sections
from desks.models import Desk
from desks.presets import coded_rows
from rosters.models import ShiftType


def load_shift_types(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """Lays the preset's shift types at a new desk."""
    coded_rows(ShiftType, rows, desk=desk)


def register_preset() -> None:
    """Registers the section `shift_types` of the presets."""
    preset_sections.register("shift_types", load_shift_types)
