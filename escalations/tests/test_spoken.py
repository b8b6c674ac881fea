"""A spoken decision is written down in one line, stops the clock, and is confirmed in the day's review (A11, A21, I7, I9)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from desks.clock import at, local_day
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from desks.testing_pages import find, text_of, tree
from escalations import actions
from escalations.clock import escalations_unanswered, spoken_unconfirmed
from escalations.models import Escalation
from escalations.tests.test_raise import told
from logbook.actions import record_entry
from logbook.models import Entry
from notices.models import Notice

SPOKEN = "/escalations/taikoo-front/spoken/"


def matter(town: Town, now: datetime, text: str = "业主忘带门禁卡", **how) -> Entry:
    return record_entry(actor=town.agent, desk=town.desk, now=now, text=text, kind="help", **how)


def spoken(town: Town, now: datetime, **how) -> Escalation:
    return actions.raise_decided_by_phone(
        actor=town.agent, entry=matter(town, now, **how), now=now, decision="核对电话后陪同开门", decided_by=town.supervisor
    )


@pytest.mark.clause("A11")
def test_raised_and_decided_in_one_step_without_a_clock(town: Town, morning) -> None:
    made = spoken(town, morning)
    assert (made.state, made.confirmation, made.raised_by) == ("decided", "awaited", town.agent)
    assert list(made.steps.order_by("pk").values_list("kind", "decided_by__login")) == [
        ("raised", None), ("phone_decided", "taikoo-supervisor"),
    ]
    assert told(town, "asked_to_decide") == set() and told(town, "asked_to_confirm") == {"supervisor"}
    assert escalations_unanswered(morning + timedelta(days=2)) == 0
    with pytest.raises(Refused):
        actions.raise_decided_by_phone(
            actor=town.butler, entry=made.entry, now=morning, decision="x", decided_by=town.supervisor
        )


@pytest.mark.clause("A11")
@pytest.mark.parametrize(("part", "field"), [("head", "decided_by"), ("butler", "decided_by"), ("agent", "decided_by")])
def test_it_is_the_supervisor_s_and_a_refusal_leaves_nothing(town: Town, morning, part: str, field: str) -> None:
    entry = matter(town, morning)
    with pytest.raises(Refused) as refused:
        actions.raise_decided_by_phone(
            actor=town.agent, entry=entry, now=morning, decision="x", decided_by=getattr(town, part)
        )
    assert refused.value.field == field and not Escalation.objects.exists()


@pytest.mark.clause("A11")
def test_from_the_desk_page_and_from_an_entry_s(town: Town) -> None:
    now = timezone.now()
    first, second = matter(town, now), matter(town, now, text="访客车堵住通道")
    client = signed_in(town.agent)
    assert SPOKEN in client.get("/desk/taikoo-front/").content.decode()
    assert f"{SPOKEN}?number={second.number}" in client.get(f"/log/taikoo-front/{second.number}/").content.decode()
    page = tree(client.get(SPOKEN).content.decode())
    assert len(find(page, "option")) >= 2
    values = {"number": second.number, "decision": "请保安拖车", "decided_by": town.supervisor.pk}
    assert client.post(SPOKEN, values).status_code == 302
    assert Escalation.objects.get().entry == second
    kept = client.post(SPOKEN, {"number": first.number, "decision": "<b>开门</b>", "decided_by": ""})
    assert kept.status_code == 422 and "&lt;b&gt;开门" in kept.content.decode()
    assert client.post(SPOKEN, values).status_code == 422, "it is escalated already"
    assert signed_in(town.supervisor).get("/escalations/away-front/spoken/").status_code == 404


@pytest.mark.clause("A21")
def test_confirmed_in_the_review_of_its_day_and_back_there(town: Town) -> None:
    now = timezone.now()
    made = spoken(town, now)
    day = local_day(now, town.site.zone)
    client = signed_in(town.supervisor)
    review = reverse("logbook:review", args=["taikoo-front", day.isoformat()])
    page = tree(client.get(review).content.decode())
    form = next(each for each in find(page, "form") if dict(each.attributes).get("action", "").endswith("/confirm/"))
    assert "核对电话后陪同开门" in text_of(page) and form
    before = reverse("logbook:review", args=["taikoo-front", (day - timedelta(days=1)).isoformat()])
    assert "核对电话后陪同开门" not in text_of(tree(client.get(before).content.decode()))
    place = f"/escalations/taikoo-front/{made.pk}/confirm/"
    wrong = client.post(place, {"secret": "000000", "review": day.isoformat()})
    assert wrong.status_code == 422 and f'value="{day.isoformat()}"' in wrong.content.decode()
    answer = client.post(place, {"secret": PIN, "review": day.isoformat()})
    assert answer.headers["Location"] == review
    assert Escalation.objects.get().confirmation == "confirmed"
    # Its words stand in the day's log, but the card to confirm it is gone.
    assert "/confirm/" not in client.get(review).content.decode()


@pytest.mark.clause("A11")
def test_it_was_another_decision_is_said_in_the_review_too(town: Town) -> None:
    now = timezone.now()
    made, day = spoken(town, now), local_day(now, town.site.zone).isoformat()
    answer = signed_in(town.supervisor).post(
        f"/escalations/taikoo-front/{made.pk}/decide/", {"decision": "不得开门", "secret": PIN, "review": day}
    )
    assert answer.status_code == 302 and day in answer.headers["Location"]
    made.refresh_from_db()
    assert (made.state, made.confirmation) == ("decided", "none")


@pytest.mark.clause("I7")
def test_what_was_not_confirmed_is_told_the_next_morning_once(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        made = spoken(town, morning)
        spoken(town, morning)
    tomorrow = at(local_day(morning, town.site.zone) + timedelta(days=1), town.desk.settings.inspection_time, town.site.zone)
    assert spoken_unconfirmed(tomorrow - timedelta(seconds=1)) == 0
    assert [spoken_unconfirmed(tomorrow), spoken_unconfirmed(tomorrow), spoken_unconfirmed(tomorrow + timedelta(days=3))] == [1, 0, 0]
    notice = Notice.objects.get(code="spoken_unconfirmed")
    assert (notice.person, notice.fields["count"]) == (town.supervisor, "2") and "2026-11-24" in notice.url
    assert made.confirmation == "awaited"
