"""Running sums and means as metrics."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import dtypes, serial
from keryx._core.op import now
from keryx._core.registry import Registry
from keryx.losses._loss import function_name
from keryx.losses._reduce import align, spread
from keryx.metrics._metric import Metric
from keryx.metrics._state import MeanState, Total

FUNCTIONS = Registry("Function", "keras.metrics")


class _Averaging(Metric):
    """What metrics that keep a running mean have in common."""

    def init(self) -> MeanState:
        return MeanState.zero(self.dtype)

    def compute(self, state: MeanState) -> jax.Array:
        return state.mean()


class Mean(_Averaging):
    """Weighted mean of values.

        sum value · weight / sum weight

    A sample with several values counts once, with their mean.

    Example:
        >>> metric = Mean()
        >>> metric.update_state([1.0, 3.0])
        >>> float(metric(8.0))
        4.0

    Args:
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        values:        `(samples, ...)` or `()`
        sample_weight: `(samples,)` or as the values
        result:        `()`; 0 before the first sample
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)

    def update(
        self,
        state: MeanState,
        values: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> MeanState:
        return state.add(values, sample_weight)


class Sum(Metric):
    """Weighted sum of values.

        sum value · weight

    Example:
        >>> float(Sum()([1.0, 2.0, 4.0]))
        7.0

    Args:
        name: Name of the metric.
        dtype: Float type of the state.

    Shapes:
        values:        `(samples, ...)` or `()`
        sample_weight: `(samples,)` or as the values
        result:        `()`
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)

    def init(self) -> Total:
        return Total.zero((), self.dtype)

    def update(
        self, state: Total, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Total:
        array = jnp.asarray(values, self.dtype)
        if sample_weight is not None:
            weights = jnp.asarray(sample_weight, self.dtype)
            array, weights = align(array, weights, expand=False)
            array = array * spread(weights, array)
        return state.add(jnp.sum(array))

    def compute(self, state: Total) -> jax.Array:
        return state.value()


class MeanOf(_Averaging):
    """Mean of one value per sample; a subclass writes `values`."""

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(dtype, name)

    def values(self, y_true: Any, y_pred: Any) -> jax.Array:
        """Returns one value per sample."""
        raise NotImplementedError(f"{type(self).__name__}.values")

    def update(
        self,
        state: MeanState,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> MeanState:
        values = self.values(in_type(y_true, self.dtype), in_type(y_pred, self.dtype))
        return state.add(values, sample_weight)


def in_type(values: Any, dtype: str) -> jax.Array:
    """Returns an array whose floats are of `dtype`; integers stay what they are."""
    array = jnp.asarray(values)
    return array.astype(dtype) if dtypes.is_float(array.dtype) else array


class MeanMetricWrapper(MeanOf):
    """Mean of what a function `fn(y_true, y_pred, **kwargs)` returns.

    Example:
        >>> metric = MeanMetricWrapper(lambda y_true, y_pred: abs(y_true - y_pred))
        >>> float(metric([1.0, 2.0], [1.0, 4.0]))
        1.0

    Args:
        fn: Returns one value per sample, or one for the batch.
        name: Name of the metric; the function's own if `None`.
        dtype: Float type of the state.
        kwargs: Further arguments of `fn`.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or function_name(fn), dtype)
        self.fn = fn
        self.kwargs = kwargs

    def values(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return jnp.asarray(now(self.fn(y_true, y_pred, **self.kwargs)))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal metric."""
        return {**super().get_config(), **serial.serialize(self.kwargs)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MeanMetricWrapper":
        """Makes a metric from `get_config`'s result."""
        return cls(**{**config, "fn": FUNCTIONS.get(config["fn"])})
