"""docs/record.md byte by byte: its vectors are what the database makes and what a second implementation recomputes (I2)."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from desks.testing import Town
from logbook.models import Book, Entry, EntryDigest
from logbook.tests.independent_verifier import check

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
VECTORS = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.S)[0])
REFS = [UUID("00000000-0000-4000-8000-000000000001"), UUID("00000000-0000-4000-8000-000000000002")]
AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FIXED = """
CREATE SEQUENCE vector_salts;
CREATE OR REPLACE FUNCTION record_salt() RETURNS bytea LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
    SELECT sha256(convert_to('salt ' || nextval('public.vector_salts'), 'UTF8')) $$;
CREATE OR REPLACE FUNCTION record_clock() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
    SELECT timestamptz '2026-11-24 06:30:00.000001+00' $$;
"""


@pytest.fixture
def made(town: Town, as_owner) -> list[Entry]:
    """The entries of the vectors, made by the database with salts and a clock that stand still."""
    people = []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(FIXED)
        cursor.execute("ALTER TABLE desks_person DISABLE TRIGGER person_stays")
        for person, ref in zip((town.agent, town.administrator), REFS, strict=True):
            cursor.execute("UPDATE desks_person SET ref = %s WHERE id = %s", [ref, person.pk])
            people.append(person)
    book = Book.objects.create(site=town.site, desk=town.desk, origin=VECTORS["origin"], epoch=7)
    first = Entry.objects.create(
        book=book, author=people[0], kind="repair", kind_version=1, occurred_at=AT - timedelta(hours=2), late=True, source="phone",
        place="5栋1203", urgency="urgent", handler="engineering", due_at=AT + timedelta(hours=2), follow_state="open",
        fields={"outside_watch": "true", "seen": "é\n2"},
        intake={"text": "厨房漏水😀𠮷", "search": "x", "folding": 1, "personal": {"customer": "李先生", "phone": "13800138000"}},
    )
    Entry.objects.create(
        book=book, author=people[0], entered_by=people[1], act="follow_up", kind="repair", kind_version=1, occurred_at=AT,
        refers_to=first, root=first, follow_state="closed", result="已修复", intake={"text": ""},
    )
    Entry.objects.create(
        book=book, act="act", code="desk_closed", audience="supervisors", occurred_at=AT, fields={"holder": "何嘉怡"}, intake={},
    )
    return list(Entry.objects.filter(book=book).order_by("number").select_related("words"))


@pytest.mark.clause("I2")
def test_the_database_makes_the_leaves_and_digests_of_the_page(made: list[Entry]) -> None:
    assert [entry.leaf for entry in made] == [vector["leaf"] for vector in VECTORS["entries"]]
    assert [bytes(entry.digest).hex() for entry in made] == [vector["digest"] for vector in VECTORS["entries"]]
    kept = EntryDigest.objects.filter(book=made[0].book).order_by("number").values_list("digest", flat=True)
    assert [bytes(digest).hex() for digest in kept] == [vector["digest"] for vector in VECTORS["entries"]]


def plain_rows() -> list[dict]:
    rows = []
    for vector in VECTORS["entries"]:
        secret = bytes.fromhex(vector["secret"])
        fields = {name: (hashlib.sha256(secret + name.encode()).digest(), value) for name, value in vector["fields"].items()}
        fields |= {name: (bytes.fromhex(own["salt"]), own["value"]) for name, own in vector["erasable"].items()}
        rows.append(
            {
                "number": vector["number"], "recorded": vector["recorded_at"], "fields": fields,
                "digest": bytes.fromhex(vector["digest"]),
            }
        )
    return rows


@pytest.mark.clause("I2")
def test_a_second_implementation_recomputes_the_vectors() -> None:
    assert check(plain_rows(), VECTORS["origin"]) == []
    for vector, before in zip(VECTORS["entries"], [{"digest": "00" * 32}, *VECTORS["entries"]], strict=False):
        assert vector["leaf"].split("\n")[4] == vector["previous"] == before["digest"]


@pytest.mark.clause("I2")
@pytest.mark.parametrize(("entry", "name"), [(i, name) for i, v in enumerate(VECTORS["entries"]) for name in (*v["fields"], *v["erasable"])])
def test_one_changed_value_breaks_just_that_entry(entry: int, name: str) -> None:
    rows = plain_rows()
    salt, value = rows[entry]["fields"][name]
    rows[entry]["fields"][name] = (salt, value + " ")
    assert check(rows, VECTORS["origin"]) == [f"#{entry + 1}"]


@pytest.mark.clause("I2")
@pytest.mark.parametrize("vector", VECTORS["commitments"], ids=lambda vector: vector["name"])
def test_commitments_of_the_page_in_sql_and_in_python(db: None, vector: dict) -> None:
    salt, name, value = bytes.fromhex(vector["salt"]), vector["name"].encode(), vector["value"].encode()
    framed = salt + len(name).to_bytes(2, "big") + name + len(value).to_bytes(4, "big") + value
    assert hashlib.sha256(framed).hexdigest() == vector["commitment"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_commitment(%s, %s, %s)", [salt, vector["name"], vector["value"]])
        assert cursor.fetchone()[0] == vector["commitment"]


@pytest.mark.clause("I11")
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2026-11-24 09:00:00+08", "2026-11-24T01:00:00.000000Z"), ("2026-10-25 02:30:00.5+02", "2026-10-25T00:30:00.500000Z"),
        ("2026-10-25 02:30:00.5+01", "2026-10-25T01:30:00.500000Z"), ("1999-12-31 23:59:59.999999+00", "1999-12-31T23:59:59.999999Z"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_moments_are_written_in_utc_whatever_the_session_s_zone(db: None, moment: str, written: str, zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE %s", [zone])
        cursor.execute("SELECT record_time(%s::timestamptz)", [moment])
        assert cursor.fetchone()[0] == written
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")


@pytest.mark.clause("I2")
def test_every_field_that_the_trigger_names_is_described_on_the_page(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'record_entry_insert'")
        source = cursor.fetchone()[0]
    names = re.findall(r"'(\w+)'", source[source.index("ARRAY[") : source.index("];")])
    assert len(names) > 20
    assert [name for name in names if f"| `{name}` |" not in PAGE] == []
