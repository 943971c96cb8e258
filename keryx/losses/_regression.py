"""Losses for real-valued targets."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import config
from keryx._core.op import op
from keryx.losses._loss import Loss
from keryx.losses._reduce import pair


@op
def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Mean of the squared differences, over the last axis.

        mean (y_true - y_pred)²

    Example:
        >>> mean_squared_error([[0.0, 2.0]], [[1.0, 4.0]])
        Array([2.5], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in squared units of the targets.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "mean_squared_error")
    return jnp.mean(jnp.square(targets - predictions), axis=-1)


@op
def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Mean of the absolute differences, over the last axis.

        mean |y_true - y_pred|

    Example:
        >>> mean_absolute_error([[0.0, 2.0]], [[1.0, 4.0]])
        Array([1.5], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in units of the targets.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "mean_absolute_error")
    return jnp.mean(jnp.abs(targets - predictions), axis=-1)


@op
def mean_absolute_percentage_error(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Mean of the differences in percent of the targets, over the last axis.

        100 · mean |y_true - y_pred| / max(|y_true|, epsilon)

    Example:
        >>> mean_absolute_percentage_error([[2.0, 4.0]], [[3.0, 4.0]])
        Array([25.], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in percent.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "mean_absolute_percentage_error")
    size = jnp.maximum(jnp.abs(targets), config.epsilon())
    return 100.0 * jnp.mean(jnp.abs((targets - predictions) / size), axis=-1)


@op
def mean_squared_logarithmic_error(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Mean of the squared differences of logarithms, over the last axis.

        mean (log(1 + max(y_true, epsilon)) - log(1 + max(y_pred, epsilon)))²

    Example:
        >>> mean_squared_logarithmic_error([[0.0, 3.0]], [[0.0, 3.0]])
        Array([0.], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`, zero or more.
        y_pred: Predictions, `(batch, ..., outputs)`; negative ones count as zero.

    Returns:
        Losses, `(batch, ...)`.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "mean_squared_logarithmic_error")
    floor = config.epsilon()
    difference = jnp.log1p(jnp.maximum(targets, floor)) - jnp.log1p(
        jnp.maximum(predictions, floor)
    )
    return jnp.mean(jnp.square(difference), axis=-1)


@op
def huber(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> jax.Array:
    """Squared error near zero, absolute error beyond `delta`.

        e = |y_true - y_pred|
        mean over the last axis of   e² / 2              where e <= delta
                                     delta (e - delta/2) elsewhere

    Example:
        >>> huber([[0.0, 0.0]], [[1.0, 3.0]])
        Array([1.5], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, `(batch, ..., outputs)`.
        delta: Where the parabola meets the line, in units of the targets.

    Returns:
        Losses, `(batch, ...)`, in squared units of the targets.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Huber, "Robust Estimation of a Location Parameter", Ann. Math. Stat. 35 (1964).
    """
    targets, predictions = pair(y_true, y_pred, "huber")
    error = jnp.abs(targets - predictions)
    # min() keeps one branch-free expression, whose gradient is finite everywhere.
    inner = jnp.minimum(error, delta)
    return jnp.mean(inner * (error - inner / 2), axis=-1)


@op
def log_cosh(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Logarithm of the hyperbolic cosine of the difference: a smooth absolute error.

        mean over the last axis of log cosh(y_pred - y_true)

    Example:
        >>> round(float(log_cosh([[0.0]], [[1.0]])[0]), 4)
        0.4338

    Args:
        y_true: Targets, `(batch, ..., outputs)`.
        y_pred: Predictions, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in units of the targets where they are large.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "log_cosh")
    error = predictions - targets
    # cosh itself overflows beyond 89; this is the same number without it.
    return jnp.mean(error + jax.nn.softplus(-2.0 * error) - jnp.log(2.0), axis=-1)


@op
def cosine_similarity(
    y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1
) -> jax.Array:
    """Minus the cosine of the angle: -1 for one direction, 0 for a right angle.

        - sum (y_true / |y_true|) (y_pred / |y_pred|)

    Example:
        >>> cosine_similarity([[1.0, 0.0]], [[3.0, 0.0]])
        Array([-1.], dtype=float32)

    Args:
        y_true: Targets, `(batch, ..., features)`.
        y_pred: Predictions, `(batch, ..., features)`.
        axis: Axis of the features.

    Returns:
        Losses without that axis, from -1 to 1; 0 if one of the vectors is zero.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "cosine_similarity")
    return -jnp.sum(unit(targets, axis) * unit(predictions, axis), axis=axis)


def unit(vectors: jax.Array, axis: int) -> jax.Array:
    """Returns the vectors along `axis` in length 1; zero stays zero."""
    square = jnp.sum(jnp.square(vectors), axis=axis, keepdims=True)
    return vectors * jax.lax.rsqrt(jnp.maximum(square, config.epsilon() ** 2))


class MeanSquaredError(Loss):
    """Class form of `mean_squared_error`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(Loss):
    """Class form of `mean_absolute_error`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return mean_absolute_error(y_true, y_pred)


class MeanAbsolutePercentageError(Loss):
    """Class form of `mean_absolute_percentage_error`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return mean_absolute_percentage_error(y_true, y_pred)


class MeanSquaredLogarithmicError(Loss):
    """Class form of `mean_squared_logarithmic_error`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return mean_squared_logarithmic_error(y_true, y_pred)


class Huber(Loss):
    """Class form of `huber`; the formula is there.

    Departs from Keras: the configuration keeps `delta`.
    """

    rule = "elementwise"

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.delta = delta

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return huber(y_true, y_pred, self.delta)


class LogCosh(Loss):
    """Class form of `log_cosh`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return log_cosh(y_true, y_pred)


class CosineSimilarity(Loss):
    """Class form of `cosine_similarity`; the formula is there.

    Departs from Keras: the configuration keeps `axis`.
    """

    rule = "elementwise"

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return cosine_similarity(y_true, y_pred, self.axis)
