"""Crossentropies that look away from what is already easy."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check
from keryx._core.op import op
from keryx.losses._crossentropy import log_classes, log_odds_pair, smoothed
from keryx.losses._loss import Loss
from keryx.losses._reduce import pair


@op
def binary_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int | tuple[int, ...] = -1,
) -> jax.Array:
    """Binary crossentropy, weighted by how wrong the answer is.

        c = y_true p + (1 - y_true) (1 - p)           probability of the right answer
        mean of  (1 - c)^gamma · binary_crossentropy
                 · (y_true alpha + (1 - y_true) (1 - alpha))    if balanced

    Example:
        >>> binary_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        Array([0.1732868], dtype=float32)

    Args:
        y_true: Probabilities of "yes", `(batch, ..., outputs)`.
        y_pred: Predicted probabilities p, or log odds, of the same shape.
        apply_class_balancing: Whether the two answers weigh `alpha` and `1 - alpha`.
        alpha: Weight of "yes".
        gamma: How much easy answers are discounted; 0 gives the crossentropy.
        from_logits: Whether `y_pred` are log odds.
        label_smoothing: Share of the targets that is replaced by 1/2.
        axis: Axis, or axes, of the outputs.

    Returns:
        Losses without that axis, in nats.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Lin et al., "Focal Loss for Dense Object Detection" (ICCV 2017), equations 4
        and 5.
    """
    targets, predictions = pair(y_true, y_pred, "binary_focal_crossentropy")
    targets = smoothed(targets, label_smoothing, 2)
    p = jax.nn.sigmoid(predictions) if from_logits else predictions
    log_p, log_rest = log_odds_pair(predictions, from_logits)
    surprise = -targets * log_p - (1.0 - targets) * log_rest
    right = targets * p + (1.0 - targets) * (1.0 - p)
    losses = jnp.power(1.0 - right, gamma) * surprise
    if apply_class_balancing:
        losses = losses * (targets * alpha + (1.0 - targets) * (1.0 - alpha))
    return jnp.mean(losses, axis=axis)


@op
def categorical_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float | list[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> jax.Array:
    """Categorical crossentropy, weighted by how wrong each class is.

        - sum alpha (1 - p)^gamma y_true log p

    Example:
        >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        Array([0.0433217], dtype=float32)

    Args:
        y_true: Class probabilities, often one-hot, `(batch, ..., classes)`.
        y_pred: Predicted probabilities, or logits, of the same shape.
        alpha: Weight of the loss, or of each class.
        gamma: How much easy samples are discounted; 0 gives the crossentropy.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: Share of the targets that is spread over all classes.
        axis: Axis of the classes.

    Returns:
        Losses without that axis, in nats.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Lin et al., "Focal Loss for Dense Object Detection" (ICCV 2017), equation 5.
    """
    targets, predictions = pair(y_true, y_pred, "categorical_focal_crossentropy")
    targets = smoothed(targets, label_smoothing, predictions.shape[axis])
    log_p = log_classes(predictions, from_logits, axis)
    focus = jnp.asarray(alpha) * jnp.power(1.0 - jnp.exp(log_p), gamma)
    return -jnp.sum(focus * targets * log_p, axis=axis)


class BinaryFocalCrossentropy(Loss):
    """Class form of `binary_focal_crossentropy`; the formula is there."""

    rule = "binary"

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        check.in_interval(label_smoothing, 0, 1, "label_smoothing", self)
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return binary_focal_crossentropy(
            y_true,
            y_pred,
            self.apply_class_balancing,
            self.alpha,
            self.gamma,
            self.from_logits,
            self.label_smoothing,
            self.axis,
        )


class CategoricalFocalCrossentropy(Loss):
    """Class form of `categorical_focal_crossentropy`; the formula is there."""

    rule = "one_hot"

    def __init__(
        self,
        alpha: float | list[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        check.in_interval(label_smoothing, 0, 1, "label_smoothing", self)
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return categorical_focal_crossentropy(
            y_true,
            y_pred,
            self.alpha,
            self.gamma,
            self.from_logits,
            self.label_smoothing,
            self.axis,
        )
