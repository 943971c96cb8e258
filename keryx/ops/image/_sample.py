"""Values of pictures between their pixels and beyond their borders."""

import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp

Index = jax.Array


def _mirror(index: Index, size: int) -> Index:
    period = max(2 * (size - 1), 1)
    place = jnp.mod(index, period)
    return jnp.minimum(place, period - place) if size > 1 else jnp.zeros_like(index)


def _reflect(index: Index, size: int) -> Index:
    place = jnp.mod(index, 2 * size)
    return jnp.minimum(place, 2 * size - 1 - place)


# For each fill mode, the pixel of the picture that stands for one anywhere.
_INSIDE: dict[str, Callable[[Index, int], Index]] = {
    "constant": lambda index, size: jnp.clip(index, 0, size - 1),
    "nearest": lambda index, size: jnp.clip(index, 0, size - 1),
    "wrap": jnp.mod,
    "mirror": _mirror,
    "reflect": _reflect,
}


def sample(
    picture: jax.Array,
    rows: jax.Array,
    columns: jax.Array,
    *,
    order: int,
    fill_mode: str,
    fill_value: float | jax.Array,
) -> jax.Array:
    """Returns the values of one picture at real positions, between pixels blended.

    Args:
        picture: `(height, width, channels)`.
        rows: Positions along the height, in pixels; any shape.
        columns: Positions along the width, of the same shape.
        order: 0 for the nearest pixel, 1 for a blend of the four around.
        fill_mode: What lies beyond the border, one of `FILL_MODES`.
        fill_value: The value there, for "constant".

    Returns:
        Floats, or for `order=0` the picture's type; of the positions' shape, and the
        channels.
    """
    near = [_neighbours(place, order) for place in (rows, columns)]
    total: jax.Array | None = None
    for (row, row_share), (column, column_share) in itertools.product(*near):
        value = _pixels(picture, row, column, fill_mode, fill_value)
        if order == 0:
            return value
        share = (row_share * column_share)[..., None]
        total = share * value if total is None else total + share * value
    assert total is not None
    return total


def _neighbours(place: jax.Array, order: int) -> list[tuple[Index, jax.Array]]:
    """Returns the pixels that have a part in the value at a place, and their parts."""
    if order == 0:
        # Halves away from zero.
        near = jnp.trunc(place + jnp.copysign(0.5, place))
        return [(near.astype(jnp.int32), jnp.ones_like(place))]
    low = jnp.floor(place)
    high_share = place - low
    index = low.astype(jnp.int32)
    return [(index, 1 - high_share), (index + 1, high_share)]


def _pixels(
    picture: jax.Array,
    row: Index,
    column: Index,
    fill_mode: str,
    fill_value: float | jax.Array,
) -> jax.Array:
    height, width, _ = picture.shape
    inside = _INSIDE[fill_mode]
    values = picture[inside(row, height), inside(column, width)]
    if fill_mode != "constant":
        return values
    known = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return jnp.where(known[..., None], values, jnp.asarray(fill_value, picture.dtype))
