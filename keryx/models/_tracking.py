"""The metrics that `compile` brings, for steps that the user writes."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import scope
from keryx._engine.state import Batch, Forward
from keryx._graph.pure import masks_of
from keryx.metrics import Metric
from keryx.models._compile import (
    Compiled,
    Head,
    make_heads,
    Meter,
    pick,
    total_loss,
    update_head,
)
from keryx.models._outputs import named, symbols_like


class LossTracker(Metric):
    """The weighted mean of the losses of batches.

    Args:
        name: Name of the metric.
    """

    def __init__(self, name: str = "loss") -> None:
        super().__init__(name=name)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")
        self._before: Any = None

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Counts the loss of a batch; what `note` counted in this step is undone."""
        if self._before is not None:
            self.total.assign(self._before[0])
            self.count.assign(self._before[1])
            self._before = None
        values = jnp.asarray(values, jnp.float32)
        weight = jnp.ones_like(values) if sample_weight is None else sample_weight
        weight = jnp.broadcast_to(jnp.asarray(weight, jnp.float32), values.shape)
        self.total.assign_add(jnp.sum(values * weight))
        self.count.assign_add(jnp.sum(weight))

    def note(self, value: Any, rows: Any) -> None:
        """Counts the loss of a batch, unless the step goes on to do it itself.

        In tf.keras computing the loss counts it, in Keras 3 the step does; here both
        may, and it counts once.
        """
        here = scope.current()
        inside = here is not None and id(self.total) in here.values
        before = (self.total.value, self.count.value) if inside else None
        before = self._before or before
        self._before = None
        self.update_state(value, rows)
        self._before = before

    def settle(self) -> None:
        """Ends a step."""
        self._before = None

    def result(self) -> jax.Array:
        """Returns the mean."""
        return self.total.value / jnp.maximum(self.count.value, 1.0)


class CompileMetrics(Metric):
    """The metrics of `compile` as one, which gives each the output that it is for."""

    def __init__(self) -> None:
        super().__init__(name="compile_metrics")
        self.heads: list[Head] = []

    @property
    def metrics(self) -> list[Metric]:
        """The metrics one by one."""
        return [m for head in self.heads for m in (*head.metrics, *head.weighted)]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes one more batch into account."""
        batch = Batch(None, y_true, sample_weight)
        forward = Forward(y_pred, jnp.zeros(()), [], masks_of(y_pred))
        for head in self.heads:
            update_head(head, batch, forward)

    def result(self) -> dict[str, Any]:
        """Returns the values by name."""
        names = Meter(self.heads).metric_names()
        return {
            n: metric.result() for n, metric in zip(names, self.metrics, strict=True)
        }


class Tracking:
    """The mean losses and the metrics of a compiled model.

    Attributes:
        loss: The mean loss.
        parts: That of each output, if there are several.
        whole: The metrics of `compile`, if there are any.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.heads: list[Head] = []
        self.loss = LossTracker()
        self.parts: list[LossTracker] = []
        some = compiled.metrics is not None or compiled.weighted_metrics is not None
        self.whole = CompileMetrics() if some else None

    @property
    def metrics(self) -> list[Metric]:
        """All of them, the mean loss first."""
        whole = [] if self.whole is None else [self.whole]
        return [self.loss, *whole, *self.parts]

    def settle(self, heads: list[Head]) -> None:
        """Takes over what the outputs' losses and metrics are."""
        self.heads = heads
        lossy = [h for h in heads if h.loss is not None] if len(heads) > 1 else []
        self.parts = [LossTracker(f"{head.output.name}_loss") for head in lossy]
        if self.whole is not None:
            self.whole.heads = heads

    def find(self, y: Any, y_pred: Any) -> None:
        """Settles the losses and metrics by a first batch, where nothing else did."""
        if not self.heads:
            outputs = named(symbols_like(y_pred))
            targets = [pick(y, output) for output in outputs]
            shapes = [None if t is None else (None, *jnp.shape(t)[1:]) for t in targets]
            self.settle(make_heads(self.compiled, outputs, shapes))

    def measure(
        self, y: Any, y_pred: Any, weight: Any, added: list[Any]
    ) -> tuple[Any, list[Any]]:
        """Returns the loss of a batch, and that of each output if there are several."""
        self.find(y, y_pred)
        batch = Batch(y_pred, y, weight)
        return total_loss(self.heads, batch, y_pred, masks_of(y_pred), added)

    def note(self, total: Any, parts: list[Any], y_pred: Any) -> None:
        """Counts the losses of a batch."""
        count = jax.tree.leaves(y_pred)[0].shape[0]
        for tracker, value in zip(
            (self.loss, *self.parts), (total, *parts), strict=True
        ):
            tracker.note(value, count)

    def end(self) -> None:
        """Ends a step."""
        for tracker in (self.loss, *self.parts):
            tracker.settle()


class CompiledLoss:
    """The loss of `compile` as tf.keras calls it in a `train_step`.

    Args:
        tracking: The metrics of the model.
    """

    def __init__(self, tracking: Tracking) -> None:
        self.tracking = tracking

    def __call__(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        regularization_losses: Any = None,
    ) -> jax.Array:
        """Returns the loss of a batch, and counts it in the mean loss."""
        added = list(regularization_losses or ())
        total, parts = self.tracking.measure(y_true, y_pred, sample_weight, added)
        self.tracking.note(total, parts, y_pred)
        loss: jax.Array = total
        return loss

    @property
    def metrics(self) -> list[Metric]:
        """The mean loss, and that of each output if there are several."""
        return [self.tracking.loss, *self.tracking.parts]

    def reset_state(self) -> None:
        """Forgets all batches."""
        for metric in self.metrics:
            metric.reset_state()


def of(model: Any) -> Tracking | None:
    """Returns what tracks a model; `None` if it is not compiled."""
    compiled = model.__dict__.get("_compiled")
    if compiled is None:
        return None
    tracking: Tracking | None = model.__dict__.get("_tracking")
    if tracking is None or tracking.compiled is not compiled:
        tracking = model.__dict__["_tracking"] = Tracking(compiled)
    return tracking
