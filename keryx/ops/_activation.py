"""Elementwise nonlinearities, and those that normalize an axis."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops._make import as_array, as_axis, as_float, Axis, unary

relu = unary(jax.nn.relu, "`max(x, 0)`; the slope at 0 is 0.")
relu6 = unary(jax.nn.relu6, "`min(max(x, 0), 6)`.")
sigmoid = unary(
    lambda x: jax.nn.sigmoid(as_float(x)), "`1 / (1 + exp(-x))`.", "sigmoid"
)
log_sigmoid = unary(
    lambda x: jax.nn.log_sigmoid(as_float(x)), "`log(sigmoid(x))`.", "log_sigmoid"
)
softplus = unary(jax.nn.softplus, "`log(1 + exp(x))`.")
softsign = unary(jax.nn.soft_sign, "`x / (1 + |x|)`.", "softsign")
silu = unary(lambda x: jax.nn.silu(as_float(x)), "`x · sigmoid(x)`.", "silu")
swish = unary(lambda x: jax.nn.silu(as_float(x)), "`x · sigmoid(x)`.", "swish")
selu = unary(jax.nn.selu, "Scaled `elu` that keeps mean 0 and variance 1.")
hard_sigmoid = unary(jax.nn.hard_sigmoid, "`relu6(x + 3) / 6`.")
hard_silu = unary(jax.nn.hard_silu, "`x · hard_sigmoid(x)`.", "hard_silu")
hard_swish = unary(jax.nn.hard_silu, "`x · hard_sigmoid(x)`.", "hard_swish")
hard_tanh = unary(jax.nn.hard_tanh, "`min(max(x, -1), 1)`.")
tanh_shrink = unary(lambda x: x - jnp.tanh(x), "`x - tanh(x)`.", "tanh_shrink")
sparse_plus = unary(
    jax.nn.sparse_plus, "0 below -1, `x` above 1, `(x + 1)² / 4` between."
)
sparse_sigmoid = unary(
    jax.nn.sparse_sigmoid, "0 below -1, 1 above 1, `(x + 1) / 2` between."
)


@op
def leaky_relu(x: Any, negative_slope: float = 0.2) -> jax.Array:
    """`x` above zero, `negative_slope · x` below."""
    return jax.nn.leaky_relu(as_array(x), negative_slope)


@op
def elu(x: Any, alpha: float = 1.0) -> jax.Array:
    """`x` above zero, `alpha · (exp(x) - 1)` below.

    Source:
        Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear
        Units", arXiv:1511.07289, equation 16.
    """
    return jax.nn.elu(as_array(x), alpha)


@op
def celu(x: Any, alpha: float = 1.0) -> jax.Array:
    """`x` above zero, `alpha · (exp(x / alpha) - 1)` below.

    Source:
        Barron, "Continuously Differentiable Exponential Linear Units",
        arXiv:1704.07483, equation 2.
    """
    return jax.nn.celu(as_array(x), alpha)


@op
def gelu(x: Any, approximate: bool = True) -> jax.Array:
    """`x · Φ(x)`, with Φ the normal distribution's cumulative function.

    Args:
        x: Array.
        approximate: Whether to use the approximation of Φ by `tanh`.

    Source:
        Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415,
        section 2.
    """
    return jax.nn.gelu(as_float(x), approximate)


@op
def glu(x: Any, axis: int = -1) -> jax.Array:
    """The first half of an axis times the sigmoid of the second.

    Source:
        Dauphin et al., "Language Modeling with Gated Convolutional Networks",
        arXiv:1612.08083, equation 1.
    """
    return jax.nn.glu(as_array(x), axis)


@op
def hard_shrink(x: Any, threshold: float = 0.5) -> jax.Array:
    """`x` where `|x| > threshold`, 0 elsewhere."""
    x = as_array(x)
    return jnp.where(jnp.abs(x) > threshold, x, jnp.zeros_like(x))


@op
def soft_shrink(x: Any, threshold: float = 0.5) -> jax.Array:
    """`x` moved towards zero by `threshold`, as far as zero."""
    x = as_array(x)
    return jnp.where(
        x > threshold,
        x - threshold,
        jnp.where(x < -threshold, x + threshold, jnp.zeros_like(x)),
    )


@op
def squareplus(x: Any, b: float = 4) -> jax.Array:
    """`(x + √(x² + b)) / 2`; `b` is the width of the bend."""
    return jax.nn.squareplus(as_array(x), b)


@op
def threshold(x: Any, threshold: float, default_value: float) -> jax.Array:
    """`x` above the threshold, `default_value` elsewhere."""
    x = as_array(x)
    return jnp.where(x > threshold, x, jnp.asarray(default_value, x.dtype))


@op
def softmax(x: Any, axis: Axis = -1) -> jax.Array:
    """`exp(x) / sum(exp(x))` along an axis, or several.

    Example:
        >>> softmax([0.0, 0.0])
        Array([0.5, 0.5], dtype=float32)
    """
    return jax.nn.softmax(as_float(x), axis=as_axis(axis))


@op
def log_softmax(x: Any, axis: Axis = -1) -> jax.Array:
    """`log(softmax(x))`, accurate for small probabilities."""
    return jax.nn.log_softmax(as_float(x), axis=as_axis(axis))


@op
def sparsemax(x: Any, axis: int = -1) -> jax.Array:
    """The nearest point, to `x`, of those with entries ≥ 0 that sum to 1.

        p = max(x - τ, 0),   τ such that  sum(p) = 1

    Example:
        >>> sparsemax([0.0, 1.5, 2.0])
        Array([0.  , 0.25, 0.75], dtype=float32)

    Source:
        Martins and Astudillo, "From Softmax to Sparsemax", arXiv:1602.02068,
        algorithm 1.
    """
    scores = jnp.moveaxis(as_float(x), axis, -1)
    ordered = jnp.flip(jnp.sort(scores, axis=-1), -1)
    place = jnp.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    total = jnp.cumsum(ordered, axis=-1)
    support = 1 + place * ordered > total
    count = jnp.sum(support, axis=-1, keepdims=True).astype(scores.dtype)
    mass = jnp.sum(jnp.where(support, ordered, 0), axis=-1, keepdims=True)
    return jnp.moveaxis(jnp.maximum(scores - (mass - 1) / count, 0), -1, axis)
