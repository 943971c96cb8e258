"""Models that write their own steps or `compute_loss`, as Keras lets them."""

import inspect
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope
from keryx._core.errors import StateError
from keryx._core.variable import Variable
from keryx._engine import eager
from keryx._engine.loop import Job
from keryx._engine.plan import Plan
from keryx._engine.session import Session
from keryx._engine.state import Batch, Meters, Step, TrainState
from keryx._engine.step import key_at
from keryx._graph import walk
from keryx._graph.layer import Layer
from keryx.models import _tracking
from keryx.models._outputs import computes
from keryx.models._stateless import metric_variables
from keryx.optimizers import Optimizer

Values = tuple[jax.Array, ...]


def _overrides(model: Any, *names: str) -> bool:
    methods = [getattr(type(model), name) for name in names]
    return any(not str(m.__module__).startswith("keryx.") for m in methods)


def has_train_step(model: Any) -> bool:
    """Tells whether the user wrote the training step, or a part of it."""
    return _overrides(model, "train_step", "compute_metrics")


def has_test_step(model: Any) -> bool:
    """Tells whether the user wrote the evaluation step, or a part of it."""
    return _overrides(model, "test_step", "compute_metrics")


def has_compute_loss(model: Any) -> bool:
    """Tells whether the user wrote `compute_loss`."""
    return _overrides(model, "compute_loss")


def has_own_loss(model: Any) -> bool:
    """Tells whether the loss is the user's own business."""
    return _overrides(model, "train_step", "compute_loss")


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


# --- what a step works on -------------------------------------------------------------


class VariableState:
    """Variables as a state that can be read and written at once."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = variables

    def read(self) -> Values:
        """Returns the values, as buffers that may be donated."""
        return tuple(v.release() for v in self.variables)

    def write(self, values: Values) -> None:
        """Sets the values."""
        for variable, value in zip(self.variables, values, strict=True):
            variable.adopt(value)


def held(model: Any, optimizer: Any, name: str) -> list[list[Variable]]:
    """Returns the variables that a step of the user's works on, by kind.

    First those that a step with `state` is given: trainable, others, the optimizer's
    if it trains, the metrics'; then those of further optimizers, if it trains.
    """
    kinds = [list(model.trainable_variables), list(model.non_trainable_variables)]
    tracked = metric_variables(model)
    if name == "test_step":
        return [*kinds, tracked]
    more = [v for one in _further(model, optimizer) for v in one.variables]
    return [*kinds, list(optimizer.variables), tracked, more]


def _further(model: Any, optimizer: Any) -> list[Any]:
    """Returns the optimizers that a model holds besides that of `compile`."""
    layers = walk.all_layers(model, Layer)
    found = {id(o): o for layer in layers for o in walk.parts(layer, Optimizer)}
    return [one for one in found.values() if one is not optimizer]


def _slots(model: Any) -> dict[int, int]:
    layers = walk.all_layers(model, Layer)
    sources = [source for layer in layers for source in walk.generators(layer)]
    return {id(source): place for place, source in enumerate(sources)}


def discover(model: Any, optimizer: Any, batch: Batch) -> None:
    """Runs a step on shapes alone, so that there are all variables that it makes.

    Models without a `call` are built by their step, and optimizers besides that of
    `compile` by their first update.
    """
    ready = computes(model) and all(o.built for o in _further(model, optimizer))
    if ready or not has_train_step(model):
        return
    if model.trainable_variables and takes_state(model, "train_step"):
        optimizer.follow(model.trainable_variables)
    kinds = held(model, optimizer, "train_step")

    def run(batch: Batch) -> None:
        here = scope.Scope(
            key=jax.random.PRNGKey(0),
            training=True,
            slots=_slots(model),
            abstract=True,
        )
        parts = [[v.value for v in kind] for kind in kinds]
        _run(model, "train_step", here, kinds, parts, batch)

    eager.structs(run, batch)


# --- steps ----------------------------------------------------------------------------

# How many kinds of variables are in the `state` of a step.
GIVEN = {"train_step": 4, "test_step": 3}


def data_of(batch: Batch) -> Any:
    """Returns a batch as the user's step gets it: `x`, `(x, y)` or `(x, y, weight)`."""
    if batch.weight is not None:
        return batch.x, batch.y, batch.weight
    return (batch.x, batch.y) if batch.y is not None else batch.x


def takes_state(model: Any, name: str) -> bool:
    """Tells whether a step of the user's is a function of the variables' values."""
    return len(inspect.signature(getattr(model, name)).parameters) > 1


def _run(
    model: Any, name: str, here: scope.Scope, kinds: Any, parts: Any, batch: Batch
) -> tuple[dict[str, Any], list[Values]]:
    """Runs a step of the user's; returns its logs and the values of all kinds."""
    method, data, count = getattr(model, name), data_of(batch), GIVEN[name]
    with scope.entered(here):
        if takes_state(model, name):
            result = method(tuple(list(part) for part in parts[:count]), data)
            if not isinstance(result, tuple) or len(result) != 2:
                raise _wrong(model, name, "`(logs, state)`", result)
            logs, after = result
            after = [*after, *parts[count:]]
        else:
            for kind, part in zip(kinds, parts, strict=True):
                here.values.update({id(v): a for v, a in zip(kind, part, strict=True)})
            logs = method(data)
            after = [[here.values[id(v)] for v in kind] for kind in kinds]
    if not isinstance(logs, dict):
        raise _wrong(model, name, "a dict of logs", logs)
    tracking = _tracking.of(model)
    if tracking is not None:
        tracking.end()
    return flat(logs), [tuple(part) for part in after]


def _wrong(model: Any, name: str, expected: str, got: Any) -> StateError:
    return StateError(
        f"`{name}` of model {model.name!r}",
        expected=f"{expected} from the step",
        got=f"a {type(got).__name__}",
    )


def flat(logs: dict[str, Any]) -> dict[str, jax.Array]:
    """Returns logs by name; where a metric has several, by their names alone."""
    found: dict[str, jax.Array] = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            found.update(flat(value))
        else:
            found[name] = jnp.asarray(value, jnp.float32)
    return found


def make_step(model: Any, name: str, optimizer: Any, meter: "LogMeter") -> Step:
    """Wraps a step of the user's, "train_step" or "test_step"."""
    kinds = held(model, optimizer, name)
    trains = name == "train_step"
    count = len(optimizer.variables)
    owner = weakref.ref(model)  # which may hold the step

    def step(state: TrainState, batch: Batch) -> TrainState:
        model = owner()
        here = scope.Scope(
            key=key_at(state), step=state.step, training=trains, slots=_slots(model)
        )
        values, _ = state.metrics
        parts: list[Any] = [state.params, state.buffers, values]
        if trains:
            parts[2:] = [state.opt[:count], values, state.opt[count:]]
        logs, parts = _run(model, name, here, kinds, parts, batch)
        meter.order = list(logs)
        if not trains:
            return state._replace(buffers=parts[1], metrics=(parts[2], logs))
        params, buffers, method, tracked, more = parts
        return state._replace(
            params=params,
            buffers=buffers,
            opt=method + more,
            metrics=(tracked, logs),
            step=state.step + 1,
        )

    return step


class LogMeter:
    """Metrics of a user's step: its metrics' variables, and the logs it returned."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.first = tuple(np.asarray(v.numpy()) for v in variables)
        self.logs: dict[str, Any] = {}
        self.order: list[str] = []

    def init(self) -> Any:
        """Returns the states before the first batch of an epoch."""
        zeros = {name: np.zeros(s.shape, s.dtype) for name, s in self.logs.items()}
        return self.first, zeros

    def update(self, states: Any, batch: Batch, forward: Any) -> Any:
        """Unused: the step updates its metrics itself."""
        return states

    def compute(self, states: Any) -> dict[str, Any]:
        """Returns the logs of the last step."""
        return dict(states[1])

    def names(self) -> list[str]:
        """Returns the names of the logs."""
        return self.order


class Testing(NamedTuple):
    """What evaluation runs.

    Attributes:
        step: One step.
        meter: The metrics.
        first: Their states before the first batch.
        key: Structure of what the step closes over.
    """

    step: Step
    meter: Meters
    first: Any
    key: Any


def _prepared(
    trainer: Any, name: str, optimizer: VariableState | None, seed: int
) -> tuple[Session, Step, LogMeter]:
    """Returns a session, a step and what its logs are."""
    model, sample = trainer.model, trainer.sample
    variables = metric_variables(model)
    meter = LogMeter(variables)
    step = make_step(model, name, trainer.compiled.optimizer, meter)
    session = Session(trainer.pure, optimizer, meter.init(), seed)
    meter.logs = dict(eager.structs(step, session.read(), sample).metrics[1])
    session.metrics = meter.init()
    return session, step, meter


def job(trainer: Any, seed: int, plan: Plan) -> Job:
    """Returns a training run of a model with a step of its own."""
    model, optimizer = trainer.model, trainer.compiled.optimizer
    for metric in model.metrics:
        metric.reset_state()
    _, _, method, _, more = held(model, optimizer, "train_step")
    state = VariableState([*method, *more])
    session, step, meter = _prepared(trainer, "train_step", state, seed)
    return Job(session, step, meter, trainer.train_key, plan)


def testing(trainer: Any) -> Testing:
    """Returns what evaluation of a model with a test step of its own runs."""
    for metric in trainer.model.metrics:
        metric.reset_state()
    _, step, meter = _prepared(trainer, "test_step", None, 0)
    return Testing(step, meter, meter.init(), ("custom test", trainer.key))


def has_predict_step(model: Any) -> bool:
    """Tells whether the user wrote `predict_step`."""
    return _overrides(model, "predict_step")


def predict(model: Any, x: Any) -> Any:
    """Runs the user's `predict_step` inside of a pure run."""
    if not takes_state(model, "predict_step"):
        return model.predict_step(x)
    here = scope.current()
    assert here is not None
    kinds = model.trainable_variables, model.non_trainable_variables
    state = tuple([v.value for v in kind] for kind in kinds)
    outputs, after = model.predict_step(state, x)
    here.values.update({id(v): a for v, a in zip(kinds[1], after, strict=True)})
    return outputs
