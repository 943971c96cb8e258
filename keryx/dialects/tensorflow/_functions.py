"""Array functions whose meaning in TensorFlow differs from that of `keryx.ops`."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import special

from keryx import ops
from keryx._core.op import op
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._tensor import constant, is_text, text


def _axes(axis: Any) -> Any:
    """Returns one axis, several as a tuple, or `None`."""
    if axis is None:
        return None
    given = np.asarray(axis)
    return tuple(int(n) for n in given) if given.ndim else int(given)


# --- elements -------------------------------------------------------------------------


@op
def squared_difference(x: Any, y: Any) -> Any:
    """Returns (x - y)²."""
    return jnp.square(jnp.subtract(x, y))


@op
def multiply_no_nan(x: Any, y: Any) -> Any:
    """Returns x · y; 0 where y is 0, even if x is infinite."""
    return jnp.where(jnp.asarray(y) == 0, 0, jnp.multiply(x, y))


@op
def xlogy(x: Any, y: Any) -> Any:
    """Returns x · log y; 0 where x is 0."""
    return special.xlogy(x, y)


@op
def lgamma(x: Any) -> Any:
    """Returns the logarithm of the gamma function."""
    return special.gammaln(x)


@op
def digamma(x: Any) -> Any:
    """Returns the derivative of `lgamma`."""
    return special.digamma(x)


def cast(x: Any, dtype: Any) -> Any:
    """Returns `x` with another element type."""
    return ops.cast(x, narrow(dtype).name)


def identity(input: Any) -> Any:
    """Returns the tensor."""
    return ops.copy(input)


def zeros_like(input: Any, dtype: Any) -> Any:
    """Returns zeros in the shape of a tensor."""
    return ops.zeros_like(input, dtype=narrow(dtype))


def ones_like(input: Any, dtype: Any) -> Any:
    """Returns ones in the shape of a tensor."""
    return ops.ones_like(input, dtype=narrow(dtype))


# --- sums -----------------------------------------------------------------------------


@op
def euclidean(x: Any, axis: Any, keepdims: bool) -> Any:
    """Returns the root of the sum of squares."""
    return jnp.sqrt(jnp.sum(jnp.square(x), _axes(axis), keepdims=keepdims))


def _cumulated(function: Any) -> Any:
    neutral = 0 if function is jnp.cumsum else 1

    @op
    def call(x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
        array = jnp.moveaxis(jnp.asarray(x), axis, 0)
        if reverse:
            array = array[::-1]
        total = function(array, 0)
        if exclusive:
            first = jnp.full_like(array[:1], neutral)
            total = jnp.concatenate([first, total[:-1]])
        return jnp.moveaxis(total[::-1] if reverse else total, 0, axis)

    call.__name__ = function.__name__
    return call


cumsum, cumprod = _cumulated(jnp.cumsum), _cumulated(jnp.cumprod)


@op
def l2_normalize(x: Any, axis: Any, epsilon: float) -> Any:
    """Returns x / √(sum of x²), with the sum at least `epsilon`."""
    array = jnp.asarray(x)
    total = jnp.sum(array * array, _axes(axis), keepdims=True)
    return array * jax.lax.rsqrt(jnp.maximum(total, epsilon))


@op
def norm(tensor: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """Returns the length; of all elements together if `axis` is `None`."""
    array, axis = jnp.asarray(tensor), _axes(axis)
    if ord == "euclidean" or axis is None:
        power = 2 if ord in ("euclidean", "fro") else ord
        shape = array.shape
        array = array.ravel() if axis is None else array
        if isinstance(axis, int | None):
            found = jnp.linalg.norm(array, power, axis, keepdims=keepdims)
            return (
                found.reshape((1,) * len(shape)) if axis is None and keepdims else found
            )
        return jnp.sqrt(jnp.sum(array * array, axis, keepdims=keepdims))
    return jnp.linalg.norm(array, ord, axis, keepdims=keepdims)


def normalize(tensor: Any, ord: Any, axis: Any) -> Any:
    """Returns a tensor divided by its length, and the length."""
    length = norm(tensor, ord, axis, True)
    return tensor / length, length


@op
def clip_by_norm(t: Any, clip_norm: Any, axes: Any) -> Any:
    """Returns a tensor, made shorter if it is longer than `clip_norm`."""
    array = jnp.asarray(t)
    length = jnp.sqrt(jnp.sum(array * array, _axes(axes), keepdims=True))
    return array * clip_norm / jnp.maximum(length, clip_norm)


@op
def confusion_matrix(labels: Any, predictions: Any, classes: Any) -> Any:
    """Counts samples by class (rows) and predicted class (columns)."""
    true, found = jnp.asarray(labels).ravel(), jnp.asarray(predictions).ravel()
    count = classes or int(max(true.max(), found.max())) + 1
    return jnp.zeros((count, count), "int32").at[true, found].add(1)


@op
def moments(x: Any, axes: Any, shift: Any, keepdims: bool) -> Any:
    """Returns mean and variance."""
    return ops.moments(x, _axes(axes), keepdims)


# --- places ---------------------------------------------------------------------------


def stack(values: Any, axis: int) -> Any:
    """Joins tensors along a new axis."""
    if is_text(values):
        return text(np.stack([np.asarray(v, object) for v in values], axis))
    return ops.stack([constant(v) for v in values], axis)


def concat(values: Any, axis: int) -> Any:
    """Joins tensors along an axis."""
    if is_text(values):
        return text(np.concatenate([np.asarray(v, object) for v in values], axis))
    arrays = values if isinstance(values, list | tuple) else [values]
    return ops.concatenate([constant(v) for v in arrays], axis)


def transpose(a: Any, perm: Any) -> Any:
    """Returns a tensor with its axes in another order, by default reversed."""
    return ops.transpose(a, None if perm is None else tuple(int(i) for i in perm))


@op
def gather_nd(params: Any, indices: Any, batch_dims: int) -> Any:
    """Picks elements or blocks by the indices along the last axis of `indices`."""
    array, places = jnp.asarray(params), jnp.asarray(indices)
    if batch_dims:
        return jax.vmap(lambda a, i: gather_nd(a, i, batch_dims - 1))(array, places)
    return array[tuple(jnp.moveaxis(places, -1, 0))]


@op
def where(condition: Any, x: Any, y: Any) -> Any:
    """Chooses between two tensors; with the condition alone, returns where it holds."""
    if x is None and y is None:
        return jnp.stack(jnp.nonzero(jnp.asarray(condition)), axis=-1)
    return ops.where(condition, x, y)


@op
def boolean_mask(tensor: Any, mask: Any, axis: Any) -> Any:
    """Returns the elements where the mask holds; outside of compiled functions."""
    array, chosen = jnp.asarray(tensor), np.asarray(mask, bool)
    return array[(slice(None),) * (axis or 0) + (chosen,)]


@op
def sort(values: Any, axis: int, direction: str) -> Any:
    """Returns the values in ascending or descending order."""
    return jnp.sort(jnp.asarray(values), axis, descending=direction == "DESCENDING")


@op
def argsort(values: Any, axis: int, direction: str) -> Any:
    """Returns the places of the values in ascending or descending order."""
    return jnp.argsort(jnp.asarray(values), axis, descending=direction == "DESCENDING")


@op
def scatter_add(tensor: Any, indices: Any, updates: Any) -> Any:
    """Returns a tensor with amounts added at some places."""
    return ops.scatter_update(tensor, indices, updates, "add")


def size(input: Any) -> Any:
    """Returns the number of elements."""
    return np.int32(np.size(input)) if not hasattr(input, "shape") else np.int32(
        np.prod(input.shape)
    )  # fmt: skip


def rank(input: Any) -> Any:
    """Returns the number of axes."""
    return np.int32(len(input.shape) if hasattr(input, "shape") else np.ndim(input))


@op
def embedding_lookup(params: Any, ids: Any, max_norm: Any) -> Any:
    """Returns rows by their numbers."""
    rows = jnp.take(jnp.asarray(params), jnp.asarray(ids), axis=0)
    return rows if max_norm is None else clip_by_norm(rows, max_norm, -1)


def _format(data_format: str) -> str:
    return "channels_first" if data_format.startswith("NC") else "channels_last"


def depth_to_space(input: Any, block_size: int, data_format: str) -> Any:
    """Moves channels into blocks of pixels."""
    return ops.depth_to_space(input, block_size, _format(data_format))


def space_to_depth(input: Any, block_size: int, data_format: str) -> Any:
    """Moves blocks of pixels into channels."""
    return ops.space_to_depth(input, block_size, _format(data_format))


# --- matrices -------------------------------------------------------------------------


@op
def matmul(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    """Returns the product of matrices."""
    first, second = jnp.asarray(a), jnp.asarray(b)
    first = jnp.swapaxes(first, -1, -2) if transpose_a else first
    return first @ (jnp.swapaxes(second, -1, -2) if transpose_b else second)


@op
def matvec(a: Any, b: Any) -> Any:
    """Returns the product of matrices and vectors."""
    return jnp.einsum("...ij,...j->...i", jnp.asarray(a), jnp.asarray(b))


def eye(rows: int, columns: Any, batch: Any, dtype: Any) -> Any:
    """Returns ones on the diagonal."""
    one = jnp.eye(int(rows), columns, dtype=narrow(dtype))
    return one if batch is None else jnp.broadcast_to(one, (*batch, *one.shape))


@op
def svd(tensor: Any, full_matrices: bool, compute_uv: bool) -> Any:
    """Returns the singular values, and `(s, u, v)` with both sets of vectors."""
    found = ops.svd(tensor, full_matrices, compute_uv)
    if not compute_uv:
        return found
    left, values, right = found
    return values, left, jnp.conj(jnp.swapaxes(right, -1, -2))


@op
def diag(diagonal: Any) -> Any:
    """Returns matrices with a given diagonal."""
    array = jnp.asarray(diagonal)
    return array[..., None] * jnp.eye(array.shape[-1], dtype=array.dtype)


@op
def diag_part(input: Any) -> Any:
    """Returns the diagonals of matrices."""
    return jnp.diagonal(jnp.asarray(input), axis1=-2, axis2=-1)


@op
def trace(x: Any) -> Any:
    """Returns the sums of the diagonals of matrices."""
    return jnp.trace(jnp.asarray(x), axis1=-2, axis2=-1)


@op
def band_part(input: Any, lower: int, upper: int) -> Any:
    """Returns matrices with zeros far from the diagonal; -1 means any distance."""
    array = jnp.asarray(input)
    rows, columns = jnp.indices(array.shape[-2:])
    near = ((lower < 0) | (rows - columns <= lower)) & (
        (upper < 0) | (columns - rows <= upper)
    )
    return jnp.where(near, array, 0)
