"""Arrays put on the device as they are: nothing is compiled for it."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

ALIGNMENT = 64  # bytes, from which JAX takes over memory without a copy


def placed(value: Any, dtype: Any = None) -> jax.Array:
    """Returns a value as an array of its own on the device.

    What `jnp.array` does, but each new shape costs it a small compilation, and a model
    has many shapes.

    Example:
        >>> placed([1, 2], "float32").tolist()
        [1.0, 2.0]

    Args:
        value: Numbers, or an array; it is copied.
        dtype: Element type; the value's own, as JAX takes it, if `None`.
    """
    traced = isinstance(value, list | tuple) and any(
        isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value)
    )
    if traced or (isinstance(value, jax.Array) and not _in_host_memory(value)):
        return jnp.array(value, dtype=dtype)
    array = np.asarray(value)
    dtype = jax.dtypes.canonicalize_dtype(array.dtype if dtype is None else dtype)
    copied: jax.Array = jax.device_put(
        np.asarray(array, dtype), _device_of(value), may_alias=False
    )
    return copied


def room(shape: Any, dtype: Any) -> np.ndarray[Any, Any]:
    """Returns zeros in memory that JAX takes over as it is.

    They cost neither time nor memory before somebody reads or writes them.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    array: np.ndarray[Any, Any] = raw[start : start + size].view(dtype).reshape(shape)
    return array


def given_up(array: np.ndarray[Any, Any], dtype: Any) -> jax.Array:
    """Returns an array on the device that nobody else will use from now on."""
    taken: jax.Array = jax.device_put(np.asarray(array, dtype), may_alias=True)
    return taken


def blank(shape: Any, dtype: Any) -> jax.Array:
    """Returns zeros that cost neither time nor memory before somebody reads them."""
    return given_up(room(shape, dtype), dtype)


def _in_host_memory(value: jax.Array) -> bool:
    """Tells whether NumPy sees an array without a transfer."""
    if isinstance(value, jax.core.Tracer) or not value.is_fully_addressable:
        return False
    devices = value.devices()
    return len(devices) == 1 and next(iter(devices)).platform == "cpu"


def _device_of(value: Any) -> Any:
    """Returns where a value was told to stay, or `None`."""
    told = isinstance(value, jax.Array) and value.committed
    return value.sharding if told else None
