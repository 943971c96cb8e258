"""Long short-term memories whose products are convolutions."""

from typing import Any, Unpack

import jax

from keryx._core import serial
from keryx._graph.call import require_ndim
from keryx.layers._cell_layer import CellLayer, OfCell, RecurrentOptions
from keryx.layers._conv_lstm_cell import ConvLSTMCell
from keryx.layers._spatial import AXES, Sizes


class ConvLSTMOptions(RecurrentOptions, total=False):
    """`RecurrentOptions`, and one more that is not spelled out."""

    unroll: bool


class _ConvLSTM(CellLayer):
    """What the layers share; the public classes only say over how many axes."""

    rank: int
    filters = OfCell()
    kernel_size = OfCell()
    strides = OfCell()
    padding = OfCell()
    data_format = OfCell()
    dilation_rate = OfCell()
    recurrent_activation = OfCell()
    unit_forget_bias = OfCell()

    def __init__(
        self,
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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **options: Unpack[ConvLSTMOptions],
    ) -> None:
        cell = ConvLSTMCell(
            self.rank,
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            dtype=options.get("dtype"),
            trainable=options.get("trainable", True),
            name="conv_lstm_cell",
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            activity_regularizer=activity_regularizer,
            **options,
        )

    def _require_sequences(self, shape: Any) -> None:
        super()._require_sequences(shape)
        space = AXES[self.rank].replace("time", "length")
        last = self.data_format == "channels_last"
        axes = f"{space}, channels" if last else f"channels, {space}"
        expected = f"inputs of shape (batch, time, {axes})"
        require_ndim(self, shape, self.rank + 3, expected)

    def _fresh_states(self, shape: tuple[int, ...]) -> list[jax.Array]:
        made: list[jax.Array] = self.cell.zeros((shape[0], *shape[2:]))
        return made

    def _arguments(self) -> list[tuple[str, Any]]:
        pairs = super()._arguments()
        if serial.is_ours(type(self)):
            pairs.append(("unroll", self.unroll))
        return pairs


class ConvLSTM1D(_ConvLSTM):
    """Long short-term memory of sequences of lines: `ConvLSTM2D` with one axis less.

    Example:
        >>> import numpy as np
        >>> ConvLSTM1D(3, 2)(np.ones((2, 5, 8, 1))).shape
        (2, 7, 3)

    Shapes:
        inputs:           `(batch, time, length, channels)`, or
            `(batch, time, channels, length)`
        mask:             `(batch, time)`, true where a step counts
        kernel:           `(kernel_size, channels, 4 * filters)`
        recurrent_kernel: `(kernel_size, filters, 4 * filters)`
        bias:             `(4 * filters,)`
        outputs:          `(batch, new_length, filters)`, or
            `(batch, filters, new_length)`; with `return_sequences`, time behind batch

    Raises:
        ArgumentError: As of `ConvLSTM2D`.
        ShapeError: As of `ConvLSTM2D`.
    """

    rank = 1


class ConvLSTM2D(_ConvLSTM):
    """Long short-term memory of sequences of images.

    The step is `LSTMCell`'s, with convolutions (∗) for its products, so that the states
    are images too:

        i, f, g, o = the four parts of   x ∗ kernel + h ∗ recurrent_kernel + bias
        c ← σ(f) · c + σ(i) · activation(g)
        h ← σ(o) · activation(c)                         σ: `recurrent_activation`

    The state's convolution keeps its size: it is padded, without strides or dilation.
    Masks and states are treated as by `RNN`.

    Example:
        >>> import numpy as np
        >>> layer = ConvLSTM2D(3, 2, padding="same", return_sequences=True)
        >>> layer(np.ones((2, 5, 8, 8, 1))).shape
        (2, 5, 8, 8, 3)

    Args:
        filters: Number of channels of the states and the output.
        kernel_size: Height and width of both kernels, in pixels; one number for both.
        strides: Pixels from one output to the next.
        padding: "valid" (none) or "same" (as many outputs as inputs / strides), of the
            inputs.
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        dilation_rate: Pixels from one element of the inputs' kernel to the next.
        activation: Elementwise function of the candidate and of the memory.
        recurrent_activation: Elementwise function of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are convolved with.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the bias.
        unit_forget_bias: Whether the forget gate's bias begins at 1.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the bias.
        dropout: Share of the inputs dropped in training, from 0 to 1; at the same
            places in all steps.
        recurrent_dropout: Share of the state dropped where the recurrent kernel reads
            it.
        seed: An integer, for masks independent of the global seed.
        return_sequences: Whether to return the outputs of all steps, not just the last.
        return_state: Whether to return the states after the last step as well.
        go_backwards: Whether to begin at the last step.
        stateful: Whether a batch begins with the states in which the one before ended.

    Shapes:
        inputs:           `(batch, time, height, width, channels)`, or
            `(batch, time, channels, height, width)`
        mask:             `(batch, time)`, true where a step counts
        kernel:           `(*kernel_size, channels, 4 * filters)`
        recurrent_kernel: `(*kernel_size, filters, 4 * filters)`
        bias:             `(4 * filters,)`
        outputs:          `(batch, new_height, new_width, filters)`, or
            `(batch, filters, new_height, new_width)`; with `return_sequences`, time
            behind batch

    Returns:
        The outputs, or `(outputs, h, c)` with `return_state`.

    Raises:
        ArgumentError: If a size is not a positive integer, strides and dilation are
            both above 1, or a rate is not from 0 to 1.
        ShapeError: If the inputs have other axes than these or other channels than
            when built, or the kernel is larger than they; and as `RNN`.

    Source:
        Shi et al., "Convolutional LSTM Network: A Machine Learning Approach for
        Precipitation Nowcasting" (NIPS 2015), equation 3 without the products of the
        memory and the gates (peepholes).
    """

    rank = 2


class ConvLSTM3D(_ConvLSTM):
    """Long short-term memory of sequences of volumes: `ConvLSTM2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> ConvLSTM3D(3, (1, 2, 2))(np.ones((2, 3, 4, 6, 6, 1))).shape
        (2, 4, 5, 5, 3)

    Shapes:
        inputs:           `(batch, time, depth, height, width, channels)`, or
            `(batch, time, channels, depth, height, width)`
        mask:             `(batch, time)`, true where a step counts
        kernel:           `(*kernel_size, channels, 4 * filters)`
        recurrent_kernel: `(*kernel_size, filters, 4 * filters)`
        bias:             `(4 * filters,)`
        outputs:          `(batch, new_depth, new_height, new_width, filters)`, or
            `(batch, filters, new_depth, new_height, new_width)`; with
            `return_sequences`, time behind batch

    Raises:
        ArgumentError: As of `ConvLSTM2D`.
        ShapeError: As of `ConvLSTM2D`.
    """

    rank = 3
