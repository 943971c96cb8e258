"""Products of vectors, matrices and tensors."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, binary, unary
from keryx.ops._product_rules import product

dot = binary(jnp.dot, "Products summed over `x1`'s last and `x2`'s last axis but one.")
inner = binary(jnp.inner, "Products summed over the last axes of both.")
outer = binary(jnp.outer, "Products of each element with each.")
vdot = binary(jnp.vdot, "Sum of products of all elements; `conj(x1)` if complex.")
kron = binary(jnp.kron, "Kronecker product: `x2` once for each element of `x1`.")
corrcoef = unary(jnp.corrcoef, "Correlations of the rows with each other.")


def _exact(*arrays: jax.Array) -> Any:
    """Element type of sums of products: bytes are summed in 32 bits."""
    return jnp.int32 if {str(x.dtype) for x in arrays} == {"int8"} else None


@op
def matmul(x1: Any, x2: Any) -> jax.Array:
    """Products of matrices; axes before the last two are a batch.

    Example:
        >>> matmul([[1, 2]], [[3], [4]])
        Array([[11]], dtype=int32)

    Shapes:
        x1:      `(..., n, k)` or `(k,)`
        x2:      `(..., k, m)` or `(k,)`
        outputs: `(..., n, m)`, without the axes that vectors lack; two arrays of int8
                 give int32
    """
    x1, x2 = as_array(x1), as_array(x2)
    fit = x1.ndim > 1 and x2.ndim == 2 and x1.shape[-1] == len(x2)
    if fit and x1.dtype == x2.dtype == jnp.float32:
        return product(x1, x2)
    return jnp.matmul(x1, x2, preferred_element_type=_exact(x1, x2))


@op
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> jax.Array:
    """Products summed over several axes.

    Args:
        x1: Array.
        x2: Array.
        axes: How many: the last of `x1`, the first of `x2`; or which, for each.
    """
    return jnp.tensordot(as_array(x1), as_array(x2), axes=axes)


@op
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> jax.Array:
    """Products summed over the letters that the output lacks.

    Example:
        >>> einsum("ij,j->i", [[1, 2], [3, 4]], [1, 1])
        Array([3, 7], dtype=int32)

    Args:
        subscripts: A letter for each axis of each operand, and those of the output
            after `->`.
        *operands: Arrays.
        **kwargs: Further settings of `jax.numpy.einsum`.
    """
    arrays = [as_array(operand) for operand in operands]
    kwargs.setdefault("preferred_element_type", _exact(*arrays))
    product: jax.Array = jnp.einsum(subscripts, *arrays, **kwargs)
    return product


@op
def cross(
    x1: Any,
    x2: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> jax.Array:
    """Vector product in space; in the plane, its component out of it.

    Args:
        x1: Vectors of 2 or 3 components.
        x2: Vectors of 2 or 3 components.
        axisa: Axis of `x1` that has the components.
        axisb: Axis of `x2` that has them.
        axisc: Axis of the result that has them.
        axis: All three at once.
    """
    return jnp.cross(as_array(x1), as_array(x2), axisa, axisb, axisc, axis)


@op
def correlate(x1: Any, x2: Any, mode: str = "valid") -> jax.Array:
    """`x2` slid along `x1`: sums of products at each place.

    Example:
        >>> correlate([1, 2, 3], [1, 1])
        Array([3., 5.], dtype=float32)

    Args:
        x1: Sequence.
        x2: Sequence.
        mode: Places where they overlap wholly ("valid"), at all ("full"), or as many
            as the longer one has elements ("same").
    """
    return jnp.correlate(as_array(x1), as_array(x2), mode)
