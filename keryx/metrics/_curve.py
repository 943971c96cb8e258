"""Metrics of the whole curve over all thresholds: AUC and operating points."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import budget, check, config
from keryx._core.errors import ShapeError
from keryx.metrics._confusion import (
    check_class,
    ConfusionMetric,
    Counts,
    flat,
    threshold_list,
)
from keryx.metrics._correlation import unbuilt
from keryx.metrics._metric import Metric
from keryx.metrics._state import ratio

CURVES = ("ROC", "PR", "PRGAIN")
METHODS = ("interpolation", "minoring", "majoring")
NUMBER = (4,)  # a number of Python's takes as much as four of an array's


class AUC(Metric):
    """Area under a curve of two rates, as the threshold goes from 0 to 1.

        ROC     recall over false positive rate
        PR      precision over recall
        PRGAIN  precision gain over recall gain

    Example:
        >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        0.75

    Args:
        num_thresholds: At how many thresholds the curve is known, two or more.
        curve: "ROC", "PR" or "PRGAIN".
        summation_method: "interpolation": trapezoids, for "PR" hyperbolas; "minoring":
            the lower end of each interval; "majoring": the upper one.
        name: Name of the metric.
        dtype: Float type of the state.
        thresholds: Thresholds from 0 to 1 in place of equal steps; the ends are added.
        multi_label: Whether each column has a curve of its own, whose areas are
            averaged; otherwise all columns are one.
        num_labels: Number of columns; that of the data if `None`.
        label_weights: Weights of the columns.
        from_logits: Whether scores are log odds rather than probabilities.

    Shapes:
        y_true: `(batch, ...)`, 0 or 1
        y_pred: as `y_true`
        result: `()`

    Raises:
        ArgumentError: If an option is unknown or there are fewer than two thresholds.

    Source:
        Davis & Goadrich, "The Relationship Between Precision-Recall and ROC Curves"
        (ICML 2006), section 4; Flach & Kull, "Precision-Recall-Gain Curves: PR Analysis
        Done Right" (NIPS 2015).
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(dtype, name)
        self.curve = check.one_of(curve, CURVES, "curve", self)
        self.summation_method = check.one_of(
            summation_method, METHODS, "summation_method", self
        )
        if thresholds is None:
            check.in_interval(num_thresholds, 2, 2**31, "num_thresholds", self)
            budget.spend((num_thresholds, *NUMBER), "float64")
            inner = [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]
        else:
            inner = sorted(threshold_list(thresholds, self))
        self._levels = (-config.epsilon(), *inner, 1.0 + config.epsilon())
        self.num_thresholds = len(self._levels)
        self.thresholds = None if thresholds is None else list(inner)
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = (
            None if label_weights is None else [float(w) for w in label_weights]
        )
        self.from_logits = from_logits
        self._labels = num_labels
        self.built = not multi_label or num_labels is not None

    def build(
        self, y_true_shape: tuple[int | None, ...], y_pred_shape: tuple[int | None, ...]
    ) -> None:
        """Fixes the number of labels."""
        if self.num_labels is None:
            self._labels = y_pred_shape[-1] if len(y_pred_shape) > 1 else 1
        self.built = True

    def init(self) -> Counts:
        if not self.built:
            raise unbuilt(self)
        labels = (self._labels or 1) if self.multi_label else 1
        return Counts.zero((len(self._levels), labels), self.dtype)

    def update(
        self,
        state: Counts,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Counts:
        positive, scores, weights = flat(y_true, y_pred, sample_weight, self)
        if self.from_logits:
            scores = jax.nn.sigmoid(scores)
        if self.label_weights is not None and not self.multi_label:
            weights = weights * self._weights_of(scores.shape[-1])
        labels = state.true_positives.sum.shape[-1]
        if self.multi_label and scores.shape[-1] != labels:
            raise ShapeError(
                f"metric {self.name!r} (AUC)",
                expected=f"scores of {labels} labels",
                got=f"shape {scores.shape}",
            )
        positive, scores, weights = (
            y.reshape(-1, labels) for y in (positive, scores, weights)
        )
        levels = jnp.asarray(self._levels, scores.dtype)[:, None, None]
        return state.add(positive, scores > levels, weights)

    def _weights_of(self, labels: int) -> jax.Array:
        if len(self.label_weights or ()) != labels:
            raise ShapeError(
                f"metric {self.name!r} (AUC)",
                expected=f"one of the {len(self.label_weights or ())} label_weights "
                "for each column",
                got=f"{labels} columns",
            )
        return jnp.asarray(self.label_weights, self.dtype)

    def compute(self, state: Counts) -> jax.Array:
        areas = self._areas(*state.values())
        if self.label_weights is None or not self.multi_label:
            return jnp.mean(areas)
        weights = self._weights_of(len(areas))
        return ratio(jnp.sum(areas * weights), jnp.sum(weights))

    def _areas(
        self, tp: jax.Array, fp: jax.Array, tn: jax.Array, fn: jax.Array
    ) -> jax.Array:
        """Returns the area of each label."""
        if (self.curve, self.summation_method) == ("PR", "interpolation"):
            return hyperbolic_area(tp, fp, fn)
        if self.curve == "PRGAIN":
            odds = ratio(tp + fn, fp + tn)
            x = jnp.where(tp > 0, jnp.maximum(1.0 - odds * ratio(fn, tp), 0.0), 0.0)
            y = 1.0 - odds * ratio(fp, tp)
        else:
            recall = ratio(tp, tp + fn)
            x, y = ratio(fp, fp + tn), recall
            if self.curve == "PR":
                x, y = recall, ratio(tp, tp + fp)
        heights = {
            "interpolation": (y[:-1] + y[1:]) / 2,
            "minoring": jnp.minimum(y[:-1], y[1:]),
            "majoring": jnp.maximum(y[:-1], y[1:]),
        }[self.summation_method]
        return jnp.sum((x[:-1] - x[1:]) * heights, axis=0)


def hyperbolic_area(tp: jax.Array, fp: jax.Array, fn: jax.Array) -> jax.Array:
    """Returns the area under precision over recall.

    Between two thresholds the true positives are taken to grow in proportion to all
    positives n, tp = slope · n + offset; precision tp / n is then integrated over tp:
    slope · (tp₁ - tp₂ + offset · log(n₁ / n₂)).
    """
    called = tp + fp
    gain = tp[:-1] - tp[1:]
    slope = ratio(gain, jnp.maximum(called[:-1] - called[1:], 0.0))
    offset = tp[1:] - slope * called[1:]
    both = (called[:-1] > 0) & (called[1:] > 0)
    growth = jnp.where(both, called[:-1], 1.0) / jnp.where(both, called[1:], 1.0)
    parts = slope * (gain + offset * jnp.log(growth))
    return jnp.sum(ratio(parts, jnp.maximum(tp[1:] + fn[1:], 0.0)), axis=0)


class OperatingPoint(ConfusionMetric):
    """Base class: the best value of one rate where another one is high enough.

    Both rates are known at `num_thresholds` equal steps from 0 to 1.
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.num_thresholds = check.positive_int(num_thresholds, "num_thresholds", self)
        self.class_id = check_class(class_id, self)
        budget.spend((num_thresholds, *NUMBER), "float64")
        steps = self.num_thresholds - 1
        self._levels = tuple(i / steps for i in range(steps + 1)) if steps else (0.5,)

    def compute(self, state: Counts) -> jax.Array:
        return self.score(*(counts[:, 0] for counts in state.values()))


def best_where(values: jax.Array, allowed: jax.Array) -> jax.Array:
    """Returns the highest allowed value, 0 if none is."""
    return jnp.max(jnp.where(allowed, values, 0.0))


class SensitivityAtSpecificity(OperatingPoint):
    """Highest sensitivity (recall) among thresholds of enough specificity.

    Example:
        >>> metric = SensitivityAtSpecificity(0.5)
        >>> round(float(metric([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8])), 4)
        0.5

    Args:
        specificity: Share of the false samples that has to be called so.
        num_thresholds: How many thresholds are tried.
        class_id: If given, only this column counts.
        name: Name of the metric.
        dtype: Float type of the state.

    Raises:
        ArgumentError: If `specificity` is not from 0 to 1.
    """

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_thresholds, class_id, name, dtype)
        self.specificity = check.in_interval(specificity, 0, 1, "specificity", self)

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return best_where(ratio(tp, tp + fn), ratio(tn, tn + fp) >= self.specificity)


class SpecificityAtSensitivity(OperatingPoint):
    """Highest specificity among thresholds of enough sensitivity (recall).

    Its other arguments are those of `SensitivityAtSpecificity`.

    Args:
        sensitivity: Share of the true samples that has to be called so.

    Raises:
        ArgumentError: If `sensitivity` is not from 0 to 1.
    """

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_thresholds, class_id, name, dtype)
        self.sensitivity = check.in_interval(sensitivity, 0, 1, "sensitivity", self)

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return best_where(ratio(tn, tn + fp), ratio(tp, tp + fn) >= self.sensitivity)


class PrecisionAtRecall(OperatingPoint):
    """Highest precision among thresholds of enough recall.

    Its other arguments are those of `SensitivityAtSpecificity`.

    Args:
        recall: Share of the true samples that has to be called so.

    Raises:
        ArgumentError: If `recall` is not from 0 to 1.
    """

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_thresholds, class_id, name, dtype)
        self.recall = check.in_interval(recall, 0, 1, "recall", self)

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return best_where(ratio(tp, tp + fp), ratio(tp, tp + fn) >= self.recall)


class RecallAtPrecision(OperatingPoint):
    """Highest recall among thresholds of enough precision.

    Its other arguments are those of `SensitivityAtSpecificity`.

    Args:
        precision: Share of what is called true that has to be true.

    Raises:
        ArgumentError: If `precision` is not from 0 to 1.
    """

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_thresholds, class_id, name, dtype)
        self.precision = check.in_interval(precision, 0, 1, "precision", self)

    def score(self, tp: Any, fp: Any, tn: Any, fn: Any) -> jax.Array:
        return best_where(ratio(tp, tp + fn), ratio(tp, tp + fp) >= self.precision)
