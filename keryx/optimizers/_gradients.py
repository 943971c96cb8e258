"""What happens to gradients before, and to parameters after, an optimizer's rule."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from keryx.optimizers._state import Arrays, Gradients, Hyper, wide


def clip(grads: Gradients, hyper: Hyper) -> Gradients:
    """Limits the gradients by those of the limits that are set, norms first."""
    if "clipnorm" in hyper:
        grads = _map(lambda g: clip_by_norm(g, hyper["clipnorm"]), grads)
    if "global_clipnorm" in hyper:
        grads = clip_by_global_norm(grads, hyper["global_clipnorm"])
    if "clipvalue" in hyper:
        limit = hyper["clipvalue"]
        grads = _map(lambda g: jnp.clip(g, -limit, limit), grads)
    return grads


def clip_by_norm(grad: jax.Array, limit: jax.Array) -> jax.Array:
    """Shortens one gradient to the length `limit` if it is longer."""
    return grad * (limit / jnp.maximum(jnp.sqrt(jnp.sum(jnp.square(grad))), limit))


def clip_by_global_norm(grads: Gradients, limit: jax.Array) -> Gradients:
    """Shortens all gradients by one factor, so that together they have `limit`."""
    squares = [jnp.sum(jnp.square(g)) for g in grads if g is not None]
    factor = limit / jnp.maximum(jnp.sqrt(sum(squares, jnp.zeros(()))), limit)
    return _map(lambda g: g * factor, grads)


def decay(param: jax.Array, amount: jax.Array) -> jax.Array:
    """Returns the parameter shrunk by the share `amount` of itself."""
    value = wide(param)
    return (value - value * amount).astype(param.dtype)


def average(
    averages: Arrays, params: Arrays, momentum: jax.Array, updates: jax.Array
) -> Arrays:
    """Moves the running averages towards the parameters; the first one copies them."""
    kept = jnp.where(updates == 0, 0.0, momentum)
    return tuple(
        (kept * wide(a) + (1 - kept) * wide(p)).astype(a.dtype)
        for a, p in zip(averages, params, strict=True)
    )


def _map(function: Callable[[jax.Array], jax.Array], grads: Gradients) -> Gradients:
    """Applies `function` to the gradients that exist."""
    return tuple(None if g is None else function(g) for g in grads)
