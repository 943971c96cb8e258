"""Compiled inference, whose cost for one row is little over that of the computation."""

import itertools
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

import jax
import numpy as np

from keryx._core import scope, stamp
from keryx._core.carried import Carried
from keryx._core.hook import Hook
from keryx._engine import data as engine_data, eager, evaluate as engine_evaluate
from keryx._engine.plan import Plan
from keryx._graph import walk
from keryx._graph.call import signature
from keryx._graph.layer import Layer
from keryx._graph.pure import purify, Run
from keryx._graph.structure import token
from keryx.callbacks import CallbackList
from keryx.layers import Lambda
from keryx.models import _custom, _states
from keryx.models._eager import as_compiled
from keryx.models._feed import Feed
from keryx.models._outputs import build, computes

MOST_KNOWN = 64  # shapes of inputs


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
    alone = callbacks is None and steps is None and isinstance(x, np.ndarray)
    if alone and not eager.is_on():
        known = Predictor.of(model).known.get((x.shape, x.dtype, batch_size))
        # A square sum that is not finite is looked into, and warned of, below.
        if known is not None and (x.dtype.kind != "f" or isfinite(np.vdot(x, x))):
            return known(x)
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
    alone = alone and not eager.is_on() and [real for _, real in parts] == [len(x)]
    if alone and feed.batch is not None and feed.batch.x is x:
        predictor.remember(x, batch_size)
    host = [
        jax.tree.map(lambda a, n=real: np.asarray(a)[:n], jax.device_get(outputs))
        for outputs, real in parts
    ]
    return host[0] if len(host) == 1 else jax.tree.map(_joined, *host)


def call_again(model: Any, x: Any) -> Any:
    """Returns the outputs of `model(x)` from a compiled program, or `None`.

    The first call for a shape runs layer by layer. From the second on it is compiled,
    if nothing but the outputs comes of it: the graph is of the library's own layers,
    and they keep no states, give no masks and add no losses.
    """
    if not isinstance(x, np.ndarray | jax.Array) or isinstance(x, jax.core.Tracer):
        return None
    if scope.current() is not None or Hook.recording or not model.built:
        return None
    calls = Predictor.of(model).calls
    key = x.shape, x.dtype, type(x) is np.ndarray
    if key not in calls:
        if len(calls) < MOST_KNOWN:
            calls[key] = None
        return None
    run = calls[key]
    if run is None:
        run = calls[key] = _compiled_call(model, x) or _give_up
    return run(x)


def _give_up(x: Any) -> None:
    """Stands for calls that cannot be compiled."""


def _compiled_call(model: Any, x: Any) -> Callable[[Any], Any] | None:
    predictor = Predictor.of(model)
    if predictor.stateful or not _is_own(model) or x.dtype.kind not in "fiub":
        return None
    found = jax.eval_shape(
        lambda *args: predictor.pure.apply(args[0], args[1], Run(hyper=args[2]), x),
        *engine_evaluate.values(predictor.pure)[:3],
    )
    if found.losses or found.masks is not None:
        return None
    return engine_evaluate.ready(predictor.pure, predictor.key, x, host=False)


def _is_own(model: Any) -> bool:
    """Whether a model is a graph of the library's own layers, none of which draws
    unless it is told not to."""
    return model._graph is not None and all(
        type(layer).__module__.startswith("keryx.")
        and not isinstance(layer, Lambda)
        and not signature(type(layer).call).training_default
        for layer in walk.all_layers(model, Layer)
    )


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

    Attributes:
        known: What computes one batch of inputs that need no preparation, by their
            shape and type and the batch size that was asked for.
        calls: What computes `model(x)`, by the shape and type of `x`; `None` after the
            first call.

    Args:
        model: A built model.
    """

    def __init__(self, model: Any) -> None:
        own = _custom.has_predict_step(model)
        self.pure = purify(model, _custom.predict if own else None)
        self.key = token(model)
        self.stateful = any(isinstance(v, Carried) for v in self.pure.buffers)
        self.known: dict[Any, Callable[[Any], Any]] = {}
        self.calls: dict[Any, Callable[[Any], Any] | None] = {}

    def __call__(self, x: Any) -> Any:
        return engine_evaluate.predict_batch(self.pure, self.key, x)

    def remember(self, x: Any, batch_size: int | None) -> None:
        """Notes that inputs such as `x` are one batch, and ready to be computed."""
        if self.stateful or len(self.known) >= MOST_KNOWN:
            return
        run = engine_evaluate.ready(self.pure, self.key, x)
        if run is not None:
            self.known[x.shape, x.dtype, batch_size] = run

    @classmethod
    def of(cls, model: Any) -> "Predictor":
        """Returns the model's predictor, made anew if the model changed."""
        predictor: Predictor = stamp.kept(model, "_predictor", cls)
        return predictor
