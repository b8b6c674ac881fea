"""The proof of one entry as a file that tools of others read: C2SP tlog-proof (A18; docs/record.md)."""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from logbook.models import Checkpoint, Entry
from logbook.proof.merkle import inclusion_path
from logbook.proof.rows import SECRET, ordinary_fields, stream
from logbook.proof.tree import stored_nodes


def names_in_leaf(entry: Entry) -> list[str]:
    """The names of the fields that the entry has committed to."""
    return [line.split(" ", 1)[0] for line in entry.leaf.split("\n")[5:-1]]


def opened_values(entry: Entry, names: list[str]) -> dict[str, dict[str, str]]:
    """Salt (hex) and value of each of the names. Raises Refused for one whose value is not there any more.

    The salt of an ordinary field opens that field alone; the entry's secret, which opens all of them, stays here.
    """
    row = next(stream(entry.book_id, entry.number, entry.number))
    secret = bytes.fromhex(row.columns[SECRET].decode())
    known = {name: (sha256(secret + name.encode()).digest(), value) for name, value in ordinary_fields(row)}
    known |= {name: (salt, value) for name, salt, value in row.own}
    if gone := [name for name in names if name not in known]:
        raise Refused(
            "A18", _("The value of %(name)s is not in the record any more.") % {"name": gone[0]}, _("Leave it out of the proof."), field="shown"
        )
    return {name: {"salt": known[name][0].hex(), "value": known[name][1].decode()} for name in names}


def proof_text(entry: Entry, checkpoint: Checkpoint, shown: list[str]) -> str:
    """The proof: the leaf and the opened values as extra data, the path to the checkpoint's root, the checkpoint."""
    extra: dict[str, Any] = {"leaf": entry.leaf, "shown": opened_values(entry, shown)}
    path = inclusion_path(entry.number - 1, checkpoint.size, stored_nodes(entry.book))
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {_text64(json.dumps(extra, ensure_ascii=False, separators=(',', ':'), sort_keys=True).encode())}",
        f"index {entry.number - 1}",
        *(_text64(each) for each in path),
    ]
    return "\n".join(lines) + "\n\n" + checkpoint.note


ROWS_ON_PAPER, WIDTH_ON_PAPER = 26, 88
"""So many rows of the sheet are for what the entry says, and so many narrow characters stand in one; the file has all of it."""
ROWS_OF_A_CUT = 1
MOST_ROWS_OF_ONE = 12


@dataclass(frozen=True)
class OnPaper:
    """A value as the sheet shows it, and of a longer one what it is cut from: its length in characters, and the SHA-256 of its UTF-8."""

    words: str
    length: int
    digest: str
    """Empty where nothing is cut."""


def on_paper(values: list[str]) -> list[OnPaper]:
    """The values, each cut to as many rows as leave all of them on one page, whatever somebody wrote (A18)."""
    rows = [_rows_of(value) for value in values]
    for most in range(MOST_ROWS_OF_ONE, 0, -1):
        cut = ["".join(each[:most]).rstrip("\n") if len(each) > most else value for each, value in zip(rows, values, strict=True)]
        if sum(len(each) if len(each) <= most else most + ROWS_OF_A_CUT for each in rows) <= ROWS_ON_PAPER:
            break
    return [
        OnPaper(words, len(value), "" if words == value else sha256(value.encode()).hexdigest())
        for words, value in zip(cut, values, strict=True)
    ]


def _rows_of(value: str) -> list[str]:
    """The value in the rows that it takes on paper; wide characters count twice."""
    rows, width = [""], 0
    for character in value:
        wide = 2 if east_asian_width(character) in "WF" else 1
        if rows[-1].endswith("\n") or width + wide > WIDTH_ON_PAPER:
            rows.append("")
            width = 0
        rows[-1] += character
        width += wide
    return rows


def sheet_of(text: str) -> str:
    """The lines of a proof that the sheet prints: all but the leaf and the opened values, which are as long as what they say."""
    return "\n".join(line if not line.startswith("extra ") else "extra …" for line in text.split("\n"))


def _text64(data: bytes) -> str:
    return base64.b64encode(data).decode()
