"""Arrays of random numbers."""

from typing import Any

from keryx import config, ops, random
from keryx.dialects.backend._legacy import legacy
from keryx.dialects.backend._record import sized, sizes


@legacy(std="stddev")
@sized("shape")
def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Numbers from the normal distribution.

    Args:
        shape: Shape, that may hold symbolic sizes.
        mean: Mean.
        stddev: Standard deviation.
        dtype: Float type; the default one if `None`.
        seed: An integer (the same numbers on each call), or `None`.
    """
    return random.normal(sizes(shape), mean, stddev, dtype, seed)


@legacy(std="stddev")
@sized("shape")
def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """`random_normal` without what lies beyond two standard deviations."""
    return random.truncated_normal(sizes(shape), mean, stddev, dtype, seed)


@legacy(low="minval", high="maxval")
@sized("shape")
def random_uniform(
    shape: Any,
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Numbers from `minval` to, not including, `maxval`, all equally likely.

    Args:
        shape: Shape, that may hold symbolic sizes.
        minval: Lower end.
        maxval: Upper end.
        dtype: Element type; the default float type if `None`.
        seed: An integer (the same numbers on each call), or `None`.
    """
    kind = dtype or config.floatx()
    if "int" in str(kind):
        return random.randint(sizes(shape), minval, maxval, kind, seed)
    return random.uniform(sizes(shape), minval, maxval, kind, seed)


@sized("shape")
def random_binomial(
    shape: Any, p: Any = 0.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Ones with probability `p`, else zeros.

    Example:
        >>> random_binomial((2,), p=1.0).tolist()
        [1.0, 1.0]
    """
    draws = random.uniform(sizes(shape), seed=seed)
    return ops.cast(draws < p, dtype or config.floatx())


def random_bernoulli(
    shape: Any, p: Any = 0.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Ones with probability `p`, else zeros."""
    return random_binomial(shape, p, dtype, seed)
