"""`fit_generator` and its kin: methods for sources of batches."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from keryx.dialects import _convert, _era

_DROPPED = (
    "max_q_size", "max_queue_size", "workers", "nb_worker", "nb_val_worker",
    "pickle_safe", "use_multiprocessing", "show_accuracy", "wait_time",
)  # fmt: skip


def _named(order: tuple[str, ...], args: tuple[Any, ...], kwargs: Any) -> Any:
    given = {**dict(zip(order, args, strict=False)), **kwargs}
    return {key: value for key, value in given.items() if key not in _DROPPED}


_FIT = ("generator", "steps_per_epoch", "epochs", "verbose", "callbacks",
        "validation_data", "validation_steps", "class_weight")  # fmt: skip
_FIT_K1 = ("generator", "samples_per_epoch", "nb_epoch", *_FIT[3:6], "nb_val_samples",
           "class_weight")  # fmt: skip


def _samples_are_counted() -> bool:
    return _era.in_force() in _era.COUNTS_SAMPLES


def fit(model: Any) -> Any:
    """Returns the model's `fit_generator`."""

    def fit_generator(*args: Any, **kwargs: Any) -> Any:
        """Trains on a source of batches; see `fit`."""
        old = _samples_are_counted() and len(args) > 1
        given = _named(_FIT_K1 if old else _FIT, args, kwargs)
        source = given.pop("generator", given.pop("x", None))
        if "samples_per_epoch" in given:
            source, steps = counted(source, given.pop("samples_per_epoch"))
            given["steps_per_epoch"] = steps
        if "nb_epoch" in given:
            given["epochs"] = given.pop("nb_epoch")
        if "nb_val_samples" in given:
            data, steps = counted(given["validation_data"], given.pop("nb_val_samples"))
            given["validation_data"], given["validation_steps"] = data, steps
        for name in ("steps_per_epoch", "validation_steps", "epochs"):
            if name in given:
                given[name] = _convert.whole(given[name])
        given["class_weight"] = _convert.class_weight(given.get("class_weight"))
        source = _going_on(source, given.get("steps_per_epoch"))
        return model.fit(source, **given)

    return fit_generator


def evaluate(model: Any) -> Any:
    """Returns the model's `evaluate_generator`."""

    def evaluate_generator(*args: Any, **kwargs: Any) -> Any:
        """Evaluates on a source of batches; see `evaluate`."""
        source, given = _one_pass(args, kwargs)
        return model.evaluate(source, **{"verbose": 0, **given})

    return evaluate_generator


def predict(model: Any) -> Any:
    """Returns the model's `predict_generator`."""

    def predict_generator(*args: Any, **kwargs: Any) -> Any:
        """Predicts for a source of batches; see `predict`."""
        source, given = _one_pass(args, kwargs)
        return model.predict(source, **{"verbose": 0, **given})

    return predict_generator


def _one_pass(args: tuple[Any, ...], kwargs: Any) -> tuple[Any, Any]:
    """Returns the source of `evaluate_generator(source, 800)`, and the settings."""
    count = "val_samples" if _samples_are_counted() else "steps"
    given = _named(("generator", count), args, kwargs)
    source = given.pop("generator", given.pop("x", None))
    if "val_samples" in given:
        source, given["steps"] = counted(source, given.pop("val_samples"))
    if "steps" in given:
        given["steps"] = _convert.whole(given["steps"])
    return source, given


def counted(source: Any, samples: int) -> tuple[Any, int | None]:
    """Returns a source whose epochs have at least so many samples, and their steps.

    Keras 1 drew batches until there were enough, so the first batch tells how many
    there are; the batches of its generators were all of one size but the last.

    Args:
        source: Yields batches, or is indexed by them; arrays are left alone.
        samples: How many an epoch has.
    """
    if isinstance(source, tuple | list | np.ndarray):
        return source, None
    size = getattr(source, "batch_size", None)
    if size is None and hasattr(source, "__next__"):
        first = next(source)
        size = _rows(first)
        source = _before(first, source)
    if size is None and hasattr(source, "__getitem__"):
        size = _rows(source[0])
    return source, -(-int(samples) // int(size or 1))


def _going_on(source: Any, steps: int | None) -> Any:
    """Lets an epoch have more batches than one pass over an iterator of pictures."""
    endless = hasattr(source, "__next__") and hasattr(source, "__len__")
    if steps is None or not endless or steps <= len(source):
        return source
    return (next(source) for _ in itertools.repeat(None))


def _before(first: Any, rest: Iterable[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _rows(batch: Any) -> int:
    while isinstance(batch, tuple | list | dict):
        batch = next(iter(batch.values())) if isinstance(batch, dict) else batch[0]
    return len(batch)
