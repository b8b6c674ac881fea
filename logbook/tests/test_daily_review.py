"""The supervisor reads each day's log and signs; what is unread is counted, and a missing review is raised (A21)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import Error, transaction
from django.utils import timezone

from desks.binding import Confirmation
from desks.hooks import panels_of
from desks.models import Membership, Site
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from logbook import actions
from logbook.clock import raise_missing_reviews
from logbook.models import AccessRecord, DailyReview, Entry
from logbook.queries import unread_count_for_review
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify
from notices.models import Notice

DAY = date(2026, 11, 24)


def write(town: Town, now, text: str = "来电", **more) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=text, **more)


def sign(town: Town, now, up_to: int, *, actor=None, day=DAY, confirmed=None) -> DailyReview:
    actor = actor or town.supervisor
    return actions.sign_daily_review(
        actor=actor, confirmed=confirmed or Confirmation(actor, "pin", now), desk=town.desk, day=day, up_to=up_to, now=now
    )


@pytest.mark.clause("A21")
def test_a_signature_names_the_number_and_its_digest_and_is_an_entry(town: Town, morning) -> None:
    write(town, morning)
    last = write(town, morning)
    signed = sign(town, morning, 2)
    assert (signed.up_to, signed.entries, bytes(signed.digest)) == (2, 2, bytes(last.digest))
    assert signed.entry.code == "day_reviewed" and signed.entry.fields["number"] == "2"
    assert signed.entry.fields["signed_digest"] == bytes(last.digest).hex() and signed.entry.fields["method"] == "pin"
    assert unread_count_for_review(town.desk, DAY) == 0
    assert Notice.objects.filter(person=town.supervisor, matter="review", occasion="signed").count() == 1
    assert verify().breaches == []


@pytest.mark.clause("A21")
def test_a_later_entry_of_a_signed_day_is_unread_again(town: Town, morning) -> None:
    write(town, morning)
    sign(town, morning, 1)
    late = write(town, morning + timedelta(days=2), occurred_at=morning, late_reason="忙", sure=True)
    write(town, morning + timedelta(days=2))
    assert unread_count_for_review(town.desk, DAY) == 1
    assert sign(town, morning + timedelta(days=2), late.number).entries == 1
    assert unread_count_for_review(town.desk, DAY) == 0 and unread_count_for_review(town.desk, date(2026, 11, 26)) == 1


@pytest.mark.clause("A21")
def test_what_was_written_after_the_page_was_shown_stays_unread(town: Town, morning) -> None:
    write(town, morning)
    write(town, morning)
    assert sign(town, morning, 1).entries == 1
    assert unread_count_for_review(town.desk, DAY) == 1


@pytest.mark.clause("A21")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor", "administrator"])
def test_nobody_but_the_supervisor_signs(town: Town, morning, part: str) -> None:
    write(town, morning)
    with pytest.raises(Refused):
        sign(town, morning, 1, actor=getattr(town, part))


@pytest.mark.clause("A21")
@pytest.mark.parametrize(
    ("day", "up_to"), [(date(2026, 11, 25), 1), (DAY, 0), (DAY, 2), (DAY, -1), (date(2026, 11, 23), 1)]
)
def test_what_cannot_be_signed(town: Town, morning, day: date, up_to: int) -> None:
    write(town, morning)
    with pytest.raises(Refused):
        sign(town, morning, up_to, day=day)
    assert not DailyReview.objects.exists() and Entry.objects.count() == 1


@pytest.mark.clause("A21")
def test_the_same_is_not_signed_twice_and_not_with_another_s_pin(town: Town, morning) -> None:
    write(town, morning)
    with pytest.raises(Refused):
        sign(town, morning, 1, confirmed=Confirmation(town.head, "pin", morning))
    sign(town, morning, 1)
    for up_to in (1, 2):
        with pytest.raises(Refused):
            sign(town, morning, up_to)


@pytest.mark.clause("I11")
@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), DAY),
        ("Asia/Shanghai", datetime(2026, 11, 24, 16, 0, tzinfo=UTC), date(2026, 11, 25)),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        ("America/New_York", datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 8)),
        ("America/New_York", datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_the_day_is_the_site_s_near_midnight_and_across_a_change_of_the_clock(town: Town, zone, moment, day) -> None:
    site = town.site
    site.timezone = zone
    site._history_user = town.operator
    site.save()
    town.desk.site = Site.objects.get(pk=site.pk)
    write(town, moment)
    assert unread_count_for_review(town.desk, day) == 1
    for other in (day - timedelta(days=1), day + timedelta(days=1)):
        assert unread_count_for_review(town.desk, other) == 0


@pytest.mark.clause("I1")
def test_a_review_is_never_changed_or_removed(town: Town, morning, as_owner) -> None:
    write(town, morning)
    made = sign(town, morning, 1)
    for attack in (made.save, made.delete, lambda: DailyReview.objects.update(up_to=9), lambda: DailyReview.objects.bulk_update([made], ["day"])):
        with pytest.raises(Error), transaction.atomic():
            attack()
    with as_owner(), pytest.raises(Error, match="part of the record"), transaction.atomic():
        DailyReview.objects.update(up_to=9)


@pytest.mark.clause("A21")
def test_a_question_stands_with_the_entry_and_its_author_is_told(town: Town, morning) -> None:
    entry = write(town, morning)
    question = actions.ask_about_entry(actor=town.supervisor, entry=entry, now=morning, text="几点到场？")
    assert question.act == "addition" and question.refers_to_id == entry.pk and question.fields == {"question": "true"}
    notice = Notice.objects.get(person=town.agent)
    assert (notice.matter, notice.occasion) == ("entry", "question:2") and "几点" not in str(notice.fields)
    actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="10:40 到场")
    with pytest.raises(Refused):
        actions.ask_about_entry(actor=town.agent, entry=entry, now=morning, text="x")


@pytest.mark.clause("A21")
def test_yesterday_s_unread_log_is_raised_once_from_the_inspection_time_on(town: Town, morning) -> None:
    write(town, morning - timedelta(days=1))
    assert raise_missing_reviews(morning + timedelta(minutes=29)) == 0
    assert raise_missing_reviews(morning + timedelta(minutes=30)) == 1
    assert raise_missing_reviews(morning + timedelta(hours=5)) == 0
    assert Notice.objects.get(matter="review").person == town.supervisor
    assert raise_missing_reviews(morning + timedelta(days=1, hours=1)) == 0


@pytest.mark.clause("A21", "I7")
def test_days_that_the_clock_has_missed_are_raised_once_each_when_it_goes_again(town: Town, morning) -> None:
    late = morning + timedelta(hours=1)
    for days in (1, 3, 31, 32):
        write(town, late - timedelta(days=days))
    signed = write(town, late - timedelta(days=5))
    sign(town, late, signed.number, day=DAY - timedelta(days=5))
    assert raise_missing_reviews(late) == 3 and raise_missing_reviews(late + timedelta(hours=1)) == 0
    occasions = Notice.objects.filter(matter="review", code="review_missing").values_list("occasion", flat=True)
    told = {f"unread:{(late - timedelta(days=days)).astimezone(town.site.zone).date()}" for days in (1, 3, 31)}
    assert set(occasions) == told
    write(town, late - timedelta(days=5))
    assert raise_missing_reviews(late) == 0, "what came late to a day that was signed is yesterday's question alone"


@pytest.mark.clause("A21")
def test_while_nobody_supervises_the_project_head_is_told_to_name_somebody(town: Town, morning) -> None:
    late = morning + timedelta(hours=1)
    write(town, late - timedelta(days=1))
    Membership.objects.filter(person=town.supervisor).update(ends_at=morning)
    assert [raise_missing_reviews(late), raise_missing_reviews(late)] == [1, 0]
    notice = Notice.objects.get(matter="review")
    assert (notice.person, notice.code) == (town.head, "review_missing_head")
    assert signed_in(town.head).get(notice.url).status_code == 200


@pytest.mark.clause("A21", "I7")
def test_who_supervises_later_is_not_told_of_old_days_that_another_was_told_of(town: Town, morning) -> None:
    late = morning + timedelta(hours=1)
    write(town, late - timedelta(days=1))
    assert raise_missing_reviews(late) == 1
    Membership.objects.create(person=town.butler, site=town.site, role="supervisor", starts_at=late)
    assert raise_missing_reviews(late + timedelta(days=1)) == 0


@pytest.mark.clause("A21")
def test_the_now_page_keeps_the_days_that_nobody_signed(town: Town, morning) -> None:
    for days in (1, 3, 40):
        write(town, morning - timedelta(days=days))
    signed = write(town, morning - timedelta(days=5))
    sign(town, morning, signed.number, day=DAY - timedelta(days=5))
    found = [item for items in panels_of("now", town.supervisor, town.site, morning) for item in items if "review" in item.url]
    assert [(item.url.split("/")[-2], item.tone) for item in found] == [("2026-11-21", "bad"), ("2026-11-23", "info")]


@pytest.mark.clause("A21")
def test_the_now_page_shows_yesterday_and_today_to_the_supervisor_alone(town: Town, morning) -> None:
    write(town, morning - timedelta(days=1))
    write(town, morning)
    found = [item for items in panels_of("now", town.supervisor, town.site, morning) for item in items if "review" in item.url]
    assert [item.url.split("/")[-2] for item in found] == ["2026-11-23", "2026-11-24"] and found[0].tone == "info"
    late = panels_of("now", town.supervisor, town.site, morning + timedelta(hours=1))
    assert [item.tone for items in late for item in items if "review" in item.url] == ["bad", "info"]
    for person in (town.agent, town.head, town.away.supervisor):
        assert not [item for items in panels_of("now", person, town.site, morning) for item in items if "review" in item.url]


@pytest.mark.clause("A21")
def test_the_page_is_read_and_signed(town: Town) -> None:
    now = timezone.now()
    day = now.astimezone(town.site.zone).date().isoformat()
    write(town, now, text="<script>alert(1)</script>", customer="王女士", phone="13800138000")
    client, url = signed_in(town.supervisor), f"/log/{town.desk.slug}/review/{day}/"
    page = client.get(url)
    assert page.status_code == 200 and b"<script>alert" not in page.content and b"&lt;script&gt;alert" in page.content
    assert AccessRecord.objects.filter(page="review", from_number=1, to_number=1).count() == 1
    wrong = client.post(f"{url}sign/", {"sign-up_to": "1", "sign-secret": "000000"})
    assert wrong.status_code == 422 and not DailyReview.objects.exists()
    assert client.post(f"{url}sign/", {"sign-up_to": "1", "sign-secret": PIN}).status_code == 302
    assert DailyReview.objects.get().reviewer == town.supervisor
    assert client.post(f"{url}sign/", {"sign-up_to": "1", "sign-secret": PIN}).status_code == 422
    assert client.get(f"/log/{town.desk.slug}/review/2026-13-01/").status_code == 404
    assert signed_in(town.away.supervisor).get(url).status_code == 404
    assert signed_in(town.agent).get(url).status_code == 403


@pytest.mark.clause("A21")
def test_a_question_is_asked_on_the_page_and_an_entry_of_another_desk_is_not_there(town: Town) -> None:
    now = timezone.now()
    day = now.astimezone(town.site.zone).date().isoformat()
    write(town, now)
    away = actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=now, text="x")
    client, url = signed_in(town.supervisor), f"/log/{town.desk.slug}/review/{day}/"
    assert b"question-form" in client.get(f"{url}?ask=1").content
    key = "0b0e6d6c-5a56-4b0e-9c9e-000000000001"
    for _ in range(2):
        answer = client.post(f"{url}ask/", {"question-number": "1", "question-key": key, "question-text": "几点？"})
        assert answer.status_code == 302 and answer.headers["Location"] == f"{url}#entry-1"
    assert Entry.objects.filter(act="addition").count() == 1
    assert client.post(f"{url}ask/", {"question-number": "1", "question-key": key, "question-text": ""}).status_code == 422
    other = client.post(f"{url}ask/", {"question-number": "99", "question-key": key, "question-text": "几点？"})
    assert other.status_code == 404 and away.answers.count() == 0


@pytest.mark.clause("I4")
def test_two_sign_at_once_and_one_signature_stands(place, morning) -> None:  # noqa: F811
    write(place, morning)
    raised = together([lambda: sign(place, morning, 1) and None] * 4)
    assert len(raised) == 3 and all(isinstance(each, Refused) for each in raised)
    assert DailyReview.objects.count() == 1
