"""How well predictions follow their targets: correlations and explained variance."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check, config
from keryx._core.errors import StateError
from keryx._core.op import op
from keryx.losses._reduce import pair, spread
from keryx.metrics._mean import MeanOf
from keryx.metrics._metric import Metric
from keryx.metrics._state import ratio

Axes = int | tuple[int, ...]
AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


@op
def pearson_correlation(
    y_true: ArrayLike, y_pred: ArrayLike, axis: Axes = -1
) -> jax.Array:
    """Correlation of targets and predictions along `axis`.

        sum (t - mean t) (p - mean p) / sqrt(sum (t - mean t)² · sum (p - mean p)²)

    Example:
        >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])
        Array([1.], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, of the same shape.
        axis: Axis, or axes, of what is correlated; 0 for the samples of a batch.

    Returns:
        Correlations without that axis, from -1 to 1; NaN where either is constant.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "pearson_correlation")
    t = targets - jnp.mean(targets, axis=axis, keepdims=True)
    p = predictions - jnp.mean(predictions, axis=axis, keepdims=True)
    sizes = jnp.sum(t * t, axis=axis), jnp.sum(p * p, axis=axis)
    return jnp.sum(t * p, axis=axis) / jnp.sqrt(sizes[0]) / jnp.sqrt(sizes[1])


@op
def concordance_correlation(
    y_true: ArrayLike, y_pred: ArrayLike, axis: Axes = -1
) -> jax.Array:
    """Correlation that also asks for equal means and spreads.

        2 cov(t, p) / (var t + var p + (mean t - mean p)² + epsilon)

    Example:
        >>> value = concordance_correlation([[0.0, 2.0]], [[1.0, 3.0]])
        >>> round(float(value[0]), 4)
        0.6667

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, of the same shape.
        axis: Axis, or axes, of what is correlated; 0 for the samples of a batch.

    Returns:
        Correlations without that axis, from -1 to 1.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Lin, "A Concordance Correlation Coefficient to Evaluate Reproducibility",
        Biometrics 45 (1989).
    """
    targets, predictions = pair(y_true, y_pred, "concordance_correlation")
    means = [jnp.mean(y, axis=axis, keepdims=True) for y in (targets, predictions)]
    covariance = jnp.mean((targets - means[0]) * (predictions - means[1]), axis=axis)
    variance = jnp.var(targets, axis=axis) + jnp.var(predictions, axis=axis)
    shift = jnp.squeeze(jnp.square(means[0] - means[1]), axis=axis)
    return 2.0 * covariance / (variance + shift + config.epsilon())


class PearsonCorrelation(MeanOf):
    """Mean of `pearson_correlation`; its arguments are there."""

    def __init__(
        self,
        name: str | None = "pearson_correlation",
        dtype: Any = None,
        axis: Axes = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return pearson_correlation(y_true, y_pred, self.axis)


class ConcordanceCorrelation(MeanOf):
    """Mean of `concordance_correlation`; its arguments are there."""

    def __init__(
        self,
        name: str | None = "concordance_correlation",
        dtype: Any = None,
        axis: Axes = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return concordance_correlation(y_true, y_pred, self.axis)


class R2State(NamedTuple):
    """What the targets' variance and the errors add up to, for each output."""

    samples: jax.Array  # (): values seen, of all outputs
    weight: jax.Array  # (outputs,): sum of weights
    mean: jax.Array  # (outputs,): mean target
    scatter: jax.Array  # (outputs,): squared distances of the targets from it
    residual: jax.Array  # (outputs,): squared distances from the predictions


class R2Score(Metric):
    """Coefficient of determination: the share of the variance that is explained.

        1 - sum (y_true - y_pred)² / sum (y_true - mean y_true)²

    Example:
        >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714

    Args:
        class_aggregation: How the outputs' scores become one: "uniform_average",
            "variance_weighted_average", or `None`: not at all.
        num_regressors: Number of features, for the adjusted score; 0 for the plain one.
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        y_true: `(batch, outputs)`, or `(batch,)` for one output
        y_pred: as `y_true`
        result: `()`, or `(outputs,)`

    Raises:
        ArgumentError: If `class_aggregation` is none of these.

    Source:
        Updates: Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for
        Computing Sample Variances" (1979), equation 1.5; sums of squares would lose
        what a large mean rounds away. As in Keras, the adjusted score counts every
        output's value as a sample.
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.class_aggregation = check.one_of(
            class_aggregation, AGGREGATIONS, "class_aggregation", self
        )
        check.in_interval(num_regressors, 0, 2**31, "num_regressors", self)
        self.num_regressors = int(num_regressors)
        self.built = False

    def build(
        self, y_true_shape: tuple[int | None, ...], y_pred_shape: tuple[int | None, ...]
    ) -> None:
        """Fixes the number of outputs."""
        self._outputs = (y_pred_shape[-1] if len(y_pred_shape) > 1 else 1) or 1
        self.built = True

    def init(self) -> R2State:
        if not self.built:
            raise unbuilt(self)
        zeros = jnp.zeros(self._outputs, self.dtype)
        return R2State(jnp.zeros((), self.dtype), zeros, zeros, zeros, zeros)

    def update(
        self,
        state: R2State,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> R2State:
        targets, predictions = (
            y.astype(self.dtype).reshape(-1, self._outputs)
            for y in pair(y_true, y_pred, self.name)
        )
        weights = jnp.ones_like(targets)
        if sample_weight is not None:
            weights = weights * spread(jnp.asarray(sample_weight, self.dtype), targets)
        count = jnp.sum(weights, axis=0)
        mean = ratio(jnp.sum(weights * targets, axis=0), count)
        scatter = jnp.sum(weights * jnp.square(targets - mean), axis=0)
        residual = jnp.sum(weights * jnp.square(targets - predictions), axis=0)
        total = state.weight + count
        shift = mean - state.mean
        return R2State(
            state.samples + targets.size,
            total,
            state.mean + ratio(shift * count, total),
            state.scatter + scatter + ratio(shift**2 * state.weight * count, total),
            state.residual + residual,
        )

    def compute(self, state: R2State) -> jax.Array:
        scores = jnp.where(
            state.scatter > 0, 1.0 - ratio(state.residual, state.scatter), 0.0
        )
        score = scores
        if self.class_aggregation == "uniform_average":
            score = jnp.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            score = ratio(jnp.sum(state.scatter * scores), jnp.sum(state.scatter))
        if not self.num_regressors:
            return score
        spare = state.samples - self.num_regressors - 1
        adjusted = 1.0 - (1.0 - score) * ratio(state.samples - 1.0, spare)
        return jnp.where(spare > 0, adjusted, score)


def unbuilt(metric: Metric) -> StateError:
    """Returns the error of a metric that does not know its outputs yet."""
    return StateError(
        f"metric {metric.name!r} ({type(metric).__name__})",
        expected="to know the number of outputs",
        got="no data or shape so far",
        fix="Call `metric.build(y_true_shape, y_pred_shape)`, or `update_state`.",
    )
