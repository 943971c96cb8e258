"""Functions of two arrays, element by element after broadcasting.

Example:
    >>> add([1.0, 2.0], 0.5), less([1, 5], [3, 3])
    (Array([1.5, 2.5], dtype=float32), Array([ True, False], dtype=bool))
"""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, binary, bitwise

add = binary(jnp.add, "`x1 + x2`.")
subtract = binary(jnp.subtract, "`x1 - x2`.")
multiply = binary(jnp.multiply, "`x1 · x2`.")
divide = binary(jnp.true_divide, "`x1 / x2`.", "divide")
true_divide = binary(jnp.true_divide, "`x1 / x2`.", "true_divide")
floor_divide = binary(jnp.floor_divide, "`x1 / x2`, rounded down.")
mod = binary(
    jnp.mod, "Remainder of the floor division; it has the sign of `x2`.", "mod"
)
fmod = binary(jnp.fmod, "Remainder of the truncated division; it has the sign of `x1`.")
power = binary(jnp.power, "`x1` to the power `x2`.")
maximum = binary(jnp.maximum, "The larger one; NaN if one is.")
minimum = binary(jnp.minimum, "The smaller one; NaN if one is.")
fmax = binary(jnp.fmax, "The larger one; a NaN is ignored if the other is a number.")
fmin = binary(jnp.fmin, "The smaller one; a NaN is ignored if the other is a number.")
arctan2 = binary(jnp.arctan2, "Angle of the point (x2, x1), in radians, in (-π, π].")
hypot = binary(jnp.hypot, "`√(x1² + x2²)`.")
logaddexp = binary(jnp.logaddexp, "`log(exp(x1) + exp(x2))`, without overflow.")
logaddexp2 = binary(jnp.logaddexp2, "`log2(2^x1 + 2^x2)`, without overflow.")
ldexp = binary(jnp.ldexp, "`x1 · 2^x2` for integers `x2`.")
nextafter = binary(jnp.nextafter, "The float next to `x1` in the direction of `x2`.")
heaviside = binary(jnp.heaviside, "0 below zero, 1 above, and `x2` at zero.")
gcd = binary(jnp.gcd, "Greatest common divisor.")
lcm = binary(jnp.lcm, "Least common multiple.")

equal = binary(jnp.equal, "`x1 == x2`.")
not_equal = binary(jnp.not_equal, "`x1 != x2`.")
greater = binary(jnp.greater, "`x1 > x2`.")
greater_equal = binary(jnp.greater_equal, "`x1 >= x2`.")
less = binary(jnp.less, "`x1 < x2`.")
less_equal = binary(jnp.less_equal, "`x1 <= x2`.")

logical_and = binary(jnp.logical_and, "Whether both are other than zero.")
logical_or = binary(jnp.logical_or, "Whether one or both are other than zero.")
logical_xor = binary(jnp.logical_xor, "Whether exactly one is other than zero.")

bitwise_and = bitwise(jnp.bitwise_and, "Bits set in both.")
bitwise_or = bitwise(jnp.bitwise_or, "Bits set in one or both.")
bitwise_xor = bitwise(jnp.bitwise_xor, "Bits set in exactly one.")
left_shift = bitwise(jnp.left_shift, "Bits of `x` moved up by `y` places.")
right_shift = bitwise(jnp.right_shift, "Bits of `x` moved down by `y` places.")
bitwise_left_shift = left_shift
bitwise_right_shift = right_shift


@op
def divide_no_nan(x1: Any, x2: Any) -> jax.Array:
    """`x1 / x2`, and 0 where `x2` is 0; so is the gradient.

    Example:
        >>> divide_no_nan([1.0, 2.0], [0.0, 4.0])
        Array([0. , 0.5], dtype=float32)
    """
    x1, x2 = as_array(x1), as_array(x2)
    # The inner `where` keeps an infinite slope out of the gradient.
    quotient = jnp.true_divide(x1, jnp.where(x2 == 0, jnp.ones_like(x2), x2))
    return jnp.where(x2 == 0, jnp.zeros_like(quotient), quotient)


@op
def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    """Whether `|x1 - x2| <= atol + rtol · |x2|`.

    Args:
        x1: Array.
        x2: Array, the reference for the relative tolerance.
        rtol: Relative tolerance.
        atol: Absolute tolerance, in the units of the arrays.
        equal_nan: Whether NaN is close to NaN.
    """
    return jnp.isclose(as_array(x1), as_array(x2), rtol, atol, equal_nan)


@op
def allclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> jax.Array:
    """Whether `isclose` holds for all elements; the arguments are the same."""
    return jnp.allclose(as_array(x1), as_array(x2), rtol, atol, equal_nan)
