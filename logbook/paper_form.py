"""A form as a PDF: A4 upright, headings, facts, tables and a QR code, in the typeface and by the breaks of `logbook.paper` (A35)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from logbook.paper import FACES, LANGUAGES, POINT, Breaker, Mark

WIDTH, HEIGHT, MARGIN, FOOT = 210.0, 297.0, 14.0, 12.0
ROOM = WIDTH - 2 * MARGIN
SMALL, USUAL, MIDDLE, LARGE = 7.5, 9.0, 11.0, 15.0
GAP = 1.0


class Form:
    """Collects what stands where, page by page, and writes it at the end, when the number of pages is known."""

    def __init__(self, title: str, foot: str, *, language: str, author: str, made_at: datetime) -> None:
        # Loaded when the first form is made: they take a third of a second that no other process should spend.
        from fpdf import FPDF
        from noto_cjk_sans_otc import FONT_PATH

        self.pdf = FPDF("P", "mm", "A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.add_font("text", "", FONT_PATH, collection_font_number=FACES.get(language, FACES["zh-hans"]))
        self.pdf.set_title(title)
        self.pdf.set_author(author)
        self.pdf.set_creator("duty_desk")
        self.pdf.set_lang(LANGUAGES.get(language, "en"))
        self.pdf.set_creation_date(made_at)
        self.breaker, self.foot = Breaker(self.pdf.fonts["text"]), foot
        self.pages: list[list[Mark]] = [[]]
        self.y = MARGIN
        self.text(title, size=LARGE)

    def _room_for(self, height: float) -> None:
        if self.y + height > HEIGHT - FOOT and self.pages[-1]:
            self.pages.append([])
            self.y = MARGIN

    def text(self, text: str, *, size: float = USUAL, x: float = 0, width: float = ROOM) -> None:
        """A paragraph, broken into lines."""
        for line in self.breaker.broken(text, width, size):
            self._room_for(size * POINT * 1.4)
            self.y += size * POINT * 1.4
            self.pages[-1].append((MARGIN + x, self.y, size, "", line))

    def heading(self, text: str, room: float = 22) -> None:
        """What the next part is; it stands on one page with so many millimetres of it at the least."""
        self._room_for(room)
        self.y += 4
        self.text(text, size=MIDDLE)
        self.y += 1

    def table(self, headings: Sequence[str], shares: Sequence[float], rows: Iterable[Sequence[str]]) -> None:
        """Rows under a head that comes again on each page; a row that no page holds goes on on the next one."""
        widths = [ROOM * share / sum(shares) for share in shares]
        if any(headings):
            self._head(headings, widths)
        for row in rows:
            cells = [self.breaker.broken(text, width - 2, SMALL) for text, width in zip(row, widths, strict=True)]
            self._row(cells, widths, headings)

    def _head(self, headings: Sequence[str], widths: Sequence[float]) -> None:
        cells = [self.breaker.broken(text, width - 2, SMALL) for text, width in zip(headings, widths, strict=True)]
        height = max(map(len, cells)) * SMALL * POINT * 1.3 + 2 * GAP
        self._room_for(height + 8)
        self.pages[-1].append((MARGIN, MARGIN + ROOM, self.y, height))
        self._lines(cells, widths, 0, max(map(len, cells)))

    def _row(self, cells: list[list[str]], widths: Sequence[float], headings: Sequence[str]) -> None:
        done, longest, line = 0, max(map(len, cells)), SMALL * POINT * 1.3
        while done < longest:
            room = int((HEIGHT - FOOT - self.y - 2 * GAP) / line)
            # A row is kept whole where a page can hold it.
            if room < 1 or (done == 0 and room < longest < 60):
                self.pages.append([])
                self.y = MARGIN
                if any(headings):
                    self._head(headings, widths)
                room = int((HEIGHT - FOOT - self.y - 2 * GAP) / line)
            taken = min(room, longest - done)
            self._lines(cells, widths, done, done + taken)
            done += taken
        self.pages[-1].append((MARGIN, MARGIN + ROOM, self.y, 0.1))

    def _lines(self, cells: list[list[str]], widths: Sequence[float], begin: int, end: int) -> None:
        line, x = SMALL * POINT * 1.3, MARGIN
        for lines, width in zip(cells, widths, strict=True):
            for place, words in enumerate(lines[begin:end]):
                if words:
                    self.pages[-1].append((x + 1, self.y + GAP + (place + 0.8) * line, SMALL, "", words))
            x += width
        self.y += (end - begin) * line + 2 * GAP

    def code(self, text: str, beside: str, size: float = 42) -> None:
        """The text as a QR code, black on white, and beside it words, the text itself among them."""
        import segno

        lines = self.breaker.broken(beside, ROOM - size - 6, SMALL)
        line = SMALL * POINT * 1.3
        self._room_for(max(size, len(lines) * line))
        rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
        cell, top = size / (len(rows) + 8), self.y
        for down, row in enumerate(rows):
            across = 0
            while across < len(row):
                run = across
                while run < len(row) and row[run]:
                    run += 1
                if run > across:
                    self.pages[-1].append((MARGIN + (across + 4) * cell, top + (down + 4) * cell, (run - across) * cell, cell * 1.02, "dark", 0))
                across = max(run, across + 1)
        for place, words in enumerate(lines):
            self.pages[-1].append((MARGIN + size + 4, top + 4 + place * line, SMALL, "", words))
        self.y = top + max(size, len(lines) * line + 4)

    def sign_lines(self, names: Sequence[str]) -> None:
        """Room for names by hand, side by side, with who it is below each line."""
        self._room_for(24)
        self.y += 16
        width = ROOM / max(len(names), 1)
        for place, name in enumerate(names):
            self.pages[-1].append((MARGIN + place * width, MARGIN + (place + 1) * width - 6, self.y, 0.2))
            self.pages[-1].append((MARGIN + place * width, self.y + 4, SMALL, "", name))
        self.y += 6

    def write(self, file: IO[bytes]) -> int:
        """Writes everything into the file and returns the number of pages."""
        for number, marks in enumerate(self.pages, 1):
            self.pdf.add_page()
            for left, right, y, height in (mark for mark in marks if len(mark) == 4):
                self.pdf.set_fill_color(228 if height > 1 else 150)
                self.pdf.rect(left, y, right - left, height, style="F")
            self.pdf.set_fill_color(0)
            for x, y, width, height, *_more in (mark for mark in marks if len(mark) == 6):
                self.pdf.rect(x, y, width, height, style="F")
            for x, y, size, *_end, words in (mark for mark in marks if len(mark) == 5):
                self.pdf.set_font("text", size=size)
                self.pdf.text(x, y, words)
            self.pdf.set_font("text", size=SMALL)
            self.pdf.text(MARGIN, HEIGHT - FOOT + 6, self.foot)
            count = _("Page %(number)d of %(count)d") % {"number": number, "count": len(self.pages)}
            self.pdf.text(WIDTH - MARGIN - self.pdf.get_string_width(count), HEIGHT - FOOT + 6, count)
        file.write(self.pdf.output())
        return len(self.pages)
