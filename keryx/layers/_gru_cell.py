"""The cell of gated recurrent units."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import activations
from keryx._core.variable import Variable
from keryx._graph.layer import LayerOptions
from keryx.layers._cell import product, Ready, RecurrentCell
from keryx.layers._cells import usual
from keryx.ops._recurrence import gru


class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit.

        z = σ(x @ Kz + h @ Rz + bz)
        r = σ(x @ Kr + h @ Rr + br)                      σ: `recurrent_activation`
        g = activation(x @ Kg + r · (h @ Rg + b'g) + bg)     if `reset_after`
            activation(x @ Kg + (r · h) @ Rg + bg)           otherwise
        h ← z · h + (1 - z) · g

    Kz, Kr, Kg are the parts of the kernel, R those of the recurrent kernel.

    Example:
        >>> import numpy as np
        >>> cell = GRUCell(3)
        >>> output, states = cell(np.ones((2, 4)), [np.zeros((2, 3))])
        >>> output.shape, len(states)
        ((2, 3), 1)

    Args:
        units: Size of the state and the output.
        activation: Elementwise function of the candidate.
        recurrent_activation: Elementwise function of the gates.
        use_bias: Whether to add biases.
        kernel_initializer: Makes the kernel, which the inputs are multiplied by.
        recurrent_initializer: Makes the recurrent kernel, the state's.
        bias_initializer: Makes the biases.
        kernel_regularizer: Penalty of the kernel.
        recurrent_regularizer: Penalty of the recurrent kernel.
        bias_regularizer: Penalty of the biases.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel.
        bias_constraint: Projection of the biases.
        dropout: Share of the inputs' features dropped in training, from 0 to 1.
        recurrent_dropout: Share of the state's units dropped where the recurrent
            kernel reads them.
        reset_after: Whether the reset gate acts after the product with the recurrent
            kernel, which then has a bias of its own.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs:           `(batch, features)`
        states:           one, `(batch, units)`
        kernel:           `(features, 3 * units)`
        recurrent_kernel: `(units, 3 * units)`
        bias:             `(2, 3 * units)` if `reset_after`, else `(3 * units,)`
        outputs:          `(batch, units)`

    Returns:
        `(output, states)`.

    Raises:
        ArgumentError: If `units` is no positive integer or a rate is not from 0 to 1.

    Source:
        Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
        Statistical Machine Translation" (EMNLP 2014): its third version with
        `reset_after=False`, the first with `True`. Dropout as `SimpleRNNCell`.
    """

    gates = 3

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
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
        self.reset_after = reset_after

    def _make_bias(self, width: int) -> Variable:
        return self.add_weight(
            (2, width) if self.reset_after else (width,), role="bias"
        )

    def _biases(self) -> tuple[jax.Array | None, jax.Array | None]:
        if self.bias is None or not self.reset_after:
            return super()._biases()
        both = self._read(self.bias)
        return both[0], both[1]

    def step(
        self, ready: Ready, projected: jax.Array, states: list[jax.Array]
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Returns the output and the states of one step."""
        h, kernel, masks = states[0], ready.recurrent_kernel, ready.state_mask
        gate = self.recurrent_activation
        xz, xr, xg = jnp.split(projected, 3, axis=-1)
        if self.reset_after:
            recurrent = product(h, kernel, masks)
            if ready.state_bias is not None:
                recurrent = recurrent + ready.state_bias
            hz, hr, hg = jnp.split(recurrent, 3, axis=-1)
            g = xg + gate(xr + hr) * hg
        else:
            both, last = kernel[:, : 2 * self.units], kernel[:, 2 * self.units :]
            gates = product(h, both, None if masks is None else masks[:2])
            hz, hr = jnp.split(gates, 2, axis=-1)
            reset = gate(xr + hr) * h
            g = xg + product(reset, last, None if masks is None else masks[2:])
        z = gate(xz + hz)
        state = z * h + (1 - z) * self.activation(g)
        return state, [state]

    def whole(
        self, ready: Ready, projected: jax.Array, states: Any, mask: Any, *, every: bool
    ) -> tuple[Any, list[jax.Array]] | None:
        """Runs all steps at once, if the gates are as usual and reset late."""
        plain = type(self).step is GRUCell.step and usual(self) and self.reset_after
        if not plain or ready.state_mask is not None:
            return None
        kernel, bias = ready.recurrent_kernel, ready.state_bias
        outputs, last = gru(projected, kernel, bias, states[0], mask, every)
        return outputs, [last]
