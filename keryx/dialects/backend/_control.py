"""Choices and loops."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core.errors import ShapeError
from keryx._core.op import op, Symbolic
from keryx.dialects.backend import _config


def _called(x: Any) -> Any:
    return x() if callable(x) else x


# --- choices ----------------------------------------------------------------------


@op
def _where(condition: Any, then: Any, other: Any) -> Any:
    condition = jnp.asarray(condition).astype(bool)
    missing = max(jnp.ndim(then), jnp.ndim(other)) - condition.ndim
    if condition.ndim and missing > 0:
        condition = condition.reshape(condition.shape + (1,) * missing)
    return jax.tree.map(functools.partial(jnp.where, condition), then, other)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """Chooses between two tensors, as a whole or element by element.

    Args:
        condition: Number or tensor; one of fewer axes chooses whole rows.
        then_expression: Tensor, or a function that returns it, where it is true.
        else_expression: The same where it is false.
    """
    if condition is _config.phase_symbol():
        return in_train_phase(then_expression, else_expression)
    if isinstance(condition, bool | int | float | np.bool_ | np.number):
        return _called(then_expression if condition else else_expression)
    return _where(condition, _called(then_expression), _called(else_expression))


@op
def _by_phase(x: Any, alt: Any) -> Any:
    return x if _config.phase_now() else alt


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Chooses `x` in training and `alt` otherwise.

    Args:
        x: Tensor, or a function that returns it.
        alt: The same.
        training: Whether it is training; `None` means the learning phase.
    """
    phase = _config.learning_phase() if training is None else training
    if phase is _config.phase_symbol():
        return _by_phase(_called(x), _called(alt))
    if isinstance(phase, jax.Array | Symbolic):
        return _where(phase, _called(x), _called(alt))
    return _called(x if phase else alt)


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Chooses `alt` in training and `x` otherwise."""
    return in_train_phase(alt, x, training)


# --- loops ------------------------------------------------------------------------


@op
def map_fn(
    fn: Callable[..., Any], elems: Any, name: str | None = None, dtype: Any = None
) -> Any:
    """Returns `fn` of each element along the first axis."""
    result = jax.lax.map(fn, jax.tree.map(jnp.asarray, elems))
    return result if dtype is None else jax.tree.map(lambda x: x.astype(dtype), result)


@op
def _folded(fn: Callable[..., Any], elems: Any, first: Any, reverse: bool) -> Any:
    rows = jax.tree.map(jnp.asarray, elems)
    if first is None:
        place = -1 if reverse else 0
        first = jax.tree.map(lambda x: x[place], rows)
        rows = jax.tree.map(lambda x: x[:-1] if reverse else x[1:], rows)

    def step(total: Any, row: Any) -> Any:
        new = fn(total, row)
        return jax.tree.map(
            lambda a, b: jnp.asarray(a).astype(b.dtype), new, total
        ), None

    row = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape[1:], x.dtype), rows)
    spec = jax.eval_shape(fn, jax.tree.map(jnp.asarray, first), row)
    start = jax.tree.map(lambda x, s: jnp.asarray(x).astype(s.dtype), first, spec)
    return jax.lax.scan(step, start, rows, reverse=reverse)[0]


def foldl(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """Combines the elements along the first axis from the first to the last.

    Example:
        >>> float(foldl(lambda total, x: total + x, jnp.arange(4.0)))
        6.0

    Args:
        fn: `fn(total, element)` → the next total.
        elems: Array, or several in a list.
        initializer: The first total; the first element if `None`.
        name: Accepted for Keras's sake.
    """
    return _folded(fn, elems, initializer, False)


def foldr(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """Combines the elements along the first axis from the last to the first."""
    return _folded(fn, elems, initializer, True)


def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: int | None = None,
    **options: Any,
) -> tuple[Any, Any, list[Any]]:
    """Runs a step over the axis of time.

    Where the mask is false, the states stay as they are and the output is that of the
    step before (zeros at first).

    Args:
        step_function: `step_function(input, states)` → `(output, new states)`; the
            constants come after the states.
        inputs: Sequences.
        initial_states: States before the first step.
        go_backwards: Whether time runs from the end.
        mask: Which steps are real.
        constants: What each step is given besides the states.
        unroll: Whether the loop is compiled step by step.
        input_length: Accepted for Keras's sake; the sequences' own length holds.
        options: Options of other versions, without a meaning here.

    Shapes:
        inputs:      `(batch, time, ...)`
        mask:        `(batch, time)` or `(batch, time, 1)`
        last output: `(batch, ...)`
        outputs:     `(batch, time, ...)`

    Returns:
        The last output, all outputs and the last states.

    Raises:
        ShapeError: If the inputs have fewer than three axes.
    """
    loop = functools.partial(_loop, step_function, bool(go_backwards), bool(unroll))
    loop.__name__ = "rnn"  # type: ignore[attr-defined]  # the recorder asks for one
    found = op(loop)(inputs, list(initial_states), mask, list(constants or ()))
    return found[0], found[1], list(found[2])


def _loop(
    step_function: Callable[..., Any],
    backwards: bool,
    unroll: bool,
    inputs: Any,
    states: list[Any],
    mask: Any,
    constants: list[Any],
) -> Any:
    inputs = jnp.asarray(inputs)
    if inputs.ndim < 3:
        raise ShapeError(
            "rnn", expected="inputs (batch, time, ...)", got=str(inputs.shape)
        )
    rows = jnp.swapaxes(inputs, 0, 1)
    real = None if mask is None else _steps(mask, inputs.shape[:2])
    if backwards:
        rows = rows[::-1]
        real = None if real is None else real[::-1]
    output, news = jax.eval_shape(step_function, rows[0], [*states, *constants])
    blank = jnp.zeros(output.shape, output.dtype)
    start = [jnp.asarray(s).astype(n.dtype) for s, n in zip(states, news, strict=True)]

    def step(carry: Any, row: Any) -> Any:
        (x, keep), (before, old) = row, carry
        output, new = step_function(x, [*old, *constants])
        if keep is not None:
            output = _where(keep, output, before)
            new = [_where(keep, a, b) for a, b in zip(new, old, strict=True)]
        return (output, list(new)), output

    length = rows.shape[0] if unroll else 1
    (last, states), outputs = jax.lax.scan(
        step, (blank, start), (rows, real), unroll=length
    )
    return last, jnp.swapaxes(outputs, 0, 1), states


def _steps(mask: Any, shape: tuple[int, ...]) -> Any:
    return jnp.asarray(mask).reshape(shape).astype(bool).T
