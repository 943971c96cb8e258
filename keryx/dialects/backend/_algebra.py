"""Products of arrays, and choices from them."""

from typing import Any

import jax.numpy as jnp

from keryx import ops
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx._core.shapes import positive_axis
from keryx.dialects.backend._record import exact


@op
def dot(x: Any, y: Any) -> Any:
    """Product over the last axis of `x` and the last but one of `y`.

    Example:
        >>> import jax.numpy as jnp
        >>> dot(jnp.ones((2, 5, 3)), jnp.ones((4, 3, 7))).shape
        (2, 5, 4, 7)
    """
    return ops.dot(x, y)


@op
def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Product of each sample of `x` with the same sample of `y`.

    Args:
        x: Batch of arrays.
        y: Batch of arrays.
        axes: The axis to sum over in both, or one for each; `None` takes the last of
            `x` and the last but one of `y`, or its last if there are only two.

    Shapes:
        x:       `(batch, ..., features, ...)`
        y:       `(batch, ..., features, ...)`
        outputs: `(batch, ..., ...)`, those of `x` first; `(batch, 1)` if none is left

    Raises:
        ShapeError: If an array has no axis besides the batch, or the sizes differ.
    """
    x, y = jnp.asarray(x), jnp.asarray(y)
    if axes is None:
        axes = (x.ndim - 1, y.ndim - 1 if y.ndim == 2 else y.ndim - 2)
    elif isinstance(axes, int):
        axes = (axes, axes)
    left, right = (positive_axis(a, z.ndim) for a, z in zip(axes, (x, y), strict=True))
    fits = 0 < left < x.ndim and 0 < right < y.ndim
    if not fits or x.shape[left] != y.shape[right] or x.shape[0] != y.shape[0]:
        raise ShapeError(
            "`batch_dot(x, y, axes)`",
            expected="two batches that agree in the axes, which are not the batch",
            got=f"{x.shape} and {y.shape} with axes {(left, right)}",
        )
    # Numbers as names of axes: 0 is the batch, 1 what is summed over.
    first = [0, *range(2, x.ndim)]
    first.insert(left, 1)
    second = [0, *range(x.ndim, x.ndim + y.ndim - 2)]
    second.insert(right, 1)
    rest = [name for name in (*first, *second[1:]) if name > 1]
    product = jnp.einsum(x, first, y, second, [0, *rest])
    return product if rest else product[:, None]


@op
def transpose(x: Any) -> Any:
    """Returns `x` with its axes in reverse order."""
    return ops.transpose(x)


@exact
def gather(reference: Any, indices: Any) -> Any:
    """Returns rows of `reference`, along its first axis."""
    return ops.take(reference, ops.cast(indices, "int32"), axis=0)


@exact
def cast(x: Any, dtype: Any) -> Any:
    """Returns `x` in another element type."""
    return ops.cast(x, dtype)
