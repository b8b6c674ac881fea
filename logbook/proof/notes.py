"""Signed notes and checkpoints as C2SP lays them down, as pure functions (A18, I2; docs/record.md).

c2sp.org/signed-note, c2sp.org/tlog-checkpoint: lines of text, an empty line, a line for each signature. The name of the
key is the origin of the book, so that one private key has another key id in each book.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "— "
LONGEST_NOTE = 100_000


class BadNote(ValueError):
    """A text is not a signed note, or not a checkpoint."""


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: a book's origin, how many entries its tree holds, and the tree's root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that name a key in a signature line."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The public key as tools for signed notes take it: name, key id and key, joined by plus signs."""
    return f"{name}+{key_id(name, public).hex()}+{_text64(ED25519 + public)}"


def parsed_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and public key of a verifier key. Raises BadNote for anything else."""
    name, _plus, rest = text.strip().partition("+")
    named, _plus, encoded = rest.partition("+")
    key = _bytes64(encoded)
    if len(key) != 33 or key[:1] != ED25519 or named != key_id(name, key[1:]).hex() or not name:
        raise BadNote("This is not a verifier key of Ed25519.")
    return name, key[1:]


def head_text(head: Head) -> str:
    """The three lines of a checkpoint."""
    return f"{head.origin}\n{head.size}\n{_text64(head.root)}\n"


def signed_checkpoint(head: Head, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note that the key has signed under the book's origin as its name."""
    text, public = head_text(head), key.public_key().public_bytes_raw()
    signature = _text64(key_id(head.origin, public) + key.sign(text.encode()))
    return f"{text}\n{DASH}{head.origin} {signature}\n"


def opened_note(note: str) -> tuple[str, list[Signature]]:
    """The text of a note and its signatures, unverified. Raises BadNote for a text that is no note."""
    if len(note) > LONGEST_NOTE or any(ord(each) < 32 and each != "\n" for each in note):
        raise BadNote("The note is too long or holds control characters.")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("A note has a text, an empty line and signatures.")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, _space, encoded = line.removeprefix(DASH).partition(" ")
        given = _bytes64(encoded)
        if not line.startswith(DASH) or not name or "+" in name or len(given) < 5:
            raise BadNote("A signature line of the note is not one.")
        signatures.append(Signature(name, given[:4], given[4:]))
    return text + "\n", signatures


def parsed_head(text: str) -> Head:
    """What the text of a checkpoint says. Raises BadNote for another text."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
        raise BadNote("A checkpoint has an origin, a size and a root.")
    root = _bytes64(lines[2])
    if not (lines[1].isascii() and lines[1].isdigit()) or lines[1] != str(int(lines[1])) or len(root) != 32:
        raise BadNote("Size or root of the checkpoint is not one.")
    return Head(lines[0], int(lines[1]), root)


def head_signed_by(note: str, public: bytes) -> Head:
    """What a checkpoint says, if this key has signed it under the name of its origin; others' signatures are passed over.

    Raises BadNote where the note is none, where the key has not signed it, or where its signature does not fit.
    """
    text, signatures = opened_note(note)
    head = parsed_head(text)
    own = [each for each in signatures if (each.name, each.key_id) == (head.origin, key_id(head.origin, public))]
    if not own:
        raise BadNote("The key has not signed this checkpoint.")
    for each in own:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(each.signature, text.encode())
        except (InvalidSignature, ValueError) as error:
            raise BadNote("The signature of the checkpoint does not fit.") from error
    return head


def _text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("This is not Base64.") from error
