"""Metrics that `tf.keras` had and today's Keras has not."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from keryx import metrics
from keryx._core.errors import ShapeError
from keryx._core.op import unwrap
from keryx.metrics._mean import MeanOf
from keryx.metrics._state import ratio


class Sums(NamedTuple):
    """Weighted sums and weights so far, element by element."""

    total: jax.Array  # in the shape of the values
    weight: jax.Array  # in the shape of the values


class MeanTensor(metrics.Metric):
    """Weighted mean over updates, for each element by itself.

        sum value · weight / sum weight

    Example:
        >>> metric = MeanTensor()
        >>> metric.update_state([0.0, 1.0])
        >>> metric([2.0, 5.0]).tolist()
        [1.0, 3.0]

    Args:
        name: Name of the metric.
        dtype: Float type of the state.
        shape: Shape of the values; that of the first ones if `None`.

    Shapes:
        values:        any, the same at each update
        sample_weight: the values' leading axes, or broadcastable to them
        result:        the values' shape

    Raises:
        ShapeError: At an update, if the values have another shape than before.
    """

    __module__ = "keryx.metrics"

    def __init__(
        self, name: str | None = "mean_tensor", dtype: Any = None, shape: Any = None
    ) -> None:
        super().__init__(dtype, name)
        self.shape = None if shape is None else tuple(shape)
        self.built = self.shape is not None

    def build(self, values_shape: Any, other_shape: Any = None) -> None:
        """Fixes the state's shape as that of the values."""
        self.shape, self.built = tuple(values_shape), True

    def init(self) -> Sums:
        shape = self.shape or ()
        return Sums(jnp.zeros(shape, self.dtype), jnp.zeros(shape, self.dtype))

    def update(
        self, state: Sums, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Sums:
        array = jnp.asarray(values, self.dtype)
        if array.shape != state.total.shape:
            raise ShapeError(
                f"metric {self.name!r} (MeanTensor)",
                expected=f"values of shape {state.total.shape}",
                got=f"{array.shape}",
            )
        weights = jnp.ones_like(array)
        if sample_weight is not None:
            given = jnp.asarray(sample_weight, self.dtype)
            missing = array.ndim - given.ndim
            weights = weights * given.reshape(given.shape + (1,) * missing)
        return Sums(state.total + array * weights, state.weight + weights)

    def compute(self, state: Sums) -> jax.Array:
        return ratio(*state)

    @property
    def total(self) -> Any:
        """The weighted sums; `None` before the first values."""
        return self.variables[0] if self.variables else None

    @property
    def count(self) -> Any:
        """The weights; `None` before the first values."""
        return self.variables[1] if self.variables else None


class MeanRelativeError(MeanOf):
    """Mean of absolute errors as shares of given values.

        mean |y_true - y_pred| / normalizer, 0 where the normalizer is 0

    Example:
        >>> metric = MeanRelativeError(normalizer=[1.0, 3.0, 2.0, 3.0])
        >>> float(metric([1.0, 3.0, 2.0, 3.0], [2.0, 4.0, 6.0, 8.0]))
        1.25

    Args:
        normalizer: What to divide by, broadcastable to the errors.
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        y_true: `(batch, ...)`
        y_pred: as `y_true`
        result: `()`
    """

    __module__ = "keryx.metrics"

    def __init__(
        self, normalizer: Any, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)
        self.normalizer = np.asarray(unwrap(normalizer), self.dtype).tolist()

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        if y_true.ndim == y_pred.ndim + 1:
            y_true = jnp.squeeze(y_true, -1)
        elif y_pred.ndim == y_true.ndim + 1:
            y_pred = jnp.squeeze(y_pred, -1)
        errors = jnp.abs(y_true - y_pred).astype(self.dtype)
        return ratio(errors, jnp.asarray(self.normalizer, self.dtype))
