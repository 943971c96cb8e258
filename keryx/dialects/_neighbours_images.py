"""`scipy.misc` as it was: images as arrays, by way of Pillow."""

from typing import Any

import numpy as np

_RESAMPLING = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}


def imread(name: Any, flatten: bool = False, mode: str | None = None) -> Any:
    """Returns an image file as an array.

    Args:
        name: A path or an open file.
        flatten: Whether to return grey levels as floating point numbers.
        mode: Pillow's name of the kind of pixels to return, such as "L" or "RGB".
    """
    from PIL import Image

    with Image.open(name) as opened:
        return fromimage(opened, flatten, mode)


def fromimage(im: Any, flatten: bool = False, mode: str | None = None) -> Any:
    """Returns a picture of Pillow as an array."""
    if mode is not None and mode != im.mode:
        im = im.convert(mode)
    elif mode is None and im.mode == "P":
        im = im.convert("RGBA" if "transparency" in im.info else "RGB")
    elif im.mode == "1":
        im = im.convert("L")
    return np.array(im.convert("F") if flatten else im)


def bytescale(
    data: Any, cmin: Any = None, cmax: Any = None, high: int = 255, low: int = 0
) -> Any:
    """Returns numbers stretched to integers in [low, high]; bytes as they are."""
    data = np.asarray(data)
    if data.dtype == np.uint8:
        return data
    cmin = data.min() if cmin is None else cmin
    cmax = data.max() if cmax is None else cmax
    scale = float(high - low) / (float(cmax - cmin) or 1.0)
    stretched = (data - cmin) * scale + low
    return (np.clip(stretched, low, high) + 0.5).astype(np.uint8)


def toimage(
    arr: Any,
    high: int = 255,
    low: int = 0,
    cmin: Any = None,
    cmax: Any = None,
    pal: Any = None,
    mode: str | None = None,
    channel_axis: int | None = None,
) -> Any:
    """Returns an array as a picture of Pillow, its values stretched to 0 to 255.

    An array of three axes is in color; the channels are the axis of length 3 or 4.
    """
    from PIL import Image

    arr = np.asarray(arr)
    if mode == "F" and arr.ndim == 2:
        return Image.fromarray(arr.astype(np.float32))
    if arr.ndim == 3:
        found = [axis for axis in (2, 0, 1) if arr.shape[axis] in (3, 4)]
        if not found and channel_axis is None:
            raise ValueError(
                f"`toimage` needs an axis of 3 or 4 channels, not shape {arr.shape}."
            )
        axis = channel_axis if channel_axis is not None else found[0]
        arr = np.moveaxis(arr, axis, -1)
    elif arr.ndim != 2:
        raise ValueError(f"`toimage` needs 2 or 3 axes, not shape {arr.shape}.")
    image = Image.fromarray(bytescale(arr, cmin, cmax, high, low))
    return image if mode is None else image.convert(mode)


def imsave(name: Any, arr: Any, format: str | None = None) -> None:
    """Writes an array as an image file, its values stretched to 0 to 255."""
    toimage(arr, channel_axis=2 if np.ndim(arr) == 3 else None).save(name, format)


def imresize(
    arr: Any, size: Any, interp: str = "bilinear", mode: str | None = None
) -> Any:
    """Returns a picture in another size, as bytes.

    Args:
        arr: The picture.
        size: Percent as an integer, a fraction as a float, or (height, width).
        interp: "nearest", "lanczos", "bilinear", "bicubic" or "cubic".
        mode: Pillow's name of the kind of pixels to work with.
    """
    image = toimage(arr, mode=mode)
    if isinstance(size, tuple | list | np.ndarray):
        height, width = (int(side) for side in size)
    else:
        part = size / 100.0 if isinstance(size, int | np.integer) else float(size)
        width, height = (int(side * part) for side in image.size)
    return fromimage(image.resize((width, height), _RESAMPLING[interp]))


def imrotate(arr: Any, angle: float, interp: str = "bilinear") -> Any:
    """Returns a picture turned by degrees, against the clock, as bytes."""
    return fromimage(toimage(arr).rotate(angle, resample=_RESAMPLING[interp]))


def imshow(arr: Any) -> None:
    """Shows a picture."""
    import matplotlib.pyplot as plt

    plt.imshow(arr)
    plt.show()


def __getattr__(name: str) -> Any:
    """Returns what has moved to `scipy.special`."""
    from scipy import special  # type: ignore[import-untyped]  # none

    moved = ("comb", "factorial", "factorial2", "logsumexp")
    if name in moved:
        return getattr(special, name)
    raise AttributeError(f"module 'scipy.misc' had no attribute {name!r}", name=name)
