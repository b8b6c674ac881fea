"""The proof of one entry as a file that tools of others read: C2SP tlog-proof (A18; docs/record.md)."""

import base64
import json
from hashlib import sha256
from typing import Any

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


def _text64(data: bytes) -> str:
    return base64.b64encode(data).decode()
