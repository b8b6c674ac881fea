"""Folds what is searched: width, case and Traditional to Simplified characters, by a library; units in one writing.

What is kept of an entry and what somebody looks for pass through here alike. The version is kept beside the folded text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from opencc import OpenCC

VERSION = 2
MOST_WORDS = 8
# Stands before a unit in its one writing: 5栋1203, 5-1203 and "Building 5, 1203" are all ⌂5-1203, which 15-1203 does not hold.
UNIT_MARK = "⌂"
# Where the area for private use begins, and how many characters it has.
PRIVATE, PRIVATE_MANY = 0xE000, 6400
# A building of at most three digits or one letter, perhaps a staircase, a room of three or four digits; after folding.
UNIT = re.compile(
    r"(?<![0-9a-z])(?<![0-9][-–—])(?:"
    r"(?:(?:building|block|tower|bldg\.?)\s?)(?P<named>[1-9]\d{0,2}|[a-z]),?\s?(?:(?:room|flat|unit)\s?)?(?P<named_room>\d{3,4})"
    r"|(?P<house>[1-9]\d{0,2}|[a-z])\s?(?:栋|幢|座|号楼|[-–—#])\s?(?:(?P<stairs>\d{1,2})(?:单元|[-–—])\s?)?(?P<room>\d{3,4})"
    r")(?![0-9a-z]|[-–—][0-9])(?:室|房)?"
)

# A number of ten digits or more said in groups, as phone numbers are: 138 0013 8000.
IN_GROUPS = re.compile(r"(?<![0-9])[0-9](?: ?[0-9]){9,15}(?![0-9])")

# Characters that have another form in some phrases only; those beyond the first plane are left to the converter.
SIMPLER_IN_PHRASES = frozenset("瞭藉覆沈牴衹")
LAST_OF_PLANE = "\uffff"


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def folded(text: str) -> str:
    """The text as searches compare it."""
    said = unicodedata.normalize("NFKC", text).casefold()
    return _converter().convert(said) if _has_traditional(said) else said


def _has_traditional(said: str) -> bool:
    """Whether a converter that looks at phrases could change anything: most texts have nothing of the kind, and are spared it."""
    return not _each_simplified().keys().isdisjoint(map(ord, said)) or not SIMPLER_IN_PHRASES.isdisjoint(said) or max(said, default="") > LAST_OF_PLANE


@cache
def _each_simplified() -> dict[int, str]:
    """Each character that has a Simplified form, by itself."""
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    pairs = zip(characters, _converter().convert("\n".join(characters)).split("\n"), strict=True)
    return {ord(character): simple for character, simple in pairs if simple != character}


def folded_in_place(text: str) -> tuple[str, list[int]]:
    """The text folded character by character, and of each character of it the place in the text that it comes from.

    Twenty times quicker than `folded`, which looks at phrases; the few words in which they differ are found and not marked.
    """
    said = unicodedata.normalize("NFKC", text).casefold()
    if len(said) == len(text):
        return said.translate(_each_simplified()), list(range(len(text)))
    pieces = [unicodedata.normalize("NFKC", each).casefold() for each in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces).translate(_each_simplified()), places


def search_text(parts: Iterable[str]) -> str:
    """What is kept for searching of an entry that says these parts: each folded, and at the end its units in one writing."""
    return with_units(folded("\n".join(part for part in parts if part)))


def with_units(said: str) -> str:
    """A folded text, and after it each unit that it names in one writing, a line each."""
    units = dict.fromkeys(unit_of(found) for found in UNIT.finditer(said))
    return "\n".join([said, *units]) if units else said


def unit_of(found: re.Match[str]) -> str:
    """The unit that UNIT has found, in its one writing."""
    named = found.groupdict()
    steps = (named["named"] or named["house"], named["stairs"], named["named_room"] or named["room"])
    return UNIT_MARK + "-".join(step for step in steps if step)


def mark_of(what: str, code: str) -> str:
    """What stands in a search text for a code, whatever it is called in whichever language: two characters that no text holds.

    The same as search_mark() of the database. They are of the area for private use, by SHA-256 of `what`, a space and the code.
    """
    made = sha256(f"{what} {code}".encode()).digest()
    return "".join(chr(PRIVATE + int.from_bytes(made[place : place + 2]) % PRIVATE_MANY) for place in (0, 2))


def words_of(asked: str) -> list[str]:
    """The words that all must be there: folded, divided at spaces, each once, a unit in its one writing; at most eight."""
    return _all_words_of(asked)[:MOST_WORDS]


def left_out_of(asked: str) -> list[str]:
    """The words beyond the eighth, which are not looked for: whoever asked is told so."""
    return [word.removeprefix(UNIT_MARK) for word in _all_words_of(asked)[MOST_WORDS:]]


def _all_words_of(asked: str) -> list[str]:
    said = folded("".join(each for each in asked if unicodedata.category(each) not in {"Cc", "Cs"} or each.isspace()))
    said = IN_GROUPS.sub(lambda number: number[0].replace(" ", ""), said)
    units = [unit_of(found) for found in UNIT.finditer(said)]
    return list(dict.fromkeys([*units, *UNIT.sub(" ", said).replace(UNIT_MARK, " ").split()]))
