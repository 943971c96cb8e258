"""Winograd's convolution F(2, 3) for 3x3 kernels: 2.25 times fewer multiplications.

Each 2x2 tile of the output takes a 4x4 tile of the input. In the domain of

    V = Bᵀ tile B,   U = G kernel Gᵀ,   output tile = Aᵀ (V ⊙ U) A

the convolution is a product per position, summed over channels: 16 matrix products.
The transforms are sums of strided slices. In float32 the result differs from the
direct sum by about 1e-6 of the largest output. An infinity or NaN among the inputs
makes NaN of the whole tiles that read it.

Source:
    Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks"
    (arXiv:1509.09308), section 4.1.
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from keryx.ops._conv_forms import interleave, pad
from keryx.ops._conv_geometry import Geometry

B = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], np.float32)
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)
A = np.array([[1, 1, 1, 0], [0, 1, -1, -1]], np.float32)

Grid = list[list[jax.Array]]


def combine(matrix: np.ndarray, parts: Sequence[jax.Array]) -> list[jax.Array]:
    """Returns `matrix @ parts`, leaving out products with zero and one."""

    def scaled(factor: float, part: jax.Array) -> jax.Array:
        return part if factor == 1 else -part if factor == -1 else factor * part

    rows = []
    for row in matrix.tolist():
        terms = [scaled(c, part) for c, part in zip(row, parts, strict=True) if c]
        rows.append(sum(terms[1:], start=terms[0]))
    return rows


def both_sides(matrix: np.ndarray, grid: Grid) -> Grid:
    """Returns `matrix @ grid @ matrixᵀ` for a grid of arrays."""
    halves = [combine(matrix, column) for column in zip(*grid, strict=True)]
    return [combine(matrix, row) for row in zip(*halves, strict=True)]


def input_tiles(x: jax.Array, geometry: Geometry, tiles: tuple[int, int]) -> Grid:
    """Returns V: 4x4 arrays of `(batch · tiles, channels)`."""
    excess = [
        2 * n + 2 - size - low
        for n, size, (low, _) in zip(
            tiles, x.shape[1:-1], geometry.padding, strict=True
        )
    ]
    lows = [low for low, _ in geometry.padding]
    x = pad(x, list(zip(lows, excess, strict=True)))
    down, right = (2 * n - 1 for n in tiles)
    grid = [
        [x[:, i : i + down : 2, j : j + right : 2] for j in range(4)] for i in range(4)
    ]
    return both_sides(B, [[t.reshape(-1, x.shape[-1]) for t in row] for row in grid])


def tile_counts(size: Sequence[int]) -> tuple[int, int]:
    """Returns how many 2x2 tiles cover an output of `size`, down and right."""
    return -(-size[0] // 2), -(-size[1] // 2)


def winograd(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Convolution with a 3x3 kernel; stride 1, no dilation, no groups."""
    size = geometry.output_size(x.shape[1:-1], (3, 3))
    tiles = tile_counts(size)
    v = input_tiles(x, geometry, tiles)
    u = jnp.einsum("ai,bj,ijco->abco", G, G, kernel)
    products = [[v[a][b] @ u[a, b] for b in range(4)] for a in range(4)]
    parts = [
        part.reshape(-1, *tiles, kernel.shape[-1])
        for row in both_sides(A, products)
        for part in row
    ]
    return interleave(parts, (2, 2))[:, : size[0], : size[1]]


def winograd_kernel(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """Gradient of `winograd` with respect to its kernel, in the same domain."""
    size = grad.shape[1:-1]
    tiles = tile_counts(size)
    v = input_tiles(x, geometry, tiles)
    grad = pad(grad, [(0, 2 * n - s) for n, s in zip(tiles, size, strict=True)])
    parts = [
        [grad[:, p::2, q::2].reshape(-1, grad.shape[-1]) for q in range(2)]
        for p in range(2)
    ]
    spread = both_sides(A.T, parts)
    u = [jnp.stack([v[a][b].T @ spread[a][b] for b in range(4)]) for a in range(4)]
    return jnp.einsum("ai,bj,abco->ijco", G, G, jnp.stack(u))
