"""Every list of the log as CSV, XLSX and PDF: by right, recorded with the file's digest, long ones in the background (A20, I8)."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from desks.clock import local_day
from desks.models import Membership
from desks.permissions import forget
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions, rules
from logbook.models import AccessRecord, Entry, ExportJob
from logbook.paper import may_break, visible
from logbook.tests.scenes import busy
from notices.models import Notice

FORMATS = ("csv", "xlsx", "pdf")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


def pages(content: bytes) -> list[str]:
    """The text of each page of a PDF, as somebody who selects it gets it."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in document]


def text_of(content: bytes, format: str) -> str:
    """What a file of any of the formats says."""
    if format == "csv":
        return content.decode("utf-8-sig")
    if format == "pdf":
        return "\n".join(pages(content)).replace("\r\n", "").replace("\n", "")
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def taken(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment"), url
    assert answer["Cache-Control"] == "private, no-store"
    return b"".join(answer.streaming_content)


def ask(town: Town, person=None, **changes) -> ExportJob:
    values = {"name": "log", "format": "csv", "asked": {}, "language": "en", "now": timezone.now()} | changes
    return actions.ask_export(actor=person or town.supervisor, of=town.desk, **values)


@pytest.mark.clause("A20")
@pytest.mark.parametrize("format", FORMATS)
def test_each_list_goes_out_as_its_page_shows_it_and_is_recorded_with_its_digest(town: Town, format: str) -> None:
    now = timezone.now()
    busy(town, now)
    actions.record_entry(actor=town.agent, desk=town.other_desk, now=now, text="隔壁的事", kind="help")
    # The visitor came seventy minutes ago: soon after midnight that is the day before.
    day = local_day(now - timedelta(minutes=70), town.desk.site.zone)
    front = f"/log/{town.desk.slug}"
    for url, page, said, unsaid in (
        (f"{front}/export/?kind=visitor&format={format}", "log", "张伟", "漏水"),
        (f"{front}/follow-ups/export/?format={format}", "follow_ups", "投诉", "张伟"),
        (f"{front}/review/{day}/export/?format={format}", "review", "张伟", "隔壁"),
    ):
        content = taken(signed_in(town.supervisor), url)
        record = AccessRecord.objects.latest("pk")
        assert (record.kind, record.page, record.file_digest) == ("export", f"{page}_{format}", hashlib.sha256(content).hexdigest())
        words = text_of(content, format)
        assert record.count > 0 and said in words and unsaid not in words and "隔壁" not in words
    content = taken(signed_in(town.head), f"{front}/access/export/?kind=export&format={format}")
    assert hashlib.sha256(content).hexdigest() == AccessRecord.objects.latest("pk").file_digest
    assert AccessRecord.objects.latest("pk").count == 3
    assert AccessRecord.objects.filter(page=f"log_{format}").get().file_digest in text_of(content, format) or format == "pdf"


@pytest.mark.clause("A20")
def test_who_may_not_see_a_list_does_not_get_it(town: Town) -> None:
    front = f"/log/{town.desk.slug}"
    for url in ("export/", "follow-ups/export/", "review/2026-11-24/export/", "access/export/", "exports/"):
        assert signed_in(town.agent).get(f"{front}/{url}?format=pdf").status_code == 403, url
        assert signed_in(town.away.supervisor).get(f"{front}/{url}").status_code == 404, url
    assert signed_in(town.supervisor).get(f"{front}/access/export/").status_code == 403
    with pytest.raises(Refused):
        ask(town, town.agent)


@pytest.mark.clause("I8")
def test_a_pdf_masks_as_the_other_formats_do_and_leaves_out_what_supervisors_only_read(town: Town) -> None:
    now = timezone.now()
    busy(town, now)
    url = f"/log/{town.desk.slug}/export/?format=pdf"
    assert "138****8000" in text_of(taken(signed_in(town.auditor), url), "pdf")
    assert "13800138000" in text_of(taken(signed_in(town.head), url), "pdf")


@pytest.mark.clause("A20")
def test_more_than_a_page_leaves_an_entry_in_the_site_s_book_without_the_words_searched(town: Town) -> None:
    now = timezone.now()
    for number in range(51):
        actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"漏水 {number}")
    content = taken(signed_in(town.supervisor), f"/log/{town.desk.slug}/export/?format=csv&q=漏水")
    entry = Entry.objects.get(code="list_exported")
    assert entry.book.desk_id is None and entry.author == town.supervisor
    assert (entry.fields["format"], entry.fields["count"], entry.fields["file_digest"]) == ("CSV", "51", hashlib.sha256(content).hexdigest())
    assert "漏水" not in str(entry.fields)
    taken(signed_in(town.supervisor), f"/log/{town.desk.slug}/export/?format=csv&q=50")
    assert Entry.objects.filter(code="list_exported").count() == 1, "a page or less leaves the access record alone"


HOSTILE = ["=1+1", "＝1+1", "-2", "\t=1", "a\u202eb", "😀 ok", "a\x07b" , "\u200bzero", "עברית", "𠮷野家", "x" * 4_000, "长" * 3_000]


@pytest.mark.clause("A20")
def test_nothing_that_somebody_wrote_breaks_a_pdf_or_vanishes_from_it(town: Town) -> None:
    now = timezone.now()
    written = []
    for text in HOSTILE:
        try:
            actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=text)
            written.append(text)
        except Refused:
            continue
    content = taken(signed_in(town.supervisor), f"/log/{town.desk.slug}/export/?format=pdf")
    said = text_of(content, "pdf")
    assert "=1+1" in said and "𠮷野家" in said and "😀" not in said and "[U+1F600] ok" in said
    assert said.count("x") >= 4_000 and said.count("长") >= 3_000
    assert len(pages(content)) > 1 and all("Number" in page and "Confidential" in page for page in pages(content))
    assert f"Page 1 of {len(pages(content))}" in pages(content)[0]


@pytest.mark.parametrize("text,shown", [
    ("a\u202eb", "a[U+202E]b"), ("\x07", "[U+0007]"), ("\ud800", "[U+D800]"), ("a\r\nb\rc", "a\nb\nc"), ("x\ufe0f", "x[U+FE0F]"), ("漏水", "漏水"),
])
def test_what_is_not_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text, {ord(each) for each in "abcx漏水\ufe0f\u202e"}) == shown


@pytest.mark.parametrize("before,after,may", [
    ("漏", "水", True), ("漏", "。", False), ("（", "漏", False), ("a", "b", False), (" ", "b", True), ("5", "栋", True), ("！", "a", True),
])
def test_lines_end_by_the_rules_of_both_languages(before: str, after: str, may: bool) -> None:
    assert may_break(before, after) is may


@pytest.mark.clause("A20")
def test_a_pdf_says_what_it_is_in_each_language(town: Town) -> None:
    busy(town, timezone.now())
    client = signed_in(town.supervisor)
    client.cookies["django_language"] = "zh-hant"
    first = pages(taken(client, f"/log/{town.desk.slug}/export/?format=pdf&kind=visitor"))[0]
    assert town.desk.label_zh_hant in first or town.desk.label in first
    assert town.supervisor.name in first and "#3" in first


@pytest.mark.clause("A20")
def test_a_long_list_is_asked_for_made_told_of_and_taken(town: Town, settings, django_capture_on_commit_callbacks) -> None:
    settings.LONG_LIST = {"csv": 5, "xlsx": 5, "pdf": 5}
    now = timezone.now()
    busy(town, now)
    client = signed_in(town.supervisor)
    page = client.get(f"/log/{town.desk.slug}/export/?format=csv&person={town.agent.pk}")
    assert page.status_code == 200 and "exports/ask/" in page.content.decode() and not AccessRecord.objects.exists()
    sent = client.post(f"/log/{town.desk.slug}/exports/ask/", {"list": "log", "format": "csv", "asked": f"person={town.agent.pk}", "_actor": town.supervisor.pk})
    job = ExportJob.objects.get()
    assert sent.status_code == 302 and sent["Location"].endswith(f"/exports/{job.pk}/") and job.state == "asked"
    assert "hx-trigger" in client.get(sent["Location"]).content.decode()
    assert actions.run_export(job.pk, now=now) is True
    assert actions.run_export(job.pk, now=now) is False, "a message delivered twice makes nothing twice"
    job.refresh_from_db()
    assert job.state == "ready" and job.done == job.total > 5
    notice = Notice.objects.get(person=town.supervisor, code="export_ready")
    assert notice.url == sent["Location"]
    assert not AccessRecord.objects.filter(kind="export").exists(), "nothing has left yet"
    content = taken(client, f"{sent['Location']}file/")
    record = AccessRecord.objects.get(kind="export")
    assert (record.page, record.count, record.file_digest) == ("log_csv", job.total, hashlib.sha256(content).hexdigest())
    assert record.filters == {"person": str(town.agent.pk)}
    assert "hx-trigger=\"every" not in client.get(sent["Location"], headers={"HX-Request": "true"}).content.decode()


@pytest.mark.clause("I8")
def test_the_file_is_only_for_who_asked_and_still_may(town: Town, folder: Path) -> None:
    now = timezone.now()
    busy(town, now)
    job = ask(town)
    actions.run_export(job.pk, now=now)
    job.refresh_from_db()
    url = f"/log/{town.desk.slug}/exports/{job.pk}/"
    for person in (town.head, town.auditor):
        assert signed_in(person).get(f"{url}file/").status_code == 404
        assert signed_in(person).get(url).status_code == 404
    assert len(job.file_name) > 40 and (folder / job.file_name).stat().st_mode & 0o077 == 0
    with pytest.raises(Refused):
        actions.hand_out(actor=town.head, job=job, session_key="x", now=now)
    Membership.objects.filter(person=town.supervisor).update(ends_at=now - timedelta(seconds=1))
    forget(town.supervisor)
    with pytest.raises(Refused):
        actions.hand_out(actor=town.supervisor, job=job, session_key="x", now=now)
    assert not AccessRecord.objects.filter(kind="export").exists()


@pytest.mark.clause("I8")
def test_a_file_that_was_changed_or_is_gone_is_not_handed_out(town: Town, folder: Path) -> None:
    now = timezone.now()
    busy(town, now)
    job = ask(town)
    actions.run_export(job.pk, now=now)
    job.refresh_from_db()
    (folder / job.file_name).write_bytes(b"something else")
    with pytest.raises(Refused, match="not the one"):
        actions.hand_out(actor=town.supervisor, job=job, session_key="x", now=now)
    (folder / job.file_name).unlink()
    answer = signed_in(town.supervisor).get(f"/log/{town.desk.slug}/exports/{job.pk}/file/")
    assert answer.status_code == 422 and "not kept any more" in answer.content.decode()


@pytest.mark.clause("A20")
def test_two_at_a_time_the_same_once_and_one_can_be_cancelled(town: Town) -> None:
    busy(town, timezone.now())
    first, second = ask(town), ask(town, format="pdf")
    assert ask(town).pk == first.pk
    with pytest.raises(Refused, match="Two of your exports"):
        ask(town, format="xlsx")
    assert ask(town, town.head).person == town.head
    client = signed_in(town.supervisor)
    url = f"/log/{town.desk.slug}/exports/{second.pk}/cancel/"
    assert signed_in(town.head).post(url, {"_actor": town.head.pk}).status_code == 404
    assert client.post(url, {"_actor": town.supervisor.pk}).status_code == 302
    assert actions.run_export(second.pk, now=timezone.now()) is False
    assert client.post(url, {"_actor": town.supervisor.pk}).status_code == 422
    assert ask(town, format="xlsx").state == "asked"


@pytest.mark.clause("A20")
def test_a_cancelled_export_stops_while_it_is_made_and_leaves_no_file(town: Town, folder: Path, monkeypatch) -> None:
    now = timezone.now()
    busy(town, now)
    monkeypatch.setattr("logbook.actions.lists.PORTION", 3)
    job = ask(town)
    asked_clock = []

    def clock():
        asked_clock.append(1)
        if len(asked_clock) == 3:
            actions.cancel_export(actor=town.supervisor, job=job, now=now)
        return now

    assert actions.run_export(job.pk, now=now, clock=clock) is False
    job.refresh_from_db()
    assert job.state == "cancelled" and job.done == 3 and list(folder.iterdir()) == []
    assert not Notice.objects.filter(code__startswith="export").exists()


@pytest.mark.clause("I7")
def test_what_a_killed_worker_left_is_made_again_and_given_up_after_three_tries(
    town: Town, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    now = timezone.now()
    busy(town, now)
    sent: list[int] = []
    monkeypatch.setattr("logbook.actions.lists._send", sent.append)
    job = ask(town)
    for tries in (1, 2, 3):
        assert actions.lists._take(job.pk, now) is not None, "a worker begins, and dies"
        assert actions.run_export(job.pk, now=now) is False, "for as long as it may be alive, nobody else begins"
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.look_after_exports(now + rules.LEFT_BEHIND - timedelta(seconds=1)) == 0
        now += rules.LEFT_BEHIND
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.look_after_exports(now) == 1
        assert sent == [job.pk] * min(tries, 2)
    job.refresh_from_db()
    assert job.state == "failed" and Notice.objects.filter(code="export_failed").count() == 1
    again = ask(town)
    actions.lists._take(again.pk, now)
    assert actions.run_export(again.pk, now=now + rules.LEFT_BEHIND) is True


@pytest.mark.clause("A20")
def test_a_file_goes_after_its_time_and_what_was_asked_is_forgotten(town: Town, folder: Path, django_capture_on_commit_callbacks) -> None:
    now = timezone.now()
    busy(town, now)
    job = ask(town, asked={"q": "13800138000"}, now=now)
    actions.run_export(job.pk, now=now, clock=lambda: now)
    for moment, state in ((now + actions.kept_for() - timedelta(seconds=1), "ready"), (now + actions.kept_for(), "expired")):
        with django_capture_on_commit_callbacks(execute=True):
            actions.look_after_exports(moment)
        job.refresh_from_db()
        assert job.state == state
    assert (job.asked, job.filters, job.file_name) == ({}, {}, "") and list(folder.iterdir()) == []
    with pytest.raises(Refused, match="not kept any more"):
        actions.hand_out(actor=town.supervisor, job=job, session_key="x", now=now)
    actions.look_after_exports(now + actions.kept_for() + timedelta(days=31))
    assert not ExportJob.objects.exists()


@pytest.mark.clause("A20")
def test_a_right_that_ended_before_the_worker_came_makes_no_file(town: Town, folder: Path) -> None:
    busy(town, timezone.now())
    job = ask(town)
    Membership.objects.filter(person=town.supervisor).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert actions.run_export(job.pk, now=timezone.now()) is False
    job.refresh_from_db()
    assert job.state == "failed" and list(folder.iterdir()) == []


def test_a_pdf_of_too_many_rows_is_refused_before_it_is_begun(town: Town, monkeypatch) -> None:
    busy(town, timezone.now())
    monkeypatch.setattr("logbook.rules.exports.MOST_ON_PAPER", 3)
    with pytest.raises(Refused, match="at most 3"):
        ask(town, format="pdf")


def test_a_forged_list_or_format_is_no_page(town: Town) -> None:
    client = signed_in(town.supervisor)
    for sent in ({"list": "people", "format": "csv"}, {"list": "log", "format": "exe"}, {"list": "log"}):
        assert client.post(f"/log/{town.desk.slug}/exports/ask/", sent | {"_actor": town.supervisor.pk}).status_code == 404
