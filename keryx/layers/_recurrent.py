"""Recurrent layers: a cell of their own, repeated over time."""

from typing import Any, Unpack

from keryx.layers._cell_layer import CellLayer, OfCell, RecurrentOptions
from keryx.layers._cells import LSTMCell, SimpleRNNCell
from keryx.layers._gru_cell import GRUCell


class SimpleRNN(CellLayer):
    """Fully connected recurrent layer.

    The step is `SimpleRNNCell`'s; masks and states are treated as by `RNN`.

    Example:
        >>> import numpy as np
        >>> SimpleRNN(3)(np.ones((2, 5, 4))).shape
        (2, 3)

    Args:
        units: Size of the state and the output.
        activation: Elementwise function of the candidate state.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the bias.
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        return_sequences: Whether to return the outputs of all steps, not just the last.
        return_state: Whether to return the state after the last step as well.
        go_backwards: Whether to begin at the last step.
        stateful: Whether a batch begins with the state in which the one before ended.
        unroll: Whether to write the steps out instead of looping.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs:  `(batch, time, features)`
        mask:    `(batch, time)`, true where a step counts
        outputs: `(batch, units)`, or `(batch, time, units)` with `return_sequences`
        weights: as `SimpleRNNCell`

    Returns:
        The outputs, or `(outputs, h)` with `return_state`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.
        ShapeError: As `RNN`.

    Source:
        As `SimpleRNNCell`.
    """

    units = OfCell()

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **options: Unpack[RecurrentOptions],
    ) -> None:
        cell = SimpleRNNCell(
            units,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
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
            name="simple_rnn_cell",
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **options,
        )


class LSTM(CellLayer):
    """Long short-term memory.

    The step is `LSTMCell`'s; masks and states are treated as by `RNN`.

    Example:
        >>> import numpy as np
        >>> LSTM(3, return_sequences=True)(np.ones((2, 5, 4))).shape
        (2, 5, 3)

    Args:
        units: Size of the state and the output.
        activation: Elementwise function of the candidate state.
        recurrent_activation: Elementwise function of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
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
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        seed: An integer, for masks independent of the global seed.
        return_sequences: Whether to return the outputs of all steps, not just the last.
        return_state: Whether to return the state after the last step as well.
        go_backwards: Whether to begin at the last step.
        stateful: Whether a batch begins with the state in which the one before ended.
        unroll: Whether to write the steps out instead of looping.
        use_cudnn: Accepted for Keras's sake; there is one implementation.

    Shapes:
        inputs:  `(batch, time, features)`
        mask:    `(batch, time)`, true where a step counts
        outputs: `(batch, units)`, or `(batch, time, units)` with `return_sequences`
        weights: as `LSTMCell`

    Returns:
        The outputs, or `(outputs, h, c)` with `return_state`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.
        ShapeError: As `RNN`.

    Source:
        As `LSTMCell`.
    """

    units = OfCell()
    recurrent_activation = OfCell()
    unit_forget_bias = OfCell()

    def __init__(
        self,
        units: int,
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
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **options: Unpack[RecurrentOptions],
    ) -> None:
        cell = LSTMCell(
            units,
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
            name="lstm_cell",
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **options,
        )
        self.use_cudnn = use_cudnn


class GRU(CellLayer):
    """Gated recurrent units.

    The step is `GRUCell`'s; masks and states are treated as by `RNN`.

    Example:
        >>> import numpy as np
        >>> outputs, state = GRU(3, return_state=True)(np.ones((2, 5, 4)))
        >>> state.shape
        (2, 3)

    Args:
        units: Size of the state and the output.
        activation: Elementwise function of the candidate state.
        recurrent_activation: Elementwise function of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the bias.
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        seed: An integer, for masks independent of the global seed.
        return_sequences: Whether to return the outputs of all steps, not just the last.
        return_state: Whether to return the state after the last step as well.
        go_backwards: Whether to begin at the last step.
        stateful: Whether a batch begins with the state in which the one before ended.
        unroll: Whether to write the steps out instead of looping.
        reset_after: Whether the reset gate acts after the product with the recurrent
            kernel, which then has a bias of its own.
        use_cudnn: Accepted for Keras's sake; there is one implementation.

    Shapes:
        inputs:  `(batch, time, features)`
        mask:    `(batch, time)`, true where a step counts
        outputs: `(batch, units)`, or `(batch, time, units)` with `return_sequences`
        weights: as `GRUCell`

    Returns:
        The outputs, or `(outputs, h)` with `return_state`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.
        ShapeError: As `RNN`.

    Source:
        As `GRUCell`.
    """

    units = OfCell()
    recurrent_activation = OfCell()
    reset_after = OfCell()

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
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
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **options: Unpack[RecurrentOptions],
    ) -> None:
        cell = GRUCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            reset_after=reset_after,
            dtype=options.get("dtype"),
            trainable=options.get("trainable", True),
            name="gru_cell",
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **options,
        )
        self.use_cudnn = use_cudnn
