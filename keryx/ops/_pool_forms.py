"""Ways to compute pooling, channels-last: XLA's own, and those that are fast on CPU.

On CPU the gradient of XLA's window reduction is a scatter, twenty times slower than the
map of indices kept here (`benchmarks/bench_pool.py`).
"""

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from keryx.ops._conv_forms import interleave, window
from keryx.ops._conv_geometry import Pair


class Windows(NamedTuple):
    """Where the windows lie; one entry per spatial axis.

    Args:
        size: The inputs' spatial shape.
        pool: Positions in a window.
        strides: Positions from window to window.
        padding: Positions before and after the inputs.
    """

    size: tuple[int, ...]
    pool: tuple[int, ...]
    strides: tuple[int, ...]
    padding: tuple[Pair, ...]

    @property
    def is_tiling(self) -> bool:
        """Whether the windows neither overlap, nor leave gaps, nor hang over."""
        inside = all(pair == (0, 0) for pair in self.padding)
        return inside and self.pool == self.strides

    @property
    def place_axes(self) -> tuple[int, ...]:
        """The axes of `tiles` that count places in a window."""
        return tuple(range(2, 2 * len(self.size) + 1, 2))

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of windows along each axis."""
        axes = zip(*self, strict=True)
        return tuple(max(0, (n + sum(p) - k) // s + 1) for n, k, s, p in axes)

    def offsets(self) -> list[tuple[int, ...]]:
        """Returns the places in a window, in order."""
        return list(itertools.product(*map(range, self.pool)))

    def real(self) -> np.ndarray[Any, Any]:
        """Returns how many positions of each window are inputs, `(*counts, 1)`."""
        axes = []
        for o, n, k, s, (low, _) in zip(self.counts, *self, strict=True):
            first = np.arange(o) * s - low
            axes.append(np.minimum(first + k, n) - np.maximum(first, 0))
        product: np.ndarray[Any, Any] = functools.reduce(np.multiply.outer, axes)
        return product[..., None]


def lowest(dtype: Any) -> np.ndarray[Any, Any]:
    """Returns the value that is below all others of the type."""
    if jnp.issubdtype(dtype, jnp.floating):
        return np.array(-np.inf, dtype)
    return np.array(np.iinfo(dtype).min if dtype != np.bool_ else False, dtype)


def reduce(
    x: jax.Array,
    windows: Windows,
    initial: np.ndarray[Any, Any],
    function: Callable[..., Any],
) -> jax.Array:
    """XLA's own reduction of windows."""
    result: jax.Array = lax.reduce_window(
        x,
        initial,
        function,
        (1, *windows.pool, 1),
        (1, *windows.strides, 1),
        ((0, 0), *windows.padding, (0, 0)),
    )
    return result


def plain_max(x: jax.Array, windows: Windows) -> jax.Array:
    """Largest values by XLA's own reduction."""
    return reduce(x, windows, lowest(x.dtype), lax.max)


def plain_sum(x: jax.Array, windows: Windows) -> jax.Array:
    """Sums by XLA's own reduction."""
    return reduce(x, windows, np.zeros((), x.dtype), lax.add)


def tiles(x: jax.Array, windows: Windows) -> jax.Array:
    """Returns the inputs cut into windows, `(batch, count, pool, …, channels)`."""
    axes = list(zip(windows.counts, windows.pool, strict=True))
    used = x[:, *(slice(n * k) for n, k in axes)]
    cut = itertools.chain.from_iterable(axes)
    return used.reshape(len(x), *cut, x.shape[-1])


def tiled_mean(x: jax.Array, windows: Windows) -> jax.Array:
    """Means of windows that tile the inputs: a reshape and a sum."""
    return jnp.mean(tiles(x, windows), windows.place_axes)


def place_numbers(windows: Windows) -> jax.Array:
    """Returns the places of a window, numbered in order, shaped like `tiles`."""
    shape = itertools.chain.from_iterable((1, k) for k in windows.pool)
    return jnp.arange(math.prod(windows.pool)).reshape(1, *shape, 1)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
@functools.partial(jax.jit, static_argnums=1, inline=True)
def tiled_max(x: jax.Array, windows: Windows) -> jax.Array:
    """Largest values of windows that tile the inputs; however large they are."""
    return jnp.max(tiles(x, windows), windows.place_axes)


@functools.partial(jax.jit, static_argnums=1, inline=True)
def _tiled_max_and_index(x: jax.Array, windows: Windows) -> tuple[jax.Array, jax.Array]:
    cut, axes = tiles(x, windows), windows.place_axes
    largest = jnp.max(cut, axes, keepdims=True)
    is_it = (cut == largest) | jnp.isnan(cut)
    number = jnp.where(is_it, place_numbers(windows), math.prod(windows.pool))
    return jnp.squeeze(largest, axes), jnp.min(number, axes, keepdims=True)


@functools.partial(jax.jit, static_argnums=0, inline=True)
def _give_to_tiled_index(
    windows: Windows, index: jax.Array, grad: jax.Array
) -> tuple[jax.Array]:
    none = jnp.zeros((), grad.dtype)
    grad = jnp.expand_dims(grad, windows.place_axes)
    given = jnp.where(index == place_numbers(windows), grad, none)
    axes = list(zip(windows.size, windows.counts, windows.pool, strict=True))
    used = given.reshape(len(grad), *(o * k for _, o, k in axes), grad.shape[-1])
    space = [(0, n - o * k, 0) for n, o, k in axes]
    return (lax.pad(used, none, [(0, 0, 0), *space, (0, 0, 0)]),)


tiled_max.defvjp(_tiled_max_and_index, _give_to_tiled_index)


def places(
    x: jax.Array, windows: Windows, fill: np.ndarray[Any, Any]
) -> list[jax.Array]:
    """Returns, for each place in a window, what all windows have there."""
    size = windows.counts
    space = [(*pair, 0) for pair in windows.padding]
    x = lax.pad(x, fill, [(0, 0, 0), *space, (0, 0, 0)])
    return [window(x, place, size, windows.strides) for place in windows.offsets()]


def spread(
    windows: Windows,
    share: Callable[..., jax.Array],
    sources: Sequence[tuple[jax.Array, float]],
) -> jax.Array:
    """Adds at each input what the windows that hold it give it: `places` reversed.

    Inputs on the same remainder by the strides lie at the same places of their windows,
    so all shifts are by whole windows; the remainders are interleaved at the end.

    Args:
        windows: Where the windows lie.
        share: Maps a place's number and the sources to what that place gets.
        sources: Arrays with one entry per window, and what to put around them.
    """
    size, pool, steps, padding = windows
    rank, ones = range(len(size)), (1,) * len(size)
    cells = [-(-(size[i] + sum(padding[i])) // steps[i]) for i in rank]
    before = [(pool[i] - 1) // steps[i] for i in rank]
    padded = []
    for array, fill in sources:
        space = [(before[i], cells[i] - windows.counts[i], 0) for i in rank]
        edge = jnp.asarray(fill, array.dtype)
        padded.append(lax.pad(array, edge, [(0, 0, 0), *space, (0, 0, 0)]))
    none = jnp.zeros_like(window(padded[0], before, cells, ones))
    phases = dict.fromkeys(itertools.product(*map(range, steps)), none)
    for number, place in enumerate(windows.offsets()):
        start = [before[i] - place[i] // steps[i] for i in rank]
        moved = [window(array, start, cells, ones) for array in padded]
        phases[tuple(place[i] % steps[i] for i in rank)] += share(number, *moved)
    whole = interleave(list(phases.values()), steps)
    return window(whole, [low for low, _ in padding], size, ones)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
@functools.partial(jax.jit, static_argnums=1, inline=True)
def indexed_max(x: jax.Array, windows: Windows) -> jax.Array:
    """Largest values; the gradient goes to the first of a window's largest."""
    return functools.reduce(jnp.maximum, places(x, windows, lowest(x.dtype)))


@functools.partial(jax.jit, static_argnums=1, inline=True)
def _max_and_index(x: jax.Array, windows: Windows) -> tuple[jax.Array, jax.Array]:
    values = places(x, windows, lowest(x.dtype))
    largest = functools.reduce(jnp.maximum, values)
    last = len(values) - 1
    kind = jnp.int8 if last <= np.iinfo(np.int8).max else jnp.int32
    index = jnp.full(largest.shape, last, kind)
    for place, value in reversed(list(enumerate(values[:-1]))):
        # Where the largest value is NaN, it equals none of them.
        is_it = (value == largest) | jnp.isnan(value)
        index = jnp.where(is_it, jnp.asarray(place, kind), index)
    return largest, index


@functools.partial(jax.jit, static_argnums=0, inline=True)
def _give_to_index(
    windows: Windows, index: jax.Array, grad: jax.Array
) -> tuple[jax.Array]:
    def share(place: int, grad: jax.Array, index: jax.Array) -> jax.Array:
        return jnp.where(index == place, grad, jnp.zeros((), grad.dtype))

    return (spread(windows, share, [(grad, 0), (index, -1)]),)


indexed_max.defvjp(_max_and_index, _give_to_index)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
@functools.partial(jax.jit, static_argnums=1, inline=True)
def shifted_sum(x: jax.Array, windows: Windows) -> jax.Array:
    """Sums by adding slices."""
    return functools.reduce(jnp.add, places(x, windows, np.zeros((), x.dtype)))


@functools.partial(jax.jit, static_argnums=0, inline=True)
def _give_to_all(windows: Windows, _: None, grad: jax.Array) -> tuple[jax.Array]:
    return (spread(windows, lambda _, grad: grad, [(grad, 0)]),)


shifted_sum.defvjp(lambda x, windows: (shifted_sum(x, windows), None), _give_to_all)
