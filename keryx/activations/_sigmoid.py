"""Activations that squash the line into a bounded interval."""

import jax
import jax.numpy as jnp

from keryx._core import config, scope
from keryx._core.dtypes import is_float
from keryx._core.hook import hooked
from keryx.activations._registry import activation


def as_float(x: jax.Array) -> jax.Array:
    """Returns integers and booleans as numbers of the default float type."""
    return x if is_float(x.dtype) else x.astype(config.floatx())


@activation()
def sigmoid(x: jax.Array) -> jax.Array:
    """Logistic function, from 0 to 1.

        sigmoid(x) = 1 / (1 + exp(-x))

    Example:
        >>> sigmoid(jnp.array([-200.0, 0.0, 200.0])).tolist()
        [0.0, 0.5, 1.0]

    Args:
        x: Input.
    """
    x = as_float(x)
    y: jax.Array = scope.remember_logits(jax.nn.sigmoid(x), x, "sigmoid")
    return y


@activation()
def log_sigmoid(x: jax.Array) -> jax.Array:
    """Logarithm of the logistic function, exact where that rounds to zero.

        log_sigmoid(x) = -log(1 + exp(-x))

    Example:
        >>> log_sigmoid(jnp.array([-200.0, 200.0])).tolist()
        [-200.0, -0.0]

    Args:
        x: Input.
    """
    return jax.nn.log_sigmoid(x)


@activation()
@hooked
def hard_sigmoid(x: jax.Array) -> jax.Array:
    """Logistic function with straight lines.

        hard_sigmoid(x) = min(max(x / 6 + 1/2, 0), 1)

    Example:
        >>> hard_sigmoid(jnp.array([-4.0, 0.0, 1.5, 3.0])).tolist()
        [0.0, 0.5, 0.75, 1.0]

    Args:
        x: Input.

    Source:
        Courbariaux et al., "BinaryConnect" (NeurIPS 2015, arXiv:1511.00363), with the
        slope 1/6 of "Searching for MobileNetV3" (arXiv:1905.02244).
    """
    return jax.nn.hard_sigmoid(x)


@activation()
def sparse_sigmoid(x: jax.Array) -> jax.Array:
    """Line from 0 at -1 to 1 at 1, constant outside.

        sparse_sigmoid(x) = min(max((x + 1) / 2, 0), 1)

    Example:
        >>> sparse_sigmoid(jnp.array([-2.0, 0.0, 0.5, 1.0])).tolist()
        [0.0, 0.5, 0.75, 1.0]

    Args:
        x: Input.

    Source:
        Sparsemax of two scores: Martins & Astudillo, "From Softmax to Sparsemax"
        (ICML 2016, arXiv:1602.02068).
    """
    return jax.nn.sparse_sigmoid(as_float(x))


@activation()
def tanh(x: jax.Array) -> jax.Array:
    """Hyperbolic tangent, from -1 to 1.

        tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))

    Example:
        >>> tanh(jnp.array([-200.0, 0.0, 200.0])).tolist()
        [-1.0, 0.0, 1.0]

    Args:
        x: Input.
    """
    return jnp.tanh(x)


@activation()
def hard_tanh(x: jax.Array) -> jax.Array:
    """Input, cut off at -1 and 1.

        hard_tanh(x) = min(max(x, -1), 1)

    Example:
        >>> hard_tanh(jnp.array([-2.0, 0.5, 2.0])).tolist()
        [-1.0, 0.5, 1.0]

    Args:
        x: Input.

    Source:
        Collobert, "Large Scale Machine Learning", thesis, Université Paris VI (2004).
    """
    return jax.nn.hard_tanh(x)


@activation()
def softsign(x: jax.Array) -> jax.Array:
    """Sigmoid that approaches -1 and 1 slowly.

        softsign(x) = x / (1 + |x|)

    Example:
        >>> softsign(jnp.array([-3.0, 0.0, 1.0])).tolist()
        [-0.75, 0.0, 0.5]

    Args:
        x: Input.

    Source:
        Bergstra et al., "Quadratic Polynomials Learn Better Image Features",
        technical report 1337, Université de Montréal (2009).
    """
    return jax.nn.soft_sign(x)
