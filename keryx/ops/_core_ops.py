"""Conversions, shapes, and reading and writing parts of arrays."""

import typing
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.dtypes import standardize_dtype
from keryx._core.op import op, Symbolic, unwrap
from keryx._core.shapes import Shape
from keryx.ops._make import as_array, as_shape, canonical, concrete


def shape(x: Any) -> Shape:
    """Sizes of the axes; `None` for an unknown one of a symbolic tensor.

    Example:
        >>> shape([[1, 2, 3]])
        (1, 3)
    """
    return tuple(x.shape) if hasattr(x, "shape") else as_array(unwrap(x)).shape


def ndim(x: Any) -> int:
    """Number of axes."""
    return len(shape(x))


@op
def size(x: Any) -> int:
    """Number of elements."""
    return as_array(x).size


def dtype(x: Any) -> str:
    """Name of the element type.

    Example:
        >>> dtype([1.5])
        'float32'
    """
    return standardize_dtype(x.dtype if hasattr(x, "dtype") else as_array(x).dtype)


def is_tensor(x: Any) -> bool:
    """Whether it is an array of JAX; variables and symbolic tensors are not."""
    return isinstance(x, jax.Array)


def convert_to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """A copy in the host's memory.

    Example:
        >>> convert_to_numpy([1, 2])
        array([1, 2], dtype=int32)
    """
    copy: np.ndarray[Any, Any] = np.array(as_array(unwrap(x)))
    return copy


def convert_to_tensor(x: Any, dtype: Any = None) -> jax.Array:
    """An array of the same values; of type `dtype` if one is given.

    Example:
        >>> convert_to_tensor([1, 2], dtype="float32")
        Array([1., 2.], dtype=float32)

    Args:
        x: Number, nested list, array of any kind, variable or symbolic tensor.
        dtype: Element type. 64 bits mean 32, unless JAX's x64 mode is on.
    """
    if isinstance(x, Symbolic) and dtype is None:
        return typing.cast(jax.Array, x)
    return _converted(x, dtype)


@op
def _converted(x: Any, dtype: Any) -> jax.Array:
    return jnp.asarray(x, canonical(dtype))


@op
def cast(x: Any, dtype: Any) -> jax.Array:
    """The same values as another element type; fractions are cut off for integers.

    Example:
        >>> cast([1.9, -1.9], "int32")
        Array([ 1, -1], dtype=int32)
    """
    return jnp.asarray(x, concrete(dtype))


@op
def saturate_cast(x: Any, dtype: Any) -> jax.Array:
    """`cast` that gives the nearest value of the type for what lies outside of it.

    Example:
        >>> saturate_cast([300.0, -5.0], "uint8")
        Array([255,   0], dtype=uint8)
    """
    array, target = as_array(x), concrete(dtype)
    if target.kind == "b":
        return array > 0
    if array.dtype.kind == "b":
        return array.astype(target)
    limits = [_limits(array.dtype), _limits(target)]
    low = max(low for low, _ in limits)
    high = min(high for _, high in limits)
    number = int if jnp.issubdtype(array.dtype, jnp.integer) else float
    return jnp.clip(array, number(low), number(high)).astype(target)


def _limits(dtype: Any) -> tuple[Any, Any]:
    """Lowest and highest finite number of a type."""
    if jnp.issubdtype(dtype, jnp.integer):
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    about: Any = jnp.finfo
    return float(about(dtype).min), float(about(dtype).max)


@op
def view(x: Any, dtype: Any = None) -> jax.Array:
    """The same bits read as another element type."""
    return as_array(x).view(canonical(dtype))


@op
def stop_gradient(variable: Any) -> jax.Array:
    """The same values, constant for differentiation."""
    return jax.lax.stop_gradient(as_array(variable))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a function define its own gradient.

    Example:
        >>> @custom_gradient
        ... def clipped(x):
        ...     return x * x, lambda upstream: upstream * jnp.minimum(2 * x, 1.0)
        >>> jax.grad(clipped)(3.0)
        Array(1., dtype=float32, weak_type=True)

    Args:
        f: Returns its value, and a function from the gradient of that value to those
            of the arguments.
    """
    make: Any = jax.custom_gradient
    return op(make(f))


@op
def scatter(indices: Any, values: Any, shape: Any) -> jax.Array:
    """An array of zeros with values added at some places.

    Example:
        >>> scatter([[0], [2], [2]], [1.0, 2.0, 3.0], (3,))
        Array([1., 0., 5.], dtype=float32)

    Shapes:
        indices: `(updates, k)`, places along the first `k` axes
        values:  `(updates, *shape[k:])`
        outputs: `shape`
    """
    values = as_array(values)
    zeros = jnp.zeros(as_shape(shape), values.dtype)
    return zeros.at[_places(indices)].add(values)


def _places(indices: Any) -> tuple[jax.Array, ...]:
    return tuple(jnp.moveaxis(as_array(indices), -1, 0))


_REDUCTIONS = (None, "add", "max", "min", "mul")


@op
def scatter_update(
    inputs: Any, indices: Any, updates: Any, reduction: str | None = None
) -> jax.Array:
    """A copy of an array with other values at some places.

    Example:
        >>> scatter_update([1, 1, 1], [[0], [2]], [5, 7])
        Array([5, 1, 7], dtype=int32)

    Args:
        inputs: Array.
        indices: Places, `(updates, k)`, along the first `k` axes.
        updates: Values, `(updates, *inputs.shape[k:])`.
        reduction: What to do with old and new value: "add", "max", "min", "mul", or
            `None` to keep the new one.

    Raises:
        ArgumentError: If `reduction` is none of these.
    """
    reduction = check.one_of(reduction, _REDUCTIONS, "reduction", "scatter_update")
    inputs = as_array(inputs)
    write = getattr(inputs.at[_places(indices)], reduction or "set")
    updated: jax.Array = write(as_array(updates).astype(inputs.dtype))
    return updated


@op
def slice(inputs: Any, start_indices: Any, shape: Any) -> jax.Array:
    """The part of an array that has this shape and starts at this place.

    Example:
        >>> slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2))
        Array([[2, 3],
               [5, 6]], dtype=int32)

    Args:
        inputs: Array.
        start_indices: First place along each axis, known now or in the compiled
            program; it is moved back if the part would not fit.
        shape: Size along each axis.
    """
    return jax.lax.dynamic_slice(as_array(inputs), start_indices, as_shape(shape))


@op
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> jax.Array:
    """A copy of an array with `updates` written over the part that starts there."""
    inputs = as_array(inputs)
    updates = as_array(updates).astype(inputs.dtype)
    return jax.lax.dynamic_update_slice(inputs, updates, start_indices)
