"""The tree over the kept digests, recomputed, against every checkpoint: stored ones and those that come from outside (A18, I2)."""

from collections.abc import Iterator, Sequence

from django.db import connection

from logbook.models import Book, Checkpoint, Entry, TreeNode
from logbook.proof.confirming import levels_for
from logbook.proof.fetching import ahead, as_cells
from logbook.proof.finding import Breach, kind_of
from logbook.proof.merkle import BLOCK, BLOCK_LEVEL, HASH, Growing, levels_of
from logbook.proof.notes import BadNote, Head, head_signed_by
from logbook.purged import Purged

CHUNK = 64 * BLOCK
ZEROS = bytes(HASH)


def verify_sealed(book: Book, reach: int, outside: Sequence[Head], purged: Purged) -> tuple[int, Breach | None]:
    """How many checkpoints of the book hold, and the first breach: of a number, link, digest, stored node, signature or root.

    1. Signatures of the stored checkpoints, each with the key that the book announced.
    2. Numbers, links and digests of all entries that stand against the digests kept apart, 16,384 at a time.
    3. The tree over those, its root at each checkpoint's size, and the nodes that are kept of it.
    """
    heads, breach = _stored_heads(book, purged)
    if breach is not None:
        return 0, breach
    waiting = sorted([*heads, *((head, "a checkpoint from outside") for head in outside)], key=lambda each: each[0].size)
    tree, held, before, last = Growing(levels_for(reach)), 0, 0, ZEROS
    nodes: list[bytes] = []
    for first, kept, entries, previous in _chunks(book, reach, purged.begins):
        # Of what is purged only the digests stand: compared are entries from the first one on that stands.
        away = min(max(purged.begins - first, 0) * HASH, len(kept))
        links, whole = last + kept, len(kept) == min(CHUNK, reach - first + 1) * HASH
        if away and not whole:
            return held, _first_lost(book, first)
        if entries != kept[away:] or previous != links[away : len(links) - HASH]:
            return held, _first_odd(book, first + away // HASH, kept[away:], entries, previous, links[away : away + HASH])
        if not whole:
            return held, _first_lost(book, first)
        last = kept[-HASH:]
        for at in range(0, len(kept), BLOCK * HASH):
            tree.add(kept[at : at + BLOCK * HASH])
            if tree.newest_node is not None:
                nodes.append(tree.newest_node)
            while waiting and waiting[0][0].size <= tree.size:
                head, what = waiting.pop(0)
                if tree.root_at(head.size) != head.root:
                    words = f"{what} over {head.size} entries has another root: one of the entries from {before + 1} to {head.size} was changed"
                    return held, Breach(book.origin, before + 1, "changed", words)
                held, before = held + 1, head.size
    if waiting:
        head, what = waiting[0]
        words = f"{what} covers {head.size} entries, and {tree.size} are there"
        return held, Breach(book.origin, tree.size + 1, "cut_off", words)
    return held, _verify_nodes(book, nodes, max((head.size for head, _what in heads), default=0))


def _first_lost(book: Book, first: int) -> Breach:
    """The first number of a chunk whose kept digest is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(n) FROM generate_series(%s::bigint, %s) AS n WHERE NOT EXISTS"
            " (SELECT FROM logbook_entrydigest WHERE book_id = %s AND number = n)", [first, first + CHUNK - 1, book.pk],
        )
        number = cursor.fetchone()[0]
    return Breach(book.origin, number, "missing", "its digest is not among those kept apart")


def _stored_heads(book: Book, purged: Purged) -> tuple[list[tuple[Head, str]], Breach | None]:
    """What the stored checkpoints say, each signed by a key that the book knows when it was made."""
    heads: list[tuple[Head, str]] = []
    announced: set[bytes] = set()
    before = 0
    for row in Checkpoint.objects.filter(book=book).select_related("key").order_by("pk"):
        public = bytes(row.key.public)
        try:
            head = head_signed_by(row.note, public)
        except BadNote as error:
            return heads, Breach(book.origin, row.size, "signature", f"the checkpoint over {row.size} entries: {error}")
        if head != Head(book.origin, row.size, bytes(row.root)):
            return heads, Breach(book.origin, row.size, "signature", f"the checkpoint over {row.size} entries says something else")
        # The entry that announced a key was covered by a checkpoint of the key before: with that it may have been purged.
        if announced and public not in announced and before > purged.last and not _announces(book, public, row.size):
            return heads, Breach(book.origin, row.size, "signature", f"the key of the checkpoint over {row.size} entries was never announced")
        announced.add(public)
        before = row.size
        heads.append((head, "the checkpoint"))
    return heads, None


def _announces(book: Book, public: bytes, size: int) -> bool:
    codes = ("signing_key_changed", "signing_key_lost")
    return Entry.objects.filter(book=book, number__lte=size, code__in=codes, fields__new_key=public.hex()).exists()


CHUNKS = """
SELECT (SELECT string_agg(digest, ''::bytea ORDER BY number) FROM logbook_entrydigest WHERE book_id = {book} AND number BETWEEN {first} AND {last}),
    string_agg(digest, ''::bytea ORDER BY number), string_agg(previous, ''::bytea ORDER BY number)
FROM logbook_entry WHERE book_id = {book} AND number BETWEEN {begins} AND {last}
"""


def _chunks(book: Book, reach: int, begins: int) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """First number, kept digests, digests and links of the entries, each joined, 16,384 numbers at a time."""
    firsts = range(1, reach + 1, CHUNK)
    asked = [CHUNKS.format(book=int(book.pk), first=at, begins=max(at, begins), last=min(at + CHUNK - 1, reach)) for at in firsts]
    for first, (kept, digests, links) in zip(firsts, ahead(asked, as_cells), strict=True):
        yield first, kept, digests, links


def _first_odd(book: Book, first: int, kept: bytes, entries: bytes, previous: bytes, last: bytes) -> Breach:
    """The first number of a chunk at which kept digest, digest and link do not agree."""
    place = 0
    for place in range(0, max(len(kept), len(entries)), HASH):
        here = kept[place : place + HASH]
        if here != entries[place : place + HASH] or previous[place : place + HASH] != (kept[place - HASH : place] if place else last):
            break
    number = first + place // HASH
    return Breach(book.origin, number, kind_of(book, number), "its digest or link is not the one kept apart")


def _verify_nodes(book: Book, made: list[bytes], sealed: int) -> Breach | None:
    """The kept nodes of the tree against those just made: a wrong one would spoil the next checkpoint.

    All that are complete at the size of the newest stored checkpoint must be there; later ones are made when they are needed.
    """
    level, known = BLOCK_LEVEL, []
    while made:
        known.append(level)
        kept = list(TreeNode.objects.filter(book=book, level=level).order_by("position").values_list("position", "digest"))
        if len(kept) < sealed >> level:
            return Breach(book.origin, (len(kept) << level) + 1, "projection", "a node of the tree that a checkpoint needed is not kept any more")
        for place, (position, digest) in enumerate(kept):
            if position != place or place >= len(made) or bytes(digest) != made[place]:
                return Breach(book.origin, (place << level) + 1, "projection", "a node kept of the tree is not what the digests make")
        whole = len(made) // BLOCK * BLOCK
        made = [levels_of(b"".join(made[at : at + BLOCK]))[BLOCK_LEVEL][0] for at in range(0, whole, BLOCK)]
        level += BLOCK_LEVEL
    if TreeNode.objects.filter(book=book).exclude(level__in=known).exists():
        return Breach(book.origin, 1, "projection", "a node is kept of a tree that is not as large")
    return None
