"""Photos of papers of leave: the person and who decides see them, no export has them, they go when their time is over (A13, A17, A20, I8, I12)."""

import io
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction

from desks import record_clock
from desks.refusal import Refused
from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from logbook.actions import keep_photo, lift_hold, place_hold, remove_unused_files
from logbook.files import store
from logbook.models import AccessRecord, Entry
from logbook.models.keeping import USUAL_DAYS
from logbook.tests.pictures import photo, photo_from_a_phone
from notices.models import Notice
from rosters import actions
from rosters.models import Leave, LeavePhoto
from rosters.tests.changing import leave_asked

KEPT = timedelta(days=USUAL_DAYS)
RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)


def uploaded(person, now, colour=RED) -> str:
    return keep_photo(actor=person, file=io.BytesIO(photo(colour=colour)), size=500, now=now)


def sent(content: bytes, name: str = "证明.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def december(december: Town, files) -> Town:
    return december


@pytest.fixture
def leave(december: Town, morning) -> Leave:
    return leave_asked(december, morning, photos=[uploaded(december.agent, morning)])


@pytest.mark.clause("A13", "A20", "I8")
def test_the_person_and_who_decides_see_them_nobody_else_and_each_reading_is_recorded(december: Town, leave: Leave) -> None:
    url = f"/rosters/{december.desk.slug}/leave/{leave.pk}/photos/{LeavePhoto.objects.get().pk}/"
    for person in (december.agent, december.supervisor):
        reader = signed_in(person)
        for path in (url, url + "small/"):
            answer = reader.get(path)
            assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
            assert "no-cache" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
        assert AccessRecord.objects.filter(person=person, page="leave-photo", desk=december.desk).count() == 1
        assert url in reader.get(f"/rosters/{december.desk.slug}/leave/{leave.pk}/").content.decode()
    for stranger in (december.colleague, december.head, december.auditor, december.away.supervisor):
        assert signed_in(stranger).get(url).status_code in {403, 404}
    assert "photos/" not in signed_in(december.head).get(f"/rosters/{december.desk.slug}/leave/{leave.pk}/").content.decode()
    assert AccessRecord.objects.filter(page="leave-photo").count() == 2
    other = f"/rosters/{december.other_desk.slug}/leave/{leave.pk}/photos/{LeavePhoto.objects.get().pk}/"
    assert signed_in(december.supervisor).get(other).status_code == 404


@pytest.mark.clause("A20")
def test_they_stand_in_no_entry_and_no_notice_and_belong_to_no_orphan(december: Town, leave: Leave, morning) -> None:
    digest = LeavePhoto.objects.get().digest
    actions.add_leave_photos(actor=december.agent, leave=leave, photos=[uploaded(december.agent, morning, GREEN)], now=morning)
    assert not Entry.objects.filter(fields__has_key="attachment_01").exists()
    assert all(digest not in str(row.fields) for row in [*Entry.objects.all(), *Notice.objects.all()])
    assert Entry.objects.get(code="leave_photos_added").audience == "supervisors"
    out = StringIO()
    call_command("verify_log", "--files", stdout=out)
    assert "no other file lies beside them" in out.getvalue()


@pytest.mark.clause("A17", "A18")
def test_an_upload_that_leave_took_stays_and_one_that_nothing_took_goes(december: Town, leave: Leave, morning) -> None:
    uploaded(december.agent, morning, GREEN)
    remove_unused_files(morning + timedelta(hours=25))
    assert [*store.names()] == [LeavePhoto.objects.get().digest]


@pytest.mark.clause("A17", "I9", "I10")
def test_the_page_takes_photos_in_and_refuses_what_is_none_beside_the_field(december: Town, morning) -> None:
    client, url = signed_in(december.agent), f"/rosters/{december.desk.slug}/leave/"
    asked = {"kind": "sick", "since": "2026-12-13", "reason": "复诊"}
    refused = client.post(url, {**asked, "photos": [sent(b"%PDF-1.7 ...", "x.pdf")]})
    assert refused.status_code == 422 and "复诊" in refused.content.decode() and "PDF" in refused.content.decode()
    assert not Leave.objects.exists()
    made = client.post(url, {**asked, "photos": [sent(photo_from_a_phone())]})
    row = LeavePhoto.objects.select_related("leave").get()
    assert made["Location"].endswith(f"/leave/{row.leave.pk}/") and b"DutyPhone" not in store.content_of(row.digest)
    more = client.post(f"{url}{row.leave.pk}/photos/", {"photos": [sent(photo(colour=BLUE))]})
    assert more.status_code == 302 and LeavePhoto.objects.count() == 2
    empty = client.post(f"{url}{row.leave.pk}/photos/", {})
    assert empty.status_code == 422 and "No photo was chosen" in empty.content.decode()
    assert signed_in(december.colleague).post(f"{url}{row.leave.pk}/photos/", {"photos": [sent(photo())]}).status_code == 404


@pytest.mark.clause("I9")
def test_nobody_attaches_what_somebody_else_uploaded_and_no_more_than_an_entry_carries(december: Town, leave: Leave, morning, settings) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.add_leave_photos(actor=december.agent, leave=leave, photos=[uploaded(december.colleague, morning, BLUE)], now=morning)
    assert refused.value.clause == "I9"
    settings.FILES_MOST_IN_ENTRY = 1
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.add_leave_photos(actor=december.agent, leave=leave, photos=[uploaded(december.agent, morning, GREEN)], now=morning)
    assert (refused.value.clause, refused.value.field) == ("A17", "photos")
    with pytest.raises(Refused, match="not your request"):
        actions.add_leave_photos(actor=december.colleague, leave=leave, photos=["x"], now=morning)
    assert actions.add_leave_photos(actor=december.agent, leave=leave, photos=[uploaded(december.agent, morning)], now=morning) == 0


@pytest.mark.clause("A13", "A20")
def test_a_wrong_one_is_taken_back_until_it_is_decided_then_only_by_who_decides(
    december: Town, leave: Leave, morning, django_capture_on_commit_callbacks
) -> None:
    row = LeavePhoto.objects.get()
    with pytest.raises(Refused, match="not your photo"):
        actions.remove_leave_photo(actor=december.colleague, photo=row, now=morning)
    actions.decide_leave(actor=december.supervisor, leave=leave, approve=True, reason="", now=morning)
    with pytest.raises(Refused, match="is decided"):
        actions.remove_leave_photo(actor=december.agent, photo=LeavePhoto.objects.get(), now=morning)
    remove_unused_files(morning + timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(december.supervisor).post(f"/rosters/{december.desk.slug}/leave/{leave.pk}/photos/{row.pk}/remove/")
    assert answer.status_code == 302 and not LeavePhoto.objects.exists() and not [*store.names()]
    assert Entry.objects.filter(code="leave_photos_removed").count() == 1


@pytest.mark.clause("A20", "I12")
def test_they_go_when_their_time_is_over_but_not_under_a_legal_hold(
    december: Town, leave: Leave, morning, django_capture_on_commit_callbacks
) -> None:
    actions.decide_leave(actor=december.supervisor, leave=leave, approve=True, reason="", now=morning)
    remove_unused_files(morning + timedelta(hours=25))
    over = Leave.objects.get().ends_at + KEPT
    assert actions.erase_leave_photos(over) == 0, "the very moment is still in it"
    hold = place_hold(actor=december.supervisor, desk=december.desk, scope="desk", reason="诉讼", now=morning)
    later = over + timedelta(seconds=1)
    assert actions.erase_leave_photos(later) == 0 and [*store.names()]
    with pytest.raises(Refused) as refused:
        actions.remove_leave_photo(actor=december.supervisor, photo=LeavePhoto.objects.get(), now=morning)
    assert refused.value.clause == "I12"
    lift_hold(actor=december.supervisor, hold=hold, reason="结案", now=morning)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.erase_leave_photos(later) == 1 and actions.erase_leave_photos(later) == 0
    assert not [*store.names()] and Entry.objects.get(code="leave_photos_erased").fields["count"] == "1"


@pytest.mark.clause("A13", "A20")
def test_nothing_is_added_to_leave_that_came_to_nothing_and_its_photos_go_too(december: Town, leave: Leave, morning) -> None:
    actions.withdraw_leave(actor=december.agent, leave=leave, now=morning)
    with pytest.raises(Refused, match="does not take place"):
        actions.add_leave_photos(actor=december.agent, leave=leave, photos=[uploaded(december.agent, morning, GREEN)], now=morning)
    assert actions.erase_leave_photos(leave.starts_at + KEPT + timedelta(seconds=1)) == 1


@pytest.fixture
def clock(db, as_owner):
    """The record's clock, to be set."""
    record_clock.install()
    return record_clock.set_to


@pytest.mark.clause("A20", "I12")
def test_a_site_sets_how_long_they_stay_and_only_from_tomorrow_on(december: Town, leave: Leave, morning, clock) -> None:
    actions.decide_leave(actor=december.supervisor, leave=leave, approve=True, reason="", now=morning)
    over = Leave.objects.get().ends_at + timedelta(days=31)
    page, url = f"/log/{december.desk.slug}/keeping/", f"/log/{december.desk.slug}/keeping/period/"
    clock(over)
    with time_machine.travel(over, tick=False):
        boss = signed_in(december.administrator)
        for days in ("29", "1096"):
            assert boss.post(url, {"period-name": "leave_photo", "period-days": days, "period-reason": "少留"}).status_code == 422
        assert boss.post(url, {"period-name": "leave_photo", "period-days": "30", "period-reason": "少留"}).status_code == 302
        row = next(each for each in find(tree(boss.get(page).content.decode()), "tr") if "Photos of papers of leave" in text_of(each))
    assert "180" in text_of(row) and "30 days from" in text_of(row), "what holds, and what is to come"
    note = Entry.objects.get(code="personal_period_leave_photo")
    assert note.book.desk_id is None and note.fields["days"] == "30"
    assert actions.erase_leave_photos(over) == 0
    assert actions.erase_leave_photos(over + timedelta(days=1, minutes=1)) == 1
