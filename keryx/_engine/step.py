"""One optimization step, as a pure function of a state and a batch."""

from collections.abc import Sequence
from typing import Any

import jax

from keryx._engine.state import (
    Batch,
    Forward,
    GradientMethod,
    Meters,
    Params,
    Step,
    TrainState,
)
from keryx._graph.pure import Pure, Run


def make_step(
    pure: Pure, meters: Meters, optimizer: GradientMethod, infos: Sequence[Any] = ()
) -> Step:
    """Composes a model with its loss, its metrics and an optimizer into one step.

    Args:
        pure: `apply(params, buffers, run, batch)` gives a `Forward` as its outputs.
        meters: The metrics.
        optimizer: The gradient method.
        infos: What the optimizer has to know of each parameter.
    """

    def step(state: TrainState, batch: Batch) -> TrainState:
        run = Run(key_at(state), state.step, True, state.hyper)

        def cost(params: Params) -> tuple[jax.Array, tuple[Forward, Params]]:
            result = pure.apply(params, state.buffers, run, batch)
            forward: Forward = result.outputs
            return forward.loss, (forward, result.buffers)

        grads, (forward, buffers) = jax.grad(cost, has_aux=True)(state.params)
        params, opt = optimizer.update(grads, state.opt, state.params, infos)
        return state._replace(
            params=params,
            buffers=buffers,
            opt=opt,
            metrics=meters.update(state.metrics, batch, forward),
            step=state.step + 1,
        )

    return step


def make_test_step(pure: Pure, meters: Meters) -> Step:
    """Composes a model with its loss and its metrics; the weights stay as they are."""

    def step(state: TrainState, batch: Batch) -> TrainState:
        run = Run(key_at(state), state.step, False, state.hyper)
        result = pure.apply(state.params, state.buffers, run, batch)
        metrics = meters.update(state.metrics, batch, result.outputs)
        return state._replace(metrics=metrics, buffers=result.buffers)

    return step


def key_at(state: TrainState) -> jax.Array:
    """Returns the root of the keys of the state's next step."""
    return jax.random.fold_in(state.seed, state.step)
