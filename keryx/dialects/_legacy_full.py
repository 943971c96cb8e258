"""Convolutions with `border_mode="full"`: every place where kernel and inputs meet."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx import layers, ops
from keryx.layers import _spatial as spatial

PADDINGS = ("valid", "same", "full")


class _Full(layers.Layer):
    """Half of a layer: pads the inputs by the kernel less one, on both sides.

    length = input + dilation (kernel - 1)      with strides of 1
    """

    def call(self, inputs: jax.Array) -> jax.Array:
        mine: Any = self
        spatial.require_channels(mine, inputs.shape, mine.channels)
        sizes = [(0, 0)] * inputs.ndim
        axes = spatial.space_axes(mine.rank, mine.data_format)
        for axis, size, rate in zip(
            axes, mine.kernel_size, mine.dilation_rate, strict=True
        ):
            sizes[axis] = (rate * (size - 1),) * 2
        outputs = ops.conv(
            jnp.pad(inputs, sizes),
            mine.kernel.value,
            strides=mine.strides,
            padding="valid",
            data_format=mine.data_format,
            dilation_rate=mine.dilation_rate,
        )
        outputs = spatial.add_bias(outputs, mine.bias, mine.data_format)
        activated: jax.Array = mine.activation(outputs)
        return activated


class FullConv1D(_Full, layers.Conv1D):
    """`Conv1D` whose `padding` may be "full", as with Theano."""

    __module__ = "keryx.layers"
    paddings = PADDINGS


class FullConv2D(_Full, layers.Conv2D):
    """`Conv2D` whose `padding` may be "full", as with Theano."""

    __module__ = "keryx.layers"
    paddings = PADDINGS


class FullConv3D(_Full, layers.Conv3D):
    """`Conv3D` whose `padding` may be "full", as with Theano."""

    __module__ = "keryx.layers"
    paddings = PADDINGS


CLASSES: dict[type, type] = {
    layers.Conv1D: FullConv1D,
    layers.Conv2D: FullConv2D,
    layers.Conv3D: FullConv3D,
}


def pad_fully(layer: Any) -> None:
    """Makes a convolution one with full padding."""
    layer.__class__ = CLASSES[type(layer)]
    layer.padding = "full"
