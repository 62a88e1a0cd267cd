"""Images that are nearly the same: copies, also when they were saved again, brought to another size or made lighter.

Each image gets a hash of 64 bits that says where it becomes brighter from left to right: the "difference hash" which
Neal Krawetz describes in "Kind of Like That" (hackerfactor.com/blog/?/archives/529-Kind-of-Like-That.html, 2013). Small
changes flip few of its bits. Images whose hashes differ in few bits are compared in small, since simple drawings, as
digits are, share hashes without being alike.

Not every pair is looked at. Cut into one piece more than bits may differ, two such hashes have a piece in common
(pigeonhole), so only those that share a piece are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Images = Callable[[Numbers], NDArray[np.uint8]]
"""The pixels n×channels×height×width of the images with some numbers."""
Advance = Callable[[float], None]
"""Told the share that is done, 0 … 1; what it raises ends the search."""

FURTHEST = 6
"""Bits that may differ, of those from left to right."""
_FURTHEST_DOWN = 10
MOST_PAIRS = 20_000
_SIDE = 16
_NOISE = 0.5
"""Grey levels that are no difference: in what is of one colour they would be chance."""
_AT_ONCE = 512
_BITS = 64
_SMALL, _DOWN, _ACROSS = 48, 256, 4_096
_MOST_ALIKE = 512
"""Of images with one hash each is compared with so many others at most."""
_CONTRAST, _LEVELS = 0.3, 1.5
"""The root mean square difference up to which images are alike: a share of what each shows, and grey levels."""
_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Looks:
    """What N images look like in small: ``hashes`` uint64 N, ``down`` the same of what becomes brighter from above to
    below, ``small`` uint8 N×256, greys row by row, with their ``mean`` and ``variance``, float32 N."""

    hashes: NDArray[np.uint64]
    down: NDArray[np.uint64]
    small: NDArray[np.uint8]
    mean: NDArray[np.float32]
    variance: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NearPairs:
    """``pairs`` P×2 of numbers of images, the likest first, the lower number first in each; ``differs`` (P) is by how
    many grey levels. ``is_all``: whether there were no more than ``MOST_PAIRS``."""

    pairs: Numbers
    differs: NDArray[np.float32]
    is_all: bool

    def __len__(self) -> int:
        return len(self.pairs)


def looks(images: Images, count: int, sizes: tuple[int, int, int], advance: Advance) -> Looks:
    """What ``count`` images of these channels, height and width look like."""
    channels, height, width = sizes
    hashes, below = np.empty(count, dtype=np.uint64), np.empty(count, dtype=np.uint64)
    small = np.empty((count, _SIDE * _SIDE), dtype=np.uint8)
    mean, variance = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    of_height = {cells: _averaging(height, cells) for cells in (8, 9, _SIDE)}
    of_width = {cells: _averaging(width, cells).T for cells in (8, 9, _SIDE)}
    weights = np.uint64(1) << np.arange(_BITS, dtype=np.uint64)

    def packed(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
        return (bits.reshape(len(bits), _BITS) * weights).sum(axis=1, dtype=np.uint64)

    for start in range(0, count, _AT_ONCE):
        rows = np.arange(start, min(count, start + _AT_ONCE))
        pixels = images(rows).astype(np.float32)
        grey = np.tensordot(pixels, _GREY, (1, 0)) if channels == 3 else pixels[:, 0]
        wide, high = of_height[8] @ grey @ of_width[9], of_height[9] @ grey @ of_width[8]
        hashes[rows] = packed(wide[:, :, 1:] > wide[:, :, :-1] + _NOISE)
        below[rows] = packed(high[:, 1:] > high[:, :-1] + _NOISE)
        tiny = np.rint(of_height[_SIDE] @ grey @ of_width[_SIDE]).clip(0, 255).reshape(len(rows), -1)
        small[rows], mean[rows], variance[rows] = tiny, tiny.mean(axis=1), tiny.var(axis=1)
        advance((start + len(rows)) / max(1, count))
    return Looks(hashes, below, small, mean, variance)


def near_pairs(found: Looks, advance: Advance, furthest: int = FURTHEST) -> NearPairs:
    """The pairs of images that are nearly the same: their hashes differ by at most ``furthest`` bits, and what they
    show in small differs little. Exact copies are each paired with the first of them.
    """
    unique, first, inverse = np.unique(found.hashes, return_index=True, return_inverse=True)
    kept = list(_with_equal_hashes(found, inverse.reshape(-1)))
    count = 0
    for part, share in _close(unique, furthest):
        # What stands for a hash is the first image that has it.
        pairs = np.sort(first[part].reshape(-1, 2), axis=1)
        pairs = pairs[_alike(found, pairs)]
        kept.append(pairs)
        count += len(pairs)
        advance(share)
        if count > 20 * MOST_PAIRS:
            break
    pairs = np.unique(np.concatenate(kept), axis=0).astype(np.int64).reshape(-1, 2)
    differs = np.concatenate(
        [
            _differs(found, *pairs[start : start + 8 * _AT_ONCE].T)
            for start in range(0, max(1, len(pairs)), 8 * _AT_ONCE)
        ]
    )
    order = np.lexsort((pairs[:, 1], pairs[:, 0], np.rint(differs)))[:MOST_PAIRS]
    return NearPairs(pairs[order], differs[order], len(pairs) <= MOST_PAIRS)


def _averaging(size: int, cells: int) -> NDArray[np.float32]:
    """A matrix cells×size that averages over equal stretches, of pixels in part where these do not divide."""
    edges = np.linspace(0, size, cells + 1)
    pixels = np.arange(size)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    covered = covered.clip(0, None)
    return (covered / covered.sum(axis=1, keepdims=True)).astype(np.float32)


def _alike(found: Looks, pairs: Numbers) -> NDArray[np.bool_]:
    """Of which pairs both show nearly the same, however light or dark they are."""
    one, other = pairs[:, 0], pairs[:, 1]
    alike = np.bitwise_count(found.down[one] ^ found.down[other]) <= _FURTHEST_DOWN
    for start in range(0, len(pairs), 8 * _AT_ONCE):
        some = start + np.flatnonzero(alike[start : start + 8 * _AT_ONCE])
        left, right = one[some], other[some]
        shows = np.sqrt(np.minimum(found.variance[left], found.variance[right]))
        alike[some] = _differs(found, left, right) <= _CONTRAST * shows + _LEVELS
    return alike


def _differs(found: Looks, left: Numbers, right: Numbers) -> NDArray[np.float32]:
    """The root mean square difference of what images show in small, each about its own mean."""
    product = np.einsum("ij,ij->i", found.small[left], found.small[right], dtype=np.float32) / found.small.shape[1]
    covariance = product - found.mean[left] * found.mean[right]
    squared = found.variance[left] + found.variance[right] - 2 * covariance
    differs: NDArray[np.float32] = np.sqrt(squared.clip(0, None)).astype(np.float32)
    return differs


def _with_equal_hashes(found: Looks, number: Numbers) -> Iterator[Numbers]:
    """Pairs of images with one hash, ``number`` of it: exact copies with the first of them only, so that a heap of them
    gives few pairs; of the others those that are alike."""
    rows = np.ascontiguousarray(found.small).view(f"V{found.small.shape[1]}").reshape(-1)
    _, first, copy_of = np.unique(rows, return_index=True, return_inverse=True)
    original = first[copy_of.reshape(-1)]
    copies = np.flatnonzero(original != np.arange(len(original)))
    yield np.stack([original[copies], copies], axis=1)
    order = np.sort(first)
    order = order[np.argsort(number[order], kind="stable")]
    own = number[order]
    for step in range(1, min(_MOST_ALIKE, len(order))):
        one = np.flatnonzero(own[:-step] == own[step:])
        if not len(one):
            return
        pairs = np.stack([order[one], order[one + step]], axis=1)
        yield pairs[_alike(found, pairs)]


def _close(hashes: NDArray[np.uint64], furthest: int) -> Iterator[tuple[Numbers, float]]:
    """Pairs n×2 of places of different ``hashes`` that differ by at most ``furthest`` bits, some more than once, with
    the share of the search that is done."""
    pieces = furthest + 1
    by_worth = _by_worth(hashes)
    for at in range(pieces):
        mask = np.uint64(sum(1 << bit for bit in by_worth[at::pieces].tolist()))
        order = np.argsort(hashes & mask, kind="stable")
        own = hashes[order]
        begins = np.flatnonzero(np.diff(own & mask, prepend=~own[:1] & mask) != 0)
        sizes = np.diff(begins, append=len(own))
        for one, other in _in_small(own, begins, sizes, furthest):
            yield np.stack([order[one], order[other]], axis=1), at / pieces
        large = np.flatnonzero(sizes > _SMALL)
        todo, done = float(np.square(sizes[large], dtype=np.float64).sum()), 0.0
        for begin, size in zip(begins[large].tolist(), sizes[large].tolist(), strict=True):
            for one, other in _compared(own[begin : begin + size], furthest):
                yield np.stack([order[begin + one], order[begin + other]], axis=1), (at + done / todo) / pieces
            done += float(size) ** 2
        yield np.empty((0, 2), dtype=np.int64), (at + 1) / pieces


def _by_worth(hashes: NDArray[np.uint64]) -> Numbers:
    """The bits, those first that part the hashes best: dealt out so, each piece parts them about as well."""
    ones = [float(((hashes >> np.uint64(bit)) & np.uint64(1)).mean()) if len(hashes) else 0.0 for bit in range(_BITS)]
    return np.argsort(np.abs(np.array(ones) - 0.5), kind="stable")


def _in_small(
    own: NDArray[np.uint64], begins: Numbers, sizes: Numbers, furthest: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """The pairs within small buckets, all buckets at once: each hash with the next but so many."""
    ends = np.repeat(begins + sizes, sizes)
    is_small = np.repeat(sizes <= _SMALL, sizes)
    for step in range(1, _SMALL):
        one = np.flatnonzero(is_small[:-step] & (np.arange(len(own) - step) + step < ends[:-step]))
        if not len(one):
            return
        is_near = np.bitwise_count(own[one] ^ own[one + step]) <= furthest
        yield one[is_near], one[is_near] + step


def _compared(own: NDArray[np.uint64], furthest: int) -> Iterator[tuple[Numbers, Numbers]]:
    """The pairs within one bucket, block by block."""
    for first in range(0, len(own), _DOWN):
        for second in range(first, len(own), _ACROSS):
            is_near = np.bitwise_count(own[first : first + _DOWN, None] ^ own[None, second : second + _ACROSS])
            one, other = np.nonzero(is_near <= furthest)
            one, other = one + first, other + second
            later = other > one
            yield one[later], other[later]
