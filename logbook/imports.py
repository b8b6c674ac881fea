"""Reads a file of old entries: encoding, columns in three languages, and every problem with line and column (A17).

Nothing here writes. What cannot be read exactly is a problem, never a guess.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desks.models import Choice, Desk, EntryKind, Person
from desks.queries import folded_name, resolve_name
from desks.refusal import Refused
from logbook.numbers import identity_numbers_in
from logbook.rules import LONGEST_TEXT, LOST, cleaned, has_unreadable, why_not_moment

LARGEST_FILE = 2_000_000
"""Bytes; some ten thousand entries."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "occurred_at": ("发生时间", "發生時間", "occurred at", "time of occurrence"),
    "recorded_at": ("记录时间", "記錄時間", "recorded at", "time of recording"),
    "author": ("记录人", "記錄人", "written by", "author"),
    "kind": ("类别", "類別", "kind"),
    "source": ("来源", "來源", "source"),
    "place": ("房号", "房號", "place", "unit"),
    "customer": ("客户", "客戶", "customer"),
    "phone": ("电话", "電話", "phone"),
    "text": ("内容及处理", "內容及處理", "text", "what happened"),
    "state": ("状态", "狀態", "state"),
    "due_at": ("跟进期限", "跟進期限", "due at", "due"),
}
REQUIRED = ("occurred_at", "recorded_at", "author", "kind", "text", "state")
LONGEST = {"place": 80, "customer": 200, "phone": 200}
OPEN = {"待跟进", "待跟進", "跟进中", "跟進中", "处理中", "處理中", "未办结", "未辦結", "open", "in progress"}
SETTLED = {"已办结", "已辦結", "办结", "辦結", "settled", "closed"}
# What paper books call a source or a kind besides the desk's own words, by code.
OTHER_WORDS = {"source": {"来访": "desk", "來訪": "desk", "walk-in": "desk"}, "kind": {"突发": "emergency", "突發": "emergency"}}
TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
# Full-width letters, digits and signs and the wide space: written the narrow way in everything but the text.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: the line of the file (from 1), the column as the file calls it, the reason, the value."""

    line: int
    column: str
    reason: str
    value: str = ""


@dataclass
class OldEntry:
    """One row that can be taken; moments are aware."""

    line: int
    occurred_at: datetime
    recorded_at: datetime
    author: Person
    kind: EntryKind
    source: str
    place: str
    customer: str
    phone: str
    text: str
    is_open: bool
    due_at: datetime | None


@dataclass
class ReadFile:
    """What a file says: its good rows in its order, its problems, and the digest of its content."""

    rows: list[OldEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    digest: str = ""

    @property
    def open_count(self) -> int:
        """How many matters are still open."""
        return sum(row.is_open for row in self.rows)


def read_log_file(file: bytes, *, desk: Desk, people: dict[str, list[Person]]) -> ReadFile:
    """Reads a CSV file of old entries for the desk. `people` is every way to write a writer's name -> people.

    Raises Refused for a file that cannot be read as a table at all (A17); problems of single rows are in the answer.
    """
    names, lines = _table(_decoded(file))
    reader = _RowReader(desk=desk, people=people, names=names)
    read, digest = ReadFile(), hashlib.sha256()
    seen: dict[str, int] = {}
    for number, cells in lines:
        said = {column: cells[place] if place < len(cells) else "" for column, place in reader.places.items()}
        content = json.dumps([said.get(column, "").strip() for column in COLUMNS])
        digest.update(content.encode())
        read.count += 1
        row, problems = reader.read(number, said, len(cells))
        if (first := seen.setdefault(content, number)) != number:
            problems.append(Problem(number, "", _("It says the same as line %(line)d.") % {"line": first}))
        read.problems += problems
        if row is not None and not problems:
            read.rows.append(row)
    if not read.count:
        raise Refused("A17", _("The file has no rows."), _("Choose the file with the old entries."), field="file")
    read.digest = digest.hexdigest()
    return read


def _decoded(content: bytes) -> str:
    """The text of the file, as Excel in China writes it: UTF-8 with or without mark, UTF-16 with mark, or GB18030.

    What is no character in any of them is lost (`LOST`), in the reading that loses least, so that its row can be named.
    """
    if len(content) > LARGEST_FILE:
        raise Refused("A17", _("The file is larger than 2 MB."), _("Divide it into several files."), field="file")
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = min((content.decode(encoding, errors="replace") for encoding in encodings), key=lambda each: each.count(LOST))
    if LOST in text.split("\n", 1)[0]:
        raise Refused(
            "A17", _("The characters of this file cannot be read."), _("Save it as CSV in UTF-8 or GB18030."), field="file"
        )
    return text


def _table(text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names of the columns, and each row that is not empty with the number of its first line."""
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;，", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = next(rows, [])
        return names, iter(list(_numbered(rows)))
    except csv.Error as error:
        raise Refused(
            "A17", _("Line %(line)d cannot be read: its quotation marks do not fit.") % {"line": rows.line_num},
            _("Correct the line, or save the file again as CSV."), field="file",
        ) from error


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    begun = rows.line_num + 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield begun, cells
        begun = rows.line_num + 1


class _RowReader:
    """Reads one row after the other with the words of one desk."""

    def __init__(self, *, desk: Desk, people: dict[str, list[Person]], names: list[str]) -> None:
        self.names = [name.strip() for name in names]
        self.places = _places(self.names)
        self.zone: ZoneInfo = desk.site.zone
        self.people = people
        kinds = list(EntryKind.objects.filter(desk=desk, current=True))
        self.kinds = _by_word(kinds, "kind")
        for kind in kinds:
            for prefix in kind.prefixes:
                self.kinds.setdefault(_folded(prefix), kind)
        self.sources = _by_word(list(Choice.objects.filter(desk=desk, purpose=Choice.Purpose.SOURCE, current=True)), "source")

    def read(self, line: int, said: dict[str, str], width: int) -> tuple[OldEntry | None, list[Problem]]:
        """The row, or every problem that it has."""
        problems: list[Problem] = []

        def problem(column: str, reason: str | Promise) -> None:
            place = self.places.get(column)
            name = self.names[place] if place is not None else COLUMNS[column][0]
            problems.append(Problem(line, name, str(reason), _readable(said.get(column, ""))))

        if width > len(self.names):
            problems.append(Problem(line, "", _("The row has more cells than the file has columns.")))
        for column in COLUMNS:
            if column != "text" and _unreadable(said.get(column, "")):
                problem(column, _("It holds characters that cannot be read."))
            if identity_numbers_in(said.get(column, "")):
                problem(column, _("It holds the number of an identity document, which is not kept."))
        occurred, recorded = (self._moment(column, said, problem) for column in ("occurred_at", "recorded_at"))
        if occurred and recorded and occurred > recorded:
            problem("occurred_at", _("It would have happened after it was recorded."))
        author = self._author(said, problem)
        kind = self._word("kind", self.kinds, said, problem)
        source = self._word("source", self.sources, said, problem) if said.get("source", "").strip() else None
        text = self._text(said, problem)
        is_open = self._state(said, problem)
        due = self._moment("due_at", said, problem) if said.get("due_at", "").strip() else None
        if due and occurred and due < occurred:
            problem("due_at", _("It would be due before it happened."))
        for column, longest in LONGEST.items():
            if len(said.get(column, "")) > longest:
                problem(column, _("It is longer than %(longest)d characters.") % {"longest": longest})
        if problems or occurred is None or recorded is None or author is None or kind is None:
            return None, problems
        return OldEntry(
            line=line, occurred_at=occurred, recorded_at=recorded, author=author, kind=kind,
            source=source.code if source else "", place=_narrow(said.get("place", "")), customer=said.get("customer", "").strip(),
            phone=_narrow(said.get("phone", "")), text=text, is_open=is_open, due_at=due,
        ), problems

    def _moment(self, column: str, said: dict[str, str], problem: Any) -> datetime | None:
        """A wall-clock time of the site (I11). A time that the clocks skipped is a problem; of one that they showed
        twice the first is meant."""
        value = " ".join(_narrow(said.get(column, "")).split())
        if not value:
            problem(column, _("The time is missing."))
            return None
        found = TIME.fullmatch(value)
        try:
            moment = datetime(*(int(part or 0) for part in found.groups()), tzinfo=self.zone) if found else None  # type: ignore[misc,arg-type]
        except ValueError:
            moment = None
        if moment is None:
            problem(column, _("This is no time: write it like 2026-11-23 09:05."))
            return None
        if refusal := why_not_moment(moment, field=column):
            problem(column, refusal.reason)
            return None
        utc = moment.timestamp()
        if datetime.fromtimestamp(utc, tz=self.zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
            problem(column, _("The clocks skipped this time."))
            return None
        return moment

    def _author(self, said: dict[str, str], problem: Any) -> Person | None:
        name = said.get("author", "").strip()
        if not name:
            problem("author", _("The writer is missing."))
            return None
        try:
            return resolve_name(name, self.people)
        except Refused as refusal:
            problem("author", f"{refusal.reason} {refusal.remedy}")
            return None

    def _word(self, column: str, words: dict[str, Any], said: dict[str, str], problem: Any) -> Any:
        found = words.get(_folded(said.get(column, "")))
        if found is None:
            missing = not said.get(column, "").strip()
            problem(column, _("The kind is missing.") if missing else _("The desk does not know this word."))
        return found

    def _text(self, said: dict[str, str], problem: Any) -> str:
        text = cleaned(said.get("text", ""))
        if not text:
            problem("text", _("The text is missing."))
        elif len(text) > LONGEST_TEXT:
            problem("text", _("It is longer than %(longest)d characters.") % {"longest": LONGEST_TEXT})
        elif _unreadable(text):
            problem("text", _("It holds characters that cannot be read."))
        return text

    def _state(self, said: dict[str, str], problem: Any) -> bool:
        word = _folded(said.get("state", ""))
        if word not in OPEN | SETTLED:
            problem("state", _("The state is settled or open."))
        return word in OPEN


def _places(names: list[str]) -> dict[str, int]:
    """Column of ours -> place in the file. Raises Refused for a file without a column that each row needs."""
    by_word = {_folded(word): column for column, words in COLUMNS.items() for word in words}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        column = by_word.get(_folded(name))
        if column is not None and column in places:
            raise Refused("A17", _("The column %(name)s stands in the file twice.") % {"name": name}, field="file")
        if column is not None:
            places[column] = place
    if missing := [COLUMNS[column][0] for column in REQUIRED if column not in places]:
        raise Refused(
            "A17", _("The first line lacks these columns: %(names)s.") % {"names": ", ".join(missing)},
            _("The first line of the file names its columns."), field="file",
        )
    return places


def _by_word(rows: list[Any], column: str) -> dict[str, Any]:
    """Code and every label, folded -> row."""
    by_code = {row.code: row for row in rows}
    words = {_folded(word): by_code[code] for word, code in OTHER_WORDS[column].items() if code in by_code}
    for row in rows:
        for word in (row.code, row.label_en, row.label_zh_hans, row.label_zh_hant):
            if word:
                words[_folded(word)] = row
    return words


def _narrow(value: str) -> str:
    return value.translate(NARROW).strip()


def _folded(word: str) -> str:
    return folded_name(word)


def _unreadable(value: str) -> bool:
    return has_unreadable(value.replace("\r", ""))


def _readable(value: str) -> str:
    """The beginning of a value for a list of problems, without what would spoil the page."""
    shown = "".join(each if unicodedata.category(each)[0] != "C" else LOST for each in value)
    return shown[:60]
