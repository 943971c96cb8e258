"""How pictures come: one or a batch, with their channels last or first."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import config
from keryx._core.errors import ShapeError
from keryx.ops._make import as_array

# The values of `fill_mode`: what lies beyond the border of a picture.
FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
INTERPOLATIONS = ("nearest", "bilinear")


def is_first(data_format: str | None) -> bool:
    """Tells whether the channels come before height and width."""
    return config.standardize_data_format(data_format) == "channels_first"


def channels_axis(data_format: str | None) -> int:
    """Returns the axis of the channels, counted from the end."""
    return -3 if is_first(data_format) else -1


def require_pictures(images: Any, owner: str) -> jax.Array:
    """Returns pictures as an array.

    Raises:
        ShapeError: If they are neither one picture nor a batch of them.
    """
    array = as_array(images)
    if array.ndim not in (3, 4):
        raise ShapeError(
            owner,
            expected="one picture (three axes) or a batch of them (four)",
            got=f"{array.shape}",
            fix="A gray picture has one channel: add its axis with `x[..., None]`.",
        )
    return array


def to_last(images: jax.Array, data_format: str | None) -> jax.Array:
    """Moves the channels to the last axis, if they are not there."""
    return jnp.moveaxis(images, -3, -1) if is_first(data_format) else images


def from_last(images: jax.Array, data_format: str | None) -> jax.Array:
    """Moves the channels back from the last axis to where they were."""
    return jnp.moveaxis(images, -1, -3) if is_first(data_format) else images


def space_axes(images: jax.Array, data_format: str | None) -> tuple[int, int]:
    """Returns the axes of height and width."""
    last = images.ndim - (1 if is_first(data_format) else 2)
    return last - 1, last


def space(images: jax.Array, data_format: str | None) -> tuple[int, int]:
    """Returns height and width, in pixels."""
    rows, columns = space_axes(images, data_format)
    return images.shape[rows], images.shape[columns]


def in_type(array: jax.Array, dtype: Any) -> jax.Array:
    """Returns floats as `dtype`: for integers rounded, and cut to their range."""
    if jnp.issubdtype(dtype, jnp.integer):
        info = np.iinfo(dtype)
        array = jnp.clip(jnp.round(array), info.min, info.max)
    return array.astype(dtype)
