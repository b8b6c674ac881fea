"""A second implementation of docs/record.md: imports nothing of ours, reads plain rows, written from the text alone."""

import hashlib
from datetime import datetime, timedelta
from typing import Any


def check(entries: list[dict[str, Any]], origin: str) -> list[str]:
    """What is wrong with a book whose entries are (number, recorded, fields: name -> (salt, value), digest).

    `gone` names what was erased or veiled: name -> commitment, and the number of the entry that says so.
    """
    wrong, before = [], bytes(32)
    for place, entry in enumerate(entries, start=1):
        commitments = {}
        for name, (salt, value) in entry["fields"].items():
            parts = [salt, len(name.encode()).to_bytes(2, "big"), name.encode()]
            parts += [len(value.encode()).to_bytes(4, "big"), value.encode()]
            commitments[name.encode()] = hashlib.sha256(b"".join(parts)).hexdigest().encode()
        for name, gone in entry.get("gone", {}).items():
            if says_so(entries, entry, name, gone["by"], origin):
                commitments[name.encode()] = gone["commitment"].encode()
        body = b"".join(name + b" " + commitments[name] + b"\n" for name in sorted(commitments))
        head = [b"duty-desk-entry/1", origin.encode(), str(place).encode(), entry["recorded"].encode(), before.hex().encode()]
        leaf = b"\n".join(head) + b"\n" + body
        digest = hashlib.sha256(b"\x00" + leaf).digest()
        if entry["number"] != place or digest != entry["digest"]:
            wrong.append(f"#{place}")
        before = entry["digest"]
    return wrong


def says_so(entries: list[dict[str, Any]], entry: dict[str, Any], name: str, by: int, origin: str) -> bool:
    """Whether entry `by` rightly says that this field of the entry was erased, or that its text is veiled."""
    if not entry["number"] < by <= len(entries):
        return False
    note = entries[by - 1]
    said = {key: value for key, (_, value) in note["fields"].items()}
    if name == "text":
        two_people = said.get("author") not in {None, said.get("asked_ref")}
        return said.get("code") == "text_veiled" and said.get("refers_to") == f"{origin} {entry['number']}" and two_people
    if said.get("code") != f"personal_erased_{name}":
        return False
    erased = sorted(each["number"] for each in entries for key, gone in each.get("gone", {}).items() if (key, gone["by"]) == (name, by))
    listed = hashlib.sha256("".join(f"{number} {name}\n" for number in erased).encode()).hexdigest()
    age = datetime.fromisoformat(note["recorded"]) - datetime.fromisoformat(entry["recorded"])
    return listed == said["erased_digest"] and age >= timedelta(days=max(30, int(said["days"])))
