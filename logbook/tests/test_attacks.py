"""What a hostile hand tries on the record, through the ORM, through SQL of the application's own login, by forged requests (I1, I2, I3, I8)."""

import io
import uuid
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, transaction

from desks.testing import Town, read_town, signed_in
from logbook import actions
from logbook.models import (
    Book,
    DailyReview,
    Entry,
    EntryDigest,
    EntryText,
    FollowUp,
    ImportedFile,
    PersonalValue,
    Watch,
)
from logbook.tests.both_ways import verify


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    return actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="原文", kind="repair", place="5栋1203", customer="李先生", phone="13800138000"
    )


def _orm_attacks(entry: Entry) -> list[Any]:
    words, value = EntryText.objects.get(entry=entry), PersonalValue.objects.first()
    digest, book, matter = EntryDigest.objects.first(), Book.objects.first(), FollowUp.objects.first()
    attacks = []
    for thing, field in [(entry, "place"), (words, "text"), (value, "value"), (digest, "number"), (book, "origin"), (matter, "state")]:
        model = type(thing)
        attacks += [
            thing.save,
            lambda thing=thing, field=field: thing.save(update_fields=[field]),
            thing.delete,
            lambda model=model, field=field: model.objects.update(**{field: 1 if field == "number" else "x"}),
            lambda model=model: model.objects.all()._raw_delete("default"),
            lambda model=model, thing=thing, field=field: model.objects.bulk_update([thing], [field]),
        ]
        if model is not Entry and model is not Book:
            attacks.append(lambda model=model, thing=thing: model.objects.bulk_create([type(thing)(**_values(thing))]))
    return attacks


def _values(thing: Any) -> dict[str, Any]:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.fields if field.attname != "id"}


@pytest.mark.clause("I1")
def test_no_way_of_the_orm_changes_removes_or_slips_in_a_row(town: Town, entry: Entry) -> None:
    for place, attack in enumerate(_orm_attacks(entry)):
        try:
            with transaction.atomic():
                attack()
        except Error:
            continue
        raise AssertionError(f"attack {place} went through")
    assert verify().breaches == []


@pytest.mark.clause("I1")
def test_an_update_or_an_upsert_by_insert_changes_nothing(town: Town, morning, entry: Entry) -> None:
    again = Entry(book=entry.book, author=town.agent, occurred_at=morning, intake={"text": "neu"}, pk=entry.pk)
    for attack in (
        lambda: again.save(force_insert=True), lambda: again.save(force_update=True), again.save,
        lambda: Entry.objects.bulk_create([again], update_conflicts=True, update_fields=["place"], unique_fields=["id"]),
        lambda: Entry.objects.update_or_create(pk=entry.pk, defaults={"place": "x"}),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    assert Entry.objects.count() == 2 and verify().breaches == []


@pytest.mark.clause("I2")
def test_many_at_once_with_forged_numbers_follow_on_in_their_order(town: Town, morning, entry: Entry) -> None:
    Entry.objects.bulk_create(
        Entry(book=entry.book, author=town.agent, occurred_at=morning, number=number, digest=b"x" * 32, intake={"text": str(number)})
        for number in (900, 3, 2)
    )
    made = list(Entry.objects.order_by("number").values_list("number", "words__text"))
    assert made[2:] == [(3, "900"), (4, "3"), (5, "2")] and verify().breaches == []


@pytest.mark.clause("I1")
@pytest.mark.parametrize(
    ("names", "values"),
    [
        ("intake", {"text": 7, "search": [], "folding": "1"}), ("fields", {"kind": "x"}), ("fields", {"leaf\n": "x"}), ("fields", ["x"]),
        ("intake", {"personal": {"text": "x"}}), ("intake", {"personal": {"Ä": "x"}}), ("intake", {"personal": {"a b": "x"}}),
        ("intake", {"personal": {"customer": "x" * 201}}), ("intake", {"personal": "x"}),
    ],
)
def test_odd_values_are_refused_or_stand_as_they_are_and_verify(town: Town, morning, entry: Entry, names: str, values: Any) -> None:
    try:
        with transaction.atomic():
            Entry.objects.create(book=entry.book, author=town.agent, occurred_at=morning, **{names: values})
    except Error:
        assert Entry.objects.count() == 2
    assert verify().breaches == []


@pytest.fixture
def committed(transactional_db, morning):
    """A town with a committed entry, for attacks from a login of their own."""
    town = read_town()
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="原文", kind="repair", place="5栋1203", customer="李先生"
    )
    return town, entry


TABLES = ["book", "entry", "entrytext", "personalvalue", "entrydigest", "followup", "accessrecord", "dailyreview", "importedfile", "historicalwatch"]
COLUMN = {"entrytext": "entry_id", "followup": "root_id", "historicalwatch": "history_id"}
CHANGES = [
    *[f"UPDATE logbook_{table} SET {COLUMN.get(table, 'id')} = {COLUMN.get(table, 'id')}" for table in TABLES],
    *[f"DELETE FROM logbook_{table}" for table in TABLES],
    *[f"TRUNCATE logbook_{table} CASCADE" for table in TABLES],
    *[f"ALTER TABLE logbook_{table} DISABLE TRIGGER ALL" for table in TABLES],
    *[f"DROP TABLE logbook_{table} CASCADE" for table in TABLES],
]
STRONGER = [
    "SET ROLE duty_owner",
    "SET SESSION AUTHORIZATION duty_owner",
    "RESET ROLE; UPDATE logbook_entry SET place = 'x'",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "SELECT set_config('pgtrigger.ignore', 'logbook.Entry', true); UPDATE logbook_entry SET place = 'x'",
    "SET search_path = pg_temp; UPDATE public.logbook_entry SET place = 'x'",
    "CREATE OR REPLACE FUNCTION record_clock() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2000-01-01' $$",
    "CREATE OR REPLACE FUNCTION record_salt() RETURNS bytea LANGUAGE sql AS $$ SELECT '\\x00'::bytea $$",
    "CREATE OR REPLACE FUNCTION record_entry_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "ALTER FUNCTION record_clock() OWNER TO duty_app",
    "ALTER FUNCTION record_entry_insert() SET search_path = pg_temp",
    "DROP TRIGGER a_record_entry_insert ON logbook_entry",
    "CREATE TRIGGER mine BEFORE INSERT ON logbook_entry FOR EACH ROW EXECUTE FUNCTION record_refuses_change()",
    "CREATE RULE mine AS ON INSERT TO logbook_entry DO INSTEAD NOTHING",
    "ALTER TABLE logbook_entry ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE public.logbook_mine (id int)",
    "GRANT UPDATE ON logbook_entry TO duty_app; UPDATE logbook_entry SET place = 'x'",
    "COPY logbook_entrytext FROM PROGRAM 'true'",
    "INSERT INTO logbook_entrydigest (book_id, number, digest, recorded_at) SELECT id, 99, '\\x00', now() FROM logbook_book LIMIT 1",
    "INSERT INTO logbook_entrytext (entry_id, text, salt) SELECT id, 'x', '\\x00' FROM logbook_entry LIMIT 1",
    "INSERT INTO logbook_personalvalue (book_id, name, value, salt) SELECT id, 'x', 'x', '\\x00' FROM logbook_book LIMIT 1",
    "WITH gone AS (DELETE FROM logbook_entry RETURNING 1) SELECT * FROM gone",
    "MERGE INTO logbook_entry e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "SELECT * FROM logbook_entry FOR UPDATE",
    "LOCK TABLE logbook_entry IN ACCESS EXCLUSIVE MODE",
    "DELETE FROM logbook_watch",
    "TRUNCATE logbook_watch CASCADE",
    "UPDATE logbook_watch SET first_number = 1, started_at = now()",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE logbook_entry DISABLE TRIGGER ALL'; END $$",
]


@pytest.mark.clause("I1")
def test_the_application_s_own_login_cannot_change_the_record_or_become_stronger(committed, app_login) -> None:
    through = []
    for attack in CHANGES + STRONGER:
        try:
            with app_login.cursor() as cursor:
                cursor.execute(attack)
            app_login.commit()
            through.append(attack)
        except psycopg2.Error:
            app_login.rollback()
    assert through == []
    assert verify().breaches == [] and EntryText.objects.get().text == "原文"


FORGED = """INSERT INTO logbook_entry (book_id, number, recorded_at, previous, leaf, digest, secret, author_id, act, code, kind, audience,
    occurred_at, late, source, place, urgency, handler, reason, follow_state, waiting_for, next_step, severity, result, fields,
    personal, request_digest, intake)
SELECT id, 1, '2001-01-01', '\\x00', 'lie', sha256('lie'), '\\x00', %(author)s, 'entry', '', '', 'staff', now(), false, '', '', '', '', '', '', '',
    '', '', '', '{}', %(personal)s::jsonb, '', %(intake)s::jsonb FROM logbook_book WHERE id = %(book)s RETURNING id"""


# Every column but the row's own id, the browser's key, which is unique, and what the trigger takes in.
COPIED = ", ".join(
    field.column for field in Entry._meta.concrete_fields if field.column not in {"id", "key", "intake", "search"}
)


@pytest.mark.clause("I2")
def test_forged_numbers_times_and_digests_of_a_raw_insert_are_the_database_s_own(committed, app_login) -> None:
    town, entry = committed
    before = Entry.objects.get(pk=entry.pk)
    values = {"author": town.agent.pk, "book": before.book_id, "personal": '{"customer": 1}', "intake": '{"text": "挤进来"}'}
    with app_login.cursor() as cursor:
        cursor.execute(FORGED, values)
        made = cursor.fetchone()[0]
    app_login.commit()
    forged = Entry.objects.get(pk=made)
    assert forged.number == before.number + 1 and bytes(forged.previous) == bytes(before.digest)
    assert forged.recorded_at >= before.recorded_at and forged.leaf.startswith("duty-desk-entry/1\n")
    assert len(bytes(forged.secret)) == 32 and forged.personal == {} and forged.intake is None
    assert verify().breaches == []


@pytest.mark.clause("I2")
def test_what_is_copied_in_is_numbered_and_sealed_by_the_database_too(committed, app_login) -> None:
    town, entry = committed
    before = Entry.objects.get(pk=entry.pk)
    with app_login.cursor() as cursor:
        cursor.execute(FORGED, {"author": town.agent.pk, "book": before.book_id, "personal": "{}", "intake": '{"text": "插入"}'})
        sheet = io.StringIO()
        cursor.copy_expert(f"COPY (SELECT {COPIED} FROM logbook_entry WHERE id = {before.pk}) TO STDOUT", sheet)
        sheet.seek(0)
        cursor.copy_expert(f"COPY logbook_entry ({COPIED}) FROM STDIN", sheet)
    app_login.commit()
    made = Entry.objects.filter(book=before.book_id).latest("number")
    assert made.number == before.number + 2 and bytes(made.digest) != bytes(before.digest) and made.recorded_at >= before.recorded_at
    assert verify().breaches == []


@pytest.mark.clause("I2")
def test_a_temporary_table_of_the_same_name_does_not_deceive_the_trigger(committed, app_login) -> None:
    town, entry = committed
    with app_login.cursor() as cursor:
        for table in ("logbook_entrydigest", "logbook_book", "desks_person"):
            try:
                cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM public.{table}")
                app_login.commit()
            except psycopg2.Error:
                app_login.rollback()
        cursor.execute("SET search_path = pg_temp, public")
        cursor.execute(
            FORGED.replace("logbook_entry (", "public.logbook_entry (").replace("FROM logbook_book", "FROM public.logbook_book"),
            {"author": town.agent.pk, "book": entry.book_id, "personal": "{}", "intake": '{"text": "x"}'},
        )
    app_login.commit()
    assert Entry.objects.count() == 3 and verify().breaches == []


@pytest.mark.clause("I2")
def test_a_writer_who_steps_back_leaves_no_gap(committed, app_login) -> None:
    town, entry = committed
    with app_login.cursor() as cursor:
        cursor.execute(FORGED, {"author": town.agent.pk, "book": entry.book_id, "personal": "{}", "intake": "{}"})
    app_login.rollback()
    made = actions.record_entry(actor=town.agent, desk=town.desk, now=entry.occurred_at, text="x")
    assert made.number == 3 and verify().breaches == []


@pytest.mark.clause("I3")
def test_the_application_s_login_cannot_hold_a_desk_twice(committed, app_login) -> None:
    town, _ = committed
    with app_login.cursor() as cursor, pytest.raises(psycopg2.errors.UniqueViolation):
        cursor.execute(
            "INSERT INTO logbook_watch (desk_id, holder_id, started_at, first_number, ending) VALUES (%s, %s, now(), 9, '')",
            [town.desk.pk, town.butler.pk],
        )
    app_login.rollback()
    assert Watch.objects.count() == 1


@pytest.mark.clause("I8")
def test_forged_requests_reach_nothing_of_another_site_or_another_author(town: Town, morning, entry: Entry) -> None:
    away = actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="别处", kind="help")
    actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="别处二")
    actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="别处三")
    count, key = Entry.objects.count(), str(uuid.uuid4())
    words = {"text": "x", "reason": "x", "state": "closed", "result": "x", "key": key}
    for person in (town.agent, town.supervisor):
        client = signed_in(person)
        for what in ("correct", "retract", "add", "move"):
            assert client.post(f"/log/{town.away.desk.slug}/{away.number}/{what}/", words).status_code == 404
            assert client.post(f"/log/{town.desk.slug}/3/{what}/", words).status_code == 404
        assert client.post(f"/log/{town.away.desk.slug}/record/", words).status_code == 404
        for page in ("", "export/", "follow-ups/", "new/?after=0", "1/", "import/", "imported/", "review/2026-11-24/"):
            assert client.get(f"/log/{town.away.desk.slug}/{page}").status_code == 404, page
    for what in ("correct", "retract", "add"):
        answer = signed_in(town.colleague).post(f"/log/{town.desk.slug}/{entry.number}/{what}/", words)
        assert answer.status_code in {403, 422}, what
    for part in ("head", "auditor"):
        assert signed_in(getattr(town, part)).post(f"/log/{town.desk.slug}/record/", words).status_code == 403
    assert Entry.objects.count() == count


@pytest.mark.clause("I9")
def test_a_request_with_a_forged_author_or_actor_is_the_session_s_own(town: Town, morning, entry: Entry) -> None:
    forged = {"text": "x", "kind": "enquiry", "author": town.butler.pk, "entered_by": town.butler.pk, "number": 1, "recorded_at": "2001-01-01"}
    client = signed_in(town.colleague)
    assert client.post(f"/log/{town.desk.slug}/record/", forged | {"key": str(uuid.uuid4())}).status_code == 302
    made = Entry.objects.order_by("-number").first()
    assert (made.author, made.entered_by_id, made.number) == (town.colleague, None, 3) and made.recorded_at.year > 2001
    refused = client.post(f"/log/{town.desk.slug}/record/", forged | {"_actor": town.agent.pk, "key": str(uuid.uuid4())})
    assert refused.status_code == 422


@pytest.mark.clause("I10")
def test_a_key_sent_again_by_another_person_is_their_own(town: Town, morning, entry: Entry) -> None:
    key = uuid.uuid4()
    mine = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", key=key)
    theirs = actions.record_entry(actor=town.colleague, desk=town.desk, now=morning, text="x", key=key)
    assert mine.pk != theirs.pk
    with pytest.raises(Error), transaction.atomic():
        Entry.objects.create(book=entry.book, author=town.agent, occurred_at=morning, key=key)


@pytest.mark.clause("I11")
def test_times_stand_in_utc_whatever_the_session_s_zone_is(town: Town, morning) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'America/New_York'")
    made = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="x", occurred_at=morning - timedelta(hours=20), late_reason="忙", sure=True
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    made.refresh_from_db()
    assert made.occurred_at == morning - timedelta(hours=20) and verify().breaches == []
    assert f"\n{made.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}\n" in made.leaf


@pytest.mark.clause("I1")
def test_signed_and_imported_rows_cannot_be_slipped_under_another_s_entry_twice(town: Town, morning, entry: Entry) -> None:
    one = {"desk": town.desk, "entry": entry}
    review = {"day": morning.date(), "reviewer": town.supervisor, "up_to": 1, "digest": b"x" * 32, "entries": 1, "method": "pin", "signed_at": morning}
    file = {"digest": "x", "name": "x", "rows": 1, "first_number": 1, "last_number": 1, "imported_by": town.agent, "imported_at": morning}
    for model, values in ((DailyReview, review), (ImportedFile, file)):
        model.objects.create(**one, **values)
        with pytest.raises(Error), transaction.atomic():
            model.objects.create(**one, **values)
