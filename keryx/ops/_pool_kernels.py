"""Max pooling of images by the kernels of `_passes.c`: one pass each way.

Each largest value's place in its window is kept in a byte. Putting values back to their
places and taking them from there are each other's transpose, so reverse mode works to
any order. Milliseconds of both directions and one sum, 2 × 2, two cores, by the map of
indices in XLA and here (`benchmarks/bench_pool.py`):

     32 × 26 × 26 × 32    0.42   0.35
    100 × 28 × 28 × 32    1.44   1.09
"""

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx.ops import _kernels
from keryx.ops._pool_forms import tiles, Windows

LEAST = 32_768  # numbers, from which on the calls pay
LEAST_CHANNELS = 8

Pool = tuple[int, ...]


def suits(x: jax.Array, windows: Windows) -> bool:
    """Whether the kernels can, are at hand, and pay."""
    return (
        x.dtype == jnp.float32
        and x.ndim == 4
        and windows.is_tiling
        and math.prod(windows.pool) <= np.iinfo(np.int8).max
        and math.prod(windows.counts) > 0
        and x.size >= LEAST
        and x.shape[-1] >= LEAST_CHANNELS
        and _kernels.available()
    )


def tiled_max(x: jax.Array, pool: Pool) -> jax.Array:
    """Largest values of windows that tile the images."""
    return _max_and_place(x, pool, x.shape)[0]


@functools.partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def _max_and_place(
    x: jax.Array, pool: Pool, shape: tuple[int, ...]
) -> tuple[jax.Array, jax.Array]:
    images, height, width, channels = shape
    pooled = images, height // pool[0], width // pool[1], channels
    specs = [jax.ShapeDtypeStruct(pooled, kind) for kind in (x.dtype, np.int8)]
    largest, place = _call("keryx_max_pool", specs, pool, x)
    return largest, place


def _max_forward(x: jax.Array, pool: Pool, shape: tuple[int, ...]) -> tuple[Any, Any]:
    largest, place = _max_and_place(x, pool, shape)
    return (largest, place), place


def _max_gradient(
    pool: Pool, shape: tuple[int, ...], place: jax.Array, grads: Any
) -> tuple[jax.Array]:
    return (_put(grads[0], place, pool, shape),)


_max_and_place.defvjp(_max_forward, _max_gradient)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _put(
    values: jax.Array, place: jax.Array, pool: Pool, shape: tuple[int, ...]
) -> jax.Array:
    """Zeros, but for each value at its place in its window."""
    spec = jax.ShapeDtypeStruct(shape, values.dtype)
    put: jax.Array = _call("keryx_put_back", spec, pool, values, place)
    return put


def _put_gradient(
    pool: Pool, shape: tuple[int, ...], place: jax.Array, grad: jax.Array
) -> tuple[jax.Array, None]:
    return _taken(grad, place, pool), None


_put.defvjp(lambda v, place, pool, shape: (_put(v, place, pool, shape), place),
            _put_gradient)  # fmt: skip


def _taken(x: jax.Array, place: jax.Array, pool: Pool) -> jax.Array:
    """The values at the places, by XLA: only gradients of gradients come here."""
    windows = Windows(x.shape[1:3], pool, pool, ((0, 0), (0, 0)))
    number = jnp.arange(math.prod(pool)).reshape(1, 1, pool[0], 1, pool[1], 1)
    here = jnp.expand_dims(place, windows.place_axes) == number
    return jnp.sum(jnp.where(here, tiles(x, windows), 0), windows.place_axes)


def _call(name: str, spec: Any, pool: Pool, *arrays: jax.Array) -> Any:
    call: Any = jax.ffi.ffi_call(name, spec, vmap_method="sequential")
    return call(*arrays, pool=np.array(pool, np.int64))
