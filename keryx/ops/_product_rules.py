"""Matrix products of layers, each in the form that is fastest for its size.

Three forms. Large products of float32 go to the tile unit, where there is one. Small
ones are written as sums: XLA compiles a loop over small arrays into one function only
if it finds no matrix product in it, and starts each operation by itself otherwise.
Measured on two cores, microseconds a training step of an 8-12-8-1 network: 7.0 with
matrix products, 1.9 with sums. Everything else is XLA's product.
"""

import math

import jax
import jax.numpy as jnp

from keryx.ops import _kernels, _tiles

LEAST_ROWS = 12  # that pay on the tile unit
# Up to so many multiplications sums are faster; measured between 640 and 40,000 of them
# with 10, 32 and 128 rows: twice to three times up to 2,560, as fast at 8,192.
MOST_SUMMED = 4096


def product(x: jax.Array, kernel: jax.Array) -> jax.Array:
    """Returns `x @ kernel` for a matrix `kernel`, in the fastest known way."""
    if x.ndim < 2 or kernel.ndim != 2:
        return x @ kernel
    rows = math.prod(x.shape[:-1])
    if _suits_tiles(rows, x, kernel):
        y = _tiles.convolution(
            x.reshape(1, rows, 1, -1), kernel[None, None], _tiles.PLAIN
        )
        return y.reshape(*x.shape[:-1], -1)
    if _suits_sums(rows, x, kernel):
        return jnp.sum(x[..., None] * kernel, axis=-2)
    return x @ kernel


def outer_product(x: jax.Array, grad: jax.Array) -> jax.Array:
    """Returns `x.T @ grad`, the sum over rows of outer products."""
    if not _suits_tiles(len(x), x, grad):
        return x.T @ grad
    rows = (1, len(x), 1, -1)
    fields = x.reshape(rows), grad.reshape(rows)
    return _tiles.kernel_gradient(*fields, _tiles.PLAIN, (1, 1))[0, 0]


def _suits_tiles(rows: int, a: jax.Array, b: jax.Array) -> bool:
    """Whether the tile unit pays for `rows` times the last axis of each."""
    sizes = a.shape[-1], b.shape[-1]
    return (
        a.dtype == b.dtype == jnp.float32
        and rows * math.prod(sizes) >= _tiles.LEAST_WORK
        and rows >= LEAST_ROWS
        and min(sizes) >= _tiles.LEAST_CHANNELS
        and _kernels.available()
    )


def _suits_sums(rows: int, x: jax.Array, kernel: jax.Array) -> bool:
    """Whether a product is small, and of more than one row: XLA sums that itself."""
    return (
        x.dtype == kernel.dtype == jnp.float32
        and 1 < rows <= MOST_SUMMED // max(1, kernel.size)
        and jax.default_backend() == "cpu"
    )
