"""Everything that a training run changes, and what the engine needs of its parts."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import jax

Tree = Any
Params = tuple[jax.Array, ...]


class TrainState(NamedTuple):
    """Everything that one training run changes, and nothing that it does not.

    A population has one of each of these per member.

    Attributes:
        params: Trainable values, in the model's order.
        buffers: All other values of the model (moving averages, seeds).
        opt: The optimizer's state, hyperparameters such as the learning rate included.
        metrics: States of the metrics of this epoch, the mean loss among them.
        hyper: Layers' hyperparameters, such as dropout rates; `()` float32 each.
        seed: Root of the run's random keys; `(2,)`, uint32.
        step: Training steps done; `()`, int32.
    """

    params: Params
    buffers: Params
    opt: Tree
    metrics: Tree
    hyper: tuple[Any, ...]
    seed: Any
    step: Any


class Batch(NamedTuple):
    """Samples that one step sees together; each field nested as the model takes it.

    Attributes:
        x: Inputs.
        y: Targets.
        weight: Weights of the samples.
        real: Which rows count, `(batch,)`; `None` for all. The others fill the batch.
    """

    x: Tree
    y: Tree = None
    weight: Tree = None
    real: Any = None


class Forward(NamedTuple):
    """What a model and its loss give for one batch.

    Attributes:
        outputs: What the model returns.
        loss: What training minimizes.
        parts: Each output's loss if there are several, then what layers report.
        masks: The outputs' masks.
        known: Symbolic tensor's id → its value, for metrics of the user's that use it.
    """

    outputs: Tree
    loss: jax.Array
    parts: Tree
    masks: Tree = None
    known: Any = None


Step = Callable[[TrainState, Batch], TrainState]
Logs = dict[str, Any]


class GradientMethod(Protocol):
    """What the engine needs of an optimizer."""

    def update(
        self, grads: Tree, state: Tree, params: Params, infos: Sequence[Any] = ()
    ) -> tuple[Params, Tree]:
        """Returns the next parameters and the next state."""


class Meters(Protocol):
    """What the engine needs of the metrics, taken together."""

    def init(self) -> Tree:
        """Returns the states before the first batch of an epoch."""

    def update(self, states: Tree, batch: Batch, forward: Forward) -> Tree:
        """Returns the states after one more batch."""

    def compute(self, states: Tree) -> Logs:
        """Returns the values by name."""

    def names(self) -> list[str]:
        """Returns the names in the order in which logs show them."""
