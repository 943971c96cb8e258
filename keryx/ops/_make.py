"""Makes operations of one or two arrays from functions of `jax.numpy`.

Their arguments have Keras's names, and may be lists, Python numbers, variables and
symbolic tensors as well as arrays. Python numbers take the other operand's float type.
"""

from collections.abc import Callable
from typing import Any, cast, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core.dtypes import standardize_dtype
from keryx._core.op import op

Axis = int | tuple[int, ...] | list[int] | None


class Unary(Protocol):
    """An operation of one array."""

    __name__: str

    def __call__(self, x: Any) -> jax.Array: ...


class Binary(Protocol):
    """An operation of two arrays."""

    __name__: str

    def __call__(self, x1: Any, x2: Any) -> jax.Array: ...


class Bitwise(Protocol):
    """An operation of two arrays of integers."""

    __name__: str

    def __call__(self, x: Any, y: Any) -> jax.Array: ...


def as_array(x: Any) -> jax.Array:
    """Returns `x` as an array; Python numbers stay weakly typed."""
    return x if isinstance(x, jax.Array) else jnp.asarray(x)


def as_float(x: Any) -> jax.Array:
    """Returns `x` as an array of floats; integers and booleans are converted."""
    array = as_array(x)
    inexact = jnp.issubdtype(array.dtype, jnp.inexact)
    return array if inexact else array.astype(float)


def as_axis(axis: Axis) -> int | tuple[int, ...] | None:
    """Returns `axis` in the form that JAX takes."""
    return tuple(axis) if isinstance(axis, list) else axis


def as_shape(shape: Any) -> tuple[int, ...]:
    """Returns `shape` as a tuple; a single size stands for one axis."""
    if isinstance(shape, int | np.integer):
        return (int(shape),)
    return tuple(shape)


def canonical(dtype: Any) -> np.dtype[Any] | None:
    """Returns the type that JAX has for `dtype`: 32 bits for 64 unless x64 is on."""
    return None if dtype is None else concrete(dtype)


def concrete(dtype: Any) -> np.dtype[Any]:
    """Returns the type that JAX has for `dtype`; `None` is the default float type."""
    return np.dtype(jax.dtypes.canonicalize_dtype(standardize_dtype(dtype)))


def named(call: Callable[..., Any], name: str, doc: str) -> Any:
    """Returns `op(call)` under a name and a docstring."""
    call.__name__ = call.__qualname__ = name
    call.__doc__ = doc
    return op(call)


def unary(function: Callable[..., Any], doc: str, name: str = "") -> Unary:
    """Makes an operation of one array."""

    def call(x: Any) -> Any:
        return function(as_array(x))

    return cast(Unary, named(call, name or function.__name__, doc))


def binary(function: Callable[..., Any], doc: str, name: str = "") -> Binary:
    """Makes an operation of two arrays that are broadcast together."""

    def call(x1: Any, x2: Any) -> Any:
        return function(as_array(x1), as_array(x2))

    return cast(Binary, named(call, name or function.__name__, doc))


def bitwise(function: Callable[..., Any], doc: str) -> Bitwise:
    """Makes an operation of the bits of two arrays of integers."""

    def call(x: Any, y: Any) -> Any:
        return function(as_array(x), as_array(y))

    return cast(Bitwise, named(call, function.__name__, doc))
