"""Borders around pictures, added and cut off."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError
from keryx._core.op import op
from keryx.ops.image._layout import require_pictures, space_axes


def _pair(
    size: int, before: int | None, after: int | None, other: int | None, names: str
) -> tuple[int, int]:
    """Completes the widths of two borders, of which `other` less is left.

    Args:
        size: What the two borders and the rest make together.
        before: Width of the first border.
        after: Width of the second one.
        other: The rest.
        names: How messages name these three, and their function.
    """
    owner, first, second, target = names.split()
    if [before, after, other].count(None) != 1:
        raise ArgumentError(
            owner,
            target,
            expected=f"given with one of `{first}` and `{second}`, or left out with "
            "both of them given",
            got=other,
        )
    if before is None:
        before = size - int(after or 0) - int(other or 0)
    elif after is None:
        after = size - before - int(other or 0)
    if min(int(before), int(after or 0)) < 0 or size - before - int(after or 0) < 0:
        raise ArgumentError(
            owner,
            target,
            expected=f"such that no border or rest of {size} pixels is below zero",
            got=other,
        )
    return int(before), int(after or 0)


@op
def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> jax.Array:
    """Pictures with borders of zeros.

    Of `top_padding`, `bottom_padding` and `target_height`, exactly two are given; and
    so are two of `left_padding`, `right_padding` and `target_width`.

    Example:
        >>> pad_images(jnp.ones((2, 2, 1)), 1, 0, target_height=4, target_width=3).shape
        (4, 3, 1)

    Args:
        images: One picture or a batch.
        top_padding: Rows added above.
        left_padding: Columns added on the left.
        bottom_padding: Rows added below.
        right_padding: Columns added on the right.
        target_height: The new height, in pixels.
        target_width: The new width, in pixels.
        data_format: Where the channels are; the global setting if `None`.

    Raises:
        ArgumentError: If another number of them is given, or a border would be below
            zero.
        ShapeError: If `images` are no pictures.
    """
    array = require_pictures(images, "pad_images")
    widths = [(0, 0)] * array.ndim
    rows, columns = space_axes(array, data_format)
    for axis, before, after, target, names in (
        (rows, top_padding, bottom_padding, target_height,
         "pad_images top_padding bottom_padding target_height"),
        (columns, left_padding, right_padding, target_width,
         "pad_images left_padding right_padding target_width"),
    ):  # fmt: skip
        now = array.shape[axis]
        if target is None:
            widths[axis] = _pair(now + (before or 0) + (after or 0), before, after,
                                 None, names)  # fmt: skip
        else:
            widths[axis] = _pair(target, before, after, now, names)
    return jnp.pad(array, widths)


@op
def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> jax.Array:
    """Pictures without their borders.

    Of `top_cropping`, `bottom_cropping` and `target_height`, exactly two are given; and
    so are two of `left_cropping`, `right_cropping` and `target_width`.

    Example:
        >>> picture = jnp.arange(9).reshape(3, 3, 1)
        >>> crop_images(picture, 1, 0, target_height=1, target_width=2)[..., 0]
        Array([[3, 4]], dtype=int32)

    Args:
        images: One picture or a batch.
        top_cropping: Rows cut off above.
        left_cropping: Columns cut off on the left.
        bottom_cropping: Rows cut off below.
        right_cropping: Columns cut off on the right.
        target_height: The new height, in pixels.
        target_width: The new width, in pixels.
        data_format: Where the channels are; the global setting if `None`.

    Raises:
        ArgumentError: If another number of them is given, or nothing would be left.
        ShapeError: If `images` are no pictures.
    """
    array = require_pictures(images, "crop_images")
    rows, columns = space_axes(array, data_format)
    for axis, before, after, target, names in (
        (rows, top_cropping, bottom_cropping, target_height,
         "crop_images top_cropping bottom_cropping target_height"),
        (columns, left_cropping, right_cropping, target_width,
         "crop_images left_cropping right_cropping target_width"),
    ):  # fmt: skip
        size = array.shape[axis]
        first, last = _pair(size, before, after, target, names)
        array = jax.lax.slice_in_dim(array, first, size - last, axis=axis)
    return array
