"""Which way to compute a convolution is fastest: decided here and nowhere else.

On accelerators XLA's own convolution is, with JAX's gradients. On CPU it is not: XLA
brings a convolution to the order of axes for which it has a fast kernel only outside of
loops, and JAX's gradients come in other orders, so that inside a compiled training loop
they run ten to fifty times slower than the forms below. Where the processor has a tile
unit, `_tiles` comes before all of them: two to four times as fast from some hundred
thousand multiplications and eight channels on.

The limits come from `benchmarks/bench_conv.py` on two cores with 2 MB of second-level
cache each. Milliseconds of the forms that matter (median, in a loop, float32):

    inputs, kernel                  pass     native  columns  patches  Winograd
    32x28x28x1,   3x3x32            forward    0.26     0.40     0.42
    32x32x32x3,   3x3x32            forward    2.83     8.09     1.22      3.65
    32x13x13x32,  3x3x64            forward    1.64     1.18     0.93      0.80
                                    inputs     1.46     0.86     1.90      1.06
    32x11x11x64,  3x3x64            forward    2.33     1.36     1.30      1.35
                                    inputs     1.63     1.04     1.87      1.51
    32x8x8x128,   3x3x128           forward    2.54     2.90     3.20      2.97
    100x14x14x32, 3x3x64            forward    5.94     9.81     8.09      4.06
    100x14x14x64, 3x3x64            forward    11.4     14.2     15.5      6.61
    4x14x14x512,  3x3x512           forward    15.1     13.3     14.5      18.7
    100x28x28x32, 5x5x32            forward    31.6      132      226

    inputs, kernel                 kernel   canonical  input rows  grad. rows  Winograd
    32x28x28x1,   3x3x32           gradient      0.75        0.46        1.59
    32x13x13x32,  3x3x64                         2.09        1.28        1.34      1.28
    32x11x11x64,  3x3x64                         2.50        2.15        1.64      1.47
    100x14x14x32, 3x3x64                         21.7        7.79        5.85      5.73
    100x14x14x64, 3x3x64                         42.4        22.7        12.6      12.4
    100x28x28x32, 5x5x32  whole                  71.5        82.0        47.2
                          4 samples at once                                36.8

Whole training steps gain less, for there the arrays come and go through the caches: a
network of the layers 28x28x1, 13x13x32 and 11x11x64 takes 10.1 ms a step (10.8 with
XLA's own convolutions in canonical order, 357 with JAX's gradients), one of four layers
at batch 100 takes 166 (224).
"""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope
from keryx.ops._conv_geometry import Geometry

MEGABYTE = 2**20
# Copies above these sizes leave the caches, and the form that makes them loses.
COLUMNS_BYTES = 8 * MEGABYTE
PATCHES_BYTES = 4 * MEGABYTE
ROWS_BYTES = 20 * MEGABYTE
CHUNK_BYTES = 3 * MEGABYTE
# XLA's three-dimensional convolution is so slow that large copies pay.
VOLUME_BYTES = 64 * MEGABYTE
# From so many channels on XLA's own kernel is as fast as one matrix product.
PATCHES_CHANNELS = 16
# Winograd's transforms pay when there are channels enough, and enough tiles for each
# to make up for transforming the kernel. It takes about a second longer to compile, so
# there must be something to save as well (in multiplications).
WINOGRAD_CHANNELS = 32
WINOGRAD_TILES_PER_CHANNEL = 8
WINOGRAD_WORK = 50_000_000
# Forms that cut one slice per tap (per remainder of the strides) take XLA minutes to
# compile when there are hundreds.
MOST_SLICES = 32
MOST_PHASES = 16


def is_plain(*arrays: jax.Array) -> bool:
    """Whether XLA's own operations and JAX's gradients are the ones to use.

    Where only shapes are wanted, they are: tracing the others takes longer.
    """
    here = scope.current()
    if here is not None and here.abstract:
        return True
    floats = all(jnp.issubdtype(array.dtype, jnp.floating) for array in arrays)
    return jax.default_backend() != "cpu" or not floats


def suits_winograd(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    geometry: Geometry,
    dtype: np.dtype,
) -> bool:
    """Whether F(2, 3) applies, is accurate enough, and is worth its transforms."""
    *taps, channels, filters = kernel_shape
    if taps != [3, 3] or not geometry.is_dense or dtype not in (np.float32, np.float64):
        return False
    size = geometry.output_size(shape[1:-1], taps)
    tiles = shape[0] * math.prod(-(-n // 2) for n in size)
    work = shape[0] * math.prod(size) * math.prod(kernel_shape)
    return (
        min(channels, filters) >= WINOGRAD_CHANNELS
        and tiles >= WINOGRAD_TILES_PER_CHANNEL * max(channels, filters)
        and work >= WINOGRAD_WORK
    )


def forward_form(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    geometry: Geometry,
    dtype: np.dtype,
) -> str:
    """Returns the name of a convolution in `_convolve.FORWARD`."""
    *taps, channels, filters = kernel_shape
    spread = set(geometry.base) != {1}
    if math.prod(taps) == 1 and geometry.groups == 1 and not spread:
        return "pointwise"
    if geometry.groups > 1:
        return "grouped"
    if spread:
        few = math.prod(geometry.base) <= MOST_PHASES
        return "phases" if few and set(geometry.dilation) == {1} else "native"
    if math.prod(taps) > MOST_SLICES:
        return "native"
    if set(geometry.strides) == {1} and filters <= channels:
        products = dtype.itemsize * math.prod((*shape[:-1], *taps, filters))
        limit = VOLUME_BYTES if len(taps) == 3 else COLUMNS_BYTES
        if products <= limit:
            return "columns"
    if suits_winograd(shape, kernel_shape, geometry, dtype):
        return "winograd"
    size = geometry.output_size(shape[1:-1], taps)
    fields = dtype.itemsize * math.prod((shape[0], *size, *taps, channels))
    if 1 < channels < PATCHES_CHANNELS and fields <= PATCHES_BYTES:
        return "patches"
    return "native"


def kernel_form(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    geometry: Geometry,
    dtype: np.dtype,
) -> str:
    """Returns the name of a kernel gradient in `_convolve.KERNEL_GRADIENT`."""
    *taps, channels, filters = kernel_shape
    if max(taps) > MOST_SLICES and geometry.groups == 1:
        return "canonical"
    if set(geometry.base) != {1} and set(geometry.strides) == {1}:
        return "adjoint"
    if suits_winograd(shape, kernel_shape, geometry, dtype):
        return "winograd"
    # Copies of the gradient can be made at stride 1 only, and should be the smaller.
    narrow = geometry.strides[-1] == 1 and filters <= 2 * channels
    return "gradient_rows" if narrow and geometry.groups == 1 else "input_rows"


def samples_at_once(batch: int, bytes_per_sample: int) -> int:
    """Returns how many samples' rows to copy at once: a divisor of the batch."""
    if batch * bytes_per_sample <= ROWS_BYTES:
        return batch
    most = max(1, CHUNK_BYTES // bytes_per_sample)
    return max(n for n in range(1, min(most, batch) + 1) if batch % n == 0)
