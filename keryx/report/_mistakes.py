"""The samples that a model got most wrong, as pictures."""

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core import config
from keryx.report import _style
from keryx.report._answers import class_names, Mistake, probabilities, worst_mistakes

# Rows of this many numbers or more may be flattened pictures.
LEAST_PIXELS = 64


def plot_mistakes(
    x: Any,
    y_true: Any,
    scores: Any,
    count: int = 12,
    names: Sequence[str] | None = None,
) -> Any:
    """Draws the worst mistakes: wrong answers given with the most confidence.

    Above each picture stand the true class, the one given, and its probability.

    Args:
        x: Pictures, `(samples, height, width)`, with a last axis of 1, 3 or 4 channels
            or flattened into `(samples, pixels)`.
        y_true: Classes, `(samples,)`, from zero.
        scores: Probabilities or logits, `(samples, classes)`, or `(samples,)` for the
            second of two classes.
        count: How many pictures to draw at most.
        names: Names of the classes.

    Returns:
        A Matplotlib figure.

    Raises:
        DataError: If `x` are no pictures.
    """
    classes = class_names(names, probabilities(scores).shape[1])
    mistakes = worst_mistakes(y_true, scores, count)
    images = pictures(x, [mistake.index for mistake in mistakes])
    if images is None:
        raise _no_pictures(x)
    return draw_mistakes(images, mistakes, classes)


def _no_pictures(x: Any) -> Exception:
    from keryx._core.errors import DataError

    return DataError(
        "plot_mistakes",
        expected="pictures (samples, height, width) or (samples, height, width, 3)",
        got=np.shape(x),
    )


def draw_mistakes(images: Any, mistakes: list[Mistake], names: list[str]) -> Any:
    """Draws pictures in rows of six."""
    from matplotlib.figure import Figure

    columns = min(max(len(mistakes), 1), 6)
    rows = max(-(-len(mistakes) // columns), 1)
    size = (1.7 * columns, 2.1 * rows)
    figure = Figure(figsize=size, layout="constrained", facecolor=_style.PAPER)
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in places:
        axes.set_axis_off()
    for axes, image, mistake in zip(places, images, mistakes, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        text = f"{in_words(mistake, names)}\n{mistake.confidence:.0%} sure"
        axes.set_title(text, fontsize=9, color=_style.INK, parse_math=False)
    if not mistakes:
        style = {"ha": "center", "va": "center", "color": _style.INK}
        places[0].text(0.5, 0.5, "No mistakes", **style)
    return figure


def in_words(mistake: Mistake, names: list[str]) -> str:
    """Says what was taken for what."""
    return f"{names[mistake.true]}, taken for {names[mistake.predicted]}"


def pictures(x: Any, indices: Sequence[int]) -> Any:
    """Returns samples as pictures of bytes, `None` if they are no pictures.

    Shapes:
        x:       `(samples, height, width)`, with channels, or `(samples, pixels)`
        outputs: `(pictures, height, width)` or `(pictures, height, width, channels)`
    """
    if isinstance(x, list | tuple | dict) or not hasattr(x, "shape"):
        return None
    array = _as_images(np.asarray(x))
    if array is None or not len(array):
        return None
    low, high = float(np.nanmin(array)), float(np.nanmax(array))
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    chosen = array[list(indices)].astype(np.float64)
    shades = (chosen - low) / max(high - low, 1e-12)
    return np.rint(255 * np.nan_to_num(shades).clip(0, 1)).astype(np.uint8)


def _as_images(array: Any) -> Any:
    """Brings an array into the shape of pictures, `None` if it has none."""
    if not np.issubdtype(array.dtype, np.number) or array.size == 0:
        return None
    if array.ndim == 2:
        side = int(np.sqrt(array.shape[1]))
        square = side * side == array.shape[1] >= LEAST_PIXELS
        shades = array.min() >= 0 and array.max() <= 255
        return array.reshape(-1, side, side) if square and shades else None
    first = config.image_data_format() == "channels_first"
    if array.ndim == 4 and first and array.shape[1] in (1, 3, 4):
        array = np.moveaxis(array, 1, -1)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 4 and array.shape[-1] not in (3, 4):
        return None
    large = array.ndim in (3, 4) and min(array.shape[1:3]) >= 5
    return array if large else None


def to_png(image: Any) -> bytes:
    """Returns a picture of bytes as a PNG file."""
    from PIL import Image

    target = io.BytesIO()
    Image.fromarray(image).save(target, format="PNG")
    return target.getvalue()


def data_address(image: Any) -> str:
    """Returns a picture as an address that holds all of it."""
    return "data:image/png;base64," + base64.b64encode(to_png(image)).decode()
