"""A cell, repeated over time."""

import functools
import math
from collections.abc import Callable
from typing import Any, Self, Unpack

import jax
import jax.numpy as jnp

from keryx._core import scope, serial, tree
from keryx._core.carried import Carried
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx._core.hook import hooked
from keryx._core.shapes import Shape
from keryx._core.variable import Variable
from keryx._graph.call import describe, ensure_built, shapes_of
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor
from keryx.layers._cell import is_fresh, RecurrentCell
from keryx.layers._loop import as_list, Called, Looped, run
from keryx.layers._stacked import StackedRNNCells


class _Held:
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
        stateful: Whether a batch begins with the states in which the one before ended.
            A smaller batch goes on with the first rows.
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
        ShapeError: On a call, if the inputs have no time axis or no steps, or the
            initial state does not fit.
        StateError: On a call, if the cell assigns variables inside the loop.

    Departs from Keras, where a stateful layer's batches have one size for ever and
    predicting changes the states that training goes on with; where with `unroll` masked
    steps at the beginning give zeros whatever the initial state is, and
    `zero_output_for_mask` has no effect.
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
        self._held = _Held(None)

    @hooked
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)

    def build(self, input_shape: Shape) -> None:
        self._require_sequences(input_shape)
        step = KerasTensor((input_shape[0], *input_shape[2:]), self.compute_dtype)
        ensure_built(self.cell, (step,), {})
        if self.stateful:
            self._make_states(input_shape[0] or 1)

    def call(
        self,
        sequences: jax.Array,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = False,
    ) -> Any:
        self._require_sequences(shapes_of(sequences))
        before = self._states_before(sequences.shape, initial_state)
        outputs, after = self._run(sequences, before, mask, training)
        self._keep(after)
        return (outputs, *after) if self.return_state else outputs

    def _require_sequences(self, shape: Any) -> None:
        """Checks what comes in.

        Raises:
            ShapeError: If it is not one array with a batch, time and a step.
        """
        fix, expected = "", "inputs of shape (batch, time, ...)"
        if any(tree.is_nested(size) or isinstance(size, str) for size in shape):
            expected = f"one array as {expected}"
            fix = "Join several with `keryx.layers.Concatenate()`; give states apart, "
            fix += "as `initial_state=...`."
        elif len(shape) < 3:
            fix = "Add a feature axis, e.g. with `keryx.layers.Reshape((-1, 1))`."
        elif shape[1] == 0:
            expected += " with at least one step"
        else:
            return
        raise ShapeError(describe(self), expected=expected, got=f"{shape}", fix=fix)

    def _run(self, sequences: Any, states: Any, mask: Any, training: Any) -> Any:
        """Loops over time, which becomes the first axis."""
        cell = looped(self.cell)
        inputs = jnp.swapaxes(sequences, 0, 1)
        mask = self._steps_that_count(mask, sequences.shape)
        if self.go_backwards:
            inputs, mask = inputs[::-1], None if mask is None else mask[::-1]
        ready = cell.prepare(inputs.shape[1:], training)
        projected = cell.project(ready, inputs)
        if isinstance(cell, RecurrentCell) and not self.unroll:
            found = cell.whole(
                ready, projected, states, mask, every=self.return_sequences
            )
            if found is not None:
                return self._shown(*found, mask)
        return run(
            lambda x, before: cell.step(ready, x, before),
            projected,
            states,
            mask,
            output_of=functools.partial(_output_of, self.cell),
            echoes=_echoes(self.cell),
            unroll=self.unroll,
            zero_output=self.zero_output_for_mask,
            return_sequences=self.return_sequences,
        )

    def _shown(self, outputs: Any, states: list[Any], mask: Any) -> Any:
        """Returns the outputs that were asked for, and the states."""
        outputs = outputs if self.return_sequences else states[0]
        if self.zero_output_for_mask and mask is not None:
            counts = mask if self.return_sequences else mask[-1]
            outputs = jnp.where(counts[..., None], outputs, 0)
        if self.return_sequences:
            outputs = jnp.swapaxes(outputs, 0, 1)
        return outputs, states

    def _steps_that_count(self, mask: Any, shape: tuple[int, ...]) -> Any:
        """Returns the mask with time in front, or `None`.

        Raises:
            ShapeError: If it has not one entry for each step of each sequence.
        """
        found = [leaf for leaf in tree.walk(mask) if leaf is not None]
        if not found:
            return None
        given = jnp.asarray(found[0], bool)
        if given.shape[:2] != shape[:2] or given.size != math.prod(shape[:2]):
            raise ShapeError(
                describe(self),
                expected=f"a mask of shape (batch, time), here {shape[:2]}",
                got=f"{given.shape}",
            )
        return given.reshape(shape[:2]).T

    # --- states -------------------------------------------------------------------

    @property
    def states(self) -> Any:
        """The states that a stateful layer carries, or `None`."""
        return self._held.states

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

    def _fresh_states(self, shape: tuple[int, ...]) -> Any:
        """Returns the states with which sequences of a shape begin."""
        return self.get_initial_state(shape[0])

    def reset_state(self) -> None:
        """Sets the carried states back to those with which a sequence begins."""
        if self.states is not None:
            self.carry(jax.tree.leaves(self.states)[0].shape[0])

    reset_states = reset_state

    def carry(self, batch_size: int, *, aside: bool = False) -> None:
        """Begins to carry the states of batches of a size.

        Args:
            batch_size: Rows of a batch.
            aside: Whether those for evaluation and prediction are meant, not
                training's.
        """
        first = self.get_initial_state(batch_size)
        own = is_fresh(self.cell)
        for state, value in zip(
            jax.tree.leaves(self.states), jax.tree.leaves(first), strict=True
        ):
            if aside:
                state.aside = jnp.asarray(value, state.dtype)
            else:
                state.begin(value, own=own)

    def _make_states(self, batch_size: int) -> None:
        path = "/".join([*self._scope_names(), "rnn_state"])

        def carried(state: jax.Array) -> Variable:
            dtype = self.variable_dtype
            return Carried(
                state, dtype=dtype, trainable=False, name="rnn_state", path=path
            )

        with jax.ensure_compile_time_eval():
            first = self.get_initial_state(batch_size)
        self._held = _Held(jax.tree.map(carried, first))

    def _states_before(self, shape: tuple[int, ...], given: Any) -> Any:
        """Returns the states for the first step.

        Raises:
            ShapeError: If those given or carried do not fit.
            StateError: If they are handed in for a layer that reads backwards.
        """
        fresh = jax.eval_shape(lambda: self._fresh_states(shape))
        if given is None:
            given = self._brought(shape[0])
        if given is None:
            return self._fresh_states(shape)
        values = [
            state.value if isinstance(state, Variable) else jnp.asarray(state)
            for state in jax.tree.leaves(given)
        ]
        got, wanted = [v.shape for v in values], jax.tree.leaves(fresh)
        if got != [leaf.shape for leaf in wanted]:
            raise ShapeError(
                describe(self),
                expected=f"states of shapes {[leaf.shape for leaf in wanted]}",
                got=f"{got}",
            )
        typed = [v.astype(w.dtype) for v, w in zip(values, wanted, strict=True)]
        return jax.tree.unflatten(jax.tree.structure(fresh), typed)

    def _brought(self, batch: int) -> Any:
        """Returns the states that are there for a batch from before it, or `None`.

        A batch smaller than the one before goes on with its first rows.
        """
        here = scope.current()
        if here is not None and here.flow is not None:
            if self.go_backwards:
                raise StateError(
                    describe(self),
                    expected="a layer that reads forwards, to run step by step",
                    got="one with `go_backwards=True`",
                )
            return here.flow.get(id(self))
        if not self.stateful:
            return None
        states = [state.value for state in jax.tree.leaves(self.states)]
        rows = states[0].shape[0]
        if self._in_run() and rows > batch:
            return [state[:batch] for state in states]
        if self._in_run() and rows < batch and not (here and here.abstract):
            raise ShapeError(
                describe(self),
                expected=f"batches of {rows} rows, for it carries as many states",
                got=f"one of {batch}",
                fix=f"Call `carry({batch})` of the layer first.",
            )
        return states if rows == batch else None

    def _keep(self, after: Any) -> None:
        """Hands on the states after the last step."""
        here = scope.current()
        if here is not None and here.flow is not None:
            here.flow[id(self)] = after
        elif self.stateful:
            for state, value in zip(
                jax.tree.leaves(self.states), jax.tree.leaves(after), strict=True
            ):
                if self._in_run() and state.value.shape[0] > value.shape[0]:
                    value = state.value.at[: value.shape[0]].set(value)
                state.assign(value)

    def _in_run(self) -> bool:
        """Tells whether the carried states belong to the run in progress."""
        here = scope.current()
        first = id(jax.tree.leaves(self.states)[0])
        return here is not None and (here.abstract or first in here.values)

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
