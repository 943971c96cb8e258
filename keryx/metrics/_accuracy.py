"""Shares of right answers."""

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import config
from keryx._core.op import op
from keryx.losses._crossentropy import class_ids
from keryx.losses._reduce import align, pair, refuse_broadcast, to_float


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Returns 1 where two arrays are equal, else 0."""
    first, second = align(jnp.asarray(y_true), jnp.asarray(y_pred))
    refuse_broadcast(first.shape, second.shape, "accuracy")
    return _share(first == second)


def _share(hits: jax.Array) -> jax.Array:
    return hits.astype(config.floatx())


@op
def binary_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5
) -> jax.Array:
    """Returns 1 where an output is on the target's side of a threshold.

        y_true = (y_pred > threshold)

    Example:
        >>> binary_accuracy([[1.0, 0.0]], [[0.9, 0.6]])
        Array([[1., 0.]], dtype=float32)

    Args:
        y_true: Targets, 0 or 1, `(batch, ..., outputs)`.
        y_pred: Probabilities, of the same shape.
        threshold: What a probability has to exceed to mean 1.

    Returns:
        0 or 1, `(batch, ..., outputs)`.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, predictions = pair(y_true, y_pred, "binary_accuracy")
    return _share(targets == (predictions > threshold).astype(targets.dtype))


@op
def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Returns 1 where the highest score is that of the target's class.

    Example:
        >>> categorical_accuracy([[0.0, 1.0], [1.0, 0.0]], [[0.1, 0.9], [0.4, 0.6]])
        Array([1., 0.], dtype=float32)

    Args:
        y_true: One-hot targets, `(batch, ..., classes)`.
        y_pred: Scores in any monotone scale, of the same shape.

    Returns:
        0 or 1, `(batch, ...)`.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, scores = pair(y_true, y_pred, "categorical_accuracy")
    return _share(jnp.argmax(targets, axis=-1) == jnp.argmax(scores, axis=-1))


@op
def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Returns 1 where the highest score is that of the target's class.

    Example:
        >>> sparse_categorical_accuracy([1, 0], [[0.1, 0.9], [0.4, 0.6]])
        Array([1., 0.], dtype=float32)

    Args:
        y_true: Class ids, `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Scores in any monotone scale, `(batch, ..., classes)`.

    Returns:
        0 or 1, `(batch, ...)`.

    Raises:
        DataError: If there is not one id for each row of scores.
    """
    scores = jnp.asarray(y_pred)
    ids = class_ids(jnp.asarray(y_true), scores.shape, -1)
    return _share(ids == jnp.argmax(scores, axis=-1))


@op
def top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, k: int = 5
) -> jax.Array:
    """Returns 1 where the target's class is among the `k` highest scores.

    Example:
        >>> top_k_categorical_accuracy([[0.0, 0.0, 1.0]], [[0.1, 0.6, 0.3]], k=2)
        Array([1.], dtype=float32)

    Args:
        y_true: One-hot targets, `(batch, ..., classes)`.
        y_pred: Scores in any monotone scale, of the same shape.
        k: How many classes may be named.

    Returns:
        0 or 1, `(batch, ...)`.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, scores = pair(y_true, y_pred, "top_k_categorical_accuracy")
    return _among_highest(jnp.argmax(targets, axis=-1), scores, k)


@op
def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, k: int = 5, from_sorted_ids: bool = False
) -> jax.Array:
    """Returns 1 where the target's class is among the `k` highest scores.

    Example:
        >>> sparse_top_k_categorical_accuracy([2], [[0.1, 0.6, 0.3]], k=2)
        Array([1.], dtype=float32)

    Args:
        y_true: Class ids, `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Scores in any monotone scale, `(batch, ..., classes)`.
        k: How many classes may be named.
        from_sorted_ids: Whether `y_pred` are class ids already, the best one first.

    Returns:
        0 or 1, `(batch, ...)`.

    Raises:
        DataError: If there is not one id for each row of `y_pred`.
    """
    scores = jnp.asarray(y_pred)
    ids = class_ids(jnp.asarray(y_true), scores.shape, -1)
    if from_sorted_ids:
        return _share(jnp.any(scores[..., :k] == ids[..., None], axis=-1))
    return _among_highest(ids, to_float(scores), k)


def _among_highest(ids: jax.Array, scores: jax.Array, k: int) -> jax.Array:
    """Fewer than `k` scores are higher; so among equals each one counts as within."""
    own = jnp.take_along_axis(scores, ids[..., None], axis=-1)
    higher = jnp.sum(scores > own, axis=-1)
    # A score that is not a number beats nothing.
    return _share((higher < k) & jnp.isfinite(own[..., 0]))
