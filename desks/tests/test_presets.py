"""The preset fills a new desk, once (A6, A31)."""

import pytest

from desks.models import Desk, DeskSettings
from desks.presets import fill_desk, preset_names, read_preset
from desks.queries import checklist_items, choices_of, kinds_of
from desks.refusal import Refused
from desks.testing import Town

FIRST_KINDS = {
    "enquiry", "help", "repair", "complaint", "visitor", "parcel", "item", "message", "service", "patrol", "emergency", "other",
}


@pytest.mark.clause("A8")
def test_the_first_kinds_are_there_with_three_labels(town: Town) -> None:
    kinds = list(kinds_of(town.desk))
    assert {kind.code for kind in kinds} == FIRST_KINDS
    assert all(kind.label_en and kind.label_zh_hans and kind.label_zh_hant for kind in kinds)


@pytest.mark.clause("A31")
def test_the_inspection_has_the_ten_items(town: Town) -> None:
    assert checklist_items(town.desk, "inspection").count() == 10


@pytest.mark.clause("A6")
def test_the_desk_is_open_from_eight(town: Town) -> None:
    assert {hours.opens.hour for hours in town.desk.opening_hours.all()} == {8}
    assert DeskSettings.objects.get(desk=town.desk).duty_roles == ["agent", "butler"]


def test_a_desk_that_is_set_up_is_not_filled_again(town: Town) -> None:
    with pytest.raises(Refused):
        fill_desk(town.desk, "service-centre")
    assert kinds_of(town.desk).count() == 12


def test_an_unknown_preset_is_refused_and_leaves_nothing(town: Town) -> None:
    desk = Desk.objects.create(site=town.site, slug="new-desk", label_en="New")
    with pytest.raises(Refused):
        fill_desk(desk, "../service-centre")
    assert not choices_of(desk, "source").exists()


@pytest.mark.parametrize("name", preset_names())
def test_each_preset_has_every_label(name: str) -> None:
    def rows(value):
        if isinstance(value, dict):
            if "labels" in value:
                yield value
            for each in value.values():
                yield from rows(each)
        elif isinstance(value, list):
            for each in value:
                yield from rows(each)

    found = list(rows(read_preset(name)))
    assert found and all(len(row["labels"]) == 3 and all(row["labels"]) for row in found)
