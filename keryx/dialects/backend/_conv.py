"""Convolutions and pooling."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import ops
from keryx._core import check
from keryx._core.op import op
from keryx.dialects.backend._config import era_is_1, normalize_data_format
from keryx.dialects.backend._legacy import legacy
from keryx.dialects.backend._record import sized, sizes

today = legacy(
    "image_shape",
    "filter_shape",
    "volume_shape",
    border_mode="padding",
    dim_ordering="data_format",
    filter_dilation="dilation_rate",
)


def _kernel(kernel: Any, data_format: str) -> Any:
    """Returns a kernel with its taps first; Keras 1 has the filters first for "th"."""
    kernel = jnp.asarray(kernel)
    if era_is_1() and data_format == "channels_first" and kernel.ndim > 3:
        return jnp.moveaxis(kernel, (0, 1), (-1, -2))
    return kernel


def _one(size: Any) -> int:
    """Returns the one number of a one-dimensional size."""
    return sizes(size)[0]


# --- convolutions -----------------------------------------------------------------


@today
@op
def conv1d(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Convolution along time.

    Args:
        x: Sequences.
        kernel: Weights, `(taps, channels, filters)`.
        strides: Steps from output to output.
        padding: "valid", "same", or "causal": zeros before the first step only.
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        dilation_rate: Steps from tap to tap.
    """
    data_format = normalize_data_format(data_format)
    stride, rate = _one(strides), _one(dilation_rate)
    if padding.lower() == "causal":
        width = [(0, 0)] * 3
        width[1 if data_format == "channels_last" else 2] = (
            rate * (np.shape(kernel)[0] - 1),
            0,
        )
        x, padding = jnp.pad(jnp.asarray(x), width), "valid"
    return ops.conv(x, kernel, stride, padding, data_format, rate)


@today
@op
def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Convolution of images.

    Args:
        x: Images.
        kernel: Weights, `(rows, columns, channels, filters)`.
        strides: Points from output to output.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        dilation_rate: Points from tap to tap.
    """
    data_format = normalize_data_format(data_format)
    kernel = _kernel(kernel, data_format)
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


@today
@op
def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """Convolution of volumes; the arguments are those of `conv2d`."""
    data_format = normalize_data_format(data_format)
    kernel = _kernel(kernel, data_format)
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def atrous_conv2d(
    x: Any, kernel: Any, rate: Any = 1, padding: str = "valid", **options: Any
) -> Any:
    """Convolution of images with space between the taps."""
    padding = options.pop("border_mode", padding)
    return conv2d(x, kernel, padding=padding, dilation_rate=rate, **options)


def _transposed(
    x: Any, kernel: Any, output_shape: Any, data_format: str | None, *how: Any
) -> Any:
    """What a convolution's gradient does: from its outputs back to its inputs."""
    x, data_format = jnp.asarray(x), normalize_data_format(data_format)
    kernel = _kernel(kernel, data_format)
    strides, padding, rate = how

    def forward(z: Any) -> Any:
        return ops.conv(z, kernel, strides, padding, data_format, rate)

    # The batch is the input's own: programs give it as `None`, -1 or a tensor.
    shape = (x.shape[0], *(int(size) for size in tuple(output_shape)[1:]))
    _, pull = jax.vjp(forward, jnp.zeros(shape, x.dtype))
    return pull(x)[0]


@today
@sized("output_shape")
def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Convolution of images the other way: from what `conv2d` gives to what it takes.

    Args:
        x: Images.
        kernel: Weights, `(rows, columns, filters, channels)`.
        output_shape: Shape of the result; the batch is that of `x`.
        strides: Points of the result from point to point of `x`.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        dilation_rate: Points from tap to tap.
    """
    how = (strides, padding, dilation_rate)
    return _transposed(x, kernel, output_shape, data_format, *how)


def deconv2d(x: Any, kernel: Any, output_shape: Any, *args: Any, **options: Any) -> Any:
    """`conv2d_transpose` under its name of Keras 1."""
    return conv2d_transpose(x, kernel, output_shape, *args, **options)


@today
@sized("output_shape")
def conv3d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Convolution of volumes the other way; the arguments of `conv2d_transpose`."""
    how = (strides, padding, (1, 1, 1))
    return _transposed(x, kernel, output_shape, data_format, *how)


@today
@op
def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Convolution of each channel with filters of its own.

    Args:
        x: Images.
        depthwise_kernel: Weights, `(rows, columns, channels, multiplier)`.
        strides, padding, data_format, dilation_rate: As of `conv2d`.
    """
    how = (strides, padding, data_format, dilation_rate)
    return ops.depthwise_conv(x, depthwise_kernel, *how)


@today
@op
def separable_conv1d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Convolution of each channel along time, then a mixture of the channels."""
    kernels = depthwise_kernel, pointwise_kernel
    rate = _one(dilation_rate)
    return ops.separable_conv(x, *kernels, _one(strides), padding, data_format, rate)


@today
@op
def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """Convolution of each channel of images, then a mixture of the channels."""
    kernels = depthwise_kernel, pointwise_kernel
    return ops.separable_conv(x, *kernels, strides, padding, data_format, dilation_rate)


# --- pooling ----------------------------------------------------------------------


def _pooled(x: Any, size: Any, how: tuple[Any, ...], mode: str, owner: str) -> Any:
    mode = check.one_of(mode, ("max", "avg"), "pool_mode", owner)
    pool = ops.max_pool if mode == "max" else ops.average_pool
    return pool(x, tuple(size), *how)


@today
@op
def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Greatest value or mean of windows of images.

    Args:
        x: Images.
        pool_size: Rows and columns of a window.
        strides: Points from window to window.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        pool_mode: "max" or "avg".

    Raises:
        ArgumentError: If `pool_mode` is neither.
    """
    how = (tuple(strides), padding, data_format)
    return _pooled(x, pool_size, how, pool_mode, "pool2d")


@today
@op
def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Greatest value or mean of windows of volumes; the arguments of `pool2d`."""
    how = (tuple(strides), padding, data_format)
    return _pooled(x, pool_size, how, pool_mode, "pool3d")


# --- weights of their own at each place -------------------------------------------


def _local(
    x: Any, kernel: Any, taps: tuple[int, ...], strides: Any, data_format: str | None
) -> Any:
    """Windows times the kernel of their place: taps before channels, or after them."""
    array, kernel = jnp.asarray(x), jnp.asarray(kernel)
    first = normalize_data_format(data_format) == "channels_first"
    last = jnp.moveaxis(array, 1, -1) if first else array
    space, places = last.shape[1:-1], []
    for axis, (tap, stride) in enumerate(zip(taps, strides, strict=True)):
        count = (space[axis] - tap) // stride + 1
        window = stride * np.arange(count)[:, None] + np.arange(tap)
        # Each axis of space becomes two: the window, and the place within it.
        last = jnp.take(last, window, axis=1 + 2 * axis)
        places.append(count)
    rank = len(taps)
    order = (0, *range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2), 2 * rank + 1)
    windows = jnp.transpose(last, order)
    if first:
        windows = jnp.moveaxis(windows, -1, 1 + rank)
    flat = windows.reshape(array.shape[0], math.prod(places), -1)
    outputs = jnp.einsum("bpi,pif->bpf", flat, kernel)
    outputs = outputs.reshape(array.shape[0], *places, kernel.shape[-1])
    return jnp.moveaxis(outputs, -1, 1) if first else outputs


@today
@op
def local_conv1d(
    inputs: Any,
    kernel: Any,
    kernel_size: Any,
    strides: Any,
    data_format: str | None = None,
) -> Any:
    """Convolution along time with weights of their own at each step.

    Shapes:
        inputs: `(batch, time, channels)`
        kernel: `(outputs, taps · channels, filters)`
    """
    taps, steps = (_one(kernel_size),), (_one(strides),)
    return _local(inputs, kernel, taps, steps, data_format)


@today
@op
def local_conv2d(
    inputs: Any,
    kernel: Any,
    kernel_size: Any,
    strides: Any,
    output_shape: Any = None,
    data_format: str | None = None,
) -> Any:
    """Convolution of images with weights of their own at each point.

    Shapes:
        inputs: `(batch, height, width, channels)` or `(batch, channels, height, width)`
        kernel: `(rows · columns of the outputs, taps · channels, filters)`
    """
    return _local(inputs, kernel, sizes(kernel_size), sizes(strides), data_format)
