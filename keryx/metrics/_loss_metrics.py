"""Losses as metrics: the running mean of each, over all samples."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx import losses
from keryx.losses._crossentropy import class_ids
from keryx.losses._reduce import merge_mask, pair
from keryx.metrics._mean import MeanOf
from keryx.metrics._state import MeanState


class MeanSquaredError(MeanOf):
    """Mean of `keryx.losses.mean_squared_error`."""

    def __init__(
        self, name: str | None = "mean_squared_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.mean_squared_error(y_true, y_pred)


class RootMeanSquaredError(MeanOf):
    """Root of the mean of `keryx.losses.mean_squared_error`.

    Example:
        >>> float(RootMeanSquaredError()([[0.0], [0.0]], [[1.0], [7.0]]))
        5.0
    """

    def __init__(
        self, name: str | None = "root_mean_squared_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        targets, predictions = pair(y_true, y_pred, self.name)
        return jnp.square(targets - predictions)

    def compute(self, state: MeanState) -> jax.Array:
        return jnp.sqrt(state.mean())


class MeanAbsoluteError(MeanOf):
    """Mean of `keryx.losses.mean_absolute_error`."""

    def __init__(
        self, name: str | None = "mean_absolute_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.mean_absolute_error(y_true, y_pred)


class MeanAbsolutePercentageError(MeanOf):
    """Mean of `keryx.losses.mean_absolute_percentage_error`."""

    def __init__(
        self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.mean_absolute_percentage_error(y_true, y_pred)


class MeanSquaredLogarithmicError(MeanOf):
    """Mean of `keryx.losses.mean_squared_logarithmic_error`."""

    def __init__(
        self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.mean_squared_logarithmic_error(y_true, y_pred)


class LogCoshError(MeanOf):
    """Mean of `keryx.losses.log_cosh`."""

    def __init__(self, name: str | None = "logcosh", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.log_cosh(y_true, y_pred)


class CosineSimilarity(MeanOf):
    """Mean cosine of the angle: 1 for one direction, minus the loss of that name.

    Departs from Keras: the configuration keeps `axis`.

    Example:
        >>> float(CosineSimilarity()([[1.0, 0.0]], [[2.0, 0.0]]))
        1.0
    """

    def __init__(
        self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(name, dtype)
        self.axis = axis

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return -losses.cosine_similarity(y_true, y_pred, self.axis)


class Hinge(MeanOf):
    """Mean of `keryx.losses.hinge`."""

    def __init__(self, name: str | None = "hinge", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.hinge(y_true, y_pred)


class SquaredHinge(MeanOf):
    """Mean of `keryx.losses.squared_hinge`."""

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.squared_hinge(y_true, y_pred)


class CategoricalHinge(MeanOf):
    """Mean of `keryx.losses.categorical_hinge`."""

    def __init__(
        self, name: str | None = "categorical_hinge", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.categorical_hinge(y_true, y_pred)


class KLDivergence(MeanOf):
    """Mean of `keryx.losses.kl_divergence`."""

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.kl_divergence(y_true, y_pred)


class Poisson(MeanOf):
    """Mean of `keryx.losses.poisson`."""

    def __init__(self, name: str | None = "poisson", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.poisson(y_true, y_pred)


class BinaryCrossentropy(MeanOf):
    """Mean of `keryx.losses.binary_crossentropy`; its arguments are there."""

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.binary_crossentropy(
            y_true, y_pred, self.from_logits, self.label_smoothing
        )


class CategoricalCrossentropy(MeanOf):
    """Mean of `keryx.losses.categorical_crossentropy`; its arguments are there."""

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.label_smoothing, self.axis
        )


class SparseCategoricalCrossentropy(MeanOf):
    """Mean of `keryx.losses.sparse_categorical_crossentropy`; its arguments are there.

    Departs from Keras: the ignored class never counts; there it counts as a loss of
    zero unless there are weights.
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return losses.sparse_categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.ignore_class, self.axis
        )

    def update(
        self,
        state: MeanState,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> MeanState:
        if self.ignore_class is not None:
            ids = class_ids(jnp.asarray(y_true), jnp.shape(y_pred), self.axis)
            sample_weight = merge_mask(sample_weight, ids != self.ignore_class)
        return super().update(state, y_true, y_pred, sample_weight)
