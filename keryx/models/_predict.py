"""Compiled inference, whose cost for one row is little over that of the computation."""

import itertools
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from keryx._core import stamp
from keryx._core.carried import Carried
from keryx._engine import data as engine_data, evaluate as engine_evaluate
from keryx._engine.plan import Plan
from keryx._graph.pure import purify
from keryx._graph.structure import token
from keryx.callbacks import CallbackList
from keryx.models import _custom, _states
from keryx.models._eager import as_compiled
from keryx.models._feed import Feed
from keryx.models._outputs import build, computes


@as_compiled
def predict(
    model: Any,
    x: Any,
    *,
    batch_size: int | None,
    verbose: Any,
    steps: int | None,
    callbacks: Any,
) -> Any:
    """Computes outputs for inputs; see `Model.predict`."""
    feed = Feed(model, x, None, None, None, "predict")
    if computes(model):
        build(model, feed.sample().x)
    predictor = Predictor.of(model)
    if predictor.stateful:
        rows = feed.batch_rows(batch_size)
        _states.begin(model, predictor.pure, rows, aside=True)
    events = CallbackList(callbacks, model=model, verbose=0, epochs=1, steps=steps)
    parts = []
    events.on_predict_begin()
    found = _batches(feed, batch_size, steps, pad=not predictor.stateful)
    for number, (batch, real) in enumerate(found):
        events.on_predict_batch_begin(number)
        outputs = predictor(batch)
        events.on_predict_batch_end(number, {"outputs": outputs})
        parts.append((outputs, real))
    events.on_predict_end()
    host = [
        jax.tree.map(lambda a, n=real: np.asarray(a)[:n], jax.device_get(outputs))
        for outputs, real in parts
    ]
    return host[0] if len(host) == 1 else jax.tree.map(_joined, *host)


def _joined(*arrays: Any) -> Any:
    return np.concatenate(arrays)


def _batches(
    feed: Feed, batch_size: int | None, steps: int | None, *, pad: bool
) -> Iterator[tuple[Any, int]]:
    """Yields inputs in batches of one size, and how many rows of each are real."""
    if feed.batch is not None:
        count = engine_data.rows(feed.batch.x)
        size = batch_size or feed.default
        found = engine_evaluate.batches(feed.batch.x, count, size, pad=pad)
        yield from itertools.islice(found, steps)
        return
    for piece in feed.streamed(steps).pieces(0, Plan()):
        yield piece.data.x, piece.batch_size


class Predictor:
    """A model's compiled inference.

    Args:
        model: A built model.
    """

    def __init__(self, model: Any) -> None:
        self.pure = purify(model, _custom.predict_function(model))
        self.key = token(model)
        self.stateful = any(isinstance(v, Carried) for v in self.pure.buffers)

    def __call__(self, x: Any) -> Any:
        return engine_evaluate.predict_batch(self.pure, self.key, x)

    @classmethod
    def of(cls, model: Any) -> "Predictor":
        """Returns the model's predictor, made anew if the model changed."""
        predictor: Predictor = stamp.kept(model, "_predictor", cls)
        return predictor
