"""A supervisor names own days of the desk: who may, which days, what planning and the page see of it (A6, I6, I8, I9)."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from rosters import actions
from rosters.models import SiteDay
from rosters.queries import kind_of_day

DAY = date(2026, 12, 8)


def name(town: Town, now, **more):
    given = {"actor": town.supervisor, "desk": town.desk, "day": DAY, "what": "closed", "label": "Painting", "reason": "大堂粉刷"}
    return actions.name_day(**(given | more), now=now)


@pytest.mark.clause("A6", "I9")
def test_a_named_day_holds_at_the_desk_alone_until_it_is_taken_back(town: Town, morning) -> None:
    row = name(town, morning)
    assert kind_of_day(town.site, DAY, town.desk).closed and not kind_of_day(town.site, DAY, town.other_desk).closed
    assert (row.history.first().history_user, row.history.first().history_change_reason) == (town.supervisor, "大堂粉刷")
    again = name(town, morning, what="busy", label="Fair")
    assert again.pk == row.pk and SiteDay.objects.count() == 1 and kind_of_day(town.site, DAY, town.desk).busy
    actions.drop_day(actor=town.supervisor, row=again, reason="取消", now=morning)
    assert not kind_of_day(town.site, DAY, town.desk).busy
    assert list(Entry.objects.filter(book__desk=town.desk).order_by("number").values_list("code", flat=True)) == ["day_named", "day_named", "day_dropped"]
    with pytest.raises(Refused, match="no such day"):
        actions.drop_day(actor=town.supervisor, row=SiteDay.objects.get(), reason="再次", now=morning)


@pytest.mark.clause("A6", "I6", "I9")
@pytest.mark.parametrize(
    ("more", "clause", "field"),
    [
        ({"day": date(2026, 11, 23)}, "I6", "day"), ({"day": date(2030, 1, 1)}, "A6", "day"), ({"reason": " "}, "I9", "reason"),
        ({"what": "party"}, "A6", "what"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(town: Town, morning, more: dict, clause: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        name(town, morning, **more)
    assert (refused.value.clause, refused.value.field) == (clause, field) and not SiteDay.objects.exists()
    assert name(town, morning, day=date(2026, 11, 24)).day == date(2026, 11, 24), "today may still be named"


@pytest.mark.clause("I8")
def test_only_who_drafts_the_desk_s_roster_names_its_days(town: Town, morning) -> None:
    for person in (town.agent, town.head, town.auditor, town.administrator, town.away.supervisor):
        with pytest.raises(Refused):
            name(town, morning, actor=person)


@pytest.mark.clause("A6", "I8", "I10")
def test_the_page_names_takes_back_and_keeps_what_was_typed(town: Town, morning) -> None:
    page = reverse("rosters:days", args=[town.desk.slug, date(2026, 12, 1)])
    given = {"day": "2026-12-08", "what": "holiday", "label": "<b>厂庆</b>", "reason": "周年"}
    with time_machine.travel(morning, tick=False):
        boss = signed_in(town.supervisor)
        refused = boss.post(f"{page}name/", given | {"reason": ""})
        assert refused.status_code == 422 and "&lt;b&gt;厂庆" in refused.content.decode() and "Naming a day has a reason" in refused.content.decode()
        assert boss.post(f"{page}name/", given).status_code == 302
        shown = boss.get(page).content.decode()
        assert "&lt;b&gt;厂庆" in shown and "named for this desk" in shown
        assert signed_in(town.agent).post(f"{page}name/", given).status_code == 403 and "own-form" not in signed_in(town.agent).get(page).content.decode()
        row = SiteDay.objects.get()
        assert signed_in(town.away.supervisor).post(f"{page}{row.pk}/drop/", {"reason": "x"}).status_code == 404
        site_wide = SiteDay.objects.create(site=town.site, day=date(2026, 12, 9), what="holiday")
        assert boss.post(f"{page}{site_wide.pk}/drop/", {"reason": "x"}).status_code == 404, "days of the whole site are the administrator's"
        assert boss.post(f"{page}{row.pk}/drop/", {"reason": "改期"}).status_code == 302
    assert not SiteDay.objects.filter(desk=town.desk, current=True).exists()
