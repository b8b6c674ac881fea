"""Marks in a text what a search has found there, safely: every piece is escaped, only <mark> is added (A17)."""

from collections.abc import Sequence
from html import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from logbook.folding import UNIT, UNIT_MARK, folded_in_place, unit_of
from logbook.lines import Line


def mark_hits(lines: Sequence[Line], words: Sequence[str]) -> None:
    """Marks the folded words in what the lines say, in their threads and in what they belong to: all that a search looks through."""
    done: set[int] = set()
    for line in lines:
        _mark(line, words, done)


def _mark(line: Line, words: Sequence[str], done: set[int]) -> None:
    # Two hits of one thread share the entry with which it began; what is marked is HTML and is not marked again.
    if id(line) in done:
        return
    done.add(id(line))
    if not line.hidden:
        line.text, line.place, line.said = (marked(each, words) for each in (line.text, line.place, line.said))
        line.own_values = [(label, marked(value, words)) for label, value in line.own_values]
        line.changes = [(label, old, marked(new, words)) for label, old, new in line.changes]
        line.tags = [_marked_in_tag(each, words) for each in line.tags]
    for each in (*line.thread, *([line.began_with] if line.began_with is not None else [])):
        _mark(each, words, done)


def _marked_in_tag(shown: SafeString, words: Sequence[str]) -> SafeString:
    # The words stand last in a tag and are escaped there.
    before, close, end = shown.removesuffix("</span>").rpartition(">")
    said = marked(unescape(end), words)
    return mark_safe(f"{before}{close}{said}</span>") if isinstance(said, SafeString) else shown  # noqa: S308


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
