"""The stand-alone export: a ZIP that proves itself on any machine (A18, A19; the form is in docs/record.md)."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from logbook.files.store import Altered, content_of
from logbook.models import Book, Checkpoint, SigningKey
from logbook.proof import standalone
from logbook.proof.notes import verifier_key
from logbook.proof.rows import (
    DIGEST,
    LEAF,
    NULL,
    RECORDED_AT,
    SECRET,
    TEXT,
    Row,
    ordinary_fields,
    stream,
    unescaped,
    written_moment,
)
from logbook.rules import ATTACHMENT, attachments_in

READ_ME = """This is the record of a duty book, with everything that proves it.

record.json            the books in this file, and when it was made
<book>/book.json       the book's origin and how many entries are here
<book>/entries.jsonl   one entry in a line: fields, salts, digest
<book>/checkpoints.txt the signed checkpoints of the book
<book>/keys.txt        the public keys; compare them with those that you kept yourself
attachments/<digest>   the photos of the entries, each under its SHA-256
verify.py              verifies all of it: python verify.py

"withheld" holds the commitment of a value that is not in this file: left out for its reader, or erased by rule.
The form is laid down in docs/record.md of the program.
"""


def write_bundle(books: Sequence[tuple[Book, int]], *, personal: bool, now: datetime) -> IO[bytes]:
    """The books, each with its entries up to a number, as a ZIP in a temporary file; whoever sends it closes it.

    Without `personal`, values with salts of their own but the text are withheld.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        names = [f"book-{place}" for place, _book in enumerate(books, start=1)]
        archive.writestr("README.txt", READ_ME)
        archive.writestr("verify.py", Path(standalone.__file__).read_bytes())
        archive.writestr("record.json", _json({"form": "duty-desk-record/1", "made_at": now.isoformat(), "books": names}) + "\n")
        attached: dict[str, None] = {}
        keys = [bytes(key.public) for key in SigningKey.objects.order_by("-pk")]
        for name, (book, last) in zip(names, books, strict=True):
            archive.writestr(f"{name}/book.json", _json({"origin": book.origin, "entries": last}) + "\n")
            archive.writestr(f"{name}/keys.txt", "".join(f"{verifier_key(book.origin, key)}\n" for key in keys))
            notes = Checkpoint.objects.filter(book=book, size__lte=last).order_by("size", "pk").values_list("note", flat=True)
            archive.writestr(f"{name}/checkpoints.txt", "\n".join(dict.fromkeys(notes)))
            with archive.open(f"{name}/entries.jsonl", "w", force_zip64=True) as entries:
                for line in _entry_lines(book, last, personal=personal, attached=attached):
                    entries.write(line)
        write_attachments(archive, attached)
    file.seek(0)
    return file


def digests_in(file: IO[bytes] | str | Path) -> dict[str, list[str]]:
    """The digests of each book's entries in an export, in order, by origin. Raises ValueError for a file that is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            found: dict[str, list[str]] = {}
            for name in json.loads(archive.read("record.json"))["books"]:
                with archive.open(f"{name}/entries.jsonl") as lines:
                    found[json.loads(archive.read(f"{name}/book.json"))["origin"]] = [json.loads(line)["digest"] for line in lines]
            return found
    except (OSError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"This is not an export of the record: {error}") from error


def _entry_lines(book: Book, last: int, *, personal: bool, attached: dict[str, None]) -> Iterator[bytes]:
    """The lines of the book's entries; the digests of the files that they name are noted in `attached`."""
    for row in stream(book.pk, 1, last):
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
    """One entry as a line of the export has it; a name of the leaf without a value here is withheld.

    Under a veil the photos are withheld like the text.
    """
    own = {
        name: {"salt": salt.hex(), "value": value.decode()} for name, salt, value in row.own if personal or name == "text"
    }
    veiled = row.columns[TEXT] == NULL and b"\\ntext " in row.columns[LEAF]
    fields = {name: value.decode() for name, value in ordinary_fields(row) if not (veiled and name.startswith(ATTACHMENT))}
    committed = dict(line.split(" ", 1) for line in unescaped(row.columns[LEAF]).decode().split("\n")[5:-1])
    return {
        "number": row.number, "recorded_at": written_moment(row.columns[RECORDED_AT]).decode(), "secret": row.columns[SECRET].decode(),
        "fields": fields, "own": own,
        "withheld": {name: made for name, made in committed.items() if name not in fields and name not in own},
        "digest": row.columns[DIGEST].decode(),
    }


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
