"""Colors of pictures: gray, and hue, saturation and value."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.errors import DataError, ShapeError
from keryx._core.op import op
from keryx.ops.image._layout import channels_axis, require_pictures

# What red, green and blue have in a picture's brightness.
_LUMA = (0.2989, 0.5870, 0.1140)


def _require_colors(images: Any, data_format: str | None, owner: str) -> jax.Array:
    """Returns pictures of three channels as an array."""
    array = require_pictures(images, owner)
    if array.shape[channels_axis(data_format)] != 3:
        raise ShapeError(
            owner,
            expected="pictures with three channels",
            got=f"{array.shape}",
            fix="If the channels are on another axis, set `data_format`.",
        )
    return array


def _require_floats(array: jax.Array, owner: str) -> jax.Array:
    if not jnp.issubdtype(array.dtype, jnp.floating):
        raise DataError(
            owner,
            expected="floats from 0 to 1",
            got=f"elements of type {array.dtype}",
            fix="Divide by 255 first.",
        )
    return array


@op
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> jax.Array:
    """The brightness of colors.

        gray = 0.2989 red + 0.5870 green + 0.1140 blue

    Example:
        >>> rgb_to_grayscale(jnp.array([[[1.0, 0.0, 0.0]]]))
        Array([[[0.2989]]], dtype=float32)

    Args:
        images: One picture or a batch, of three channels.
        data_format: Where the channels are; the global setting if `None`.

    Returns:
        Pictures of one channel, in the type of the given ones.

    Raises:
        ShapeError: If there are not three channels.

    Source:
        ITU-R BT.601, its weights of the gamma-corrected colors.
    """
    array = _require_colors(images, data_format, "rgb_to_grayscale")
    axis = channels_axis(data_format)
    floats = jnp.issubdtype(array.dtype, jnp.floating)
    luma = jnp.asarray(_LUMA, array.dtype if floats else jnp.float32)
    weights = luma.reshape([3 if a == axis else 1 for a in range(-array.ndim, 0)])
    gray = jnp.sum(array * weights, axis, keepdims=True)
    return gray.astype(array.dtype)


@op
def rgb_to_hsv(images: Any, data_format: str | None = None) -> jax.Array:
    """Hue, saturation and value of colors, all from 0 to 1.

        value = max(r, g, b)
        saturation = (max - min) / max                 0 for black
        hue = (g - b) / (6 (max - min))          if red is the largest
              (b - r) / (6 (max - min)) + 1/3    if green is
              (r - g) / (6 (max - min)) + 2/3    if blue is,      modulo 1

    Example:
        >>> rgb_to_hsv(jnp.array([[[0.0, 0.5, 0.0]]]))[0, 0].round(3).tolist()
        [0.3330000042915344, 1.0, 0.5]

    Args:
        images: One picture or a batch, of three channels; floats from 0 to 1.
        data_format: Where the channels are; the global setting if `None`.

    Raises:
        ShapeError: If there are not three channels.
        DataError: If the pictures hold no floats.

    Source:
        Smith, "Color Gamut Transform Pairs" (SIGGRAPH 1978).
    """
    array = _require_colors(images, data_format, "rgb_to_hsv")
    _require_floats(array, "rgb_to_hsv")
    axis = channels_axis(data_format)
    red, green, blue = (jnp.take(array, i, axis) for i in range(3))
    value = jnp.maximum(jnp.maximum(red, green), blue)
    spread = value - jnp.minimum(jnp.minimum(red, green), blue)
    saturation = jnp.where(value > 0, spread / jnp.where(value > 0, value, 1), 0)
    sixth = 1 / (6 * jnp.where(spread > 0, spread, 1))
    hue = jnp.where(
        value == red,
        sixth * (green - blue),
        jnp.where(
            value == green,
            sixth * (blue - red) + 2 / 6,
            sixth * (red - green) + 4 / 6,
        ),
    )
    hue = jnp.where(spread > 0, hue, 0)
    hue = jnp.where(hue < 0, hue + 1, hue)
    return jnp.stack([hue, saturation, value], axis)


@op
def hsv_to_rgb(images: Any, data_format: str | None = None) -> jax.Array:
    """Colors of a hue, saturation and value: the inverse of `rgb_to_hsv`.

    Example:
        >>> hsv_to_rgb(jnp.array([[[0.5, 1.0, 1.0]]]))[0, 0].tolist()
        [0.0, 1.0, 1.0]

    Args:
        images: One picture or a batch, of three channels; floats from 0 to 1.
        data_format: Where the channels are; the global setting if `None`.

    Raises:
        ShapeError: If there are not three channels.
        DataError: If the pictures hold no floats.

    Source:
        As `rgb_to_hsv`.
    """
    array = _require_colors(images, data_format, "hsv_to_rgb")
    _require_floats(array, "hsv_to_rgb")
    axis = channels_axis(data_format)
    hue, saturation, value = (jnp.take(array, i, axis) for i in range(3))
    turn = 6 * jnp.mod(hue, 1)

    def channel(offset: int) -> jax.Array:
        # How far the hue is from where this color is at its full.
        place = jnp.mod(turn + offset, 6)
        dip = jnp.clip(jnp.minimum(place, 4 - place), 0, 1)
        return value - value * saturation * dip

    return jnp.stack([channel(5), channel(3), channel(1)], axis)
