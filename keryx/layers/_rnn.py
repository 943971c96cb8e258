"""A cell, repeated over time."""

import functools
from collections.abc import Callable
from typing import Any, Self, Unpack

import jax
import jax.numpy as jnp

from keryx._core import serial, tree
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._core.variable import Variable
from keryx._graph.call import describe, ensure_built
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor
from keryx.layers._cell import RecurrentCell
from keryx.layers._loop import as_list, Called, Looped, run
from keryx.layers._stacked import StackedRNNCells


class _Carried:
    """Holds the states of a stateful layer, which are no weights."""

    def __init__(self, states: Any) -> None:
        self.states = states


class RNN(Layer):
    """Repeats a cell over the time axis, handing its states from step to step.

        output[t], states ← cell(inputs[t], states)

    A masked step leaves the states alone and repeats the output of the step before; up
    to the first that counts, that is the initial state (zeros if it is of another
    shape). So a padded sequence gives what the sequence itself does.

    A cell is a layer with a `state_size` (an integer, or a list of one per state) whose
    `call(inputs, states)` returns `(output, states)`; it may define
    `get_initial_state(batch_size)`.

    Example:
        >>> import numpy as np
        >>> class Sum(Layer):
        ...     state_size = 1
        ...     def call(self, inputs, states):
        ...         total = states[0] + inputs
        ...         return total, [total]
        >>> RNN(Sum(), return_sequences=True)(np.ones((1, 3, 1))).ravel().tolist()
        [1.0, 2.0, 3.0]

    Args:
        cell: The cell, or a list of cells that are stacked.
        return_sequences: Whether to return the outputs of all steps, not just the last.
        return_state: Whether to return the states after the last step as well.
        go_backwards: Whether to begin at the last step; the outputs are in the order in
            which they were computed.
        stateful: Whether a batch begins with the states in which the one before ended;
            needs a fixed batch size.
        unroll: Whether to write the steps out instead of looping; short sequences
            always are.
        zero_output_for_mask: Whether masked steps give zeros.

    Shapes:
        inputs:  `(batch, time, ...)`
        mask:    `(batch, time)`, true where a step counts
        outputs: `(batch, ...)`, or `(batch, time, ...)` with `return_sequences`

    Returns:
        The outputs, or `(outputs, *states)` with `return_state`.

    Raises:
        ArgumentError: If `cell` is no layer with a `state_size`.
        ShapeError: On a call, if the inputs have no time axis or no steps, the initial
            state does not fit, or a stateful layer's batch size is not fixed.
        StateError: On a call, if the cell assigns variables inside the loop.

    Departs from Keras, where with `unroll` masked steps at the beginning give zeros
    whatever the initial state is, and `zero_output_for_mask` has no effect.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        if isinstance(cell, list | tuple):
            cell = StackedRNNCells(cell)
        if not isinstance(cell, Layer) or not hasattr(cell, "state_size"):
            raise ArgumentError(
                self,
                "cell",
                expected="a layer with a `state_size`",
                got=cell,
                fix="Set `self.state_size` in its constructor, or use `LSTMCell(...)`.",
            )
        self.cell: Any = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self._carried = _Carried(None)

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) < 3:
            raise ShapeError(
                describe(self),
                expected="inputs of shape (batch, time, ...)",
                got=f"{input_shape}",
                fix="Add a feature axis, e.g. with `keryx.layers.Reshape((-1, 1))`.",
            )
        step = KerasTensor((input_shape[0], *input_shape[2:]), self.compute_dtype)
        ensure_built(self.cell, (step,), {})
        if self.stateful:
            self._make_states(input_shape)

    def call(
        self,
        sequences: jax.Array,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = False,
    ) -> Any:
        if sequences.ndim < 3 or not sequences.shape[1]:
            raise ShapeError(
                describe(self),
                expected="inputs of shape (batch, time, ...) with at least one step",
                got=f"{sequences.shape}",
            )
        before = self._states_before(sequences.shape[0], initial_state)
        outputs, after = self._run(sequences, before, mask, training)
        if self.stateful:
            jax.tree.map(Variable.assign, self.states, after)
        return (outputs, *after) if self.return_state else outputs

    def _run(self, sequences: Any, states: Any, mask: Any, training: Any) -> Any:
        """Loops over time, which becomes the first axis."""
        cell = looped(self.cell)
        inputs = jnp.swapaxes(sequences, 0, 1)
        found = [leaf for leaf in tree.walk(mask) if leaf is not None]
        mask = jnp.asarray(found[0], bool).T if found else None
        if self.go_backwards:
            inputs, mask = inputs[::-1], None if mask is None else mask[::-1]
        ready = cell.prepare(inputs.shape[1], training)
        return run(
            lambda x, before: cell.step(ready, x, before),
            cell.project(ready, inputs),
            states,
            mask,
            output_of=functools.partial(_output_of, self.cell),
            echoes=_echoes(self.cell),
            unroll=self.unroll,
            zero_output=self.zero_output_for_mask,
            return_sequences=self.return_sequences,
        )

    # --- states -------------------------------------------------------------------

    @property
    def states(self) -> Any:
        """The states that a stateful layer carries, or `None`."""
        return self._carried.states

    @property
    def variables(self) -> list[Variable]:
        """All variables, the carried states among them."""
        return [*super().variables, *jax.tree.leaves(self.states)]

    def get_initial_state(self, batch_size: int) -> Any:
        """Returns the states with which a sequence begins: the cell's, or zeros."""
        make: Callable[..., Any] | None = getattr(self.cell, "get_initial_state", None)
        if make is not None:
            return as_list(make(batch_size=batch_size))
        return [
            jnp.zeros((batch_size, *_sizes(size)), self.compute_dtype)
            for size in as_list(self.cell.state_size)
        ]

    def reset_state(self) -> None:
        """Sets the carried states back to those with which a sequence begins."""
        if self.states is not None:
            batch = jax.tree.leaves(self.states)[0].shape[0]
            jax.tree.map(Variable.assign, self.states, self.get_initial_state(batch))

    reset_states = reset_state

    def _make_states(self, input_shape: Shape) -> None:
        if input_shape[0] is None:
            raise ShapeError(
                describe(self),
                expected="a fixed batch size, since it is stateful",
                got=f"{input_shape}",
                fix="Give it, e.g. by `Input(batch_shape=(32, ...))`.",
            )
        path = "/".join([*self._scope_names(), "rnn_state"])

        def carried(state: jax.Array) -> Variable:
            dtype = self.variable_dtype
            return Variable(
                state, dtype=dtype, trainable=False, name="rnn_state", path=path
            )

        with jax.ensure_compile_time_eval():
            first = self.get_initial_state(input_shape[0])
        self._carried = _Carried(jax.tree.map(carried, first))

    def _states_before(self, batch: int, given: Any) -> Any:
        """Returns the states for the first step.

        Raises:
            ShapeError: If those given or carried do not fit.
        """
        fresh = jax.eval_shape(lambda: self.get_initial_state(batch))
        if given is None and not self.stateful:
            return self.get_initial_state(batch)
        values = [
            state.value if isinstance(state, Variable) else jnp.asarray(state)
            for state in jax.tree.leaves(self.states if given is None else given)
        ]
        got, wanted = [v.shape for v in values], jax.tree.leaves(fresh)
        if got != [leaf.shape for leaf in wanted]:
            raise ShapeError(
                describe(self),
                expected=f"states of shapes {[leaf.shape for leaf in wanted]}",
                got=f"{got}",
                fix="A stateful layer takes batches of one size." * (given is None),
            )
        typed = [v.astype(w.dtype) for v, w in zip(values, wanted, strict=True)]
        return jax.tree.unflatten(jax.tree.structure(fresh), typed)

    # --- configuration, masks -----------------------------------------------------

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns the mask of the outputs: of the sequence if that is returned."""
        found = [leaf for leaf in tree.walk(previous_mask) if leaf is not None]
        own = found[0] if found and self.return_sequences else None
        if not self.return_state:
            return own
        return [own, *([None] * len(as_list(self.cell.state_size)))]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer, and its cell, from `get_config`'s result."""
        if isinstance(config.get("cell"), dict):
            config = {**config, "cell": serial.deserialize(config["cell"])}
        return super().from_config(config)


def looped(cell: Any) -> Looped:
    """Returns a cell as the loop wants it: taken apart if its class knows how."""
    for base in (RecurrentCell, StackedRNNCells):
        if isinstance(cell, base) and type(cell).call is base.call:
            taken: Looped = cell
            return taken
    return Called(cell)


def _output_of(cell: Any, states: Any) -> Any:
    """Returns the state that is the previous output: the (last) cell's first."""
    top = states[-1] if isinstance(cell, StackedRNNCells) else states
    return next(iter(jax.tree.leaves(top)), None)


def _echoes(cell: Any) -> bool:
    """Tells whether the output always is what `_output_of` finds."""
    if not isinstance(looped(cell), Layer):
        return False
    top = cell.cells[-1] if isinstance(cell, StackedRNNCells) else cell
    # A user's subclass may put out something else.
    return isinstance(top, RecurrentCell) and serial.is_ours(type(top))


def _sizes(size: Any) -> tuple[int, ...]:
    return tuple(size) if isinstance(size, list | tuple) else (size,)
