"""What layers over time and space share: sizes of windows, checks of shapes."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keryx import constraints, initializers, regularizers
from keryx._core import check
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe, require_ndim
from keryx._graph.layer import Layer
from keryx.activations import relu
from keryx.ops import _biased_relu

Sizes = int | tuple[int, ...]
# How messages and docstrings call the axes between batch and channels.
AXES = {1: "time", 2: "height, width", 3: "depth, height, width"}


def channel_axis(data_format: str) -> int:
    """Returns the axis of the channels, counted from whichever end is theirs."""
    return -1 if data_format == "channels_last" else 1


def space(shape: Shape, data_format: str) -> Shape:
    """Returns the sizes between batch and channels."""
    return shape[1:-1] if data_format == "channels_last" else shape[2:]


def space_axes(rank: int, data_format: str) -> tuple[int, ...]:
    """Returns the axes between batch and channels."""
    first = 1 if data_format == "channels_last" else 2
    return tuple(range(first, first + rank))


def set_window(
    layer: Any, kernel_size: Sizes, strides: Sizes, dilation_rate: Sizes
) -> None:
    """Checks and keeps the three sizes of a sliding kernel."""
    rank = layer.rank
    layer.kernel_size = check.int_tuple(kernel_size, rank, "kernel_size", layer)
    layer.strides = check.int_tuple(strides, rank, "strides", layer)
    layer.dilation_rate = check.int_tuple(dilation_rate, rank, "dilation_rate", layer)


def set_role(
    layer: Layer, role: str, initializer: Any, regularizer: Any, constraint: Any
) -> None:
    """Keeps what makes, penalizes and projects one weight, as `<role>_initializer`…"""
    setattr(layer, f"{role}_initializer", initializers.get(initializer))
    setattr(layer, f"{role}_regularizer", regularizers.get(regularizer))
    setattr(layer, f"{role}_constraint", constraints.get(constraint))


def require_strides_or_dilation(layer: Any) -> None:
    """Rejects a kernel that is both strided and dilated, as Keras does.

    Raises:
        ArgumentError: If some stride and some dilation rate are above 1.
    """
    if max(layer.strides) > 1 and max(layer.dilation_rate) > 1:
        raise ArgumentError(
            layer,
            "dilation_rate",
            expected=f"1 where `strides` is {layer.strides}",
            got=layer.dilation_rate,
            fix="Dilate, and take the strides in a pooling layer behind.",
        )


def require_space(layer: Any, shape: Shape, rank: int, data_format: str) -> None:
    """Checks that inputs have a batch axis, `rank` axes of space, and channels.

    Raises:
        ShapeError: If they have more axes or fewer.
    """
    last = data_format == "channels_last"
    axes = f"{AXES[rank]}, channels" if last else f"channels, {AXES[rank]}"
    fix = ""
    if len(shape) == rank + 1:
        one = "image" if rank == 2 else "sample"
        index = "..., None" if last else ":, None"
        fix = (
            f"Add the axis of channels with `x[{index}]`; "
            f"or, for a single {one}, the axis of the batch with `x[None]`."
        )
    elif len(shape) == rank + 3:
        fix = (
            "To apply it at each time step, wrap it in `keryx.layers.TimeDistributed`."
        )
    expected = f"inputs of shape (batch, {axes})"
    require_ndim(layer, shape, rank + 2, expected, fix)


def known_channels(layer: Any, shape: Shape) -> int:
    """Returns the number of channels that a layer is built for.

    Raises:
        ShapeError: If the inputs' rank is wrong, or the number of channels unknown.
    """
    require_space(layer, shape, layer.rank, layer.data_format)
    channels = shape[channel_axis(layer.data_format)]
    if channels is None:
        raise ShapeError(
            describe(layer),
            expected="a known number of channels",
            got=f"{shape}",
            fix="Give the channels in `Input(shape=...)`; other axes may be `None`.",
        )
    return channels


def require_channels(layer: Any, shape: Shape, channels: int) -> None:
    """Checks that inputs have the rank and the channels that a layer was built for.

    Raises:
        ShapeError: If they have others.
    """
    require_space(layer, shape, layer.rank, layer.data_format)
    if shape[channel_axis(layer.data_format)] != channels:
        where = "last" if layer.data_format == "channels_last" else "second"
        raise ShapeError(
            describe(layer),
            expected=f"{channels} channels on the {where} axis, as when built",
            got=f"{shape}",
            fix="If the channels are on another axis, set `data_format`.",
        )


def require_room(
    layer: Any, shape: Shape, size: tuple[int, ...], dilation: Sizes = 1
) -> None:
    """Checks that a window fits into inputs that are not padded.

    Raises:
        ShapeError: If an axis of the inputs is shorter than the window.
    """
    if layer.padding != "valid":
        return
    rates = (dilation,) * len(size) if isinstance(dilation, int) else dilation
    extent = tuple((n - 1) * rate + 1 for n, rate in zip(size, rates, strict=True))
    room = space(shape, layer.data_format)
    if any(n is not None and n < k for n, k in zip(room, extent, strict=True)):
        raise ShapeError(
            describe(layer),
            expected=f"inputs at least as large as its window {extent}",
            got=f"{shape}",
            fix='Use `padding="same"`, a smaller window, or larger inputs.',
        )


def activate(
    outputs: jax.Array,
    bias: Any,
    activation: Callable[..., Any],
    data_format: str = "channels_last",
) -> jax.Array:
    """Adds one number per channel, if `bias` is not `None`, and applies a function."""
    last = bias is not None and data_format == "channels_last"
    if last and activation is relu and _biased_relu.suits(outputs, bias.value):
        together: jax.Array = _biased_relu.biased_relu(outputs, bias.value)
        return together
    activated: jax.Array = activation(add_bias(outputs, bias, data_format))
    return activated


def add_bias(outputs: jax.Array, bias: Any, data_format: str) -> jax.Array:
    """Adds one number per channel; nothing if `bias` is `None`."""
    if bias is None:
        return outputs
    value = bias.value
    if data_format == "channels_first":
        value = jnp.reshape(value, (-1, *(1,) * (outputs.ndim - 2)))
    total: jax.Array = outputs + value
    return total
