"""Activations that are a smooth version of the rectifier."""

import jax
import jax.numpy as jnp

from keryx._core.errors import ShapeError
from keryx.activations._registry import activation
from keryx.activations._sigmoid import as_float, sigmoid


@activation()
def softplus(x: jax.Array) -> jax.Array:
    """Smooth positive part.

        softplus(x) = log(1 + exp(x))

    Example:
        >>> softplus(jnp.array([-200.0, 200.0])).tolist()
        [0.0, 200.0]

    Args:
        x: Input.

    Source:
        Dugas et al., "Incorporating Second-Order Functional Knowledge for Better
        Option Pricing" (NeurIPS 2000).
    """
    return jax.nn.softplus(x)


@activation()
def squareplus(x: jax.Array, b: float = 4) -> jax.Array:
    """Smooth positive part without exponentials.

        squareplus(x) = (x + sqrt(x² + b)) / 2

    Example:
        >>> squareplus(jnp.array([-1.5, 0.0, 1.5])).tolist()
        [0.5, 1.0, 2.0]

    Args:
        x: Input.
        b: Width of the bend; 0 gives `relu`.

    Source:
        Barron, "Squareplus: A Softplus-Like Algebraic Rectifier" (arXiv:2112.11687).
        Departs from Keras, which loses digits below zero: all of them at -10000.
    """
    x = as_float(x)
    root = jnp.sqrt(x * x + b)
    # For x < 0, x + root would cancel; b / (root - x) is the same number.
    negative = x < 0
    below = b / (root - jnp.where(negative, x, -1))
    return jnp.where(negative, below, x + root) / 2


@activation()
def sparse_plus(x: jax.Array) -> jax.Array:
    """Positive part with a parabola for a corner.

        sparse_plus(x) = 0               where x <= -1
                         (x + 1)² / 4    where -1 < x < 1
                         x               where x >= 1

    Example:
        >>> sparse_plus(jnp.array([-2.0, 0.0, 1.0, 3.0])).tolist()
        [0.0, 0.25, 1.0, 3.0]

    Args:
        x: Input.

    Source:
        The integral of `sparse_sigmoid`: Martins & Astudillo, "From Softmax to
        Sparsemax" (ICML 2016, arXiv:1602.02068).
    """
    return jax.nn.sparse_plus(as_float(x))


@activation()
def gelu(x: jax.Array, approximate: bool = False) -> jax.Array:
    """Weights its input by the chance that a standard normal number lies below it.

        gelu(x) = x Φ(x),    Φ(x) = (1 + erf(x / sqrt(2))) / 2
        approximate: Φ(x) ≈ (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) / 2

    Example:
        >>> gelu(jnp.array([-100.0, 0.0, 10.0])).tolist()
        [-0.0, 0.0, 10.0]

    Args:
        x: Input.
        approximate: Whether to use the formula with `tanh`.

    Source:
        Hendrycks & Gimpel, "Gaussian Error Linear Units" (arXiv:1606.08415).
    """
    return jax.nn.gelu(x, approximate)


@activation("swish")
def silu(x: jax.Array) -> jax.Array:
    """Weights its input by its sigmoid; also called swish.

        silu(x) = x sigmoid(x)

    Example:
        >>> silu(jnp.array([-100.0, 0.0, 100.0])).tolist()
        [-0.0, 0.0, 100.0]

    Args:
        x: Input.

    Source:
        Elfwing et al., "Sigmoid-Weighted Linear Units" (arXiv:1702.03118).
        Ramachandran et al., "Searching for Activation Functions" (arXiv:1710.05941).
    """
    return jax.nn.silu(as_float(x))


@activation("hard_swish")
def hard_silu(x: jax.Array) -> jax.Array:
    """`silu` with straight lines; also called hard swish.

        hard_silu(x) = x hard_sigmoid(x)

    Example:
        >>> hard_silu(jnp.array([-4.0, 0.0, 4.0])).tolist()
        [-0.0, 0.0, 4.0]

    Args:
        x: Input.

    Source:
        Howard et al., "Searching for MobileNetV3" (ICCV 2019, arXiv:1905.02244).
    """
    return jax.nn.hard_silu(x)


@activation()
def mish(x: jax.Array) -> jax.Array:
    """Smooth rectifier that dips below zero.

        mish(x) = x tanh(softplus(x))

    Example:
        >>> mish(jnp.array([-100.0, 0.0, 100.0])).tolist()
        [-0.0, 0.0, 100.0]

    Args:
        x: Input.

    Source:
        Misra, "Mish: A Self Regularized Non-Monotonic Activation Function"
        (BMVC 2020, arXiv:1908.08681).
    """
    return jax.nn.mish(x)


@activation()
def glu(x: jax.Array, axis: int = -1) -> jax.Array:
    """Gates one half of the input with the other.

        glu(x) = a sigmoid(b),    x = [a, b] along `axis`

    Example:
        >>> glu(jnp.array([3.0, -5.0, 100.0, 0.0])).tolist()
        [3.0, -2.5]

    Args:
        x: Input.
        axis: Axis that is halved.

    Shapes:
        x:       `(..., 2 features, ...)`
        outputs: `(..., features, ...)`

    Raises:
        ShapeError: If the size of the axis is odd.

    Source:
        Dauphin et al., "Language Modeling with Gated Convolutional Networks"
        (ICML 2017, arXiv:1612.08083).
    """
    if x.shape[axis] % 2:
        raise ShapeError(
            "`glu`",
            expected=f"an even number of values along axis {axis}",
            got=f"shape {x.shape}",
        )
    kept, gate = jnp.split(x, 2, axis)
    return kept * sigmoid(gate)


@activation()
def exponential(x: jax.Array) -> jax.Array:
    """Base of the natural logarithm to the power of the input.

        exponential(x) = exp(x)

    Example:
        >>> exponential(jnp.array([-200.0, 0.0])).tolist()
        [0.0, 1.0]

    Args:
        x: Input.
    """
    return jnp.exp(x)
