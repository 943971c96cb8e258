"""Metrics of Keras 1 that count rounded predictions in one batch."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx import config
from keryx._core.registry import register_keras_serializable

PACKAGE = "keras1"


def _counts(y_true: Any, y_pred: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Returns how many are true and found, found, and true."""
    found = jnp.round(jnp.clip(jnp.asarray(y_pred), 0, 1))
    true = jnp.round(jnp.clip(jnp.asarray(y_true), 0, 1))
    both = jnp.sum(jnp.round(jnp.clip(true * found, 0, 1)))
    return both, jnp.sum(found), jnp.sum(true)


@register_keras_serializable(PACKAGE)
def precision(y_true: Any, y_pred: Any) -> jax.Array:
    """Share of those found that are true: `both / (found + ε)`."""
    both, found, _ = _counts(y_true, y_pred)
    return both / (found + config.epsilon())


@register_keras_serializable(PACKAGE)
def recall(y_true: Any, y_pred: Any) -> jax.Array:
    """Share of the true ones that are found: `both / (true + ε)`."""
    both, _, true = _counts(y_true, y_pred)
    return both / (true + config.epsilon())


@register_keras_serializable(PACKAGE)
def fbeta_score(y_true: Any, y_pred: Any, beta: float = 1) -> jax.Array:
    """Weighted harmonic mean of precision and recall; 0 if nothing is true."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    square = beta**2
    score = (1 + square) * (p * r) / (square * p + r + config.epsilon())
    _, _, true = _counts(y_true, y_pred)
    return jnp.where(true == 0, 0.0, score)


@register_keras_serializable(PACKAGE)
def fmeasure(y_true: Any, y_pred: Any) -> jax.Array:
    """Harmonic mean of precision and recall."""
    score: jax.Array = fbeta_score(y_true, y_pred, beta=1)
    return score


@register_keras_serializable(PACKAGE)
def matthews_correlation(y_true: Any, y_pred: Any) -> jax.Array:
    """Correlation of what is found with what is true."""
    both, found, true = _counts(y_true, y_pred)
    size = jnp.asarray(y_pred).size
    false_found, missed = found - both, true - both
    neither = size - both - false_found - missed
    top: jax.Array = both * neither - false_found * missed
    bottom = jnp.sqrt(found * true * (neither + false_found) * (neither + missed))
    return top / (bottom + config.epsilon())
