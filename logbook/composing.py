"""What a typed line says by itself: its kind by a short prefix, its place by the way units are written (A8, A17).

The composer does the same in the browser (static/duty_desk/composer.js); here it serves browsers without scripts.
"""

import re
from collections.abc import Iterable

from desks.models import EntryKind

TRIGGERS = "#＃、/／"
# 5栋1203, 5 棟 2 单元 1203, B座9A, 5-1203, 5-2-1203; never a part of a phone number or of a date.
PLACE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{1,3}|[A-Z])\s?(?:栋|棟|幢|座|号楼|號樓)\s?(?:[0-9]{1,2}\s?(?:单元|單元)\s?)?[0-9]{1,4}[A-Z]?[0-9]?"
    r"|(?<![0-9A-Za-z-])[0-9]{1,2}-(?:[0-9]{1,2}-)?[0-9]{3,4}[A-Z]?(?![0-9A-Za-z-])",
    re.IGNORECASE,
)


def kind_from_text(text: str, kinds: Iterable[EntryKind]) -> tuple[EntryKind | None, str]:
    """The kind that a prefix at the beginning names, and the text without the prefix; nothing and the text as it is.

    A prefix in Latin letters ends with a space or with the text; one in Chinese needs no space. The longest one wins.
    """
    if not text or text[0] not in TRIGGERS:
        return None, text
    rest = text[1:]
    ways = [(way.casefold(), kind) for kind in kinds for way in {*kind.prefixes, kind.code}]
    for way, kind in sorted(ways, key=lambda pair: -len(pair[0])):
        if not rest.casefold().startswith(way):
            continue
        after = rest[len(way) :]
        if not after or after[0].isspace() or not way.isascii():
            return kind, after.lstrip(" \u3000\t:：,，")
    return None, text


def place_in(text: str) -> str:
    """The first unit that the text names, as it is written there without spaces; empty where it names none."""
    found = PLACE.search(text)
    return re.sub(r"\s", "", found.group(0)) if found else ""
