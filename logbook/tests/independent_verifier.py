"""A second implementation of docs/record.md: imports nothing of ours, reads plain rows, written from the text alone."""

import hashlib
from typing import Any


def check(entries: list[dict[str, Any]], origin: str) -> list[str]:
    """What is wrong with a book whose entries are (number, recorded, fields: name -> (salt, value), digest)."""
    wrong, before = [], bytes(32)
    for place, entry in enumerate(entries, start=1):
        commitments = {}
        for name, (salt, value) in entry["fields"].items():
            parts = [salt, len(name.encode()).to_bytes(2, "big"), name.encode()]
            parts += [len(value.encode()).to_bytes(4, "big"), value.encode()]
            commitments[name.encode()] = hashlib.sha256(b"".join(parts)).hexdigest().encode()
        body = b"".join(name + b" " + commitments[name] + b"\n" for name in sorted(commitments))
        head = [b"duty-desk-entry/1", origin.encode(), str(place).encode(), entry["recorded"].encode(), before.hex().encode()]
        leaf = b"\n".join(head) + b"\n" + body
        digest = hashlib.sha256(b"\x00" + leaf).digest()
        if entry["number"] != place or digest != entry["digest"]:
            wrong.append(f"#{place}")
        before = entry["digest"]
    return wrong
