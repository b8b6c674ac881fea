"""The place of attached files: each lies under its SHA-256, written whole or not at all, never overwritten (A18, docs/record.md)."""

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

DIGEST = re.compile(r"^[0-9a-f]{64}$")
LEVEL = re.compile(r"^[0-9a-f]{2}$")
INCOMING = "incoming"


class Altered(Exception):
    """What lies under a digest has another one."""


def path_of(digest: str) -> Path:
    """Where the file of that digest lies. Raises ValueError for what is no digest."""
    if not DIGEST.match(digest):
        raise ValueError(f"{digest!r} is no SHA-256.")
    return Path(settings.FILES_DIR) / digest[:2] / digest[2:4] / digest


def digest_of(content: bytes) -> str:
    """The SHA-256 under which the content lies."""
    return hashlib.sha256(content).hexdigest()


def put(content: bytes) -> str:
    """Stores the content and returns its digest; what stands there already stays. Raises Altered where that is another content.

    1. Written beside, to the disk. 2. Linked under its name, which never replaces a file. 3. The folder goes to the disk.
    """
    digest = digest_of(content)
    place = path_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    incoming = Path(settings.FILES_DIR) / INCOMING
    incoming.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=incoming) as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), 0o440)
        os.fsync(file.fileno())
        try:
            os.link(file.name, place)
        except FileExistsError:
            content_of(digest)
            return digest
    for folder in (place.parent, place.parent.parent, place.parent.parent.parent):
        _to_disk(folder)
    return digest


def content_of(digest: str) -> bytes:
    """What lies under the digest. Raises FileNotFoundError, or Altered where it is not what the digest says."""
    content = path_of(digest).read_bytes()
    if digest_of(content) != digest:
        logger.error("The file %s is not what its digest says.", digest)
        raise Altered(digest)
    return content


def size_of(digest: str) -> int | None:
    """How many bytes lie under the digest; None where nothing does."""
    try:
        return path_of(digest).stat().st_size
    except FileNotFoundError:
        return None


def holds(digest: str) -> bool:
    """Whether what lies under the digest is what it says; read in pieces, so that memory stays small."""
    try:
        with open(path_of(digest), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False


def remove(digest: str) -> None:
    """Takes the file away; nothing happens where there is none. Only `logbook.actions.attachments` may decide that."""
    with suppress(FileNotFoundError):
        path_of(digest).unlink()


def names() -> Iterator[str]:
    """The names of all stored files, in their order; a name that is no digest lies where only files lie, and is told too."""
    root = Path(settings.FILES_DIR)
    for first in _folders(root):
        for second in _folders(first):
            yield from sorted(each.name for each in second.iterdir())


def clear_incoming(before: datetime) -> int:
    """Removes what a process that died has left half written before that moment; returns how many."""
    done = 0
    incoming = Path(settings.FILES_DIR) / INCOMING
    for each in incoming.iterdir() if incoming.is_dir() else ():
        with suppress(FileNotFoundError):
            if each.stat().st_mtime < before.timestamp():
                each.unlink()
                done += 1
    return done


def _folders(root: Path) -> list[Path]:
    return sorted(each for each in root.iterdir() if LEVEL.match(each.name) and each.is_dir()) if root.is_dir() else []


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
