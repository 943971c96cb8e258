"""Statistics that the normalizing layers share."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.errors import ShapeError
from keryx._core.shapes import positive_axis
from keryx._graph.call import describe

Axes = tuple[int, ...]


def at_least_float32(x: jax.Array) -> jax.Array:
    """Returns floats of 16 bits as float32, in which their sums do not overflow."""
    return x.astype(jnp.promote_types(x.dtype, jnp.float32))


def moments(
    x: jax.Array, axes: Axes, shares: jax.Array | None = None
) -> tuple[jax.Array, jax.Array]:
    """Returns mean and variance, `x`'s axes kept with size 1.

    Args:
        x: Floats of at least 32 bits.
        axes: Axes to average over.
        shares: Weight of each element, of sum one; equal ones if `None`.
    """

    def average(values: jax.Array) -> jax.Array:
        if shares is None:
            return jnp.mean(values, axes, keepdims=True)
        return jnp.sum(shares * values, axes, keepdims=True)

    mean = average(x)
    # The variance does not depend on the centre, so its gradient need not go through
    # it; the last term is zero, and makes the higher derivatives right as well. This
    # saves the backward pass one reduction over `x`.
    centre = jax.lax.stop_gradient(mean)
    variance = average(jnp.square(x - centre)) - jnp.square(mean - centre)
    return mean, variance


def unit(x: jax.Array, axes: Axes, epsilon: float = 1e-12) -> jax.Array:
    """Returns `x` divided by its Euclidean length along `axes`; zero stays zero."""
    wide = at_least_float32(x)
    squares = jnp.sum(jnp.square(wide), axes, keepdims=True)
    scaled = wide * jax.lax.rsqrt(jnp.maximum(squares, epsilon**2))
    return scaled.astype(x.dtype)


def axes_of(layer: Any, axis: Any, shape: Any) -> Axes:
    """Returns an `axis` argument as axes counted from the front.

    Raises:
        ShapeError: If `shape` does not have them, or not in a known size.
    """
    axes = tuple(positive_axis(one, len(shape)) for one in as_list(axis))
    for place in axes:
        if not 0 <= place < len(shape) or shape[place] is None:
            raise ShapeError(
                describe(layer),
                expected=f"inputs with a known size at axis={axis}",
                got=f"{tuple(shape)}",
                fix="Change `axis`, or give the size in `Input(shape=...)`.",
            )
    return axes


def as_list(axis: Any) -> list[int]:
    """Returns an `axis` argument as a list."""
    return [axis] if isinstance(axis, int) else list(axis)
