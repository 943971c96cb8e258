"""What is drawn for each picture, and pictures changed accordingly."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx.preprocessing.image._affine import make_maps, warp
from keryx.preprocessing.image._changes import brighten, shift_levels

Array = np.ndarray[Any, Any]
Draw = dict[str, Any]

UNCHANGED: Draw = {
    "theta": 0,
    "tx": 0,
    "ty": 0,
    "shear": 0,
    "zx": 1,
    "zy": 1,
    "flip_horizontal": False,
    "flip_vertical": False,
    "channel_shift_intensity": None,
    "brightness": None,
}
_MOVES = ("theta", "tx", "ty", "shear", "zx", "zy")


def draw_shift(span: Any, length: int, random: np.random.RandomState) -> float:
    """Returns a shift in pixels.

    Args:
        span: The largest, a float; one more than the largest, an integer; or the
            lengths to choose from. Parts of the length if below one.
        length: Number of pixels of the axis.
        random: What to draw from.
    """
    if isinstance(span, float | np.floating):
        if not span:
            return 0.0
        shift = float(random.uniform(-span, span))
        return shift * length if span < 1 else shift
    if not np.any(span):
        return 0.0
    chosen = random.choice(span) * random.choice([-1, 1])
    return float(chosen * length if np.max(span) < 1 else chosen)


def changed(
    pictures: Array, draws: Sequence[Draw], *, mode: str, cval: float, order: int
) -> Array:
    """Returns pictures changed as was drawn for each.

    Args:
        pictures: `(batch, height, width, channels)`.
        draws: A dict with the keys of `UNCHANGED` for each of them.
        mode: What lies beyond the edges.
        cval: The value there, if constant.
        order: Degree of the spline that interpolates.
    """
    moves = np.array([[draw[name] for name in _MOVES] for draw in draws], float)
    if (moves != [UNCHANGED[name] for name in _MOVES]).any():
        height, width = pictures.shape[1:3]
        maps = make_maps((height, width), *moves.T)
        pictures = warp(pictures, maps, mode=mode, cval=cval, order=order)
    shifts = [draw["channel_shift_intensity"] for draw in draws]
    if any(shift is not None for shift in shifts):
        pictures = shift_levels(pictures, np.array([s or 0 for s in shifts], float))
    pictures = _mirrored(pictures, [draw["flip_horizontal"] for draw in draws], 2)
    pictures = _mirrored(pictures, [draw["flip_vertical"] for draw in draws], 1)
    factors = [draw["brightness"] for draw in draws]
    if all(factor is None for factor in factors):
        return pictures
    return np.stack(
        [
            picture if factor is None else brighten(picture, factor, False, _LAST)
            for picture, factor in zip(pictures, factors, strict=True)
        ]
    )


_LAST = "channels_last"


def _mirrored(pictures: Array, which: Sequence[Any], axis: int) -> Array:
    """Returns the pictures with those chosen mirrored."""
    chosen = np.array(which, bool)
    if not chosen.any():
        return pictures
    pictures = pictures.copy()
    pictures[chosen] = np.flip(pictures[chosen], axis)
    return pictures
