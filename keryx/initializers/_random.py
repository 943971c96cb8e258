"""Initializers that draw from one distribution, whatever the shape."""

import math

import numpy as np

from keryx._core.errors import ArgumentError, ShapeError
from keryx.initializers._initializer import (
    Array,
    checked_seed,
    Initializer,
    Seed,
    Shape,
)


def truncated_normal(shape: Shape, generator: np.random.Generator) -> Array:
    """Standard normal numbers; those beyond ±2 are drawn again until none is."""
    values = generator.standard_normal(math.prod(shape), np.float32)
    outside = np.flatnonzero(np.abs(values) > 2)
    while outside.size:
        values[outside] = generator.standard_normal(outside.size, np.float32)
        outside = outside[np.abs(values[outside]) > 2]
    return values.reshape(shape)


def normal(shape: Shape, generator: np.random.Generator) -> Array:
    """Standard normal numbers."""
    return np.asarray(generator.standard_normal(shape, np.float32))


def uniform(
    shape: Shape, generator: np.random.Generator, low: float, high: float
) -> Array:
    """Uniform numbers from `low` to `high`."""
    return np.asarray(generator.random(shape, np.float32)) * (high - low) + low


class RandomNormal(Initializer):
    """Draws from the normal distribution.

    Example:
        >>> RandomNormal(stddev=0.1, seed=0)((2, 3)).shape
        (2, 3)

    Args:
        mean: Mean of the values.
        stddev: Standard deviation of the values.
        seed: An integer for the same values on each call; a `SeedGenerator`.

    Raises:
        ArgumentError: If `stddev` is negative, or `seed` is no seed.
    """

    random = True

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None
    ) -> None:
        self.mean = mean
        self.stddev = _spread(stddev, self)
        self.seed = checked_seed(seed, self)

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        return self.mean + self.stddev * normal(shape, generator)


class TruncatedNormal(Initializer):
    """Draws from the normal distribution, without its tails beyond two deviations.

    The standard deviation of the values is 0.8796 `stddev`.

    Example:
        >>> bool((abs(TruncatedNormal(stddev=1.0, seed=0)((100,))) <= 2).all())
        True

    Args:
        mean: Mean of the values.
        stddev: Standard deviation before the tails are cut off.
        seed: An integer for the same values on each call; a `SeedGenerator`.

    Raises:
        ArgumentError: If `stddev` is negative, or `seed` is no seed.
    """

    random = True

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None
    ) -> None:
        self.mean = mean
        self.stddev = _spread(stddev, self)
        self.seed = checked_seed(seed, self)

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        return self.mean + self.stddev * truncated_normal(shape, generator)


class RandomUniform(Initializer):
    """Draws from an interval, all of it equally likely.

    Example:
        >>> bool((RandomUniform(1.0, 2.0, seed=0)((100,)) >= 1).all())
        True

    Args:
        minval: Lower end of the interval.
        maxval: Upper end of the interval.
        seed: An integer for the same values on each call; a `SeedGenerator`.

    Raises:
        ArgumentError: If `maxval` is below `minval`, or `seed` is no seed.
    """

    random = True

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None
    ) -> None:
        if maxval < minval:
            raise ArgumentError(
                self, "maxval", expected=f"minval ({minval}) or more", got=maxval
            )
        self.minval = minval
        self.maxval = maxval
        self.seed = checked_seed(seed, self)

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        return uniform(shape, generator, self.minval, self.maxval)


class Orthogonal(Initializer):
    """Draws a matrix whose rows, or whose columns, are orthonormal.

    A weight of more than two axes is a matrix of its last axis against all others. All
    orthogonal matrices are equally likely.

    Example:
        >>> q = Orthogonal(seed=0)((2, 3))
        >>> bool(abs(q @ q.T - np.eye(2)).max() < 1e-6)
        True

    Args:
        gain: Factor of the whole matrix.
        seed: An integer for the same values on each call; a `SeedGenerator`.

    Shapes:
        weight: `(..., units)`

    Raises:
        ArgumentError: If `seed` is no seed.
        ShapeError: On the call, if the weight has fewer than two axes.

    Source:
        Saxe et al., "Exact Solutions to the Nonlinear Dynamics of Learning in Deep
        Linear Neural Networks" (ICLR 2014, arXiv:1312.6120). Mezzadri, "How to
        Generate Random Matrices from the Classical Compact Groups" (Notices of the
        AMS 54, 2007): without its correction of the signs, QR is not uniform.
    """

    random = True

    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        self.gain = gain
        self.seed = checked_seed(seed, self)

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        if len(shape) < 2:
            raise ShapeError(
                "`Orthogonal`", expected="a weight of two axes or more", got=shape
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = normal((max(rows, columns), min(rows, columns)), generator)
        q, r = np.linalg.qr(tall)
        q = q * np.where(np.diagonal(r) < 0, np.float32(-1), np.float32(1))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


def _spread(stddev: float, owner: object) -> float:
    """Returns a standard deviation if it can be one."""
    if not stddev >= 0:
        raise ArgumentError(owner, "stddev", expected="0 or more", got=stddev)
    return stddev
