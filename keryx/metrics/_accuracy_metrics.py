"""Accuracies as metrics; each is the mean of a function of `_accuracy`."""

from typing import Any

import jax

from keryx.metrics import _accuracy
from keryx.metrics._mean import MeanOf


class Accuracy(MeanOf):
    """Share of predictions that equal their targets.

    Example:
        >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
        0.75

    Shapes:
        y_true: `(batch, ...)`
        y_pred: as `y_true`
        result: `()`, from 0 to 1
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.accuracy(y_true, y_pred)


class BinaryAccuracy(MeanOf):
    """Mean of `binary_accuracy`.

    Args:
        name: Name of the metric.
        dtype: Float type of the state.
        threshold: What a probability has to exceed to mean 1.
    """

    def __init__(
        self,
        name: str | None = "binary_accuracy",
        dtype: Any = None,
        threshold: float = 0.5,
    ) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.binary_accuracy(y_true, y_pred, self.threshold)


class CategoricalAccuracy(MeanOf):
    """Mean of `categorical_accuracy`: of one-hot targets."""

    def __init__(
        self, name: str | None = "categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(MeanOf):
    """Mean of `sparse_categorical_accuracy`: of class ids."""

    def __init__(
        self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.sparse_categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(MeanOf):
    """Mean of `top_k_categorical_accuracy`: of one-hot targets.

    Args:
        k: How many classes may be named.
        name: Name of the metric.
        dtype: Float type of the state.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "top_k_categorical_accuracy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, dtype)
        self.k = k

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.top_k_categorical_accuracy(y_true, y_pred, self.k)


class SparseTopKCategoricalAccuracy(MeanOf):
    """Mean of `sparse_top_k_categorical_accuracy`: of class ids.

    Args:
        k: How many classes may be named.
        name: Name of the metric.
        dtype: Float type of the state.
        from_sorted_ids: Whether the predictions are class ids, the best one first.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(name, dtype)
        self.k = k
        self.from_sorted_ids = from_sorted_ids

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return _accuracy.sparse_top_k_categorical_accuracy(
            y_true, y_pred, self.k, self.from_sorted_ids
        )
