"""Losses for probabilities: crossentropies and divergences."""

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check, config
from keryx._core.errors import DataError
from keryx._core.op import op
from keryx.losses._reduce import pair, to_float


def clipped(probabilities: jax.Array) -> jax.Array:
    """Returns probabilities whose logarithm, and that of their rest, is finite."""
    floor = config.epsilon()
    return jnp.clip(probabilities, floor, 1.0 - floor)


def log_odds_pair(y_pred: jax.Array, from_logits: bool) -> tuple[jax.Array, jax.Array]:
    """Returns log p and log(1 - p)."""
    if from_logits:
        return jax.nn.log_sigmoid(y_pred), jax.nn.log_sigmoid(-y_pred)
    p = clipped(y_pred)
    return jnp.log(p), jnp.log1p(-p)


def log_classes(y_pred: jax.Array, from_logits: bool, axis: int) -> jax.Array:
    """Returns the logarithms of class probabilities that add up to one."""
    if from_logits:
        return jax.nn.log_softmax(y_pred, axis=axis)
    return jnp.log(clipped(y_pred / jnp.sum(y_pred, axis=axis, keepdims=True)))


def smoothed(targets: jax.Array, label_smoothing: float, classes: int) -> jax.Array:
    """Returns targets moved towards equal shares of all classes."""
    check.in_interval(label_smoothing, 0, 1, "label_smoothing", "crossentropy")
    if not label_smoothing:
        return targets
    return targets * (1.0 - label_smoothing) + label_smoothing / classes


@op
def binary_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int | tuple[int, ...] = -1,
) -> jax.Array:
    """Surprise about yes-or-no answers, averaged over `axis`.

        mean of  - y_true log p - (1 - y_true) log(1 - p)

    Example:
        >>> binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        Array([0.6931472], dtype=float32)

    Args:
        y_true: Probabilities of "yes", `(batch, ..., outputs)`.
        y_pred: Predicted probabilities p, or log odds, of the same shape.
        from_logits: Whether `y_pred` are log odds.
        label_smoothing: Share of the targets that is replaced by 1/2.
        axis: Axis, or axes, of the outputs.

    Returns:
        Losses without that axis, in nats.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "binary_crossentropy")
    targets = smoothed(targets, label_smoothing, 2)
    log_p, log_rest = log_odds_pair(predictions, from_logits)
    return jnp.mean(-targets * log_p - (1.0 - targets) * log_rest, axis=axis)


@op
def categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> jax.Array:
    """Surprise about one of several classes, for one-hot targets.

        - sum y_true log p,   p = y_pred / sum y_pred, or softmax(y_pred)

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        Array([0.6931472], dtype=float32)

    Args:
        y_true: Class probabilities, often one-hot, `(batch, ..., classes)`.
        y_pred: Predicted probabilities, or logits, of the same shape.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: Share of the targets that is spread over all classes.
        axis: Axis of the classes.

    Returns:
        Losses without that axis, in nats.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Label smoothing: Szegedy et al., "Rethinking the Inception Architecture for
        Computer Vision" (CVPR 2016), section 7.
    """
    targets, predictions = pair(y_true, y_pred, "categorical_crossentropy")
    targets = smoothed(targets, label_smoothing, predictions.shape[axis])
    return -jnp.sum(targets * log_classes(predictions, from_logits, axis), axis=axis)


@op
def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> jax.Array:
    """Surprise about one of several classes, for class ids.

        - log p[y_true],   p = y_pred / sum y_pred, or softmax(y_pred)

    Example:
        >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]])
        Array([0.6931472], dtype=float32)

    Args:
        y_true: Class ids from 0, `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Predicted probabilities, or logits, `(batch, ..., classes)`.
        from_logits: Whether `y_pred` are logits.
        ignore_class: Id whose loss is zero, such as that of "unknown".
        axis: Axis of the classes.

    Returns:
        Losses, `(batch, ...)`, in nats. An id without an output has a loss of zero.

    Raises:
        DataError: If there is not one id for each row of `y_pred`.
    """
    predictions = to_float(y_pred)
    ids = class_ids(jnp.asarray(y_true), predictions.shape, axis)
    log_p = log_classes(predictions, from_logits, axis)
    # A comparison rather than a lookup: its gradient is no scatter, and it is fused.
    is_class = jax.nn.one_hot(ids, log_p.shape[axis], axis=axis, dtype=jnp.bool)
    losses = -jnp.sum(jnp.where(is_class, log_p, 0.0), axis=axis)
    return losses if ignore_class is None else losses * (ids != ignore_class)


def class_ids(ids: jax.Array, shape: tuple[int, ...], axis: int) -> jax.Array:
    """Returns integer ids without an axis of size 1, one per row of the predictions.

    Raises:
        DataError: If they are not one per row.
    """
    axis = axis % len(shape)
    if ids.ndim == len(shape) and ids.shape[axis] == 1:
        ids = jnp.squeeze(ids, axis)
    if ids.shape != shape[:axis] + shape[axis + 1 :]:
        raise DataError(
            "class ids",
            expected=f"one class id for each row of predictions of shape {shape}",
            got=f"targets of shape {ids.shape}",
            fix="For one-hot targets use CategoricalCrossentropy.",
        )
    return ids.astype(jnp.int32)


@op
def categorical_generalized_cross_entropy(
    y_true: ArrayLike, y_pred: ArrayLike, q: float
) -> jax.Array:
    """Between crossentropy (q → 0) and absolute error (q = 1), for noisy labels.

        (1 - p^q) / q,   p = y_pred[y_true], or sum y_true · y_pred

    Example:
        >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5)
        Array([1.], dtype=float32)

    Args:
        y_true: Class ids, `(batch, ...)` or `(batch, ..., 1)`, or one-hot targets,
            `(batch, ..., classes)`.
        y_pred: Predicted probabilities, `(batch, ..., classes)`.
        q: How little wrong labels count, above 0 and up to 1.

    Returns:
        Losses, `(batch, ...)`.

    Raises:
        DataError: If the shapes do not fit.

    Source:
        Zhang & Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural
        Networks with Noisy Labels" (NeurIPS 2018), equation 6.
        Departs from Keras: one-hot targets are not read as class ids, and ids of shape
        (batch, 1) give one loss each.
    """
    probabilities = to_float(y_pred)
    targets = jnp.asarray(y_true)
    if targets.shape != probabilities.shape or targets.shape[-1] == 1:
        ids = class_ids(targets, probabilities.shape, -1)
        targets = jax.nn.one_hot(ids, probabilities.shape[-1])
    p = jnp.sum(targets.astype(probabilities.dtype) * probabilities, axis=-1)
    # The floor keeps the gradient finite; the value is that of zero.
    return (1.0 - jnp.power(jnp.maximum(p, 1e-30), q)) / q


@op
def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Kullback-Leibler divergence of the prediction from the target.

        sum y_true log(y_true / y_pred),   both clipped to [epsilon, 1]

    Example:
        >>> kl_divergence([[0.5, 0.5]], [[0.5, 0.5]])
        Array([0.], dtype=float32)

    Args:
        y_true: Class probabilities, `(batch, ..., classes)`.
        y_pred: Predicted probabilities, of the same shape.

    Returns:
        Losses, `(batch, ...)`, in nats.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Kullback & Leibler, "On Information and Sufficiency", Annals of Mathematical
        Statistics 22 (1951).
    """
    targets, predictions = pair(y_true, y_pred, "kl_divergence")
    targets = jnp.clip(targets, config.epsilon(), 1.0)
    predictions = jnp.clip(predictions, config.epsilon(), 1.0)
    return jnp.sum(targets * jnp.log(targets / predictions), axis=-1)


@op
def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Surprise about counts of a Poisson process, up to a constant.

        mean (y_pred - y_true log(y_pred + epsilon))

    Example:
        >>> poisson([[2.0]], [[1.0]]).round(4)
        Array([1.], dtype=float32)

    Args:
        y_true: Counts, `(batch, ..., outputs)`.
        y_pred: Predicted rates, above zero, of the same shape.

    Returns:
        Losses, `(batch, ...)`, in nats.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, rates = pair(y_true, y_pred, "poisson")
    return jnp.mean(rates - targets * jnp.log(rates + config.epsilon()), axis=-1)
