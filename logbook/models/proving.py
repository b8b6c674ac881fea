"""What proves the record to others (A18, I2): nodes of the tree. Guarded like the record itself."""

from django.db import models

from logbook.models.record import Book


class TreeNode(models.Model):
    """The hash of a complete subtree of a book's Merkle tree, 2**level leaves from position × 2**level on.

    Only levels 8, 16 and 24 are kept. The database makes them (`record_tree_grow`): they say nothing that the digests
    do not say, and let a root or a path of a long book be read with a few hundred rows.
    """

    table_class = "derived"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="tree_nodes")
    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "level", "position"], name="tree_node_once_in_its_book")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.level}/{self.position}"
