"""Keras's own steps as pure functions, which a user's may call by `super()`."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import jax

from keryx._core import scope
from keryx._core.variable import Variable
from keryx._engine import data as engine_data, eager
from keryx.models import _tracking

Values = Sequence[Any]
Step = Callable[[Any, Any, Any], tuple[Any, Any]]


@contextlib.contextmanager
def bound(variables: Sequence[Variable], values: Values) -> Iterator[scope.Scope]:
    """Gives variables values inside of a `with` block."""
    outer = scope.current() or scope.Scope()
    given = {id(v): a for v, a in zip(variables, values, strict=True)}
    here = replace(outer, values={**outer.values, **given}, losses=[], masks={})
    with scope.entered(here):
        yield here


def metric_variables(model: Any) -> list[Variable]:
    """Returns the variables of a model's metrics, in order."""
    found = {id(v): v for metric in model.metrics for v in metric.variables}
    return list(found.values())


def loss_and_updates(
    model: Any,
    state: tuple[Values, Values, Values],
    batch: tuple[Any, Any, Any],
    training: bool,
) -> tuple[Any, Any]:
    """Returns the loss and `(loss, outputs, non_trainable, metrics)` values.

    Args:
        model: The model.
        state: Trainable, non-trainable and metrics' values.
        batch: `x, y, sample_weight`.
        training: Whether layers behave as in training.
    """
    x, y, weight = batch
    others, tracked = model.non_trainable_variables, metric_variables(model)
    variables = [*model.trainable_variables, *others, *tracked]
    with bound(variables, [value for part in state for value in part]) as here:
        y_pred = model(x, training=training)
        given = {"x": x, "y": y, "y_pred": y_pred, "sample_weight": weight}
        loss = model.compute_loss(**given)
        after = [[here.values[id(v)] for v in part] for part in (others, tracked)]
    return loss, (loss, y_pred, *after)


def train(model: Any, state: Any, data: Any) -> tuple[Any, Any]:
    """A training step: `(logs, state)`; see `Model.train_step`."""
    trainable, others, optimizer, tracked = state
    x, y, weight = engine_data.unpack(data, "train_step")[:3]
    gradient = eager.gradient(model.compute_loss_and_updates)
    grads, (loss, y_pred, others, tracked) = gradient(
        list(trainable), others, tracked, x, y, weight, training=True
    )
    trainable, optimizer = model.optimizer.stateless_apply(optimizer, grads, trainable)
    logs, tracked = _measured(model, tracked, loss, (x, y, y_pred, weight))
    return logs, (trainable, others, optimizer, tracked)


def test(model: Any, state: Any, data: Any) -> tuple[Any, Any]:
    """An evaluation step: `(logs, state)`; see `Model.test_step`."""
    trainable, others, tracked = state
    x, y, weight = engine_data.unpack(data, "test_step")[:3]
    _, (loss, y_pred, others, tracked) = model.compute_loss_and_updates(
        trainable, others, tracked, x, y, weight, training=False
    )
    logs, tracked = _measured(model, tracked, loss, (x, y, y_pred, weight))
    return logs, (trainable, others, tracked)


def predict(model: Any, state: Any, data: Any) -> tuple[Any, Any]:
    """A step of inference: `(outputs, non_trainable)`; see `Model.predict_step`."""
    x = data[0] if isinstance(data, tuple) else data
    outputs, others = model.stateless_call(*state, x, training=False)
    return outputs, others


def _measured(
    model: Any, tracked: Values, loss: Any, batch: tuple[Any, ...]
) -> tuple[Any, list[Any]]:
    """Returns the logs after one more batch, and the metrics' values."""
    variables = metric_variables(model)
    with bound(variables, tracked) as here:
        tracking = _tracking.of(model)
        if tracking is not None:
            rows = jax.tree.leaves(batch[0])[0].shape[0]
            tracking.loss.update_state(loss, rows)
            tracking.end()
        logs = model.compute_metrics(*batch)
        return logs, [here.values[id(v)] for v in variables]


def on_variables(
    step: Step, model: Any, groups: Sequence[Sequence[Variable]], data: Any
) -> Any:
    """Runs a stateless step on the variables themselves; returns its first result."""
    state = tuple([v.value for v in group] for group in groups)
    result, after = step(model, state, data)
    if step is predict:
        groups, after = groups[1:], (after,)
    for group, values in zip(groups, after, strict=True):
        for variable, value in zip(group, values, strict=True):
            variable.assign(value)
    return result
