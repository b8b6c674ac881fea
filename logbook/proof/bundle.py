"""The stand-alone export: a ZIP that proves itself on any machine (A18, A19; the form is in docs/record.md)."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from logbook.files.store import Altered, content_of
from logbook.gone import Gone
from logbook.models import Book, Checkpoint, EntryDigest, SigningKey
from logbook.proof import standalone
from logbook.proof.merkle import complete_subtrees
from logbook.proof.notes import verifier_key
from logbook.proof.rows import (
    DIGEST,
    LEAF,
    RECORDED_AT,
    SECRET,
    TEXT,
    Row,
    ordinary_fields,
    says_a_text,
    stream,
    written_moment,
)
from logbook.proof.tree import stored_nodes
from logbook.rules import ATTACHMENT, attachments_in

FORM = "duty-desk-record/3"
MOST_AFTER = 100_000
"""So many digests after its last entry an archive takes along at most, to reach the checkpoint that covers it."""

READ_ME = """This is the record of a duty book, with everything that proves it.

record.json            the books in this file, and when it was made
<book>/book.json       the book's origin and how many entries are here
<book>/entries.jsonl   one entry in a line: fields, salts, digest
<book>/digests.txt     where the first entries were purged: their digests, one in a line
<book>/after.txt       in an archive: the digests after its last entry, up to the next checkpoint
<book>/checkpoints.txt the signed checkpoints of the book
<book>/keys.txt        the public keys; compare them with those that you kept yourself
attachments/<digest>   the photos of the entries, each under its SHA-256
verify.py              verifies all of it: python verify.py

"withheld" holds the commitment of a value that is not in this file. "left_out" names those left out for its reader, "erased" and
"veiled" those that do not stand any more, with the number of the entry that says so. What none of them names is missing.
The form is laid down in docs/record.md of the program.
"""


@dataclass(frozen=True)
class Part:
    """What of a book goes out: its numbers from one to another."""

    book: Book
    last: int
    first: int = 1
    alone: bool = False
    """An archive: of what lies before and after it, only what ties it to the checkpoints goes along."""


def write_bundle(parts: Sequence[Part], *, personal: bool, now: datetime) -> IO[bytes]:
    """The parts of books as a ZIP in a temporary file; whoever sends it closes it. A book has what its tree needs kept (`grow_tree`).

    Without `personal`, values with salts of their own but the text are left out. What does not stand and no entry erased or veiled
    is named by nothing in the file: its verifier finds that it is missing.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        names = [f"book-{place}" for place, _part in enumerate(parts, start=1)]
        archive.writestr("README.txt", READ_ME)
        archive.writestr("verify.py", Path(standalone.__file__).read_bytes())
        said = {"form": FORM, "made_at": now.isoformat(), "personal": personal, "books": names}
        archive.writestr("record.json", _json(said) + "\n")
        attached: dict[str, None] = {}
        keys = [bytes(key.public) for key in SigningKey.objects.order_by("-pk")]
        for name, part in zip(names, parts, strict=True):
            archive.writestr(f"{name}/keys.txt", "".join(f"{verifier_key(part.book.origin, key)}\n" for key in keys))
            _write_beside(archive, name, part)
            with archive.open(f"{name}/entries.jsonl", "w", force_zip64=True) as entries:
                for line in _entry_lines(part, personal=personal, attached=attached):
                    entries.write(line)
        write_attachments(archive, attached)
    file.seek(0)
    return file


def _write_beside(archive: zipfile.ZipFile, name: str, part: Part) -> None:
    """What the book's file says of itself, its checkpoints, and the digests before and after that tie the part to them."""
    said: dict[str, Any] = {"origin": part.book.origin, "entries": part.last}
    checkpoints = Checkpoint.objects.filter(book=part.book).order_by("size", "pk")
    reach = part.last
    if part.alone:
        said["part"] = True
        covering = checkpoints.filter(size__gte=part.last, size__lte=part.last + MOST_AFTER).first()
        reach = covering.size if covering is not None else part.last
        checkpoints = checkpoints.filter(size__gte=part.first - 1)
    if part.first > 1 or part.alone:
        before = part.first - 1
        nodes = stored_nodes(part.book)
        said |= {
            "first": part.first, "previous": digests_of(part.book, before, before)[0] if before else "00" * 32,
            "tree": [nodes(level, position).hex() for level, position in complete_subtrees(0, before)],
        }
        if before and not part.alone:
            said["digests"] = True
            archive.writestr(f"{name}/digests.txt", "".join(f"{each}\n" for each in digests_of(part.book, 1, before)))
    if reach > part.last:
        said["after"] = True
        archive.writestr(f"{name}/after.txt", "".join(f"{each}\n" for each in digests_of(part.book, part.last + 1, reach)))
    archive.writestr(f"{name}/book.json", _json(said) + "\n")
    notes = checkpoints.filter(size__lte=reach).values_list("note", flat=True)
    archive.writestr(f"{name}/checkpoints.txt", "\n".join(dict.fromkeys(notes)))


def digests_of(book: Book, first: int, last: int) -> list[str]:
    """The kept digests (hex) from one number to another."""
    rows = EntryDigest.objects.filter(book=book, number__gte=first, number__lte=last).order_by("number")
    return [bytes(digest).hex() for digest in rows.values_list("digest", flat=True)]


def digests_in(file: IO[bytes] | str | Path) -> dict[str, dict[int, str]]:
    """The digests of each book's entries in an export or archive, by number, by origin. Raises ValueError for a file that is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            found: dict[str, dict[int, str]] = {}
            for name in json.loads(archive.read("record.json"))["books"]:
                book = json.loads(archive.read(f"{name}/book.json"))
                there = found.setdefault(book["origin"], {})
                if book.get("digests"):
                    there |= dict(enumerate(archive.read(f"{name}/digests.txt").decode().split(), start=1))
                with archive.open(f"{name}/entries.jsonl") as lines:
                    there |= dict(enumerate((json.loads(line)["digest"] for line in lines), start=book.get("first", 1)))
            return found
    except (OSError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"This is not an export of the record: {error}") from error


def _entry_lines(part: Part, *, personal: bool, attached: dict[str, None]) -> Iterator[bytes]:
    """The lines of the part's entries; the digests of the files that they name are noted in `attached`."""
    for row in stream(part.book.pk, part.first, part.last, Gone(part.book.pk)):
        entry = plain_entry(row, personal=personal)
        attached.update((each.digest, None) for each in attachments_in(entry["fields"]))
        yield (_json(entry) + "\n").encode()


def write_attachments(archive: zipfile.ZipFile, digests: Iterable[str]) -> None:
    """Puts the files of these digests into the archive; what is missing or altered is left out, and the verifier finds it."""
    for digest in digests:
        with suppress(FileNotFoundError, Altered):
            # A photo does not become smaller.
            archive.writestr(f"attachments/{digest}", content_of(digest), zipfile.ZIP_STORED)


def plain_entry(row: Row, *, personal: bool) -> dict[str, Any]:
    """One entry as a line of the export has it; a name of the leaf without a value here is withheld, and it is said why.

    Under a veil the photos are withheld like the text.
    """
    own = {
        name: {"salt": salt.hex(), "value": value.decode()} for name, salt, value in row.own if personal or name == "text"
    }
    said_by = {line.split(" ", 1)[0]: number for line, number in row.explained.items()}
    untold = row.columns[TEXT] is None and says_a_text(row)
    fields = dict(ordinary_fields(row))
    under_veil = [name for name in fields if untold and name.startswith(ATTACHMENT)]
    veiled = dict.fromkeys(["text", *under_veil], said_by.pop("text")) if "text" in said_by else {}
    shown = {name: value.decode() for name, value in fields.items() if name not in under_veil}
    committed = dict(line.split(" ", 1) for line in row.columns[LEAF].decode().split("\n")[5:-1])
    return {
        "number": row.number, "recorded_at": written_moment(row.columns[RECORDED_AT]).decode(), "secret": row.columns[SECRET].decode(),
        "fields": shown, "own": own,
        "withheld": {name: made for name, made in committed.items() if name not in shown and name not in own},
        "left_out": sorted(name for name, *_rest in row.own if name not in own), "erased": said_by, "veiled": veiled,
        "digest": row.columns[DIGEST].decode(),
    }


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
