"""Activations that turn scores into probabilities."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from keryx._core import scope
from keryx.activations._registry import activation
from keryx.activations._sigmoid import as_float

Axis = int | Sequence[int]


def _axes(axis: Axis) -> int | tuple[int, ...]:
    return axis if isinstance(axis, int) else tuple(axis)


@activation()
def softmax(x: jax.Array, axis: Axis = -1) -> jax.Array:
    """Probabilities in proportion to the exponentials of the scores.

        softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)

    The largest score is taken off first, so that large ones do not overflow.

    Example:
        >>> softmax(jnp.array([1000.0, 1000.0, 0.0])).tolist()
        [0.5, 0.5, 0.0]

    Args:
        x: Scores.
        axis: Axis, or axes together, along which the outputs sum to one.

    Source:
        Bridle, "Probabilistic Interpretation of Feedforward Classification Network
        Outputs" (Neurocomputing, 1990).
    """
    x = as_float(x)
    y = jax.nn.softmax(x, _axes(axis))
    if axis in (-1, x.ndim - 1):
        scope.remember_logits(y, x, "softmax")
    return y


@activation()
def log_softmax(x: jax.Array, axis: Axis = -1) -> jax.Array:
    """Logarithm of `softmax`, exact where that rounds to zero.

        log_softmax(x)ᵢ = xᵢ - log Σⱼ exp(xⱼ)

    Example:
        >>> log_softmax(jnp.array([1000.0, 0.0])).tolist()
        [0.0, -1000.0]

    Args:
        x: Scores.
        axis: Axis, or axes together, along which the probabilities sum to one.
    """
    return jax.nn.log_softmax(as_float(x), _axes(axis))


@activation()
def sparsemax(x: jax.Array, axis: int = -1) -> jax.Array:
    """Probability vector nearest to the scores; many of its entries are zero.

        sparsemax(x)ᵢ = max(xᵢ - τ, 0),    τ such that they sum to one:
        τ = (Σ of the k largest scores - 1) / k
        k = largest k with 1 + k x₍ₖ₎ > Σ of the k largest scores

    Example:
        >>> sparsemax(jnp.array([1.0, 0.75, -1.0])).tolist()
        [0.625, 0.375, 0.0]

    Args:
        x: Scores.
        axis: Axis along which the outputs sum to one.

    Source:
        Martins & Astudillo, "From Softmax to Sparsemax" (ICML 2016,
        arXiv:1602.02068), algorithm 1. Departs from Keras 3.15, whose outputs sum to
        one only where a single one of them is not zero.
    """
    scores = jnp.moveaxis(as_float(x), axis, -1)
    # The outputs do not change when all scores move; this keeps the sums small.
    scores = scores - jax.lax.stop_gradient(scores.max(-1, keepdims=True))
    ordered = jax.lax.stop_gradient(jnp.flip(jnp.sort(scores, -1), -1))
    counts = jnp.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    kept = 1 + counts * ordered > jnp.cumsum(ordered, -1)
    least = jnp.min(jnp.where(kept, ordered, jnp.inf), -1, keepdims=True)
    support = scores >= least
    # Departs from Keras: it adds up the partial sums here, not the scores.
    total = jnp.sum(jnp.where(support, scores, 0), -1, keepdims=True)
    tau = (total - 1) / jnp.sum(support, -1, keepdims=True, dtype=scores.dtype)
    return jnp.moveaxis(jax.nn.relu(scores - tau), -1, axis)
