"""The guided page: two people at one screen, what stands in the way in words, refusals beside their field (A25–A30, A35)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from desks.testing import PIN, Town, signed_in
from handover import actions
from handover.models import Handover
from handover.queries import digest_now
from handover.tests import scenes, steps
from handover.views import shown
from logbook.actions import record_entry
from logbook.models import AccessRecord, Entry
from logbook.queries import current_watch


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def at_screen(town: Town, now) -> Handover:
    """A handover half done, as on the pictures."""
    return scenes.busy(town, now)


def address(row: Handover, rest: str = "") -> str:
    return f"/handover/{row.desk.slug}/{row.pk}/{rest}"


def page(client, row: Handover) -> str:
    return client.get(f"/handover/{row.desk.slug}/").content.decode()


def way(html: str) -> str:
    """What the page says still stands in the way."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(r'<ul class="way".*?</ul>', html, re.S)[0]).split())


@pytest.mark.clause("A29")
def test_both_sign_on_one_screen_with_their_own_pins_and_the_actor_stays(town: Town, now, at_screen) -> None:
    client = signed_in(town.agent, town.butler)
    html = page(client, at_screen)
    assert "1 matter to be told with its next step" in way(html) and "things at the desk to be checked" in way(html)
    steps.prepare(at_screen, now)
    html = page(client, at_screen)
    assert "Nothing stands in the way." in way(html)
    sent = dict(re.findall(r'name="(digest|seen)" value="(\w+)"', html))
    first = client.post(address(at_screen, "sign/outgoing/"), {**sent, "secret": PIN})
    assert first.status_code == 302
    done = client.post(address(at_screen, "sign/incoming/"), {**sent, "secret": PIN})
    assert done.status_code == 302 and done["Location"] == address(at_screen)
    assert current_watch(town.desk).holder == town.butler
    assert client.session["_auth_user_id"] == str(town.agent.pk)
    record = client.get(address(at_screen)).content.decode()
    assert record.count("sig m-0 mb-2 done") == 2 and Handover.objects.get(pk=at_screen.pk).digest in record


@pytest.mark.clause("A29")
def test_a_wrong_pin_is_refused_beside_its_field_and_counted(town: Town, now, at_screen) -> None:
    steps.prepare(at_screen, now)
    row = Handover.objects.get(pk=at_screen.pk)
    data = {"digest": digest_now(row), "seen": steps.seen(row), "secret": "000111"}
    answer = signed_in(town.agent, town.butler).post(address(row, "sign/outgoing/"), data)
    assert answer.status_code == 422 and "The PIN or password is wrong." in answer.content.decode()
    town.agent.refresh_from_db()
    assert town.agent.secret_failures == 1 and not row.signatures.exists()


@pytest.mark.clause("I4")
def test_what_was_shown_is_what_is_signed(town: Town, now, at_screen) -> None:
    steps.prepare(at_screen, now)
    row = Handover.objects.get(pk=at_screen.pk)
    data = {"digest": digest_now(row), "seen": steps.seen(row), "secret": PIN}
    actions.write_remarks(actor=town.butler, handover=row, remarks="后来加的", now=now)
    answer = signed_in(town.agent).post(address(row, "sign/outgoing/"), data)
    assert answer.status_code == 422 and "The content has changed since this page was shown." in answer.content.decode()


@pytest.mark.clause("I4")
def test_a_stale_signature_says_what_changed(town: Town, now) -> None:
    scenes.stale(town, now)
    html = signed_in(town.agent).get(f"/handover/{town.desk.slug}/").content.decode()
    (box,) = re.findall(r'<div class="sig stale".*?</form>', html, re.S)
    assert "the count of Radios" in box and "Please sign again." in box


@pytest.mark.clause("I10")
def test_a_refused_step_keeps_what_was_typed_and_says_why_beside_it(town: Town, now, at_screen) -> None:
    client = signed_in(town.agent)
    line = at_screen.counts.get(item__code="stamps")
    answer = client.post(address(at_screen, f"counts/{line.pk}/"), {"counted": "０", "explanation": " "})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="０"' in html and "there is no explanation" in html
    check = at_screen.checks.get(item__code="phone")
    answer = client.post(address(at_screen, f"checks/{check.pk}/"), {"result": "fail", "remark": ""})
    assert answer.status_code == 422 and "What fails needs a remark." in answer.content.decode()
    answer = client.post(address(at_screen, "refuse/"), {"side": "outgoing", "ground": "untidy", "remark": "乱", "remedy": "", "secret": PIN})
    assert answer.status_code == 422 and "乱" in answer.content.decode()
    assert "A refusal says what would lift it." in answer.content.decode()


@pytest.mark.clause("A22")
def test_the_incoming_refuses_with_the_own_pin_and_the_supervisor_decides_on_the_page(town: Town, now, at_screen) -> None:
    data = {"side": "incoming", "ground": "untidy", "remark": "", "remedy": "先整理柜台", "secret": PIN}
    assert signed_in(town.agent).post(address(at_screen, "refuse/"), data).status_code == 302
    refusal = at_screen.refusals.get()
    assert refusal.person == town.butler
    client = signed_in(town.supervisor)
    assert "先整理柜台" in page(client, at_screen)
    bad = client.post(address(at_screen, f"refusals/{refusal.pk}/decide/"), {"outcome": "back", "reason": ""})
    assert bad.status_code == 422
    assert signed_in(town.agent).post(address(at_screen, f"refusals/{refusal.pk}/decide/"), {}).status_code == 403
    done = client.post(address(at_screen, f"refusals/{refusal.pk}/decide/"), {"outcome": "back", "reason": "整理好了"})
    assert done.status_code == 302 and Handover.objects.get(pk=at_screen.pk).state == "preparing"


@pytest.mark.clause("I8")
def test_a_handover_of_another_desk_or_site_does_not_exist(town: Town, now, at_screen) -> None:
    for path in ("", "print/", "content/", "sign/outgoing/", "counts/all/", "refuse/"):
        other = f"/handover/{town.other_desk.slug}/{at_screen.pk}/{path}"
        client = signed_in(town.supervisor)
        answer = client.get(other) if path in {"", "print/", "content/"} else client.post(other)
        assert answer.status_code == 404, path
        assert signed_in(town.away.supervisor).get(address(at_screen, path)).status_code == 404


@pytest.mark.clause("A25")
def test_reading_the_last_shift_s_log_is_recorded_once(town: Town, now, at_screen) -> None:
    client = signed_in(town.butler)
    for _ in range(3):
        page(client, at_screen)
    read = AccessRecord.objects.filter(person=town.butler, page="handover")
    assert read.count() == 1 and read[0].to_number == steps.seen(at_screen)
    record_entry(actor=town.colleague, desk=town.desk, now=now, text="后来")
    page(client, at_screen)
    assert read.count() == 2


@pytest.mark.clause("I8")
def test_what_only_supervisors_read_is_not_on_the_page(town: Town, now) -> None:
    scenes.held(town, now)
    record_entry(
        actor=town.agent, desk=town.desk, now=now, text="投诉何某态度", kind="complaint", urgency="urgent", audience="supervisors"
    )
    row = actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=now)
    for person, sees in ((town.butler, False), (town.supervisor, True)):
        client = signed_in(person)
        assert ("投诉何某态度" in page(client, row)) is sees
        assert ("投诉何某态度" in client.get(address(row, "print/")).content.decode()) is sees
    assert signed_in(town.butler).get(address(row, "content/")).status_code == 403


def test_hostile_words_are_shown_as_text(town: Town, now, at_screen) -> None:
    hostile = "<script>alert(1)</script>"
    actions.write_remarks(actor=town.agent, handover=at_screen, remarks=hostile, now=now)
    actions.reserve(actor=town.butler, handover=at_screen, reservations=hostile, now=now)
    steps.prepare(at_screen, now)
    client = signed_in(town.butler)
    for html in (page(client, at_screen), client.get(address(at_screen, "print/")).content.decode()):
        assert hostile not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.clause("A35")
def test_the_print_has_the_entries_both_signatures_the_last_digest_and_room_for_two_names(town: Town, now) -> None:
    scenes.signed(town, now)
    row = Handover.objects.get(mode="face")
    html = signed_in(town.head).get(address(row, "print/")).content.decode()
    last = Entry.objects.filter(book__desk=town.desk).latest("number")
    assert bytes(last.digest).hex() in html and row.digest in html
    assert html.count('class="sign-line"') == 2 and html.count("sig m-0 mb-2 done") == 2
    assert "卫生间吊顶漏水" in html and "陈**" in html and "陈先生" not in html and "交接中来电" in html
    text = signed_in(town.head).get(address(row, "content/"))
    assert text["Content-Type"].startswith("text/plain") and text.content.decode() == row.signatures.first().content


@pytest.mark.clause("A35")
def test_the_blank_form_and_entering_it_afterwards_as_such(town: Town, now) -> None:
    client = signed_in(town.agent)
    blank = client.get(f"/handover/{town.desk.slug}/blank/").content.decode()
    assert "Radios" in blank and 'class="sign-line"' in blank
    happened = (now - timedelta(hours=3)).astimezone(town.site.zone).replace(second=0, microsecond=0)
    data = {
        "occurred_at": happened.strftime("%Y-%m-%dT%H:%M"), "writer": town.butler.pk, "kind": "repair", "place": "5-1203",
        "customer": "李先生", "phone": "13800138000", "text": "停电时报修", "result": "", "sheet": "3", "key": "",
    }
    assert client.post(f"/handover/{town.desk.slug}/paper/", data).status_code == 302
    entry = Entry.objects.get(words__text="停电时报修")
    assert (entry.author, entry.entered_by, entry.occurred_at, entry.late) == (town.butler, town.agent, happened, True)
    assert set(entry.personal) == {"customer", "phone"}
    assert entry.fields["paper"] == "true" and entry.fields["paper_sheet"] == "3"
    refused = client.post(f"/handover/{town.desk.slug}/paper/", data | {"place": "", "text": "又一条"})
    assert refused.status_code == 422 and "又一条" in refused.content.decode()
    assert signed_in(town.head).get(f"/handover/{town.desk.slug}/paper/").status_code == 403


def test_past_handovers_are_paged_newest_first(town: Town, now) -> None:
    scenes.signed(town, now)
    html = signed_in(town.auditor).get(f"/handover/{town.desk.slug}/past/").content.decode()
    rows = re.findall(r'href="/handover/taikoo-front/(\d+)/"', html)
    assert [int(row) for row in rows] == sorted((int(row) for row in rows), reverse=True) and len(rows) == 4


@pytest.mark.clause("A23")
def test_the_desk_page_and_the_supervisor_s_list_show_what_waits(town: Town, now) -> None:
    from handover.panels import now_items

    scenes.refused(town, now)
    assert [item.icon for item in now_items(town.supervisor, town.site, now)] == ["refused"]
    assert now_items(town.agent, town.site, now) == [] == now_items(town.away.supervisor, town.site, now)
    desk = signed_in(town.agent).get(f"/desk/{town.desk.slug}/").content.decode()
    assert "Go on with the handover" in desk and "keeps the desk" in desk


@pytest.mark.clause("A23")
def test_a_gap_and_a_missing_relief_are_shown_with_what_to_do(town: Town, now) -> None:
    from handover.panels import now_items

    scenes.gap(town, now)
    assert "Nobody is at the desk" in now_items(town.head, town.site, now)[0].what
    client = signed_in(town.butler)
    assert "Take the desk now" in client.get(f"/desk/{town.desk.slug}/").content.decode()
    assert client.post(f"/handover/{town.desk.slug}/watch/fill/").status_code == 302
    assert current_watch(town.desk).holder == town.butler
    scenes.roster_duty(town.desk, town.second_butler, now + timedelta(minutes=1), now + timedelta(hours=4))
    later = now + timedelta(minutes=30)
    item, release = now_items(town.supervisor, town.site, later)
    assert "Relief has not come" in item.what and "29" in item.why
    assert "Release to complete" in release.what


@pytest.mark.clause("A30")
def test_the_page_costs_the_same_however_many_matters_there_are(town: Town, now, django_assert_max_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scenes.held(town, now)
    row = actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=now)
    client = signed_in(town.agent)
    page(client, row)
    with CaptureQueriesContext(connection) as few:
        page(client, row)
    for number in range(30):
        record_entry(actor=town.agent, desk=town.desk, now=now, text=f"报修 {number}", kind="repair", place="大堂")
    actions.bring_up_to_date(actor=town.agent, handover=row, now=now)
    page(client, row)
    with CaptureQueriesContext(connection) as many:
        page(client, row)
    assert len(many) == len(few) <= 80


@pytest.mark.clause("A26")
def test_one_matter_is_next_and_a_long_watch_says_how_many_entries_it_has(town: Town, now, at_screen, monkeypatch) -> None:
    client = signed_in(town.agent, town.butler)
    html = page(client, at_screen)
    assert html.count('class="matter on"') == 1 and "entries stand here" not in html
    whole = Entry.objects.filter(book__desk=town.desk, number__gte=current_watch(town.desk).first_number).count()
    monkeypatch.setattr(shown, "SHOWN_ENTRIES", 2)
    html = page(client, at_screen)
    assert "The newest 2 entries stand here." in html and f'<span class="tag">{whole}</span>' in html


@pytest.mark.clause("A30")
@pytest.mark.parametrize(("relieved_after", "first"), [(timedelta(hours=1), "begin-handover"), (timedelta(hours=20), "close-desk")])
def test_the_next_act_stands_first_before_the_night_it_is_closing(town: Town, morning, relieved_after, first: str) -> None:
    evening = morning + timedelta(hours=11)
    town.desk.opening_hours.update_or_create(
        weekday=evening.astimezone(town.site.zone).weekday(), defaults={"opens": "08:00", "closes": "22:00"}
    )
    steps.open_desk(town.desk, town.agent, morning)
    scenes.roster_duty(town.desk, town.butler, evening + relieved_after, evening + relieved_after + timedelta(hours=6))
    with time_machine.travel(evening, tick=False):
        html = signed_in(town.agent).get(f"/handover/{town.desk.slug}/").content.decode()
    assert re.findall(r'id="(begin-handover|close-desk)"', html)[0] == first
    assert re.findall(r'class="btn btn-primary" id="(begin-handover|close-desk)"', html) == [first]
