"""Overlap of segments: intersection over union."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import check, config
from keryx._core.errors import ArgumentError, DataError
from keryx.losses._reduce import align, spread
from keryx.metrics._metric import Metric
from keryx.metrics._state import Total


class IoU(Metric):
    """Mean over some classes of the intersection over the union.

        true positives / (true positives + false positives + false negatives)

    Departs from Keras: weights below one count, whatever `dtype` is.

    Example:
        >>> metric = IoU(num_classes=2, target_class_ids=[0])
        >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes whose mean is the result.
        name: Name of the metric.
        dtype: Accepted for Keras's sake; counts are exact.
        ignore_class: Target id of samples that do not count, such as "unknown".
        sparse_y_true: Whether targets are class ids; otherwise one score per class.
        sparse_y_pred: Whether predictions are class ids; otherwise one score per class.
        axis: Axis of the scores.

    Shapes:
        y_true: `(batch, ...)`, or with an axis of scores
        y_pred: as `y_true`
        result: `()`; classes that never occur are left out of the mean

    Raises:
        ArgumentError: If a target class is not below `num_classes`.
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(dtype or "int32", name)
        self.num_classes = check.positive_int(num_classes, "num_classes", self)
        self.target_class_ids = list(target_class_ids)
        for target in self.target_class_ids:
            if not 0 <= target < self.num_classes:
                raise ArgumentError(
                    self,
                    "target_class_ids",
                    expected=f"ids from 0 to {self.num_classes - 1}",
                    got=target,
                )
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis

    def init(self) -> Total:
        return Total.zero((self.num_classes, self.num_classes), config.floatx())

    def update(
        self,
        state: Total,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Total:
        targets, predictions = self._ids(jnp.asarray(y_true), jnp.asarray(y_pred))
        targets, predictions = align(targets, predictions)
        if targets.shape != predictions.shape:
            raise DataError(
                f"metric {self.name!r} ({type(self).__name__})",
                expected="one predicted class for each target",
                got=f"shapes {targets.shape} and {predictions.shape}",
            )
        counts = (targets >= 0) & (targets < self.num_classes)
        if self.ignore_class is not None:
            counts &= targets != self.ignore_class
        weights: jax.Array = counts.astype(jnp.int32)  # exact, where floats saturate
        if sample_weight is not None:
            given, _ = align(jnp.asarray(sample_weight, config.floatx()), targets)
            weights = counts * spread(given, targets)
        cells = jnp.where(counts, targets, 0) * self.num_classes + predictions
        cells = jnp.where(
            (predictions >= 0) & (predictions < self.num_classes), cells, -1
        )
        sums = jax.ops.segment_sum(
            jnp.ravel(weights), jnp.ravel(cells), self.num_classes**2
        )
        return state.add(sums.reshape(self.num_classes, self.num_classes))

    def _ids(self, y_true: jax.Array, y_pred: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Returns targets and predictions as class ids."""
        if not self.sparse_y_true:
            y_true = jnp.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = jnp.argmax(y_pred, axis=self.axis)
        return y_true.astype(jnp.int32), y_pred.astype(jnp.int32)

    def compute(self, state: Total) -> jax.Array:
        counts = state.value()
        both = jnp.diagonal(counts)
        either = jnp.sum(counts, axis=0) + jnp.sum(counts, axis=1) - both
        chosen = jnp.asarray(self.target_class_ids)
        both, either = both[chosen], either[chosen]
        occurs = either > 0
        shares = jnp.where(occurs, both / (either + config.epsilon()), 0.0)
        return jnp.sum(shares) / jnp.maximum(jnp.sum(occurs), 1)


class BinaryIoU(IoU):
    """`IoU` of two classes, told apart by a threshold.

    Example:
        >>> metric = BinaryIoU(target_class_ids=[1], threshold=0.3)
        >>> round(float(metric([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
        0.3333

    Args:
        target_class_ids: Which of 0 and 1 the result is about; their mean for both.
        threshold: From which score on the prediction is class 1.
        name: Name of the metric.
        dtype: Accepted for Keras's sake.
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def _ids(self, y_true: jax.Array, y_pred: jax.Array) -> tuple[jax.Array, jax.Array]:
        return y_true.astype(jnp.int32), (y_pred >= self.threshold).astype(jnp.int32)


class MeanIoU(IoU):
    """`IoU` averaged over all classes; the other arguments are there.

    Example:
        >>> round(float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
        0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            range(num_classes),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )


class OneHotIoU(IoU):
    """`IoU` for one-hot targets; the other arguments are there."""

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            target_class_ids,
            name,
            dtype,
            ignore_class,
            False,
            sparse_y_pred,
            axis,
        )


class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` for one-hot targets; the other arguments are those of `IoU`."""

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis
        )
