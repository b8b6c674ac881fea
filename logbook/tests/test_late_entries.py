"""Entries that come late: a question, a mark, and past a limit the supervisor's consent (A9, A17)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from desks.refusal import Refused
from desks.templatetags.desks_tags import local_date, short_date
from desks.testing import Town, signed_in
from logbook import actions
from logbook.lines import lines_of
from logbook.models import Entry, FollowUp
from logbook.panels import late_entries_waiting
from logbook.queries import entries_of, in_emergency, waiting_for_consent
from logbook.reading import rows_for
from logbook.verify import verify
from logbook.words import DeskWords

HOUR = timedelta(hours=1)


def _record(town: Town, now, ago: timedelta, actor=None, **values) -> Entry:
    return actions.record_entry(
        actor=actor or town.agent, desk=town.desk, now=now, text="x", occurred_at=now - ago, **values
    )


def _refused(town: Town, now, ago: timedelta, **values) -> str | None:
    with pytest.raises(Refused) as refused:
        _record(town, now, ago, **values)
    return refused.value.field


@pytest.mark.clause("A17")
def test_an_entry_made_long_after_it_happened_asks_why(town: Town, morning) -> None:
    assert not _record(town, morning, HOUR).late
    assert _refused(town, morning, HOUR + timedelta(seconds=1), sure=True) == "late_reason"
    entry = _record(town, morning, HOUR + timedelta(seconds=1), late_reason="忙于接待", sure=True)
    assert (entry.late, entry.reason) == (True, "忙于接待") and verify().breaches == []


@pytest.mark.clause("A17")
def test_a_slip_in_the_date_gets_a_question_not_silence(town: Town, morning) -> None:
    week = timedelta(days=7)
    assert _refused(town, morning, week + HOUR, late_reason="补记") == "sure"
    assert _record(town, morning, week + HOUR, late_reason="补记", sure=True).late
    with pytest.raises(Refused) as future:
        _record(town, morning, -HOUR, sure=True)
    assert future.value.field == "occurred_at"


@pytest.mark.clause("A17")
def test_what_happened_before_the_book_began_gets_a_question(town: Town, morning) -> None:
    begun = _record(town, morning, timedelta()).recorded_at
    now = begun + timedelta(hours=5)
    assert _refused(town, now, timedelta(hours=5, seconds=1), late_reason="补记") == "sure"
    assert _record(town, now, timedelta(hours=4), late_reason="补记").late


@pytest.mark.clause("A17")
def test_the_question_is_also_asked_within_the_limit_for_late_entries(town: Town, morning) -> None:
    begun = _record(town, morning, timedelta()).recorded_at
    now = begun + timedelta(minutes=10)
    assert _refused(town, now, timedelta(minutes=11)) == "sure"
    assert not _record(town, now, timedelta(minutes=11), typed_at=now - timedelta(minutes=11)).late, "kept back by the network before the first line"
    assert not _record(town, now, timedelta(minutes=11), sure=True).late and not _record(town, now, timedelta(minutes=9)).late


@pytest.mark.clause("A9")
@pytest.mark.parametrize(("minutes_after", "asked"), [(119, False), (121, True)])
def test_from_an_emergency_until_two_hours_after_its_end_nobody_is_asked(town: Town, minutes_after: int, asked: bool) -> None:
    emergency = actions.record_entry(actor=town.agent, desk=town.desk, now=_now(), text="火警", kind="emergency")
    now = emergency.recorded_at + 2 * HOUR
    assert _record(town, now, 100 * timedelta(minutes=1)).late
    ended = actions.move_follow_up(actor=town.agent, root=emergency, now=now, state="closed", result="误报").recorded_at
    later = ended + timedelta(minutes=minutes_after)
    if asked:
        assert _refused(town, later, timedelta(minutes=61), sure=True) == "late_reason"
    else:
        assert _record(town, later, timedelta(minutes=61), sure=True).late


@pytest.mark.clause("A9")
@pytest.mark.parametrize(("minutes_after", "asked"), [(119, False), (121, True)])
def test_an_emergency_settled_at_once_gives_the_same_grace_from_when_it_began(town: Town, minutes_after: int, asked: bool) -> None:
    begun = _now() - timedelta(minutes=50)
    settled = actions.record_entry(
        actor=town.agent, desk=town.desk, now=_now(), occurred_at=begun, text="电梯困人", kind="emergency", result="十分钟内救出"
    )
    assert not FollowUp.objects.exists()
    assert not in_emergency(town.desk, begun - timedelta(seconds=1)) and in_emergency(town.desk, begun)
    later = settled.recorded_at + timedelta(minutes=minutes_after)
    if asked:
        assert _refused(town, later, timedelta(minutes=61), sure=True) == "late_reason"
    else:
        assert _record(town, later, timedelta(minutes=61), sure=True).late
    assert not in_emergency(town.other_desk, later)


@pytest.mark.clause("A9")
@pytest.mark.parametrize("result", ["", "十分钟内救出"])
def test_an_emergency_by_its_urgency_is_one_too_and_a_retracted_one_is_none(town: Town, result: str, django_assert_num_queries) -> None:
    made = actions.record_entry(
        actor=town.agent, desk=town.desk, now=_now(), text="电梯困人", kind="repair", place="5栋", urgency="emergency", result=result
    )
    assert not in_emergency(town.desk, made.occurred_at - HOUR), "reads the desk's books"
    with django_assert_num_queries(1):
        assert in_emergency(town.desk, made.recorded_at + HOUR)
    actions.retract_entry(actor=town.supervisor, entry=made, now=made.recorded_at, reason="slip")
    assert not in_emergency(town.desk, made.recorded_at + HOUR)


def _now():
    from django.utils import timezone

    return timezone.now()


@pytest.mark.clause("A17")
def test_a_line_kept_back_by_the_network_is_late_without_a_question_and_says_when_it_was_typed(town: Town, morning) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="先")
    entry = _record(town, morning, 3 * HOUR, typed_at=morning - 3 * HOUR)
    assert entry.late and entry.fields["typed_at"] == (morning - 3 * HOUR).isoformat() and "consent" not in entry.fields
    prompt = _record(town, morning, timedelta(seconds=5), typed_at=morning - timedelta(seconds=5))
    assert "typed_at" not in prompt.fields


@pytest.mark.clause("A17")
def test_past_the_limit_the_supervisor_consents_and_the_entry_stays_as_it_is(town: Town, morning) -> None:
    twelve = 12 * HOUR
    assert "consent" not in _record(town, morning, twelve, late_reason="补记", sure=True).fields
    entry = _record(town, morning, twelve + HOUR, late_reason="断网", sure=True)
    assert entry.fields["consent"] == "asked"
    assert "consent" not in _record(town, morning, twelve + HOUR, actor=town.supervisor, late_reason="断网", sure=True).fields
    (item,) = late_entries_waiting(town.supervisor, town.site, morning)
    assert item.url.endswith(f"/{entry.number}/#consent") and late_entries_waiting(town.head, town.site, morning) == []
    with pytest.raises(Refused):
        actions.decide_late_entry(actor=town.agent, entry=entry, agrees=True, now=morning)
    with pytest.raises(Refused) as refused:
        actions.decide_late_entry(actor=town.supervisor, entry=entry, agrees=False, now=morning)
    assert refused.value.field == "reason"
    made = actions.decide_late_entry(actor=town.supervisor, entry=entry, agrees=True, now=morning)
    assert (made.code, made.refers_to) == ("late_consented", entry)
    with pytest.raises(Refused):
        actions.decide_late_entry(actor=town.supervisor, entry=entry, agrees=False, reason="x", now=morning)
    assert not waiting_for_consent(town.desk).exists()
    (row,) = rows_for(entries_of(town.desk).filter(pk=entry.pk), reader=town.agent, desk=town.desk, now=morning)
    assert row.consent == "given" and verify().breaches == []


@pytest.mark.clause("A17")
def test_the_page_asks_the_supervisor_and_nobody_else(town: Town) -> None:
    now = _now()
    entry = _record(town, now, 13 * HOUR, late_reason="断网", sure=True)
    url = reverse("logbook:consent", args=[town.desk.slug, entry.number])
    assert signed_in(town.agent).post(url, {"agrees": "yes"}).status_code == 403
    assert signed_in(town.away.supervisor).post(url, {"agrees": "yes"}).status_code == 404
    client = signed_in(town.supervisor)
    assert client.post(url, {"agrees": "no"}).status_code == 422
    assert client.post(url, {"agrees": "no", "reason": "无人作证"}).status_code == 302
    page = client.get(reverse("logbook:entry", args=[town.desk.slug, entry.number])).content.decode()
    assert "the supervisor does not consent" in page and 'id="consent"' not in page


@pytest.mark.clause("A17")
def test_the_composer_says_why_beside_the_field(town: Town) -> None:
    client, url = signed_in(town.agent), reverse("logbook:save", args=[town.desk.slug])
    then = (_now() - 2 * HOUR).isoformat()
    answer = client.post(url, {"text": "x", "occurred_at": then, "sure": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["late_reason"]
    answer = client.post(url, {"text": "x", "occurred_at": then, "sure": "1", "late_reason": "忙"}, headers={"HX-Request": "true"})
    assert answer.status_code == 201


@pytest.mark.clause("A17")
def test_an_entry_of_another_day_says_its_day_apart_from_its_time_and_of_another_year_its_year(town: Town) -> None:
    now = _now()
    made = [
        _record(town, now, ago, actor=town.supervisor, late_reason="断网", sure=True)
        for ago in (timedelta(), timedelta(days=2), timedelta(days=400))
    ]
    rows = rows_for(entries_of(town.desk).order_by("pk"), reader=town.supervisor, desk=town.desk, now=now)
    lines = lines_of(rows, desk=town.desk, words=DeskWords(town.desk), reader=town.supervisor, now=now)
    shown = [(line.other_day, line.clock) for line in sorted(lines, key=lambda line: line.number)]
    zone = town.site.zone
    assert [clock for _day, clock in shown] == [f"{each.occurred_at.astimezone(zone):%H:%M}" for each in made]
    assert [day for day, _clock in shown] == ["", short_date(made[1].occurred_at, zone), local_date(made[2].occurred_at, zone)]
