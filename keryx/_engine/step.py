"""One optimization step, as a pure function of a state and a batch."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keryx._engine import eager
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

        grads, (forward, buffers) = eager.gradient(cost)(state.params)
        params, opt = optimizer.update(grads, state.opt, state.params, infos)
        return state._replace(
            params=params,
            buffers=buffers,
            opt=opt,
            metrics=meters.update(state.metrics, batch, forward),
            step=state.step + 1,
        )

    return step


class Following:
    """A gradient method built for more parameters than are trained now.

    Args:
        method: The gradient method.
        places: For each parameter it knows, the place among those trained, or `None`.
        count: How many are trained.
    """

    def __init__(
        self, method: GradientMethod, places: Sequence[int | None], count: int
    ) -> None:
        self.method = method
        self.places = places
        self.count = count

    def update(
        self, grads: Any, state: Any, params: Params, infos: Sequence[Any] = ()
    ) -> tuple[Params, Any]:
        """Returns the next parameters and the next state."""
        spread = [
            (None, jnp.zeros(())) if place is None else (grads[place], params[place])
            for place in self.places
        ]
        known, state = self.method.update(
            tuple(g for g, _ in spread), state, tuple(p for _, p in spread), infos
        )
        after = {
            place: value
            for place, value in zip(self.places, known, strict=True)
            if place is not None
        }
        return tuple(after[i] for i in range(self.count)), state


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
