#!/usr/bin/env python3
"""Verifies an export of a duty book, or the proof of one entry, on any machine with Python 3.9 or newer and nothing else.

    python verify.py                               the export in the folder where this file lies
    python verify.py EXPORT.zip --key VKEY         an export, with a public key that came another way
    python verify.py --checkpoint KEPT.txt         compares with checkpoints that somebody kept, too
    python verify.py --proof ENTRY.tlog-proof --key VKEY

Written from docs/record.md, RFC 6962, RFC 8032 and c2sp.org (signed-note, tlog-checkpoint, tlog-proof); it imports nothing
of the program whose record it verifies. Exit code 0: everything holds; 1: something does not; 2: it could not be read.
"""

import argparse
import base64
import json
import os
import re
import sys
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256, sha512

FORM, OLDER_FORMS = "duty-desk-record/3", ("duty-desk-record/1", "duty-desk-record/2")

# Ed25519, verifying only (RFC 8032, 5.1): points in extended coordinates.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_sum(one, other):
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    """The point so many times."""
    made = (0, 1, 1, 0)
    while number:
        if number & 1:
            made = point_sum(made, point)
        point, number = point_sum(point, point), number >> 1
    return made


def point_of(data):
    """The point of 32 bytes, or None."""
    if len(data) != 32:
        return None
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, text, signature):
    """Whether the Ed25519 signature over the text is the key's."""
    key, commitment = point_of(public), point_of(signature[:32]) if len(signature) == 64 else None
    answer = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or answer >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + text).digest(), "little") % ORDER
    left, right = times(answer, BASE), point_sum(commitment, times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


class Bad(Exception):
    """Something does not hold: of what kind, and where."""


def decoded(text):
    """The bytes of a Base64 text."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad(f"signature wrong: {text[:40]!r} is not Base64") from None


def verifier_key(text):
    """Name and public key of a line `name+id+key`."""
    parts = text.strip().split("+", 2)
    key = decoded(parts[2]) if len(parts) == 3 else b""
    if len(key) != 33 or key[0] != 1 or parts[1] != sha256(parts[0].encode() + b"\n" + key).digest()[:4].hex():
        raise Bad(f"signature wrong: {text.strip()[:60]!r} is not a public key")
    return parts[0], key[1:]


def checkpoint(note, keys):
    """Origin, size and root of a checkpoint that one of the keys has signed."""
    text, gap, lines = note.rpartition("\n\n")
    text += "\n"
    parts = text.split("\n")
    if not gap or len(parts) < 4 or not re.fullmatch(r"0|[1-9][0-9]*", parts[1]):
        raise Bad("signature wrong: this is not a checkpoint")
    for line in lines.splitlines():
        name, _, data = line[2:].partition(" ")
        for key_name, public in keys:
            known = sha256(key_name.encode() + b"\n\x01" + public).digest()[:4]
            if line[:2] == "\u2014 " and name == key_name == parts[0] and decoded(data)[:4] == known:
                if signed(public, text.encode(), decoded(data)[4:]):
                    return parts[0], int(parts[1]), decoded(parts[2])
                raise Bad(f"signature wrong: the checkpoint over {parts[1]} entries")
    raise Bad(f"signature wrong: the checkpoint over {parts[1]} entries is signed by none of the keys")


def commitment(salt, name, value):
    """What stands in the leaf for a value, hex."""
    named, said = name.encode(), value.encode()
    return sha256(salt + len(named).to_bytes(2, "big") + named + len(said).to_bytes(4, "big") + said).hexdigest()


def digest_of(entry, origin, previous):
    """The digest of an entry of the export, recomputed from what it says."""
    secret = bytes.fromhex(entry["secret"])
    lines = {name: commitment(sha256(secret + name.encode()).digest(), name, value) for name, value in entry["fields"].items()}
    lines.update({name: commitment(bytes.fromhex(own["salt"]), name, own["value"]) for name, own in entry["own"].items()})
    lines.update(entry["withheld"])
    head = f"duty-desk-entry/1\n{origin}\n{entry['number']}\n{entry['recorded_at']}\n{previous}\n"
    # By code point, which is the order of the bytes in UTF-8.
    leaf = head + "".join([f"{name} {lines[name]}\n" for name in sorted(lines)])
    return sha256(b"\x00" + leaf.encode()).digest()


def check_attachments(entry, attached):
    """How many files the entry names; each must be there, whole and unaltered. Raises Bad."""
    names = [name for name in entry["fields"] if name[:11] == "attachment_" and re.fullmatch("attachment_[0-9]{2}", name)]
    for name in sorted(names):
        said = re.fullmatch(r"([0-9a-f]{64}) [a-z]+/[a-z0-9.+-]+ ([0-9]+)", entry["fields"][name])
        found = attached(said[1]) if said else None
        if not said or not found:
            raise Bad(f"missing: the file of {name} of number {entry['number']}")
        if found != (said[1], int(said[2])):
            raise Bad(f"changed: the file of {name} of number {entry['number']}")
    return len(names)


class Gone:
    """Why values of entries are not in the file: left out for its reader, or erased or veiled by an entry that comes later."""

    def __init__(self, origin, first, record):
        self.origin, self.first, self.personal, self.older = origin, first, record.get("personal"), record["form"] in OLDER_FORMS
        self.claims, self.untold, self.left_out, self.erased, self.veiled = {}, 0, 0, 0, 0

    def note(self, entry):
        """Notes which later entry must say that a value of this one was erased or veiled. Raises Bad for one that is missing."""
        if self.older:
            self.untold += len(entry["withheld"])
        for name in sorted(entry["withheld"]) if not self.older else []:
            kind = "erased" if name in entry["erased"] else "veiled"
            by = entry[kind].get(name)
            if by is None and name in entry["left_out"] and name != "text" and not self.personal:
                self.left_out += 1
            elif by is None or by <= entry["number"]:
                raise Bad(f"missing: {name} of number {entry['number']}, and no entry erased or veiled it by rule")
            else:
                self.claims.setdefault(by, []).append((kind, entry["number"], name, entry["recorded_at"]))

    def compare(self, entry):
        """Compares this entry with all that it is said to have erased or veiled. Raises Bad."""
        claims = self.claims.pop(entry["number"], [])
        for kind, number, name, recorded_at in claims:
            if not (self.erases(entry, number, name, recorded_at, claims) if kind == "erased" else self.veils(entry, number, name)):
                raise Bad(f"missing: {name} of number {number}, and entry {entry['number']} does not say that it was {kind}")
        self.erased += sum(claim[0] == "erased" for claim in claims)
        self.veiled += sum(claim[0] == "veiled" and claim[2] == "text" for claim in claims)

    def erases(self, entry, number, name, recorded_at, claims):
        """Whether the entry rightly says that it erased this value, and all the others that the file says."""
        said = entry["fields"]
        if said.get("act") != "act" or "author" in said or said.get("code") != f"personal_erased_{name}":
            return False
        written, erased = (datetime.strptime(each, "%Y-%m-%dT%H:%M:%S.%f%z") for each in (recorded_at, entry["recorded_at"]))
        within = int(said["first"]) <= number <= int(said["last"]) and len(claims) <= int(said["count"])
        listed = sha256("".join(f"{each[1]} {each[2]}\n" for each in claims).encode()).hexdigest()
        # Of entries before the first one here nobody can say what of them was erased.
        whole = int(said["first"]) < self.first or listed == said["erased_digest"]
        return within and whole and erased - written >= timedelta(days=max(30, int(said["days"])))

    def veils(self, entry, number, name):
        """Whether the entry rightly says that the text of that number is veiled, by two people."""
        said = entry["fields"]
        right = (said.get("act"), said.get("code"), said.get("refers_to")) == ("act", "text_veiled", f"{self.origin} {number}")
        return bool(right and re.fullmatch("text|attachment_[0-9]{2}", name) and said.get("author") not in (None, said.get("asked_ref")))

    def told(self):
        """What of all that is said to the reader."""
        later = sum(len(each) for each in self.claims.values())
        rest = f"; {self.left_out} values left out for the reader of this file" if self.left_out else ""
        rest += f"; {self.untold} values withheld: a file of this form does not tell left out, erased and missing apart" if self.untold else ""
        rest += f"; {self.erased} values erased and {self.veiled} texts veiled, each by an entry that says so" if self.erased or self.veiled else ""
        return rest + (f"; {later} values erased or veiled by entries after the last one here: not compared" if later else "")


def add_leaf(tree, node):
    """Adds a leaf to the complete subtrees of a tree, the largest first: (level, hash)."""
    level = 0
    while tree and tree[-1][0] == level:
        node, level = sha256(b"\x01" + tree.pop()[1] + node).digest(), level + 1
    tree.append((level, node))


def root_of(tree):
    """The root above complete subtrees."""
    root = tree[-1][1]
    for _, left in reversed(tree[:-1]):
        root = sha256(b"\x01" + left + root).digest()
    return root


class Growing:
    """A book's tree as it grows, compared with each checkpoint as soon as it has that size."""

    def __init__(self, heads):
        self.size, self.tree, self.waiting, self.covered, self.held = 0, [], list(heads), 0, 0

    def add(self, digest):
        """Adds one leaf."""
        self.size += 1
        add_leaf(self.tree, digest)
        self.compare()

    def compare(self):
        """Compares with the checkpoints of this size. Raises Bad."""
        while self.waiting and self.waiting[0][1] == self.size:
            if self.waiting.pop(0)[2] != root_of(self.tree):
                raise Bad(f"changed: one of the numbers {self.covered + 1} to {self.size} is not what the checkpoint over {self.size} entries says")
            self.covered, self.held = self.size, self.held + 1


def begun(read, folder, book, growing):
    """The digest before the first entry here, of a book whose first part is in another file. Raises Bad.

    With digests.txt the tree over that part is recomputed; else it is taken as book.json says, and the next checkpoint proves it.
    """
    before = book["first"] - 1
    levels = [level for level in range(before.bit_length() - 1, -1, -1) if before >> level & 1]
    if len(book["tree"]) != len(levels):
        raise Bad("changed: the tree over the entries before is not whole")
    tree = [(level, bytes.fromhex(book["tree"][place])) for place, level in enumerate(levels)]
    if book.get("digests"):
        digests = read(f"{folder}/digests.txt").split()
        for digest in digests:
            growing.add(bytes.fromhex(digest))
        if growing.size != before or growing.tree != tree or digests[-1] != book["previous"]:
            raise Bad(f"changed: the digests of the numbers 1 to {before}")
    else:
        growing.waiting = [head for head in growing.waiting if head[1] >= before]
        growing.size, growing.tree = before, tree
        growing.compare()
    return book["previous"]


def check_book(read, folder, keys, kept, attached, record):
    """Checks one book of an export; returns a sentence. Raises Bad with the first thing that does not hold."""
    book = json.loads(read(f"{folder}/book.json"))
    origin, first, previous, last_time = book["origin"], book.get("first", 1), "00" * 32, ""
    notes = [*re.findall(r"(?:[^\n]+\n){3,}\n(?:\u2014 [^\n]+\n)+", read(f"{folder}/checkpoints.txt")), *kept]
    heads = sorted(head for head in (checkpoint(note, keys) for note in notes if note.startswith(origin + "\n")))
    # A text may hold other ends of lines, such as U+2028.
    lines = [line for line in read(f"{folder}/entries.jsonl").split("\n") if line]
    growing, gone, files = Growing(heads), Gone(origin, first, record), 0
    if first > 1:
        previous = begun(read, folder, book, growing)
    for line in lines:
        entry, size = json.loads(line), growing.size + 1
        if entry["number"] != size:
            later = any(json.loads(other)["number"] == size for other in lines[size - first + 1 :])
            kind = "inserted" if entry["number"] < size else "reordered" if later else "missing"
            raise Bad(f"{kind}: number {entry['number']} stands where {size} should")
        digest = digest_of(entry, origin, previous)
        if digest.hex() != entry["digest"] or entry["recorded_at"] < last_time:
            raise Bad(f"changed: number {size}")
        files += check_attachments(entry, attached)
        gone.note(entry)
        gone.compare(entry)
        previous, last_time = digest.hex(), entry["recorded_at"]
        growing.add(digest)
    size = growing.size
    if size > book["entries"]:
        raise Bad(f"inserted: number {book['entries'] + 1}")
    if size < book["entries"] or (growing.waiting and not book.get("part")):
        raise Bad(f"cut off: {size} entries, of {max([book['entries'], *(each[1] for each in growing.waiting)])}")
    if book.get("after"):
        for digest in read(f"{folder}/after.txt").split():
            growing.add(bytes.fromhex(digest))
    rest = "" if growing.covered >= size else f"; no checkpoint covers the numbers {max(growing.covered, first - 1) + 1} to {size}"
    if growing.waiting:
        rest += f"; {len(growing.waiting)} checkpoints over more than is here were not compared"
    if files:
        rest = f"; {files} attached files hold{rest}"
    what = f"{size} entries" if first == 1 else f"the numbers {first} to {size}"
    return f"{origin}: {what} and {growing.held} checkpoints hold{rest}{gone.told()}"


def check_proof(text, keys):
    """Checks the proof of one entry; returns its fields. Raises Bad (c2sp.org/tlog-proof)."""
    path, _, note = text.partition("\n\n")
    first, *lines = path.split("\n")
    if first != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):
        raise Bad("changed: this is not the proof of an entry")
    origin, size, root = checkpoint(note, keys)
    extra, index = json.loads(decoded(lines[0][6:])), int(lines[1][6:])
    made, at, last, hashes = sha256(b"\x00" + extra["leaf"].encode()).digest(), index, size - 1, [decoded(line) for line in lines[2:]]
    while last > 0:
        if at & 1 or at < last:
            if not hashes:
                raise Bad("changed: the path is too short")
            beside = hashes.pop(0)
            made = sha256(b"\x01" + (beside + made if at & 1 else made + beside)).digest()
        at, last = at >> 1, last >> 1
    leaf = extra["leaf"].split("\n")
    if hashes or made != root or not 0 <= index < size or leaf[:3] != ["duty-desk-entry/1", origin, str(index + 1)]:
        raise Bad("changed: the entry is not the one that the checkpoint covers")
    committed = dict(line.split(" ", 1) for line in leaf[5:-1])
    for name, shown in extra["shown"].items():
        if committed.get(name) != commitment(bytes.fromhex(shown["salt"]), name, shown["value"]):
            raise Bad(f"changed: the value of {name} is not the one in the entry")
    told = [f"entry {index + 1} of {origin}, recorded {leaf[3]}, stands in the book as it was at {size} entries"]
    told += [f"  {name}: {shown['value']}" for name, shown in sorted(extra["shown"].items())]
    return "\n".join(told + [f"  {name}: withheld" for name in sorted(committed.keys() - extra["shown"].keys())])


def main(arguments):
    """Does what the command line asks; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", nargs="?", default=os.path.dirname(os.path.abspath(__file__)), help="a ZIP file or its folder")
    parser.add_argument("--key", action="append", default=[], help="a public key as it was kept elsewhere: name+id+key")
    parser.add_argument("--checkpoint", action="append", default=[], help="a file with checkpoints that were kept elsewhere")
    parser.add_argument("--proof", help="the proof of one entry, instead of an export")
    asked = parser.parse_args(arguments)
    say = sys.stdout.write
    try:
        keys = [verifier_key(text) for text in asked.key]
        if asked.proof:
            with open(asked.proof, encoding="utf-8", newline="") as file:
                say(check_proof(file.read(), keys) + "\n")
            return 0
        kept = []
        for name in asked.checkpoint:
            with open(name, encoding="utf-8", newline="") as file:
                kept += re.findall(r"(?:[^\n]+\n){3,}\n(?:\u2014 [^\n]+\n)+", file.read())
        archive = zipfile.ZipFile(asked.export) if os.path.isfile(asked.export) else None

        def read(name):
            if archive is not None:
                return archive.read(name).decode()
            with open(os.path.join(asked.export, name), encoding="utf-8", newline="") as file:
                return file.read()

        def attached(digest):
            """Digest and size of the file that lies under that digest; nothing where none does."""
            made, size = sha256(), 0
            try:
                name = f"attachments/{digest}"
                with archive.open(name) if archive is not None else open(os.path.join(asked.export, name), "rb") as file:
                    for part in iter(lambda: file.read(1 << 20), b""):
                        made.update(part)
                        size += len(part)
            except (KeyError, FileNotFoundError):
                return None
            return made.hexdigest(), size

        if not keys:
            say("The public keys came with the export: compare them with those that you kept.\n")
        bad, record = False, json.loads(read("record.json"))
        if record["form"] not in (FORM, *OLDER_FORMS):
            raise ValueError(f"the form {record['form']} is not known here")
        for folder in record["books"]:
            own = keys or [verifier_key(line) for line in read(f"{folder}/keys.txt").splitlines()]
            try:
                say(check_book(read, folder, own, kept, attached, record) + "\n")
            except Bad as found:
                bad = True
                say(f"{folder}: DOES NOT HOLD: {found}\n")
        return 1 if bad else 0
    except Bad as found:
        say(f"DOES NOT HOLD: {found}\n")
        return 1
    except (OSError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        say(f"Cannot be read: {type(error).__name__}: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
