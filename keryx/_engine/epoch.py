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
        rows: Number of rows in use; the data may have more, which do not count, so that
            one program serves data sets of nearly the same size.
    """

    start: int
    steps: int
    tail: int = 0
    epochs: int = 1
    fresh: int = 1
    rows: int = 0

    def array(self) -> np.ndarray[Any, Any]:
        """Returns the numbers as one array: one argument is cheaper than six."""
        return np.array(self, np.int32)


class Sizes(NamedTuple):
    """How many rows the batches of an epoch have.

    Attributes:
        batch: Rows of a batch.
        rest: Rows of a smaller last batch that stays as it is, 0 if there is none.
        filled: Whether there is one that is filled up with rows that do not count.
    """

    batch: int
    rest: int = 0
    filled: bool = False


def make_loop(step: Step, meters: Meters, sizes: Sizes, room: int = 1) -> Loop:
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
        sizes: Rows of the batches.
        room: Most epochs of a call; `order` has a row for each.
    """

    def loop(
        state: TrainState, data: Batch, order: Any, extent: Any
    ) -> tuple[TrainState, Logs]:
        *_, epochs, fresh, _ = extent

        def run(epoch: Any, carry: tuple[TrainState, Logs]) -> tuple[TrainState, Logs]:
            state, logs = carry
            again = (fresh > 0) | (epoch > 0)
            state = state._replace(metrics=restart(meters, state.metrics, again))
            state = over_batches(step, state, data, order, epoch, extent, sizes)
            now = meters.compute(state.metrics)
            return state, {name: logs[name].at[epoch].set(now[name]) for name in logs}

        shapes = eager.structs(meters.compute, state.metrics)
        logs = {n: jnp.zeros((room, *s.shape), s.dtype) for n, s in shapes.items()}
        state, logs = jax.lax.fori_loop(0, epochs, run, (state, logs))
        if room == 1:
            logs = {name: rows[0] for name, rows in logs.items()}
        return state, logs

    return loop


def over_batches(
    update: Callable[[Any, Batch], Any],
    carry: Any,
    data: Batch,
    order: Any,
    epoch: Any,
    extent: Any,
    sizes: Sizes,
) -> Any:
    """Returns what an update makes of a carry on the batches of one epoch, in turn.

    Args:
        update: `(carry, batch) -> carry`.
        carry: What the first batch is given.
        data: All rows.
        order: As in `take`.
        epoch: As in `take`.
        extent: What to run, as an array.
        sizes: Rows of the batches.
    """
    start, count, tail, *_, rows = extent

    def batches(carry: Any, size: int, first: Any, count: Any) -> Any:
        def body(i: Any, carry: Any) -> Any:
            place = first + i * size
            if sizes.filled:
                return update(carry, take_filled(data, order, epoch, place, size, rows))
            return update(carry, take(data, order, epoch, place, size))

        return jax.lax.fori_loop(0, count, body, carry)

    carry = batches(carry, sizes.batch, start, count + tail if sizes.filled else count)
    if sizes.rest:
        carry = batches(carry, sizes.rest, start + count * sizes.batch, tail)
    return carry


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


def take_filled(
    data: Batch, order: Any, epoch: Any, start: Any, size: int, rows: Any
) -> Batch:
    """Returns `size` rows as `take` does, and which of them count.

    Where too few of all `rows` are left, the rows before them fill the batch.
    """
    first = jnp.minimum(start, rows - size)
    real = first + jnp.arange(size) >= start
    return take(data, order, epoch, first, size)._replace(real=real)


def over_population(loop: Loop) -> Loop:
    """Maps a loop over a population: states and orders have a leading member axis."""
    return jax.vmap(loop, in_axes=(0, None, 0, None))
