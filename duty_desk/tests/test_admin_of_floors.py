"""The set-up of later floors stands in the administration and keeps its versions (A6, A28)."""

from datetime import time

from desks.testing import Town
from logbook.models import Entry
from office.actions import change_settings
from registers.models import CustodyItem
from rosters.models import ShiftType


def _change(town: Town, row, now, **changes):
    return change_settings(actor=town.administrator, row=row, changes=changes, reason="新规定", now=now)


def test_other_hours_of_a_shift_are_a_new_version(town: Town, morning) -> None:
    shift = ShiftType.objects.filter(desk=town.desk, current=True).first()
    new = _change(town, shift, morning, starts=time(7, 30))
    assert new.version == shift.version + 1
    assert Entry.objects.get(book__site=town.site, book__desk=None).code == "shifttype_changed_of_desk"


def test_another_expected_number_is_no_new_wording(town: Town, morning) -> None:
    item = CustodyItem.objects.filter(desk=town.desk, current=True).first()
    assert _change(town, item, morning, expected=item.expected + 1).pk == item.pk
    assert _change(town, item, morning, label_en="Other words").version == item.version + 1
