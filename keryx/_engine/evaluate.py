"""Evaluation and prediction: compiled passes that leave the weights as they are."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from keryx._core.carried import Carried
from keryx._core.variable import Variable
from keryx._engine.epoch import over_batches, restart, Sizes
from keryx._engine.loop import ordered
from keryx._engine.plan import Plan
from keryx._engine.program import PROGRAMS
from keryx._engine.session import Session
from keryx._engine.source import Source
from keryx._engine.state import Batch, Logs, Meters, Step, TrainState
from keryx._graph.pure import Pure, Run


def make_test_loop(
    step: Step, meters: Meters, sizes: Sizes, carried: Sequence[int] = ()
) -> Callable[..., Any]:
    """Returns `loop(state, data, order, extent) -> (metrics, states, logs)`.

    It runs the steps of an `Extent` of one epoch, as a loop of `make_loop` does.
    `carried` are the places of the buffers that go on to the next call.
    """

    def loop(
        state: TrainState, data: Batch, order: Any, extent: Any
    ) -> tuple[Any, Any, Logs]:
        *_, fresh, _ = extent

        def update(carry: Any, batch: Batch) -> Any:
            metrics, buffers = carry
            after = step(state._replace(metrics=metrics, buffers=buffers), batch)
            return after.metrics, after.buffers

        first = restart(meters, state.metrics, fresh > 0), state.buffers
        metrics, buffers = over_batches(update, first, data, order, 0, extent, sizes)
        return metrics, [buffers[i] for i in carried], meters.compute(metrics)

    return loop


def evaluate(
    session: Session,
    step: Step,
    meters: Meters,
    key: Any,
    source: Source,
    fill: bool = False,
    on_batch: Callable[[int, str, Any], None] | None = None,
) -> Logs:
    """Runs one pass over the data; returns the logs, still on the device.

    Args:
        session: The state; only its metrics and the states aside change.
        step: One test step.
        meters: The metrics.
        key: Structure of what the step closes over.
        source: Where the batches come from.
        fill: Whether a smaller last batch may be filled up with rows that do not count.
        on_batch: Called with (batch, "begin" or "end", logs) around each call, which
            then runs single batches.
    """
    plan = Plan("batch" if on_batch else "epoch")
    logs: Logs = {}
    buffers = session.pure.buffers
    carried = [i for i, v in enumerate(buffers) if isinstance(v, Carried)]
    for piece in source.pieces(0, plan):
        if on_batch is not None:
            on_batch(piece.first, "begin", None)
        state = session.read()._replace(opt=(), buffers=resting(buffers))
        args = (state, piece.data, piece.order, piece.extent.array())
        sizes = piece.sizes(fill=fill)
        program = PROGRAMS.get(
            ("test", key, sizes),
            functools.partial(make_test_loop, step, meters, sizes, carried),
            args,
        )
        session.metrics, states, logs = program.run(*args)
        settle(buffers, dict(zip(carried, states, strict=True)))
        if on_batch is not None:
            on_batch(piece.first, "end", logs)
    return ordered(meters, logs)


def make_predict(pure: Pure) -> Callable[..., Any]:
    """Returns `predict(params, buffers, hyper, seed, x) -> (outputs, changes)`.

    `changes` are the buffers that the call assigned (states of recurrent layers), by
    their place; usually there are none, and nothing is copied.
    """

    def predict(params: Any, buffers: Any, hyper: Any, seed: Any, x: Any) -> Any:
        result = pure.apply(params, buffers, Run(seed, 0, False, hyper), x)
        changes = {
            i: new
            for i, (old, new) in enumerate(zip(buffers, result.buffers, strict=True))
            if new is not old
        }
        return result.outputs, changes

    return predict


def predict_batch(pure: Pure, key: Any, x: Any) -> Any:
    """Returns the outputs for one batch, still on the device."""
    args = (*values(pure), x)
    program = PROGRAMS.get(("predict", key), lambda: make_predict(pure), args)
    outputs, changes = program.run(*args)
    settle(pure.buffers, changes)
    return outputs


def ready(
    pure: Pure, key: Any, x: Any, *, host: bool = True
) -> Callable[[Any], Any] | None:
    """Returns what computes outputs, as NumPy arrays or JAX's, for inputs such as `x`.

    `None` if the call assigns variables.
    """
    args = (*values(pure), x)
    program = PROGRAMS.get(("predict", key), lambda: make_predict(pure), args)
    if program.run(*args)[1]:
        return None

    def run(x: Any) -> Any:
        outputs = program.run(*values(pure), x)[0]
        if not host:
            return outputs
        if isinstance(outputs, jax.Array):
            return np.array(outputs)
        return jax.tree.map(np.array, jax.device_get(outputs))

    return run


_NO_SEED = np.zeros(2, np.uint32)


def values(pure: Pure) -> tuple[Any, ...]:
    """Returns what prediction reads of a model."""
    return (
        tuple(v._value for v in pure.params),
        resting(pure.buffers),
        pure.read_hyper(),
        _NO_SEED,
    )


def resting(buffers: Sequence[Variable]) -> tuple[jax.Array, ...]:
    """Returns the values with which evaluation and prediction begin."""
    return tuple(v.aside if isinstance(v, Carried) else v._value for v in buffers)


def settle(buffers: Sequence[Variable], changes: Mapping[int, jax.Array]) -> None:
    """Keeps what evaluation or prediction assigned, by its place."""
    for place, value in changes.items():
        variable = buffers[place]
        if isinstance(variable, Carried):
            variable.aside = value
        else:
            variable.adopt(value)


def padded(x: Any, size: int) -> Any:
    """Repeats the last row of every array until it has `size` rows."""
    return jax.tree.map(
        lambda a: np.concatenate([a, np.repeat(a[-1:], size - len(a), axis=0)]), x
    )


def batches(
    x: Any, rows: int, batch_size: int, *, pad: bool = True
) -> Iterator[tuple[Any, int]]:
    """Yields pieces of equal size and how many of their rows are real.

    Unless they are padded, the last may be smaller.
    """
    size = min(batch_size, rows)
    for start in range(0, rows, size):
        part = jax.tree.map(lambda a, at=start: a[at : at + size], x)
        real = min(size, rows - start)
        yield (part if real == size or not pad else padded(part, size)), real
