"""The stored nodes are those of the tree, whoever reads them, and nobody writes them but the database (I1, I2)."""

import hashlib

import pytest
from django.db import Error, connection, transaction

from desks.testing import Town
from logbook import actions
from logbook.models import TreeNode
from logbook.proof import merkle
from logbook.proof.tree import grow_tree, stored_nodes

SIZE = 66_000


@pytest.fixture
def long_book(town: Town, as_owner, request):
    """A book of digests without entries: 66,000 of them, enough for a node of each of two levels, unless said."""
    book = actions.book_of(town.desk)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entrydigest (book_id, number, digest, recorded_at) "
            "SELECT %s, n, sha256(convert_to(n::text, 'UTF8')), now() FROM generate_series(1, %s) AS n", [book.pk, getattr(request, "param", SIZE)],
        )
    return book


LEAVES = [hashlib.sha256(str(number).encode()).digest() for number in range(1, SIZE + 1)]


@pytest.mark.clause("I2")
def test_roots_and_paths_from_stored_nodes_are_those_from_the_leaves(long_book, django_assert_max_num_queries) -> None:
    assert grow_tree(long_book) == SIZE // 256 + 1
    assert grow_tree(long_book) == 0
    tree, roots = merkle.Growing(), {}
    for begin in range(0, SIZE, 256):
        tree.add(b"".join(LEAVES[begin : begin + 256]))
        roots |= {size: tree.root_at(size) for size in (begin + 1, begin + 77, tree.size) if size <= tree.size}
    for size in (1, 77, 256, 257, 65_536, 65_537, SIZE):
        assert merkle.root_of(size, stored_nodes(long_book)) == roots[size]
    for index in (0, 255, 256, 65_535, 65_536, SIZE - 1):
        with django_assert_max_num_queries(5):
            path = merkle.inclusion_path(index, SIZE, stored_nodes(long_book))
        assert len(path) <= 17 and merkle.root_by_inclusion(LEAVES[index], index, SIZE, path) == roots[SIZE]
    path = merkle.consistency_path(257, SIZE, stored_nodes(long_book))
    assert merkle.is_consistent(257, roots[257], SIZE, roots[SIZE], path)
    with pytest.raises(LookupError):
        stored_nodes(long_book)(8, SIZE // 256)


@pytest.mark.clause("I2")
@pytest.mark.parametrize("long_book", [600], indirect=True)
def test_a_tree_does_not_grow_over_a_gap(long_book, as_owner) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrydigest DISABLE TRIGGER record_refuses_change")
        cursor.execute("DELETE FROM logbook_entrydigest WHERE number = 300")
    with pytest.raises(Error, match="without a gap"), transaction.atomic():
        grow_tree(long_book)


@pytest.mark.clause("I1")
@pytest.mark.parametrize("long_book", [600], indirect=True)
def test_the_application_writes_no_node_itself(long_book) -> None:
    grow_tree(long_book)
    node = TreeNode.objects.first()
    for attack in (
        lambda: TreeNode.objects.update(digest=bytes(32)), node.delete, node.save,
        lambda: TreeNode.objects.create(book=long_book, level=8, position=999, digest=bytes(32)),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
