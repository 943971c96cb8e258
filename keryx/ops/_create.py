"""Arrays from nothing but numbers and shapes."""

from collections.abc import Callable
from typing import Any, cast

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_shape, canonical, concrete, named, Unary, unary


def _window(function: Callable[[int], jax.Array], doc: str) -> Unary:
    def call(x: Any) -> jax.Array:
        return function(int(x))

    return cast(Unary, named(call, function.__name__, doc))


bartlett = _window(jnp.bartlett, "Triangular window of `x` points, 0 at both ends.")
blackman = _window(jnp.blackman, "Blackman's window of `x` points.")
hamming = _window(jnp.hamming, "Hamming's window of `x` points.")
hanning = _window(jnp.hanning, "Hann's window of `x` points: a raised cosine.")


@op
def kaiser(x: int, beta: float) -> jax.Array:
    """Kaiser's window of `x` points; a larger `beta` makes it narrower."""
    return jnp.kaiser(int(x), beta)


def array(x: Any, dtype: Any = None) -> jax.Array:
    """A new array of the same values.

    Example:
        >>> array([1, 2], dtype="float32")
        Array([1., 2.], dtype=float32)
    """
    return _copied(x, dtype)


@op
def _copied(x: Any, dtype: Any = None) -> jax.Array:
    return jnp.array(x, dtype=canonical(dtype))


copy = unary(jnp.copy, "A new array of the same values.")


def zeros(shape: Any, dtype: Any = None) -> jax.Array:
    """Zeros; of the default float type for no `dtype`."""
    return jnp.zeros(as_shape(shape), concrete(dtype))


def ones(shape: Any, dtype: Any = None) -> jax.Array:
    """Ones; of the default float type for no `dtype`."""
    return jnp.ones(as_shape(shape), concrete(dtype))


def empty(shape: Any, dtype: Any = None) -> jax.Array:
    """An array for which any values will do (they are zeros)."""
    return zeros(shape, dtype)


@op
def full(shape: Any, fill_value: Any, dtype: Any = None) -> jax.Array:
    """An array with one value everywhere; the default float type for no `dtype`."""
    return jnp.full(as_shape(shape), as_array(fill_value), concrete(dtype))


@op
def zeros_like(x: Any, dtype: Any = None) -> jax.Array:
    """Zeros in the shape of `x`."""
    return jnp.zeros_like(as_array(x), canonical(dtype))


@op
def ones_like(x: Any, dtype: Any = None) -> jax.Array:
    """Ones in the shape of `x`."""
    return jnp.ones_like(as_array(x), canonical(dtype))


@op
def empty_like(x: Any, dtype: Any = None) -> jax.Array:
    """An array in the shape of `x` for which any values will do."""
    return jnp.zeros_like(as_array(x), canonical(dtype))


@op
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> jax.Array:
    """`fill_value` everywhere in the shape of `x`."""
    return jnp.full_like(as_array(x), as_array(fill_value), canonical(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> jax.Array:
    """Ones on a diagonal of an `N` by `M` matrix, zeros elsewhere.

    Example:
        >>> eye(2, 3, k=1)
        Array([[0., 1., 0.],
               [0., 0., 1.]], dtype=float32)

    Args:
        N: Rows.
        M: Columns; `N` if `None`.
        k: How far right of the main diagonal.
        dtype: Element type.
    """
    return jnp.eye(N, M, k, concrete(dtype))


def identity(n: int, dtype: Any = None) -> jax.Array:
    """The unit matrix of `n` rows."""
    return jnp.eye(n, dtype=concrete(dtype))


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> jax.Array:
    """Ones on and below a diagonal, zeros above; arguments as of `eye`."""
    return jnp.tri(N, M, k, concrete(dtype))


@op
def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None
) -> jax.Array:
    """Numbers from `start` up to, not including, `stop`; `arange(n)` counts from 0.

    Example:
        >>> arange(3), arange(1, 2, 0.5)
        (Array([0, 1, 2], dtype=int32), Array([1. , 1.5], dtype=float32))
    """
    return jnp.arange(start, stop, step, canonical(dtype))


@op
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Numbers at equal distances.

    Example:
        >>> linspace(0, 1, 3)
        Array([0. , 0.5, 1. ], dtype=float32)

    Args:
        start: First number.
        stop: Last number.
        num: How many.
        endpoint: Whether `stop` is among them, or would be the next.
        retstep: Whether to return the distance as well.
        dtype: Element type.
        axis: Where the numbers lie, if `start` and `stop` are arrays.
    """
    start, stop = as_array(start), as_array(stop)
    return jnp.linspace(start, stop, num, endpoint, retstep, canonical(dtype), axis)


@op
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> jax.Array:
    """`base` to the powers `linspace(start, stop)`; arguments as there."""
    start, stop = as_array(start), as_array(stop)
    return jnp.logspace(start, stop, num, endpoint, base, canonical(dtype), axis)


@op
def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> jax.Array:
    """Numbers at equal ratios; arguments as of `linspace`."""
    start, stop = as_array(start), as_array(stop)
    return jnp.geomspace(start, stop, num, endpoint, canonical(dtype), axis)


@op
def meshgrid(*x: Any, indexing: str = "xy") -> list[jax.Array]:
    """Coordinates of the grid whose axes have these ticks, one array per axis.

    Args:
        *x: Ticks, one array per axis.
        indexing: "xy" lets the first axis run along columns, "ij" along rows.
    """
    return list(jnp.meshgrid(*[as_array(ticks) for ticks in x], indexing=indexing))


@op
def vander(x: Any, N: int | None = None, increasing: bool = False) -> jax.Array:
    """Powers of `x` in `N` columns (as many as elements for `None`).

    Example:
        >>> vander([2, 3], 3)
        Array([[4, 2, 1],
               [9, 3, 1]], dtype=int32)
    """
    return jnp.vander(as_array(x), N=N, increasing=increasing)
