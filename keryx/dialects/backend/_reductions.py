"""Reductions over axes."""

from typing import Any

from keryx import ops
from keryx._core.op import op
from keryx.dialects.backend._record import exact


@exact
def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the greatest element."""
    return ops.max(x, axis, keepdims)


@exact
def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the least element."""
    return ops.min(x, axis, keepdims)


@exact
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the sum."""
    return ops.sum(x, axis, keepdims)


@exact
def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the product.

    Example:
        >>> import numpy as np
        >>> prod(np.array([2, 3]))
        array(6, dtype=int32)
    """
    return ops.prod(x, axis, keepdims)


@op
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the mean; that of booleans is the share of true ones."""
    return ops.mean(x, axis, keepdims)


@op
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the variance, the mean square of the distances from the mean."""
    return ops.var(x, axis, keepdims)


@op
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the standard deviation, the root of the variance."""
    return ops.std(x, axis, keepdims)


@op
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Tells whether an element is not zero."""
    return ops.any(x, axis, keepdims)


@op
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Tells whether no element is zero."""
    return ops.all(x, axis, keepdims)


@op
def argmax(x: Any, axis: int = -1) -> Any:
    """Returns the place of the greatest element."""
    return ops.argmax(x, axis)


@op
def argmin(x: Any, axis: int = -1) -> Any:
    """Returns the place of the least element."""
    return ops.argmin(x, axis)


@exact
def cumsum(x: Any, axis: int = 0) -> Any:
    """Returns the sums of the elements so far."""
    return ops.cumsum(x, axis)


@exact
def cumprod(x: Any, axis: int = 0) -> Any:
    """Returns the products of the elements so far."""
    return ops.cumprod(x, axis)


@op
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Returns the logarithm of the sum of eˣ."""
    return ops.logsumexp(x, axis, keepdims)
