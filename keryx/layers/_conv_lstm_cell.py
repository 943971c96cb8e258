"""One step of a convolutional long short-term memory."""

import functools
import math
from collections.abc import Callable
from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import activations
from keryx._core import check, config
from keryx._core.errors import ShapeError
from keryx._core.shapes import Shape
from keryx._core.variable import Variable
from keryx._graph.call import describe
from keryx._graph.layer import LayerOptions
from keryx.layers import _spatial as spatial
from keryx.layers._cell import Ready, RecurrentCell
from keryx.layers._cells import open_forget_gates, remembered
from keryx.layers._spatial import Sizes
from keryx.ops._conv import conv

Convolve = Callable[[jax.Array, jax.Array], jax.Array]


class ConvLSTMCell(RecurrentCell):
    """The step of `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D`; see there.

    Its first argument is the number of axes between batch and channels. The states'
    sizes follow from the inputs': `state_size` only tells their channels.

    Shapes:
        inputs:           `(batch, *space, channels)`, or `(batch, channels, *space)`
        states:           h and c, each as the outputs
        kernel:           `(*kernel_size, channels, 4 * filters)`
        recurrent_kernel: `(*kernel_size, filters, 4 * filters)`
        bias:             `(4 * filters,)`
        outputs:          `(batch, *new_space, filters)`, or
            `(batch, filters, *new_space)`
    """

    gates, state_count = 4, 2
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Sizes,
        strides: Sizes = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Sizes = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        self.filters = check.positive_int(filters, "filters", owner=self)
        super().__init__(
            filters,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            **options,
        )
        self.rank = rank
        spatial.set_window(self, kernel_size, strides, dilation_rate)
        spatial.require_strides_or_dilation(self)
        self.padding = check.one_of(padding, ("valid", "same"), "padding", self)
        self.data_format = config.standardize_data_format(data_format)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    def build(self, input_shape: Shape) -> None:
        self.channels = spatial.known_channels(self, input_shape)
        self._step_shape = tuple(input_shape[1:])
        width = self.gates * self.filters
        self.kernel = self.add_weight(
            (*self.kernel_size, self.channels, width), role="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            (*self.kernel_size, self.filters, width),
            role="recurrent",
            name="recurrent_kernel",
        )
        self.bias = self._make_bias(width) if self.use_bias else None

    def _make_bias(self, width: int) -> Variable:
        initializer = open_forget_gates(self) if self.unit_forget_bias else None
        return self.add_weight((width,), initializer, role="bias")

    def get_initial_state(self, batch_size: int | None = None) -> list[jax.Array]:
        """Returns zeros for each state of inputs as large as when it was built.

        Raises:
            ShapeError: If it is not built, or was for inputs of unknown size.
        """
        shape: Shape = getattr(self, "_step_shape", (None,))
        if None in shape:
            raise ShapeError(
                describe(self),
                expected="inputs of known size, when its states are made without them",
                got=f"steps of shape {shape}" if self.built else "none yet",
                fix="Give all sizes, e.g. by `Input(shape=...)`.",
            )
        return self.zeros((batch_size, *shape))

    def zeros(self, shape: Any) -> list[jax.Array]:
        """Returns the first states for one step's inputs of a shape."""
        return [jnp.zeros(self.state_shape(shape), self.compute_dtype)] * 2

    def state_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Returns the shape of each state, given that of one step's inputs."""
        spatial.require_channels(self, shape, self.channels)
        spatial.require_room(self, shape, self.kernel_size, self.dilation_rate)
        size = map(
            functools.partial(_outputs, self.padding),
            spatial.space(shape, self.data_format),
            self.kernel_size,
            self.strides,
            self.dilation_rate,
        )
        if self.data_format == "channels_last":
            return shape[0], *size, self.filters
        return shape[0], self.filters, *size

    def project(self, ready: Ready, inputs: jax.Array) -> jax.Array:
        """Does what needs only the inputs: one step's, or all steps' at once."""

        def convolve(x: jax.Array, kernel: jax.Array) -> jax.Array:
            # The steps become samples: one convolution for all of them.
            steps = x.shape[: -self.rank - 1]
            y = conv(
                x.reshape(math.prod(steps), *x.shape[-self.rank - 1 :]),
                kernel,
                strides=self.strides,
                padding=self.padding,
                data_format=self.data_format,
                dilation_rate=self.dilation_rate,
            )
            return y.reshape(*steps, *y.shape[1:])

        inputs = inputs.astype(self.compute_dtype)
        outputs = self._gates(convolve, inputs, ready.kernel, ready.input_mask)
        if ready.input_bias is None:
            return outputs
        return outputs + ready.input_bias.reshape(-1, *(1,) * (-1 - self._axis))

    def step(
        self, ready: Ready, projected: jax.Array, states: list[jax.Array]
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Returns the output and the states of one step."""
        h, c = states
        convolve = functools.partial(conv, padding="same", data_format=self.data_format)
        recurrent = self._gates(convolve, h, ready.recurrent_kernel, ready.state_mask)
        return remembered(self, projected + recurrent, c, self._axis)

    @property
    def _axis(self) -> int:
        """The channels, counted from the end: there may be a time axis in front."""
        return -1 if self.data_format == "channels_last" else -1 - self.rank

    def _gates(
        self, convolve: Convolve, x: jax.Array, kernel: jax.Array, masks: Any
    ) -> jax.Array:
        """Convolves for all gates, each under a dropout mask of its own."""
        if masks is None:
            return convolve(x, kernel)
        parts = jnp.split(kernel, self.gates, axis=-1)
        gates = [convolve(x * m, part) for m, part in zip(masks, parts, strict=True)]
        return jnp.concatenate(gates, axis=self._axis)


def _outputs(padding: str, size: int, taps: int, stride: int, rate: int) -> int:
    """Returns how many outputs a kernel has along an axis."""
    room = size if padding == "same" else size - (taps - 1) * rate
    return -(-room // stride)
