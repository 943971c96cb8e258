"""`tf.random`: seeds, draws and generators."""

import functools
import random as python_random
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import random
from keryx._core.op import op
from keryx.dialects.backend._record import sized, sizes
from keryx.dialects.tensorflow._dtypes import as_dtype, narrow


def set_seed(seed: Any) -> None:
    """Seeds what is drawn from here on, by layers too; NumPy's numbers stay as seeded.

    Args:
        seed: An integer.
    """
    kept = np.random.get_state(), python_random.getstate()
    random.set_random_seed(int(seed) % 2**32)
    np.random.set_state(kept[0])
    python_random.setstate(kept[1])
    _source.cache_clear()


@functools.cache
def _source(seed: int) -> random.SeedGenerator:
    """The draws of an operation with a seed of its own, which go on with each call."""
    root = int(np.asarray(random.key_of(None))[-1])
    return random.SeedGenerator((root + seed) % 2**32)


def key(seed: Any) -> Any:
    """Returns what keryx's draws take as their seed."""
    if seed is None or not isinstance(seed, int | np.integer):
        return seed
    return _source(int(seed)).next()


def _draw(function: Any, shape: Any, low: Any, high: Any, dtype: Any, seed: Any) -> Any:
    kind = as_dtype(narrow(dtype)).name
    return function(sizes(shape), low, high, kind, seed)


@sized("shape")
def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: Any = None,
) -> Any:
    """Numbers from the normal distribution."""
    return _draw(random.normal, shape, mean, stddev, dtype, key(seed))


@sized("shape")
def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: Any = None,
    name: Any = None,
) -> Any:
    """`normal` without what lies beyond two standard deviations."""
    return _draw(random.truncated_normal, shape, mean, stddev, dtype, key(seed))


@sized("shape")
def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: Any = None,
) -> Any:
    """Numbers from `minval` to, not including, `maxval`, all equally likely."""
    whole = as_dtype(dtype).is_integer
    function = random.randint if whole else random.uniform
    high = 1 if maxval is None else maxval
    return _draw(function, shape, minval, high, dtype, key(seed))


@op
def shuffle(value: Any, seed: Any = None, name: Any = None) -> Any:
    """Returns the rows in random order."""
    return random.shuffle(jnp.asarray(value), 0, key(seed))


@op
def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: Any = None
) -> Any:
    """Draws classes whose unnormalized log-probabilities are given.

    Shapes:
        logits: `(batch, classes)`
        result: `(batch, num_samples)`
    """
    kind = as_dtype(narrow(dtype or "int32")).name
    return random.categorical(logits, int(num_samples), kind, key(seed))


@sized("shape")
def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: Any = None,
) -> Any:
    """Numbers from gamma distributions; the axes of `alpha` come last."""
    form = jnp.asarray(alpha)
    wanted = (*sizes(shape), *form.shape)
    drawn = random.gamma(wanted, form, as_dtype(dtype).name, key(seed))
    return drawn if beta is None else drawn / beta


@sized("shape")
def poisson(
    shape: Any, lam: Any, dtype: Any = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Counts with mean `lam`."""
    rate = jnp.asarray(lam)
    wanted = (*sizes(shape), *rate.shape)
    root = jax.random.wrap_key_data(
        jnp.asarray(random.key_of(key(seed)), jnp.uint32), impl="threefry2x32"
    )
    return jax.random.poisson(root, rate, wanted).astype(narrow(dtype))


def _stateless(function: Any) -> Any:
    """Makes a draw whose seed, a pair of integers, says all."""

    @functools.wraps(function)
    def call(shape: Any, seed: Any, *args: Any, **kwargs: Any) -> Any:
        words = jnp.asarray(seed).astype(jnp.uint32)
        return function(shape, *args, seed=words, **kwargs)

    call.__name__ = f"stateless_{function.__name__}"
    return call


stateless_normal = _stateless(normal)
stateless_truncated_normal = _stateless(truncated_normal)
stateless_uniform = _stateless(uniform)


class Generator:
    """A source of random numbers with a state of its own.

    Example:
        >>> one, other = Generator.from_seed(1), Generator.from_seed(1)
        >>> bool((one.normal((3,)) == other.normal((3,))).all())
        True

    Args:
        seed: An integer; `None` takes one from the global seed.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._source = random.SeedGenerator(seed)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> "Generator":
        """Returns a generator with a seed."""
        return cls(int(seed))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> "Generator":
        """Returns a generator whose seed follows from the global one."""
        return cls()

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Any:
        """Numbers from the normal distribution."""
        return normal(shape, mean, stddev, dtype, self._source.next())

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Any:
        """`normal` without what lies beyond two standard deviations."""
        return truncated_normal(shape, mean, stddev, dtype, self._source.next())

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Any:
        """Numbers from `minval` to, not including, `maxval`, all equally likely."""
        return uniform(shape, minval, maxval, dtype, self._source.next())

    def make_seeds(self, count: int = 1) -> Any:
        """Returns pairs of integers for `stateless_` draws, `(2, count)`."""
        words = [self._source.next() for _ in range(count)]
        return jnp.stack(words, axis=1).astype("int32")
