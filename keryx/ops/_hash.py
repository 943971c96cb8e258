"""Keep masks for dropout from a counter hash: no random stream, no memory traffic.

A mask costs one multiplication or two per element and fuses with the product that uses
it; JAX's default generator costs about twenty times more on CPU. The numbers are good
enough to decide what to drop, and are used for nothing else.
"""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import lax

BITS = 24  # as many as a float32 holds exactly, so that any rate can be traced


def mix(counter: jax.Array, first: jax.Array, second: jax.Array) -> jax.Array:
    """Returns 32 well-mixed bits of each counter under a seed of two words.

    Source:
        Wellons, "Prospecting for Hash Functions" (2018), `lowbias32`. The second word
        is ours: with one, the masks of two seeds are permutations of each other.
    """
    x = counter ^ first
    x = (x ^ (x >> 16)) * jnp.uint32(0x7FEB352D)
    x = x + second
    x = (x ^ (x >> 15)) * jnp.uint32(0x846CA68B)
    mixed: jax.Array = x ^ (x >> 16)
    return mixed


def keep_mask(
    key: jax.Array, shape: Sequence[int], rate: float | jax.Array
) -> jax.Array:
    """Returns which elements dropout keeps: each with probability `1 - rate`.

        keep[i] = (hash of i under the key's seed) >= rate · 2²⁴,   24 bits of the hash

    The same key and shape give the same mask on every device. The rate may be traced,
    so that another one needs no new program.

    Example:
        >>> mask = keep_mask(jax.random.key(0), (100, 100), 0.25)
        >>> mask.shape, str(mask.dtype), bool(abs(mask.mean() - 0.75) < 0.02)
        ((100, 100), 'bool', True)

    Args:
        key: A JAX key, typed or as raw words.
        shape: The mask's shape.
        rate: Share of elements to drop, from 0 (none) to 1 (all).

    Returns:
        Booleans of that shape, true where the element is kept.
    """
    first, second = jax.random.bits(key, (2,), jnp.uint32)
    counter = lax.iota(jnp.uint32, math.prod(shape)).reshape(shape)
    threshold = jnp.round(jnp.asarray(rate, jnp.float32) * 2**BITS).astype(jnp.uint32)
    bits = mix(counter, first, second) >> (32 - BITS)
    keep: jax.Array = bits >= threshold
    return keep
