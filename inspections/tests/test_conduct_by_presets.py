"""What each regulation says of conduct is what its desks are inspected by (B1.7, B1.11, B1.14, C1, D1, E10)."""

from datetime import datetime

import pytest

from desks.models import Desk
from desks.presets import fill_desk
from desks.testing import Town
from inspections.actions import finish_inspection, pass_the_rest, set_result, start_inspection
from inspections.models import Finding
from inspections.queries import items_for
from logbook.models import Entry

CONDUCT = {"club": {"B1.7", "B1.11", "B1.14"}, "engineering": {"C1"}, "maintenance": {"D1"}, "plant": {"E10"}}


@pytest.mark.parametrize("preset", CONDUCT)
@pytest.mark.clause("B1.7", "B1.11", "B1.14", "C1", "D1", "E10")
def test_conduct_is_inspected_and_what_fails_is_a_finding_for_supervisors_alone(town: Town, morning: datetime, preset: str) -> None:
    desk = Desk.objects.create(site=town.site, slug=f"new-{preset}", label_en="New", label_zh_hans="新岗位", preset=preset)
    fill_desk(desk, preset)
    desk = Desk.objects.select_related("site", "settings").get(pk=desk.pk)
    row = start_inspection(actor=town.supervisor, desk=desk, occasion="extra", now=morning)
    asked = [item for item, _result in items_for(row) if item.clause in CONDUCT[preset]]
    for item in asked:
        set_result(actor=town.supervisor, inspection=row, item=item, outcome="fail", remark="见现场", now=morning)
    pass_the_rest(actor=town.supervisor, inspection=row, now=morning)
    finish_inspection(actor=town.supervisor, inspection=row, now=morning)
    assert set(Finding.objects.filter(result__inspection=row).values_list("result__item__clause", flat=True)) == CONDUCT[preset]
    told = Entry.objects.filter(book__desk=desk, code="finding_open")
    assert {entry.audience for entry in told} == {"supervisors"} and told.count() == len(asked)
