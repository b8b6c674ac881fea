"""What follows a purge: access records, histories, pages of a purged book, the command beside writers (A19, A20, I12)."""

import io
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from desks import record_clock
from desks.models import Membership
from desks.testing import PIN, Town, signed_in
from logbook import actions
from logbook.models import AccessRecord, Archive, Entry, Purge, PurgeRequest
from logbook.tests.expired import AFTERWARDS, NOVEMBER, Old, agreed, archived, ask, confirm, newest_archive, purged
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify

LAST = 8


@pytest.fixture
def old(town: Town, as_owner, settings, tmp_path) -> Old:
    """Two expired and archived months."""
    return archived(town, as_owner, settings, tmp_path)


@pytest.mark.clause("A20")
def test_access_records_and_histories_follow_the_same_rule(old: Old, town: Town, as_owner) -> None:
    def read(moment) -> None:
        AccessRecord.objects.create(
            person=town.auditor, desk=town.desk, at=moment, session="s", page="log", filter_digest=str(moment), from_number=1, to_number=1, count=1
        )

    read(NOVEMBER)
    read(AFTERWARDS)
    row = Membership.objects.get(person=town.agent)
    history = Membership.history.model
    for moment in (NOVEMBER, NOVEMBER + timedelta(days=1), AFTERWARDS):
        history.objects.create(
            **{field.attname: getattr(row, field.attname) for field in history.tracked_fields}, history_date=moment, history_type="~"
        )
    with as_owner():
        for model, moment in ((AccessRecord, AFTERWARDS), (history, AFTERWARDS)):
            field = "at" if model is AccessRecord else "history_date"
            with pytest.raises(Error, match="before its time"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {field} >= %s", [moment])
        made = purged(agreed(town, old))
        with connection.cursor() as cursor:
            for _each in range(100):
                cursor.execute("SELECT record_purge_others(%s, 50)", [made.pk])
                if not cursor.fetchone()[0]:
                    break
    assert set(AccessRecord.objects.filter(desk=town.desk).values_list("at", flat=True)) == {AFTERWARDS}
    left = history.objects.filter(id=row.pk, history_date__in=[NOVEMBER, NOVEMBER + timedelta(days=1), AFTERWARDS])
    assert list(left.values_list("history_date", flat=True)) == [AFTERWARDS]


@pytest.mark.clause("A19")
def test_a_site_s_own_book_is_archived_and_purged_with_its_access_records(town: Town, as_owner, settings, tmp_path) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archives"
    record_clock.install()
    for moment in (NOVEMBER, AFTERWARDS):
        record_clock.set_to(moment)
        actions.set_retention(actor=town.administrator, site=town.site, years=3, reason="合同", now=moment)
        for of in ({"desk": town.desk}, {"site": town.site}, {"site": town.away.site}):
            AccessRecord.objects.create(person=town.auditor, at=moment, session="s", page="x", filter_digest=str(moment), **of)
    book = actions.site_book_of(town.site)
    with as_owner():
        actions.archive_months(book=book, now=AFTERWARDS)
        with pytest.raises(Error, match="before its time"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM logbook_accessrecord WHERE at >= %s", [AFTERWARDS])
        request = ask(town, newest_archive(town, book))
        confirm(town, request)
        made = purged(request)
        with connection.cursor() as cursor:
            cursor.execute("SELECT record_purge_others(%s, 50)", [made.pk])
    left = AccessRecord.objects.filter(at=NOVEMBER)
    assert {(row.desk, row.site) for row in left} == {(town.desk, None), (None, town.away.site)} and AccessRecord.objects.count() == 5
    assert verify([book]).breaches == []
    client, page = signed_in(town.auditor), f"/book/{town.site.code}/"
    assert client.get(f"{page}1/")["Location"] == f"{page}?before={made.note.number + 1}#entry-{made.note.number}"
    shown = client.get(page).content.decode()
    assert "Purged by rule after 3 years" in shown and client.get(f"{page}?kind=keeping").content.decode().count("data-number") > 1


@pytest.mark.clause("A19")
def test_the_page_shows_who_must_do_what_and_asks_for_the_pin(old: Old, town: Town, as_owner) -> None:
    page, archive = f"/log/{town.desk.slug}/keeping/", newest_archive(town, old.book)
    supervisor, administrator = signed_in(town.supervisor), signed_in(town.administrator)
    shown = supervisor.get(page).content.decode()
    assert archive.file_digest in shown and 'id="purge-form"' in shown and 'id="retention-form"' not in shown
    asked = {"purge-archive": archive.pk, "purge-reason": "期满", "purge-secret": "000000"}
    wrong = supervisor.post(f"{page}purge/", asked)
    assert wrong.status_code == 422 and "期满" in wrong.content.decode() and not PurgeRequest.objects.exists()
    assert supervisor.post(f"{page}purge/", asked | {"purge-secret": PIN}).status_code == 302
    request = PurgeRequest.objects.get()
    assert f"purge/{request.pk}/" not in supervisor.get(page).content.decode()
    assert supervisor.post(f"{page}purge/{request.pk}/", {"decision": "confirm", "secret": PIN}).status_code == 403
    assert signed_in(town.away.administrator).post(f"{page}purge/{request.pk}/", {"decision": "confirm", "secret": PIN}).status_code == 404
    assert f"purge/{request.pk}/" in administrator.get(page).content.decode()
    assert administrator.post(f"{page}purge/{request.pk}/", {"decision": "decline", "secret": PIN}).status_code == 422
    assert administrator.post(f"{page}purge/{request.pk}/", {"decision": "confirm", "secret": PIN}).status_code == 302
    assert "waits for the operator" in supervisor.get(page).content.decode()
    assert administrator.post(f"{page}retention/", {"retention-years": 2, "retention-reason": "x"}).status_code == 422
    assert administrator.post(f"{page}retention/", {"retention-years": 3, "retention-reason": "x"}).status_code == 302


@pytest.mark.clause("A17")
def test_pages_of_a_purged_book_stand(old: Old, town: Town, as_owner) -> None:
    with as_owner():
        purged(agreed(town, old))
    number = old.entries["enquiry"].number
    held_by = Archive.objects.get(book=old.book, first_number__lte=number, last_number__gte=number)
    browser, base = signed_in(town.supervisor), f"/log/{town.desk.slug}/"
    gone = browser.get(f"{base}{number}/")
    assert gone.status_code == 410 and held_by.file_digest in gone.content.decode()
    assert browser.get(f"{base}{old.entries['november'].number}/").status_code == 410
    assert browser.get(f"{base}99999/").status_code == 404
    for path in ("", "?q=漏水", "?before=3", "?before=9", f"{old.entries['added'].number}/", "follow-ups/", "follow-ups/?state=closed",
                 "day/2026-11-24/print/", "review/2026-11-24/", "proof/", "keeping/", "export/?format=csv"):
        answer = browser.get(base + path)
        assert answer.status_code == 200, path
    assert browser.get(f"/desk/{town.desk.slug}/").status_code == 200
    assert browser.post(f"{base}{old.entries['enquiry'].number}/add/", {"text": "x"}).status_code == 404


@pytest.fixture
def ground(place, as_owner, settings, tmp_path) -> Old:  # noqa: F811
    """The same, committed."""
    yield archived(place, as_owner, settings, tmp_path)
    record_clock.remove()


@pytest.mark.clause("I12")
def test_the_command_carries_out_what_is_agreed_while_others_write(ground: Old, place, as_owner) -> None:  # noqa: F811
    request = agreed(place, ground)

    def write() -> None:
        for number in range(6):
            actions.record_entry(actor=place.agent, desk=place.desk, now=AFTERWARDS, text=f"来电 {number}")

    roles: list[str] = []

    def note_role(*_done: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW session_replication_role")
            roles.append(cursor.fetchone()[0])

    def purge() -> None:
        with as_owner():
            actions.carry_out_purge(request=request, portion=2, step_done=note_role)
            note_role()

    assert together([write, purge, write]) == []
    # Set once for all steps, and for nothing after them.
    assert set(roles[:-1]) == {"replica"} and roles[-1] == "origin"
    numbers = list(Entry.objects.filter(book=ground.book, number__gt=LAST).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(LAST + 1, LAST + 1 + len(numbers))) and verify().breaches == []
    out = StringIO()
    with as_owner():
        call_command("purge_log", stdout=out)
    assert "No confirmed request waits" in out.getvalue()


@pytest.mark.clause("I12")
def test_the_command_says_what_it_could_not_do(ground: Old, place, as_owner) -> None:  # noqa: F811
    agreed(place, ground)
    actions.place_hold(actor=place.supervisor, desk=place.desk, scope="desk", reason="诉讼", now=AFTERWARDS)
    err = StringIO()
    with as_owner(), pytest.raises(CommandError, match="1 of 1"):
        call_command("purge_log", stdout=io.StringIO(), stderr=err)
    assert "held" in err.getvalue() and not Purge.objects.exists()
