"""The day's briefing: written for today or tomorrow, told to people on duty, acknowledged anew for each version (A32)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import Error, IntegrityError, transaction

from desks.clock import local_day
from desks.models import DeskSettings
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import join_watch, open_watch
from logbook.models import Entry
from notices.models import Notice
from office import actions
from office.clock import tell_briefings
from office.models import Briefing, BriefingAck
from office.queries import briefing_for, briefings_before


def _today(town: Town, now):
    return local_day(now, town.site.zone)


def _write(town: Town, now, text: str = "电梯年检，走 2 号梯。", **changes) -> Briefing:
    given = {"actor": town.supervisor, "desk": town.desk, "day": _today(town, now), "now": now, "text": text}
    return actions.write_briefing(**(given | changes))


@pytest.mark.clause("A32")
def test_a_briefing_is_written_stands_in_the_log_and_is_told_to_people_on_duty(town: Town, morning) -> None:
    watch = open_watch(actor=town.butler, desk=town.desk, now=morning)
    join_watch(actor=town.butler, watch=watch, person=town.agent, now=morning)
    briefing = _write(town, morning)
    assert (briefing.version, briefing_for(town.desk, briefing.site_day)) == (1, briefing)
    entry = Entry.objects.filter(book__desk=town.desk).latest("number")
    assert (entry.code, entry.author, entry.fields["points"]) == ("briefing_written", town.supervisor, briefing.text)
    told = Notice.objects.filter(matter="briefing")
    assert {notice.person for notice in told} == {town.butler, town.agent}


@pytest.mark.clause("A32")
def test_tomorrow_s_is_written_the_evening_before_and_told_as_the_duty_begins(town: Town, morning) -> None:
    open_watch(actor=town.butler, desk=town.desk, now=morning)
    _write(town, morning, day=_today(town, morning) + timedelta(days=1))
    assert not Notice.objects.exists() and tell_briefings(morning) == 0
    assert tell_briefings(morning + timedelta(days=1)) == 1
    assert tell_briefings(morning + timedelta(days=1, hours=2)) == 0


@pytest.mark.clause("A32")
@pytest.mark.parametrize("days", [-1, 2])
def test_another_day_is_refused(town: Town, morning, days: int) -> None:
    with pytest.raises(Refused) as refused:
        _write(town, morning, day=_today(town, morning) + timedelta(days=days))
    assert refused.value.field == "day" and not Briefing.objects.exists()


@pytest.mark.clause("I11")
def test_the_day_is_the_site_s(town: Town, morning) -> None:
    midnight = morning.replace(hour=16)
    assert _write(town, midnight - timedelta(minutes=1)).site_day.day == 24
    assert _write(town, midnight).site_day.day == 25


@pytest.mark.clause("A32")
@pytest.mark.parametrize("text", ["", " \n ", "长" * 601, "a\x00b", "a\x1bb"])
def test_a_text_that_says_nothing_or_cannot_be_read_is_refused(town: Town, morning, text: str) -> None:
    with pytest.raises(Refused) as refused:
        _write(town, morning, text=text)
    assert refused.value.field == "text"


@pytest.mark.clause("A32")
def test_a_new_version_asks_again_and_the_same_text_is_none(town: Town, morning) -> None:
    first = _write(town, morning)
    actions.acknowledge_briefing(actor=town.agent, briefing=first, now=morning)
    with pytest.raises(Refused):
        _write(town, morning)
    second = _write(town, morning, text="改到 2 号门。")
    assert second.version == 2 and not second.acknowledgements.exists()
    with pytest.raises(Refused):
        actions.acknowledge_briefing(actor=town.butler, briefing=first, now=morning)
    actions.acknowledge_briefing(actor=town.agent, briefing=second, now=morning)
    assert BriefingAck.objects.count() == 2


@pytest.mark.clause("A32")
def test_acknowledging_twice_is_once_and_only_on_the_day(town: Town, morning) -> None:
    briefing = _write(town, morning)
    one = actions.acknowledge_briefing(actor=town.agent, briefing=briefing, now=morning)
    assert actions.acknowledge_briefing(actor=town.agent, briefing=briefing, now=morning) == one
    assert Entry.objects.filter(code="briefing_acknowledged").count() == 1
    with pytest.raises(Refused):
        actions.acknowledge_briefing(actor=town.butler, briefing=briefing, now=morning + timedelta(days=1))


@pytest.mark.clause("I1")
def test_neither_briefing_nor_acknowledgement_is_ever_changed(town: Town, morning) -> None:
    briefing = _write(town, morning)
    actions.acknowledge_briefing(actor=town.agent, briefing=briefing, now=morning)
    for attack in (
        lambda: Briefing.objects.filter(pk=briefing.pk).update(text="x"),
        lambda: Briefing.objects.filter(pk=briefing.pk)._raw_delete("default"),
        lambda: BriefingAck.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    with pytest.raises(IntegrityError), transaction.atomic():
        Briefing.objects.create(
            desk=town.desk, site_day=briefing.site_day, version=1, text="x", author=town.supervisor, written_at=morning
        )


def test_past_briefings_are_the_newest_version_of_each_day(town: Town, morning) -> None:
    for text in ("一", "二"):
        _write(town, morning, text=text)
    _write(town, morning + timedelta(days=1), text="三")
    past = briefings_before(town.desk, _today(town, morning) + timedelta(days=2))
    assert [each.text for each in past] == ["三", "二"]


# ---- pages

def _page(town: Town) -> str:
    return f"/office/{town.desk.slug}/briefing/"


@pytest.mark.clause("A32")
def test_the_supervisor_writes_and_the_agent_acknowledges_in_the_page(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False):
        answer = signed_in(town.supervisor).post(_page(town) + "write/", {"day": "2026-11-24", "text": "<b>今日</b>要点"})
        assert answer.status_code == 302
        client = signed_in(town.agent)
        shown = client.get(_page(town)).content.decode()
        assert "&lt;b&gt;今日" in shown and "<b>今日" not in shown
        briefing = Briefing.objects.get()
        assert client.post(f"{_page(town)}{briefing.pk}/acknowledge/").status_code == 302
        part = client.post(f"{_page(town)}{briefing.pk}/acknowledge/", headers={"HX-Request": "true"}).content.decode()
        assert 'id="briefing-strip"' in part and "acknowledge/" not in part
        other = signed_in(town.supervisor).post(
            f"/office/{town.other_desk.slug}/briefing/{briefing.pk}/acknowledge/"
        )
        assert other.status_code == 404, "another desk's briefing"
    assert [ack.person for ack in briefing.acknowledgements.all()] == [town.agent]


def test_what_was_refused_keeps_what_was_typed(town: Town, morning) -> None:
    _write(town, morning, text="一样")
    with time_machine.travel(morning, tick=False):
        client = signed_in(town.supervisor)
        answer = client.post(_page(town) + "write/", {"day": "2026-11-24", "text": "一样"})
        assert answer.status_code == 422 and ">\n一样</textarea>" in answer.content.decode()
        assert client.post(_page(town) + "write/", {"day": "2026-11-30", "text": "x"}).status_code == 422
        assert client.post(_page(town) + "write/", {"day": "", "text": "x"}).status_code == 422
    assert Briefing.objects.count() == 1


@pytest.mark.clause("I8")
def test_staff_do_not_write_and_strangers_see_nothing(town: Town) -> None:
    form = {"day": "2026-11-24", "text": "x"}
    assert signed_in(town.agent).post(_page(town) + "write/", form).status_code == 403
    assert signed_in(town.away.supervisor).post(_page(town) + "write/", form).status_code == 404
    assert signed_in(town.away.supervisor).get(_page(town)).status_code == 404


def test_the_page_costs_the_same_however_many_days_there_are(town: Town, morning, django_assert_max_num_queries) -> None:
    for number in range(12):
        _write(town, morning + timedelta(days=number), text=f"第 {number} 天")
    client = signed_in(town.supervisor)
    with time_machine.travel(morning + timedelta(days=12), tick=False), django_assert_max_num_queries(40):
        client.get(_page(town))
    assert DeskSettings.objects.exists()
