"""What is compiled confirms what Python finds to hold, and never anything else (A18)."""

import hashlib
import json
import struct
import sys
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.testing import Town
from logbook import actions
from logbook.proof import confirming, kernel, merkle, rows
from logbook.verify import ZEROS, _plainly, _why_wrong, verify, verify_range

ORIGIN = "dd-0123456789ab/front/1"
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), max_size=30)
MOMENTS = st.datetimes() | st.sampled_from([datetime.min, datetime.max, datetime(2024, 2, 29, 23, 59, 59, 999999), datetime(2000, 3, 1), datetime(1900, 2, 28)])  # noqa: DTZ001,DTZ901
HASHES = {rows.PREVIOUS, rows.DIGEST, rows.SECRET, rows.KEPT_DIGEST, rows.SALT}
TIMES = {rows.RECORDED_AT, rows.KEPT_AT} | {rows.FIRST_COLUMN + place for place, name in enumerate(rows.COLUMNS) if name in rows.MOMENTS}
Line = list[bytes | None]
Values = dict[int, tuple[bytes, bytes, bytes]]
calm = settings(derandomize=True, deadline=None, max_examples=400)


def _micros(moment: datetime) -> bytes:
    return struct.pack(">q", (moment - kernel.FIRST_DAY) // kernel.MICROSECOND)


def _hash(said: bytes) -> bytes:
    return hashlib.sha256(said).digest()


def _copied(lines: list[Any]) -> bytes:
    """Rows in the binary form of COPY."""
    made = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for line in lines:
        made += struct.pack(">h", len(line))
        made += b"".join(struct.pack(">i", -1) if cell is None else struct.pack(">i", len(cell)) + cell for cell in line)
    return made + b"\xff\xff"


def _as_text(line: Line) -> tuple[Any, ...]:
    """The same row as Python has it fetched. Raises ValueError for what no column of the database can be."""
    said: list[Any] = list(line)
    for place, cell in enumerate(line):
        if cell is None:
            said[place] = None if place == rows.TEXT else b"{}" if place in {rows.FIELDS, rows.PERSONAL} else b""
        elif place in HASHES:
            said[place] = cell.hex().encode()
        elif place in TIMES or place == rows.NUMBER:
            if place >= rows.FIRST_COLUMN and not cell:
                continue
            if len(cell) != 8:
                raise ValueError(place)
            number = int.from_bytes(cell, signed=True)
            said[place] = str(number).encode()
            if place in TIMES:
                try:
                    said[place] = str(kernel.FIRST_DAY + timedelta(microseconds=number)).encode()
                except OverflowError as beyond:
                    raise ValueError(place) from beyond
                whole, _, part = said[place].partition(b".")
                said[place] = whole + (b"." + part.rstrip(b"0") if part else b"")
    return tuple(said)


def _row(line: tuple[Any, ...], values: Values) -> rows.Row:
    standing = [(name, str(key).encode(), value, salt.hex().encode()) for key, (name, value, salt) in values.items()]
    with patch.object(rows, "fetched", lambda _statement, _way: standing):
        return rows._rows_of(1, [line])[0]


def _chained(line: Line, values: Values, number: int, previous: bytes) -> None:
    """Writes leaf and digest of a row after an entry with this digest."""
    said = _as_text(line)
    moment = rows.written_moment(said[rows.RECORDED_AT]).decode()
    leaf = f"duty-desk-entry/1\n{ORIGIN}\n{number}\n{moment}\n{previous.hex()}\n{rows.committed(_row(said, values))}"
    line[rows.LEAF] = leaf.encode()
    line[rows.DIGEST] = line[rows.KEPT_DIGEST] = _hash(b"\0" + leaf.encode())


@st.composite
def portions(draw: st.DrawFn, said: st.SearchStrategy[str] = PLAIN) -> tuple[list[Line], Values]:
    """Rows as they are copied, each in its place in the chain, and the personal values that they point at."""
    lines: list[Line] = []
    values: Values = {}
    previous = bytes(32)
    times = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=4)))
    for number, at in enumerate(times, 1):
        columns = [
            (_micros(draw(MOMENTS)) if name in rows.MOMENTS else draw(said).encode()) if draw(st.booleans()) else draw(st.sampled_from([None, b""]))
            for name in rows.COLUMNS
        ]
        columns = [None if name in rows.MOMENTS and not cell else cell for name, cell in zip(rows.COLUMNS, columns, strict=True)]
        # Every entry is of some act: so its secret is used.
        columns[list(rows.COLUMNS).index("act")] = b"entry"
        named = draw(st.dictionaries(st.sampled_from(["seen", "remark", "b", "zz_9"]), said, max_size=4))
        personal = {}
        for name in draw(st.lists(st.sampled_from(["customer", "phone"]), unique=True)):
            personal[name] = len(values) + 7
            values[personal[name]] = (name.encode(), draw(said).encode(), _hash(str(personal[name]).encode()))
        text = draw(st.none() | said.map(str.encode))
        line: Line = [
            struct.pack(">q", number), _micros(at), previous, b"", b"", _hash(_micros(at)), b"", _micros(at), text,
            None if text is None else _hash(text), json.dumps(named, ensure_ascii=False).encode(), json.dumps(personal).encode(), *columns,
        ]
        _chained(line, values, number, previous)
        previous = line[rows.DIGEST] or b""
        lines.append(line)
    return lines, values


def _sure(lines: list[Line], values: Values) -> list[bool]:
    own = [(struct.pack(">q", key), name, value, salt) for key, (name, value, salt) in sorted(values.items())]
    found = confirming.asked_of(_copied(lines), _copied(own), ORIGIN, 1, np.zeros(32, np.uint8), confirming.EARLIEST)[0].tolist()
    return [*found, *[False] * (len(lines) - len(found))]


def test_what_is_compiled_looks_where_the_columns_are() -> None:
    names = [name for name in vars(rows) if name.isupper() and isinstance(getattr(kernel, name, None), int)]
    places = {"NUMBER", "RECORDED_AT", "PREVIOUS", "DIGEST", "LEAF", "SECRET", "KEPT_DIGEST", "KEPT_AT", "TEXT", "SALT", "FIELDS", "PERSONAL", "FIRST_COLUMN"}
    assert places <= set(names)
    assert all(getattr(rows, name) == getattr(kernel, name) for name in places)


@pytest.mark.clause("A18")
@calm
@given(portions())
def test_plain_entries_are_all_confirmed(portion: tuple[list[Line], Values]) -> None:
    lines, values = portion
    assert _sure(lines, values) == [True] * len(lines)


@pytest.mark.clause("A18")
@calm
@given(portions(WORDS), st.data())
def test_what_is_confirmed_holds_for_python_too_whatever_was_changed(portion: tuple[list[Line], Values], data: st.DataObject) -> None:
    lines, values = portion
    for _ in range(data.draw(st.integers(0, 2))):
        row = data.draw(st.sampled_from(lines))
        place = data.draw(st.integers(0, len(row) - 1))
        cell = bytearray(row[place] or b"")
        at = data.draw(st.integers(0, len(cell)))
        way = data.draw(st.sampled_from(["null", "empty", "other", "insert", "delete", "flip", "byte"]))
        if way == "other":
            row[place] = data.draw(st.sampled_from(lines))[data.draw(st.integers(0, len(row) - 1))]
        elif way in {"null", "empty"}:
            row[place] = None if way == "null" else b""
        elif way == "flip":
            cell[at : at + 1] = bytes(each ^ 1 for each in cell[at : at + 1])
            row[place] = bytes(cell)
        else:
            cell[at : at + (way != "insert")] = b"" if way == "delete" else bytes([data.draw(st.sampled_from(b'\0\n "\\{}:,x09afAT.\xc3'))])
            row[place] = bytes(cell)
    if values and data.draw(st.booleans()):
        values.pop(data.draw(st.sampled_from(sorted(values))))
    for number, holds in enumerate(_sure(lines, values), 1):
        if not holds:
            continue
        previous, last = ZEROS, b""
        if number > 1:
            before: Line = [None] * (rows.FIRST_COLUMN + len(rows.COLUMNS))
            before[rows.DIGEST], before[rows.RECORDED_AT] = lines[number - 2][rows.DIGEST], lines[number - 2][rows.RECORDED_AT]
            previous, last = _as_text(before)[rows.DIGEST], rows.written_moment(_as_text(before)[rows.RECORDED_AT])
        assert _why_wrong(_row(_as_text(lines[number - 1]), values), ORIGIN, number, previous, last) == ""


@pytest.mark.clause("A18")
@calm
@given(portions(), st.data())
def test_no_bit_of_a_confirmed_entry_can_be_another(portion: tuple[list[Line], Values], data: st.DataObject) -> None:
    lines, values = portion
    number = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.sampled_from([at for at, cell in enumerate(lines[number]) if cell and cell != b"{}"]))
    cell = bytearray(lines[number][place] or b"")
    cell[data.draw(st.integers(0, len(cell) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    lines[number][place] = bytes(cell)
    sure = _sure(lines, values)
    assert not sure[number] and all(sure[:number])


@pytest.mark.clause("A18")
@calm
@given(portions(), st.data())
def test_bytes_that_are_no_rows_are_not_read_past_their_end(portion: tuple[list[Line], Values], data: st.DataObject) -> None:
    lines, values = portion
    copied = bytearray(_copied(lines))
    copied[data.draw(st.integers(0, len(copied) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    del copied[data.draw(st.integers(0, len(copied))) :]
    own = _copied([(struct.pack(">q", key), *each) for key, each in sorted(values.items())])
    sure, _in_order, _time = confirming.asked_of(bytes(copied), own, ORIGIN, 1, np.zeros(32, np.uint8), confirming.EARLIEST)
    assert len(sure) <= len(lines)


@pytest.mark.clause("A18")
@calm
@given(MOMENTS)
def test_moments_are_written_as_the_record_writes_them(moment: datetime) -> None:
    into = np.zeros(kernel.MOMENT, np.uint8)
    assert kernel._moment((moment - kernel.FIRST_DAY) // kernel.MICROSECOND, into)
    assert into.tobytes().decode() == f"{moment.isoformat(timespec='microseconds')}Z"
    for beyond in (kernel.EARLIEST - 1, kernel.LATEST + 1, -(2**63), 2**63 - 1):
        assert not kernel._moment(beyond, into)


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    "fields",
    ["[]", "{", '{"a"}', '{"a": 1}', '{"a": "x",}', '{"a": "x" }', '{"a": "x"', '{"a":"x"}', '{"a": "x"}}', '{"a": null}', '{"a": "\\u0041"}', '{"a": "y"}', "{}"],
)
def test_what_is_no_plain_object_is_left_to_python(fields: str) -> None:
    at = _micros(datetime(2026, 11, 24, 6, 30))  # noqa: DTZ001  all of it is UTC
    line: Line = [struct.pack(">q", 1), at, bytes(32), b"", b"", bytes(32), b"", at, None, None, b'{"a": "x"}', b"{}", *(None for _ in rows.COLUMNS)]
    _chained(line, {}, 1, bytes(32))
    assert _sure([line], {}) == [True]
    line[rows.FIELDS] = fields.encode()
    assert _sure([line], {}) == [False]


@pytest.mark.clause("A18")
def test_entries_of_a_desk_are_confirmed_and_what_is_rare_is_looked_at_by_python(town: Town, morning) -> None:
    first = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水\n😀𠮷\\", kind="repair", place="5栋1203", customer="李先生", phone="13800138000",
    )
    actions.record_entry(actor=town.colleague, desk=town.desk, now=morning, text="咨询", kind="enquiry")
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="waiting", waiting_for="工程部")
    actions.record_act(actor=None, desk=town.desk, now=morning, code="desk_opened", refers_to=first, fields={"remark": "two\nlines"})
    actions.record_entry(actor=town.colleague, desk=town.desk, now=morning, text="咨询", kind="enquiry")
    with patch.object(confirming, "PORTION", 2):
        book = first.book
        assert list(confirming.confirmed(book.pk, book.origin, 1, 5, ZEROS, b"")) == [([], 2, True), ([4], 2, True), ([], 1, True)]
    with patch.object(confirming, "WORTH", 0), patch("logbook.verify._plainly", side_effect=_plainly) as plainly:
        assert verify_range(book, 1, 5) == (5, None)
        assert verify_range(book, 3, 5) == (3, None)
    # Of the numbers after the last one nothing is left to look at.
    assert [call.args[1:3] for call in plainly.call_args_list] == [(4, 4), (6, 5), (4, 4), (6, 5)], "a line break within a field has a backslash"


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM logbook_entrydigest WHERE number = 1",
        "UPDATE logbook_entrydigest SET recorded_at = 'infinity' WHERE number = 1",
        "UPDATE logbook_entrydigest SET digest = '\\x00' WHERE number = 1",
    ],
)
def test_what_begins_after_a_broken_digest_is_found_by_python(town: Town, morning, as_owner, change: str) -> None:
    for number in range(3):
        entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"entry {number}", kind="enquiry")
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrydigest DISABLE TRIGGER USER")
        cursor.execute(change)
        plainly = verify_range(entry.book, 2, 3)
        with patch.object(confirming, "WORTH", 0):
            assert verify_range(entry.book, 2, 3) == plainly
    assert plainly[1] is not None and plainly[1].number == 2


@pytest.mark.clause("A18")
def test_without_a_library_of_hashes_to_call_python_does_all(town: Town, morning) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="咨询", kind="enquiry")
    assert confirming.is_worth_it(confirming.WORTH) and not confirming.is_worth_it(confirming.WORTH - 1)
    with patch.object(confirming, "WORTH", 0), patch.object(confirming.ctypes, "CDLL", side_effect=OSError):
        assert not confirming.is_worth_it(1)
        with patch("logbook.verify.confirmed", side_effect=AssertionError):
            assert verify([entry.book]).breaches == []


@pytest.mark.clause("A18")
@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 255, 256])
def test_the_tree_s_hashes_are_those_of_python(count: int) -> None:
    block = b"".join(_hash(bytes([n])) for n in range(count))
    with patch.object(confirming, "WORTH", 0), patch.object(confirming, "WORTH_A_TREE", 1):
        levels = confirming.levels_for(count)
    assert levels is not merkle.levels_of and levels(block) == merkle.levels_of(block)


@pytest.mark.clause("A18")
def test_a_tree_is_compiled_where_that_is_loaded_by_now_or_the_book_is_very_long(monkeypatch) -> None:
    compiled = confirming.levels_for(confirming.WORTH_A_TREE)
    assert compiled is not merkle.levels_of and confirming.levels_for(confirming.WORTH) is compiled
    assert confirming.levels_for(confirming.WORTH - 1) is merkle.levels_of
    monkeypatch.delitem(sys.modules, "logbook.proof.kernel")
    assert confirming.levels_for(confirming.WORTH_A_TREE - 1) is merkle.levels_of
    assert confirming.levels_for(confirming.WORTH_A_TREE) is compiled
    with patch.object(confirming.ctypes, "CDLL", side_effect=OSError):
        assert confirming.levels_for(confirming.WORTH_A_TREE) is merkle.levels_of
