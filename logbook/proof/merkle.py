"""The Merkle tree of RFC 6962 over the digests of a book's entries, as pure functions (A18, I2; docs/record.md).

A leaf of the tree is an entry's digest, which is a leaf hash of RFC 6962 already; its index is the entry's number less
one. `nodes(level, position)` gives the hash of a complete subtree of 2**level leaves, the first of which has the index
position × 2**level; whoever calls decides where such hashes come from.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]
HASH = 32
EMPTY_ROOT = sha256(b"").digest()
BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL
"""So many leaves make one stored node; so many stored nodes make the next."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return sha256(b"\x01" + left + right).digest()


def levels_of(block: bytes) -> list[list[bytes]]:
    """The complete nodes above at most 256 hashes that stand joined in `block`, level by level, the hashes first."""
    hash_of = sha256
    levels = [[block[at : at + HASH] for at in range(0, len(block), HASH)]]
    while len(levels[-1]) > 1:
        joined = b"".join(levels[-1])
        pairs = len(levels[-1]) // 2 * 2 * HASH
        levels.append([hash_of(b"\x01" + joined[at : at + 2 * HASH]).digest() for at in range(0, pairs, 2 * HASH)])
    return levels


def complete_subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """The largest complete subtrees that make up the leaves from `begin` to before `end`, as (level, position)."""
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def folded_root(hashes: Sequence[bytes]) -> bytes:
    """The root above complete subtrees that grow smaller from left to right; of none the root of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    made = hashes[-1]
    for left in reversed(hashes[:-1]):
        made = node_hash(left, made)
    return made


def root_of_range(begin: int, end: int, nodes: Nodes) -> bytes:
    """The root above the leaves from `begin` to before `end`, a range that the tree itself makes."""
    return folded_root([nodes(level, position) for level, position in complete_subtrees(begin, end)])


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return root_of_range(0, size, nodes)


def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes from the leaf's sibling up to the root's child (RFC 6962, 2.1.1). Raises ValueError beyond the tree."""
    if not 0 <= index < size:
        raise ValueError("There is no such leaf in a tree of this size.")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root_of_range(middle, end, nodes))
            end = middle
        else:
            path.append(root_of_range(begin, middle, nodes))
            begin = middle
    return path[::-1]


def consistency_path(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The hashes that show the tree of `old` leaves as the beginning of that of `new` (RFC 6962, 2.1.2).

    Raises ValueError where the sizes are not 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError("An older tree is not larger than a newer one, and not empty.")
    begin, end, path = 0, new, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(root_of_range(middle, end, nodes))
            end = middle
        else:
            path.append(root_of_range(begin, middle, nodes))
            begin = middle
    if begin:
        path.append(root_of_range(begin, end, nodes))
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that leaf and path lead to; None where the path has another length than one of this place has."""
    if not 0 <= index < size:
        return None
    at, last, made, rest = index, size - 1, leaf, list(path)
    while last:
        if at & 1 or at == last:
            if at & 1:
                if not rest:
                    return None
                made = node_hash(rest.pop(0), made)
            # A last node without a sibling is its own parent.
        else:
            if not rest:
                return None
            made = node_hash(made, rest.pop(0))
        at, last = at >> 1, last >> 1
    return made if not rest else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows the tree of `old` leaves as the beginning of that of `new` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not path
    if old == 0:
        return old_root == EMPTY_ROOT and not path
    if not 0 < old < new:
        return False
    rest = list(path)
    if old & (old - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = rest.pop(0)
    for each in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, each)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Growing:
    """A tree that grows by blocks of 256 leaves and tells its root at every size within the newest block."""

    def __init__(self, levels: Callable[[bytes], list[list[bytes]]] = levels_of) -> None:
        """`levels` does what `levels_of` does."""
        self._levels_of = levels
        self.size = 0
        self._before: list[tuple[int, bytes]] = []
        self._levels: list[list[bytes]] = [[]]

    def add(self, block: bytes) -> None:
        """Adds the next leaves, joined. Every block but the last one holds 256. Raises ValueError for another one."""
        if self.size % BLOCK or not 0 < len(block) <= BLOCK * HASH or len(block) % HASH:
            raise ValueError("A tree grows by blocks of 256 leaves; only the last one is shorter.")
        if self.size:
            level, made = BLOCK_LEVEL, self._levels[-1][0]
            while self._before and self._before[-1][0] == level:
                made = node_hash(self._before.pop()[1], made)
                level += 1
            self._before.append((level, made))
        self._levels = self._levels_of(block)
        self.size += len(block) // HASH

    @property
    def newest_node(self) -> bytes | None:
        """The hash above the newest block, where that is a whole one."""
        return self._levels[BLOCK_LEVEL][0] if len(self._levels) > BLOCK_LEVEL else None

    @property
    def newest_block_begins(self) -> int:
        """The smallest size whose root it still tells."""
        return (self.size - 1) // BLOCK * BLOCK if self.size else 0

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves. Raises ValueError for a size outside the newest block."""
        begin = self.newest_block_begins
        if not begin <= size <= self.size:
            raise ValueError("Only the newest block's sizes are known.")
        inside = [self._levels[level][position] for level, position in complete_subtrees(0, size - begin)]
        return folded_root([made for _level, made in self._before] + inside)


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """The nodes above leaves that are all at hand: for small trees."""

    def node(level: int, position: int) -> bytes:
        if level == 0:
            return leaves[position]
        return node_hash(node(level - 1, 2 * position), node(level - 1, 2 * position + 1))

    return node


def _split(width: int) -> int:
    return 1 << ((width - 1).bit_length() - 1)
