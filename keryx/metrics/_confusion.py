"""Counts of right and wrong answers at thresholds, and precision and recall."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx.losses._reduce import pair, spread
from keryx.metrics._metric import Metric
from keryx.metrics._state import ratio, Total

Thresholds = float | Sequence[float] | None


class Counts(NamedTuple):
    """Weighted counts of each kind of answer, at each threshold."""

    true_positives: Total  # (thresholds, labels)
    false_positives: Total
    true_negatives: Total
    false_negatives: Total

    @classmethod
    def zero(cls, shape: tuple[int, ...], dtype: str = "float32") -> "Counts":
        return cls(*(Total.zero(shape, dtype) for _ in range(4)))

    def add(
        self, positive: jax.Array, called: jax.Array, weights: jax.Array
    ) -> "Counts":
        """Adds samples, along the next to last axis.

        Args:
            positive: Which are true, `(samples, labels)`.
            called: Which are called so, `(thresholds, samples, labels)`.
            weights: Their weights, `(samples, labels)`.
        """

        def count(kind: jax.Array) -> jax.Array:
            return jnp.sum(jnp.where(kind, weights, 0), axis=-2)

        hits, alarms = count(positive & called), count(~positive & called)
        return Counts(
            self.true_positives.add(hits),
            self.false_positives.add(alarms),
            self.true_negatives.add(count(~positive) - alarms),
            self.false_negatives.add(count(positive) - hits),
        )

    def values(self) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
        """Returns true and false positives, true and false negatives."""
        first, second, third, fourth = (total.value() for total in self)
        return first, second, third, fourth


def threshold_list(
    thresholds: Thresholds, owner: object, default: float = 0.5
) -> tuple[float, ...]:
    """Returns thresholds as floats from 0 to 1.

    Raises:
        ArgumentError: If one of them is not.
    """
    if thresholds is None:
        return (default,)
    given = thresholds if isinstance(thresholds, Sequence) else (thresholds,)
    return tuple(check.in_interval(t, 0, 1, "thresholds", owner) for t in given)


def flat(
    y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None, owner: Metric
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Returns targets, scores and weights as `(samples, labels)` floats."""
    targets, scores = pair(y_true, y_pred, owner.name)
    scores = scores.astype(owner.dtype)
    weights = jnp.ones_like(scores)
    if sample_weight is not None:
        weights = weights * spread(jnp.asarray(sample_weight, owner.dtype), scores)
    labels = scores.shape[-1] if scores.ndim > 1 else 1
    targets, scores, weights = (
        y.reshape(-1, labels) for y in (targets, scores, weights)
    )
    return targets != 0, scores, weights


def keep_highest(scores: jax.Array, k: int) -> jax.Array:
    """Returns scores in which all but the `k` highest of a row are -inf."""
    _, places = jax.lax.top_k(scores, k)
    kept = jax.nn.one_hot(places, scores.shape[-1], dtype=bool).any(axis=-2)
    return jnp.where(kept, scores, -jnp.inf)


class ConfusionMetric(Metric):
    """Base class of the metrics that count answers at thresholds.

    A subclass sets `_levels`, the thresholds it counts at, and writes `score`.
    """

    class_id: int | None = None
    top_k: int | None = None
    _levels: tuple[float, ...]

    def init(self) -> Counts:
        return Counts.zero((len(self._levels), 1), self.dtype)

    def update(
        self,
        state: Counts,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Counts:
        positive, scores, weights = flat(y_true, y_pred, sample_weight, self)
        if self.top_k is not None:
            scores = keep_highest(scores, self.top_k)
        if self.class_id is not None:
            chosen = slice(self.class_id, self.class_id + 1)
            positive, scores = positive[:, chosen], scores[:, chosen]
            weights = weights[:, chosen]
        positive, scores, weights = (
            y.reshape(-1, 1) for y in (positive, scores, weights)
        )
        levels = jnp.asarray(self._levels, scores.dtype)[:, None, None]
        return state.add(positive, scores > levels, weights)

    def compute(self, state: Counts) -> jax.Array:
        score = self.score(*(counts[:, 0] for counts in state.values()))
        return score[0] if len(self._levels) == 1 else score

    def score(
        self,
        true_positives: jax.Array,
        false_positives: jax.Array,
        true_negatives: jax.Array,
        false_negatives: jax.Array,
    ) -> jax.Array:
        """Returns one number per threshold."""
        raise NotImplementedError(f"{type(self).__name__}.score")


class _Count(ConfusionMetric):
    """Weighted number of one kind of answer."""

    def __init__(
        self, thresholds: Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(dtype, name)
        self._levels = threshold_list(thresholds, self)
        self.thresholds = thresholds


class TruePositives(_Count):
    """Weighted number of true samples that are called so.

    Example:
        >>> float(TruePositives()([0, 1, 1, 1], [0.1, 0.2, 0.8, 0.9]))
        2.0

    Args:
        thresholds: What a score has to exceed to be called true, from 0 to 1; several
            give several numbers; `None`: 0.5.
        name: Name of the metric.
        dtype: Float type of the state.
    """

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return jnp.asarray(tp)


class FalsePositives(_Count):
    """Weighted number of false samples that are called true; see `TruePositives`."""

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return jnp.asarray(fp)


class TrueNegatives(_Count):
    """Weighted number of false samples that are called so; see `TruePositives`."""

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return jnp.asarray(tn)


class FalseNegatives(_Count):
    """Weighted number of true samples that are called false; see `TruePositives`."""

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return jnp.asarray(fn)


class Precision(ConfusionMetric):
    """Share of what is called true that is true.

        true positives / (true positives + false positives)

    Example:
        >>> float(Precision()([0, 1, 1, 0], [0.1, 0.2, 0.8, 0.9]))
        0.5

    Args:
        thresholds: What a score has to exceed to be called true, from 0 to 1; several
            give several numbers; `None`: 0.5, or any score if `top_k` is given.
        top_k: If given, only the `top_k` highest scores of a row are called true.
        class_id: If given, only this column counts.
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        y_true: `(batch, ...)`, 0 or 1
        y_pred: as `y_true`
        result: `()`, or `(thresholds,)`; 0 where nothing is called true

    Raises:
        ArgumentError: If a threshold is not from 0 to 1, or `top_k` not positive.
    """

    def __init__(
        self,
        thresholds: Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if top_k is not None:
            check.positive_int(top_k, "top_k", self)
        default = 0.5 if top_k is None else -float("inf")
        self._levels = threshold_list(thresholds, self, default)
        self.thresholds = thresholds
        self.top_k = top_k
        self.class_id = check_class(class_id, self)

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return ratio(tp, tp + fp)


class Recall(Precision):
    """Share of what is true that is called true; its arguments are `Precision`'s.

        true positives / (true positives + false negatives)

    Example:
        >>> float(Recall()([0, 1, 1, 0], [0.1, 0.2, 0.8, 0.9]))
        0.5
    """

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return ratio(tp, tp + fn)


def check_class(class_id: int | None, owner: object) -> int | None:
    """Returns a column's number, or `None` for all columns.

    Raises:
        ArgumentError: If it is negative.
    """
    if class_id is not None and class_id < 0:
        raise ArgumentError(owner, "class_id", expected="0 or more", got=class_id)
    return class_id
