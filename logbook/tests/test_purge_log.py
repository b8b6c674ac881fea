"""What has expired is purged by two people and the owner's command, as a contiguous range; everything that stays verifies (A19, I12)."""

import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction

from desks.models import ActingSupervisor, Membership
from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.actions.purges import begin_purge
from logbook.models import (
    AccessRecord,
    Archive,
    Checkpoint,
    Entry,
    EntryDigest,
    EntryText,
    FollowUp,
    PersonalValue,
    Purge,
    PurgeDecision,
    PurgeRequest,
    SealedText,
    SearchText,
)
from logbook.proof import standalone
from logbook.proof.merkle import inclusion_path, root_by_inclusion
from logbook.proof.notes import Head
from logbook.proof.tree import stored_nodes
from logbook.purged import purged_of
from logbook.queries import purge_stop_of
from logbook.tests.expired import (
    AFTERWARDS,
    DECEMBER,
    Old,
    agreed,
    archived,
    ask,
    confirm,
    newest_archive,
    purged,
    signed,
)
from logbook.verify import verify

LAST = 8
"""The last number of December: all of the expired months."""


@pytest.fixture
def old(town: Town, as_owner, settings, tmp_path) -> Old:
    """Two expired and archived months."""
    return archived(town, as_owner, settings, tmp_path)


def refuses_to_begin(request: PurgeRequest, as_owner, match: str) -> None:
    with as_owner(), pytest.raises(Error, match=match), transaction.atomic():
        begin_purge(request=request)
    assert not Purge.objects.exists()


@pytest.mark.clause("A19")
def test_two_months_go_and_everything_that_stays_verifies(old: Old, town: Town, as_owner, tmp_path) -> None:
    whole = tmp_path / "before.zip"
    with actions.export_record(actor=None, of=town.desk, session_key=None, now=AFTERWARDS, personal=True) as made:
        whole.write_bytes(made.read())
    heads = [Head(old.book.origin, row.size, bytes(row.root)) for row in Checkpoint.objects.filter(book=old.book)]
    with as_owner():
        made = purged(agreed(town, old))
    assert (made.first_number, made.last_number) == (1, LAST)
    stand = Entry.objects.filter(book=old.book).exclude(code="purged").order_by("number").values_list("number", flat=True)
    assert stand[0] == LAST + 1 and EntryDigest.objects.filter(book=old.book).order_by("number").first().number == 1
    for model in (EntryText, SearchText, SealedText):
        assert not model.objects.filter(entry__book=old.book, entry__number__lte=LAST).exists() if model is not SealedText else True
    assert not PersonalValue.objects.exists() and not FollowUp.objects.filter(book=old.book, root__number__lte=LAST).exists()
    note = made.note
    assert (note.code, note.author, note.fields["asked_by"], note.fields["last"]) == ("log_purged", town.administrator, town.supervisor.name, str(LAST))
    assert note.fields["file_digest"] == made.request.archive.file_digest and made.site_note.book.desk is None

    report = verify(outside=heads)
    assert report.breaches == [] and purged_of(old.book).begins == LAST + 1
    out = StringIO()
    call_command("verify_log", book=old.book.origin, against=str(whole), stdout=out)
    for archive in Archive.objects.filter(book=old.book):
        call_command("verify_log", book=old.book.origin, against=str(tmp_path / "archives" / archive.file_name), stdout=StringIO())
    assert f"begins with {LAST + 1}" in out.getvalue() and made.request.archive.file_digest in out.getvalue()


@pytest.mark.clause("A18")
def test_an_export_of_a_purged_book_says_where_it_begins_and_verifies_with_old_checkpoints(old: Old, town: Town, as_owner, tmp_path, capsys) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(Checkpoint.objects.filter(book=old.book).values_list("note", flat=True)), encoding="utf-8", newline="")
    with as_owner():
        purged(agreed(town, old))
    path = tmp_path / "after.zip"
    with actions.export_record(actor=None, of=town.desk, session_key=None, now=AFTERWARDS, personal=True) as made:
        path.write_bytes(made.read())
    assert standalone.main([str(path), "--checkpoint", str(kept)]) == 0
    assert f"the numbers {LAST + 1} to" in capsys.readouterr().out
    copy = tmp_path / "copy.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            said = source.read(name)
            target.writestr(name, (said[:64][::-1] + said[64:]) if name.endswith("digests.txt") else said)
    assert standalone.main([str(copy)]) == 1


@pytest.mark.clause("A18")
def test_a_kept_entry_is_proven_as_before(old: Old, town: Town, as_owner) -> None:
    with as_owner():
        purged(agreed(town, old))
    checkpoint = Checkpoint.objects.filter(book=old.book).order_by("-size").first()
    number = old.entries["january"].number
    entry = Entry.objects.get(book=old.book, number=number)
    path = inclusion_path(number - 1, checkpoint.size, stored_nodes(old.book))
    assert root_by_inclusion(bytes(entry.digest), number - 1, checkpoint.size, path) == bytes(checkpoint.root)


@pytest.mark.clause("I12")
def test_what_stays_points_at_a_number_that_says_nothing(old: Old, town: Town, as_owner) -> None:
    with as_owner():
        purged(agreed(town, old))
    stubs = Entry.objects.filter(book=old.book, code="purged")
    enquiry = stubs.get(number=old.entries["enquiry"].number)
    assert old.entries["added"].pk in enquiry.thread.values_list("pk", flat=True)
    assert (enquiry.leaf, enquiry.digest, enquiry.secret, enquiry.author, enquiry.fields, enquiry.personal) == ("", None, None, None, {}, {})
    assert old.entries["november"].number not in stubs.values_list("number", flat=True), "nothing points at it"


@pytest.mark.clause("A19")
def test_a_few_seconds_younger_and_nothing_goes(old: Old, town: Town, as_owner) -> None:
    request = agreed(town, old)
    old.clock(AFTERWARDS - timedelta(seconds=5))
    assert purge_stop_of(request.archive) == ("young", old.entries["closed"].number)
    refuses_to_begin(request, as_owner, "young")


@pytest.mark.clause("A19")
def test_a_period_that_was_made_longer_in_between_stops_it(old: Old, town: Town, as_owner) -> None:
    request = agreed(town, old)
    with as_owner():
        purged(request, portion=2, steps=1)
    actions.set_retention(actor=town.administrator, site=town.site, years=4, reason="诉讼", now=AFTERWARDS)
    with as_owner(), pytest.raises(Error, match="young"), transaction.atomic():
        purged(request)
    assert verify().breaches == []


@pytest.mark.clause("A19")
def test_one_person_or_the_wrong_ones_purge_nothing(old: Old, town: Town, as_owner) -> None:
    archive = newest_archive(town, old.book)
    for person in (town.agent, town.head, town.auditor, town.administrator, town.away.supervisor):
        with pytest.raises(Refused):
            ask(town, archive, by=person)
    with pytest.raises(Refused):
        actions.ask_purge(actor=town.supervisor, confirmed=signed(town.agent, AFTERWARDS), desk=town.desk, archive=archive, reason="x", now=AFTERWARDS)
    with pytest.raises(Refused):
        actions.ask_purge(actor=town.away.supervisor, confirmed=signed(town.away.supervisor, AFTERWARDS), desk=town.away.desk, archive=archive, reason="x", now=AFTERWARDS)
    request = ask(town, archive)
    for person in (town.supervisor, town.agent, town.head, town.away.administrator):
        with pytest.raises(Refused):
            confirm(town, request, by=person)
    refuses_to_begin(request, as_owner, "confirmed by the site administrator first")
    confirm(town, request, confirms=False, reason="还要用")
    with pytest.raises(Refused):
        confirm(town, request)
    refuses_to_begin(request, as_owner, "confirmed by the site administrator first")


@pytest.mark.clause("A19")
def test_the_database_itself_wants_two_people_of_these_roles(old: Old, town: Town, as_owner) -> None:
    for asker, answers in ((town.supervisor, town.supervisor), (town.supervisor, town.head), (town.agent, town.administrator)):
        request = PurgeRequest.objects.create(archive=newest_archive(town, old.book), asked_by=asker, asked_at=AFTERWARDS, reason="x", method="pin")
        PurgeDecision.objects.create(request=request, confirmed=True, decided_by=answers, decided_at=AFTERWARDS, method="pin")
        refuses_to_begin(request, as_owner, "Two people|A supervisor of the site asks")


@pytest.mark.clause("A3")
def test_who_acts_for_the_supervisor_asks_where_that_was_ticked(old: Old, town: Town, as_owner) -> None:
    ActingSupervisor.objects.create(
        person=town.butler, site=town.site, rights=["log.ask_purge"], named_by=town.supervisor,
        starts_at=AFTERWARDS - timedelta(hours=1), ends_at=AFTERWARDS + timedelta(hours=2),
    )
    request = ask(town, newest_archive(town, old.book), by=town.butler)
    confirm(town, request)
    with as_owner():
        assert purged(request).last_number == LAST


@pytest.mark.clause("I12")
@pytest.mark.parametrize(
    "held", [{"scope": "desk"}, {"scope": "month", "month": DECEMBER.date()}, {"scope": "thread", "number": 2}, {"scope": "customer", "number": 1}]
)
def test_a_hold_of_each_sort_stops_it_before_and_in_the_middle(old: Old, town: Town, as_owner, held: dict) -> None:
    request = agreed(town, old)
    hold = actions.place_hold(actor=town.supervisor, desk=town.desk, reason="诉讼", now=AFTERWARDS, **held)
    refuses_to_begin(request, as_owner, "held")
    actions.lift_hold(actor=town.supervisor, hold=hold, reason="结案", now=AFTERWARDS)
    with as_owner():
        made = purged(request, portion=3, steps=0)
    actions.place_hold(actor=town.supervisor, desk=town.desk, reason="诉讼", now=AFTERWARDS, **held)
    with as_owner(), pytest.raises(Error, match="held"), transaction.atomic():
        purged(request, portion=LAST)
    assert Entry.objects.filter(book=old.book, number__lte=made.last_number, code="purged").count() == 0 and verify().breaches == []


@pytest.mark.clause("A1")
def test_an_open_matter_stops_it_at_the_month_before(old: Old, town: Town, as_owner) -> None:
    actions.move_follow_up(actor=town.supervisor, root=old.entries["repair"], now=AFTERWARDS, state="open", text="又漏")
    with pytest.raises(Refused) as refused:
        ask(town, newest_archive(town, old.book))
    assert refused.value.field == "archive" and str(old.entries["repair"].number) in str(refused.value.reason)
    for archive in Archive.objects.filter(book=old.book):
        assert purge_stop_of(archive)[0] == "open"


@pytest.mark.clause("I12")
def test_what_is_in_no_archive_stays(old: Old, town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM record_purge_stop(%s, 1, %s)", [old.book.pk, LAST + 1])
        assert cursor.fetchone()[0] == "young"
    old.clock(AFTERWARDS + timedelta(days=32))
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, number FROM record_purge_stop(%s, 1, %s)", [old.book.pk, LAST + 2])
        assert cursor.fetchone() == ("unarchived", LAST + 2)


@pytest.mark.clause("A19")
@pytest.mark.parametrize("harm", ["altered", "away"])
def test_an_archive_that_is_not_what_was_recorded_stops_it(old: Old, town: Town, as_owner, settings, harm: str) -> None:
    request = agreed(town, old)
    path = settings.ARCHIVE_DIR / Archive.objects.filter(book=old.book).earliest("month").file_name
    if harm == "away":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x")
    with as_owner(), pytest.raises(Refused):
        begin_purge(request=request)
    assert not Purge.objects.exists()


PATHS = [
    "DELETE FROM logbook_entry WHERE book_id = {book} AND number = 1", "DELETE FROM logbook_entry WHERE book_id = {book} AND number = 9",
    "UPDATE logbook_entry SET place = 'x' WHERE book_id = {book}", "DELETE FROM logbook_entrytext", "DELETE FROM logbook_personalvalue",
    "DELETE FROM logbook_sealedtext", "DELETE FROM logbook_entrydigest", "DELETE FROM logbook_checkpoint", "DELETE FROM logbook_archive",
    "DELETE FROM logbook_purgerequest", "DELETE FROM logbook_purgedecision", "DELETE FROM logbook_legalhold", "DELETE FROM logbook_retentionperiod",
    "TRUNCATE logbook_entry CASCADE", "TRUNCATE logbook_accessrecord", "TRUNCATE logbook_legalhold CASCADE", "TRUNCATE logbook_legalholdlift",
    "TRUNCATE logbook_retentionperiod", "TRUNCATE logbook_personalperiod", "TRUNCATE logbook_erasedvalue", "TRUNCATE logbook_veil CASCADE",
    "TRUNCATE logbook_dailyreview", "TRUNCATE logbook_importedfile", "TRUNCATE logbook_verification", "TRUNCATE logbook_signingkey CASCADE",
    "TRUNCATE desks_historicalmembership", "UPDATE desks_historicalmembership SET history_date = '2001-01-01'",
    "DELETE FROM desks_historicalmembership WHERE history_date > '2029-12-01'", "UPDATE logbook_accessrecord SET at = '2001-01-01'",
    "UPDATE logbook_legalhold SET desk_id = (SELECT max(id) FROM desks_desk)",
    "UPDATE logbook_entry SET code = 'purged', leaf = '', digest = NULL, secret = NULL, fields = '{{}}', personal = '{{}}' WHERE book_id = {book} AND number = 1",
]


@pytest.mark.clause("I12")
def test_nothing_goes_by_another_path_not_even_by_the_owner(old: Old, town: Town, as_owner) -> None:
    actions.place_hold(actor=town.supervisor, desk=town.desk, scope="thread", number=10, reason="x", now=AFTERWARDS)
    actions.set_retention(actor=town.administrator, site=town.site, years=3, reason="x", now=AFTERWARDS)
    agreed_on = PurgeRequest.objects.create(archive=newest_archive(town, old.book), asked_by=town.supervisor, asked_at=AFTERWARDS, reason="x", method="pin")
    confirm(town, agreed_on)
    row = Membership.objects.get(person=town.agent)
    history = Membership.history.model
    history.objects.create(**{each.attname: getattr(row, each.attname) for each in history.tracked_fields}, history_date=AFTERWARDS, history_type="~")
    AccessRecord.objects.create(
        person=town.auditor, desk=town.desk, at=AFTERWARDS, session="s", page="log", filter_digest="x", from_number=1, to_number=1, count=1
    )
    statements = [each.format(book=old.book.pk) for each in PATHS]
    for statement in statements:
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            with pytest.raises(Error, match="part of the record"), transaction.atomic():
                cursor.execute(statement)


@pytest.mark.clause("I12")
def test_the_application_can_begin_nothing_and_step_nothing(old: Old, town: Town, as_owner) -> None:
    request = agreed(town, old)
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        begin_purge(request=request)
    with as_owner():
        made = purged(request, steps=0)
    for statement in ("SELECT record_purge_step(%s, 3)", "SELECT record_purge_stubs(%s, 0, 3)", "SELECT record_purge_others(%s, 3)"):
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [made.pk])


@pytest.mark.clause("I12")
def test_even_the_owner_s_own_step_goes_no_further_than_the_purge(old: Old, town: Town, as_owner) -> None:
    with as_owner():
        made = purged(agreed(town, old))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO logbook_purgestep (purge_id, transaction, book_id, first_number, last_number, value_ids)"
                " VALUES (%s, 0, 0, 0, 999, '{}') RETURNING id", [made.pk],
            )
            assert cursor.fetchone() is None
            with pytest.raises(Error, match="part of the record"), transaction.atomic():
                cursor.execute("DELETE FROM logbook_entry WHERE book_id = %s AND number = %s", [old.book.pk, LAST + 1])


@pytest.mark.clause("I12")
def test_cut_off_in_the_middle_a_tail_stands_and_verifies_and_the_rest_goes_later(old: Old, town: Town, as_owner) -> None:
    request = agreed(town, old)
    with as_owner():
        purged(request, portion=3, steps=1)
    assert purged_of(old.book).begins == 4 and verify().breaches == []
    with as_owner():
        purged(request, portion=3)
    assert purged_of(old.book).begins == LAST + 1 and verify().breaches == []


@pytest.mark.clause("I12")
def test_the_next_months_go_later_and_stubs_that_nothing_needs_go_with_them(old: Old, town: Town, as_owner) -> None:
    with as_owner():
        purged(agreed(town, old))
    later = AFTERWARDS + timedelta(days=60)
    old.clock(later)
    with as_owner():
        made = actions.archive_months(book=old.book, now=later)
    assert [each.month.month for each in made] == [1]
    request = ask(town, made[0], now=later)
    confirm(town, request, now=later)
    with as_owner():
        run = purged(request)
    assert (run.first_number, purged_of(old.book).begins) == (LAST + 1, made[0].last_number + 1) and verify().breaches == []
    stubs = set(Entry.objects.filter(book=old.book, code="purged").values_list("number", flat=True))
    assert old.entries["enquiry"].number not in stubs and old.entries["repair"].number not in stubs


TAMPERINGS = [
    ("entrydigest", "UPDATE logbook_entrydigest SET digest = sha256('x') WHERE book_id = {book} AND number = 2"),
    ("entrydigest", "DELETE FROM logbook_entrydigest WHERE book_id = {book} AND number = 2"),
    ("entrydigest", "UPDATE logbook_entrydigest SET digest = sha256('x') WHERE book_id = {book} AND number = 8"),
    ("entry", "UPDATE logbook_entry SET place = 'x' WHERE book_id = {book} AND number = 9"),
    ("archive", "UPDATE logbook_archive SET file_digest = repeat('0', 64) WHERE book_id = {book}"),
    ("purge", "UPDATE logbook_purge SET last_number = 10 WHERE book_id = {book}"),
    ("purge", "UPDATE logbook_purge SET note_id = site_note_id WHERE book_id = {book}"),
    ("purgedecision", "UPDATE logbook_purgedecision SET decided_by_id = (SELECT asked_by_id FROM logbook_purgerequest LIMIT 1)"),
    ("purgedecision", "UPDATE logbook_purgedecision SET confirmed = false, reason = 'x'"),
]


@pytest.mark.clause("A18")
@pytest.mark.parametrize(("table", "statement"), TAMPERINGS)
def test_tampering_after_a_purge_is_found(old: Old, town: Town, as_owner, table: str, statement: str) -> None:
    with as_owner():
        purged(agreed(town, old))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER record_refuses_change")
            cursor.execute(statement.format(book=old.book.pk))
            assert cursor.rowcount
    breaches = verify([old.book]).breaches
    assert breaches and breaches[0].number <= LAST + 1


@pytest.mark.clause("A18")
def test_entries_that_went_without_a_purge_are_missing(old: Old, town: Town, as_owner) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "entrytext", "purge"):
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM logbook_entrytext WHERE entry_id = %s", [old.entries["november"].pk])
        cursor.execute("DELETE FROM logbook_entry WHERE id = %s", [old.entries["november"].pk])
    (breach,) = verify([old.book]).breaches
    assert (breach.kind, breach.number) == ("missing", old.entries["november"].number)
