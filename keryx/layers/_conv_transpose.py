"""Transposed convolutions: from few positions to many."""

from typing import Any, Unpack

import jax

from keryx import activations
from keryx._core import check, config
from keryx._core.errors import ArgumentError
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, WeightOptions
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes
from keryx.ops._conv import conv_transpose


class _ConvTranspose(Layer):
    """Transposed convolution over `rank` axes."""

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
        output_padding: Sizes | None = None,
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.filters = check.positive_int(filters, "filters", owner=self)
        spatial.set_window(self, kernel_size, strides, dilation_rate)
        self.padding = check.one_of(padding, ("valid", "same"), "padding", self)
        self.output_padding = self._checked_output_padding(output_padding)
        self.data_format = config.standardize_data_format(data_format)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        spatial.set_role(
            self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint
        )
        spatial.set_role(
            self, "bias", bias_initializer, bias_regularizer, bias_constraint
        )
        spatial.require_strides_or_dilation(self)

    def _checked_output_padding(self, value: Sizes | None) -> tuple[int, ...] | None:
        if value is None:
            return None
        extra = check.int_tuple(value, self.rank, "output_padding", self, least=0)
        if any(n >= stride for n, stride in zip(extra, self.strides, strict=True)):
            raise ArgumentError(
                self,
                "output_padding",
                expected=f"less than the strides {self.strides} along each axis",
                got=value,
            )
        return extra

    def build(self, input_shape: Shape) -> None:
        self.channels = spatial.known_channels(self, input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, self.filters, self.channels), role="kernel"
        )
        self.bias = (
            self.add_weight((self.filters,), role="bias") if self.use_bias else None
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_channels(self, inputs.shape, self.channels)
        outputs = conv_transpose(
            inputs,
            self.kernel.value,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return spatial.activate(outputs, self.bias, self.activation, self.data_format)


class Conv1DTranspose(_ConvTranspose):
    """Transposed convolution over time: `Conv2DTranspose` with one axis; see there.

    Example:
        >>> import numpy as np
        >>> Conv1DTranspose(8, 3, strides=2, padding="same")(np.ones((2, 5, 4))).shape
        (2, 10, 8)

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        kernel:  `(kernel_size, filters, channels)`
        bias:    `(filters,)`
        outputs: `(batch, new_time, filters)`, or `(batch, filters, new_time)`

    Raises:
        ArgumentError: As of `Conv2DTranspose`.
        ShapeError: As of `Conv2DTranspose`.
    """

    rank = 1


class Conv2DTranspose(_ConvTranspose):
    """Transposed convolution over images: each input pixel paints a kernel.

    It is the linear map by which the gradient goes back through a `Conv2D` of the same
    kernel, strides and padding. Along an axis the output has

        inputs · strides                                    with padding "same"
        inputs · strides + max(kernel - strides, 0)         with padding "valid"

    positions, unless `output_padding` says otherwise:

        (inputs - 1) · strides + kernel - 2 · padded + output_padding

    where `padded` is `kernel // 2` for "same" and 0 for "valid".

    Example:
        >>> import numpy as np
        >>> layer = Conv2DTranspose(8, 3, strides=2, padding="same")
        >>> layer(np.ones((2, 7, 7, 4))).shape
        (2, 14, 14, 8)

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the kernel, in pixels; one number for both.
        strides: Output pixels from one input to the next.
        padding: "valid" (keep all that is painted) or "same" (cut the rim).
        output_padding: Pixels more at the end of each axis, fewer than the strides.
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Pixels from one kernel element to the next.
        activation: Elementwise function of the output; `None` leaves it as it is.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel from its shape.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        kernel:  `(*kernel_size, filters, channels)`
        bias:    `(filters,)`
        outputs: `(batch, new_height, new_width, filters)`, or
            `(batch, filters, new_height, new_width)`

    Raises:
        ArgumentError: If a size is not a positive integer, `output_padding` is not less
            than `strides`, or strides and dilation are both above 1.
        ShapeError: On the first call, if the inputs have other axes than these.

    Source:
        Zeiler et al., "Deconvolutional networks" (CVPR 2010); Dumoulin and Visin, "A
        guide to convolution arithmetic for deep learning" (arXiv:1603.07285), section
        4.
    """

    rank = 2


class Conv3DTranspose(_ConvTranspose):
    """Transposed convolution over volumes: `Conv2DTranspose` with one axis more.

    The arguments are those of `Conv2DTranspose`, but `data_format` comes before
    `output_padding`, as in Keras.

    Example:
        >>> import numpy as np
        >>> Conv3DTranspose(8, 2, strides=2)(np.ones((2, 3, 4, 4, 1))).shape
        (2, 6, 8, 8, 8)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        kernel:  `(*kernel_size, filters, channels)`
        bias:    `(filters,)`
        outputs: `(batch, new_depth, new_height, new_width, filters)`, or
            `(batch, filters, new_depth, new_height, new_width)`

    Raises:
        ArgumentError: As of `Conv2DTranspose`.
        ShapeError: As of `Conv2DTranspose`.
    """

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: Sizes | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **options,
        )
