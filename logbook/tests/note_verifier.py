"""A second reader of signed notes, written from c2sp.org/signed-note and tlog-checkpoint alone; imports nothing of ours."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def read(note: str, vkey: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that the key of `vkey` has signed. Raises an error for anything else."""
    name, named_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    assert key[0] == 1 and hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == named_id
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    for line in lines.splitlines():
        assert line.startswith("\u2014 ")
        signer, data = line[2:].split(" ")
        raw = base64.b64decode(data, validate=True)
        if (signer, raw[:4].hex()) == (name, named_id):
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], text.encode())
            origin, size, root = text.splitlines()[:3]
            return origin, int(size), base64.b64decode(root, validate=True)
    raise AssertionError("not signed by this key")
