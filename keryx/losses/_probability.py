"""Class forms of the losses for probabilities."""

import copy
from typing import Any, ClassVar

import jax

from keryx._core import check
from keryx.losses._crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_generalized_cross_entropy,
    class_ids,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from keryx.losses._loss import Loss


class _Crossentropy(Loss):
    """A loss that is computed from the logits where these are known.

    Where predictions are what a sigmoid or a softmax gave, its input is used: there,
    nothing rounds to 0 or 1, and the gradient never vanishes.
    """

    # Departs from Keras on JAX, which clips probabilities; on TensorFlow it does this.

    activation: ClassVar[str]
    from_logits: bool
    axis: int

    @property
    def inverts(self) -> str:  # type: ignore[override]  # as it reads
        """The activation whose input is wanted, unless the predictions are that."""
        return "" if self.from_logits or self.axis != -1 else self.activation

    def _of_logits(self) -> "_Crossentropy":
        of_logits = copy.copy(self)
        of_logits.from_logits = True
        return of_logits


class BinaryCrossentropy(_Crossentropy):
    """Class form of `binary_crossentropy`; the formula is there."""

    activation = "sigmoid"
    rule = "binary"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        check.in_interval(label_smoothing, 0, 1, "label_smoothing", self)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return binary_crossentropy(
            y_true, y_pred, self.from_logits, self.label_smoothing, self.axis
        )


class CategoricalCrossentropy(_Crossentropy):
    """Class form of `categorical_crossentropy`; the formula is there."""

    activation = "softmax"
    rule = "one_hot"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        check.in_interval(label_smoothing, 0, 1, "label_smoothing", self)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.label_smoothing, self.axis
        )


class SparseCategoricalCrossentropy(_Crossentropy):
    """Class form of `sparse_categorical_crossentropy`; the formula is there.

    With `ignore_class` a mean is over the other classes' losses alone.
    """

    activation = "softmax"
    rule = "sparse"
    keeps_integers = True

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return sparse_categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.ignore_class, self.axis
        )

    def target_mask(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array | None:
        if self.ignore_class is None:
            return None
        return class_ids(y_true, y_pred.shape, self.axis) != self.ignore_class


class CategoricalGeneralizedCrossEntropy(Loss):
    """Class form of `categorical_generalized_cross_entropy`; the formula is there.

    Raises:
        ArgumentError: If `q` is not above 0 and at most 1.
    """

    rule = "classes"
    keeps_integers = True

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.q = check.in_interval(q, 1e-12, 1, "q", self)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return categorical_generalized_cross_entropy(y_true, y_pred, self.q)


class KLDivergence(Loss):
    """Class form of `kl_divergence`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return kl_divergence(y_true, y_pred)


class Poisson(Loss):
    """Class form of `poisson`; the formula is there."""

    rule = "elementwise"

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return poisson(y_true, y_pred)
