"""Pooling: the largest or the mean value of windows over the spatial axes."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from keryx._core import check
from keryx._core.config import standardize_data_format
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops import (
    _conv_rules as rules,
    _pool_forms as forms,
    _pool_kernels as kernels,
)
from keryx.ops._pool_forms import Windows

Sizes = int | Sequence[int]


@op
def max_pool(
    inputs: jax.Array,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Largest value of each window; NaN where the window holds one.

        y[o] = max over t of x[o · strides + t - before],   0 <= t < pool_size

    The gradient goes to the window's first largest value. On CPU it can be taken in
    reverse mode only, to any order.

    Example:
        >>> x = jnp.arange(6.0).reshape(1, 6, 1)
        >>> max_pool(x, 2)[0, :, 0]
        Array([1., 3., 5.], dtype=float32)

    Args:
        inputs: One to three spatial axes.
        pool_size: Positions in a window, for all axes or one number for each.
        strides: Positions from window to window; `None` means `pool_size`.
        padding: "valid": only windows inside the inputs; "same": as many windows as
            strides fit, hanging over evenly, and over the end by one more.
        data_format: "channels_last" or "channels_first"; `None` means the global one.

    Shapes:
        inputs:  `(batch, *space, channels)` or `(batch, channels, *space)`
        outputs: the same with each size replaced by the number of windows

    Raises:
        ArgumentError: If a size is not positive, or an option is not known.
        ShapeError: If no window fits, or there are not one to three spatial axes.
    """
    return _pool(_max, "max_pool", inputs, pool_size, strides, padding, data_format)


@op
def average_pool(
    inputs: jax.Array,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Mean of each window, over its real values: padding does not count.

    Example:
        >>> x = jnp.arange(5.0).reshape(1, 5, 1)
        >>> average_pool(x, 2, padding="same")[0, :, 0]
        Array([0.5, 2.5, 4. ], dtype=float32)

    Args, Shapes, Raises:
        As for `max_pool`. Integers give float32.
    """
    return _pool(
        _average, "average_pool", inputs, pool_size, strides, padding, data_format
    )


@op
def adaptive_average_pool(
    inputs: jax.Array, output_size: Sizes, data_format: str | None = None
) -> jax.Array:
    """Means of `output_size` windows that cover the inputs as evenly as possible.

    Window `i` of `n` over a size `L` holds the positions from `floor(i L / n)` up to,
    not including, `ceil((i + 1) L / n)`.

    Example:
        >>> x = jnp.arange(7.0).reshape(1, 7, 1)
        >>> adaptive_average_pool(x, 3)[0, :, 0]
        Array([1., 3., 5.], dtype=float32)

    Args:
        inputs: One to three spatial axes.
        output_size: Windows, for all axes or one number for each.
        data_format: "channels_last" or "channels_first"; `None` means the global one.

    Shapes:
        inputs:  `(batch, *space, channels)` or `(batch, channels, *space)`
        outputs: `(batch, *output_size, channels)` or `(batch, channels, *output_size)`

    Raises:
        ArgumentError: If a size is not positive.
        ShapeError: If there are not one to three spatial axes.
    """

    def mean(windows: jax.Array, axis: int, counts: jax.Array) -> jax.Array:
        shape = [1] * windows.ndim
        shape[axis - 1], shape[axis] = counts.shape[0], windows.shape[axis]
        inside = jnp.arange(windows.shape[axis]) < counts[:, None]
        total = jnp.sum(jnp.where(inside.reshape(shape), windows, 0), axis)
        shape.pop(axis)
        return total / counts.reshape(shape).astype(windows.dtype)

    x = _as_float(jnp.asarray(inputs))
    return _adaptive(mean, "adaptive_average_pool", x, output_size, data_format)


@op
def adaptive_max_pool(
    inputs: jax.Array, output_size: Sizes, data_format: str | None = None
) -> jax.Array:
    """Largest values of `output_size` windows that cover the inputs evenly.

    Example:
        >>> x = jnp.arange(7.0).reshape(1, 7, 1)
        >>> adaptive_max_pool(x, 3)[0, :, 0]
        Array([2., 4., 6.], dtype=float32)

    Args, Shapes, Raises:
        As for `adaptive_average_pool`, whose windows it takes.
    """

    def largest(windows: jax.Array, axis: int, counts: jax.Array) -> jax.Array:
        return jnp.max(windows, axis)  # what is read twice does not change it

    x = jnp.asarray(inputs)
    return _adaptive(largest, "adaptive_max_pool", x, output_size, data_format)


def _max(x: jax.Array, windows: Windows) -> jax.Array:
    """Largest values of channels-last inputs, in the fastest known way."""
    many = math.prod(windows.pool) > rules.MOST_SLICES
    if rules.is_plain(x) or (many and not windows.is_tiling):
        return forms.plain_max(x, windows)
    if kernels.suits(x, windows):
        return kernels.tiled_max(x, windows.pool)
    form = forms.tiled_max if many else forms.indexed_max
    largest: jax.Array = form(x, windows)
    return largest


def _average(x: jax.Array, windows: Windows) -> jax.Array:
    """Means of channels-last inputs, in the fastest known way."""
    x = _as_float(x)
    if windows.is_tiling:
        return forms.tiled_mean(x, windows)
    many = math.prod(windows.pool) > rules.MOST_SLICES
    form = forms.plain_sum if rules.is_plain(x) or many else forms.shifted_sum
    total = form(x, windows)
    return total / windows.real().astype(x.dtype)


def _pool(
    function: Callable[[jax.Array, Windows], jax.Array],
    owner: str,
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None,
    padding: str,
    data_format: str | None,
) -> jax.Array:
    """Checks the arguments and runs `function` on channels-last inputs."""
    x = jnp.asarray(inputs)
    rank = _rank(x, owner)
    pool = check.int_tuple(pool_size, rank, "pool_size", owner)
    steps = check.int_tuple(strides or pool, rank, "strides", owner)
    padding = check.one_of(padding, ("valid", "same"), "padding", owner)
    first = standardize_data_format(data_format) == "channels_first"
    x = jnp.moveaxis(x, 1, -1) if first else x
    space = x.shape[1:-1]
    pairs = lax.padtype_to_pads(space, pool, steps, padding.upper())
    ends = tuple((int(low), int(high)) for low, high in pairs)
    windows = Windows(space, pool, steps, ends)
    if 0 in windows.counts:
        raise ShapeError(
            f"`{owner}(pool_size={pool}, padding={padding!r})`",
            expected="spatial axes at least as long as a window",
            got=f"{space}",
            fix="Take smaller windows, or padding='same'.",
        )
    y = function(x, windows)
    return jnp.moveaxis(y, -1, 1) if first else y


def _adaptive(
    reduce: Callable[[jax.Array, int, jax.Array], jax.Array],
    owner: str,
    x: jax.Array,
    output_size: Sizes,
    data_format: str | None,
) -> jax.Array:
    """Gathers the windows of one spatial axis after the other and reduces them."""
    sizes = check.int_tuple(output_size, _rank(x, owner), "output_size", owner)
    first = standardize_data_format(data_format) == "channels_first"
    for axis, size in enumerate(sizes, start=2 if first else 1):
        length = x.shape[axis]
        starts = np.arange(size) * length // size
        ends = -(-np.arange(1, size + 1) * length // size)
        reads = starts[:, None] + np.arange((ends - starts).max())
        windows = jnp.take(x, np.minimum(reads, ends[:, None] - 1), axis)
        x = reduce(windows, axis + 1, jnp.asarray(ends - starts))
    return x


def _rank(x: jax.Array, owner: str) -> int:
    """Returns the number of spatial axes."""
    if not 3 <= x.ndim <= 5:
        raise ShapeError(
            f"`{owner}`",
            expected="a batch axis, a channel axis and one to three spatial axes",
            got=f"shape {x.shape}",
        )
    return x.ndim - 2


def _as_float(x: jax.Array) -> jax.Array:
    """Integers as float32."""
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)
