"""The state of a run, kept in the model's own variables between calls of programs.

Whoever looks at the model between two calls sees the state, and what he assigns is the
state from then on: callbacks and interrupted runs need nothing else.
"""

from typing import Any

import jax
import numpy as np

from keryx._engine.state import TrainState
from keryx._graph.pure import Pure


class Session:
    """One run's hold on a model and its optimizer.

    Args:
        pure: The model.
        optimizer: Object with `read()` and `write(state)`, or `None`.
        metrics: States of the metrics.
        seed: Seed of the run's random keys.
    """

    def __init__(self, pure: Pure, optimizer: Any, metrics: Any, seed: int = 0) -> None:
        self.pure = pure
        self.optimizer = optimizer
        self.metrics = jax.tree.map(np.asarray, metrics)
        self.seed = np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
        self.step: Any = np.int32(0)

    def read(self) -> TrainState:
        """Takes the state out of the variables, as buffers that may be donated."""
        return TrainState(
            params=tuple(v.release() for v in self.pure.params),
            buffers=tuple(v.release() for v in self.pure.buffers),
            opt=self.optimizer.read() if self.optimizer is not None else (),
            metrics=self.metrics,
            hyper=self.pure.read_hyper(),
            seed=self.seed,
            step=self.step,
        )

    def write(self, state: TrainState) -> None:
        """Puts a state into the variables."""
        for variable, value in zip(self.pure.params, state.params, strict=True):
            variable.adopt(value)
        for variable, value in zip(self.pure.buffers, state.buffers, strict=True):
            variable.adopt(value)
        if self.optimizer is not None:
            self.optimizer.write(state.opt)
        self.metrics, self.step = state.metrics, state.step
