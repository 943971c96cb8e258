"""`fit`, `evaluate` and their one-batch forms: from the user's data to a run."""

import itertools
import warnings
from collections.abc import Callable
from typing import Any

from keryx._core import scope
from keryx._core.errors import ArgumentError, KeryxWarning
from keryx._engine import data as engine_data, eager, evaluate as engine_evaluate, loop
from keryx._engine.epoch import Extent
from keryx._engine.plan import Plan
from keryx._engine.source import ArraySource, Piece, Source, StreamSource
from keryx._engine.state import Logs
from keryx._graph.pure import added_losses
from keryx.callbacks import _needs, CallbackList, Progbar
from keryx.callbacks._list import name
from keryx.callbacks._params import RunParams
from keryx.models import _custom, _states, _tracking
from keryx.models._eager import as_compiled
from keryx.models._feed import Feed
from keryx.models._trainer import Trainer, trainer_of
from keryx.random import run_seed
from keryx.report._account import account_of


@as_compiled
def fit(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    epochs: int,
    verbose: Any,
    callbacks: Any,
    validation_split: float,
    validation_data: Any,
    shuffle: bool | str,
    class_weight: Any,
    sample_weight: Any,
    initial_epoch: int,
    steps_per_epoch: int | None,
    validation_steps: int | None,
    validation_batch_size: int | None,
    validation_freq: Any,
) -> Any:
    """Trains a model; see `Model.fit`."""
    if not hasattr(epochs, "__index__"):
        raise ArgumentError("fit", "epochs", expected="an integer", got=epochs)
    feed = Feed(model, x, y, sample_weight, class_weight, "fit")
    checking = _validation_feed(model, feed, validation_split, validation_data)
    trainer = trainer_of(model, feed.sample(), "fit")
    if feed.batch is not None:
        trainer.check_targets(feed.batch, "fit")
    if checking is not None and checking.batch is not None:
        trainer.check_targets(checking.batch, "validation_data")
    _begin_states(trainer, feed, batch_size, shuffle)
    seed = run_seed()
    source = feed.source(batch_size, shuffle=shuffle, seed=seed, steps=steps_per_epoch)
    events = _callbacks(
        model, callbacks, verbose, epochs, steps_per_epoch or source.steps
    )
    names = trainer.meter.names()
    own_step = _custom.has_train_step(model) or _custom.has_test_step(model)
    extra = [f"val_{name}" for name in names] if checking is not None else []
    events.check_monitors([*names, *extra], complete=not own_step)
    _tell(model, events, feed, checking, batch_size, (*names, *extra))
    plan = _plan(events, checking, source)
    job = trainer.job(seed, plan)
    model.__dict__["stop_training"] = False
    validate = None
    if checking is not None:
        size = validation_batch_size or batch_size
        checked = checking.source(size, steps=validation_steps)
        rows = checking.batch_rows(size)
        validate = _validator(trainer, checked, rows, events, validation_freq)
    first = max(initial_epoch, events.restore())
    job.note = events.note
    loop.fit(job, source, events, range(first, epochs), validate)
    _finish(model, job)
    return model.history


def _begin_states(
    trainer: Trainer, feed: Feed, batch_size: int | None, shuffle: Any
) -> None:
    """Makes stateful layers ready; warns if batches will not follow each other."""
    if not trainer.stateful:
        return
    model = trainer.model
    _states.begin(model, trainer.pure, feed.batch_rows(batch_size), aside=False)
    if shuffle and feed.batch is not None:
        warnings.warn(
            f"fit: expected the rows in their order, for model {model.name!r} carries "
            "states from batch to batch, but got `shuffle=True`, which mixes them.\n"
            "Pass `shuffle=False`.",
            KeryxWarning,
            stacklevel=4,
        )


def _tell(
    model: Any,
    events: CallbackList,
    feed: Feed,
    checking: Feed | None,
    batch_size: int | None,
    metrics: tuple[str, ...],
) -> None:
    """Keeps what callbacks may ask of the data."""
    model.__dict__["_validation"] = None if checking is None else checking.batch
    if isinstance(events.params, RunParams):
        rows = None if feed.batch is None else engine_data.rows(feed.batch)
        events.params.tell(
            samples=rows,
            batch_size=None if rows is None else feed.batch_rows(batch_size),
            metrics=metrics,
            do_validation=checking is not None,
        )


def _finish(model: Any, job: Any) -> None:
    """Lets the optimizer put its averages in place; keeps what `explain` says."""
    optimizer = model.optimizer
    if optimizer.use_ema:
        optimizer.finalize_variable_values(model.trainable_variables)
    model.__dict__["_last_job"] = (job.plan, job.account)


def _plan(events: CallbackList, checking: Feed | None, source: Source) -> Plan:
    """Returns how many steps a call runs, and because of whom."""
    lookers = [name(one) for one in events.callbacks if not _needs.patient(one)]
    if checking is not None:
        lookers.append("validation")
    return Plan(
        events.every,
        events.who,
        eager=eager.is_on(),
        between=" and ".join(dict.fromkeys(lookers)),
        streamed=isinstance(source, StreamSource),
    )


def _callbacks(
    model: Any, callbacks: Any, verbose: Any, epochs: int, steps: int | None
) -> CallbackList:
    if isinstance(callbacks, CallbackList):
        return callbacks
    return CallbackList(
        callbacks,
        add_history=True,
        add_progbar=verbose != 0,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
    )


def _validation_feed(
    model: Any, feed: Feed, fraction: float, validation_data: Any
) -> Feed | None:
    """Returns the validation data, cut off from the training data if asked for."""
    if validation_data is not None:
        if (
            not isinstance(validation_data, tuple | list)
            or not 2 <= len(validation_data) <= 3
        ):
            return Feed(model, validation_data, None, None, None, "validation_data")
        x, y, weight = itertools.islice((*validation_data, None), 3)
        return Feed(model, x, y, weight, None, "validation_data")
    if not fraction:
        return None
    if feed.batch is None:
        raise ArgumentError(
            "fit",
            "validation_split",
            expected="0 when `x` yields batches",
            got=fraction,
            fix="Pass `validation_data` instead.",
        )
    feed.batch, last = engine_data.split(feed.batch, fraction, "fit")
    rest = object.__new__(Feed)
    rest.where, rest.batch, rest.stream = "validation_split", last, None
    rest.default = feed.default
    return rest


def _validator(
    trainer: Trainer, source: Source, rows: int, events: CallbackList, frequency: Any
) -> Callable[[int], Logs]:
    session = trainer.session()

    def validate(epoch: int) -> Logs:
        due = (
            (epoch + 1) % frequency == 0
            if isinstance(frequency, int)
            else epoch + 1 in frequency
        )
        if not due:
            return {}
        _states.begin(trainer.model, trainer.pure, rows, aside=True)
        logs = _run_test(trainer, session, source, events)
        return loop.values(logs) if events.eager else logs

    return validate


def _run_test(trainer: Trainer, session: Any, source: Source, events: Any) -> Logs:
    """Runs one evaluation pass and tells the callbacks."""
    on_batch = _batch_hooks(events, "test") if events.every_test == "batch" else None
    events.on_test_begin()
    test = trainer.testing
    session.metrics = test.first
    logs = engine_evaluate.evaluate(
        session,
        test.step,
        test.meter,
        test.key,
        source,
        trainer.fill,
        on_batch,
    )
    events.on_test_end(loop.values(logs) if events.eager else None)
    return logs


def _batch_hooks(events: Any, kind: str) -> Callable[[int, str, Any], None]:
    def hook(batch: int, moment: str, logs: Any) -> None:
        given = loop.values(logs) if logs is not None else None
        getattr(events, f"on_{kind}_batch_{moment}")(batch, given)

    return hook


@as_compiled
def evaluate(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int | None,
    verbose: Any,
    sample_weight: Any,
    steps: int | None,
    callbacks: Any,
    return_dict: bool,
) -> Any:
    """Computes the loss and the metrics on data; see `Model.evaluate`."""
    feed = Feed(model, x, y, sample_weight, None, "evaluate")
    trainer = trainer_of(model, feed.sample(), "evaluate")
    if feed.batch is not None:
        trainer.check_targets(feed.batch, "evaluate")
    _states.begin(model, trainer.pure, feed.batch_rows(batch_size), aside=True)
    source = feed.source(batch_size, steps=steps)
    count = steps or source.steps
    events = CallbackList(callbacks, model=model, verbose=0, epochs=1, steps=count)
    bar = Progbar(count, verbose=verbose, unit_name="step") if verbose else None
    logs = loop.values(_run_test(trainer, trainer.session(), source, events))
    if bar is not None:
        bar.update(source.steps, list(logs.items()), finalize=True)
    return _result(logs, return_dict)


def _result(logs: Logs, return_dict: bool) -> Any:
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


@as_compiled
def train_on_batch(
    model: Any, x: Any, y: Any, sample_weight: Any, class_weight: Any, return_dict: bool
) -> Any:
    """Makes one gradient update; see `Model.train_on_batch`."""
    feed = Feed(model, x, y, sample_weight, class_weight, "train_on_batch")
    batch = feed.sample() if feed.batch is None else feed.batch
    trainer = trainer_of(model, batch, "train_on_batch")
    trainer.check_targets(batch, "train_on_batch")
    job = model.__dict__.get("_batch_job")
    if job is None or job.key is not trainer.train_key:
        job = trainer.job(run_seed(), Plan())
        model.__dict__["_batch_job"] = job
    size = engine_data.rows(batch)
    _states.begin(model, trainer.pure, size, aside=False)
    extent = Extent(0, 1, fresh=int(model._fresh_metrics))
    piece = Piece(engine_data.on_device(batch), None, extent, size)
    logs = loop.values(loop.run_piece(job, piece))
    model.__dict__["_fresh_metrics"] = False
    return _result(logs, return_dict)


@as_compiled
def test_on_batch(
    model: Any, x: Any, y: Any, sample_weight: Any, return_dict: bool
) -> Any:
    """Computes loss and metrics on one batch; see `Model.test_on_batch`."""
    feed = Feed(model, x, y, sample_weight, None, "test_on_batch")
    assert feed.batch is not None
    trainer = trainer_of(model, feed.batch, "test_on_batch")
    trainer.check_targets(feed.batch, "test_on_batch")
    size = engine_data.rows(feed.batch)
    _states.begin(model, trainer.pure, size, aside=True)
    test = trainer.testing
    logs = engine_evaluate.evaluate(
        trainer.session(),
        test.step,
        test.meter,
        test.key,
        ArraySource(feed.batch, size),
    )
    return _result(loop.values(logs), return_dict)


def compute_loss(model: Any, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> Any:
    """Returns the compiled loss and what layers added; see `Model.compute_loss`."""
    added = added_losses(model)
    tracking = _tracking.of(model)
    if tracking is None:
        return sum(added)
    total, parts = tracking.measure(y, y_pred, sample_weight, added)
    here = scope.current()
    if here is not None and id(tracking.loss.total) in here.values:
        tracking.note(total, parts, y_pred)
    return total


def explain(model: Any) -> str:
    """Says in words how the last run of `fit` ran."""
    job = model.__dict__.get("_last_job")
    return "Not trained yet." if job is None else account_of(*job)
