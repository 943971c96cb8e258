"""Functions of each element.

Integers become floats wherever the result has a fraction.

Example:
    >>> sqrt([4, 9]), square(-3.0).item(), isnan(float("nan")).item()
    (Array([2., 3.], dtype=float32), 9.0, True)
"""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_float, unary

absolute = unary(jnp.absolute, "Distance from zero.")
abs = unary(jnp.absolute, "Distance from zero.", "abs")
fabs = unary(jnp.fabs, "Distance from zero, as a float.")
negative = unary(jnp.negative, "The number of opposite sign.")
sign = unary(jnp.sign, "-1, 0 or 1.")
signbit = unary(jnp.signbit, "Whether the sign bit is set; it is for -0.0.")
reciprocal = unary(jnp.reciprocal, "`1 / x`.")
square = unary(jnp.square, "`x · x`.")
sqrt = unary(jnp.sqrt, "Square root.")
cbrt = unary(jnp.cbrt, "Cube root.")
rsqrt = unary(lambda x: jax.lax.rsqrt(as_float(x)), "`1 / √x`.", "rsqrt")

exp = unary(jnp.exp, "`eˣ`.")
exp2 = unary(jnp.exp2, "`2ˣ`.")
expm1 = unary(jnp.expm1, "`eˣ - 1`, accurate near zero.")
log = unary(jnp.log, "Natural logarithm.")
log1p = unary(jnp.log1p, "`log(1 + x)`, accurate near zero.")
log2 = unary(jnp.log2, "Logarithm to base 2.")
log10 = unary(jnp.log10, "Logarithm to base 10.")

sin = unary(jnp.sin, "Sine of angles in radians.")
cos = unary(jnp.cos, "Cosine of angles in radians.")
tan = unary(jnp.tan, "Tangent of angles in radians.")
arcsin = unary(jnp.arcsin, "Angle, in radians, with that sine.")
arccos = unary(jnp.arccos, "Angle, in radians, with that cosine.")
arctan = unary(jnp.arctan, "Angle, in radians, with that tangent.")
sinh = unary(jnp.sinh, "Hyperbolic sine.")
cosh = unary(jnp.cosh, "Hyperbolic cosine.")
tanh = unary(jnp.tanh, "Hyperbolic tangent.")
arcsinh = unary(jnp.arcsinh, "Inverse of the hyperbolic sine.")
arccosh = unary(jnp.arccosh, "Inverse of the hyperbolic cosine.")
arctanh = unary(jnp.arctanh, "Inverse of the hyperbolic tangent.")
deg2rad = unary(jnp.deg2rad, "Radians from degrees.")
rad2deg = unary(jnp.rad2deg, "Degrees from radians.")
sinc = unary(jnp.sinc, "`sin(πx) / (πx)`, 1 at zero.")
i0 = unary(jnp.i0, "Modified Bessel function of the first kind, order 0.")

erf = unary(lambda x: jax.lax.erf(as_float(x)), "Gauss error function.", "erf")
erfc = unary(lambda x: jax.lax.erfc(as_float(x)), "`1 - erf(x)`.", "erfc")
erfinv = unary(lambda x: jax.lax.erf_inv(as_float(x)), "Inverse of `erf`.", "erfinv")

ceil = unary(lambda x: jnp.ceil(as_float(x)), "Next whole number above.", "ceil")
floor = unary(lambda x: jnp.floor(as_float(x)), "Next whole number below.", "floor")
trunc = unary(jnp.trunc, "Next whole number towards zero.")

isfinite = unary(jnp.isfinite, "Whether it is neither infinite nor NaN.")
isinf = unary(jnp.isinf, "Whether it is infinite.")
isnan = unary(jnp.isnan, "Whether it is NaN.")
isneginf = unary(jnp.isneginf, "Whether it is -inf.")
isposinf = unary(jnp.isposinf, "Whether it is +inf.")
isreal = unary(jnp.isreal, "Whether the imaginary part is zero.")

angle = unary(jnp.angle, "Angle of complex numbers, in radians.")
conj = unary(jnp.conj, "Complex conjugate.", "conj")
conjugate = unary(jnp.conjugate, "Complex conjugate.", "conjugate")
real = unary(jnp.real, "Real part.")
imag = unary(jnp.imag, "Imaginary part.")

logical_not = unary(jnp.logical_not, "Whether it is zero.")
bitwise_not = unary(jnp.bitwise_not, "Flips every bit.", "bitwise_not")
bitwise_invert = unary(jnp.bitwise_not, "Flips every bit.", "bitwise_invert")


@op
def round(x: Any, decimals: int = 0) -> jax.Array:
    """Nearest multiple of `10^-decimals`; halves go to the even one.

    Example:
        >>> round([0.5, 1.5, -2.26])
        Array([ 0.,  2., -2.], dtype=float32)
    """
    return jnp.round(as_array(x), decimals)


@op
def clip(x: Any, x_min: Any, x_max: Any) -> jax.Array:
    """The nearest number from `x_min` to `x_max`.

    Example:
        >>> clip([-2.0, 0.5, 9.0], 0, 1)
        Array([0. , 0.5, 1. ], dtype=float32)
    """
    x = as_array(x)
    x = x.astype("int32") if x.dtype == bool else x
    return jnp.clip(x, as_array(x_min), as_array(x_max))


@op
def nan_to_num(
    x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> jax.Array:
    """Replaces NaN and infinities by numbers.

    Args:
        x: Array.
        nan: Stands in for NaN.
        posinf: Stands in for +inf; the largest finite number if `None`.
        neginf: Stands in for -inf; the smallest finite number if `None`.
    """
    return jnp.nan_to_num(as_array(x), nan=nan, posinf=posinf, neginf=neginf)


@op
def view_as_complex(x: Any) -> jax.Array:
    """Complex numbers from pairs (real, imaginary) along the last axis.

    Example:
        >>> view_as_complex([[1.0, 2.0]])
        Array([1.+2.j], dtype=complex64)
    """
    x = as_array(x)
    return jax.lax.complex(x[..., 0], x[..., 1])


@op
def view_as_real(x: Any) -> jax.Array:
    """Pairs (real, imaginary) along a new last axis; the inverse of `view_as_complex`.

    Example:
        >>> view_as_real([1 + 2j])
        Array([[1., 2.]], dtype=float32)
    """
    x = as_array(x)
    return jnp.stack([jnp.real(x), jnp.imag(x)], axis=-1)
