"""Functions that move elements about without changing them."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_axis, as_shape, Axis, unary

ravel = unary(jnp.ravel, "All elements in one axis, the last axis running fastest.")
fliplr = unary(jnp.fliplr, "Reverses the second axis.")
flipud = unary(jnp.flipud, "Reverses the first axis.")


@op
def reshape(x: Any, newshape: Any) -> jax.Array:
    """The same elements in another shape.

    Example:
        >>> reshape([1, 2, 3, 4], (2, -1))
        Array([[1, 2],
               [3, 4]], dtype=int32)

    Args:
        x: Array.
        newshape: Sizes of the axes; one of them may be -1 (or `None`), which is then
            as large as it has to be.
    """
    sizes = [-1 if size is None else size for size in as_shape(newshape)]
    return jnp.reshape(as_array(x), sizes)


@op
def transpose(x: Any, axes: Any = None) -> jax.Array:
    """Axes in another order; reversed for no `axes`."""
    return jnp.transpose(as_array(x), axes)


@op
def swapaxes(x: Any, axis1: int, axis2: int) -> jax.Array:
    """Two axes exchanged."""
    return jnp.swapaxes(as_array(x), axis1, axis2)


@op
def moveaxis(x: Any, source: Any, destination: Any) -> jax.Array:
    """Axes `source` put at the places `destination`; the others keep their order."""
    return jnp.moveaxis(as_array(x), source, destination)


@op
def expand_dims(x: Any, axis: Any) -> jax.Array:
    """New axes of size 1, at the places `axis` of the result."""
    return jnp.expand_dims(as_array(x), as_shape(axis))


@op
def squeeze(x: Any, axis: Axis = None) -> jax.Array:
    """Axes of size 1 removed: those named, or all."""
    return jnp.squeeze(as_array(x), as_axis(axis))


@op
def broadcast_to(x: Any, shape: Any) -> jax.Array:
    """`x` repeated along new axes and axes of size 1 until it has this shape."""
    return jnp.broadcast_to(as_array(x), as_shape(shape))


@op
def flip(x: Any, axis: Axis = None) -> jax.Array:
    """Reverses these axes, or all."""
    return jnp.flip(as_array(x), as_axis(axis))


@op
def roll(x: Any, shift: Any, axis: Axis = None) -> jax.Array:
    """Moves elements `shift` places on; what leaves at the end enters at the start."""
    return jnp.roll(as_array(x), shift, as_axis(axis))


@op
def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> jax.Array:
    """Turns a plane of the array by `k` right angles, counter-clockwise.

    Example:
        >>> rot90([[1, 2], [3, 4]])
        Array([[2, 4],
               [1, 3]], dtype=int32)
    """
    return jnp.rot90(as_array(array), k, axes)


@op
def repeat(x: Any, repeats: Any, axis: int | None = None) -> jax.Array:
    """Each element several times in a row.

    Example:
        >>> repeat([1, 2], 2), repeat([1, 2], [3, 1])
        (Array([1, 1, 2, 2], dtype=int32), Array([1, 1, 1, 2], dtype=int32))
    """
    counts = repeats if isinstance(repeats, int) else as_array(repeats)
    return jnp.repeat(as_array(x), counts, axis)


@op
def tile(x: Any, repeats: Any) -> jax.Array:
    """The whole array several times along each axis."""
    return jnp.tile(as_array(x), as_shape(repeats))


@op
def pad(
    x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None
) -> jax.Array:
    """Puts elements before and after those of each axis.

    Example:
        >>> pad([1, 2], (1, 2), constant_values=9)
        Array([9, 1, 2, 9, 9], dtype=int32)

    Args:
        x: Array.
        pad_width: How many: `n`, `(before, after)`, or one such pair for each axis.
        mode: "constant", "reflect", "symmetric", or another of `jax.numpy.pad`.
        constant_values: What to put, for "constant"; 0 if `None`.

    Raises:
        ValueError: If `constant_values` is given for another mode.
    """
    fill = {} if constant_values is None else {"constant_values": constant_values}
    return jnp.pad(as_array(x), pad_width, mode, **fill)


@op
def concatenate(xs: Any, axis: int | None = 0) -> jax.Array:
    """Arrays one after the other along an axis that they have."""
    return jnp.concatenate([as_array(x) for x in xs], axis=axis)


@op
def stack(x: Any, axis: int = 0) -> jax.Array:
    """Arrays one after the other along a new axis."""
    return jnp.stack([as_array(item) for item in x], axis=axis)


@op
def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[jax.Array]:
    """The slices along an axis, without it.

    Args:
        x: Array.
        num: Their number; it is read off `x` if `None`.
        axis: The axis.
    """
    x = as_array(x)
    num = x.shape[axis] if num is None else num
    return [jax.lax.index_in_dim(x, i, axis, keepdims=False) for i in range(num)]


@op
def append(x1: Any, x2: Any, axis: int | None = None) -> jax.Array:
    """`x2` after `x1` along an axis; both flattened for `None`."""
    return jnp.append(as_array(x1), as_array(x2), axis)


@op
def hstack(xs: Any) -> jax.Array:
    """Arrays side by side: along the second axis, or the only one."""
    return jnp.hstack([as_array(x) for x in xs])


@op
def vstack(xs: Any) -> jax.Array:
    """Arrays below each other: along the first of at least two axes."""
    return jnp.vstack([as_array(x) for x in xs])


@op
def dstack(xs: Any) -> jax.Array:
    """Arrays behind each other: along the third axis."""
    return jnp.dstack([as_array(x) for x in xs])


@op
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[jax.Array]:
    """Parts of an array along an axis.

    Args:
        x: Array.
        indices_or_sections: Into how many equal parts, or where to cut.
        axis: The axis to cut.

    Raises:
        ValueError: If the axis has no such equal parts.
    """
    return jnp.split(as_array(x), indices_or_sections, axis)


@op
def array_split(x: Any, indices_or_sections: int, axis: int = 0) -> list[jax.Array]:
    """`split` whose parts may differ in size by one."""
    return jnp.array_split(as_array(x), indices_or_sections, axis)


@op
def hsplit(x: Any, indices_or_sections: Any) -> list[jax.Array]:
    """`split` along the second axis, or the only one."""
    return jnp.hsplit(as_array(x), indices_or_sections)


@op
def vsplit(x: Any, indices_or_sections: Any) -> list[jax.Array]:
    """`split` along the first axis."""
    return jnp.vsplit(as_array(x), indices_or_sections)


@op
def dsplit(x: Any, indices_or_sections: Any) -> list[jax.Array]:
    """`split` along the third axis."""
    return jnp.dsplit(as_array(x), indices_or_sections)


@op
def diag(x: Any, k: int = 0) -> jax.Array:
    """The matrix with diagonal `x`, or the diagonal of a matrix `x`."""
    return jnp.diag(as_array(x), k)


@op
def diagflat(x: Any, k: int = 0) -> jax.Array:
    """The matrix that has all elements of `x` on its diagonal."""
    return jnp.diagflat(as_array(x), k)


@op
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> jax.Array:
    """Diagonals of two axes, along a new last axis."""
    lines: jax.Array = jnp.diagonal(as_array(x), offset, axis1, axis2)
    return lines


@op
def tril(x: Any, k: int = 0) -> jax.Array:
    """Matrices with zeros above a diagonal."""
    return jnp.tril(as_array(x), k)


@op
def triu(x: Any, k: int = 0) -> jax.Array:
    """Matrices with zeros below a diagonal."""
    return jnp.triu(as_array(x), k)
