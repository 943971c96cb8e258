"""Pictures as arrays, and arrays as pictures."""

from typing import Any

import numpy as np

from keryx._core import config
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ShapeError
from keryx._core.hook import hooked

Array = np.ndarray[Any, Any]


@hooked
def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> Array:
    """Returns a picture as an array with an axis of channels.

    Example:
        >>> from PIL import Image
        >>> img_to_array(Image.new("RGB", (4, 2))).shape
        (2, 4, 3)
        >>> img_to_array(np.zeros((2, 4))).shape
        (2, 4, 1)

    Args:
        img: A picture of Pillow, or an array.
        data_format: Whether channels come last or first; as configured if `None`.
        dtype: Element type; as configured if `None`.

    Shapes:
        img:     `(height, width)`, or with channels
        outputs: `(height, width, channels)`, or `(channels, height, width)`

    Raises:
        ArgumentError: If `data_format` is unknown.
        ShapeError: If `img` has neither two nor three axes.
    """
    first = config.standardize_data_format(data_format) == "channels_first"
    x = np.asarray(img, standardize_dtype(dtype))
    if x.ndim == 2:
        return x[None] if first else x[..., None]
    if x.ndim != 3:
        raise ShapeError(
            "img_to_array", expected="a picture of 2 or 3 axes", got=f"shape {x.shape}"
        )
    # Pillow has channels last; what is an array already keeps its order.
    pillow = hasattr(img, "getbands")
    return x.transpose(2, 0, 1) if first and pillow else x


@hooked
def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """Returns an array as a picture of Pillow.

    Example:
        >>> array_to_img([[[0.0], [0.5], [1.0]]]).tobytes()
        b'\\x00\\x7f\\xff'

    Args:
        x: Levels: of one channel for grey, three for colours, four with opacity.
        data_format: Whether channels come last or first; as configured if `None`.
        scale: Whether to stretch the levels to 0 to 255; if not, they are that already.
        dtype: Type to compute in; as configured if `None`.

    Shapes:
        x: `(height, width, channels)`, or `(channels, height, width)`

    Raises:
        ArgumentError: If `data_format` is unknown.
        ShapeError: If `x` is not a picture of 1, 3 or 4 channels.
    """
    from PIL import Image

    first = config.standardize_data_format(data_format) == "channels_first"
    levels = np.asarray(x, standardize_dtype(dtype))
    form = "(channels, height, width)" if first else "(height, width, channels)"
    if levels.ndim == 3 and first:
        levels = levels.transpose(1, 2, 0)
    if levels.ndim != 3 or levels.shape[-1] not in (1, 3, 4):
        raise ShapeError(
            "array_to_img",
            expected=f"one picture {form} of 1, 3 or 4 channels",
            got=f"shape {np.shape(x)}",
        )
    levels = stretched(levels) if scale else levels
    if levels.shape[-1] > 1:
        return Image.fromarray(levels.astype("uint8"))
    levels = levels[..., 0]
    deep = levels.size and levels.max() > 255
    return Image.fromarray(levels.astype("int32" if deep else "uint8"))


def stretched(levels: Array) -> Array:
    """Returns levels moved and scaled to lie between 0 and 255."""
    if not levels.size:
        return levels
    moved: Array = levels - levels.min()
    top = moved.max()
    return moved if top == 0 else np.asarray(moved / top * 255)
