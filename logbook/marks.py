"""Marks in a text what a search has found there, safely: every piece is escaped, only <mark> is added (A17)."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from logbook.folding import UNIT, UNIT_MARK, folded_in_place, unit_of
from logbook.lines import Line


def mark_hits(lines: Sequence[Line], words: Sequence[str]) -> None:
    """Marks the folded words in text and place of the lines, of their threads and of what they answer."""
    for line in lines:
        if not line.hidden:
            line.text, line.place = marked(line.text, words), marked(line.place, words)
        mark_hits(line.thread, words)
        if line.began_with is not None and not isinstance(line.began_with.text, SafeString):
            mark_hits([line.began_with], words)


def marked(text: str, words: Sequence[str]) -> str:
    """The text with <mark> around each of the folded words; unchanged, and still to be escaped, where none stands in it."""
    said, origin = folded_in_place(text)
    spans = sorted({(origin[first], origin[last - 1] + 1) for word in words for first, last in _places(said, word)})
    if not spans:
        return text
    pieces, done = [], 0
    for first, last in spans:
        if last > done:
            begin = max(first, done)
            pieces += [escape(text[done:begin]), "<mark>", escape(text[begin:last]), "</mark>"]
            done = last
    # Every piece of what somebody wrote is escaped above.
    return mark_safe("".join([*pieces, escape(text[done:])]).replace("</mark><mark>", ""))  # noqa: S308


def _places(said: str, word: str) -> list[tuple[int, int]]:
    if word.startswith(UNIT_MARK):
        return [found.span() for found in UNIT.finditer(said) if unit_of(found) == word]
    places, start = [], said.find(word)
    while start >= 0:
        places.append((start, start + len(word)))
        start = said.find(word, start + len(word))
    return places
