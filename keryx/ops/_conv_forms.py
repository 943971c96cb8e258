"""Ways to compute one convolution and its kernel gradient, all with the same result.

Everything here is channels-last: inputs `(batch, *space, channels)`, kernels
`(*taps, channels / groups, filters)`. Which way is taken is decided in `_conv_rules`.

With stride s, base dilation b (zeros between inputs), dilation d (zeros between taps)
and `low` zeros in front, along each axis:

    y[o] = sum over t of   w[t] · x[(o s + t d - low) / b]       where b divides that
"""

import functools
import itertools
import math
from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap

from keryx.ops._conv_geometry import Geometry, Pair
from keryx.ops._product_rules import outer_product, product


def adjoint_kernel(kernel: jax.Array, groups: int) -> jax.Array:
    """Returns the kernel flipped in space, its channels and filters exchanged."""
    *taps, channels, filters = kernel.shape
    rank = len(taps)
    split = kernel.reshape(*taps, channels, groups, filters // groups)
    swapped = jnp.swapaxes(lax.rev(split, range(rank)), rank, rank + 2)
    return swapped.reshape(*taps, filters // groups, groups * channels)


def pad(
    x: jax.Array, padding: Sequence[Pair], base: Sequence[int] | None = None
) -> jax.Array:
    """Pads the spatial axes with zeros; a negative width crops."""
    base = base or (1,) * len(padding)
    if all(b == 1 and p == (0, 0) for b, p in zip(base, padding, strict=True)):
        return x
    space = [(*p, b - 1) for p, b in zip(padding, base, strict=True)]
    return lax.pad(x, jnp.zeros((), x.dtype), [(0, 0, 0), *space, (0, 0, 0)])


def window(
    x: jax.Array, starts: Sequence[int], sizes: Sequence[int], strides: Sequence[int]
) -> jax.Array:
    """Returns `sizes` positions from `starts` on, every `strides`-th, of each axis."""
    axes = zip(starts, sizes, strides, strict=True)
    return x[:, *(slice(a, a + (n - 1) * s + 1, s) for a, n, s in axes)]


def offsets(taps: Sequence[int], dilation: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yields where each tap reads, in the order of the kernel's leading axes."""
    axes = zip(taps, dilation, strict=True)
    return itertools.product(*(range(0, k * d, d) for k, d in axes))


def interleave(parts: Sequence[jax.Array], factors: Sequence[int]) -> jax.Array:
    """Returns the array whose every `factors`-th elements are the parts.

    The parts come in the order of `itertools.product` over the axes' remainders.
    """
    parts = list(parts)
    for axis, factor in reversed(list(enumerate(factors, start=1))):
        shape = list(parts[0].shape)
        shape[axis] *= factor
        parts = [
            jnp.stack(parts[i : i + factor], axis + 1).reshape(shape)
            for i in range(0, len(parts), factor)
        ]
    return parts[0]


# --- The convolution itself ----------------------------------------------------------


def plain(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """XLA's own convolution."""
    space = "DHW"[-geometry.rank :]
    layout = f"N{space}C"
    return lax.conv_general_dilated(
        x,
        kernel,
        geometry.strides,
        geometry.padding,
        lhs_dilation=geometry.base,
        rhs_dilation=geometry.dilation,
        dimension_numbers=(layout, f"{space}IO", layout),
        feature_group_count=geometry.groups,
    )


def native(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """XLA's own convolution, in the one shape and order that is fast on CPU.

    A batch of kernels would become groups, which are slow there: one after another.
    """
    if any(min(pair) < 0 for pair in geometry.padding):
        # XLA's fast kernel for CPU gives wrong numbers where it has to crop.
        x = pad(x, geometry.padding, geometry.base)
        rank = geometry.rank
        geometry = geometry._replace(padding=((0, 0),) * rank, base=(1,) * rank)
    one = functools.partial(plain, geometry=geometry)
    convolve = custom_vmap(one)

    def batched(
        members: int, is_batched: list[bool], x: jax.Array, kernel: jax.Array
    ) -> tuple[jax.Array, bool]:
        if all(is_batched):
            pairs = x, kernel
            return lax.map(lambda pair: native(pair[0], pair[1], geometry), pairs), True
        if is_batched[1]:
            return jax.vmap(one, (None, 0))(x, kernel), True
        merged = native(x.reshape(-1, *x.shape[2:]), kernel, geometry)
        return merged.reshape(members, x.shape[1], *merged.shape[1:]), True

    convolve.def_vmap(batched)
    result: jax.Array = convolve(x, kernel)
    return result


def pointwise(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """One matrix product; for kernels of a single tap and no groups."""
    size = geometry.output_size(x.shape[1:-1], (1,) * geometry.rank)
    x = pad(x, geometry.padding, geometry.base)
    x = window(x, (0,) * geometry.rank, size, geometry.strides)
    return product(x, kernel.reshape(kernel.shape[-2:]))


def tiled(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """One matrix product with the inputs cut into tiles; see `Geometry.is_tiling`."""
    *taps, channels, filters = kernel.shape
    size = geometry.output_size(x.shape[1:-1], taps)
    x = x[:, *(slice(n * k) for n, k in zip(size, taps, strict=True))]
    cut = itertools.chain.from_iterable(zip(size, taps, strict=True))
    tiles = x.reshape(len(x), *cut, channels)
    rank = range(geometry.rank)
    places = [2 * i + 1 for i in rank], [2 * i + 2 for i in rank]
    tiles = jnp.transpose(tiles, (0, *places[0], *places[1], tiles.ndim - 1))
    rows = tiles.reshape(-1, math.prod(taps) * channels)
    y = product(rows, kernel.reshape(-1, filters))
    return y.reshape(len(x), *size, filters)


def patches(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """One matrix product with a copy of every receptive field; without groups."""
    *taps, channels, filters = kernel.shape
    size = geometry.output_size(x.shape[1:-1], taps)
    x = pad(x, geometry.padding, geometry.base)
    fields = jnp.concatenate(
        [
            window(x, start, size, geometry.strides)
            for start in offsets(taps, geometry.dilation)
        ],
        axis=-1,
    )
    rows = fields.reshape(-1, math.prod(taps) * channels)
    y = product(rows, kernel.reshape(-1, filters))
    return y.reshape(-1, *size, filters)


def columns(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """One matrix product at every input, shifted and added; stride 1, no groups."""
    *taps, channels, filters = kernel.shape
    size = x.shape[1:-1]
    spread = [(n - 1) * b + 1 for n, b in zip(size, geometry.base, strict=True)]
    out = geometry.output_size(size, taps)
    by_channel = jnp.moveaxis(kernel, -2, 0).reshape(channels, -1)
    products = product(x, by_channel).reshape(*x.shape[:-1], math.prod(taps), filters)
    lows = [low for low, _ in geometry.padding]
    total = jnp.zeros((), products.dtype)
    for tap, start in enumerate(offsets(taps, geometry.dilation)):
        axes = zip(lows, start, out, spread, strict=True)
        shift = [(low - t, o - n - low + t) for low, t, o, n in axes]
        total = total + pad(products[..., tap, :], shift, geometry.base)
    return total


def shifts(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Sum of shifted inputs, each channel times its own filters; no base dilation.

    The kernel is `(*taps, channels, multiplier)`. XLA's own form takes ten times as
    long on CPU, and a hundred times in its gradients; these are good as JAX makes them.
    """
    *taps, channels, multiplier = kernel.shape
    size = geometry.output_size(x.shape[1:-1], taps)
    x = pad(x, geometry.padding)
    total = jnp.zeros((), x.dtype)
    starts = offsets(taps, geometry.dilation)
    for start, weights in zip(
        starts, kernel.reshape(-1, channels, multiplier), strict=True
    ):
        shifted = window(x, start, size, geometry.strides)
        total = total + shifted[..., None] * weights
    return total.reshape(-1, *size, channels * multiplier)


# --- The gradient with respect to the kernel -----------------------------------------


def canonical(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """One convolution with samples as channels; without groups."""
    padding = tuple(
        (low, (k - 1) * d + (o - 1) * s - (n - 1) * b - low)
        for n, o, k, s, (low, _), b, d in zip(
            x.shape[1:-1],
            grad.shape[1:-1],
            taps,
            geometry.strides,
            geometry.padding,
            geometry.base,
            geometry.dilation,
            strict=True,
        )
    )
    turned = geometry._replace(
        strides=geometry.dilation, dilation=geometry.strides, padding=padding
    )
    kernel = native(jnp.swapaxes(x, 0, -1), jnp.moveaxis(grad, 0, -2), turned)
    return jnp.moveaxis(kernel, 0, -2)


def input_rows(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """Receptive fields along the last axis; one matrix product per other tap."""
    *outer, last = taps
    groups, size = geometry.groups, grad.shape[1:-1]
    x = pad(x, geometry.padding, geometry.base)
    lengths = (*x.shape[1:-2], size[-1])
    still, ones = (0,) * len(outer), (1,) * len(outer)
    rows = jnp.stack(
        [
            window(x, (*still, *start), lengths, (*ones, geometry.strides[-1]))
            for start in offsets((last,), geometry.dilation[-1:])
        ],
        axis=-2,
    )  # (batch, *space, last, channels)
    depth = x.shape[-1] // groups
    gradient = grad.reshape(-1, groups, grad.shape[-1] // groups)

    def at(start: tuple[int, ...]) -> jax.Array:
        fields = window(rows, (*start, 0), size, (*geometry.strides[:-1], 1))
        if groups == 1:
            return outer_product(fields.reshape(-1, last * depth), gradient[:, 0])
        fields = fields.reshape(-1, last, groups, depth)
        return jnp.einsum("mkgc,mgo->kcgo", fields, gradient)

    parts = [at(start) for start in offsets(outer, geometry.dilation[:-1])]
    return jnp.stack(parts).reshape(*taps, depth, grad.shape[-1])


def gradient_rows(
    x: jax.Array, grad: jax.Array, geometry: Geometry, taps: Sequence[int]
) -> jax.Array:
    """Shifted gradients along the last axis; one matrix product per other tap.

    Stride 1 along the last axis, no groups. Reads the inputs in whole rows.
    """
    *outer, last = taps
    x = pad(x, geometry.padding, geometry.base)
    channels, filters = x.shape[-1], grad.shape[-1]
    rest = x.shape[-2] - grad.shape[-2]
    still = [(0, 0)] * len(outer)
    shifted = jnp.concatenate(
        [
            pad(grad, [*still, (start, rest - start)])
            for (start,) in offsets((last,), geometry.dilation[-1:])
        ],
        axis=-1,
    ).reshape(-1, last * filters)
    lengths = (*grad.shape[1:-2], x.shape[-2])
    parts = [
        outer_product(
            window(x, (*start, 0), lengths, geometry.strides).reshape(-1, channels),
            shifted,
        )
        for start in offsets(outer, geometry.dilation[:-1])
    ]
    kernel = jnp.stack(parts).reshape(*outer, channels, last, filters)
    return jnp.swapaxes(kernel, -3, -2)
