"""Functions of each element."""

from typing import Any

import jax.numpy as jnp

from keryx import ops
from keryx._core.op import op
from keryx.dialects.backend._record import exact


@exact
def square(x: Any) -> Any:
    """Returns x²."""
    return ops.square(x)


@exact
def abs(x: Any) -> Any:
    """Returns |x|."""
    return ops.abs(x)


@op
def sqrt(x: Any) -> Any:
    """Returns √x; 0 for what is negative.

    Example:
        >>> sqrt([4.0, -1.0]).tolist()
        [2.0, 0.0]
    """
    return ops.sqrt(ops.clip(x, 0.0, jnp.inf))


@op
def exp(x: Any) -> Any:
    """Returns eˣ."""
    return ops.exp(x)


@op
def log(x: Any) -> Any:
    """Returns the natural logarithm."""
    return ops.log(x)


@exact
def round(x: Any) -> Any:
    """Returns the nearest whole number, of two the even one."""
    return ops.round(x)


@exact
def sign(x: Any) -> Any:
    """Returns -1, 0 or 1."""
    return ops.sign(x)


@exact
def pow(x: Any, a: Any) -> Any:
    """Returns x to the power of `a`."""
    return ops.power(x, a)


@exact
def clip(x: Any, min_value: Any = None, max_value: Any = None) -> Any:
    """Returns the nearest number from `min_value` to `max_value`.

    Args:
        x: Array.
        min_value: Least number; no limit if `None`.
        max_value: Greatest number; no limit if `None`. One below `min_value` is
            taken for it.
    """
    low = -jnp.inf if min_value is None else min_value
    high = jnp.inf if max_value is None else max_value
    if isinstance(low, int | float) and isinstance(high, int | float) and high < low:
        high = low
    return ops.clip(x, low, high)


@op
def sin(x: Any) -> Any:
    """Returns the sine."""
    return ops.sin(x)


@op
def cos(x: Any) -> Any:
    """Returns the cosine."""
    return ops.cos(x)


@exact
def equal(x: Any, y: Any) -> Any:
    """Tells where x = y."""
    return ops.equal(x, y)


@exact
def not_equal(x: Any, y: Any) -> Any:
    """Tells where x ≠ y."""
    return ops.not_equal(x, y)


@exact
def greater(x: Any, y: Any) -> Any:
    """Tells where x > y."""
    return ops.greater(x, y)


@exact
def greater_equal(x: Any, y: Any) -> Any:
    """Tells where x ≥ y."""
    return ops.greater_equal(x, y)


@exact
def less(x: Any, y: Any) -> Any:
    """Tells where x < y."""
    return ops.less(x, y)


@exact
def less_equal(x: Any, y: Any) -> Any:
    """Tells where x ≤ y."""
    return ops.less_equal(x, y)


def lesser(x: Any, y: Any) -> Any:
    """`less` under its name of Keras 1."""
    return less(x, y)


def lesser_equal(x: Any, y: Any) -> Any:
    """`less_equal` under its name of Keras 1."""
    return less_equal(x, y)


@exact
def maximum(x: Any, y: Any) -> Any:
    """Returns the greater of two numbers."""
    return ops.maximum(x, y)


@exact
def minimum(x: Any, y: Any) -> Any:
    """Returns the lesser of two numbers."""
    return ops.minimum(x, y)


@op
def stop_gradient(variables: Any) -> Any:
    """Returns the arguments as constants, whose derivatives are zero."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)
