"""The loop over time that all recurrent layers share."""

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

import jax
import jax.numpy as jnp

from keryx._core import scope, tree
from keryx._core.errors import StateError
from keryx.ops._recurrence import SHORT

Tree = Any
Step = Callable[[Any, Tree], tuple[jax.Array, Tree]]


class Looped(Protocol):
    """A cell taken apart, so that a loop does in a step only what needs the state."""

    def prepare(self, shape: tuple[int, ...], training: bool | None) -> Tree:
        """Reads the weights and draws the masks, once for all steps of a shape."""

    def project(self, ready: Tree, inputs: jax.Array) -> jax.Array:
        """Does what needs only the inputs: one step's, or all steps'."""

    def step(self, ready: Tree, projected: jax.Array, states: Tree) -> Any:
        """Returns `(output, states)` of one step."""


class Called:
    """Any layer with a `state_size`, called as it is at each step."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    def prepare(self, shape: tuple[int, ...], training: bool | None) -> Tree:
        return training

    def project(self, ready: Tree, inputs: jax.Array) -> jax.Array:
        return inputs

    def step(self, ready: Tree, projected: jax.Array, states: Tree) -> Any:
        return self.cell(projected, states, training=ready)


def run(
    step: Step,
    inputs: jax.Array,
    states: Tree,
    mask: jax.Array | None,
    *,
    output_of: Callable[[Tree], Any],
    echoes: bool,
    unroll: bool,
    zero_output: bool,
    return_sequences: bool,
) -> tuple[jax.Array, Tree]:
    """Repeats a step over time.

    Args:
        step: `(inputs, states) -> (output, states)`.
        inputs: `(time, batch, ...)`.
        states: What the first step is given.
        mask: Which steps count, `(time, batch)`; the others leave the states alone.
        output_of: Picks from the states what masked steps repeat before the first that
            counts; if it has not the output's shape, that is zeros.
        echoes: Whether this always is the output, so that it is not carried twice.
        unroll: Whether to write the steps out.
        zero_output: Whether masked steps give zeros instead of the previous output.
        return_sequences: Whether to return the outputs of all steps.

    Returns:
        The outputs, `(batch, time, ...)`, or the last, and the states after it.
    """
    treedef = jax.tree.structure(states)

    def body(carry: Tree, x: tuple[Any, Any]) -> tuple[Tree, jax.Array]:
        before, previous = carry
        output, after = step(x[0], before)
        # The cell may hand back tuples for lists, or a wider type: a loop may not.
        after = jax.tree.unflatten(treedef, jax.tree.leaves(after))
        after = jax.tree.map(lambda a, b: jnp.asarray(a, b.dtype), after, before)
        if x[1] is not None:
            after = jax.tree.map(lambda a, b: _choose(x[1], a, b), after, before)
            if echoes and not zero_output:
                output = output_of(after)
            else:
                shown = jnp.zeros_like(output) if zero_output else previous
                output = _choose(x[1], output, shown)
        return (after, None if echoes else output), output

    carry = states, None if echoes else output_of(states)
    if unroll or inputs.shape[0] <= SHORT:
        return _written_out(body, carry, inputs, mask, echoes, return_sequences)
    outputs, last, states = _scanned(
        body, carry, inputs, mask, echoes, return_sequences
    )
    if return_sequences:
        return outputs, states
    if echoes:
        last = output_of(states)
        if zero_output and mask is not None:
            last = _choose(mask[-1], last, jnp.zeros_like(last))
    return last, states


def _choose(keep: jax.Array, new: jax.Array, old: jax.Array) -> jax.Array:
    return jnp.where(keep.reshape(-1, *(1,) * (new.ndim - 1)), new, old)


def _first(body: Any, carry: Tree, x: Any) -> jax.Array:
    """Returns what stands for the output before the first step."""
    states, first = carry
    wanted = _without_traces(lambda: jax.eval_shape(body, (states, None), x)[1])
    if first is not None and first.shape == wanted.shape:
        return jnp.asarray(first, wanted.dtype)
    return jnp.zeros(wanted.shape, wanted.dtype)


def _written_out(
    body: Any, carry: Tree, inputs: jax.Array, mask: Any, echoes: bool, sequences: bool
) -> tuple[jax.Array, Tree]:
    """Returns the outputs, or the last, and the states."""
    if mask is not None and not echoes:
        carry = (carry[0], _first(body, carry, (inputs[0], None)))
    outputs = []
    for time in range(inputs.shape[0]):
        x = inputs[time], None if mask is None else mask[time]
        carry, output = body(carry, x)
        outputs.append(output)
    return jnp.stack(outputs, 1) if sequences else outputs[-1], carry[0]


def _scanned(
    body: Any, carry: Tree, inputs: jax.Array, mask: Any, echoes: bool, sequences: bool
) -> tuple[Any, Any, Tree]:
    """Returns the outputs, if wanted, the last, if it is carried, and the states."""
    carries = not echoes and (mask is not None or not sequences)
    last = _first(body, carry, (inputs[0], None)) if carries else None
    key = getattr(scope.current(), "key", None)

    def scanned(carry: Tree, x: tuple[Any, Any, Any]) -> tuple[Tree, Any]:
        time, *rest = x
        now = None if key is None else jax.random.fold_in(key, time)
        (after, _), output = _without_traces(lambda: body(carry, rest), now)
        shown = output if sequences else None
        return (after, output if carries else None), shown

    times = jnp.arange(inputs.shape[0])
    (states, last), outputs = jax.lax.scan(
        scanned, (carry[0], last), (times, inputs, mask)
    )
    return jnp.swapaxes(outputs, 0, 1) if sequences else None, last, states


def _without_traces(function: Callable[[], Any], key: Any = None) -> Any:
    """Calls a function so that nothing but its result leaves it.

    What is computed inside a loop is not defined outside of it: added losses and masks
    are dropped there, and nothing may be assigned.
    """
    here = scope.current()
    if here is None:
        return function()
    inner = dataclasses.replace(
        here,
        values=dict(here.values),
        losses=[],
        masks={},
        draws=dict(here.draws),
        names=list(here.names),
        key=here.key if key is None else key,
    )
    with scope.entered(inner):
        result = function()
    if any(inner.values[i] is not here.values.get(i) for i in inner.values):
        raise StateError(
            "/".join(here.names) or "a recurrent layer",
            expected="a cell that assigns no variables, for it runs in a compiled loop",
            got="one that does",
            fix="Give `unroll=True`, or return what changes as a state.",
        )
    here.draws.update(inner.draws)
    return result


def as_list(states: Any) -> Any:
    """Returns states as a list, also a single one."""
    return list(states) if tree.is_nested(states) else [states]
