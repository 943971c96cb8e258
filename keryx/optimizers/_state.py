"""What an optimizer carries from one update to the next."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Tree = Any
Arrays = tuple[jax.Array, ...]
Gradients = tuple[jax.Array | None, ...]
Hyper = dict[str, jax.Array]
Slots = dict[str, jax.Array]
ALL_GRADIENTS = "all_gradients"  # among hyperparameters: a number of each gradient


class ParamInfo(NamedTuple):
    """What an update has to know about one parameter besides its value.

    Args:
        path: Full name, such as `"dense/kernel"`.
        constraint: Projection applied after each update.
        decay: Whether weight decay applies to it.
    """

    path: str
    constraint: Callable[[Any], Any] | None = None
    decay: bool = True


class OptState(NamedTuple):
    """All that changes while training, so all that a population has one of each of."""

    step: jax.Array  # (), int32: calls of `update` so far
    hyper: Hyper  # (), float32 each; may be changed or mapped over, no recompile
    slots: dict[str, Arrays]  # per slot name, one array per parameter
    extra: dict[str, Tree]  # sums of gradients, averages, scalars of one optimizer

    def with_hyper(self, **changes: Any) -> "OptState":
        """The same state with some hyperparameters changed.

        Example:
            >>> state = OptState(jnp.zeros((), jnp.int32), {"learning_rate": 1}, {}, {})
            >>> state.with_hyper(learning_rate=0.5).hyper["learning_rate"].dtype
            dtype('float32')
        """
        arrays = {name: jnp.asarray(x, jnp.float32) for name, x in changes.items()}
        return self._replace(hyper={**self.hyper, **arrays})


def wide(array: jax.Array) -> jax.Array:
    """Returns 16-bit floats in float32, in which updates are computed."""
    return array.astype(jnp.promote_types(array.dtype, jnp.float32))


def rest(share: jax.Array) -> jax.Array:
    """Returns `1 - share` without the error that float32 has near 1.

    0.999 is rounded by 1.3e-8, which is 1.3e-5 of its distance from 1. Where float32
    cannot tell the share from a decimal of six digits, that decimal is meant.

    Example:
        >>> bool(rest(jnp.float32(0.999)) == jnp.float32(0.001))
        True
    """
    exact = 1 - share
    decimal = jnp.round(exact * 1e6) / 1e6
    return jnp.where(jnp.abs(decimal - exact) < 2**-25, decimal, exact)


def root_of(square: jax.Array, epsilon: jax.Array, *, outside: bool) -> jax.Array:
    """Returns the root of `square`, with `epsilon` added to it or under it."""
    return jnp.sqrt(square) + epsilon if outside else jnp.sqrt(square + epsilon)
