"""Activations that are a line above a threshold and bend or vanish below it."""

import jax
import jax.numpy as jnp

from keryx._core.hook import hooked
from keryx._core.op import op
from keryx.activations._registry import activation, publish


@publish
@op
def linear(x: jax.Array) -> jax.Array:
    """Returns its input as it is.

        linear(x) = x

    Example:
        >>> linear(jnp.array([-1.0, 2.0])).tolist()
        [-1.0, 2.0]

    Args:
        x: Input.
    """
    return x


@activation()
@hooked
def relu(
    x: jax.Array,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> jax.Array:
    """Positive part, optionally leaky, capped and with another threshold.

        relu(x) = max_value                         where x >= max_value
                  x                                 where threshold < x < max_value
                  negative_slope (x - threshold)    where x <= threshold

    Example:
        >>> relu(jnp.array([-2.0, 0.5, 8.0])).tolist()
        [0.0, 0.5, 8.0]
        >>> relu(jnp.array([-2.0, 0.5, 8.0]), 0.5, max_value=6).tolist()
        [-1.0, 0.5, 6.0]

    Args:
        x: Input.
        negative_slope: Slope below the threshold.
        max_value: Upper bound of the outputs; `None` for none.
        threshold: Input below which values are damped.

    Source:
        Nair & Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines"
        (ICML 2010).
    """
    if max_value == 6 and not negative_slope and not threshold:
        return jax.nn.relu6(x)
    if threshold or (negative_slope and max_value is not None):
        # 0 · (threshold - x) would turn -inf into NaN. The inner `relu` gives the
        # corner the slope zero.
        below = -negative_slope * jax.nn.relu(threshold - x) if negative_slope else 0
        outputs = jnp.where(x <= threshold, below, x)
    elif negative_slope:
        outputs = jax.nn.leaky_relu(x, negative_slope)
    else:
        outputs = jax.nn.relu(x)
    return outputs if max_value is None else jnp.minimum(outputs, max_value)


@activation()
def relu6(x: jax.Array) -> jax.Array:
    """Positive part, capped at six.

        relu6(x) = min(max(x, 0), 6)

    Example:
        >>> relu6(jnp.array([-2.0, 0.5, 8.0])).tolist()
        [0.0, 0.5, 6.0]

    Args:
        x: Input.

    Source:
        Krizhevsky, "Convolutional Deep Belief Networks on CIFAR-10" (2010).
    """
    return jax.nn.relu6(x)


@activation()
def leaky_relu(x: jax.Array, negative_slope: float = 0.2) -> jax.Array:
    """Identity above zero, a gentler line below.

        leaky_relu(x) = x                    where x >= 0
                        negative_slope x     elsewhere

    Example:
        >>> leaky_relu(jnp.array([-2.0, 3.0]), 0.5).tolist()
        [-1.0, 3.0]

    Args:
        x: Input.
        negative_slope: Slope below zero.

    Source:
        Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models"
        (ICML 2013).
    """
    return jax.nn.leaky_relu(x, negative_slope)


@activation()
def elu(x: jax.Array, alpha: float = 1.0) -> jax.Array:
    """Identity above zero, an exponential approach to `-alpha` below.

        elu(x) = x                     where x > 0
                 alpha (exp(x) - 1)    elsewhere

    Example:
        >>> elu(jnp.array([-100.0, 0.0, 3.0]), alpha=2.0).tolist()
        [-2.0, 0.0, 3.0]

    Args:
        x: Input.
        alpha: Minus the limit at -∞.

    Source:
        Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear
        Units" (ICLR 2016, arXiv:1511.07289).
    """
    return jax.nn.elu(x, alpha)


@activation()
def celu(x: jax.Array, alpha: float = 1.0) -> jax.Array:
    """`elu` with a slope that is continuous at zero for every `alpha`.

        celu(x) = max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)

    Example:
        >>> celu(jnp.array([-100.0, 0.0, 3.0]), alpha=2.0).tolist()
        [-2.0, 0.0, 3.0]

    Args:
        x: Input.
        alpha: Minus the limit at -∞; not zero.

    Source:
        Barron, "Continuously Differentiable Exponential Linear Units"
        (arXiv:1704.07483).
    """
    return jax.nn.celu(x, alpha)


@activation()
def selu(x: jax.Array) -> jax.Array:
    """`elu`, scaled such that layers keep mean zero and variance one.

        selu(x) = scale x                     where x > 0
                  scale alpha (exp(x) - 1)    elsewhere
        scale = 1.05070098…, alpha = 1.67326324…

    Use it with the initializer "lecun_normal" and with `AlphaDropout`.

    Example:
        >>> [round(float(y), 4) for y in selu(jnp.array([-100.0, 1.0]))]
        [-1.7581, 1.0507]

    Args:
        x: Input.

    Source:
        Klambauer et al., "Self-Normalizing Neural Networks" (NeurIPS 2017,
        arXiv:1706.02515), equation 2.
    """
    return jax.nn.selu(x)


@activation()
def threshold(x: jax.Array, threshold: float, default_value: float) -> jax.Array:
    """Keeps what exceeds a threshold and replaces the rest.

        threshold(x) = x                where x > threshold
                       default_value    elsewhere

    Example:
        >>> threshold(jnp.array([-1.0, 0.0, 2.0]), 0.0, -7.0).tolist()
        [-7.0, -7.0, 2.0]

    Args:
        x: Input.
        threshold: Largest input that is replaced.
        default_value: What replaces it.
    """
    # This comparison, and not its opposite, lets NaN through.
    return jnp.where(x <= threshold, default_value, x)


@activation()
def hard_shrink(x: jax.Array, threshold: float = 0.5) -> jax.Array:
    """Sets what is near zero to zero.

        hard_shrink(x) = x    where |x| > threshold
                         0    elsewhere

    Example:
        >>> hard_shrink(jnp.array([-2.0, 0.3, 0.5, 1.0])).tolist()
        [-2.0, 0.0, 0.0, 1.0]

    Args:
        x: Input.
        threshold: Half the width of the zero band.

    Source:
        Donoho & Johnstone, "Ideal Spatial Adaptation by Wavelet Shrinkage",
        Biometrika 81 (1994).
    """
    return jnp.where(jnp.abs(x) <= threshold, 0, x)


@activation()
def soft_shrink(x: jax.Array, threshold: float = 0.5) -> jax.Array:
    """Moves everything toward zero by `threshold`, at most to zero.

        soft_shrink(x) = x - threshold    where x > threshold
                         x + threshold    where x < -threshold
                         0                elsewhere

    Example:
        >>> soft_shrink(jnp.array([-2.0, 0.3, 1.0])).tolist()
        [-1.5, 0.0, 0.5]

    Args:
        x: Input.
        threshold: How far values move.

    Source:
        Donoho, "De-Noising by Soft-Thresholding", IEEE Trans. Inf. Theory 41 (1995).
    """
    shrunk = x - jnp.sign(x) * threshold
    return jnp.where(jnp.abs(x) <= threshold, 0, shrunk)


@activation()
def tanh_shrink(x: jax.Array) -> jax.Array:
    """What the hyperbolic tangent leaves of its input.

        tanh_shrink(x) = x - tanh(x)

    Example:
        >>> tanh_shrink(jnp.array([0.0, 20.0])).tolist()
        [0.0, 19.0]

    Args:
        x: Input.
    """
    return x - jnp.tanh(x)
