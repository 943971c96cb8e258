"""Many steps as one compiled program."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from keryx._engine.state import Batch, Logs, Meters, Step, TrainState

Loop = Callable[..., tuple[TrainState, Logs]]


def make_loop(step: Step, meters: Meters, batch_size: int) -> Loop:
    """Returns `loop(state, data, order, start, count, fresh) -> (state, logs)`.

    It runs `count` steps on the rows of the data from place `start` of `order` on (of
    the data itself if `order` is `None`). `count` and `start` are traced, so that one
    program serves a whole epoch, a piece of one and a single batch; the loop costs no
    more than a `scan` of fixed length. Each step gathers its own batch: shuffling the
    data set first is several times slower.

    Args:
        step: One step.
        meters: The metrics.
        batch_size: Rows of a step.
    """

    def loop(
        state: TrainState, data: Batch, order: Any, start: Any, count: Any, fresh: Any
    ) -> tuple[TrainState, Logs]:
        state = state._replace(metrics=restart(meters, state.metrics, fresh))

        def body(i: Any, state: TrainState) -> TrainState:
            return step(state, take(data, order, start + i * batch_size, batch_size))

        state = jax.lax.fori_loop(0, count, body, state)
        return state, meters.compute(state.metrics)

    return loop


def restart(meters: Meters, metrics: Any, fresh: Any) -> Any:
    """Returns the metrics' first states if `fresh`, else the given ones."""
    return jax.tree.map(
        lambda new, old: jnp.where(fresh, new, old).astype(old.dtype),
        meters.init(),
        metrics,
    )


def take(data: Batch, order: Any, start: Any, size: int) -> Batch:
    """Returns `size` rows of every array in `data`, from place `start` of `order`."""
    if order is None:
        part: Batch = jax.tree.map(
            lambda a: jax.lax.dynamic_slice_in_dim(a, start, size, axis=0), data
        )
        return part
    rows = jax.lax.dynamic_slice_in_dim(order, start, size)
    gathered: Batch = jax.tree.map(lambda a: a[rows], data)
    return gathered


def over_population(loop: Loop) -> Loop:
    """Maps a loop over a population: states and orders have a leading member axis."""
    return jax.vmap(loop, in_axes=(0, None, 0, None, None, None))
