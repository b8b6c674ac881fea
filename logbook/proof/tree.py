"""A book's Merkle tree as it stands in the database: a root or a path in a few queries, however long the book is (I2)."""

from django.db import connection

from logbook.models import Book, EntryDigest, TreeNode
from logbook.proof.merkle import BLOCK, BLOCK_LEVEL, Nodes, levels_of


def grow_tree(book: Book) -> int:
    """Lets the database add the nodes that the newest digests complete; returns how many. Holds the book (I2)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_tree_grow(%s)", [book.pk])
        return int(cursor.fetchone()[0])


def stored_nodes(book: Book) -> Nodes:
    """The nodes of the book's tree, read 256 children at a time and kept for as long as the answer lives.

    Asked for a node that is not complete, or that `grow_tree` has not made yet, it raises LookupError.
    """
    blocks: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(level: int, position: int) -> bytes:
        above = level % BLOCK_LEVEL
        base, block = level - above, position >> (BLOCK_LEVEL - above)
        if (base, block) not in blocks:
            blocks[base, block] = levels_of(b"".join(_children(book, base, block * BLOCK)))
        inside = position - (block << (BLOCK_LEVEL - above))
        try:
            return blocks[base, block][above][inside]
        except IndexError as error:
            raise LookupError(f"Node {level}/{position} of {book.origin} is not there.") from error

    return node


def _children(book: Book, level: int, first: int) -> list[bytes]:
    if level == 0:
        leaves = EntryDigest.objects.filter(book=book, number__gt=first, number__lte=first + BLOCK)
        return [bytes(digest) for digest in leaves.order_by("number").values_list("digest", flat=True)]
    nodes = TreeNode.objects.filter(book=book, level=level, position__gte=first, position__lt=first + BLOCK)
    return [bytes(digest) for digest in nodes.order_by("position").values_list("digest", flat=True)]
