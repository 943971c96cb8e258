"""Convolutions over one to three spatial axes."""

import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from keryx._core import check
from keryx._core.config import standardize_data_format
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._conv_forms import adjoint_kernel
from keryx.ops._conv_geometry import Geometry, Pair
from keryx.ops._convolve import convolve, depthwise

Sizes = int | Sequence[int]


@op
def conv(
    inputs: jax.Array,
    kernel: jax.Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> jax.Array:
    """Convolution (cross-correlation) of inputs with a kernel.

        y[o, f] = sum over t, c of x[o · strides + t · dilation_rate - before, c]
                                   kernel[t, c, f]

    With fewer channels in the kernel than in the inputs, the channels are cut into
    groups, and so are the filters: each group of filters sees one group of channels.

    On CPU the gradients are taken in reverse mode only, to any order; on accelerators
    in every mode.

    Example:
        >>> x = jnp.arange(5.0).reshape(1, 5, 1)
        >>> conv(x, jnp.ones((3, 1, 1)), padding="same")[0, :, 0]
        Array([1., 3., 6., 9., 7.], dtype=float32)

    Args:
        inputs: One to three spatial axes.
        kernel: Weights.
        strides: Positions from output to output, for all axes or one number for each.
        padding: "valid": only where the kernel lies inside the inputs; "same": as many
            outputs as strides fit, zeros around evenly, one more at the end.
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        dilation_rate: Positions from tap to tap.

    Shapes:
        inputs:  `(batch, *space, channels)` or `(batch, channels, *space)`
        kernel:  `(*taps, channels / groups, filters)`
        outputs: `(batch, *outputs, filters)` or `(batch, filters, *outputs)`

    Raises:
        ArgumentError: If a number is not positive, or an option is not known.
        ShapeError: If the kernel does not fit the inputs.
    """
    x, kernel, first = _prepare("conv", inputs, kernel, data_format)
    channels, filters = kernel.shape[-2:]
    groups, rest = divmod(x.shape[-1], channels) if channels else (0, 0)
    if not groups or rest or filters % groups:
        raise ShapeError(
            "`conv`",
            expected="a kernel whose channels divide the inputs', with filters for "
            "each group of channels",
            got=f"{x.shape[-1]} channels and a kernel of shape {kernel.shape}",
        )
    geometry = _geometry("conv", x, kernel, strides, padding, dilation_rate, groups)
    return _finish(convolve(x, kernel, geometry), first)


@op
def depthwise_conv(
    inputs: jax.Array,
    kernel: jax.Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> jax.Array:
    """Convolution of each channel with its own filters.

        y[o, c · multiplier + m] = sum over t of x[o · strides + t · dilation_rate
                                                   - before, c] kernel[t, c, m]

    Example:
        >>> x = jnp.stack([jnp.arange(4.0), jnp.ones(4)], axis=-1)[None]
        >>> depthwise_conv(x, jnp.ones((2, 2, 1)))[0]
        Array([[1., 2.],
               [3., 2.],
               [5., 2.]], dtype=float32)

    Args:
        inputs, strides, padding, data_format, dilation_rate: As for `conv`.
        kernel: Weights.

    Shapes:
        inputs:  `(batch, *space, channels)` or `(batch, channels, *space)`
        kernel:  `(*taps, channels, multiplier)`
        outputs: `(batch, *outputs, channels · multiplier)`, or with these axes second

    Raises:
        ArgumentError: If a number is not positive, or an option is not known.
        ShapeError: If the kernel does not fit the inputs.
    """
    owner = "depthwise_conv"
    x, kernel, first = _prepare(owner, inputs, kernel, data_format)
    _same_channels(owner, x, kernel, -2)
    args = strides, padding, dilation_rate, x.shape[-1]
    return _finish(depthwise(x, kernel, _geometry(owner, x, kernel, *args)), first)


@op
def separable_conv(
    inputs: jax.Array,
    depthwise_kernel: jax.Array,
    pointwise_kernel: jax.Array,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> jax.Array:
    """Convolution of each channel with its own filters, then a mixture of the channels.

    Example:
        >>> x = jnp.ones((1, 4, 2))
        >>> separable_conv(x, jnp.ones((2, 2, 3)), jnp.ones((1, 6, 1)))[0, :, 0]
        Array([12., 12., 12.], dtype=float32)

    Args:
        inputs, strides, padding, data_format, dilation_rate: As for `conv`.
        depthwise_kernel: Weights of `depthwise_conv`.
        pointwise_kernel: Weights of the mixture, a `conv` of one tap.

    Shapes:
        inputs:           `(batch, *space, channels)` or `(batch, channels, *space)`
        depthwise_kernel: `(*taps, channels, multiplier)`
        pointwise_kernel: `(1, …, channels · multiplier, filters)`
        outputs:          `(batch, *outputs, filters)` or `(batch, filters, *outputs)`

    Raises:
        ArgumentError: If a number is not positive, or an option is not known.
        ShapeError: If a kernel does not fit its inputs.
    """
    between = depthwise_conv(
        inputs, depthwise_kernel, strides, padding, data_format, dilation_rate
    )
    return conv(between, pointwise_kernel, data_format=data_format)


@op
def conv_transpose(
    inputs: jax.Array,
    kernel: jax.Array,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> jax.Array:
    """The transpose of `conv`: every input adds a copy of the kernel to the outputs.

        y[o, f] = sum over i, t, c of x[i, c] kernel[t, f, c]
                  where o = i · strides + t · dilation_rate - crop

    With `reach = (taps - 1) · dilation_rate + 1`, an axis of `n` inputs becomes

        n · strides + max(reach - strides, 0)                      "valid"
        n · strides                                                "same"
        (n - 1) · strides + reach - 2 p + output_padding           if that is given,

    with `p = 0` for "valid" and `reach // 2` for "same".

    Example:
        >>> x = jnp.array([1.0, 2.0]).reshape(1, 2, 1)
        >>> conv_transpose(x, jnp.ones((3, 1, 1)), strides=2)[0, :, 0]
        Array([1., 1., 3., 2., 2.], dtype=float32)

    Args:
        inputs, strides, dilation_rate, data_format: As for `conv`.
        kernel: Weights.
        padding: "valid": all outputs that an input reaches; "same": cropped to
            `strides` outputs per input.
        output_padding: Outputs added at the end.

    Shapes:
        inputs:  `(batch, *space, channels)` or `(batch, channels, *space)`
        kernel:  `(*taps, filters, channels)`
        outputs: `(batch, *outputs, filters)` or `(batch, filters, *outputs)`

    Raises:
        ArgumentError: If a number is not positive (`output_padding`: negative), or an
            option is not known.
        ShapeError: If the kernel does not fit the inputs.
    """
    owner = "conv_transpose"
    x, kernel, first = _prepare(owner, inputs, kernel, data_format)
    _same_channels(owner, x, kernel, -1)
    rank = x.ndim - 2
    steps = check.int_tuple(strides, rank, "strides", owner)
    rates = check.int_tuple(dilation_rate, rank, "dilation_rate", owner)
    padding = check.one_of(padding, ("valid", "same"), "padding", owner)
    more: Sequence[int | None] = (None,) * rank
    if output_padding is not None:
        more = check.int_tuple(output_padding, rank, "output_padding", owner, least=0)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel.shape[:-2], rates, strict=True)]
    ends = map(functools.partial(_transposed_padding, padding), reach, steps, more)
    geometry = Geometry((1,) * rank, tuple(ends), steps, rates)
    _check_outputs(owner, x, kernel, geometry)
    return _finish(convolve(x, adjoint_kernel(kernel, 1), geometry), first)


def _transposed_padding(
    padding: str, reach: int, stride: int, more: int | None
) -> Pair:
    """Returns the zeros before and after an axis of spread inputs."""
    if padding == "valid":
        crop = 0
        cut = reach - max(reach, stride) if more is None else -more
    elif more is None:
        crop = max(reach - stride, 0) // 2
        cut = reach - stride - crop
    else:
        crop = max(reach // 2 - -(-more // 2), 0)
        cut = reach // 2 * 2 - more - crop
    return reach - 1 - crop, reach - 1 - cut


def _prepare(
    owner: str, inputs: Any, kernel: Any, data_format: str | None
) -> tuple[jax.Array, jax.Array, bool]:
    """Returns channels-last inputs and the kernel, of one type, and what to undo."""
    x, kernel = jnp.asarray(inputs), jnp.asarray(kernel)
    if not 3 <= x.ndim <= 5 or kernel.ndim != x.ndim:
        raise ShapeError(
            f"`{owner}`",
            expected="inputs of one to three spatial axes and a kernel of equally many "
            "axes",
            got=f"inputs of shape {x.shape} and a kernel of shape {kernel.shape}",
        )
    dtype = jnp.promote_types(x.dtype, kernel.dtype)
    first = standardize_data_format(data_format) == "channels_first"
    x = jnp.moveaxis(x, 1, -1) if first else x
    return x.astype(dtype), kernel.astype(dtype), first


def _finish(y: jax.Array, channels_first: bool) -> jax.Array:
    """Puts the channels back where the inputs had them."""
    return jnp.moveaxis(y, -1, 1) if channels_first else y


def _geometry(
    owner: str,
    x: jax.Array,
    kernel: jax.Array,
    strides: Sizes,
    padding: str,
    dilation_rate: Sizes,
    groups: int,
) -> Geometry:
    """Checks the options and returns the geometry of a convolution."""
    rank = x.ndim - 2
    steps = check.int_tuple(strides, rank, "strides", owner)
    rates = check.int_tuple(dilation_rate, rank, "dilation_rate", owner)
    name = check.one_of(padding, ("valid", "same"), "padding", owner).upper()
    reach = [(k - 1) * d + 1 for k, d in zip(kernel.shape[:-2], rates, strict=True)]
    pairs = lax.padtype_to_pads(x.shape[1:-1], reach, steps, name)
    ends = tuple((int(low), int(high)) for low, high in pairs)
    geometry = Geometry(steps, ends, (1,) * rank, rates, groups)
    _check_outputs(owner, x, kernel, geometry)
    return geometry


def _check_outputs(
    owner: str, x: jax.Array, kernel: jax.Array, geometry: Geometry
) -> None:
    """Raises an error if there are no outputs."""
    taps = kernel.shape[:-2]
    if 0 in geometry.output_size(x.shape[1:-1], taps):
        raise ShapeError(
            f"`{owner}`",
            expected=f"spatial axes that hold a kernel of {taps} taps",
            got=f"{x.shape[1:-1]}",
            fix="Take a smaller kernel or dilation, or padding='same'.",
        )


def _same_channels(owner: str, x: jax.Array, kernel: jax.Array, axis: int) -> None:
    """Raises an error unless the kernel has the inputs' channels on that axis."""
    if kernel.shape[axis] != x.shape[-1]:
        raise ShapeError(
            f"`{owner}`",
            expected=f"a kernel with {x.shape[-1]} channels on axis {axis}",
            got=f"shape {kernel.shape}",
        )
