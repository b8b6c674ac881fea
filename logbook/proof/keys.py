"""The signing key: a file outside the database and its backups, read here and nowhere else (A18, I2; docs/record.md)."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from logbook.models import SigningKey


class KeyAway(Refused):
    """The signing key cannot be used; `word` says how, for /health/ready/. Nothing is signed, and nothing replaced."""

    def __init__(self, word: str, reason: object, remedy: object) -> None:
        super().__init__("I2", reason, remedy)  # type: ignore[arg-type]
        self.word = word


def read_signing_key() -> Ed25519PrivateKey:
    """The private key of the file. Raises KeyAway where there is none, it cannot be read, or it is another than the one in use."""
    key = _read(settings.SIGNING_KEY_FILE)
    current = SigningKey.objects.last()
    if current is not None and bytes(current.public) != key.public_key().public_bytes_raw():
        raise KeyAway(
            "another", _("The signing key file holds another key than the one in use."),
            _("Put the right file back; a new key is announced with `manage.py signing_key --rotate`."),
        )
    return key


def state_of_key() -> str:
    """One word for /health/ready/ and the pages: ok, missing, unreadable, another."""
    try:
        read_signing_key()
    except KeyAway as away:
        return away.word
    return "ok"


def make_key_file(path: Path) -> bytes:
    """Writes a new private key that only its owner reads, and returns the public part. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return key.public_key().public_bytes_raw()


def next_key_file() -> Path:
    """Where a new key lies until its announcement is committed."""
    return settings.SIGNING_KEY_FILE.with_name(settings.SIGNING_KEY_FILE.name + ".next")


def public_of(path: Path) -> bytes:
    """The public part of the key in a file. Raises KeyAway."""
    return _read(path).public_key().public_bytes_raw()


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyAway(
            "missing", _("The signing key file is not there."),
            _("Put it back from where it is kept; if it is lost, `manage.py signing_key --rotate --lost` announces a new one."),
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise KeyAway(
            "unreadable", _("The signing key file cannot be read."), _("Give the web, worker and clock processes the right to read it."),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyAway("unreadable", _("The signing key file holds no Ed25519 key."), _("Put the right file back."))
    return key
