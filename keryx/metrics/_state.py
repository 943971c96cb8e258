"""Running sums and means, the states that most metrics keep."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core.place import blank
from keryx.losses._reduce import align, spread


class Total(NamedTuple):
    """A sum in two floats: what the first rounds away, the second keeps.

    Counts stay exact to 2⁴⁸ rather than 2²⁴ additions of one.

    Source:
        Knuth, "The Art of Computer Programming", vol. 2, section 4.2.2, theorem B.
    """

    sum: jax.Array
    rest: jax.Array

    @classmethod
    def zero(cls, shape: tuple[int, ...] = (), dtype: str = "float32") -> "Total":
        return cls(blank(shape, dtype), blank(shape, dtype))

    def add(self, values: jax.Array) -> "Total":
        values = values.astype(self.sum.dtype)
        sum_ = self.sum + values
        moved = sum_ - self.sum
        lost = (self.sum - (sum_ - moved)) + (values - moved)
        return Total(sum_, self.rest + lost)

    def value(self) -> jax.Array:
        return self.sum + self.rest


class MeanState(NamedTuple):
    """Weighted sum and weight so far."""

    total: Total  # ()
    weight: Total  # ()

    @classmethod
    def zero(cls, dtype: str = "float32") -> "MeanState":
        return cls(Total.zero((), dtype), Total.zero((), dtype))

    def add(self, values: ArrayLike, weights: ArrayLike | None = None) -> "MeanState":
        total, weight = weighed(jnp.asarray(values, self.total.sum.dtype), weights)
        return MeanState(self.total.add(total), self.weight.add(weight))

    def mean(self) -> jax.Array:
        """The mean so far; 0 before the first sample."""
        return ratio(self.total.value(), self.weight.value())


def weighed(
    values: jax.Array, weights: ArrayLike | None
) -> tuple[jax.Array, jax.Array]:
    """Returns the weighted sum over samples, and the sum of the samples' weights.

    A sample with several values counts once, with their mean.
    """
    if weights is None:
        samples = values.shape[0] if values.ndim else 1
        inner = max(values.size // max(samples, 1), 1)
        return jnp.sum(values) / inner, jnp.asarray(samples, values.dtype)
    values, shares = align(values, jnp.asarray(weights, values.dtype), expand=False)
    if shares.ndim < values.ndim:
        values = jnp.mean(values, axis=tuple(range(shares.ndim, values.ndim)))
    products = values * spread(shares, values)
    return (
        jnp.sum(products) / _values_per_sample(products),
        jnp.sum(shares) / _values_per_sample(shares),
    )


def _values_per_sample(values: jax.Array) -> int:
    return max(values.size // max(values.shape[0], 1), 1) if values.ndim else 1


def ratio(part: jax.Array, whole: jax.Array) -> jax.Array:
    """Returns `part / whole`, 0 where `whole` is 0; with a finite gradient."""
    empty = whole == 0
    return jnp.where(empty, 0, part / jnp.where(empty, 1, whole))
