"""The log as a file: the rows that a filter shows, in number order, as CSV or XLSX (A20, I8).

A cell of text never becomes a formula: in CSV such a cell gets an apostrophe before it, in XLSX every cell is a string, but for
the numbers of columns that a list says are amounts.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from desks.models import Desk
from desks.templatetags.desks_tags import shown_name
from desks.wording import with_label
from logbook.lines import ACTS, changes_of, own_values_of, result_of
from logbook.models import Entry, FollowUp
from logbook.reading import Row
from logbook.words import DeskWords

FORMULA = re.compile(r"^[\s\x00]*[=+\-@|%\t\r＝＋－＠]")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
AMOUNT = re.compile(r"(?P<whole>[0-9]{1,9})(?::(?P<minutes>[0-5][0-9])|\.(?P<part>[0-9]{1,4}))?", re.ASCII)
LONGEST_CELL = 32_767
"""Of a workbook, as its format says."""


def headings() -> list[str]:
    """The names of the columns in the reader's language."""
    return [
        _("Number"), _("Happened"), _("Recorded"), _("By"), _("Entered by"), _("What"), _("Kind"), _("Source"), _("Place"),
        _("Customer"), _("Phone"), _("Text"), _("Reason"), _("Answers number"), _("State"), _("Due"), _("Handled by"),
        _("Result"), _("More fields"), _("Late"), _("Imported"), _("Photos"), _("Digest"),
    ]


def cells(row: Row, *, desk: Desk, words: DeskWords) -> list[str]:
    """One entry as cells of text; what its reader may not see stands empty."""
    entry, zone = row.entry, desk.site.zone
    matter: FollowUp | None = row.follow_up
    answered = entry._state.fields_cache.get("refers_to")
    step = entry if entry.act == Entry.Act.FOLLOW_UP and not row.hidden else None
    told: FollowUp | Entry | None = matter if matter is not None else step
    state = matter.state if matter is not None else step.follow_state if step is not None else ""
    return [
        str(row.number), _moment(entry.occurred_at, zone), _moment(entry.recorded_at, zone), shown_name(entry.author),
        shown_name(entry.entered_by) if entry.entered_by_id else "",
        str(ACTS[Entry.Act(entry.act)]()) if entry.act in ACTS else str(entry.get_act_display()),
        words.kind_of(entry) if entry.kind else "", words.source(entry.source), entry.place,
        row.customer or row.erased.get("customer", ""), row.phone or row.erased.get("phone", ""),
        _("For supervisors only") if row.hidden else row.worded or row.text, words.reason(entry.reason),
        str(answered.number) if answered is not None else "",
        str(dict(FollowUp.State.choices).get(state, "")),
        _moment(told.due_at, zone) if told is not None else "",
        words.department(told.handler) if told is not None else "",
        result_of(row),
        "; ".join(with_label(label, value) for label, value in [*_more_of(row, words, zone), *_step_values(step, words, zone)]),
        _("late") if row.late else "", _("imported") if row.imported else "",
        "; ".join(each.digest for each in row.photos), bytes(entry.digest or b"").hex(),
    ]


def _more_of(row: Row, words: DeskWords, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The kind's own fields; of a correction those that it has changed, and the time, as they hold from then on."""
    if row.entry.act != Entry.Act.CORRECTION:
        return own_values_of(row, words)
    return [(label, new) for label, _old, new in changes_of(row, None, words, zone)]


def _step_values(step: Entry | None, words: DeskWords, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What a step of a matter says beyond its state: for whom it waits, until when, and what comes next."""
    if step is None:
        return []
    said = [
        (_("Waiting for whom"), words.department(step.waiting_for)), (_("Waiting until"), _moment(step.waiting_until, zone)),
        (_("Next step"), step.next_step),
    ]
    return [(label, value) for label, value in said if value]


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def write_csv(file: IO[bytes], rows: Iterable[list[str]]) -> None:
    """The rows as CSV with a byte order mark, so that Excel reads the characters; half a surrogate becomes a question mark."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(lines)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    lines.detach()


def write_xlsx(file: IO[bytes], rows: Iterable[list[str]], title: str, amounts: Collection[int] = ()) -> None:
    """The rows as a workbook; every cell is a string and nothing else, but for plain numbers and hours:minutes in the columns `amounts`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "log")
    sheet.freeze_panes = "B2"
    for row in rows:
        made = []
        for place, cell in enumerate(row):
            amount = AMOUNT.fullmatch(cell) if place in amounts else None
            one = WriteOnlyCell(sheet, value=_amount(amount) if amount else _short(NOT_IN_XML.sub("\ufffd", cell)))
            if amount is None:
                one.data_type = "s"
            elif amount["minutes"]:
                one.number_format = "[h]:mm"
            made.append(one)
        sheet.append(made)
    book.save(file)


def _amount(found: re.Match[str]) -> int | float | timedelta:
    if found["minutes"]:
        return timedelta(hours=int(found["whole"]), minutes=int(found["minutes"]))
    return float(found[0]) if found["part"] else int(found["whole"])


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment is not None else ""
