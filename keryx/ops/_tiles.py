"""Convolutions and matrix products on the tile unit (AMX) of x86 processors.

Two operations, each the gradient of the other, so that programs can be differentiated
in every mode and to any order:

    convolution(x, w)[n, q, f]     = sum over t, c of x[n, q + t r - low, c] w[t, c, f]
    kernel_gradient(x, g)[t, c, f] = sum over n, q of x[n, q + t r - low, c] g[n, q, f]

with taps t, distances r of taps and `low` zeros in front. `_tiles.c` computes both,
with float32's accuracy, two to three times as fast as the vector units could.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import ShapedArray
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from keryx.ops import _kernels
from keryx.ops._conv_geometry import Geometry

# From so many multiplications on the call pays, and from so many channels.
LEAST_WORK = 400_000
LEAST_CHANNELS = 8
# Unless a receptive field has no more numbers than this, for which there is a form.
MOST_TERMS = 32


class Place(NamedTuple):
    """Zeros (low, high) along both axes, distances of taps, and whether the kernel is
    that of the adjoint: `(*taps, filters, channels)`, taps in reverse order."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    rates: tuple[int, int]
    adjoint: bool = False

    def back(self, taps: Sequence[int]) -> "Place":
        """Returns the place that maps the gradient of the outputs to the inputs."""
        (kh, kw), (rh, rw) = taps, self.rates
        high, wide = (kh - 1) * rh, (kw - 1) * rw
        return Place(
            (high - self.rows[0], high - self.rows[1]),
            (wide - self.columns[0], wide - self.columns[1]),
            self.rates,
            not self.adjoint,
        )


PLAIN = Place((0, 0), (0, 0), (1, 1))


def suits(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    geometry: Geometry,
    dtype: np.dtype,
) -> bool:
    """Whether the tile unit can compute a convolution and its gradients, and pays."""
    *taps, channels, filters = kernel_shape
    if dtype != np.float32 or len(taps) > 2 or not _is_shift(geometry, taps):
        return False
    size = geometry.output_size(shape[1:-1], taps)
    work = shape[0] * math.prod(size) * math.prod(kernel_shape)
    few = math.prod(taps) * channels <= MOST_TERMS
    enough = filters >= LEAST_CHANNELS and (few or channels >= LEAST_CHANNELS)
    return enough and work >= LEAST_WORK and _kernels.available()


def _is_shift(geometry: Geometry, taps: Sequence[int]) -> bool:
    """Whether every tap reads a shifted copy, for the gradient of the inputs too."""
    reach = ((k - 1) * d for k, d in zip(taps, geometry.dilation, strict=True))
    ends = zip(geometry.padding, reach, strict=True)
    inside = all(0 <= low <= most and 0 <= high <= most for (low, high), most in ends)
    return {*geometry.strides, *geometry.base, geometry.groups} == {1} and inside


def convolve(x: jax.Array, kernel: jax.Array, geometry: Geometry) -> jax.Array:
    """Returns a convolution that `suits`."""
    if geometry.rank == 2:
        (rows, columns), (down, across) = geometry.padding, geometry.dilation
        return convolution(x, kernel, Place(rows, columns, (down, across)))
    (padding,), (rate,) = geometry.padding, geometry.dilation
    y = convolution(x[:, None], kernel[None], Place((0, 0), padding, (1, rate)))
    return y[:, 0]


def convolution(x: jax.Array, kernel: jax.Array, place: Place) -> jax.Array:
    """Returns the convolution of `(images, height, width, channels)`."""
    y: jax.Array = convolution_p.bind(x, kernel, place=place)
    return y


def kernel_gradient(
    x: jax.Array, grad: jax.Array, place: Place, taps: tuple[int, int]
) -> jax.Array:
    """Returns the sum over images and positions of inputs times gradients, per tap."""
    kernel: jax.Array = gradient_p.bind(x, grad, place=place, taps=taps)
    return kernel


# --- Shapes, gradients, batches, code ------------------------------------------------

convolution_p = Primitive("keryx_convolution")
gradient_p = Primitive("keryx_kernel_gradient")


def _convolution_shape(x: Any, kernel: Any, *, place: Place) -> ShapedArray:
    images, *size, _ = x.shape
    *taps, one, other = kernel.shape
    ends = zip(size, taps, place[:2], place.rates, strict=True)
    out = (n + sum(pad) - (k - 1) * rate for n, k, pad, rate in ends)
    return ShapedArray((images, *out, one if place.adjoint else other), x.dtype)


def _gradient_shape(
    x: Any, grad: Any, *, place: Place, taps: tuple[int, int]
) -> ShapedArray:
    return ShapedArray((*taps, x.shape[-1], grad.shape[-1]), x.dtype)


def _pull_inputs(g: jax.Array, x: Any, kernel: jax.Array, *, place: Place) -> jax.Array:
    return convolution(g, kernel, place.back(kernel.shape[:2]))


def _pull_kernel(g: jax.Array, x: jax.Array, kernel: Any, *, place: Place) -> jax.Array:
    """Gradient of the kernel; of the adjoint's, turned around."""
    taps = kernel.aval.shape[:2]
    if place.adjoint:
        return kernel_gradient(g, x, place.back(taps), taps)
    return kernel_gradient(x, g, place, taps)


def _pull_fields(
    k: jax.Array, x: Any, grad: jax.Array, *, place: Place, taps: tuple[int, int]
) -> jax.Array:
    return convolution(grad, k, place.back(taps))


def _pull_outputs(
    k: jax.Array, x: jax.Array, grad: Any, *, place: Place, taps: tuple[int, int]
) -> jax.Array:
    return convolution(x, k, place)


def _batch_convolution(
    arrays: Sequence[jax.Array], axes: Sequence[Any], *, place: Place
) -> tuple[jax.Array, int]:
    """More images for one kernel; several kernels one after another."""
    x, kernel = arrays
    if axes[1] is None:
        x = jnp.moveaxis(x, axes[0], 0)
        y = convolution(x.reshape(-1, *x.shape[2:]), kernel, place)
        return y.reshape(*x.shape[:2], *y.shape[1:]), 0
    one = lambda pair: convolution(pair[0], pair[1], place)
    return _one_by_one(one, arrays, axes), 0


def _batch_gradient(
    arrays: Sequence[jax.Array],
    axes: Sequence[Any],
    *,
    place: Place,
    taps: tuple[int, int],
) -> tuple[jax.Array, int]:
    one = lambda pair: kernel_gradient(pair[0], pair[1], place, taps)
    return _one_by_one(one, arrays, axes), 0


def _one_by_one(
    one: Any, arrays: Sequence[jax.Array], axes: Sequence[Any]
) -> jax.Array:
    """Maps over those arrays that have a batch axis."""
    moved = [
        array if axis is None else jnp.moveaxis(array, axis, 0)
        for array, axis in zip(arrays, axes, strict=True)
    ]
    mapped: jax.Array
    if None not in axes:
        mapped = jax.lax.map(one, tuple(moved))
    elif axes[0] is None:
        mapped = jax.lax.map(lambda b: one((moved[0], b)), moved[1])
    else:
        mapped = jax.lax.map(lambda a: one((a, moved[1])), moved[0])
    return mapped


def _numbers(place: Place) -> list[int]:
    return [place.rows[0], place.columns[0], *place.rates, int(place.adjoint)]


def _lower(
    ctx: Any, a: Any, b: Any, *, place: Place, taps: tuple[int, int] | None = None
) -> Any:
    name = "keryx_convolution" if taps is None else "keryx_kernel_gradient"
    numbers = np.array(_numbers(place), np.int64)
    return jax.ffi.ffi_lowering(name)(ctx, a, b, numbers=numbers)


def _declare(primitive: Primitive, shape: Any, pull: Any, batch: Any) -> None:
    primitive.def_abstract_eval(shape)
    primitive.def_impl(
        lambda a, b, **params: jax.jit(lambda a, b: primitive.bind(a, b, **params))(
            a, b
        )
    )
    ad.defbilinear(primitive, *pull)
    batching.primitive_batchers[primitive] = batch
    mlir.register_lowering(primitive, _lower, platform="cpu")


_declare(
    convolution_p,
    _convolution_shape,
    (_pull_inputs, _pull_kernel),
    _batch_convolution,
)
_declare(gradient_p, _gradient_shape, (_pull_fields, _pull_outputs), _batch_gradient)
