"""Models that write their own `train_step` or `compute_loss`, as Keras lets them."""

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope
from keryx._engine.loop import Job
from keryx._engine.plan import Plan
from keryx._engine.session import Session
from keryx._engine.state import Batch, TrainState
from keryx._engine.step import key_at


def _overrides(model: Any, name: str) -> bool:
    method = getattr(type(model), name)
    return not str(method.__module__).startswith("keryx.")


def has_train_step(model: Any) -> bool:
    """Tells whether the user wrote the training step."""
    return _overrides(model, "train_step")


def has_compute_loss(model: Any) -> bool:
    """Tells whether the user wrote `compute_loss`."""
    return _overrides(model, "compute_loss")


def has_own_loss(model: Any) -> bool:
    """Tells whether the loss is the user's own business."""
    return has_train_step(model) or has_compute_loss(model)


def compute_loss(model: Any, batch: Batch, outputs: Any) -> jax.Array:
    """Calls the user's `compute_loss` with the arguments that it takes."""
    here = scope.current()
    given = {
        "x": batch.x,
        "y": batch.y,
        "y_pred": outputs,
        "sample_weight": batch.weight,
        "training": here.training if here else False,
    }
    parameters = inspect.signature(type(model).compute_loss).parameters.values()
    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        given = {k: v for k, v in given.items() if k in {p.name for p in parameters}}
    return jnp.asarray(model.compute_loss(**given), jnp.float32)


class VariableState:
    """Variables as a state that can be read and written at once."""

    def __init__(self, variables: list[Any]) -> None:
        self.variables = variables

    def read(self) -> tuple[jax.Array, ...]:
        """Returns the values, as buffers that may be donated."""
        return tuple(v.release() for v in self.variables)

    def write(self, values: tuple[jax.Array, ...]) -> None:
        """Sets the values."""
        for variable, value in zip(self.variables, values, strict=True):
            variable.adopt(value)


def data_of(batch: Batch) -> Any:
    """Returns a batch as the user's step gets it: `x`, `(x, y)` or `(x, y, weight)`."""
    if batch.weight is not None:
        return batch.x, batch.y, batch.weight
    return (batch.x, batch.y) if batch.y is not None else batch.x


def train_step(model: Any, optimizer: Any) -> Any:
    """Wraps the user's step: `train_step(state, data) -> (logs, state)`.

    Its state is `(trainable, non_trainable, optimizer, metrics)` values. A step of one
    argument, `train_step(data)`, works on the variables themselves.
    """
    takes_state = len(inspect.signature(model.train_step).parameters) == 2

    def step(state: TrainState, batch: Batch) -> TrainState:
        values, _ = state.metrics
        run = scope.Scope(
            key=key_at(state), step=state.step, training=True, slots=_slots(model)
        )
        parts = (state.params, state.buffers, state.opt, values)
        call = _with_state if takes_state else _with_variables
        with scope.entered(run):
            logs, parts = call(model, optimizer, run, parts, data_of(batch))
        params, buffers, opt, values = (tuple(part) for part in parts)
        logs = {name: jnp.asarray(value, jnp.float32) for name, value in logs.items()}
        return state._replace(
            params=params,
            buffers=buffers,
            opt=opt,
            metrics=(values, logs),
            step=state.step + 1,
        )

    return step


def _slots(model: Any) -> dict[int, int]:
    from keryx._graph import walk
    from keryx._graph.layer import Layer

    layers = walk.all_layers(model, Layer)
    sources = [source for layer in layers for source in walk.generators(layer)]
    return {id(source): place for place, source in enumerate(sources)}


def _with_state(
    model: Any, optimizer: Any, run: scope.Scope, parts: Any, data: Any
) -> tuple[Any, Any]:
    logs, after = model.train_step(tuple(list(part) for part in parts), data)
    return logs, after


def _with_variables(
    model: Any, optimizer: Any, run: scope.Scope, parts: Any, data: Any
) -> tuple[Any, Any]:
    groups = variables_of(model, optimizer)
    for group, values in zip(groups, parts, strict=True):
        run.values.update({id(v): a for v, a in zip(group, values, strict=True)})
    logs = model.train_step(data)
    return logs, tuple([run.values[id(v)] for v in group] for group in groups)


def variables_of(model: Any, optimizer: Any) -> tuple[list[Any], ...]:
    """Returns the variables that a step of the user's works on, by kind."""
    return (
        list(model.trainable_variables),
        list(model.non_trainable_variables),
        list(optimizer.variables),
        metric_variables(model),
    )


def metric_variables(model: Any) -> list[Any]:
    """Returns the variables of the model's own metrics."""
    return [v for metric in model.metrics for v in metric.variables]


class LogMeter:
    """Metrics of a user's step: its metrics' variables, and the logs it returned."""

    def __init__(self, model: Any, logs: dict[str, Any]) -> None:
        self.first = [np.asarray(v.numpy()) for v in metric_variables(model)]
        self.logs = logs

    def init(self) -> Any:
        """Returns the states before the first batch of an epoch."""
        zeros = {name: np.zeros(s.shape, s.dtype) for name, s in self.logs.items()}
        return tuple(self.first), zeros

    def update(self, states: Any, batch: Batch, forward: Any) -> Any:
        """Unused: the step updates its metrics itself."""
        return states

    def compute(self, states: Any) -> dict[str, Any]:
        """Returns the logs of the last step."""
        return dict(states[1])

    def names(self) -> list[str]:
        """Returns the names of the logs."""
        return list(self.logs)


def job(trainer: Any, seed: int, plan: Plan, sample: Batch) -> Job:
    """Returns a training run of a model with a step of its own."""
    model, optimizer = trainer.model, trainer.compiled.optimizer
    for metric in model.metrics:
        metric.reset_state()
    step = trainer.train_step
    meter = LogMeter(model, {})
    session = Session(trainer.pure, VariableState(optimizer.variables), (), seed)
    session.metrics = (
        tuple(np.asarray(v.numpy()) for v in metric_variables(model)),
        {},
    )
    structs = jax.eval_shape(step, session.read(), sample)
    meter.logs = dict(structs.metrics[1])
    session.metrics = meter.init()
    return Job(session, step, meter, ("custom", trainer.key), plan)
