"""Harmonic means of precision and recall."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check, config
from keryx._core.errors import ArgumentError
from keryx.metrics._confusion import flat
from keryx.metrics._correlation import unbuilt
from keryx.metrics._metric import Metric
from keryx.metrics._state import ratio, Total

AVERAGES = (None, "micro", "macro", "weighted")


class ScoreState(NamedTuple):
    """Weighted counts of each class."""

    true_positives: Total  # (classes,)
    false_positives: Total
    false_negatives: Total


class FBetaScore(Metric):
    """Mean of precision and recall, in which recall weighs `beta` times as much.

        (1 + beta²) · precision · recall / (beta² · precision + recall)

    Example:
        >>> metric = FBetaScore(beta=2.0, threshold=0.5)
        >>> y_true = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
        >>> y_pred = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]]
        >>> [round(float(score), 2) for score in metric(y_true, y_pred)]
        [0.38, 0.91, 0.83]

    Args:
        average: How the classes' scores become one: "micro": from the counts of all
            classes; "macro": their mean; "weighted": their mean, weighted by how often
            each class is true; `None`: not at all.
        beta: Weight of recall, above 0.
        threshold: What a score has to exceed to be called true, above 0 and up to 1;
            `None`: the highest of its row is.
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        y_true: `(batch, classes)`, 0 or 1
        y_pred: as `y_true`
        result: `()`, or `(classes,)`

    Raises:
        ArgumentError: If an argument is none of these.

    Source:
        van Rijsbergen, "Information Retrieval" (1979), chapter 7.
    """

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.average = check.one_of(average, AVERAGES, "average", self)
        if beta <= 0:
            raise ArgumentError(self, "beta", expected="above 0", got=beta)
        if threshold is not None and not 0 < threshold <= 1:
            raise ArgumentError(
                self, "threshold", expected="above 0 and up to 1", got=threshold
            )
        self.beta = beta
        self.threshold = threshold
        self.built = False

    def build(
        self, y_true_shape: tuple[int | None, ...], y_pred_shape: tuple[int | None, ...]
    ) -> None:
        """Fixes the number of classes."""
        self._classes = (y_pred_shape[-1] if len(y_pred_shape) > 1 else 1) or 1
        self.built = True

    def init(self) -> ScoreState:
        if not self.built:
            raise unbuilt(self)
        return ScoreState(*(Total.zero((self._classes,), self.dtype) for _ in range(3)))

    def update(
        self,
        state: ScoreState,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> ScoreState:
        positive, scores, weights = flat(y_true, y_pred, sample_weight, self)
        if self.threshold is None:
            highest = jnp.max(scores, axis=-1, keepdims=True)
            # A row of zeros, as padding makes it, names no class.
            called = (scores >= highest) & (jnp.abs(scores) > 1e-9)
        else:
            called = scores > self.threshold

        def count(kind: jax.Array) -> jax.Array:
            return jnp.sum(jnp.where(kind, weights, 0), axis=0)

        return ScoreState(
            state.true_positives.add(count(positive & called)),
            state.false_positives.add(count(~positive & called)),
            state.false_negatives.add(count(positive & ~called)),
        )

    def compute(self, state: ScoreState) -> jax.Array:
        tp, fp, fn = (total.value() for total in state)
        support = tp + fn
        if self.average == "micro":
            tp, fp, fn = jnp.sum(tp), jnp.sum(fp), jnp.sum(fn)
        precision = ratio(tp, tp + fp)
        recall = ratio(tp, tp + fn)
        square = self.beta**2
        below = square * precision + recall + config.epsilon()
        scores = (1 + square) * precision * recall / below
        if self.average == "macro":
            return jnp.mean(scores)
        if self.average == "weighted":
            return jnp.sum(scores * ratio(support, jnp.sum(support)))
        return scores


class F1Score(FBetaScore):
    """`FBetaScore` with `beta=1`; the other arguments are there.

    Example:
        >>> metric = F1Score(average="micro")
        >>> round(float(metric([[1, 0], [0, 1]], [[0.9, 0.1], [0.6, 0.4]])), 4)
        0.5
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)
