"""A diagram as a Matplotlib figure."""

import math
import re
from collections.abc import Sequence
from typing import Any

from keryx.report._style import INK, MUTED, PAPER, SERIES
from keryx.utils._diagram import Box
from keryx.utils._diagram_layout import Picture, Rect
from keryx.utils._diagram_route import Point

# Sizes of text and distances, in points.
HEAD, NOTE = 9.5, 8.0
LINE, BAND = 12.0, 20.0
SIDE, BETWEEN, LEAST = 9.0, 8.0, 62.0
MARGIN = 14.0
ROUND, ARROW = 4.0, 5.5
# How far corners of lines are rounded, by the name of a style.
CURVED = ("curved", "spline")
BENDS = {"ortho": 5.0, "curved": 5.0, "spline": 5.0, "polyline": 0.0, "line": 0.0}
LARGEST = 2**15  # pixels of a side
_FRAME = "#f7f8fa"
_BEHIND = {"facecolor": _FRAME, "edgecolor": "none", "pad": 1.5}  # titles over lines

BLUE, RED, GREEN, BROWN, VIOLET, TEAL, PINK, GRAY = SERIES
# Colours of kinds of layers, by parts of the names of their classes; the first holds.
COLORS = (
    ("model", INK),
    ("Input", GRAY),
    ("LSTM|GRU|RNN|Recurrent", VIOLET),
    ("Conv|LocallyConnected", BLUE),
    ("Pool|UpSampling|Padding|Cropping|Resiz", TEAL),
    ("Normalization|Dropout|Noise|Regularization|Masking", BROWN),
    ("Attention|Einsum|Dense|Embedding", GREEN),
    ("Add|Concat|Multiply|Average|Maximum|Minimum|Subtract|Dot|Merge", RED),
    ("Activation|ReLU|ELU|Softmax", PINK),
)


def color(base: str) -> str:
    """Returns the colour of a kind of layer."""
    return next((c for words, c in COLORS if re.search(words, base)), GRAY)


def tint(color: str, share: float) -> str:
    """Returns a colour mixed with white.

    Example:
        >>> tint("#000000", 0.2)
        '#cccccc'
    """
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (round(255 - (255 - part) * share) for part in parts)
    return "#" + "".join(f"{part:02x}" for part in mixed)


class Ruler:
    """Measures texts and boxes, in points, without a screen."""

    def __init__(self) -> None:
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import TextToPath

        self._font, self._measure = FontProperties, TextToPath()
        self._known: dict[tuple[str, float, str], float] = {}

    def text(self, text: str, size: float, weight: str = "normal") -> float:
        """Returns the width of a text."""
        key = (text, size, weight)
        if key not in self._known:
            font: Any = self._font(size=size, weight=weight)
            found = self._measure.get_text_width_height_descent(text, font, False)
            self._known[key] = float(found[0])
        return self._known[key]

    def head(self, box: Box) -> float:
        """Returns the width of a box's first line."""
        width = self.text(box.kind, HEAD, "bold")
        return width + BETWEEN + self.text(box.name, NOTE) if box.name else width

    def words(self, box: Box) -> float:
        """Returns the width of the left column."""
        return max((self.text(word, NOTE) for word, _ in box.rows), default=0.0)

    def box(self, box: Box) -> tuple[float, float]:
        """Returns a box's width and height."""
        values = max((self.text(value, NOTE) for _, value in box.rows), default=0.0)
        table = self.words(box) + BETWEEN + values if box.rows else 0.0
        width = max(self.head(box), table, LEAST) + 2 * SIDE
        height = BAND + (LINE * len(box.rows) + 7 if box.rows else 2)
        return width, height


def paint(picture: Picture, ruler: Ruler, splines: str) -> Any:
    """Returns a figure of a picture."""
    from matplotlib.figure import Figure

    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    figure = Figure(figsize=(width / 72, height / 72), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN))
    # Outer frames first, so that inner ones lie on them.
    for place, _ in sorted(picture.frames, key=lambda f: -f[0].width * f[0].height):
        _fill(axes, place, 7.0, facecolor=_FRAME, edgecolor=tint(INK, 0.35),
              linewidth=0.9, linestyle=(0, (4, 2.5)))  # fmt: skip
    for route in picture.routes:
        _paint_route(axes, route.points, route.arrow, splines)
    for place, title in picture.frames:
        _write(axes, place.x + 9, place.y + 11, title, NOTE, color=MUTED,
               weight="bold", bbox=_BEHIND)  # fmt: skip
    for place, box in picture.boxes:
        _paint_box(axes, place, box, ruler)
    return figure


def _write(axes: Any, x: float, y: float, text: str, size: float, **style: Any) -> None:
    axes.text(
        x, y, text, fontsize=size, va="center_baseline", parse_math=False, **style
    )


def _paint_box(axes: Any, place: Rect, box: Box, ruler: Ruler) -> None:
    own = color(box.base)
    _fill(axes, place, ROUND, facecolor=tint(own, 0.14), edgecolor="none")
    if box.rows:
        table = Rect(place.x, place.y + BAND, place.width, place.height - BAND)
        _fill(axes, table, ROUND, square=True, facecolor=PAPER, edgecolor="none")
    _fill(axes, place, ROUND, facecolor="none", edgecolor=tint(own, 0.75), linewidth=1)
    middle = place.y + (BAND if box.rows else place.height) / 2
    x = place.x + (place.width - ruler.head(box)) / 2
    _write(axes, x, middle, box.kind, HEAD, color=INK, weight="bold")
    if box.name:
        after = x + ruler.text(box.kind, HEAD, "bold") + BETWEEN
        _write(axes, after, middle, box.name, NOTE, color=MUTED)
    column = place.x + SIDE + ruler.words(box) + BETWEEN
    for i, (word, value) in enumerate(box.rows):
        y = place.y + BAND + 4 + LINE * (i + 0.5)
        _write(axes, place.x + SIDE, y, word, NOTE, color=MUTED)
        _write(axes, column, y, value, NOTE, color=INK)


def _fill(
    axes: Any, place: Rect, radius: float, square: bool = False, **style: Any
) -> None:
    """Paints a rectangle with round corners; with `square`, at its lower side only."""
    from matplotlib.patches import PathPatch

    left, top, width, height = place
    right, bottom = left + width, top + height
    upper = 0.0 if square else radius
    corners = [(left, top, upper), (right, top, upper),
               (right, bottom, radius), (left, bottom, radius)]  # fmt: skip
    axes.add_patch(PathPatch(_outline(corners), **style))


def _outline(corners: Sequence[tuple[float, float, float]]) -> Any:
    """Returns the closed path round some corners, each with its radius."""
    from matplotlib.path import Path

    points: list[Point] = []
    codes: list[Any] = []
    count = len(corners)
    for i, (x, y, radius) in enumerate(corners):
        before, after = corners[i - 1], corners[(i + 1) % count]
        start = _toward((x, y), before[:2], radius)
        points += [start, (x, y), _toward((x, y), after[:2], radius)]
        codes += [Path.LINETO if codes else Path.MOVETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, points[0]], [*codes, Path.CLOSEPOLY])


def _toward(point: Point, other: Point, distance: float) -> Point:
    """Returns the point some way from one to another."""
    length = _length(point, other)
    share = distance / length if length else 0.0
    return tuple(a + (b - a) * share for a, b in zip(point, other, strict=True))  # type: ignore[return-value]  # of two coordinates, as it was


def _length(point: Point, other: Point) -> float:
    return math.dist(point, other)


def _paint_route(axes: Any, points: Sequence[Point], arrow: bool, splines: str) -> None:
    from matplotlib.patches import PathPatch, Polygon

    bend = BENDS[splines]
    corners = _corners(points if splines == "ortho" else _direct(points))
    # Not moved to the middle of pixels, which would tell straight lines from bent ones.
    ink: dict[str, Any] = {"color": tint(MUTED, 0.8), "linewidth": 1.1, "snap": False}
    if arrow and len(corners) > 1:
        # Before its end a line turns for the last time.
        tip, before = corners[-1], points[-3] if bend else corners[-2]
        base = _toward(tip, before, ARROW)
        side = (base[1] - tip[1]) * 0.45, (tip[0] - base[0]) * 0.45
        wings = [(base[0] + s * side[0], base[1] + s * side[1]) for s in (1, -1)]
        axes.add_patch(Polygon([tip, *wings], closed=True, linewidth=0,
                               color=tint(MUTED, 0.8)))  # fmt: skip
        corners = [*corners[:-1], base]
    flat = points[1][1] == points[2][1]
    path = _curved(corners, flat) if splines in CURVED else _bent(corners, bend)
    axes.add_patch(PathPatch(path, fill=False, capstyle="butt", **ink))


def _direct(points: Sequence[Point]) -> list[Point]:
    """Leaves out where a line turns between ranks: it goes straight across."""
    inner = points[1:-1]
    kept = [point for i, point in enumerate(inner) if i % 4 in (0, 3)]
    return [points[0], *kept, points[-1]]


def _corners(points: Sequence[Point]) -> list[Point]:
    """Leaves out points that lie on the way from the one before to the next."""
    found: list[Point] = []
    for point in points:
        if found and _length(found[-1], point) < 0.01:
            continue
        if len(found) > 1 and _is_between(found[-2], found[-1], point):
            found.pop()
        found.append(point)
    return found


def _is_between(a: Point, b: Point, c: Point) -> bool:
    return _length(a, b) + _length(b, c) - _length(a, c) < 1e-6


def _curved(corners: Sequence[Point], flat: bool) -> Any:
    """Returns the path through some corners that leaves ranks at right angles.

    Args:
        corners: Where it leaves and enters ranks.
        flat: Whether it flows to a side.
    """
    from matplotlib.path import Path

    points, codes = [corners[0]], [Path.MOVETO]
    for (x, y), (right, below) in zip(corners, corners[1:], strict=False):
        if x == right or y == below:
            points.append((right, below))
            codes.append(Path.LINETO)
            continue
        middle = (x + right) / 2, (y + below) / 2
        first = (middle[0], y) if flat else (x, middle[1])
        second = (middle[0], below) if flat else (right, middle[1])
        points += [first, second, (right, below)]
        codes += [Path.CURVE4] * 3
    return Path(points, codes)


def _bent(corners: Sequence[Point], bend: float) -> Any:
    """Returns the path through some corners, rounded."""
    from matplotlib.path import Path

    points, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        room = min(_length(before, corner), _length(corner, after)) / 2
        radius = min(bend, room)
        points += [_toward(corner, before, radius), corner]
        points.append(_toward(corner, after, radius))
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, corners[-1]], [*codes, Path.LINETO])
