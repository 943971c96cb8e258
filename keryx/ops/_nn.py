"""Normalizations, encodings and cross-entropies."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check, config
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._core_ops import saturate_cast
from keryx.ops._make import as_array, as_axis, as_float, Axis, concrete


@op
def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None) -> jax.Array:
    """1 at the place of each class, 0 elsewhere along a new axis.

    Example:
        >>> one_hot([2, 0], 3)
        Array([[0., 0., 1.],
               [1., 0., 0.]], dtype=float32)

    Args:
        x: Integer classes; those that do not exist give zeros.
        num_classes: Size of the new axis.
        axis: Where it lies.
        dtype: Element type; the default float type if `None`.
    """
    classes = as_array(x)
    return jax.nn.one_hot(classes, num_classes, axis=axis, dtype=concrete(dtype))


@op
def multi_hot(
    inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None
) -> jax.Array:
    """1 at the places of all classes of a sample, 0 elsewhere.

    Example:
        >>> multi_hot([[0, 2], [1, 1]], 3)
        Array([[1., 0., 1.],
               [0., 1., 0.]], dtype=float32)

    Args:
        inputs: Integer classes, `(labels,)` or `(batch, labels, ...)`.
        num_classes: Number of classes.
        axis: Where the axis of classes lies.
        dtype: Element type; the default float type if `None`.

    Raises:
        ArgumentError: If `num_classes` is not a positive integer.
    """
    classes = as_array(inputs)
    count = check.positive_int(num_classes or 0, "num_classes", "multi_hot")
    each = jax.nn.one_hot(classes, count, axis=axis, dtype=concrete(dtype))
    return jnp.max(each, axis=1 if classes.ndim > 1 else 0)


@op
def normalize(
    x: Any, axis: Axis = -1, order: int = 2, epsilon: float | None = None
) -> jax.Array:
    """`x / max(norm(x), epsilon)` along an axis.

    Example:
        >>> normalize([3.0, 4.0])
        Array([0.6, 0.8], dtype=float32)

    Args:
        x: Array.
        axis: Axes that are one vector.
        order: Order of the norm: 1, 2, 3, …
        epsilon: Least norm to divide by; `config.epsilon()` if `None`.

    Raises:
        ArgumentError: If `order` is not a positive integer.
    """
    order = check.positive_int(order, "order", "normalize")
    array, axes = as_float(x), as_axis(axis)
    epsilon = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        # Not through a square root, whose slope at 0 is infinite.
        power = jnp.sum(jnp.square(array), axis=axes, keepdims=True)
        return array * jax.lax.rsqrt(jnp.maximum(power, epsilon**2))
    norm = jnp.linalg.norm(array, ord=order, axis=axes, keepdims=True)
    return array / jnp.maximum(norm, epsilon)


@op
def moments(
    x: Any, axes: Axis, keepdims: bool = False, synchronized: bool = False
) -> tuple[jax.Array, jax.Array]:
    """Mean and variance over some axes, accumulated in float32 or wider.

    Args:
        x: Array.
        axes: Axes to reduce.
        keepdims: Whether they stay, with size 1.
        synchronized: Accepted for Keras's sake: statistics of a sharded array are
            those of the whole array either way.
    """
    array = as_array(x)
    if array.dtype == jnp.float16:
        mean, variance = moments(array.astype(jnp.float32), axes, keepdims)
        return saturate_cast(mean, "float16"), saturate_cast(variance, "float16")
    axes = as_axis(axes)
    mean = jnp.mean(array, axes, keepdims=keepdims)
    return mean, jnp.var(array, axes, keepdims=keepdims)


@op
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> jax.Array:
    """Normalizes by given statistics, one pair for each channel.

        (x - mean) / √(variance + epsilon) · scale + offset

    Args:
        x: Array.
        mean: Means, `(channels,)`.
        variance: Variances, `(channels,)`.
        axis: The channels' axis of `x`.
        offset: What to add, `(channels,)`; nothing if `None`.
        scale: What to multiply by, `(channels,)`; 1 if `None`.
        epsilon: Added to the variance.

    Source:
        Ioffe and Szegedy, "Batch Normalization", arXiv:1502.03167, algorithm 2.
    """
    array = as_array(x)
    shape = [1] * array.ndim
    shape[axis] = -1
    factor = jax.lax.rsqrt(as_float(variance) + epsilon)
    factor = factor if scale is None else factor * as_array(scale)
    shift = -as_float(mean) * factor
    shift = shift if offset is None else shift + as_array(offset)
    return array * factor.reshape(shape) + shift.reshape(shape)


@op
def layer_normalization(
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Axis = -1,
    epsilon: float | None = None,
) -> jax.Array:
    """Normalizes each sample by its own mean and variance.

        (x - mean(x)) / √(var(x) + epsilon) · gamma + beta

    Args:
        x: Array.
        gamma: What to multiply by, in the shape of the normalized axes.
        beta: What to add, in the shape of the normalized axes.
        axis: Axes to normalize.
        epsilon: Added to the variance; `config.epsilon()` if `None`.

    Source:
        Ba et al., "Layer Normalization", arXiv:1607.06450, equation 4.
    """
    array, axes = as_float(x), as_axis(axis)
    epsilon = config.epsilon() if epsilon is None else epsilon
    wide = array.astype(jnp.promote_types(array.dtype, jnp.float32))
    mean = jnp.mean(wide, axes, keepdims=True)
    variance = jnp.var(wide, axes, keepdims=True)
    outputs = (wide - mean) * jax.lax.rsqrt(variance + epsilon)
    if gamma is not None:
        outputs = outputs * _along(gamma, array, axes)
    if beta is not None:
        outputs = outputs + _along(beta, array, axes)
    return outputs.astype(array.dtype)


def _along(weight: Any, x: jax.Array, axes: Any) -> jax.Array:
    """Reshapes a weight so that its axes meet those axes of `x`."""
    several = axes if isinstance(axes, tuple) else (axes,)
    kept = {axis % x.ndim for axis in several}
    return as_array(weight).reshape(
        [size if axis in kept else 1 for axis, size in enumerate(x.shape)]
    )


@op
def rms_normalization(
    x: Any, scale: Any = None, axis: Axis = -1, epsilon: float | None = None
) -> jax.Array:
    """Divides by the root mean square.

        x / √(mean(x²) + epsilon) · scale

    Args:
        x: Array.
        scale: What to multiply by, broadcast to `x`.
        axis: Axes to normalize.
        epsilon: Added to the mean square; `config.epsilon()` if `None`.

    Source:
        Zhang and Sennrich, "Root Mean Square Layer Normalization", arXiv:1910.07467,
        equation 4.
    """
    array, axes = as_float(x), as_axis(axis)
    epsilon = config.epsilon() if epsilon is None else epsilon
    wide = array.astype(jnp.promote_types(array.dtype, jnp.float32))
    power = jnp.mean(jnp.square(wide), axes, keepdims=True)
    outputs = wide * jax.lax.rsqrt(power + epsilon)
    if scale is not None:
        outputs = outputs * as_array(scale)
    return outputs.astype(array.dtype)


@op
def binary_crossentropy(
    target: Any, output: Any, from_logits: bool = False
) -> jax.Array:
    """Surprise about yes-or-no targets, element by element.

        -target · log(p) - (1 - target) · log(1 - p)

    Args:
        target: Truth: 0, 1 or between.
        output: Probabilities, kept `config.epsilon()` away from 0 and 1, or logits.
        from_logits: Whether they are logits.

    Returns:
        Losses in nats, in the shape of `output`.

    Raises:
        ShapeError: If the shapes differ.
    """
    truth, scores = as_array(target), as_array(output)
    _check_equal("binary_crossentropy", truth, scores)
    if from_logits:
        log_yes, log_no = jax.nn.log_sigmoid(scores), jax.nn.log_sigmoid(-scores)
    else:
        scores = _inside(scores)
        log_yes, log_no = jnp.log(scores), jnp.log(1 - scores)
    return -(truth * log_yes + (1 - truth) * log_no)


def _inside(output: jax.Array) -> jax.Array:
    return jnp.clip(output, config.epsilon(), 1 - config.epsilon())


def _check_equal(where: str, target: jax.Array, output: jax.Array) -> None:
    if target.shape != output.shape:
        raise ShapeError(
            where,
            expected=f"targets in the shape of the outputs, {output.shape}",
            got=f"{target.shape}",
        )


def _log_probabilities(output: jax.Array, from_logits: bool, axis: int) -> jax.Array:
    if from_logits:
        return jax.nn.log_softmax(output, axis=axis)
    return jnp.log(_inside(output / jnp.sum(output, axis, keepdims=True)))


@op
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Surprise about classes given as probabilities or one-hot.

        -sum(target · log(p))

    Args:
        target: Share of each class, in the shape of `output`.
        output: Probabilities, scaled to sum 1 and kept `config.epsilon()` away from 0
            and 1; or logits.
        from_logits: Whether they are logits.
        axis: The axis of classes.

    Returns:
        Losses in nats, without that axis.

    Raises:
        ShapeError: If the shapes differ or have no axes.
    """
    target, output = as_array(target), as_array(output)
    _check_equal("categorical_crossentropy", target, output)
    if not output.shape:
        raise ShapeError(
            "categorical_crossentropy", expected="an axis of classes", got="a scalar"
        )
    return -jnp.sum(target * _log_probabilities(output, from_logits, axis), axis=axis)


@op
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Surprise about classes given as integers.

        -log(p[target])

    Args:
        target: Integer classes, in the shape of `output` without the axis of classes or
            with size 1 there; those that do not exist give a loss of 0.
        output: Probabilities or logits, as of `categorical_crossentropy`.
        from_logits: Whether they are logits.
        axis: The axis of classes.

    Returns:
        Losses in nats, without that axis.

    Raises:
        ShapeError: If the shapes do not fit.
    """
    target, output = as_array(target).astype("int32"), as_array(output)
    if target.ndim == output.ndim and target.shape[-1] == 1:
        target = jnp.squeeze(target, -1)
    if not output.shape or target.ndim != output.ndim - 1:
        raise ShapeError(
            "sparse_categorical_crossentropy",
            expected="targets with one axis less than the outputs",
            got=f"targets {target.shape} and outputs {output.shape}",
        )
    log_p = _log_probabilities(output, from_logits, axis)
    chosen = jax.nn.one_hot(target, output.shape[axis], axis=axis, dtype=log_p.dtype)
    _check_equal("sparse_categorical_crossentropy", chosen, output)
    return -jnp.sum(chosen * log_p, axis=axis)


@op
def psnr(x1: Any, x2: Any, max_val: float) -> jax.Array:
    """Ratio of the greatest signal to the noise, in decibels.

        20 log10(max_val) - 10 log10(mean((x1 - x2)²))

    Args:
        x1: Signal.
        x2: Signal with noise.
        max_val: Greatest value that a signal can have.
    """
    x1, x2 = as_array(x1), as_array(x2)
    _check_equal("psnr", x1, x2)
    noise = jnp.mean(jnp.square(x1 - x2))
    return 20 * jnp.log10(as_array(max_val)) - 10 * jnp.log10(noise)
