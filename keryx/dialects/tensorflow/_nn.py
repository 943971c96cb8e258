"""`tf.nn`: losses of logits, convolutions, pooling, normalization."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import ops, random
from keryx._core import check
from keryx._core.op import op
from keryx.dialects.tensorflow._random import key

# --- losses ---------------------------------------------------------------------------


@op
def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: Any = None
) -> Any:
    """Surprise about yes-or-no labels, element by element.

    max(x, 0) - x · z + log(1 + e^-|x|)
    """
    x, z = jnp.asarray(logits), jnp.asarray(labels)
    return jnp.maximum(x, 0) - x * z + jnp.log1p(jnp.exp(-jnp.abs(x)))


@op
def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: Any = None
) -> Any:
    """`sigmoid_cross_entropy_with_logits` in which a yes counts `pos_weight` times."""
    x, z = jnp.asarray(logits), jnp.asarray(labels)
    scale = 1 + (pos_weight - 1) * z
    late = jnp.log1p(jnp.exp(-jnp.abs(x))) + jnp.maximum(-x, 0)
    return (1 - z) * x + scale * late


@op
def softmax_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, axis: int = -1, name: Any = None
) -> Any:
    """Surprise about classes given as probabilities: -sum(labels · log softmax)."""
    shares = jax.nn.log_softmax(jnp.asarray(logits), axis)
    return -jnp.sum(jnp.asarray(labels) * shares, axis)


@op
def sparse_softmax_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: Any = None
) -> Any:
    """Surprise about classes given as integers."""
    shares = jax.nn.log_softmax(jnp.asarray(logits), -1)
    places = jnp.asarray(labels)[..., None]
    return -jnp.take_along_axis(shares, places, -1)[..., 0]


@op
def l2_loss(t: Any, name: Any = None) -> Any:
    """Returns half the sum of squares."""
    return jnp.sum(jnp.square(jnp.asarray(t))) / 2


@op
def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: Any = None
) -> Any:
    """Surprise of counts whose mean's logarithm is given, but for a constant."""
    x = jnp.asarray(log_input)
    return jnp.exp(x) - x * jnp.asarray(targets)


# --- convolutions ---------------------------------------------------------------------


def _layout(data_format: Any) -> str:
    first = data_format is not None and str(data_format).startswith("NC")
    return "channels_first" if first else "channels_last"


def _space(sizes: Any, rank: int, data_format: Any) -> Any:
    """Returns the sizes of the spatial axes from one for all, or for each axis."""
    if sizes is None:
        return 1
    given = list(sizes) if isinstance(sizes, Sequence | np.ndarray) else [sizes]
    if len(given) == rank + 2:
        first = 2 if _layout(data_format) == "channels_first" else 1
        given = given[first : first + rank]
    return given[0] if len(given) == 1 else tuple(int(n) for n in given)


def _convolution(rank: int) -> Any:
    @op
    def convolution(
        input: Any,
        filters: Any = None,
        strides: Any = 1,
        padding: Any = "VALID",
        data_format: Any = None,
        dilations: Any = None,
        name: Any = None,
        filter: Any = None,
    ) -> Any:
        """Convolution with a kernel `(*taps, channels, filters)`."""
        kernel = filters if filter is None else filter
        steps = _space(strides, rank, data_format)
        apart = _space(dilations, rank, data_format)
        way = check.one_of(padding, ("same", "valid"), "padding", f"conv{rank}d")
        layout = _layout(data_format)
        x, w = jnp.asarray(input), jnp.asarray(kernel)
        return ops.conv(x, w, steps, way, layout, apart)

    convolution.__name__ = f"conv{rank}d"
    return convolution


conv1d, conv2d, conv3d = map(_convolution, (1, 2, 3))


@op
def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: Any = None,
    dilations: Any = None,
    name: Any = None,
) -> Any:
    """Convolution of each channel, kernel `(height, width, channels, times)`."""
    steps = _space(strides, 2, data_format)
    apart = _space(dilations, 2, data_format)
    layout = _layout(data_format)
    x, w = jnp.asarray(input), jnp.asarray(filter)
    return ops.depthwise_conv(x, w, steps, padding.lower(), layout, apart)


@op
def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: Any = None,
) -> Any:
    """The gradient of a convolution by its input.

    The kernel is `(height, width, filters, channels)`.
    """
    x, w = jnp.asarray(input), jnp.asarray(filters)
    steps = _space(strides, 2, data_format)
    layout = _layout(data_format)
    wanted = tuple(int(n) for n in np.asarray(output_shape))

    def forward(y: Any) -> Any:
        return ops.conv(y, w, steps, padding.lower(), layout)

    shape = jax.ShapeDtypeStruct((x.shape[0], *wanted[1:]), x.dtype)
    return jax.vjp(forward, jnp.zeros(shape.shape, shape.dtype))[1](x)[0]


# --- pooling --------------------------------------------------------------------------


def _pooling(rank: int, function: Any) -> Any:
    @op
    def pool(
        input: Any = None,
        ksize: Any = 2,
        strides: Any = None,
        padding: str = "VALID",
        data_format: Any = None,
        name: Any = None,
        value: Any = None,
    ) -> Any:
        """Greatest or mean value of windows."""
        x = jnp.asarray(input if value is None else value)
        steps = None if strides is None else _space(strides, rank, data_format)
        window = _space(ksize, rank, data_format)
        return function(x, window, steps, padding.lower(), _layout(data_format))

    pool.__name__ = f"{function.__name__}{rank}d"
    return pool


max_pool1d, max_pool2d, max_pool3d = (_pooling(n, ops.max_pool) for n in (1, 2, 3))
avg_pool1d, avg_pool2d, avg_pool3d = (_pooling(n, ops.average_pool) for n in (1, 2, 3))
max_pool, avg_pool = max_pool2d, avg_pool2d


# --- the rest -------------------------------------------------------------------------


@op
def bias_add(value: Any, bias: Any, data_format: Any = None, name: Any = None) -> Any:
    """Adds one number to each channel."""
    x, b = jnp.asarray(value), jnp.asarray(bias)
    if _layout(data_format) == "channels_first":
        b = b.reshape(-1, *(1,) * (x.ndim - 2))
    return x + b


@op
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: Any = None,
) -> Any:
    """Returns (x - mean) / √(variance + variance_epsilon) · scale + offset."""
    factor = jax.lax.rsqrt(jnp.asarray(variance) + variance_epsilon)
    factor = factor if scale is None else factor * scale
    shift = -jnp.asarray(mean) * factor
    return jnp.asarray(x) * factor + (shift if offset is None else shift + offset)


def dropout(
    x: Any,
    rate: Any = None,
    noise_shape: Any = None,
    seed: Any = None,
    name: Any = None,
    keep_prob: Any = None,
) -> Any:
    """Sets a share of the elements to zero at random and scales the others up.

    Args:
        x: Tensor.
        rate: Share of the elements set to zero.
        noise_shape: Shape of the random choice.
        seed: An integer, or `None`.
        name: Accepted for TensorFlow's sake.
        keep_prob: TensorFlow 1's `1 - rate`.
    """
    share = rate if keep_prob is None else 1 - keep_prob
    if isinstance(share, int | float) and share == 0:
        return ops.copy(x)
    return op(_dropped)(x, share, noise_shape, seed)


def _dropped(x: Any, rate: Any, noise_shape: Any, seed: Any) -> Any:
    return random.dropout(x, rate, noise_shape, key(seed))
