"""Choosing, sorting, searching and counting elements."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_shape


class TopK(NamedTuple):
    """The largest elements along the last axis, and their places."""

    values: jax.Array
    indices: jax.Array


@op
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """`x1` where the condition holds, `x2` elsewhere; places alone for neither."""
    if x1 is None and x2 is None:
        return jnp.where(as_array(condition))
    return jnp.where(as_array(condition), as_array(x1), as_array(x2))


@op
def select(condlist: Any, choicelist: Any, default: Any = 0) -> jax.Array:
    """The choice of the first condition that holds, `default` where none does."""
    conditions = [as_array(condition) for condition in condlist]
    return jnp.select(conditions, [as_array(x) for x in choicelist], default)


@op
def get_item(x: Any, key: Any) -> jax.Array:
    """`x[key]`."""
    return as_array(x)[tuple(key) if isinstance(key, list) else key]


@op
def take(x: Any, indices: Any, axis: int | None = None) -> jax.Array:
    """Elements at these places of an axis, or of the flattened array.

    Example:
        >>> take([10, 20, 30], [[2, 0], [-1, 1]])
        Array([[30, 10],
               [30, 20]], dtype=int32)

    Args:
        x: Array.
        indices: Places, of any shape; negative ones count from the end. Places that
            do not exist give NaN, or the smallest integer.
        axis: The axis, which the axes of `indices` replace.
    """
    return jnp.take(as_array(x), as_array(indices), axis=axis)


@op
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> jax.Array:
    """Elements at places that differ from line to line of an axis."""
    return jnp.take_along_axis(as_array(x), as_array(indices), axis=axis)


@op
def nonzero(x: Any) -> tuple[jax.Array, ...]:
    """Places of the elements other than zero, one array per axis."""
    return jnp.nonzero(as_array(x))


@op
def unravel_index(indices: Any, shape: Any) -> tuple[jax.Array, ...]:
    """Places in an array of this shape from places in the flattened one."""
    return jnp.unravel_index(as_array(indices), as_shape(shape))


@op
def sort(x: Any, axis: int | None = -1) -> jax.Array:
    """Elements in ascending order."""
    return jnp.sort(as_array(x), axis=axis)


@op
def argsort(x: Any, axis: int | None = -1) -> jax.Array:
    """Places of the elements in ascending order; equals stay in theirs."""
    return jnp.argsort(as_array(x), axis=axis)


@op
def argpartition(x: Any, kth: int, axis: int = -1) -> jax.Array:
    """Places in an order in which no element before place `kth` is larger than it."""
    return jnp.argpartition(as_array(x), kth, axis)


@op
def top_k(x: Any, k: int, sorted: bool = True) -> TopK:
    """The `k` largest elements along the last axis, the largest first.

    Example:
        >>> top_k([1.0, 3.0, 2.0], 2).indices
        Array([1, 2], dtype=int32)

    Args:
        x: Array.
        k: How many.
        sorted: Whether their order matters; they are in order either way.
    """
    return TopK(*jax.lax.top_k(as_array(x), k))


@op
def in_top_k(targets: Any, predictions: Any, k: int) -> jax.Array:
    """Whether fewer than `k` classes score higher than the target.

    Example:
        >>> in_top_k([0, 1], [[0.1, 0.7, 0.2], [0.1, 0.7, 0.2]], k=2)
        Array([False,  True], dtype=bool)

    Shapes:
        targets:     `(...)`, integer classes
        predictions: `(..., classes)`
        outputs:     `(...)`, booleans; false for targets that are no class, and for
                     scores that are not finite
                     # Departs from Keras: which counts negative targets from the end.
    """
    classes = as_array(targets).astype("int32")
    predictions = as_array(predictions)
    score = jnp.take_along_axis(predictions, classes[..., None], axis=-1, mode="fill")
    higher = jnp.sum(predictions > score, axis=-1)
    return jnp.isfinite(score[..., 0]) & (classes >= 0) & (higher < k)


@op
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> jax.Array:
    """Where to insert values so that a sorted sequence stays sorted.

    Args:
        sorted_sequence: Sequence in ascending order.
        values: Values of any shape.
        side: "left" puts them before equals, "right" after.
    """
    return jnp.searchsorted(as_array(sorted_sequence), as_array(values), side=side)


@op
def digitize(x: Any, bins: Any) -> jax.Array:
    """Number of the bin of each element; bin `i` is `[bins[i-1], bins[i])`."""
    return jnp.digitize(as_array(x), as_array(bins))


@op
def isin(
    x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False
) -> jax.Array:
    """Whether elements of `x1` are among those of `x2` (are not, if inverted)."""
    return jnp.isin(as_array(x1), as_array(x2), assume_unique, invert)


@op
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> jax.Array:
    """How often each of the integers 0, 1, … occurs.

    Example:
        >>> bincount([0, 2, 2])
        Array([1, 0, 2], dtype=int32)

    Args:
        x: Integers of zero or more, `(elements,)` or `(batch, elements)`. Inside a
            compiled function those of `minlength` and above are not counted.
        weights: What each counts for, in place of 1.
        minlength: Least length of the result.
    """
    x = as_array(x).astype("int32")
    weights = None if weights is None else as_array(weights)
    if isinstance(x, jax.core.Tracer):
        length = minlength
    else:
        length = max(int(jnp.max(x, initial=-1)) + 1, minlength)
    if x.ndim < 2:
        return jnp.bincount(x, weights, length=length)
    if weights is None:
        return jax.vmap(lambda row: jnp.bincount(row, length=length))(x)
    return jax.vmap(lambda *row: jnp.bincount(*row, length=length))(x, weights)


@op
def histogram(x: Any, bins: Any = 10, range: Any = None) -> tuple[jax.Array, jax.Array]:
    """Numbers of elements in each of some bins, and the edges of the bins.

    Args:
        x: Array; its shape does not matter.
        bins: How many of equal width.
        range: Lowest and highest edge; those of the elements if `None`.
    """
    return jnp.histogram(as_array(x), bins=bins, range=range)


@op
def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The distinct elements, in ascending order.

    Example:
        >>> unique([3, 1, 3], return_counts=True)
        (Array([1, 3], dtype=int32), Array([1, 2], dtype=int32))

    Args:
        x: Array.
        sorted: Whether their order matters; they are in order either way.
        return_index: Whether to return where each occurs first.
        return_inverse: Whether to return which of them each element of `x` is.
        return_counts: Whether to return how often each occurs.
        axis: Compares the slices along this axis in place of elements.
        size: Number to return, which a compiled function has to know: more are left
            out, fewer are filled up.
        fill_value: What fills up; the smallest element if `None`.
    """
    return jnp.unique(
        as_array(x),
        return_index,
        return_inverse,
        return_counts,
        axis,
        size=size,
        fill_value=fill_value,
    )
