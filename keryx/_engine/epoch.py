"""Many steps as one compiled program."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from keryx._engine import eager
from keryx._engine.state import Batch, Logs, Meters, Step, TrainState

Loop = Callable[..., tuple[TrainState, Logs]]


class Extent(NamedTuple):
    """What one call of a loop runs, of each of some epochs.

    Attributes:
        start: Place of the first row in the order of use.
        steps: Number of batches from there on.
        tail: Whether the smaller last batch follows, 0 or 1.
        epochs: Number of epochs; more than one only if each is run whole.
        fresh: Whether the metrics begin anew, 0 or 1.
    """

    start: int
    steps: int
    tail: int = 0
    epochs: int = 1
    fresh: int = 1

    def array(self) -> np.ndarray[Any, Any]:
        """Returns the five as one array: one argument is cheaper than five."""
        return np.array(self, np.int32)


def make_loop(
    step: Step,
    meters: Meters,
    batch_size: int,
    rest: int = 0,
    room: int = 1,
    *,
    fill: bool = False,
) -> Loop:
    """Returns `loop(state, data, order, extent) -> (state, logs)`.

    It runs the steps of an `Extent` (as an array) on the rows of the data in `order`,
    or as they are if `order` is `None`. The extent is traced, so that one program
    serves a whole run, an epoch, a piece of one and a single batch; the loops cost no
    more than a `scan` of fixed length. Each step gathers its own batch: shuffling the
    data set first is several times slower.

    Logs have a first axis for the epochs if there is room for more than one.

    Args:
        step: One step.
        meters: The metrics.
        batch_size: Rows of a step.
        rest: Rows of a smaller last batch, 0 if there is none.
        room: Most epochs of a call; `order` has a row for each.
        fill: Whether the last batch is filled up with rows that do not count.
    """
    part = take_filled if fill else take

    def loop(
        state: TrainState, data: Batch, order: Any, extent: Any
    ) -> tuple[TrainState, Logs]:
        start, count, tail, epochs, fresh = extent

        def steps(
            state: TrainState, epoch: Any, size: int, first: Any, count: Any
        ) -> TrainState:
            def body(i: Any, state: TrainState) -> TrainState:
                return step(state, part(data, order, epoch, first + i * size, size))

            after: TrainState = jax.lax.fori_loop(0, count, body, state)
            return after

        def run(epoch: Any, carry: tuple[TrainState, Logs]) -> tuple[TrainState, Logs]:
            state, logs = carry
            again = (fresh > 0) | (epoch > 0)
            state = state._replace(metrics=restart(meters, state.metrics, again))
            full = count + tail if fill else count
            state = steps(state, epoch, batch_size, start, full)
            if rest and not fill:
                state = steps(state, epoch, rest, start + count * batch_size, tail)
            now = meters.compute(state.metrics)
            return state, {name: logs[name].at[epoch].set(now[name]) for name in logs}

        shapes = eager.structs(meters.compute, state.metrics)
        logs = {n: jnp.zeros((room, *s.shape), s.dtype) for n, s in shapes.items()}
        state, logs = jax.lax.fori_loop(0, epochs, run, (state, logs))
        if room == 1:
            logs = {name: rows[0] for name, rows in logs.items()}
        return state, logs

    return loop


def restart(meters: Meters, metrics: Any, fresh: Any) -> Any:
    """Returns the metrics' first states if `fresh`, else the given ones."""
    return jax.tree.map(
        lambda new, old: jnp.where(fresh, new, old).astype(old.dtype),
        meters.init(),
        metrics,
    )


def take(data: Batch, order: Any, epoch: Any, start: Any, size: int) -> Batch:
    """Returns `size` rows of every array in `data`, from place `start` of an order.

    Args:
        data: All rows.
        order: Numbers of rows, `(epochs, rows)`; `None` for the order they are in.
        epoch: Row of `order`.
        start: First place.
        size: Number of rows.
    """
    if order is None:
        part: Batch = jax.tree.map(
            lambda a: jax.lax.dynamic_slice_in_dim(a, start, size, axis=0), data
        )
        return part
    rows = jax.lax.dynamic_slice(order, (epoch, start), (1, size))[0]
    gathered: Batch = jax.tree.map(lambda a: a[rows], data)
    return gathered


def take_filled(data: Batch, order: Any, epoch: Any, start: Any, size: int) -> Batch:
    """Returns `size` rows as `take` does, and which of them count.

    Where too few are left, the rows before them fill the batch.
    """
    rows = jax.tree.leaves(data)[0].shape[0] if order is None else order.shape[1]
    first = jnp.minimum(start, rows - size)
    real = first + jnp.arange(size) >= start
    return take(data, order, epoch, first, size)._replace(real=real)


def over_population(loop: Loop) -> Loop:
    """Maps a loop over a population: states and orders have a leading member axis."""
    return jax.vmap(loop, in_axes=(0, None, 0, None))
