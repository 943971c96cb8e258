"""Convolutions of each channel apart, and those that mix the channels afterwards."""

from typing import Any, Unpack

import jax

from keryx import activations
from keryx._core import check, config
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, WeightOptions
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes
from keryx.ops._conv import depthwise_conv, separable_conv


class _DepthwiseConv(Layer):
    """Depthwise convolution over `rank` axes."""

    rank: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]

    def __init__(
        self,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        spatial.set_window(self, kernel_size, strides, dilation_rate)
        self.padding = check.one_of(padding, ("valid", "same"), "padding", self)
        self.depth_multiplier = check.positive_int(
            depth_multiplier, "depth_multiplier", owner=self
        )
        self.data_format = config.standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        spatial.set_role(
            self,
            "depthwise",
            depthwise_initializer,
            depthwise_regularizer,
            depthwise_constraint,
        )
        spatial.set_role(
            self, "bias", bias_initializer, bias_regularizer, bias_constraint
        )

    def build(self, input_shape: Shape) -> None:
        self.channels = spatial.known_channels(self, input_shape)
        spatial.require_room(self, input_shape, self.kernel_size, self.dilation_rate)
        self.kernel = self.add_weight(
            (*self.kernel_size, self.channels, self.depth_multiplier),
            name="kernel",
            role="depthwise",
        )
        filters = self.channels * self.depth_multiplier
        self.bias = self.add_weight((filters,), role="bias") if self.use_bias else None

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_channels(self, inputs.shape, self.channels)
        spatial.require_room(self, inputs.shape, self.kernel_size, self.dilation_rate)
        outputs = depthwise_conv(
            inputs,
            self.kernel.value,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return spatial.activate(outputs, self.bias, self.activation, self.data_format)


class DepthwiseConv1D(_DepthwiseConv):
    """Convolution over time of each channel apart: `DepthwiseConv2D` with one axis.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv1D(3, depth_multiplier=2)(np.ones((2, 8, 5))).shape
        (2, 6, 10)

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        kernel:  `(kernel_size, channels, depth_multiplier)`
        bias:    `(channels * depth_multiplier,)`
        outputs: `(batch, new_time, channels * depth_multiplier)`, or
            `(batch, channels * depth_multiplier, new_time)`

    Raises:
        ArgumentError: As of `DepthwiseConv2D`.
        ShapeError: As of `DepthwiseConv2D`.
    """

    rank = 1


class DepthwiseConv2D(_DepthwiseConv):
    """Convolution over images of each channel apart.

        y[b, i, j, c·m + k] = Σ over p, q of
            kernel[p, q, c, k] · x[b, i·stride + p·dilation, j·stride + q·dilation, c]
            + bias[c·m + k]                         where m is `depth_multiplier`

    Example:
        >>> import numpy as np
        >>> DepthwiseConv2D(3, padding="same")(np.ones((2, 8, 8, 5))).shape
        (2, 8, 8, 5)

    Args:
        kernel_size: Height and width of the kernel, in pixels; one number for both.
        strides: Pixels from one output to the next.
        padding: "valid" (none) or "same" (as many outputs as inputs / strides).
        depth_multiplier: Number of output channels per input channel.
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Pixels from one kernel element to the next.
        activation: Elementwise function of the output; `None` leaves it as it is.
        use_bias: Whether to add a bias.
        depthwise_initializer: Makes the kernel from its shape.
        bias_initializer: Makes the bias.
        depthwise_regularizer: Penalty of the kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        depthwise_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        kernel:  `(*kernel_size, channels, depth_multiplier)`
        bias:    `(channels * depth_multiplier,)`
        outputs: `(batch, new_height, new_width, channels * depth_multiplier)`, or
            `(batch, channels * depth_multiplier, new_height, new_width)`

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these, or the
            kernel is larger than they.

    Source:
        Howard et al., "MobileNets" (arXiv:1704.04861), section 3.1.
    """

    rank = 2


class _SeparableConv(Layer):
    """Separable convolution over `rank` axes."""

    rank: int
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.filters = check.positive_int(filters, "filters", owner=self)
        spatial.set_window(self, kernel_size, strides, dilation_rate)
        self.padding = check.one_of(padding, ("valid", "same"), "padding", self)
        self.data_format = config.standardize_data_format(data_format)
        self.depth_multiplier = check.positive_int(
            depth_multiplier, "depth_multiplier", owner=self
        )
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        for role, *parts in (
            (
                "depthwise",
                depthwise_initializer,
                depthwise_regularizer,
                depthwise_constraint,
            ),
            (
                "pointwise",
                pointwise_initializer,
                pointwise_regularizer,
                pointwise_constraint,
            ),
            ("bias", bias_initializer, bias_regularizer, bias_constraint),
        ):
            spatial.set_role(self, role, *parts)

    def build(self, input_shape: Shape) -> None:
        self.channels = spatial.known_channels(self, input_shape)
        spatial.require_room(self, input_shape, self.kernel_size, self.dilation_rate)
        self.depthwise_kernel = self.add_weight(
            (*self.kernel_size, self.channels, self.depth_multiplier),
            name="depthwise_kernel",
            role="depthwise",
        )
        middle = self.channels * self.depth_multiplier
        self.pointwise_kernel = self.add_weight(
            (*(1,) * self.rank, middle, self.filters),
            name="pointwise_kernel",
            role="pointwise",
        )
        self.bias = (
            self.add_weight((self.filters,), role="bias") if self.use_bias else None
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_channels(self, inputs.shape, self.channels)
        spatial.require_room(self, inputs.shape, self.kernel_size, self.dilation_rate)
        outputs = separable_conv(
            inputs,
            self.depthwise_kernel.value,
            self.pointwise_kernel.value,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return spatial.activate(outputs, self.bias, self.activation, self.data_format)


class SeparableConv1D(_SeparableConv):
    """Depthwise convolution over time, then a mix of the channels.

    `SeparableConv2D` with one axis; see there.

    Example:
        >>> import numpy as np
        >>> SeparableConv1D(4, 3)(np.ones((2, 8, 5))).shape
        (2, 6, 4)

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        depthwise_kernel: `(kernel_size, channels, depth_multiplier)`
        pointwise_kernel: `(1, channels * depth_multiplier, filters)`
        bias:    `(filters,)`
        outputs: `(batch, new_time, filters)`, or `(batch, filters, new_time)`

    Raises:
        ArgumentError: As of `SeparableConv2D`.
        ShapeError: As of `SeparableConv2D`.
    """

    rank = 1


class SeparableConv2D(_SeparableConv):
    """Depthwise convolution over images, then a mix of the channels.

    `DepthwiseConv2D` without bias, followed by a `Conv2D` with a kernel of one pixel.

    Example:
        >>> import numpy as np
        >>> layer = SeparableConv2D(16, 3)
        >>> layer(np.ones((2, 8, 8, 8))).shape
        (2, 6, 6, 16)
        >>> layer.count_params()  # a Conv2D has 1168
        216

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the kernel, in pixels; one number for both.
        strides: Pixels from one output to the next.
        padding: "valid" (none) or "same" (as many outputs as inputs / strides).
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Pixels from one kernel element to the next.
        depth_multiplier: Number of channels between the two, per input channel.
        activation: Elementwise function of the output; `None` leaves it as it is.
        use_bias: Whether to add a bias.
        depthwise_initializer: Makes the depthwise kernel from its shape.
        pointwise_initializer: Makes the pointwise kernel.
        bias_initializer: Makes the bias.
        depthwise_regularizer: Penalty of the depthwise kernel.
        pointwise_regularizer: Penalty of the pointwise kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        depthwise_constraint: Projection of the depthwise kernel after each update.
        pointwise_constraint: Projection of the pointwise kernel.
        bias_constraint: Projection of the bias.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        depthwise_kernel: `(*kernel_size, channels, depth_multiplier)`
        pointwise_kernel: `(1, 1, channels * depth_multiplier, filters)`
        bias:    `(filters,)`
        outputs: `(batch, new_height, new_width, filters)`, or
            `(batch, filters, new_height, new_width)`

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these, or the
            kernel is larger than they.

    Source:
        Chollet, "Xception: deep learning with depthwise separable convolutions" (CVPR
        2017, arXiv:1610.02357); without a non-linearity between the two.
    """

    rank = 2
