"""Convolutions over time, images and volumes."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import activations
from keryx._core import check, config
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, WeightOptions
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes
from keryx.ops._conv import conv


class _Conv(Layer):
    """Convolution over `rank` axes; the public classes only say over how many."""

    rank: int
    paddings: tuple[str, ...] = ("valid", "same")
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
        groups: int = 1,
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
        self.padding = check.one_of(padding, self.paddings, "padding", self)
        self.data_format = config.standardize_data_format(data_format)
        self.groups = check.positive_int(groups, "groups", owner=self)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        spatial.set_role(
            self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint
        )
        spatial.set_role(
            self, "bias", bias_initializer, bias_regularizer, bias_constraint
        )
        spatial.require_strides_or_dilation(self)
        self._require_whole_groups()

    def _require_whole_groups(self) -> None:
        if self.filters % self.groups:
            raise ArgumentError(
                self,
                "filters",
                expected=f"a multiple of `groups` ({self.groups})",
                got=self.filters,
            )

    def build(self, input_shape: Shape) -> None:
        self.channels = spatial.known_channels(self, input_shape)
        if self.channels % self.groups:
            raise ShapeError(
                describe(self),
                expected=f"a number of channels that {self.groups} groups divide",
                got=f"{input_shape}",
                fix="Choose `groups` among the divisors of the number of channels.",
            )
        spatial.require_room(self, input_shape, self.kernel_size, self.dilation_rate)
        self.kernel = self.add_weight(
            (*self.kernel_size, self.channels // self.groups, self.filters),
            role="kernel",
        )
        self.bias = (
            self.add_weight((self.filters,), role="bias") if self.use_bias else None
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_channels(self, inputs.shape, self.channels)
        spatial.require_room(self, inputs.shape, self.kernel_size, self.dilation_rate)
        causal = self.padding == "causal"
        outputs = conv(
            self._past(inputs) if causal else inputs,
            self.kernel.value,
            strides=self.strides,
            padding="valid" if causal else self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return spatial.activate(outputs, self.bias, self.activation, self.data_format)

    def _past(self, inputs: jax.Array) -> jax.Array:
        """Puts zeros in front of the time axis: no output sees what comes after it."""
        zeros = ((self.kernel_size[0] - 1) * self.dilation_rate[0], 0)
        last = self.data_format == "channels_last"
        return jnp.pad(
            inputs, ((0, 0), zeros, (0, 0)) if last else ((0, 0), (0, 0), zeros)
        )


class Conv1D(_Conv):
    """Convolution over time.

        y[b, i, f] = Σ over t, c of   kernel[t, c, f] · x[b, i·stride + t·dilation, c]
                     + bias[f]

    With `padding="causal"` no output depends on later inputs: zeros stand in front.

    Example:
        >>> import numpy as np
        >>> layer = Conv1D(1, 2, padding="causal", kernel_initializer="ones")
        >>> layer(np.array([[[1.0], [2.0], [3.0]]]))[0, :, 0].tolist()
        [1.0, 3.0, 5.0]

    Args:
        filters: Number of output channels.
        kernel_size: Length of the kernel, in steps.
        strides: Steps from one output to the next.
        padding: "valid" (none), "same" (as many outputs as inputs / strides) or
            "causal".
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Steps from one kernel element to the next.
        groups: Number of groups of channels that are convolved apart.
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
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        kernel:  `(kernel_size, channels / groups, filters)`
        bias:    `(filters,)`
        outputs: `(batch, new_time, filters)`, or `(batch, filters, new_time)`

    Raises:
        ArgumentError: If a size is not a positive integer, `groups` does not divide
            `filters`, or strides and dilation are both above 1.
        ShapeError: On the first call, if the inputs have other axes than these, their
            channels are not divisible by `groups`, or the kernel is longer than they.
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(_Conv):
    """Convolution over images.

        y[b, i, j, f] = Σ over p, q, c of
            kernel[p, q, c, f] · x[b, i·stride + p·dilation, j·stride + q·dilation, c]
            + bias[f]

    Example:
        >>> import numpy as np
        >>> Conv2D(8, 3, padding="same", strides=2)(np.ones((2, 28, 28, 1))).shape
        (2, 14, 14, 8)

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the kernel, in pixels; one number for both.
        strides: Pixels from one output to the next.
        padding: "valid" (none) or "same" (as many outputs as inputs / strides).
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Pixels from one kernel element to the next.
        groups: Number of groups of channels that are convolved apart.
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
        kernel:  `(*kernel_size, channels / groups, filters)`
        bias:    `(filters,)`
        outputs: `(batch, new_height, new_width, filters)`, or
            `(batch, filters, new_height, new_width)`

    Raises:
        ArgumentError: If a size is not a positive integer, `groups` does not divide
            `filters`, or strides and dilation are both above 1.
        ShapeError: On the first call, if the inputs have other axes than these, their
            channels are not divisible by `groups`, or the kernel is larger than they.
    """

    rank = 2


class Conv3D(_Conv):
    """Convolution over volumes: `Conv2D` with one more axis; see there.

    Example:
        >>> import numpy as np
        >>> Conv3D(8, (1, 3, 3))(np.ones((2, 4, 8, 8, 1))).shape
        (2, 4, 6, 6, 8)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        kernel:  `(*kernel_size, channels / groups, filters)`
        bias:    `(filters,)`
        outputs: `(batch, new_depth, new_height, new_width, filters)`, or
            `(batch, filters, new_depth, new_height, new_width)`

    Raises:
        ArgumentError: As of `Conv2D`.
        ShapeError: As of `Conv2D`.
    """

    rank = 3
