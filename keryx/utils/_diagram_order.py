"""Boxes in ranks, and in what order they stand in each: few crossings, short lines.

Source: Sugiyama, Tagawa & Toda, "Methods for Visual Understanding of Hierarchical
System Structures", IEEE Trans. SMC 11 (1981), in the form of Gansner et al., "A
Technique for Drawing Directed Graphs", IEEE Trans. Software Eng. 19 (1993).
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import NamedTuple

SWEEPS = 12
Pair = tuple[int, int]
Port = tuple[float, float]


class Ranked(NamedTuple):
    """Boxes, and joints where lines pass a rank, in ranks.

    Attributes:
        ranks: For each rank, its boxes and joints, from one side to the other. Joints
            are numbered after the boxes.
        chains: For each line, the box that it leaves, its joints, the box it enters.
        joints: Number of the first joint.
    """

    ranks: list[list[int]]
    chains: list[list[int]]
    joints: int


def ranked(
    count: int,
    lines: Sequence[Pair],
    ports: Sequence[Port],
    first: set[int],
    last: set[int],
) -> Ranked:
    """Puts boxes into ranks, so that all lines lead from one to a later one.

    Args:
        count: Number of boxes.
        lines: Pairs of boxes.
        ports: For each line, where it leaves and enters, from the middles of the boxes,
            as shares of their widths.
        first: Boxes of the first rank.
        last: Boxes of the last rank.
    """
    rank = _levels(count, lines, first, last)
    ranks: list[list[int]] = [[] for _ in range(max(rank, default=0) + 1)]
    for box in range(count):
        ranks[rank[box]].append(box)
    chains, joint = [], count
    for source, target in lines:
        chain = [source]
        for level in range(rank[source] + 1, rank[target]):
            ranks[level].append(joint)
            chain.append(joint)
            joint += 1
        chains.append([*chain, target])
    return ordered(Ranked(ranks, chains, count), ports)


def _levels(
    count: int, lines: Sequence[Pair], first: set[int], last: set[int]
) -> list[int]:
    """Returns each box's rank: after all that lead to it, and close to what follows."""
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in lines:
        after[source].append(target)
        waiting[target] += 1
    ready = [box for box in range(count) if not waiting[box]]
    begins, rank, row = set(ready), [0] * count, []
    while ready:
        box = ready.pop()
        row.append(box)
        for target in after[box]:
            rank[target] = max(rank[target], rank[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    bottom = max(rank, default=0)
    for box in reversed(row):
        if box in begins and box not in first and after[box]:
            rank[box] = min(rank[target] for target in after[box]) - 1
    return [bottom if box in last else level for box, level in enumerate(rank)]


class Piece(NamedTuple):
    """A piece of a line, seen from one of its ends.

    Attributes:
        other: What is at the other end.
        here: Where it is fixed at this end, as a share of the width.
        there: Where it is fixed at the other one.
    """

    other: int
    here: float
    there: float


def ordered(found: Ranked, ports: Sequence[Port]) -> Ranked:
    """Returns the ranks in an order with few crossings."""
    up, down = _pieces(found, ports)
    best = ranks = [list(rank) for rank in found.ranks]
    fewest = _crossings(ranks, down)
    for sweep in range(SWEEPS if fewest else 0):
        falls = sweep % 2 == 0
        ranks = [list(rank) for rank in ranks]
        levels = range(1, len(ranks)) if falls else range(len(ranks) - 2, -1, -1)
        for level in levels:
            other = ranks[level - 1 if falls else level + 1]
            ranks[level] = _sorted(ranks[level], other, up if falls else down)
        crossings = _crossings(ranks, down)
        if crossings < fewest:
            best, fewest = ranks, crossings
        if not fewest:
            break
    return found._replace(ranks=best)


def _pieces(
    found: Ranked, ports: Sequence[Port]
) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Returns, for each box and joint, what joins it to the ranks beside it."""
    count = sum(map(len, found.ranks))
    up: list[list[Piece]] = [[] for _ in range(count)]
    down: list[list[Piece]] = [[] for _ in range(count)]
    for chain, (leave, enter) in zip(found.chains, ports, strict=True):
        for i, (a, b) in enumerate(zip(chain, chain[1:], strict=False)):
            start = leave if i == 0 else 0.0
            end = enter if i == len(chain) - 2 else 0.0
            down[a].append(Piece(b, start, end))
            up[b].append(Piece(a, end, start))
    return up, down


def _sorted(rank: list[int], other: list[int], beside: list[list[Piece]]) -> list[int]:
    """Sorts a rank by where its neighbours stand; those without any stay in place."""
    place = {box: i for i, box in enumerate(other)}
    middle = {
        box: sum(place[p.other] + p.there for p in beside[box]) / len(beside[box])
        for box in rank
        if beside[box]
    }
    moving = iter(sorted(middle, key=lambda box: middle[box]))
    return [next(moving) if box in middle else box for box in rank]


def _crossings(ranks: list[list[int]], down: list[list[Piece]]) -> int:
    """Counts crossings of lines between neighbouring ranks."""
    total = 0
    for level in range(len(ranks) - 1):
        place = {box: i for i, box in enumerate(ranks[level + 1])}
        ends = sorted(
            (i + piece.here, place[piece.other] + piece.there)
            for i, box in enumerate(ranks[level])
            for piece in down[box]
        )
        seen: list[float] = []
        for _, end in ends:
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total
