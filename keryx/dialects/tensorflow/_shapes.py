"""Functions that take shapes, or give them."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx import ops
from keryx._core.op import find_symbolic, op
from keryx.dialects import backend
from keryx.dialects.backend._record import sized, sizes
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._tensor import constant, HostTensor, is_text


def shape(input: Any, out_type: Any = None, name: Any = None) -> Any:
    """Returns the sizes of the axes.

    They are plain numbers of NumPy's, also in compiled functions, so that they can be
    computed with and given to `tf.reshape`.

    Example:
        >>> shape(jnp.ones((2, 3))).tolist()
        [2, 3]
    """
    found = backend.shape(input)
    if find_symbolic(found) is not None:
        return found
    return np.asarray(found, "int32").view(HostTensor)


def reshape(tensor: Any, shape: Any, name: Any = None) -> Any:
    """Returns the elements in another shape; one size may be -1, for the rest."""
    if is_text(tensor):
        return np.reshape(tensor, sizes(shape))
    return backend.reshape(tensor, shape)


def tile(input: Any, multiples: Any, name: Any = None) -> Any:
    """Repeats a tensor along each axis."""
    return backend.tile(input, multiples)


@sized("shape")
def broadcast_to(input: Any, shape: Any, name: Any = None) -> Any:
    """Repeats a tensor along axes of size 1 until it has a shape."""
    return jnp.broadcast_to(jnp.asarray(input), sizes(shape))


@sized("repeats")
def repeat(input: Any, repeats: Any, axis: Any = None, name: Any = None) -> Any:
    """Repeats each element along an axis."""
    counts = np.asarray(repeats)
    return ops.repeat(input, counts if counts.ndim else int(counts), axis)


@sized("begin", "size")
def slice_(input_: Any, begin: Any, size: Any, name: Any = None) -> Any:
    """Returns `size` elements from `begin` on, for each axis; -1 means all the rest."""
    return backend.slice(input_, begin, size)


@sized("paddings")
def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: Any = None,
) -> Any:
    """Adds elements before and after along each axis."""
    widths = [tuple(sizes(pair)) for pair in paddings]
    way = mode.lower()
    given = constant_values if way == "constant" else None
    return ops.pad(tensor, widths, way, given)


@sized("num_or_size_splits")
def split(
    value: Any,
    num_or_size_splits: Any,
    axis: int = 0,
    num: Any = None,
    name: Any = None,
) -> Any:
    """Cuts a tensor into so many equal parts, or parts of given sizes."""
    array = jnp.asarray(value)
    counts = np.asarray(num_or_size_splits)
    if counts.ndim == 0:
        return jnp.split(array, int(counts), axis)
    if (counts < 0).any():
        rest = array.shape[axis] - counts[counts >= 0].sum()
        counts = np.where(counts < 0, rest, counts)
    return jnp.split(array, np.cumsum(counts)[:-1].tolist(), axis)


@op
def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: Any = None,
) -> Any:
    """Returns elements along an axis by their places."""
    array, places = jnp.asarray(params), jnp.asarray(indices)
    if batch_dims:
        axis = batch_dims if axis is None else axis % array.ndim
        flat = places
        while flat.ndim < batch_dims + 1:
            flat = flat[..., None]
        tail = array.ndim - axis - 1
        spread = (*flat.shape[:batch_dims], *(1,) * (axis - batch_dims))
        wide = flat.reshape(*spread, -1, *(1,) * tail)
        found = jnp.take_along_axis(array, wide, axis)
        inner = places.shape[batch_dims:]
        return found.reshape(*array.shape[:axis], *inner, *array.shape[axis + 1 :])
    return jnp.take(array, places, axis=0 if axis is None else axis)


@sized("shape")
def zeros(shape: Any, dtype: Any = "float32", name: Any = None) -> Any:
    """Returns zeros."""
    return jnp.zeros(sizes(shape), narrow(dtype))


@sized("shape")
def ones(shape: Any, dtype: Any = "float32", name: Any = None) -> Any:
    """Returns ones."""
    return jnp.ones(sizes(shape), narrow(dtype))


@sized("dims")
def fill(dims: Any, value: Any, name: Any = None) -> Any:
    """Returns one number in all places."""
    return jnp.broadcast_to(constant(value), sizes(dims))


@sized("start", "limit", "delta")
def range_(
    start: Any,
    limit: Any = None,
    delta: Any = 1,
    dtype: Any = None,
    name: Any = None,
) -> Any:
    """Returns the numbers from `start` to, not including, `limit`."""
    first, last = (0, start) if limit is None else (start, limit)
    ends: Any = [np.asarray(x)[()] for x in (first, last, delta)]
    numbers = np.arange(*ends)
    return constant(numbers, dtype or (None if numbers.dtype != np.int64 else "int32"))


@sized("num")
def linspace(start: Any, stop: Any, num: Any, name: Any = None, axis: int = 0) -> Any:
    """Returns `num` numbers from `start` to `stop`, both included."""
    return jnp.linspace(jnp.asarray(start), jnp.asarray(stop), int(num), axis=axis)


@sized("depth")
def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: Any = None,
) -> Any:
    """Returns `on_value` at the place of each index and `off_value` elsewhere."""
    kind = narrow(dtype or "float32")
    chosen = ops.one_hot(indices, int(depth), -1 if axis is None else axis, "bool")
    on = 1 if on_value is None else on_value
    off = 0 if off_value is None else off_value
    return jnp.where(chosen, jnp.asarray(on, kind), jnp.asarray(off, kind))


@sized("maxlen")
def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: Any = None
) -> Any:
    """Tells for each sequence which of its steps are within its length."""
    counts = jnp.asarray(lengths)
    longest = int(counts.max()) if maxlen is None else int(maxlen)
    return (jnp.arange(longest) < counts[..., None]).astype(narrow(dtype))


def meshgrid(*args: Any, indexing: str = "xy", name: Any = None) -> Any:
    """Returns the coordinates of a grid."""
    return ops.meshgrid(*args, indexing=indexing)


def einsum(equation: str, *inputs: Any, **options: Any) -> Any:
    """Returns sums of products of elements, as an equation says."""
    return ops.einsum(equation, *inputs)


def add_n(inputs: Any, name: Any = None) -> Any:
    """Returns the sum of several tensors."""
    total = inputs[0]
    for one in inputs[1:]:
        total = total + one
    return total


@op
def unique(x: Any, out_idx: Any = None, name: Any = None) -> Any:
    """Returns the different values, in order of their first place, and their places."""
    _, first, places = np.unique(np.asarray(x), return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return constant(np.asarray(x)[first[order]]), constant(rank[places.ravel()])


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: Any = None
) -> tuple[list[Any], Any]:
    """Makes tensors shorter if they are longer than `clip_norm` together.

    Returns:
        The tensors, `None` where there was none, and their common length.
    """
    length = global_norm(t_list) if use_norm is None else use_norm
    factor = clip_norm / jnp.maximum(length, clip_norm)
    clipped = [None if t is None else jnp.asarray(t) * factor for t in t_list]
    return clipped, length


def global_norm(t_list: Any, name: Any = None) -> Any:
    """Returns the length of several tensors together."""
    squares = [jnp.sum(jnp.square(jnp.asarray(t))) for t in t_list if t is not None]
    return jnp.sqrt(sum(squares, start=jnp.zeros(())))
