"""What the simple cell, LSTM's and GRU's have in common."""

from typing import Any, NamedTuple, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx import activations, constraints, initializers, regularizers
from keryx._core import check, tree
from keryx._core.shapes import Shape
from keryx._core.variable import Variable
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers._dropout import drop
from keryx.ops import _product_rules
from keryx.random import SeedGenerator


class Ready(NamedTuple):
    """What a cell reads and draws once for all steps.

    Attributes:
        kernel: `(features, gates * units)`.
        recurrent_kernel: `(units, gates * units)`.
        input_bias: `(gates * units,)`, or `None`.
        state_bias: As `input_bias`.
        input_mask: Scaled dropout masks of the inputs, `(gates, batch, features)`, or
            `None`.
        state_mask: The same of the state, `(gates, batch, units)`.
    """

    kernel: jax.Array
    recurrent_kernel: jax.Array
    input_bias: jax.Array | None
    state_bias: jax.Array | None
    input_mask: jax.Array | None
    state_mask: jax.Array | None


class RecurrentCell(Layer):
    """Base class: declares the weights, projects the inputs, draws the masks.

    A subclass says how many `gates` it has and computes one `step`.
    """

    gates = 1
    state_count = 1

    def __init__(
        self,
        units: int,
        activation: Any,
        use_bias: bool,
        kernel_initializer: Any,
        recurrent_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        recurrent_regularizer: Any,
        bias_regularizer: Any,
        kernel_constraint: Any,
        recurrent_constraint: Any,
        bias_constraint: Any,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.units = check.positive_int(units, "units", owner=self)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = check.in_interval(dropout, 0, 1, "dropout", owner=self)
        self.recurrent_dropout = check.in_interval(
            recurrent_dropout, 0, 1, "recurrent_dropout", owner=self
        )
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.output_size = self.units
        self.state_size: Any = [self.units] * self.state_count
        if self.state_count == 1:
            self.state_size = self.units

    @property
    def hyper_names(self) -> tuple[str, ...]:  # type: ignore[override]  # as it reads
        """The rates that are in use: others cost nothing, so they are settled."""
        names = ("dropout", "recurrent_dropout")
        return tuple(name for name in names if getattr(self, name) > 0)

    def build(self, input_shape: Shape) -> None:
        width = self.gates * self.units
        self.kernel = self.add_weight((input_shape[-1], width), role="kernel")
        self.recurrent_kernel = self.add_weight(
            (self.units, width), role="recurrent", name="recurrent_kernel"
        )
        self.bias = self._make_bias(width) if self.use_bias else None

    def _make_bias(self, width: int) -> Variable:
        return self.add_weight((width,), role="bias")

    def call(
        self, inputs: jax.Array, states: Any, training: bool | None = False
    ) -> Any:
        ready = self.prepare(inputs.shape, training)
        nested = tree.is_nested(states)
        before = list(states) if nested else [states]
        output, after = self.step(ready, self.project(ready, inputs), before)
        return output, after if nested else after[0]

    def get_initial_state(self, batch_size: int | None = None) -> list[jax.Array]:
        """Returns zeros for each state."""
        # NumPy's, put on the device, cost a fraction of what a call of JAX does.
        shape: Any = batch_size, self.units
        zeros = np.zeros(shape, self.compute_dtype)
        return [jnp.asarray(zeros) for _ in range(self.state_count)]

    # --- one call, taken apart for a loop ------------------------------------------

    def prepare(self, shape: tuple[int, ...], training: bool | None) -> Ready:
        """Reads the weights and draws the masks, once for all steps of a shape."""
        state = self.state_shape(shape)
        input_bias, state_bias = self._biases()
        return Ready(
            self._read(self.kernel),
            self._read(self.recurrent_kernel),
            input_bias,
            state_bias,
            self._mask("dropout", (self.gates, *shape), training),
            self._mask("recurrent_dropout", (self.gates, *state), training),
        )

    def state_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Returns the shape of each state, given that of one step's inputs."""
        return shape[0], self.units

    def project(self, ready: Ready, inputs: jax.Array) -> jax.Array:
        """Does what needs only the inputs, `(..., batch, features)`."""
        inputs = inputs.astype(self.compute_dtype)
        outputs = product(inputs, ready.kernel, ready.input_mask)
        return outputs if ready.input_bias is None else outputs + ready.input_bias

    def step(
        self, ready: Ready, projected: jax.Array, states: list[jax.Array]
    ) -> tuple[jax.Array, list[jax.Array]]:
        """Returns the output and the states of one step."""
        raise NotImplementedError

    def whole(
        self, ready: Ready, projected: jax.Array, states: Any, mask: Any, *, every: bool
    ) -> tuple[Any, list[jax.Array]] | None:
        """Runs all steps at once, if there is a faster way than one by one.

        Args:
            ready: What `prepare` gave.
            projected: What `project` gave for all steps, time in front.
            states: What the first step is given.
            mask: Which steps count, `(time, batch)`, or `None`.
            every: Whether the outputs of all steps are wanted.

        Returns:
            The outputs, `(time, batch, units)` (anything unless they are wanted), and
            the last states; `None` if there is no such way.
        """
        return None

    def _read(self, variable: Variable) -> jax.Array:
        return variable.value.astype(self.compute_dtype)

    def _biases(self) -> tuple[jax.Array | None, jax.Array | None]:
        return (None if self.bias is None else self._read(self.bias)), None

    def _mask(
        self, name: str, shape: tuple[int, ...], training: bool | None
    ) -> jax.Array | None:
        if not training or name not in self.hyper_names:
            return None
        ones = jnp.ones(shape, self.compute_dtype)
        return drop(ones, self.seed_generator.next(), shape, self.hyper(name))


def is_fresh(cell: Any) -> bool:
    """Tells whether each call of a cell's `get_initial_state` makes new arrays."""
    make = getattr(type(cell), "get_initial_state", None)
    return make is RecurrentCell.get_initial_state


def product(x: jax.Array, kernel: jax.Array, masks: jax.Array | None) -> jax.Array:
    """Returns `x @ kernel`, each gate's part under a dropout mask of its own."""
    if masks is None:
        return _product_rules.product(x, kernel)
    parts = jnp.split(kernel, len(masks), axis=-1)
    gates = [(x * mask) @ part for mask, part in zip(masks, parts, strict=True)]
    return jnp.concatenate(gates, axis=-1)
