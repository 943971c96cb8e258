"""One step of a recurrent network."""

from collections.abc import Callable
from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx import activations
from keryx._core.variable import Variable
from keryx._graph.layer import LayerOptions
from keryx.layers._cell import product, Ready, RecurrentCell
from keryx.ops._recurrence import lstm


class SimpleRNNCell(RecurrentCell):
    """One step of a fully connected recurrent network.

        h ← activation(x @ kernel + h @ recurrent_kernel + bias)

    Example:
        >>> import numpy as np
        >>> cell = SimpleRNNCell(3)
        >>> output, states = cell(np.ones((2, 4)), [np.zeros((2, 3))])
        >>> output.shape, len(states)
        ((2, 3), 1)

    Args:
        units: Size of the state and the output.
        activation: Elementwise function of the new state.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the bias.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the bias.
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs:           `(batch, features)`
        states:           one, `(batch, units)`
        kernel:           `(features, units)`
        recurrent_kernel: `(units, units)`
        bias:             `(units,)`
        outputs:          `(batch, units)`

    Returns:
        `(output, states)`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.

    Source:
        Elman, "Finding Structure in Time", Cognitive Science 14 (1990). Dropout as in
        Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
        Recurrent Neural Networks" (NIPS 2016): a sequence's steps share their masks,
        and each gate has its own.
        Departs from Keras, where a cell called by itself keeps its masks until told
        otherwise; here each call draws them.
    """

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            units,
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

    def step(
        self, ready: Ready, projected: jax.Array, states: list[jax.Array]
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Returns the output and the states of one step."""
        recurrent = product(states[0], ready.recurrent_kernel, ready.state_mask)
        state = self.activation(projected + recurrent)
        return state, [state]


class LSTMCell(RecurrentCell):
    """One step of a long short-term memory.

        i, f, g, o = the four parts of   x @ kernel + h @ recurrent_kernel + bias
        c ← σ(f) · c + σ(i) · activation(g)
        h ← σ(o) · activation(c)                         σ: `recurrent_activation`

    Example:
        >>> import numpy as np
        >>> cell = LSTMCell(3)
        >>> output, states = cell(np.ones((2, 4)), cell.get_initial_state(2))
        >>> output.shape, len(states)
        ((2, 3), 2)

    Args:
        units: Size of each of the two states, and of the output.
        activation: Elementwise function of the candidate and of the memory.
        recurrent_activation: Elementwise function of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the bias.
        unit_forget_bias: Whether the forget gate's bias begins at 1.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the bias.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the bias.
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs:           `(batch, features)`
        states:           h and c, each `(batch, units)`
        kernel:           `(features, 4 * units)`
        recurrent_kernel: `(units, 4 * units)`
        bias:             `(4 * units,)`
        outputs:          `(batch, units)`

    Returns:
        `(output, states)`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.

    Source:
        Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 9
        (1997), with the forget gate of Gers et al. (2000), whose bias is as Jozefowicz
        et al. (ICML 2015) advise. Dropout as `SimpleRNNCell`.
    """

    gates, state_count = 4, 2

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            units,
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
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    def _make_bias(self, width: int) -> Variable:
        initializer = open_forget_gates(self) if self.unit_forget_bias else None
        return self.add_weight((width,), initializer, role="bias")

    def step(
        self, ready: Ready, projected: jax.Array, states: list[jax.Array]
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Returns the output and the states of one step."""
        h, c = states
        gates = projected + product(h, ready.recurrent_kernel, ready.state_mask)
        return remembered(self, gates, c)

    def whole(
        self, ready: Ready, projected: jax.Array, states: Any, mask: Any, *, every: bool
    ) -> tuple[Any, list[jax.Array]] | None:
        """Runs all steps at once, if the gates are as usual."""
        plain = type(self).step is LSTMCell.step and usual(self)
        if not plain or ready.state_mask is not None:
            return None
        outputs, *after = lstm(projected, ready.recurrent_kernel, *states, mask, every)
        return outputs, after


def open_forget_gates(cell: Any) -> Callable[..., Any]:
    """Makes a memory's bias as its cell would, but with ones for the forget gate."""
    drawn = cell._initial(cell.bias_initializer, "bias")

    def bias(shape: Any, dtype: Any) -> Any:
        values = np.array(drawn(shape, dtype=dtype))
        values[cell.units : 2 * cell.units] = 1
        return values

    return bias


def remembered(
    cell: Any, gates: jax.Array, c: jax.Array, axis: int = -1
) -> tuple[jax.Array, list[jax.Array]]:
    """Returns the output and the states that a memory's four gates lead to."""
    i, f, g, o = jnp.split(gates, 4, axis=axis)
    gate = cell.recurrent_activation
    c = gate(f) * c + gate(i) * cell.activation(g)
    h = gate(o) * cell.activation(c)
    return h, [h, c]


def usual(cell: Any) -> bool:
    """Tells whether the activations are those of the papers."""
    return (
        cell.activation is activations.tanh
        and cell.recurrent_activation is activations.sigmoid
    )
