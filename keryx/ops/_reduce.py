"""Functions that make one number of all those along some axes.

`axis` is an integer, several, or `None` for all; `keepdims` leaves reduced axes in
place with size 1.

Example:
    >>> mean([[1, 2], [3, 6]], axis=0), max([[1, 2], [3, 6]], axis=-1, keepdims=True)
    (Array([2., 4.], dtype=float32), Array([[2],
           [6]], dtype=int32))
"""

from collections.abc import Callable
from typing import Any, cast, Protocol

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_axis, Axis, canonical, named


class Reduction(Protocol):
    """An operation that reduces axes."""

    __name__: str

    def __call__(
        self, x: Any, axis: Axis = None, keepdims: bool = False
    ) -> jax.Array: ...


class Cumulative(Protocol):
    """An operation along one axis that keeps it."""

    __name__: str

    def __call__(self, x: Any, axis: int | None = None, dtype: Any = None) -> Any: ...


def _reduction(function: Callable[..., Any], doc: str, name: str = "") -> Reduction:
    def call(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        return function(as_array(x), axis=as_axis(axis), keepdims=keepdims)

    return cast(Reduction, named(call, name or function.__name__, doc))


def _cumulative(function: Callable[..., Any], doc: str) -> Cumulative:
    def call(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
        return function(as_array(x), axis=axis, dtype=canonical(dtype))

    return cast(Cumulative, named(call, function.__name__, doc))


sum = _reduction(jnp.sum, "Sum.")
mean = _reduction(jnp.mean, "Arithmetic mean.")
median = _reduction(jnp.median, "Middle value; the mean of two if the number is even.")
var = _reduction(jnp.var, "Mean squared distance from the mean.")
std = _reduction(jnp.std, "Square root of the variance.")
ptp = _reduction(jnp.ptp, "Largest value minus smallest.")
all = _reduction(jnp.all, "Whether all are other than zero.")
any = _reduction(jnp.any, "Whether one is other than zero.")
amax = _reduction(jnp.amax, "Largest value.", "amax")
amin = _reduction(jnp.amin, "Smallest value.", "amin")
argmax = _reduction(jnp.argmax, "Place of the largest value, the first of equals.")
argmin = _reduction(jnp.argmin, "Place of the smallest value, the first of equals.")

nansum = _reduction(jnp.nansum, "Sum of what is not NaN.")
nanmean = _reduction(jnp.nanmean, "Mean of what is not NaN.")
nanmedian = _reduction(jnp.nanmedian, "Median of what is not NaN.")
nanprod = _reduction(jnp.nanprod, "Product of what is not NaN.")
nanvar = _reduction(jnp.nanvar, "Variance of what is not NaN.")
nanstd = _reduction(jnp.nanstd, "Standard deviation of what is not NaN.")
nanmax = _reduction(jnp.nanmax, "Largest of what is not NaN.")
nanmin = _reduction(jnp.nanmin, "Smallest of what is not NaN.")
nanargmax = _reduction(jnp.nanargmax, "Place of the largest; -1 if all are NaN.")
nanargmin = _reduction(jnp.nanargmin, "Place of the smallest; -1 if all are NaN.")

cumsum = _cumulative(jnp.cumsum, "Running sum; of the flattened array for no `axis`.")
cumprod = _cumulative(jnp.cumprod, "Running product; flattened for no `axis`.")
nancumsum = _cumulative(jnp.nancumsum, "Running sum that skips NaN.")
nancumprod = _cumulative(jnp.nancumprod, "Running product that skips NaN.")


@op
def max(
    x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None
) -> jax.Array:
    """Largest value, or `initial` if that is larger or there is none."""
    return jnp.max(as_array(x), axis=as_axis(axis), keepdims=keepdims, initial=initial)


@op
def min(
    x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None
) -> jax.Array:
    """Smallest value, or `initial` if that is smaller or there is none."""
    return jnp.min(as_array(x), axis=as_axis(axis), keepdims=keepdims, initial=initial)


@op
def prod(
    x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None
) -> jax.Array:
    """Product, computed in `dtype` if one is given."""
    return jnp.prod(
        as_array(x), axis=as_axis(axis), keepdims=keepdims, dtype=canonical(dtype)
    )


@op
def average(x: Any, axis: Axis = None, weights: Any = None) -> jax.Array:
    """Weighted mean.

        sum(weights · x) / sum(weights)

    Example:
        >>> average([1.0, 5.0], weights=[3, 1])
        Array(2., dtype=float32)

    Args:
        x: Array.
        axis: Axes to reduce.
        weights: One weight for each element, or for each along `axis`.
    """
    weights = None if weights is None else as_array(weights)
    return jnp.average(as_array(x), axis=as_axis(axis), weights=weights)


@op
def count_nonzero(x: Any, axis: Axis = None) -> jax.Array:
    """How many elements are other than zero."""
    return jnp.count_nonzero(as_array(x), axis=as_axis(axis))


@op
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> jax.Array:
    """`log(sum(exp(x)))`, without overflow.

    Example:
        >>> logsumexp([1000.0, 1000.0]).round(2)
        Array(1000.69, dtype=float32)
    """
    return jax.nn.logsumexp(as_array(x), axis=as_axis(axis), keepdims=keepdims)


@op
def quantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """Value below which a share `q` of the elements lies.

    Example:
        >>> quantile([0.0, 1.0, 2.0], [0.5, 0.75])
        Array([1. , 1.5], dtype=float32)

    Args:
        x: Array.
        q: Shares in [0, 1]; several of them add a first axis to the result.
        axis: Axes to reduce.
        method: Between two elements: "linear", "lower", "higher", "midpoint" or
            "nearest".
        keepdims: Whether reduced axes stay, with size 1.
    """
    return jnp.quantile(
        as_array(x), as_array(q), axis=as_axis(axis), method=method, keepdims=keepdims
    )


@op
def percentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """`quantile` with `q` in percent."""
    return jnp.percentile(
        as_array(x), as_array(q), axis=as_axis(axis), method=method, keepdims=keepdims
    )


@op
def nanquantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """`quantile` of what is not NaN."""
    return jnp.nanquantile(
        as_array(x), as_array(q), axis=as_axis(axis), method=method, keepdims=keepdims
    )


@op
def nanpercentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """`percentile` of what is not NaN."""
    return jnp.nanpercentile(
        as_array(x), as_array(q), axis=as_axis(axis), method=method, keepdims=keepdims
    )


@op
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> jax.Array:
    """Integral by the trapezoidal rule.

    Example:
        >>> trapezoid([0.0, 1.0, 2.0], dx=0.5)
        Array(1., dtype=float32)

    Args:
        y: Values of the function.
        x: Where they are taken; `dx` apart if `None`.
        dx: Distance between them.
        axis: The axis to integrate along.
    """
    x = None if x is None else as_array(x)
    return jnp.trapezoid(as_array(y), x, dx=dx, axis=axis)


@op
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> jax.Array:
    """Sum along a diagonal of two axes, `offset` places right of the main one."""
    return jnp.trace(as_array(x), offset=offset, axis1=axis1, axis2=axis2)


@op
def diff(a: Any, n: int = 1, axis: int = -1) -> jax.Array:
    """Each element minus the one before it, `n` times over."""
    return jnp.diff(as_array(a), n=n, axis=axis)
