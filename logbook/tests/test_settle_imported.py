"""The open matters of old entries are closed, re-dated or joined together, all or none (A1)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from desks.hooks import panels_of
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry, FollowUp
from logbook.queries import open_imported_of
from logbook.verify import verify

HEAD = "发生时间,记录时间,记录人,类别,来源,房号,客户,电话,内容及处理,状态,跟进期限\n"
ROWS = "".join(
    f"2026-11-1{day} 09:00,2026-11-1{day} 09:02,周敏,报修,电话,5栋{day},,,漏水 {day},待跟进,2026-11-1{day} 18:00\n" for day in range(5)
)


@pytest.fixture
def old(town: Town, morning) -> list[Entry]:
    """Five open matters of the old book."""
    actions.import_log(actor=town.administrator, desk=town.desk, content=(HEAD + ROWS).encode(), name="old.csv", now=morning)
    return [matter.root for matter in open_imported_of(town.desk)]


def settle(town: Town, roots, now, how: str, *, actor=None, **more) -> list[Entry]:
    return actions.settle_imported(actor=actor or town.supervisor, desk=town.desk, roots=roots, how=how, now=now, **more)


def states(town: Town) -> list[str]:
    return list(FollowUp.objects.filter(book__desk=town.desk).order_by("root__number").values_list("state", flat=True))


@pytest.mark.clause("A1")
@pytest.mark.parametrize("part", ["supervisor", "administrator"])
def test_closed_together_each_by_an_entry_of_its_own(town: Town, morning, old, part: str) -> None:
    steps = settle(town, old[:3], morning, "close", actor=getattr(town, part), result="旧账核销")
    assert len(steps) == 3 and all(step.author == getattr(town, part) and step.act == "follow_up" for step in steps)
    assert states(town) == ["closed"] * 3 + ["open"] * 2 and FollowUp.objects.filter(result="旧账核销").count() == 3
    assert open_imported_of(town.desk).count() == 2 and verify().breaches == []


@pytest.mark.clause("A1")
def test_given_a_new_due_time_they_stay_what_they_are(town: Town, morning, old) -> None:
    actions.move_follow_up(actor=town.agent, root=old[1], now=morning, state="waiting", waiting_for="厂家")
    due = morning + timedelta(days=3)
    settle(town, old, morning, "redate", due_at=due)
    assert states(town) == ["open", "waiting", "open", "open", "open"]
    assert set(FollowUp.objects.values_list("due_at", flat=True)) == {due}
    assert FollowUp.objects.get(root=old[1]).waiting_for == "厂家" and verify().breaches == []


@pytest.mark.clause("A1")
def test_one_that_waited_until_a_time_now_past_is_re_dated_and_joined_all_the_same(town: Town, morning, old) -> None:
    until, later = morning + timedelta(hours=2), morning + timedelta(days=3)
    actions.move_follow_up(actor=town.agent, root=old[1], now=morning, state="waiting", waiting_for="厂家", waiting_until=until)
    settle(town, old, later, "redate", due_at=later + timedelta(days=3))
    settle(town, old[1:3], later, "join")
    assert FollowUp.objects.get(root=old[1]).waiting_until == until and states(town) == ["open", "waiting", "closed", "open", "open"]


@pytest.mark.clause("A1")
def test_joined_the_oldest_goes_on_and_the_others_say_where(town: Town, morning, old) -> None:
    steps = settle(town, [old[3], old[1], old[2]], morning, "join")
    assert states(town) == ["open", "open", "closed", "closed", "open"]
    assert "#3, #4" in steps[0].words.text and steps[0].root == old[1]
    assert FollowUp.objects.get(root=old[3]).result == "Goes on in #2" and verify().breaches == []


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("how", "more"),
    [
        ("close", {}), ("close", {"result": " "}), ("close", {"result": "长" * 401}), ("redate", {}),
        ("redate", {"due_at": datetime(2026, 11, 24, 1, 0, tzinfo=UTC)}), ("burn", {}), ("", {}),
    ],
)
def test_what_cannot_be_done_writes_nothing(town: Town, morning, old, how: str, more: dict) -> None:
    with pytest.raises(Refused):
        settle(town, old, morning, how, **more)
    assert Entry.objects.filter(act="follow_up").count() == 0


@pytest.mark.clause("A1")
def test_one_matter_that_does_not_fit_keeps_all_as_they_are(town: Town, morning, old) -> None:
    own = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", kind="help")
    away = actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="x", kind="help")
    settle(town, old[:1], morning, "close", result="x")
    for odd in (own, away, old[0]):
        with pytest.raises(Refused):
            settle(town, [old[2], odd], morning, "close", result="x")
    for few in ([], [old[2]]):
        with pytest.raises(Refused):
            settle(town, few, morning, "join")
    assert states(town) == ["closed", "open", "open", "open", "open", "open"]


@pytest.mark.clause("A1")
def test_they_stand_on_the_supervisor_s_now_page_until_they_are_settled(town: Town, morning, old) -> None:
    def waiting(person) -> list[str]:
        items = [item for items in panels_of("now", person, town.site, morning) for item in items]
        return [item.what for item in items if item.url.endswith("/imported/")]

    assert waiting(town.supervisor) == ["5 open matters of the old book"]
    for person in (town.agent, town.head, town.away.supervisor):
        assert waiting(person) == []
    settle(town, old, morning, "close", result="旧账核销")
    assert waiting(town.supervisor) == []


@pytest.mark.clause("A20")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor"])
def test_nobody_else_settles_them(town: Town, morning, old, part: str) -> None:
    for actor in (getattr(town, part), town.away.supervisor):
        with pytest.raises(Refused):
            settle(town, old, morning, "close", actor=actor, result="x")


@pytest.mark.clause("A1")
def test_the_page_lists_them_and_settles_the_ticked_ones(town: Town, old) -> None:
    client, url = signed_in(town.supervisor), f"/log/{town.desk.slug}/imported/"
    page = client.get(url)
    assert page.status_code == 200 and len(page.context["lines"]) == 5
    ticked = {"roots": [str(root.pk) for root in old[:2]]}
    kept = client.post(url, ticked | {"how": "close", "result": ""})
    assert kept.status_code == 422 and kept.content.decode().count(" checked") == 3
    assert client.post(url, ticked | {"how": "close", "result": "旧账核销"}).status_code == 302
    day = (timezone.now() + timedelta(days=2)).astimezone(town.site.zone).strftime("%Y-%m-%d")
    assert client.post(url, {"roots": [str(old[2].pk)], "how": "redate", "due_at": f"{day}T18:00"}).status_code == 302
    assert FollowUp.objects.get(root=old[2]).due_at.astimezone(town.site.zone).strftime("%Y-%m-%dT%H:%M") == f"{day}T18:00"
    assert states(town) == ["closed", "closed", "open", "open", "open"]
    for forged in (["x"], ["999999999"], []):
        assert client.post(url, {"roots": forged, "how": "close", "result": "x"}).status_code == 422
    assert signed_in(town.administrator).get(url).status_code == 200
    assert signed_in(town.away.supervisor).post(url, ticked | {"how": "close", "result": "x"}).status_code == 404
