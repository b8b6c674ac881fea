"""Shifts, people needed and own days in the administration: what is taken, what is refused beside its field (A6, I8)."""

from datetime import date

import pytest
from django.urls import reverse

from desks.models import Choice
from desks.testing import Town, signed_in
from logbook.models import Entry
from rosters.models import ShiftNeed, ShiftType, SiteDay

SHIFT = "admin:rosters_shifttype_change"


def shift_data(shift: ShiftType, **more: object) -> dict[str, object]:
    data = {
        "label_en": shift.label_en, "label_zh_hans": shift.label_zh_hans, "label_zh_hant": shift.label_zh_hant, "position": shift.position,
        "current": "on", "mark_en": shift.mark_en, "mark_zh": shift.mark_zh, "starts": "08:00", "ends": "16:00", "tone": shift.tone,
        "needed": shift.needed, "break_minutes": 0, "roles": [], "skills": "", "reason": "新规定",
    }
    return data | more


def early(town: Town) -> ShiftType:
    return ShiftType.objects.get(desk=town.desk, code="early", current=True)


@pytest.mark.clause("A6")
def test_a_break_and_a_night_are_a_new_version_who_may_take_it_is_not(town: Town) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    client, shift = signed_in(town.administrator), early(town)
    answer = client.post(reverse(SHIFT, args=[shift.pk]), shift_data(shift, roles=["agent"], skills="english， english"))
    assert answer.status_code == 302, answer.content.decode()
    kept = early(town)
    assert (kept.version, kept.roles, kept.skills) == (shift.version, ["agent"], ["english"])
    data = shift_data(shift, roles=["agent"], skills="english", break_minutes=30, night="on")
    assert client.post(reverse(SHIFT, args=[kept.pk]), data).status_code == 302
    fresh = early(town)
    assert (fresh.version, fresh.night, fresh.break_minutes, fresh.skills) == (shift.version + 1, True, 30, ["english"])
    assert not ShiftType.objects.get(pk=shift.pk).current


@pytest.mark.clause("I10")
@pytest.mark.parametrize(
    ("more", "words"),
    [({"skills": "flying"}, "knows no “flying”"), ({"break_minutes": 480}, "as long as the shift"), ({"break_minutes": -1}, "greater than")],
)
def test_what_cannot_be_is_refused_beside_its_field(town: Town, more: dict[str, object], words: str) -> None:
    shift = early(town)
    answer = signed_in(town.administrator).post(reverse(SHIFT, args=[shift.pk]), shift_data(shift, label_en="Dawn", **more))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and "Dawn" in page
    assert early(town).label_en == "Early"


@pytest.mark.clause("A6")
def test_people_needed_are_of_a_shift_that_the_desk_has_and_each_once(town: Town) -> None:
    client, address = signed_in(town.administrator), reverse("admin:rosters_shiftneed_add")
    data = {"desk": town.desk.pk, "shift_code": "early", "on": "holiday", "people": 3, "skill": "", "current": "on"}
    assert "knows no “noon”" in client.post(address, data | {"shift_code": "noon"}).content.decode()
    assert client.post(address, data).status_code == 302
    again = client.post(address, data)
    assert again.status_code in {200, 422} and ShiftNeed.objects.count() == 1
    entry = Entry.objects.get(book__site=town.site, book__desk=None)
    assert entry.code == "shiftneed_added_of_desk"


@pytest.mark.clause("I8")
def test_own_days_are_of_the_own_site_and_stand_in_its_book(town: Town) -> None:
    client, address = signed_in(town.administrator), reverse("admin:rosters_siteday_add")
    data = {"site": town.site.pk, "desk": "", "day": "2026-12-08", "what": "holiday", "label_en": "Founding day", "current": "on"}
    assert client.post(address, data).status_code == 302
    for foreign in ({"site": town.away.site.pk}, {"desk": town.away.desk.pk}):
        assert client.post(address, data | {"day": "2026-12-09"} | foreign).status_code == 422
    row = SiteDay.objects.get()
    assert row.day == date(2026, 12, 8)
    assert Entry.objects.get(book__site=town.site, book__desk=None).code == "siteday_added"
    theirs = signed_in(town.away.administrator).get(reverse("admin:rosters_siteday_change", args=[row.pk]))
    assert theirs.status_code == 404


@pytest.mark.clause("A6")
def test_a_site_says_whose_public_holidays_are_its_own_and_only_known_ones(town: Town) -> None:
    client, address = signed_in(town.administrator), reverse("admin:desks_site_change", args=[town.site.pk])
    data = {"label_en": "Taikoo", "label_zh_hans": "Taikoo", "label_zh_hant": "", "timezone": "Asia/Shanghai", "reason": "香港项目"}
    refused = client.post(address, data | {"region": "XX"})
    assert refused.status_code == 422 and "No public holidays are known" in refused.content.decode()
    assert client.post(address, data | {"region": "HK"}).status_code == 302
    town.site.refresh_from_db()
    assert town.site.region == "HK"
    assert client.post(address, data | {"region": ""}).status_code == 302
