"""A Merkle tree over the log, as in RFC 9162 section 2.1. Digests are 32 bytes here; hexadecimal only where stored.

A frontier is the roots of the perfect subtrees that a log of some size falls into, largest first (one for each 1 in
the size written in binary). It is all that is needed to add leaves and to give the root, so that sealing costs the
same at a hundred leaves and at two million.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The state of a log that only grows: how many leaves, and the roots of its perfect subtrees."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; at most log2(size) hashes, one on average."""
        carry, size = leaf, self.size
        while size & 1:
            carry = node_hash(self.roots.pop(), carry)
            size >>= 1
        self.roots.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> "Frontier":
        return Frontier(self.size, list(self.roots))

    def to_text(self) -> str:
        """Return the roots as a JSON list of hexadecimal digests, as a seal stores them."""
        return json.dumps([root.hex() for root in self.roots], separators=(",", ":"))

    @classmethod
    def from_text(cls, size: int, text: str) -> "Frontier":
        """Read what `to_text` wrote. Raises ValueError when it is no frontier of a log of that size."""
        roots = [bytes.fromhex(root) for root in json.loads(text)]
        if len(roots) != size.bit_count() or any(len(root) != 32 for root in roots):
            raise ValueError(f"This is not the frontier of {size} leaves")
        return cls(size, roots)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, in one pass and log n memory."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of one leaf hash, RFC 9162 section 2.1.3.1. Raises IndexError beside the log."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} in a log of {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root_of(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root_of(leaves[:k])]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the path proves that `leaf` is number `index` of the log, RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or not _are_digests([leaf, root, *proof]):
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the log of `size` leaves is the beginning of this one, RFC 9162 section 2.1.4.1."""
    if not 0 < size <= len(leaves):
        raise IndexError(f"No proof leads from {size} leaves to {len(leaves)}")
    return _subproof(leaves, size, True)


def _subproof(leaves: Sequence[bytes], size: int, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = _split(len(leaves))
    if size <= k:
        return [*_subproof(leaves[:k], size, whole), root_of(leaves[k:])]
    return [*_subproof(leaves[k:], size - k, False), root_of(leaves[:k])]


def grew_from(size: int, root: bytes, later_size: int, later_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the proof shows that the later log begins with the earlier one, RFC 9162 section 2.1.4.2."""
    if not 0 < size <= later_size or not _are_digests([root, later_root, *proof]):
        return False
    if size == later_size:
        return not proof and root == later_root
    path = list(proof) if size & (size - 1) else [root, *proof]
    return bool(path) and _walk(path, size - 1, later_size - 1) == (root, later_root)


def _walk(path: list[bytes], node: int, last: int) -> tuple[bytes, bytes] | None:
    """Return the earlier and the later root that a consistency path leads to, or None when it does not fit."""
    while node & 1:
        node, last = node >> 1, last >> 1
    earlier = later = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            earlier, later = node_hash(step, earlier), node_hash(step, later)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            later = node_hash(later, step)
        node, last = node >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _are_digests(found: Iterable[bytes]) -> bool:
    return all(len(digest) == 32 for digest in found)
