"""Where in its rank each box stands: below what leads to it, and lines straight."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from keryx.utils._diagram_order import Ranked

SWEEPS = 15  # an odd number: the last one goes down
# How little joints count, beside a box and beside each other: boxes do not give way.
NEAR, FAR = 1e-9, 1e-6


class Rope(NamedTuple):
    """What pulls a box or joint towards another one.

    Attributes:
        other: The other one.
        shift: Where the other one is to be, from this one's place, when straight.
        weight: How much it counts.
    """

    other: int
    shift: float
    weight: float


def placed(
    found: Ranked,
    widths: Sequence[float],
    ends: Sequence[tuple[float, float]],
    gap: float,
    tight: float,
) -> list[float]:
    """Returns the middle of each box and joint, across the ranks.

    Args:
        found: The ranks.
        widths: Width of each box and joint.
        ends: For each line, where it leaves and enters, from the middles of the boxes.
        gap: Least distance between boxes.
        tight: Least distance between joints, or a joint and a box.
    """
    up, down = _ropes(found, ends)
    room = _room(found, widths, gap, tight)
    x = [0.0] * len(widths)
    for rank, gaps in zip(found.ranks, room, strict=True):
        for box, offset in zip(rank, accumulate((-sum(gaps) / 2, *gaps)), strict=False):
            x[box] = offset
    for sweep in range(SWEEPS):
        ropes = up if sweep % 2 == 0 else down
        levels = list(range(len(found.ranks)))
        for level in levels if sweep % 2 == 0 else reversed(levels):
            _settle(x, found.ranks[level], room[level], ropes)
    _straighten(x, found, room, ends)
    return x


def _ropes(
    found: Ranked, ends: Sequence[tuple[float, float]]
) -> tuple[list[list[Rope]], list[list[Rope]]]:
    count = sum(map(len, found.ranks))
    up: list[list[Rope]] = [[] for _ in range(count)]
    down: list[list[Rope]] = [[] for _ in range(count)]
    for chain, (leave, enter) in zip(found.chains, ends, strict=True):
        pairs = list(zip(chain, chain[1:], strict=False))
        for i, (a, b) in enumerate(pairs):
            start = leave if i == 0 else 0.0
            end = enter if i == len(pairs) - 1 else 0.0
            joints = (a >= found.joints) + (b >= found.joints)
            weight = (1.0, NEAR, FAR)[joints]
            down[a].append(Rope(b, start - end, weight))
            up[b].append(Rope(a, end - start, weight))
    return up, down


def _room(
    found: Ranked, widths: Sequence[float], gap: float, tight: float
) -> list[list[float]]:
    """Returns the least distances between the middles of neighbours in each rank."""

    def least(a: int, b: int) -> float:
        free = gap if a < found.joints and b < found.joints else tight
        return (widths[a] + widths[b]) / 2 + free

    return [
        [least(a, b) for a, b in zip(rank, rank[1:], strict=False)]
        for rank in found.ranks
    ]


def _settle(
    x: list[float], rank: list[int], gaps: list[float], ropes: Sequence[list[Rope]]
) -> None:
    """Moves one rank to where its neighbours pull it."""
    wanted = [_pulled(x, box, ropes[box]) for box in rank]
    for box, place in zip(rank, fitted(wanted, gaps), strict=True):
        x[box] = place


def _pulled(x: list[float], box: int, ropes: list[Rope]) -> tuple[float, float]:
    """Returns where a box wants to be, the weighted median, and how much."""
    if not ropes:
        return x[box], NEAR
    pulls = sorted((x[rope.other] - rope.shift, rope.weight) for rope in ropes)
    half = sum(weight for _, weight in pulls) / 2
    below = 0.0
    for i, (place, weight) in enumerate(pulls):
        below += weight
        if below > half * (1 + 1e-9):
            return place, 2 * half
        if below > half * (1 - 1e-9):  # as much to either side: between the two
            return (place + pulls[i + 1][0]) / 2, 2 * half
    return pulls[-1][0], 2 * half


def fitted(wanted: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """Returns the places closest to those wanted that keep distances.

    Least weighted squares, by pooling neighbours that are in each other's way.

    Args:
        wanted: Places and weights.
        gaps: Least distances between neighbours.
    """
    offsets = list(accumulate((0.0, *gaps)))
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (place, weight), offset in zip(wanted, offsets, strict=False):
        mean, count = place - offset, 1
        while pools and pools[-1][0] > mean:
            before, mass, more = pools.pop()
            mean = (before * mass + mean * weight) / (mass + weight)
            weight, count = weight + mass, count + more
        pools.append((mean, weight, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _straighten(
    x: list[float],
    found: Ranked,
    room: list[list[float]],
    ends: Sequence[tuple[float, float]],
) -> None:
    """Makes each line straight between its boxes, where there is room for that."""
    level = {box: (i, j) for i, rank in enumerate(found.ranks)
             for j, box in enumerate(rank)}  # fmt: skip

    def fits(joint: int, place: float) -> bool:
        i, j = level[joint]
        rank, gaps = found.ranks[i], room[i]
        left = j == 0 or place - x[rank[j - 1]] >= gaps[j - 1] - 1e-6
        right = j + 1 == len(rank) or x[rank[j + 1]] - place >= gaps[j] - 1e-6
        return left and right

    for chain, (leave, enter) in zip(found.chains, ends, strict=True):
        joints = chain[1:-1]
        own = sorted({x[j] for j in joints}, key=lambda p: _moved(x, joints, p))
        for place in (x[chain[0]] + leave, x[chain[-1]] + enter, *own):
            if all(fits(joint, place) for joint in joints):
                for joint in joints:
                    x[joint] = place
                break


def _moved(x: list[float], joints: list[int], place: float) -> float:
    return sum(abs(x[joint] - place) for joint in joints)
