"""A list as a PDF: A4 across, a head that says what it is, the table's head on each page, texts broken by the rules of
Chinese and English, everything selectable (A20, A35, docs/decisions/0048).

What the typeface has no drawing for, and what is not seen or turns a line around (control characters, bidirectional
marks, emoji), is written out as its code, so that nothing vanishes silently and nothing misleads.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import IO, Any

from django.utils.translation import gettext as _

WIDTH, HEIGHT, MARGIN, FOOT = 297.0, 210.0, 10.0, 8.0
SMALL, USUAL, LARGE = 7.0, 9.0, 14.0
LINE, GAP = 3.2, 1.0
"""Of the table, in millimetres: from line to line, and between a row's rule and its text."""
POINT = 25.4 / 72
# The places of the typeface's faces for Simplified and Traditional characters in its collection.
FACES = {"zh-hans": 2, "zh-hant": 4}
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
# No line begins with one of the first, none ends with one of the second.
NOT_FIRST = frozenset("、。，．：；？！）〕】》〉」』”’％,.:;?!)]}%…～·")
NOT_LAST = frozenset("（〔【《〈「『“‘([{")
FIRST_WIDE = 0x2E80
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class Column:
    """One column: its heading, how much of the width it takes, and which cells of a row stand in it, one below the other."""

    heading: str
    share: float
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    """What stands around the table."""

    title: str
    about: Sequence[str]
    """Lines below the title: the desk, the filter, the period, who exported it and when."""
    foot: str
    """The line of confidentiality."""
    columns: Sequence[Column]
    language: str
    author: str
    made_at: datetime


def write_pdf(
    file: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[str]], still: Callable[[], None] = lambda: None
) -> int:
    """Writes the rows as a PDF into the file and returns its pages; calls `still` now and then while it draws.

    The rows are read once; of them only the broken lines are kept.
    """
    # Loaded when the first PDF is made: they take a third of a second that no other process should spend.
    from fpdf import FPDF
    from noto_cjk_sans_otc import FONT_PATH

    pdf = FPDF("L", "mm", "A4")
    pdf.set_auto_page_break(False)
    pdf.add_font("text", "", FONT_PATH, collection_font_number=FACES.get(sheet.language, FACES["zh-hans"]))
    pdf.set_title(sheet.title)
    pdf.set_author(sheet.author)
    pdf.set_creator("duty_desk")
    pdf.set_lang(LANGUAGES.get(sheet.language, "en"))
    pdf.set_creation_date(sheet.made_at)
    pages = _Layout(pdf.fonts["text"], sheet).pages_of(rows)
    for number, marks in enumerate(pages, 1):
        pdf.add_page()
        if number % 50 == 0:
            still()
        for begin, end, y, height in (mark for mark in marks if len(mark) == 4):
            pdf.set_fill_color(225 if height > 1 else 190)
            pdf.rect(begin, y, end - begin, height, style="F")
        for x, y, size, *_end, words in (mark for mark in marks if len(mark) == 5):
            pdf.set_font("text", size=size)
            pdf.text(x, y, words)
        pdf.set_font("text", size=SMALL)
        pdf.text(MARGIN, HEIGHT - FOOT + 3, sheet.foot)
        count = _("Page %(number)d of %(count)d") % {"number": number, "count": len(pages)}
        pdf.text(WIDTH - MARGIN - pdf.get_string_width(count), HEIGHT - FOOT + 3, count)
    file.write(pdf.output())
    return len(pages)


Mark = tuple[Any, ...]
"""Something at its place: (left, right, y, height) a bar, (x, y, size, "", words) words."""


class Breaker:
    """Breaks texts into lines by the widths of a typeface."""

    def __init__(self, font: Any) -> None:
        self.font = font
        self.width_of = lru_cache(maxsize=None)(lambda each: font.cw[ord(each)] * 0.001 * POINT)

    def broken(self, text: str, width: float, size: float) -> list[str]:
        """The text as lines of at most this width in millimetres."""
        lines = []
        for part in visible(text, self.font.cmap).split("\n"):
            start = place = last = 0
            used = 0.0
            while place < len(part):
                wide = self.width_of(part[place]) * size
                if used + wide > width and place > start:
                    cut = last if last > start else place
                    lines.append(part[start:cut].rstrip())
                    start = cut
                    while start < len(part) and part[start] == " ":
                        start += 1
                    place = last = start
                    used = 0.0
                    continue
                used += wide
                place += 1
                if place < len(part) and may_break(part[place - 1], part[place]):
                    last = place
            lines.append(part[start:].rstrip())
        return lines


class _Layout(Breaker):
    """Puts rows onto pages; a row that no page holds goes on on the next one."""

    def __init__(self, font: Any, sheet: Sheet) -> None:
        super().__init__(font)
        self.sheet = sheet
        whole = sum(column.share for column in sheet.columns)
        self.widths = [(WIDTH - 2 * MARGIN) * column.share / whole for column in sheet.columns]
        self.pages: list[list[Mark]] = []
        self.y = MARGIN

    def pages_of(self, rows: Iterable[Sequence[str]]) -> list[list[Mark]]:
        """Every page as what stands where on it."""
        self.pages.append([])
        self._words(MARGIN, self.sheet.title, LARGE, WIDTH - 2 * MARGIN)
        for line in self.sheet.about:
            self._words(MARGIN, line, USUAL, WIDTH - 2 * MARGIN)
        self.y += 2
        self._head()
        for row in rows:
            self._row([self.broken("\n".join(dict.fromkeys(row[cell] for cell in column.cells if row[cell])), width - 1.5, SMALL)
                       for column, width in zip(self.sheet.columns, self.widths, strict=True)])
        return self.pages

    def _words(self, x: float, text: str, size: float, width: float) -> None:
        for line in self.broken(text, width, size):
            self.y += size * POINT * 1.35
            self.pages[-1].append((x, self.y, size, "", line))

    def _head(self) -> None:
        lines = [self.broken(column.heading, width - 1.5, SMALL) for column, width in zip(self.sheet.columns, self.widths, strict=True)]
        height = max(map(len, lines)) * LINE + 2 * GAP
        self.pages[-1].append((MARGIN, WIDTH - MARGIN, self.y, height))
        self._lines(lines, 0, max(map(len, lines)))
        self.y += 2 * GAP

    def _row(self, cells: list[list[str]]) -> None:
        done, longest = 0, max(map(len, cells))
        while done < longest:
            room = int((HEIGHT - FOOT - 2 - self.y - 2 * GAP) / LINE)
            # A row is kept whole where a page can hold it.
            if room < 1 or (done == 0 and room < longest < 40):
                self.pages.append([])
                self.y = MARGIN
                self._head()
                room = int((HEIGHT - FOOT - 2 - self.y - 2 * GAP) / LINE)
            taken = min(room, longest - done)
            self._lines(cells, done, done + taken)
            self.y += 2 * GAP
            done += taken
        self.pages[-1].append((MARGIN, WIDTH - MARGIN, self.y, 0.1))

    def _lines(self, cells: list[list[str]], begin: int, end: int) -> None:
        x = MARGIN
        for lines, width in zip(cells, self.widths, strict=True):
            for place, line in enumerate(lines[begin:end]):
                if line:
                    self.pages[-1].append((x + 0.5, self.y + GAP + (place + 0.75) * LINE, SMALL, "", line))
            x += width
        self.y += (end - begin) * LINE


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between the two characters."""
    if after in NOT_FIRST or before in NOT_LAST:
        return False
    return before == " " or before in ";,/" or ord(before) >= FIRST_WIDE or ord(after) >= FIRST_WIDE


def _chooses_a_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def visible(text: str, drawn: Any) -> str:
    """The text with whatever cannot be seen, or cannot be drawn, as its code: [U+202E]."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(
        each if each == "\n" or (ord(each) in drawn and unicodedata.category(each) not in UNSEEN and not _chooses_a_variant(each)) else f"[U+{ord(each):04X}]" for each in said
    )
