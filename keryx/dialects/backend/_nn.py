"""Activations, losses and normalizations."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import ops, random
from keryx._core.op import op
from keryx.dialects.backend._config import era_is_1, normalize_data_format
from keryx.dialects.backend._legacy import legacy
from keryx.dialects.backend._record import sized


@op
def relu(
    x: Any, alpha: Any = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    """Returns what lies above a threshold.

        max_value                  where x >= max_value
        x                          where threshold <= x < max_value
        alpha · (x - threshold)    elsewhere

    Args:
        x: Array.
        alpha: Slope below the threshold.
        max_value: Greatest result; no limit if `None`.
        threshold: Where the slope ends.
    """
    array = jnp.asarray(x)
    above = array if max_value is None else jnp.minimum(array, max_value)
    return jnp.where(array >= threshold, above, alpha * (array - threshold))


@op
def elu(x: Any, alpha: float = 1.0) -> Any:
    """Returns x where positive, alpha · (eˣ - 1) elsewhere."""
    return ops.elu(x, alpha)


@op
def softmax(x: Any, axis: int = -1) -> Any:
    """Returns eˣ in shares of the sum along an axis."""
    return ops.softmax(x, axis)


@op
def softplus(x: Any) -> Any:
    """Returns log(1 + eˣ)."""
    return ops.softplus(x)


@op
def softsign(x: Any) -> Any:
    """Returns x / (1 + |x|)."""
    return ops.softsign(x)


@op
def sigmoid(x: Any) -> Any:
    """Returns 1 / (1 + e⁻ˣ)."""
    return ops.sigmoid(x)


@op
def hard_sigmoid(x: Any) -> Any:
    """Returns 0.2 x + 0.5, kept from 0 to 1.

    Departs from Keras 3: whose slope is 1/6.
    """
    return jnp.clip(0.2 * jnp.asarray(x) + 0.5, 0, 1)


@op
def tanh(x: Any) -> Any:
    """Returns the hyperbolic tangent."""
    return ops.tanh(x)


@sized("noise_shape")
def dropout(x: Any, level: Any, noise_shape: Any = None, seed: Any = None) -> Any:
    """Sets elements to zero at random and scales the others up; in training or not.

    Args:
        x: Array.
        level: Share of the elements set to zero.
        noise_shape: Shape of the random choice; axes of size 1 or `None` share it,
            respectively have the size of `x`.
        seed: An integer, or `None`.
    """
    if noise_shape is not None:
        pairs = zip(noise_shape, np.shape(x), strict=True)
        noise_shape = tuple(int(full if n is None else n) for n, full in pairs)
    return random.dropout(x, level, noise_shape, seed)


@op
def l2_normalize(x: Any, axis: Any = None) -> Any:
    """Returns x / √(sum of x²), with the sum at least 1e-12."""
    array = jnp.asarray(x)
    total = jnp.sum(array * array, axis, keepdims=True)
    return array * jax.lax.rsqrt(jnp.maximum(total, 1e-12))


@op
def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Tells whether fewer than `k` classes score higher than the target."""
    return ops.in_top_k(targets, predictions, k)


def _ordered(target: Any, output: Any) -> tuple[Any, Any]:
    """Returns target and output, which Keras 1 takes the other way around."""
    return (output, target) if era_is_1() else (target, output)


@op
def _categorical(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    return ops.categorical_crossentropy(target, output, from_logits, axis)


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """Surprise about classes given as probabilities: -sum(target · log(output)).

    Args:
        target: Shares of the classes.
        output: Probabilities, scaled to sum 1; or logits.
        from_logits: Whether they are logits.
        axis: The axis of classes.
    """
    return _categorical(*_ordered(target, output), from_logits, axis)


@op
def _sparse(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    return ops.sparse_categorical_crossentropy(target, output, from_logits, axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """Surprise about classes given as integers: -log(output[target]).

    Args:
        target: Classes, with or without a last axis of size 1.
        output: Probabilities, scaled to sum 1; or logits.
        from_logits: Whether they are logits.
        axis: The axis of classes.
    """
    return _sparse(*_ordered(target, output), from_logits, axis)


@op
def _binary(target: Any, output: Any, from_logits: bool) -> Any:
    return ops.binary_crossentropy(target, output, from_logits)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Surprise about yes-or-no targets, element by element.

    Args:
        target: Truth: 0, 1 or between.
        output: Probabilities, or logits.
        from_logits: Whether they are logits.
    """
    return _binary(*_ordered(target, output), from_logits)


def _spread(x: Any, ndim: int, axis: int) -> Any:
    """Returns one number per channel in a shape that broadcasts along `axis`."""
    if x is None or np.ndim(x) != 1:
        return x
    shape = [1] * ndim
    shape[axis] = -1
    return jnp.reshape(x, shape)


@op
def batch_normalization(
    x: Any,
    mean: Any,
    var: Any,
    beta: Any,
    gamma: Any,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Any:
    """Normalizes by given statistics.

        (x - mean) / √(var + epsilon) · gamma + beta

    Args:
        x: Array.
        mean: Means, one per channel or in a shape that broadcasts.
        var: Variances, alike.
        beta: What to add, alike; nothing if `None`.
        gamma: What to multiply by, alike; 1 if `None`.
        axis: The axis of channels.
        epsilon: Added to the variance.
    """
    array = jnp.asarray(x)
    mean, var, beta, gamma = (
        _spread(z, array.ndim, axis) for z in (mean, var, beta, gamma)
    )
    scaled = (array - mean) * jax.lax.rsqrt(var + epsilon)
    scaled = scaled if gamma is None else scaled * gamma
    return scaled if beta is None else scaled + beta


@op
def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Any, epsilon: float = 1e-3
) -> Any:
    """Normalizes by the batch's own statistics.

    Returns:
        The normalized array, the means and the variances.
    """
    array, axes = jnp.asarray(x), tuple(reduction_axes)
    mean, var = ops.moments(array, axes)
    kept = [a for a in range(array.ndim) if a not in {i % array.ndim for i in axes}]
    shape = [array.shape[a] if a in kept else 1 for a in range(array.ndim)]
    means, variances, shift, scale = (
        None if z is None else jnp.reshape(z, shape) for z in (mean, var, beta, gamma)
    )
    scaled = batch_normalization(array, means, variances, shift, scale, epsilon=epsilon)
    return scaled, mean, var


@legacy(dim_ordering="data_format")
@op
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """Adds a bias: one number per channel, or an array in the shape of a sample.

    Shapes:
        x:    `(batch, ..., channels)` or `(batch, channels, ...)`
        bias: `(channels,)`, or `(..., channels)` in either order of `x`'s axes
    """
    array, bias = jnp.asarray(x), jnp.asarray(bias)
    first = normalize_data_format(data_format) == "channels_first" and array.ndim > 2
    if bias.ndim == 1:
        return array + _spread(bias, array.ndim, 1 if first else -1)
    return array + (jnp.moveaxis(bias, -1, 0) if first else bias)
