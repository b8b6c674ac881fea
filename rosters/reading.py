"""Reading a roster's file: CSV or XLSX as spreadsheets in China write them, into lines of text (A5).

What is dangerous (too large, a bomb in a zip, an entity in XML, a macro's container) is refused before it is opened.
"""

import csv
import io
import unicodedata
import zipfile
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 8 * 1024 * 1024
MAX_PARTS = 200
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 300, 60, 80

Table = list[list[str]]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENTITY = [word.encode(form) for word in ("<!DOCTYPE", "<!ENTITY") for form in ("utf-8", "utf-16-le", "utf-16-be")]


class Unreadable(Refused):
    """The file as a whole cannot be read."""

    def __init__(self, reason: Any, remedy: Any) -> None:
        super().__init__("A5", reason, remedy, field="file")


def read_table(content: bytes) -> Table:
    """The file's lines as text, width folded and trimmed, empty lines kept so that line numbers stay the file's.

    Raises Unreadable with what to do.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(_("The file is too large."), _("A month's roster has less than two megabytes."))
    if not content.strip():
        raise Unreadable(_("The file is empty."), _("Choose the roster's file."))
    if content.startswith(_OLE):
        raise Unreadable(
            _("This is an old or locked Excel file."), _("Save it as .xlsx without a password, or as CSV, and choose it again.")
        )
    rows = _read_xlsx(content) if content.startswith(_ZIP) else _read_csv(content)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable(_("The file is empty."), _("Choose the roster's file."))
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("The file has too many lines."), _("Keep only the roster of one month in it."))
    return rows


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = unicodedata.normalize("NFKC", str(value))
    words = "".join(char for char in words if char.isprintable() or char.isspace())
    return " ".join(words.split())[:MAX_CELL]


def _line(values: Any) -> list[str]:
    cells = [_cell(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(_("The file has too many columns."), _("Keep only names, roles and the days of one month in it."))
    return cells


def decoded(content: bytes) -> str:
    """The text of a CSV file: UTF-8 with or without its mark, UTF-16 with its mark, else GB18030. Raises Unreadable."""
    forms = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for form in forms:
        try:
            words = content.decode(form)
        except UnicodeDecodeError:
            continue
        if "\x00" not in words:
            return words
    raise Unreadable(
        _("The characters of this file cannot be read."), _("Save it as .xlsx, or as CSV in UTF-8, and choose it again.")
    )


def _read_csv(content: bytes) -> Table:
    words = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    head = "\n".join(words.split("\n")[:10])
    separator = max(",\t;，", key=head.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(words), delimiter=separator, strict=True):
            rows.append(_line(row))
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        raise Unreadable(
            _("This is not a readable CSV file."), _("Save the sheet as .xlsx, or as CSV in UTF-8, and choose it again.")
        ) from error
    return rows


def _read_xlsx(content: bytes) -> Table:
    """The first sheet's values; a merged cell says the same on each of its days, a formula without a value stays as written."""
    from openpyxl import load_workbook

    _refuse_bombs(content)
    try:
        sheet = load_workbook(io.BytesIO(content), data_only=True, keep_links=False).worksheets[0]
        written = load_workbook(io.BytesIO(content), read_only=True, keep_links=False).worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1, values_only=True)]
        formulas = written.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1, values_only=True)
        for row, words in zip(rows, formulas, strict=False):
            row[:] = [value if value is not None else words[place] if place < len(words) else None for place, value in enumerate(row)]
        for merged in sheet.merged_cells.ranges:
            _spread(rows, merged.bounds)
        table = [_line(row) for row in rows]
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged workbook makes the library raise means the same here
        raise Unreadable(
            _("This is not a readable Excel file."), _("Open it in Excel, save it as .xlsx, and choose it again.")
        ) from error
    return table


def _spread(rows: list[list[Any]], bounds: tuple[int, int, int, int]) -> None:
    """Writes what a merged cell holds into each cell that it covers; bounds are columns and rows from 1."""
    left, top, right, bottom = bounds
    if top > len(rows) or left > len(rows[top - 1]):
        return
    value = rows[top - 1][left - 1]
    for row in rows[top - 1 : bottom]:
        for place in range(left - 1, min(right, len(row))):
            row[place] = value


def _refuse_bombs(content: bytes) -> None:
    """Unpacks no more than a roster can have, and takes no XML that brings entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable(_("Unpacked, this file is too large."), _("Keep only the roster of one month in it."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and any(mark in packed.read(part) for mark in _ENTITY):
                    raise Unreadable(
                        _("This Excel file brings definitions of its own, which are not opened."),
                        _("Save the sheet as CSV and choose that."),
                    )
    except Unreadable:
        raise
    except Exception as error:  # a damaged archive raises errors of many kinds, all of which mean the same here
        raise Unreadable(
            _("This is not a readable Excel file."), _("Open it in Excel, save it as .xlsx, and choose it again.")
        ) from error
