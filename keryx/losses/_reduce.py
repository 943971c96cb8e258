"""From one loss per sample to the number that is minimized: ranks, masks, weights."""

from typing import Literal

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import config
from keryx._core.dtypes import is_float
from keryx._core.errors import DataError

Reduction = Literal[
    "sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"
]
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def to_float(values: ArrayLike) -> jax.Array:
    """Returns an array of floats; integers and booleans become the default type."""
    values = jnp.asarray(values)
    return values if is_float(values.dtype) else values.astype(config.floatx())


def align(
    first: jax.Array, second: jax.Array, *, expand: bool = True
) -> tuple[jax.Array, jax.Array]:
    """Returns both in one rank if they differ by a last axis of size 1 alone.

    The axis is added to a vector if `expand`, and taken away otherwise.
    """
    if second.ndim == first.ndim + 1:
        second, first = align(second, first, expand=expand)
        return first, second
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        if expand and second.ndim == 1:
            return first, second[:, None]
        return first[..., 0], second
    return first, second


def pair(
    y_true: ArrayLike, y_pred: ArrayLike, where: str
) -> tuple[jax.Array, jax.Array]:
    """Returns targets and predictions in one float type and one rank.

    Raises:
        DataError: If they would be broadcast against each other.
    """
    predictions = to_float(y_pred)
    targets = jnp.asarray(y_true).astype(predictions.dtype)
    targets, predictions = align(targets, predictions)
    refuse_broadcast(targets.shape, predictions.shape, where)
    return targets, predictions


def refuse_broadcast(
    targets: tuple[int, ...], predictions: tuple[int, ...], where: str
) -> None:
    """Raises if shapes of unequal rank or last axis meet; a scalar fits anything.

    Departs from Keras: there, (n, k) against (n, 1) is computed without a word.
    """
    if not targets or not predictions:
        return
    if len(targets) != len(predictions) or targets[-1] != predictions[-1]:
        raise DataError(
            where,
            expected="targets and predictions of one shape",
            got=f"{targets} and {predictions}",
            fix="Give the last layer as many outputs as a target has values, or "
            "reshape the targets.",
        )


def spread(weights: jax.Array, values: jax.Array) -> jax.Array:
    """Returns weights with axes of size 1 added, up to the rank of the values.

    Raises:
        DataError: If an axis of the weights is neither 1 nor the values' own.
    """
    # Departs from Keras: weights per sample fit losses per time step, too.
    if 0 < weights.ndim < values.ndim:
        weights = weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim))
    sizes = zip(weights.shape, values.shape, strict=False)
    if weights.ndim > values.ndim > 0 or any(
        own not in (1, size) and size != 1 for own, size in sizes
    ):
        raise DataError(
            "sample_weight",
            expected=f"a shape that fits the losses' {values.shape}",
            got=f"{weights.shape}",
            fix="Give one weight per sample, or one per loss.",
        )
    return weights


def merge_mask(
    sample_weight: ArrayLike | None,
    mask: ArrayLike | None,
    *,
    dtype: str | None = None,
    rescale: bool = False,
) -> jax.Array | None:
    """Returns weights that are zero where `mask` is false.

    Args:
        sample_weight: Weights so far; `None` for ones.
        mask: True where a value counts; `None` changes nothing.
        dtype: Type of the weights; the default float type if `None`.
        rescale: Whether the rest weighs more, so that a mean over all entries equals
            the mean over those that count.
    """
    dtype = dtype or config.floatx()
    weights = None if sample_weight is None else jnp.asarray(sample_weight, dtype)
    if mask is None:
        return weights
    counts = jnp.asarray(mask).astype(dtype)
    if rescale:
        valid = jnp.sum(counts)
        counts = counts * jnp.where(valid > 0, counts.size / jnp.maximum(valid, 1), 0)
    if weights is None:
        return counts
    counts, weights = align(counts, weights)
    longer, shorter = (counts, weights)
    if weights.ndim > counts.ndim:
        longer, shorter = weights, counts
    return longer * spread(shorter, longer)


def reduce_losses(
    values: jax.Array, weights: jax.Array | None, reduction: str | None
) -> jax.Array:
    """Returns the weighted losses summed, averaged or as they are."""
    if weights is not None:
        values, weights = align(values, weights.astype(values.dtype))
        values = values * spread(weights, values)
    if reduction in (None, "none") or values.shape in ((), (0,)):
        return values
    total = jnp.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        divisor = jnp.sum(weights)
        return jnp.where(divisor == 0, 0, total / jnp.where(divisor == 0, 1, divisor))
    return total / max(values.size, 1)
