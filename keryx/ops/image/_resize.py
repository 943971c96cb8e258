"""Pictures with another number of pixels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._core.op import op
from keryx.ops._make import as_array
from keryx.ops.image._layout import in_type, require_pictures, space, space_axes

METHODS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class Box(NamedTuple):
    """A rectangle of a picture, or around it: where it begins, and its sizes."""

    top: int
    left: int
    height: int
    width: int


def inner_box(size: tuple[int, int], target: tuple[int, int]) -> Box:
    """Returns the largest rectangle in the middle with the target's aspect ratio."""
    height = max(min(size[0], int(size[1] * target[0] / target[1])), 1)
    width = max(min(size[1], int(size[0] * target[1] / target[0])), 1)
    return Box((size[0] - height) // 2, (size[1] - width) // 2, height, width)


def outer_box(size: tuple[int, int], target: tuple[int, int]) -> Box:
    """Returns the smallest rectangle around with the target's aspect ratio.

    `top` and `left` are where the picture lies in it. Both borders are alike, so that
    the rectangle may be one pixel too small.
    """
    top = (max(size[0], int(size[1] * target[0] / target[1])) - size[0]) // 2
    left = (max(size[1], int(size[0] * target[1] / target[0])) - size[1]) // 2
    return Box(top, left, size[0] + 2 * top, size[1] + 2 * left)


@op
def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> jax.Array:
    """Pictures of another size; their corners stay corners.

    Example:
        >>> row = jnp.array([[[0.0], [4.0]]])
        >>> resize(row, (1, 4))[0, :, 0].tolist()
        [0.0, 1.0, 3.0, 4.0]
        >>> resize(row, (1, 4), "nearest")[0, :, 0].tolist()
        [0.0, 0.0, 4.0, 4.0]

    Args:
        images: One picture or a batch.
        size: New height and width, in pixels.
        interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5".
        antialias: Whether a smaller picture averages over the pixels that it replaces.
        crop_to_aspect_ratio: Whether to cut off what would distort the picture.
        pad_to_aspect_ratio: Whether to add borders instead of distorting the picture.
        fill_mode: How borders are filled: only "constant".
        fill_value: The value of the borders.
        data_format: Where the channels are; the global setting if `None`.

    Shapes:
        images:  `(..., height, width, channels)`, or channels first
        outputs: the same with the new height and width

    Returns:
        Pictures in the type of the given ones.

    Raises:
        ArgumentError: If an option is not one of these, or both cropping and padding
            are asked for.
        ShapeError: If `images` have other axes than these.
    """
    array = require_pictures(images, "resize")
    height, width = check.int_tuple(size, 2, "size", "resize")
    target = (height, width)
    method = check.one_of(interpolation, METHODS, "interpolation", "resize")
    check.one_of(fill_mode, ("constant",), "fill_mode", "resize")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError(
            "resize",
            "pad_to_aspect_ratio",
            expected="False where `crop_to_aspect_ratio` is True",
            got=pad_to_aspect_ratio,
        )
    axes = space_axes(array, data_format)
    now = space(array, data_format)
    if crop_to_aspect_ratio:
        array = _cut(array, axes, inner_box(now, target))
    elif pad_to_aspect_ratio:
        array = _framed(array, axes, outer_box(now, target), fill_value)
    return _resized(array, axes, target, method, antialias)


def _cut(array: jax.Array, axes: tuple[int, int], box: Box) -> jax.Array:
    array = jax.lax.slice_in_dim(array, box.top, box.top + box.height, axis=axes[0])
    return jax.lax.slice_in_dim(array, box.left, box.left + box.width, axis=axes[1])


def _framed(
    array: jax.Array, axes: tuple[int, int], box: Box, fill_value: float
) -> jax.Array:
    widths = [(0, 0)] * array.ndim
    starts = zip(axes, (box.top, box.left), (box.height, box.width), strict=True)
    for axis, start, length in starts:
        widths[axis] = (start, length - start - array.shape[axis])
    return jnp.pad(array, widths, constant_values=jnp.asarray(fill_value, array.dtype))


def _resized(
    array: jax.Array,
    axes: tuple[int, int],
    target: tuple[int, int],
    method: str,
    antialias: bool,
) -> jax.Array:
    shape = list(array.shape)
    for axis, length in zip(axes, target, strict=True):
        shape[axis] = length
    if method == "nearest":
        near: jax.Array = jax.image.resize(array, shape, "nearest")
        return near
    inexact = jnp.issubdtype(array.dtype, jnp.inexact)
    floats = array if inexact else array.astype(jnp.float32)
    found = jax.image.resize(floats, shape, method, antialias=antialias)
    return in_type(found, array.dtype)


@op
def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> jax.Array:
    """Arrays that are enlarged and shifted along some axes.

        position in the output = scale · position in the input + translation

    What has no counterpart in the input is 0.

    Example:
        >>> scale_and_translate(jnp.ones(2), (3,), [1.0], [1.0], (0,), "linear")
        Array([0., 1., 1.], dtype=float32)

    Args:
        images: An array.
        output_shape: Its new shape.
        scale: Factors, one per axis of `spatial_dims`.
        translation: Shifts in pixels, one per axis of `spatial_dims`.
        spatial_dims: The axes that change.
        method: "linear", "bilinear", "trilinear", "cubic", "bicubic", "tricubic",
            "lanczos3" or "lanczos5".
        antialias: Whether a smaller array averages over the elements it replaces.
    """
    found: jax.Array = jax.image.scale_and_translate(
        as_array(images),
        tuple(output_shape),
        tuple(spatial_dims),
        as_array(scale),
        as_array(translation),
        method=method,
        antialias=antialias,
    )
    return found
