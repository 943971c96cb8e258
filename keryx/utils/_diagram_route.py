"""The way of each line from box to box: straight pieces, and turns between ranks."""

from collections.abc import Sequence
from typing import NamedTuple

from keryx.utils._diagram_order import Ranked

Point = tuple[float, float]
Bus = tuple[str, int]
STEP = 8.0  # between parallel lines, in points
EDGE = 9.0  # from a rank to the first of them
NARROW = 2.0  # lines closer than this lie upon each other
STRAIGHT = 10.0  # lines that are crooked by less begin or end a little aside


class Turn(NamedTuple):
    """A line on its way from one rank to the next.

    Attributes:
        line: Number of the line.
        start: Where it comes from, across.
        end: Where it goes to, across.
    """

    line: int
    start: float
    end: float


class Routes(NamedTuple):
    """Where lines turn.

    Attributes:
        turns: For each gap between ranks, the lines that cross it.
        tracks: For each gap, the number of the track of each of its lines.
    """

    turns: list[list[Turn]]
    tracks: list[list[int]]

    def thickness(self, gap: int) -> float:
        """Returns the least distance of two ranks, in points."""
        count = max(self.tracks[gap], default=-1) + 1
        return 2 * EDGE + STEP * max(count - 1, 0)

    def depth(self, gap: int, number: int, thickness: float) -> float:
        """Returns how far into a gap one of its lines turns."""
        tracks = self.tracks[gap]
        middle = (max(tracks, default=0)) / 2
        return thickness / 2 + (tracks[number] - middle) * STEP


def routed(
    found: Ranked,
    x: Sequence[float],
    ends: Sequence[Point],
    slack: Sequence[float],
) -> Routes:
    """Returns how lines go from rank to rank.

    Args:
        found: The ranks.
        x: Middles of boxes and joints.
        ends: For each line, where it leaves and enters, from the middles of the boxes.
        slack: For each box, how far from there a line may do so.
    """
    level = {box: i for i, rank in enumerate(found.ranks) for box in rank}
    turns: list[list[Turn]] = [[] for _ in found.ranks]
    joined: list[list[tuple[int, int]]] = [[] for _ in found.ranks]
    for line, chain in enumerate(found.chains):
        for i, place in enumerate(_places(found, chain, x, ends[line], slack)):
            gap = level[chain[i]]
            turns[gap].append(Turn(line, *place))
            joined[gap].append((chain[i], chain[i + 1]))
    tracks = [
        _tracks(turns[gap], _buses(joined[gap])) for gap in range(len(found.ranks))
    ]
    return Routes(turns, tracks)


def _places(
    found: Ranked,
    chain: list[int],
    x: Sequence[float],
    ends: Point,
    slack: Sequence[float],
) -> list[Point]:
    """Returns where a line begins and ends in each gap, straight if nearly so."""
    points = [x[box] for box in chain]
    points[0] += ends[0]
    points[-1] += ends[1]
    for i, other in ((0, 1), (-1, -2)):
        crooked = abs(points[other] - points[i])
        if crooked <= min(STRAIGHT, slack[chain[i]]):
            points[i] = points[other]
    return list(zip(points, points[1:], strict=False))


def _buses(pairs: Sequence[tuple[int, int]]) -> list[Bus]:
    """Returns what lines of a gap share a track: their beginning, or their end."""
    starts = [a for a, _ in pairs]
    stops = [b for _, b in pairs]
    return [
        ("to", b) if starts.count(a) == 1 and stops.count(b) > 1 else ("from", a)
        for a, b in pairs
    ]


def _tracks(turns: Sequence[Turn], buses: Sequence[Bus]) -> list[int]:
    """Returns tracks on which no two lines lie upon each other."""
    groups: dict[Bus, list[Turn]] = {}
    for turn, bus in zip(turns, buses, strict=True):
        if abs(turn.start - turn.end) > 0.5:
            groups.setdefault(bus, []).append(turn)
    above = _above(groups)
    taken: dict[Bus, int] = {}
    rows: list[list[Point]] = []
    for bus in _sorted(above):
        span = _span(groups[bus])
        track = max((taken[b] for b in above[bus] if b in taken), default=-1) + 1
        while track < len(rows) and any(_overlap(span, other) for other in rows[track]):
            track += 1
        rows += [[] for _ in range(track + 1 - len(rows))]
        rows[track].append(span)
        taken[bus] = track
    return [taken.get(bus, 0) for bus in buses]


def _above(groups: dict[Bus, list[Turn]]) -> dict[Bus, set[Bus]]:
    """Returns, for each group, those that must turn before it.

    They begin where it ends: below their track there would be both.
    """
    begins: dict[int, set[Bus]] = {}
    for bus, turns in groups.items():
        for turn in turns:
            begins.setdefault(round(turn.start / NARROW), set()).add(bus)
    found: dict[Bus, set[Bus]] = {}
    for bus, turns in groups.items():
        places = {round(turn.end / NARROW) + i for turn in turns for i in (-1, 0, 1)}
        found[bus] = {b for place in places for b in begins.get(place, ())} - {bus}
    return found


def _sorted(above: dict[Bus, set[Bus]]) -> list[Bus]:
    """Returns the groups, each after those above it, if there is an order."""
    left = {bus: len(others) for bus, others in above.items()}
    below: dict[Bus, list[Bus]] = {bus: [] for bus in above}
    for bus, others in above.items():
        for other in others:
            below[other].append(bus)
    row: list[Bus] = []
    while left:
        bus = next((b for b, count in left.items() if not count), next(iter(left)))
        del left[bus]
        row.append(bus)
        for other in below[bus]:
            if other in left:
                left[other] -= 1
    return row


def _overlap(one: Point, other: Point) -> bool:
    return one[0] <= other[1] + STEP and other[0] <= one[1] + STEP


def _span(turns: list[Turn]) -> Point:
    places = [place for turn in turns for place in (turn.start, turn.end)]
    return min(places), max(places)
