"""The tree is that of RFC 6962: roots and paths as an implementation by others makes them (A18, I2)."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from logbook.proof import merkle

CALM = settings(derandomize=True, deadline=None, max_examples=100)
DATA = [f"entry {number}\n".encode() for number in range(1200)]
LEAVES = [hashlib.sha256(b"\x00" + data).digest() for data in DATA]
THEIRS = InmemoryTree(algorithm="sha256")
THEIRS.append_entries(DATA)
sizes = st.integers(1, len(DATA))


@pytest.mark.clause("I2")
@given(size=st.integers(0, len(DATA)))
@CALM
def test_roots_are_theirs(size: int) -> None:
    assert merkle.root_of(size, merkle.nodes_of(LEAVES)) == THEIRS.get_root(size)


@pytest.mark.clause("I2")
@given(data=st.data(), size=sizes)
@CALM
def test_inclusion_paths_are_theirs_and_lead_to_the_root(data, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, merkle.nodes_of(LEAVES))
    # Their path begins with the leaf itself; RFC 6962 leaves it out.
    assert [LEAVES[index], *path] == list(THEIRS.prove_inclusion(index + 1, size).path)
    root = THEIRS.get_root(size)
    assert merkle.root_by_inclusion(LEAVES[index], index, size, path) == root
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert merkle.root_by_inclusion(LEAVES[other], index, size, path) != root
    if path:
        assert merkle.root_by_inclusion(LEAVES[index], index, size, path[:-1]) is None
        spoilt = data.draw(st.integers(0, len(path) - 1))
        assert merkle.root_by_inclusion(LEAVES[index], index, size, [*path[:spoilt], bytes(32), *path[spoilt + 1 :]]) != root
    assert merkle.root_by_inclusion(LEAVES[index], index, size, [*path, bytes(32)]) is None
    assert merkle.root_by_inclusion(LEAVES[index], size, size, path) is None


@pytest.mark.clause("I2")
@given(data=st.data(), new=sizes)
@CALM
def test_consistency_paths_lead_to_their_roots(data, new: int) -> None:
    old = data.draw(st.integers(1, new))
    # Their own proofs split the older tree at another place than RFC 6962 does, so the roots are what is compared.
    path = merkle.consistency_path(old, new, merkle.nodes_of(LEAVES))
    roots = THEIRS.get_root(old), THEIRS.get_root(new)
    assert merkle.is_consistent(old, roots[0], new, roots[1], path)
    assert not merkle.is_consistent(old, bytes(32), new, roots[1], path)
    assert not merkle.is_consistent(old, roots[0], new, bytes(32), path)
    assert not merkle.is_consistent(old, roots[0], new, roots[1], [*path, bytes(32)])
    if path:
        assert not merkle.is_consistent(old, roots[0], new, roots[1], path[1:])
    assert merkle.is_consistent(0, merkle.EMPTY_ROOT, new, roots[1], [])
    assert not merkle.is_consistent(new + 1, roots[0], new, roots[1], path)


@pytest.mark.clause("I2")
@pytest.mark.parametrize(("old", "path"), [(3, "c d g l"), (4, "l"), (6, "i j k"), (7, "")])
def test_the_consistency_paths_that_rfc_6962_prints(old: int, path: str) -> None:
    node = merkle.nodes_of(LEAVES)
    named = {name: LEAVES[at] for at, name in enumerate("abcdef")} | {"j": LEAVES[6]}
    named |= {"g": node(1, 0), "h": node(1, 1), "i": node(1, 2), "k": node(2, 0)}
    named["l"] = merkle.node_hash(named["i"], named["j"])
    assert merkle.consistency_path(old, 7, node) == [named[name] for name in path.split()]


@pytest.mark.clause("I2")
def test_a_growing_tree_tells_each_root_of_its_newest_block() -> None:
    tree = merkle.Growing()
    assert tree.root_at(0) == merkle.EMPTY_ROOT
    for begin in range(0, len(LEAVES), merkle.BLOCK):
        tree.add(b"".join(LEAVES[begin : begin + merkle.BLOCK]))
        for size in {begin, begin + 1, begin + 100, tree.size - 1, tree.size} - {0}:
            assert tree.root_at(min(size, tree.size)) == THEIRS.get_root(min(size, tree.size))
    with pytest.raises(ValueError):
        tree.root_at(3)
    with pytest.raises(ValueError):
        tree.add(LEAVES[0])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_there_is_no_path_beyond_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion_path(index, size, merkle.nodes_of(LEAVES))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_path_between_sizes_that_do_not_follow(old: int, new: int) -> None:
    with pytest.raises(ValueError):
        merkle.consistency_path(old, new, merkle.nodes_of(LEAVES))
