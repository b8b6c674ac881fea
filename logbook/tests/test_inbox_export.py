"""One's own notices go out as a file, as the inbox shows them, and nobody else's (I7, I8)."""

import pytest
from django.utils import timezone

from desks.models import Membership
from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import AccessRecord, ExportJob
from logbook.tests.pages import find, tree
from notices.actions import acknowledge_notice, read_notice, tell
from notices.models import Notice


def told(town: Town, person, number: int, *, site=None, acknowledge: bool = False) -> Notice:
    tell(
        people=[person], site=site or town.site, matter="entry", matter_id=number, occasion="x", code="veil_wanted", url=f"/log/front/{number}/",
        fields={"by": "何嘉怡", "by_en": "He Jiayi", "number": str(number)}, now=timezone.now(), acknowledge=acknowledge,
    )
    return Notice.objects.get(person=person, matter_id=str(number))


def taken(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment"), url
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.clause("I8")
def test_what_the_inbox_shows_goes_out_and_is_recorded(town: Town) -> None:
    now, person = timezone.now(), town.agent
    read_notice(actor=person, notice=told(town, person, 11), now=now)
    acknowledge_notice(actor=person, notice=told(town, person, 12, acknowledge=True), now=now)
    told(town, person, 13, acknowledge=True)
    told(town, town.butler, 14)
    client, at = signed_in(person), f"/exports/{town.site.code}/notices/?format=csv"
    assert [dict(each.attributes)["href"] for each in find(tree(client.get("/notices/?show=unread")), "a") if "format=csv" in dict(each.attributes)["href"]] == [
        f"{at}&show=unread"
    ]
    said = taken(client, at)
    assert said.index("#13") < said.index("#12") < said.index("#11") and "#14" not in said and "He Jiayi asks to veil" in said
    assert "#11" not in taken(client, f"{at}&show=unread") and taken(client, f"{at}&show=acknowledge").count("#") == 1
    record = AccessRecord.objects.order_by("pk").first()
    assert (record.person, record.site, record.desk, record.page, record.count) == (person, town.site, None, "notices_csv", 3)
    client.cookies["django_language"] = "zh-hans"
    assert "何嘉怡" in taken(client, at)


@pytest.mark.clause("I8")
def test_a_stranger_to_the_site_takes_nothing_out_and_each_site_s_are_apart(town: Town) -> None:
    told(town, town.head, 11)
    Membership.objects.create(person=town.head, site=town.away.site, role="auditor", starts_at=Membership.objects.get(person=town.head).starts_at)
    told(town, town.head, 21, site=town.away.site)
    client = signed_in(town.head)
    here, away = (taken(client, f"/exports/{site.code}/notices/?format=csv") for site in (town.site, town.away.site))
    assert "#11" in here and "#21" not in here and "#21" in away and "#11" not in away
    assert len(find(tree(client.get("/notices/")), "details")) >= 2
    assert signed_in(town.agent).get(f"/exports/{town.away.site.code}/notices/").status_code == 404
    assert signed_in(town.nobody).get(f"/exports/{town.site.code}/notices/").status_code == 404


@pytest.mark.clause("I8")
def test_many_are_made_in_the_background(town: Town, settings) -> None:
    settings.LONG_LIST = {"csv": 1, "xlsx": 1, "pdf": 1}
    for number in (11, 12):
        told(town, town.agent, number)
    client, jobs = signed_in(town.agent), f"/exports/{town.site.code}/"
    assert find(tree(client.get(f"{jobs}notices/?format=csv")), "form", action=f"{jobs}ask/")
    client.post(f"{jobs}ask/", {"list": "notices", "format": "csv", "asked": "show=unread", "actor": town.agent.pk})
    job = ExportJob.objects.get()
    assert actions.run_export(job.pk, now=timezone.now()) is True
    said = taken(client, f"{jobs}{job.pk}/file/")
    assert "#11" in said and "#12" in said and AccessRecord.objects.filter(page="notices_csv", site=town.site).count() == 1
    assert signed_in(town.butler).get(f"{jobs}{job.pk}/file/").status_code == 404
