"""Which strand lies above which, so that few wires cross.

One order of all strands is sought, so that two of them never change sides on their way. Sweeps by barycentres
(Sugiyama and others, 1981), then sifting: each strand tries the places near its own and keeps the best (R. Rudell's
method, for layered drawings: C. Matuszewski, R. Schönfeld, P. Molitor, "Using sifting for k-layer straightline
crossing minimization", Graph Drawing 1999). A change needs fewer crossings, so an order that is good already stays.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

from engine.graph.layout.tidying.strands import Segment, Strands

SWEEPS = 10
LARGE = 2_500
"""Segments from which on fewer sweeps are made."""
REACH = 40
"""How many places a strand tries on either side of its own."""
EFFORT = 40_000
"""How many segments sifting may look at: a bound on time that does not depend on the machine."""


def crossings(segments: Sequence[Segment], rank: Sequence[int]) -> int:
    """How many segments of one gap cross, for the ranks of the strands."""
    placed = sorted((rank[a], rank[b], port) for a, b, port in segments)
    seen: list[tuple[int, int]] = []
    count = 0
    for _left, right, port in placed:
        end = (right, port)
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def order(strands: Strands, wished: Sequence[float]) -> list[int]:
    """The rank of every strand, 0 on top. ``wished``: how far down each lies now; kept where nothing is gained."""
    count = len(strands.spans)
    start = as_they_lie(wished)
    best, fewest = start, _all(strands, start)
    if fewest == 0:
        return best
    large = sum(len(gap) for gap in strands.gaps) > LARGE
    for beginning in (start,) if large else (start, _ranks(list(range(count)))):
        rank = beginning
        number = _all(strands, rank)
        if number < fewest:
            best, fewest = rank, number
        for sweep in range(SWEEPS // 2 if large else SWEEPS):
            rank = _sweep(strands, rank, sweep)
            number = _all(strands, rank)
            if number < fewest:
                best, fewest = rank, number
            if number == 0:
                break
        if fewest == 0:
            break
    return _sift(strands, best) if fewest else best


def as_they_lie(wished: Sequence[float]) -> list[int]:
    """The rank of every strand, from how far down each lies."""
    return _ranks(sorted(range(len(wished)), key=lambda s: (wished[s], s)))


def _ranks(row: Sequence[int]) -> list[int]:
    rank = [0] * len(row)
    for place, strand in enumerate(row):
        rank[strand] = place
    return rank


def _all(strands: Strands, rank: Sequence[int]) -> int:
    return sum(crossings(gap, rank) for gap in strands.gaps)


def _sweep(strands: Strands, rank: list[int], number: int) -> list[int]:
    """Every strand moves to the middle of those it is wired with: those at its left, at its right, or all."""
    count = len(rank)
    total, weight = [0.0] * count, [0] * count
    to_right, to_left = number % 3 != 1, number % 3 != 0
    for gap in strands.gaps:
        for a, b, port in gap:
            if a == b:
                continue
            if to_right:
                total[b] += rank[a]
                weight[b] += 1
            if to_left:
                total[a] += rank[b] + port * 0.1
                weight[a] += 1
    middle = [total[s] / weight[s] if weight[s] else float(rank[s]) for s in range(count)]
    return _ranks(sorted(range(count), key=lambda s: (middle[s], rank[s])))


def _sift(strands: Strands, rank: list[int]) -> list[int]:
    """Move strands one at a time past their neighbours where that takes away crossings."""
    row = sorted(range(len(rank)), key=rank.__getitem__)
    columns: list[set[int]] = [set() for _ in row]
    for column, cells in enumerate(strands.cells):
        for strand, _node in cells:
            columns[strand].add(column)
    rank = _ranks(row)
    effort = 0
    for _round in range(6):
        improved = False
        for strand in sorted(row, key=lambda s: (strands.spans[s], s)):
            for step in (-1, 1):
                place = best_place = rank[strand]
                tried, gain, best_gain = rank.copy(), 0, 0
                while 0 <= place + step < len(row) and effort < EFFORT and abs(place - rank[strand]) < REACH:
                    other = row[place + step]
                    met = columns[strand] & columns[other]
                    touched = {g for c in met for g in (c - 1, c) if 0 <= g < len(strands.gaps)}
                    effort += 1 + sum(len(strands.gaps[g]) for g in touched)
                    before = sum(crossings(strands.gaps[g], tried) for g in touched)
                    tried[strand], tried[other] = tried[other], tried[strand]
                    gain += before - sum(crossings(strands.gaps[g], tried) for g in touched)
                    place += step
                    if gain > best_gain:
                        best_place, best_gain = place, gain
                if best_gain > 0:
                    row.remove(strand)
                    row.insert(best_place, strand)
                    rank = _ranks(row)
                    improved = True
        if not improved or effort >= EFFORT:
            break
    return rank
