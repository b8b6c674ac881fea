"""The site's own book is read, searched, taken out and proven like a desk's log (A17, A18, A20, I8)."""

import io
import zipfile
from datetime import time, timedelta

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.clock import at, local_day
from desks.models import Membership
from desks.permissions import forget, may
from desks.testing import Town, signed_in
from desks.wording import in_each_language
from logbook import actions
from logbook.actions.system import PERIOD
from logbook.clock import merge_reports, seal_days, verify_by_night
from logbook.models import AccessRecord, Checkpoint, Entry, ExportJob, SearchText, Verification
from logbook.proof import standalone
from logbook.proof.keys import make_key_file
from logbook.queries import PAGE
from logbook.tests.pages import attribute, find, rows, tree, words
from logbook.views import site_book
from notices.models import Notice

HOUR = timedelta(hours=1)


def address(town: Town, rest: str = "") -> str:
    return f"/book/{town.site.code}/{rest}"


def said(element) -> str:
    return " ".join(words(element).split())


def line(page, number: int) -> str:
    (found,) = [each for each in find(page, "article") if attribute(each, "data-number") == str(number)]
    return said(found)


def look(town: Town, query: str = "", person=None):
    answer = signed_in(person or town.auditor).get(address(town, query))
    assert answer.status_code == 200
    return tree(answer)


@pytest.fixture
def told(town: Town) -> dict[str, Entry]:
    """What an administrator did, what was taken out, and a job that failed again and again."""
    now, admin = timezone.now(), town.administrator
    made = {
        "retention": actions.set_retention(actor=admin, site=town.site, years=4, reason="合同要求", now=now).note,
        "period": actions.set_personal_period(actor=admin, site=town.site, name="phone", days=40, reason="新规定", now=now).note,
        "exported": actions.record_act(
            actor=town.auditor, site=town.site, now=now, code="record_exported",
            fields=in_each_language("desk", town.desk) | {"count": "7", "file_digest": "ab" * 32},
        ),
    }
    for minute in range(4):
        actions.record_system(
            code="clock_act_failed", subject="logbook.seal_days", site=town.site, fields={"job": "logbook.seal_days"}, now=now + timedelta(minutes=minute)
        )
    made["failed"] = Entry.objects.get(code="clock_act_failed", book__site=town.site)
    return made


@pytest.mark.clause("A17")
def test_acts_and_reports_stand_there_worded_and_marked_with_how_often(town: Town, told) -> None:
    page = look(town)
    assert rows(page) == [4, 3, 2, 1]
    assert "Luo Qiming: the record is kept for 4 years. 合同要求" in line(page, 1) and "Archives, periods and purges" in line(page, 1)
    assert "Exports" in line(page, 3) and "Song Lan" in line(page, 3) and "system" not in line(page, 3).split()
    assert "A job of the clock failed: logbook.seal_days." in line(page, 4) and "3 more times so far" in line(page, 4)
    assert "system" in line(page, 4).split()
    assert merge_reports(timezone.now() + PERIOD + HOUR) == 1
    page = look(town)
    assert rows(page) == [5, 4, 3, 2, 1] and "3 more times since" in line(page, 5) and "so far" not in line(page, 4)


@pytest.mark.clause("I8")
def test_who_sees_what_is_kept_reads_it_and_nobody_else(town: Town, told, morning) -> None:
    for part in ("supervisor", "head", "auditor", "administrator"):
        assert signed_in(getattr(town, part)).get(address(town)).status_code == 200, part
    for part in ("agent", "butler"):
        assert signed_in(getattr(town, part)).get(address(town)).status_code == 403, part
    for person in (*town.away.everybody.values(), town.nobody, town.operator):
        client = signed_in(person)
        assert {client.get(address(town, rest)).status_code for rest in ("", "1/", "proof/", "access/", "export/")} == {404}
    Membership.objects.create(person=town.butler, site=town.site, desk=town.desk, role="supervisor", starts_at=morning)
    forget(town.butler)
    assert may(town.butler, "site.book", desk=town.desk) and signed_in(town.butler).get(address(town)).status_code == 403, "one desk is not the site"
    assert rows(look(town.away, "", town.away.auditor)) == []


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    "query,numbers",
    [
        ("?kind=keeping", [2, 1]), ("?kind=reports", [4]), ("?kind=exports", [3]), ("?kind=roles", []), ("?person=system", [4]),
        ("?q=合同", [1]), ("?q=kept+4", [1]), ("?q=taikoo", []), ("?q=%E5%90%88%E5%90%8C&kind=exports", []), ("?q=" + "ab" * 8, [3]),
        ("?day=2020-01-01", []), ("?until=2020-01-01", []), ("?kind=nonsense", [4, 3, 2, 1]), ("?before=3", [2, 1]), ("?after=2", [4, 3]),
    ],
)
def test_it_is_narrowed_by_words_kind_person_days_and_number(town: Town, told, query: str, numbers: list[int]) -> None:
    assert rows(look(town, query)) == numbers


def test_a_person_a_day_and_marked_hits(town: Town, told) -> None:
    today = timezone.now().astimezone(town.site.zone).date()
    assert rows(look(town, f"?person={town.administrator.pk}&day={today}")) == [2, 1]
    assert [said(mark) for mark in find(look(town, "?q=新规定"), "mark")] == ["新规定"]
    assert "Nothing fits this filter" in said(look(town, "?q=nothing-like-it"))


def test_an_empty_book_says_what_will_stand_in_it(town: Town) -> None:
    assert "The site’s book is empty" in said(look(town))


@pytest.mark.clause("A18")
def test_pages_go_by_number_and_an_entry_has_an_address(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(site_book, "PAGE", 3)
    for number in range(7):
        actions.record_act(actor=town.administrator, site=town.site, now=timezone.now(), code="person_unlocked", fields={"person": str(number)})
    page = look(town)
    assert rows(page) == [7, 6, 5]
    older = attribute(find(page, "a", rel="next")[0], "href")
    actions.record_act(actor=town.administrator, site=town.site, now=timezone.now(), code="person_unlocked", fields={"person": "x"})
    page = look(town, older)
    assert rows(page) == [4, 3, 2], "the same page while others write"
    assert rows(look(town, attribute(find(page, "a", rel="prev")[0], "href"))) == [7, 6, 5]
    client = signed_in(town.head)
    assert client.get(address(town, "4/"))["Location"] == address(town, "?before=5#entry-4")
    assert client.get(address(town, "99/")).status_code == 404


def test_a_page_costs_the_same_however_long_the_book_is(town: Town) -> None:
    client = signed_in(town.auditor)

    def queries() -> int:
        for number in range(PAGE // 2):
            actions.record_act(actor=town.administrator, site=town.site, now=timezone.now(), code="person_unlocked", fields={"person": str(number)})
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(town)).status_code == 200
        return len(asked)

    queries()
    assert queries() == queries() == queries()


@pytest.mark.clause("A20")
def test_each_reading_is_recorded_at_the_site_and_never_changed(town: Town, told, as_owner) -> None:
    client = signed_in(town.head)
    for _ in range(2):
        client.get(address(town, "?q=合同"), REMOTE_ADDR="192.0.2.7")
    record = AccessRecord.objects.get()
    assert (record.person, record.desk, record.site, record.page, record.filters) == (town.head, None, town.site, "site_book", {"q": "合同"})
    assert (record.from_number, record.to_number, record.count, record.address) == (1, 1, 1, "192.0.2.7")
    client.get(address(town))
    assert AccessRecord.objects.count() == 2
    with as_owner():
        for attack in (
            lambda: AccessRecord.objects.all()._raw_delete("default"), lambda: AccessRecord.objects.update(site=None, desk=town.desk),
            lambda: AccessRecord.objects.create(person=town.head, at=timezone.now(), page="x", filter_digest="x", session="x"),
            lambda: AccessRecord.objects.create(
                person=town.head, at=timezone.now(), page="x", filter_digest="x", session="x", desk=town.desk, site=town.site
            ),
        ):
            with pytest.raises(Error), transaction.atomic():
                attack()


@pytest.mark.clause("I8")
def test_two_sites_empty_books_leave_a_record_each(town: Town) -> None:
    for place in (town, town.away):
        for _ in range(2):
            actions.record_reading(
                actor=town.head, site=place.site, session_key="s", page="site_book", filters={}, from_number=None, to_number=None, now=timezone.now()
            )
    assert set(AccessRecord.objects.values_list("site", flat=True)) == {town.site.pk, town.away.site.pk} and AccessRecord.objects.count() == 2
    with pytest.raises(ValueError, match="of a desk or of a site"):
        actions.record_reading(
            actor=town.head, session_key="s", page="site_book", filters={}, from_number=None, to_number=None, now=timezone.now()
        )


@pytest.mark.clause("A20")
def test_the_auditor_sees_who_has_read_it(town: Town, told) -> None:
    signed_in(town.supervisor).get(address(town, f"?kind=keeping&person={town.administrator.pk}"))
    signed_in(town.agent).get(f"/log/{town.desk.slug}/")
    page = look(town, "access/")
    records = [said(row) for row in find(page, "tr") if (attribute(row, "id") or "").startswith("record-")]
    assert len(records) == 1 and "Xu Wenting" in records[0] and "Kind: Archives, periods and purges" in records[0] and "#1–2" in records[0]
    assert "Xu Wenting" not in said(tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/access/")))
    assert signed_in(town.supervisor).get(address(town, "access/")).status_code == 403
    taken = signed_in(town.head).get(address(town, "access/export/?format=csv"))
    assert b"Xu Wenting" in b"".join(taken.streaming_content)
    assert AccessRecord.objects.get(page="access_csv").site == town.site


@pytest.mark.clause("A20")
@pytest.mark.parametrize("format", ["csv", "xlsx", "pdf"])
def test_what_the_filter_shows_goes_out_as_a_file_and_is_recorded(town: Town, told, format: str) -> None:
    actions.record_act(actor=town.administrator, site=town.site, now=timezone.now(), code="retention_set", fields={"by": "=1+1", "years": "3", "why": "x"})
    answer = signed_in(town.auditor).get(address(town, f"export/?format={format}&kind=keeping"))
    assert answer.status_code == 200 and f"site-{town.site.code}-site-book-" in answer["Content-Disposition"]
    body = b"".join(answer.streaming_content)
    record = AccessRecord.objects.get()
    assert (record.kind, record.page, record.site, record.count, record.filters) == ("export", f"site_book_{format}", town.site, 3, {"kind": "keeping"})
    if format == "csv":
        text = body.decode("utf-8-sig")
        assert "合同要求" in text and "'=1+1" in text and "clock failed" not in text and len(text.splitlines()) == 4
    assert signed_in(town.administrator).get(address(town, f"export/?format={format}")).status_code == 403
    assert signed_in(town.auditor).get(address(town, "export/?format=doc")).status_code == 404


@pytest.mark.clause("A20")
def test_a_long_list_is_made_in_the_background(town: Town, told, settings) -> None:
    settings.LONG_LIST = {"csv": 3, "xlsx": 3, "pdf": 3}
    now, client, jobs = timezone.now(), signed_in(town.auditor), f"/exports/{town.site.code}/"
    page = tree(client.get(address(town, "export/?format=csv")))
    (form,) = find(page, "form", action=f"{jobs}ask/")
    values = {attribute(each, "name"): attribute(each, "value") for each in find(form, "input")} | {"actor": town.auditor.pk}
    asked = client.post(f"{jobs}ask/", values)
    job = ExportJob.objects.get()
    assert (job.site, job.desk, job.person) == (town.site, None, town.auditor) and asked["Location"] == f"{jobs}{job.pk}/"
    assert actions.run_export(job.pk, now=now) is True
    notice = Notice.objects.get(code="export_ready")
    assert (notice.person, notice.url) == (town.auditor, f"{jobs}{job.pk}/")
    assert "Take the file" in said(tree(client.get(notice.url))) and "The site’s book · CSV" in said(tree(client.get(jobs)))
    file = client.get(f"{jobs}{job.pk}/file/")
    assert "clock failed" in b"".join(file.streaming_content).decode("utf-8-sig")
    record = AccessRecord.objects.get(page="site_book_csv", filters={})
    job.refresh_from_db()
    assert (record.site, record.desk, record.count, record.file_digest) == (town.site, None, job.total, job.file_digest)


@pytest.mark.clause("I8")
def test_a_job_of_a_site_is_its_owner_s_and_of_who_still_may(town: Town, told) -> None:
    now, jobs = timezone.now(), f"/exports/{town.site.code}/"
    job = actions.ask_export(actor=town.auditor, of=town.site, name="site_book", format="csv", asked={}, language="en", now=now)
    for person, status in ((town.head, 404), (town.away.auditor, 404), (town.auditor, 200)):
        for path in ("", "file/"):
            code = signed_in(person).get(f"{jobs}{job.pk}/{path}").status_code
            assert code == (422 if status == 200 and path else status), (person, path)
    assert signed_in(town.away.auditor).get(jobs).status_code == 404
    assert signed_in(town.head).post(f"{jobs}ask/", {"list": "log", "format": "csv", "actor": town.head.pk}).status_code == 404
    refused = signed_in(town.agent).post(f"{jobs}ask/", {"list": "site_book", "format": "csv", "actor": town.agent.pk})
    assert refused.status_code == 422 and ExportJob.objects.count() == 1
    assert actions.run_export(job.pk, now=now) is True
    Membership.objects.filter(person=town.auditor).update(ends_at=now)
    Membership.objects.create(person=town.auditor, site=town.site, role="agent", starts_at=now)
    assert signed_in(town.auditor).get(f"{jobs}{job.pk}/file/").status_code == 422
    assert signed_in(town.auditor).post(f"{jobs}{job.pk}/cancel/", {"actor": town.auditor.pk}).status_code == 422


@pytest.mark.clause("I8")
def test_an_export_is_of_one_place(town: Town) -> None:
    for place in ({}, {"desk": town.desk, "site": town.site}):
        with pytest.raises(Error, match="export_job_of_one_place"), transaction.atomic():
            ExportJob.objects.create(
                person=town.head, list_name="access", format="csv", language="en", asked_at=timezone.now(), changed_at=timezone.now(), **place
            )


@pytest.mark.clause("I8")
def test_the_site_s_list_is_no_list_of_a_desk(town: Town, told) -> None:
    answer = signed_in(town.head).post(f"/log/{town.desk.slug}/exports/ask/", {"list": "site_book", "format": "csv", "asked": ""})
    assert answer.status_code == 404


@pytest.fixture
def key(settings, tmp_path) -> bytes:
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"
    return make_key_file(settings.SIGNING_KEY_FILE)


@pytest.mark.clause("A18")
def test_it_is_sealed_verified_and_proven_on_a_page_of_its_own(town: Town, told, key) -> None:
    book = told["retention"].book
    tomorrow = at(local_day(timezone.now(), town.site.zone) + timedelta(days=1), time(12), town.site.zone)
    assert seal_days(tomorrow) == 1 and verify_by_night(tomorrow) == 1
    assert Verification.objects.get().book == book
    checkpoint = Checkpoint.objects.get()
    assert Notice.objects.get(code="checkpoint_of_day", person=town.head).url == address(town, f"proof/checkpoints/{checkpoint.pk}/")
    page = signed_in(town.head).get(address(town, "proof/"))
    shown = said(tree(page))
    assert "holds" in shown and f"{book.origin}+" in shown and str(checkpoint.size) in shown and town.site.label in shown
    client = signed_in(town.auditor)
    note = client.get(address(town, f"proof/checkpoints/{checkpoint.pk}/"))
    assert note.content.decode() == checkpoint.note and f"site-{town.site.code}-" in note["Content-Disposition"]
    assert book.origin in client.get(address(town, "proof/keys/")).content.decode()
    assert signed_in(town.administrator).get(address(town, "proof/")).status_code == 403
    other = signed_in(town.away.auditor)
    assert other.get(f"/book/{town.away.site.code}/proof/checkpoints/{checkpoint.pk}/").status_code == 404
    assert client.get(f"/log/{town.desk.slug}/proof/checkpoints/{checkpoint.pk}/").status_code == 404


@pytest.mark.clause("A18")
def test_it_goes_out_as_a_file_that_proves_itself(town: Town, told, key, tmp_path, capsys) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="in the desk's book")
    answer = signed_in(town.auditor).post(address(town, "proof/export/"))
    assert answer.status_code == 200
    whole = tmp_path / "whole.zip"
    whole.write_bytes(b"".join(answer.streaming_content))
    with zipfile.ZipFile(io.BytesIO(whole.read_bytes())) as made:
        held = made.read("book-1/entries.jsonl").decode()
        assert "合同要求" in held and "in the desk's book" not in held and "book-2/book.json" not in made.namelist()
    assert standalone.main([str(whole)]) == 0 and "hold" in capsys.readouterr().out
    taken = Entry.objects.latest("pk")
    assert (taken.code, taken.book.desk_id, taken.fields["desk"]) == ("record_exported", None, town.site.label)
    assert AccessRecord.objects.get(page="record_zip").site == town.site
    assert signed_in(town.head).post(address(town, "proof/export/")).status_code == 403


@pytest.mark.clause("A18")
def test_an_entry_names_the_key_before_the_first_checkpoint_is_signed_over_it(town: Town, told, key) -> None:
    book = told["retention"].book
    made = actions.make_checkpoint(book=book, occasion="day", now=timezone.now())
    taken = Entry.objects.get(code="signing_key_taken")
    assert (taken.book, taken.author, taken.number, made.size) == (book, None, 5, 5) and taken.fields == {"key": key.hex()}
    assert actions.make_checkpoint(book=book, occasion="day", now=timezone.now()) == made
    desk_book = actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="x").book
    assert actions.make_checkpoint(book=desk_book, occasion="day", now=timezone.now()).size == 1, "a desk's book holds the desk's work"
    actions.rotate_signing_key(reason="yearly", lost=False, now=timezone.now())
    actions.finish_rotation()
    actions.make_checkpoint(book=book, occasion="day", now=timezone.now())
    assert Entry.objects.filter(code="signing_key_taken").count() == 1


def test_a_changed_key_is_no_first_key(town: Town, told, key) -> None:
    actions.rotate_signing_key(reason="yearly", lost=True, now=timezone.now())
    actions.finish_rotation()
    actions.make_checkpoint(book=told["retention"].book, occasion="day", now=timezone.now())
    assert not Entry.objects.filter(code="signing_key_taken").exists()


@pytest.mark.clause("A17")
def test_acts_of_before_are_found_by_their_words_too(town: Town, told, as_owner) -> None:
    from importlib import import_module

    with as_owner():
        SearchText.objects.filter(entry__in=[each.pk for each in told.values()])._raw_delete("default")
        assert rows(look(town, "?q=合同")) == []
        migration = import_module("logbook.migrations.0024_site_books_are_read")
        with connection.schema_editor() as editor:
            migration.fold_acts_of_sites(apps, editor)
    assert rows(look(town, "?q=合同")) == [1] and SearchText.objects.count() == len(told)


def test_those_who_read_it_find_it(town: Town) -> None:
    link = address(town)
    for person, page in (
        (town.supervisor, "/"), (town.head, "/"), (town.auditor, f"/log/{town.desk.slug}/"), (town.administrator, f"/log/{town.desk.slug}/keeping/"),
        (town.administrator, "/admin/"),
    ):
        assert find(tree(signed_in(person).get(page)), "a", href=link), person.login
    assert not find(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/")), "a", href=link)
