"""The places of all boxes, frames and lines of a diagram.

Here everything flows down; `turned` makes other directions of it.
"""

from collections.abc import Callable
from typing import NamedTuple

from keryx.utils._diagram import Box, Diagram
from keryx.utils._diagram_order import Ranked, ranked
from keryx.utils._diagram_place import placed
from keryx.utils._diagram_route import Point, routed, Routes

Size = tuple[float, float]
# Distances, in points.
GAP, TIGHT, FLOW = 16.0, 12.0, 26.0
PAD, TITLE = 10.0, 18.0
DIRECTIONS = ("TB", "BT", "LR", "RL")


class Rect(NamedTuple):
    """A rectangle: the upper left corner, and the size."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> "Rect":
        """Returns it somewhere else."""
        return self._replace(x=self.x + x, y=self.y + y)


class Route(NamedTuple):
    """A line's corners, and whether it ends with an arrow."""

    points: list[Point]
    arrow: bool


class Picture(NamedTuple):
    """What to draw.

    Attributes:
        width: Extent to the right.
        height: Extent downwards.
        boxes: Boxes and their places.
        frames: Titles and places of models that are shown in full.
        routes: The lines.
        entries: Where lines enter, across, for each of the model's inputs.
        exits: Where they leave, for each output; 0 for those that go nowhere.
    """

    width: float
    height: float
    boxes: list[tuple[Rect, Box]]
    frames: list[tuple[Rect, str]]
    routes: list[Route]
    entries: list[float]
    exits: list[float]


def lay_out(
    diagram: Diagram, measure: Callable[[Box], Size], direction: str = "TB"
) -> Picture:
    """Returns where everything in a diagram is, for a direction of flow.

    Args:
        diagram: The diagram.
        measure: Returns width and height of a box, in points.
        direction: "TB", "BT", "LR" or "RL": from top to bottom, and so on.
    """
    flat = direction in ("LR", "RL")

    def size(box: Box) -> Size:
        width, height = measure(box)
        return (height, width) if flat else (width, height)

    across = PAD + TITLE if flat else PAD
    along = PAD + TITLE if direction == "TB" else PAD
    end = PAD + TITLE if direction == "BT" else PAD
    margins = (across, along, PAD, end)
    return turned(_lay_out(diagram, size, margins, None), direction)


def turned(picture: Picture, direction: str) -> Picture:
    """Returns a picture that flows down in another direction."""
    flat, back = direction in ("LR", "RL"), direction in ("BT", "RL")
    width, height = picture.width, picture.height

    def point(x: float, y: float) -> Point:
        y = height - y if back else y
        return (y, x) if flat else (x, y)

    def rect(one: Rect) -> Rect:
        x, y = point(one.x, one.y + one.height if back else one.y)
        size = (one.height, one.width) if flat else (one.width, one.height)
        return Rect(x, y, *size)

    return picture._replace(
        width=height if flat else width,
        height=width if flat else height,
        boxes=[(rect(place), box) for place, box in picture.boxes],
        frames=[(rect(place), title) for place, title in picture.frames],
        routes=[
            Route([point(*p) for p in route.points], route.arrow)
            for route in picture.routes
        ],
    )


class _Parts(NamedTuple):
    """Boxes of a diagram, and the ends of a model within another, ready to be placed.

    Attributes:
        inner: For each, the picture in it, if there is one.
        sizes: Widths and heights.
        pairs: The lines.
        ends: For each line, where it leaves and enters, from the middles.
        first: Those in the first rank.
        last: Those in the last rank, and which outputs they are.
    """

    inner: list[Picture | None]
    sizes: list[Size]
    pairs: list[tuple[int, int]]
    ends: list[Point]
    first: set[int]
    last: dict[int, int]


def _lay_out(
    diagram: Diagram,
    measure: Callable[[Box], Size],
    margins: tuple[float, float, float, float],
    used: set[int] | None,
) -> Picture:
    """Returns a picture that flows down.

    Args:
        diagram: The diagram.
        measure: Returns the size of a box, across and along the flow.
        margins: Of frames: before, above, after and below what is in them.
        used: Those of the outputs that are needed, in a frame; `None` outside.
    """
    parts = _parts(diagram, measure, margins, used)
    ports = [
        (leave / max(parts.sizes[a][0], 1.0), enter / max(parts.sizes[b][0], 1.0))
        for (a, b), (leave, enter) in zip(parts.pairs, parts.ends, strict=True)
    ]
    count = len(parts.sizes)
    found = ranked(count, parts.pairs, ports, parts.first, set(parts.last))
    count = sum(map(len, found.ranks))
    widths = [width for width, _ in parts.sizes] + [0.0] * (count - len(parts.sizes))
    x = placed(found, widths, parts.ends, GAP, TIGHT)
    slack = [
        0.0 if inner is not None or not size[0] else size[0] / 2 - 6
        for inner, size in zip(parts.inner, parts.sizes, strict=True)
    ]
    slack += [0.0] * (count - len(slack))
    routes = routed(found, x, parts.ends, slack)
    left = min((x[i] - widths[i] / 2 for i in range(count)), default=0.0)
    x = [place - left for place in x]
    moved = [[t._replace(start=t.start - left, end=t.end - left) for t in turns]
             for turns in routes.turns]  # fmt: skip
    return _drawn(diagram, parts, found, x, routes._replace(turns=moved), margins)


def _parts(
    diagram: Diagram,
    measure: Callable[[Box], Size],
    margins: tuple[float, float, float, float],
    used: set[int] | None,
) -> _Parts:
    before, top, after, bottom = margins
    inner = [
        None
        if box.inner is None
        else _lay_out(box.inner, measure, margins, _used(diagram, i, used))
        for i, box in enumerate(diagram.boxes)
    ]
    sizes = [
        measure(box) if one is None
        else (one.width + before + after, one.height + top + bottom)
        for box, one in zip(diagram.boxes, inner, strict=True)
    ]  # fmt: skip

    def port(box: int, number: int, leaving: bool) -> float:
        one = inner[box]
        places = [] if one is None else one.exits if leaving else one.entries
        if not places:
            return 0.0
        return before + places[min(number, len(places) - 1)] - sizes[box][0] / 2

    lines: dict[tuple[int, int, float, float], None] = {}
    for a, b, output, entry in diagram.lines:
        lines[a, b, port(a, output, True), port(b, entry, False)] = None
    first: set[int] = set()
    last: dict[int, int] = {}
    if used is not None:
        for places in diagram.entries:
            first.add(len(sizes))
            lines.update({(len(sizes), box, 0.0, port(box, 0, False)): None
                          for box in places})  # fmt: skip
            sizes.append((0.0, 0.0))
        for number in sorted(used):
            box, output = diagram.exits[number]
            last[len(sizes)] = number
            lines[box, len(sizes), port(box, output, True), 0.0] = None
            sizes.append((0.0, 0.0))
    pairs = [(a, b) for a, b, _, _ in lines]
    ends = [(leave, enter) for _, _, leave, enter in lines]
    missing = [None] * (len(sizes) - len(inner))
    return _Parts([*inner, *missing], sizes, pairs, ends, first, last)


def _used(diagram: Diagram, box: int, used: set[int] | None) -> set[int]:
    """Returns those of the outputs of a box that lead somewhere."""
    inner = diagram.boxes[box].inner
    most = len(inner.exits) - 1 if inner is not None else 0
    ends = [diagram.exits[number] for number in used or ()]
    found = {line.output for line in diagram.lines if line.source == box}
    found |= {output for source, output in ends if source == box}
    return {min(output, most) for output in found if most >= 0}


def _drawn(
    diagram: Diagram,
    parts: _Parts,
    found: Ranked,
    x: list[float],
    routes: Routes,
    margins: tuple[float, float, float, float],
) -> Picture:
    """Returns the picture of boxes whose places across are known."""
    tall = [
        max((parts.sizes[box][1] for box in rank if box < found.joints), default=0.0)
        for rank in found.ranks
    ]
    tops, gaps = [0.0], []
    for level, height in enumerate(tall):
        gaps.append(max(routes.thickness(level), FLOW if height else FLOW / 2))
        tops.append(tops[-1] + height + gaps[-1])
    height = tops[-1] - gaps[-1] if tall else 0.0
    boxes, frames, lines = [], [], []
    for level, rank in enumerate(found.ranks):
        for box in (b for b in rank if b < len(diagram.boxes)):
            w, h = parts.sizes[box]
            place = Rect(x[box] - w / 2, tops[level] + (tall[level] - h) / 2, w, h)
            inner = parts.inner[box]
            if inner is None:
                boxes.append((place, diagram.boxes[box]))
                continue
            dx, dy = place.x + margins[0], place.y + margins[1]
            frames.append((place, _frame_title(diagram.boxes[box])))
            boxes += [(one.moved(dx, dy), b) for one, b in inner.boxes]
            frames += [(one.moved(dx, dy), t) for one, t in inner.frames]
            lines += [_moved(route, dx, dy) for route in inner.routes]
    lines += _routes(parts, found, routes, (tops, tall, gaps), margins)
    width = max(
        (x[b] + parts.sizes[b][0] / 2 for b in range(found.joints)), default=0.0
    )
    width = max([width, *x])
    entries = [x[port] for port in sorted(parts.first)]
    exits = [0.0] * len(diagram.exits)
    for port, number in parts.last.items():
        exits[number] = x[port]
    return Picture(width, height, boxes, frames, lines, entries, exits)


def _frame_title(box: Box) -> str:
    return f"{box.name} ({box.kind})" if box.name else box.kind


def _moved(route: Route, x: float, y: float) -> Route:
    return route._replace(points=[(a + x, b + y) for a, b in route.points])


def _routes(
    parts: _Parts,
    found: Ranked,
    routes: Routes,
    rows: tuple[list[float], list[float], list[float]],
    margins: tuple[float, float, float, float],
) -> list[Route]:
    """Returns the lines between boxes, from edge to edge, and on into frames."""
    tops, tall, gaps = rows
    points: list[list[Point]] = [[] for _ in found.chains]
    level = {box: i for i, rank in enumerate(found.ranks) for box in rank}

    def edge(box: int, side: int) -> float:
        """Returns where a box begins, or with a `side` of 1 ends, downwards."""
        i, height = level[box], parts.sizes[box][1]
        inset = 0.0 if parts.inner[box] is None else margins[1 + 2 * side]
        return tops[i] + (tall[i] - height) / 2 + (height - inset if side else inset)

    for gap, turns in enumerate(routes.turns):
        y = tops[gap] + tall[gap]
        for number, (line, start, end) in enumerate(turns):
            if not points[line]:
                points[line].append((start, edge(found.chains[line][0], 1)))
            turn = y + routes.depth(gap, number, gaps[gap])
            points[line] += [(start, y), (start, turn), (end, turn)]
            points[line].append((end, y + gaps[gap]))
    made = []
    for chain, way in zip(found.chains, points, strict=True):
        way.append((way[-1][0], edge(chain[-1], 0)))
        # Inside of a frame the line goes on, and has its arrow there.
        ends = chain[-1] not in parts.last and parts.inner[chain[-1]] is None
        made.append(Route(way, ends))
    return made
