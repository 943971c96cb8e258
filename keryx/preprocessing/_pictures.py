"""Pictures from files, all of one size."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import FileError

Pixels = np.ndarray[Any, np.dtype[Any]]
MODES = {"rgb": "RGB", "rgba": "RGBA", "grayscale": "L"}


def read(path: str, color_mode: str) -> Pixels:
    """Returns the pixels of a picture, `(height, width, channels)`, from 0 to 255.

    They are whole numbers of one byte; `resized` makes floats of them.

    Raises:
        FileError: If the file is no picture.
    """
    from PIL import Image

    try:
        with Image.open(path) as picture:
            mode = MODES[color_mode]
            pixels = np.asarray(
                picture if picture.mode == mode else picture.convert(mode)
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileError(path, expected="a picture", got=f"{error}") from error
    return pixels if pixels.ndim == 3 else pixels[..., None]


def cropped(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Returns the largest middle part that has the ratio of `size`."""
    height, width = pixels.shape[:2]
    high = min(height, int(width * size[0] / size[1]))
    wide = min(width, int(height * size[1] / size[0]))
    top, left = (height - high) // 2, (width - wide) // 2
    return pixels[top : top + high, left : left + wide]


def padded(pixels: Pixels, size: tuple[int, int], method: str) -> Pixels:
    """Returns the whole picture in another size, in its own ratio, on black."""
    height, width = pixels.shape[:2]
    ratio = max(height / size[0], width / size[1])
    high, wide = height / ratio, width / ratio
    inner = int(high + 1e-6), int(wide + 1e-6)
    top, left = int((size[0] - high) / 2 + 1e-6), int((size[1] - wide) / 2 + 1e-6)
    made = np.zeros((*size, pixels.shape[2]), np.float32)
    made[top : top + inner[0], left : left + inner[1]] = resized(pixels, inner, method)
    return made


def resized(pixels: Pixels, size: tuple[int, int], method: str) -> Pixels:
    """Returns the picture in another size, as floats, without smoothing it first."""
    if pixels.shape[:2] == size:
        return pixels.astype(np.float32, copy=False)
    rows = _taps(pixels.shape[0], size[0], method)
    columns = _taps(pixels.shape[1], size[1], method)
    high = _weighted((pixels[i] for i in rows.places), rows.shares[..., None, None])
    return _weighted((high[:, j] for j in columns.places), columns.shares[..., None])


def _weighted(parts: Iterable[Pixels], shares: Pixels) -> Pixels:
    """Returns the sum of parts, each times its share."""
    products = (part * share for part, share in zip(parts, shares, strict=True))
    total: Pixels = next(products)
    for product in products:
        total += product
    return total


class Taps(NamedTuple):
    """Which pixels of a line a pixel of a resized line is made of.

    Attributes:
        places: Their numbers, `(taps, target)`.
        shares: How much each of them counts, alike; float32.
    """

    places: Pixels
    shares: Pixels


@functools.lru_cache(maxsize=256)
def _taps(source: int, target: int, method: str) -> Taps:
    """Returns the few weights of a line's pixels that are not zero."""
    weights = _weights(source, target, method)
    used = weights != 0
    first = used.argmax(axis=1)
    last = source - 1 - used[:, ::-1].argmax(axis=1)
    count = int((last - first).max()) + 1
    places = np.minimum(first, source - count) + np.arange(count)[:, None]
    return Taps(places, np.take_along_axis(weights.T, places, 0))


def _weights(source: int, target: int, method: str) -> Pixels:
    """Returns how much each source pixel of a line counts for each target pixel."""
    scale = source / target
    if method == "nearest":
        nearest = np.floor((np.arange(target) + 0.5) * scale).astype(int)
        nearest = np.minimum(nearest, source - 1)
        chosen: Pixels = np.eye(source, dtype=np.float32)[nearest]
        return chosen
    if method == "area":
        edges = np.arange(target + 1) * scale
        ends = np.minimum(np.arange(1, source + 1), edges[1:, None])
        shares = np.maximum(ends - np.maximum(np.arange(source), edges[:-1, None]), 0)
    else:
        radius, kernel = KERNELS[method]
        centers = (np.arange(target) + 0.5) * scale - 0.5
        distance = np.abs(centers[:, None] - np.arange(source))
        shares = np.where(distance < radius, kernel(distance), 0)
    total: Pixels = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return total


def _cubic(b: float, c: float) -> Callable[[Any], Any]:
    """Returns the cubic of Mitchell and Netravali, `Source:` SIGGRAPH 1988, (8)."""

    def kernel(x: Any) -> Any:
        near = (12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b
        far = (-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2
        far = far + (-12 * b - 48 * c) * x + 8 * b + 24 * c
        return np.where(x < 1, near, far) / 6

    return kernel


def _lanczos(radius: int) -> Callable[[Any], Any]:
    return lambda x: np.sinc(x) * np.sinc(x / radius)


KERNELS: dict[str, tuple[float, Callable[[Any], Any]]] = {
    "bilinear": (1, lambda x: 1 - x),
    "bicubic": (2, _cubic(0, 0.5)),
    "mitchellcubic": (2, _cubic(1 / 3, 1 / 3)),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, lambda x: np.exp(-2 * x**2)),
}
METHODS = (*KERNELS, "nearest", "area")
