"""What a model, the arguments of `compile` and the data's shapes settle together."""

import functools
import weakref
from typing import Any

import jax
import numpy as np

from keryx._core import scope, stamp
from keryx._core.carried import Carried
from keryx._core.errors import DataError, StateError
from keryx._engine import data as engine_data, eager
from keryx._engine.loop import Job
from keryx._engine.plan import Plan
from keryx._engine.session import Session
from keryx._engine.state import Batch, Forward
from keryx._engine.step import Following, make_step, make_test_step
from keryx._graph.call import shapes_of
from keryx._graph.known import Known
from keryx._graph.pure import added_losses, masks_of, promised, purify
from keryx._graph.structure import token
from keryx.models import _custom, _rows, _tracked, _tracking
from keryx.models._compile import Compiled, make_heads, Meter, pick, total_loss
from keryx.models._outputs import build, computes, outputs_of


class Trainer:
    """Steps, metrics and structure of a compiled model for data of certain shapes.

    Args:
        model: A model; built here if it is not yet.
        compiled: The arguments of its `compile`.
        sample: Data of which the shapes, but for the first axis, are looked at.
    """

    def __init__(self, model: Any, compiled: Compiled, sample: Batch) -> None:
        self._model = weakref.ref(model)  # which holds its trainer
        self.compiled = compiled
        self.sample = sample
        self.shapes = row_shapes(sample)
        self.nesting = (sample.y, sample.weight)
        if computes(model):
            build(model, sample.x)
        _custom.discover(model, compiled.optimizer, sample)
        self.outputs = outputs_of(model, sample.x)
        targets = [pick(sample.y, output) for output in self.outputs]
        shapes = [None if y is None else (None, *np.shape(y)[1:]) for y in targets]
        self.heads = make_heads(compiled, self.outputs, shapes)
        model.__dict__["_heads"] = self.heads
        tracking = _tracking.of(model)
        if tracking is not None and self.heads:
            tracking.settle(self.heads)
        self.meter = Meter(self.heads, _tracked.names(model))
        self.pure = purify(model, functools.partial(forward, self.heads))
        self.stateful = any(isinstance(v, Carried) for v in self.pure.buffers)
        self.places = compiled.optimizer.follow(self.pure.params)
        self.stamp = stamp.current()

    @property
    def model(self) -> Any:
        """The model, which lives for as long as it trains."""
        return self._model()

    def fits(self, model: Any, compiled: Compiled, sample: Batch) -> bool:
        """Tells whether this is the model's own, and nothing changed since."""
        same = self.model is model and self.compiled is compiled
        same = same and self.stamp == stamp.current()
        return same and self.shapes == row_shapes(sample)

    @functools.cached_property
    def key(self) -> Any:
        """Structure of everything that the steps close over."""
        heads = [(h.output.path, *h[1:])
                 for h in self.heads]  # fmt: skip
        # Targets in a dict are found by the outputs' names.
        keyed = any(isinstance(part, dict) for part in self.nesting)
        names = [head.output.name for head in self.heads] if keyed else []
        method = self.compiled.optimizer.signature()
        logs = tuple(self.meter.names())
        return token((self.model, heads, self.places, names)), method, logs

    @functools.cached_property
    def train_key(self) -> Any:
        """Structure of everything that the training step closes over."""
        own = _custom.has_train_step(self.model)
        return ("custom", self.key) if own else self.key

    @functools.cached_property
    def train_step(self) -> Any:
        """One training step, unless the user wrote it."""
        optimizer = self.compiled.optimizer
        count = len(self.pure.params)
        method = optimizer
        if self.places != tuple(range(count)):
            method = Following(optimizer, self.places, count)
        return make_step(self.pure, self.meter, method, optimizer.infos)

    @functools.cached_property
    def testing(self) -> _custom.Testing:
        """What evaluation runs."""
        if _custom.has_test_step(self.model):
            return _custom.testing(self)
        step = make_test_step(self.pure, self.meter)
        return _custom.Testing(step, self.meter, self.first_metrics, self.key)

    def job(self, seed: int, plan: Plan) -> Job:
        """Returns a training run that has not begun."""
        if _custom.has_train_step(self.model):
            return _custom.job(self, seed, plan)
        session = Session(self.pure, self.compiled.optimizer, self.first_metrics, seed)
        job = Job(session, self.train_step, self.meter, self.key, plan)
        job.fill = self.fill
        return job

    @functools.cached_property
    def first_metrics(self) -> Any:
        """The metrics' states before the first batch."""
        return jax.tree.map(np.asarray, self.meter.init())

    def session(self) -> Session:
        """Returns a hold on the model for evaluation."""
        return Session(self.pure, None, self.testing.first)

    @functools.cached_property
    def fill(self) -> bool:
        """Whether a batch may be filled up with rows that do not count."""
        if eager.is_on() or _custom.has_test_step(self.model):
            return False
        if promised(self.model) or self.meter.tracked:
            return False
        return _rows.independent(self.model, self.heads)

    def check_targets(self, batch: Batch, where: str) -> None:
        """Compares all targets with the outputs and their losses.

        Raises:
            DataError: If targets are missing or cannot be what the loss needs.
        """
        for head in self.heads:
            if head.loss is None:
                continue
            y = pick(batch.y, head.output)
            name = f"{where}: targets of output {head.output.name!r} ({head.loss.name})"
            if y is None:
                if _custom.has_own_loss(self.model):
                    continue
                raise DataError(name, expected="targets `y`", got="none")
            head.loss.check_targets(
                np.asarray(y),
                head.output.shape,
                name,
                activation=head.output.activation,
            )


def forward(heads: Any, model: Any, batch: Batch) -> Forward:
    """Runs a model and its loss on a batch, inside a pure run."""
    here = scope.current()
    assert here is not None
    here.known = known = Known()
    outputs = model(batch.x)
    masks = masks_of(outputs)
    if _custom.has_compute_loss(model):
        loss = _custom.compute_loss(model, batch, outputs)
        return Forward(outputs, loss, [], masks)
    loss, parts = total_loss(heads, batch, outputs, masks, added_losses(model))
    parts = [*parts, *_tracked.values_of(model, known)]
    return Forward(outputs, loss, parts, masks, _tracked.needed(heads, known))


def row_shapes(sample: Batch) -> Any:
    """Returns the shapes and types of the rows of a batch; hashable."""
    leaves, structure = jax.tree.flatten(sample)
    return structure, tuple((np.shape(a)[1:], str(a.dtype)) for a in leaves)


def trainer_of(model: Any, sample: Batch, what: str) -> Trainer:
    """Returns the model's trainer for data like `sample`.

    Raises:
        StateError: If the model was not compiled.
    """
    compiled = model.__dict__.get("_compiled")
    if compiled is None:
        raise StateError(
            f"`{what}` of model {model.name!r}",
            expected="a compiled model",
            got="one that was not compiled",
            fix='Call e.g. `model.compile(optimizer="adam", loss="mse")` first.',
        )
    trainer: Trainer | None = model.__dict__.get("_engine")
    if trainer is None or not trainer.fits(model, compiled, sample):
        trainer = Trainer(model, compiled, sample)
        model.__dict__["_engine"] = trainer
    return trainer


def input_shapes(x: Any) -> Any:
    """Returns the shapes of nested inputs, for messages."""
    return shapes_of(x)


def sample_of(batch: Batch) -> Batch:
    """Returns the first rows of a batch: enough to know shapes."""
    first: Batch = jax.tree.map(lambda a: a[: min(2, engine_data.rows(batch))], batch)
    return first
