"""Arrays of random numbers. `seed` means what it does for `key_of`."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.dtypes import is_float, standardize_dtype
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.op import op
from keryx.random._seed import key_of


def _float_type(dtype: Any, owner: str) -> np.dtype[Any]:
    """Returns the float type that JAX has for `dtype`."""
    name = standardize_dtype(dtype)
    if not is_float(name):
        raise ArgumentError(owner, "dtype", expected="a float type", got=dtype)
    return np.dtype(jax.dtypes.canonicalize_dtype(name))


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> jax.Array:
    """Numbers from the normal distribution.

    Example:
        >>> x = normal((1000,), mean=5.0, stddev=0.1, seed=1)
        >>> bool(abs(x.mean() - 5) < 0.02)
        True

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation.
        dtype: Float type; the default one if `None`.
        seed: An integer (the same numbers on each call), a `SeedGenerator`, or `None`.
    """
    kind = _float_type(dtype, "normal")
    return _placed(jax.random.normal(key_of(seed), tuple(shape), kind), mean, stddev)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> jax.Array:
    """`normal` without what lies more than two standard deviations from the mean.

    Example:
        >>> x = truncated_normal((1000,), stddev=3.0, seed=1)
        >>> bool(abs(x).max() <= 6)
        True

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation before the cut; it is 0.88 of that after.
        dtype: Float type; the default one if `None`.
        seed: As of `normal`.
    """
    kind = _float_type(dtype, "truncated_normal")
    x = jax.random.truncated_normal(key_of(seed), -2.0, 2.0, tuple(shape), kind)
    return _placed(x, mean, stddev)


def _placed(x: jax.Array, mean: Any, stddev: Any) -> jax.Array:
    return x * jnp.asarray(stddev, x.dtype) + jnp.asarray(mean, x.dtype)


def uniform(
    shape: Any,
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> jax.Array:
    """Numbers from `minval` to, not including, `maxval`, all equally likely.

    Args:
        shape: Shape of the result.
        minval: Lower end.
        maxval: Upper end.
        dtype: Float type; the default one if `None`.
        seed: As of `normal`.
    """
    kind = _float_type(dtype, "uniform")
    return jax.random.uniform(key_of(seed), tuple(shape), kind, minval, maxval)


def randint(
    shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None
) -> jax.Array:
    """Integers from `minval` to `maxval - 1`, all equally likely.

    Args:
        shape: Shape of the result.
        minval: Least integer.
        maxval: One more than the greatest.
        dtype: Integer type.
        seed: As of `normal`.

    Raises:
        ArgumentError: If `dtype` is not an integer type.
    """
    kind = np.dtype(jax.dtypes.canonicalize_dtype(standardize_dtype(dtype)))
    if kind.kind not in "iu":
        raise ArgumentError("randint", "dtype", expected="an integer type", got=dtype)
    return jax.random.randint(key_of(seed), tuple(shape), minval, maxval, kind)


@op
def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> jax.Array:
    """Numbers from the gamma distribution of scale 1.

    Args:
        shape: Shape of the result.
        alpha: Its shape parameter, which is also its mean and its variance.
        dtype: Float type; the default one if `None`.
        seed: As of `normal`.
    """
    kind = _float_type(dtype, "gamma")
    return jax.random.gamma(key_of(seed), jnp.asarray(alpha), tuple(shape), kind)


@op
def beta(
    shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """Numbers from the beta distribution, in [0, 1]; its mean is α / (α + β).

    Args:
        shape: Shape of the result.
        alpha: First parameter, greater than 0.
        beta: Second parameter, greater than 0.
        dtype: Float type; the default one if `None`.
        seed: As of `normal`.
    """
    kind = _float_type(dtype, "beta")
    first, second = jnp.asarray(alpha, kind), jnp.asarray(beta, kind)
    return jax.random.beta(key_of(seed), first, second, tuple(shape), kind)


@op
def binomial(
    shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> jax.Array:
    """How many of `counts` trials succeed.

    Args:
        shape: Shape of the result.
        counts: Numbers of trials.
        probabilities: Chance that one trial succeeds, from 0 to 1.
        dtype: Float type; the default one if `None`.
        seed: As of `normal`.
    """
    kind = _float_type(dtype, "binomial")
    trials, chance = jnp.asarray(counts, kind), jnp.asarray(probabilities, kind)
    return jax.random.binomial(key_of(seed), trials, chance, tuple(shape), kind)


@op
def categorical(
    logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None
) -> jax.Array:
    """Classes drawn with the probabilities `softmax(logits)`.

    Example:
        >>> categorical([[0.0, -1e9], [-1e9, 0.0]], 3)
        Array([[0, 0, 0],
               [1, 1, 1]], dtype=int32)

    Args:
        logits: Logits, `(batch, classes)`.
        num_samples: How many to draw for each.
        dtype: Integer type.
        seed: As of `normal`.

    Returns:
        Classes, `(batch, num_samples)`.

    Raises:
        ShapeError: If the logits do not have two axes.
    """
    scores = jnp.asarray(logits)
    if scores.ndim != 2:
        raise ShapeError(
            "categorical",
            expected="logits of shape (batch, classes)",
            got=f"{scores.shape}",
        )
    shape = (num_samples, scores.shape[0])
    classes = jax.random.categorical(key_of(seed), scores, shape=shape)
    return classes.T.astype(jax.dtypes.canonicalize_dtype(standardize_dtype(dtype)))


@op
def shuffle(x: Any, axis: int = 0, seed: Any = None) -> jax.Array:
    """The slices along an axis in a random order, all orders equally likely.

    Example:
        >>> sorted(shuffle([1, 2, 3]).tolist())
        [1, 2, 3]

    Args:
        x: Array.
        axis: The axis.
        seed: As of `normal`.
    """
    return jax.random.permutation(key_of(seed), jnp.asarray(x), axis)


@op
def dropout(
    inputs: Any, rate: Any, noise_shape: Any = None, seed: Any = None
) -> jax.Array:
    """Sets a random part of the inputs to zero, and scales up the rest.

        y = x / (1 - rate)    with probability 1 - rate
            0                 otherwise

    Example:
        >>> set(dropout(jnp.ones(99), 0.5, seed=1).tolist())
        {0.0, 2.0}

    Args:
        inputs: Array of floats.
        rate: Chance of an element to become zero, from 0 to 1; it may be traced.
        noise_shape: Shape of the mask, broadcast to the inputs; `None` stands for the
            inputs' shape, or their size along one axis.
        seed: As of `normal`.

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.

    Source:
        Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
        Overfitting" (JMLR 2014), in the inverted form of its section 10.
    """
    x = jnp.asarray(inputs)
    if isinstance(rate, int | float):
        check.in_interval(rate, 0, 1, "rate", "dropout")
    sizes = x.shape if noise_shape is None else tuple(noise_shape)
    shape = [x.shape[i] if size is None else size for i, size in enumerate(sizes)]
    keep = jax.random.bernoulli(key_of(seed), 1 - jnp.asarray(rate), shape)
    # A rate of 1 keeps nothing: divide by something other than 0 even so.
    share = jnp.where(jnp.asarray(rate) < 1, 1 - jnp.asarray(rate), 1)
    return jnp.where(keep, x / share.astype(x.dtype), jnp.zeros_like(x))
