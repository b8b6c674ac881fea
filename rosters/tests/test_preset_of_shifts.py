"""What a preset says of shifts and of people needed stands at a new desk (A6)."""

from datetime import time

import pytest

from desks.testing import Town
from rosters.models import ShiftNeed, ShiftType
from rosters.presets import load_shift_needs, load_shift_types


@pytest.mark.clause("A6")
def test_nights_breaks_roles_and_needs_come_from_the_preset(town: Town) -> None:
    ShiftType.objects.filter(desk=town.other_desk).delete()
    load_shift_types(
        town.other_desk,
        [
            {
                "code": "night", "labels": ["Night", "夜班", "夜班"], "mark_en": "N", "mark_zh": "夜", "starts": "22:00", "ends": "08:00", "tone": "night",
                "night": True, "break_minutes": 30, "needed": 1, "roles": ["butler"], "skills": ["english"],
            }
        ],
    )
    load_shift_needs(town.other_desk, [{"shift": "night", "on": "holiday", "people": 2}, {"shift": "night", "on": "sat", "people": 1, "skill": "english"}])
    shift = ShiftType.objects.get(desk=town.other_desk)
    assert (shift.night, shift.break_minutes, shift.roles, shift.starts, shift.version) == (True, 30, ["butler"], time(22), 1)
    needs = ShiftNeed.objects.filter(desk=town.other_desk).values_list("on", "people", "skill")
    assert set(needs) == {("holiday", 2, ""), ("sat", 1, "english")}
    assert all(row.history.count() == 1 for row in (shift, *ShiftNeed.objects.filter(desk=town.other_desk)))
