"""Matrices: factors, inverses, eigenvalues, norms. Leading axes are a batch."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.op import op
from keryx.ops._make import as_axis, as_float, Axis, unary

det = unary(jnp.linalg.det, "Determinant.")
inv = unary(jnp.linalg.inv, "Inverse.")
eig = unary(
    lambda x: tuple(jnp.linalg.eig(as_float(x))),
    "Eigenvalues and eigenvectors (columns), complex; on CPU only.",
    "eig",
)
eigh = unary(
    lambda x: tuple(jnp.linalg.eigh(as_float(x))),
    "Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices.",
    "eigh",
)
slogdet = unary(
    lambda x: tuple(jnp.linalg.slogdet(as_float(x))),
    "Sign of the determinant, and the logarithm of its size.",
    "slogdet",
)
logdet = unary(
    lambda x: jnp.linalg.slogdet(as_float(x))[1],
    "Logarithm of the determinant's size.",
    "logdet",
)
lu_factor = unary(
    lambda x: jax.scipy.linalg.lu_factor(as_float(x)),
    "Both triangular factors in one matrix, and the rows that pivoting exchanged.",
    "lu_factor",
)


@op
def cholesky(x: Any, upper: bool = False) -> jax.Array:
    """Triangular `L` with `L Lᵀ = x`, or `U` with `Uᵀ U = x`.

    Example:
        >>> cholesky([[4.0, 2.0], [2.0, 2.0]])
        Array([[2., 0.],
               [1., 1.]], dtype=float32)

    Args:
        x: Symmetric positive definite matrices; others give NaN.
            # Departs from Keras: which raises, outside of compiled functions.
        upper: Whether to return `U`.
    """
    factor: jax.Array = jnp.linalg.cholesky(as_float(x), upper=upper)
    return factor


@op
def cholesky_inverse(x: Any, upper: bool = False) -> jax.Array:
    """Inverse of the matrix whose Cholesky factor is `x`."""
    factor = as_float(x)
    unit = jnp.broadcast_to(jnp.eye(factor.shape[-1], dtype=factor.dtype), factor.shape)
    inverse = jax.scipy.linalg.solve_triangular(factor, unit, lower=not upper)
    other = jnp.swapaxes(inverse, -1, -2)
    return inverse @ other if upper else other @ inverse


@op
def qr(x: Any, mode: str = "reduced") -> tuple[jax.Array, jax.Array]:
    """Orthogonal `q` and upper triangular `r` with `q r = x`.

    Args:
        x: Matrices, `(..., n, m)`.
        mode: "reduced" gives `q` min(n, m) columns, "complete" gives it n.

    Raises:
        ArgumentError: If `mode` is neither.
    """
    mode = check.one_of(mode, ("reduced", "complete"), "mode", "qr")
    q, r = jnp.linalg.qr(as_float(x), mode)
    return q, r


@op
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular values, in descending order, with or without both bases.

    Args:
        x: Matrices, `(..., n, m)`.
        full_matrices: Whether the bases are square.
        compute_uv: Whether to return them.

    Returns:
        `(u, s, vᵀ)` with `u diag(s) vᵀ = x`, or `s` alone.
    """
    result = jnp.linalg.svd(as_float(x), full_matrices, compute_uv)
    return tuple(result) if compute_uv else result


@op
def pinv(x: Any, rcond: float | None = None) -> jax.Array:
    """Pseudo-inverse; singular values below `rcond` times the largest count as 0."""
    inverse: jax.Array = jnp.linalg.pinv(as_float(x), rtol=rcond)
    return inverse


@op
def matrix_rank(x: Any, tol: float | None = None) -> jax.Array:
    """Number of singular values above `tol`; rounding error is the default."""
    if tol is None:
        return jnp.asarray(jnp.linalg.matrix_rank(as_float(x)))
    values: jax.Array = jnp.linalg.svd(as_float(x), compute_uv=False)
    return jnp.sum(values > tol, axis=-1)


@op
def solve(a: Any, b: Any) -> jax.Array:
    """`x` with `a x = b`.

    Example:
        >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])
        Array([1. , 0.5], dtype=float32)

    Shapes:
        a:       `(..., n, n)`
        b:       `(n,)` or `(..., n, k)`
        outputs: as `b`
    """
    solution: jax.Array = jnp.linalg.solve(as_float(a), as_float(b))
    return solution


@op
def solve_triangular(a: Any, b: Any, lower: bool = False) -> jax.Array:
    """`solve` for a triangular matrix; what lies beyond its diagonal is not read."""
    solution: jax.Array = jax.scipy.linalg.solve_triangular(
        as_float(a), as_float(b), lower=lower
    )
    return solution


@op
def lstsq(a: Any, b: Any, rcond: float | None = None) -> jax.Array:
    """`x` for which `a x - b` has the least sum of squares."""
    solution: jax.Array = jnp.linalg.lstsq(as_float(a), as_float(b), rcond)[0]
    return solution


@op
def norm(
    x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False
) -> jax.Array:
    """Length of vectors, or norm of matrices.

    Example:
        >>> norm([3.0, 4.0])
        Array(5., dtype=float32)

    Args:
        x: Array.
        ord: Order: a number or ±inf; for matrices also "fro" and "nuc". The root of the
            sum of squares if `None`.
        axis: One axis for vectors, two for matrices; all if `None`.
        keepdims: Whether reduced axes stay, with size 1.
    """
    length: jax.Array = jnp.linalg.norm(as_float(x), ord, as_axis(axis), keepdims)
    return length
