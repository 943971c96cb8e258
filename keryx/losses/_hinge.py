"""Margin losses: zero once the score is right by one."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core.op import op
from keryx.losses._loss import Loss
from keryx.losses._reduce import pair


def signs(targets: jax.Array) -> jax.Array:
    """Returns targets as -1 and 1 if all of them are 0 or 1, else as they are."""
    is_binary = jnp.all((targets == 0) | (targets == 1))
    return jnp.where(is_binary, 2 * targets - 1, targets)


@op
def hinge(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Distance to a margin of 1 on the right side, averaged over the last axis.

        mean max(1 - y_true · y_pred, 0)

    Example:
        >>> hinge([[-1.0, 1.0]], [[0.5, 2.0]])
        Array([0.75], dtype=float32)

    Args:
        y_true: Targets, -1 or 1 (or all of them 0 or 1), `(batch, ..., outputs)`.
        y_pred: Scores, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in units of the scores.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Cortes & Vapnik, "Support-Vector Networks", Machine Learning 20 (1995).
    """
    targets, scores = pair(y_true, y_pred, "hinge")
    return jnp.mean(jnp.maximum(1.0 - signs(targets) * scores, 0.0), axis=-1)


@op
def squared_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Squared distance to a margin of 1, averaged over the last axis.

        mean max(1 - y_true · y_pred, 0)²

    Example:
        >>> squared_hinge([[-1.0, 1.0]], [[0.5, 2.0]])
        Array([1.125], dtype=float32)

    Args:
        y_true: Targets, -1 or 1 (or all of them 0 or 1), `(batch, ..., outputs)`.
        y_pred: Scores, `(batch, ..., outputs)`.

    Returns:
        Losses, `(batch, ...)`, in squared units of the scores.

    Raises:
        DataError: If the shapes would be broadcast.
    """
    targets, scores = pair(y_true, y_pred, "squared_hinge")
    gap = jnp.maximum(1.0 - signs(targets) * scores, 0.0)
    return jnp.mean(jnp.square(gap), axis=-1)


@op
def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """How far the right class's score is from leading the best other one by 1.

        max(1 + max((1 - y_true) · y_pred) - sum(y_true · y_pred), 0)

    Example:
        >>> categorical_hinge([[0.0, 1.0]], [[0.5, 0.75]])
        Array([0.75], dtype=float32)

    Args:
        y_true: One-hot targets, `(batch, ..., classes)`.
        y_pred: Scores, `(batch, ..., classes)`.

    Returns:
        Losses, `(batch, ...)`, in units of the scores.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Crammer & Singer, "On the Algorithmic Implementation of Multiclass
        Kernel-based Vector Machines", JMLR 2 (2001).
    """
    targets, scores = pair(y_true, y_pred, "categorical_hinge")
    right = jnp.sum(targets * scores, axis=-1)
    wrong = jnp.max((1.0 - targets) * scores, axis=-1)
    return jnp.maximum(wrong - right + 1.0, 0.0)


class Hinge(Loss):
    """Class form of `hinge`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return hinge(y_true, y_pred)


class SquaredHinge(Loss):
    """Class form of `squared_hinge`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return squared_hinge(y_true, y_pred)


class CategoricalHinge(Loss):
    """Class form of `categorical_hinge`; the formula is there."""

    rule = "one_hot"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return categorical_hinge(y_true, y_pred)
