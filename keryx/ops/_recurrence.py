"""Whole sequences of LSTM and GRU steps, with gradients written by hand.

JAX's own gradient of such a loop saves and recomputes more than is needed, and adds up
the recurrent kernel's gradient step by step. Here a step back is one product and few
elementwise operations: all factors that do not depend on what comes back are computed
for all steps at once before, and the kernel's gradient is one product after. Sigmoids
are taken as scaled hyperbolic tangents, which XLA computes five times faster on a CPU.

Milliseconds of forward and backward pass, two busy cores, float32, JAX's gradient and
this one (steps × batch × units):

    100 × 64 × 128    78     57
     50 × 32 × 64      4.7    4.3
     20 × 16 × 32      0.33   0.23
      5 × 1 × 32       0.023  0.012
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx.ops._product_rules import outer_product, product

Tree = Any
# Up to this many steps are written out: measured faster than a loop, to compile too.
SHORT = 8
WRITTEN_OUT = "steps_written_out"  # what the compiler knows them by


def over_time(
    step: Callable[[Tree, Tree], tuple[Tree, Tree]],
    carry: Tree,
    xs: Tree,
    *,
    reverse: bool = False,
) -> tuple[Tree, Tree]:
    """Returns what `lax.scan` does; few steps are written out."""
    length = jax.tree.leaves(xs)[0].shape[0]
    if length > SHORT:
        result: tuple[Tree, Tree] = jax.lax.scan(step, carry, xs, reverse=reverse)
        return result
    found = []
    with jax.named_scope(WRITTEN_OUT):
        for time in reversed(range(length)) if reverse else range(length):
            carry, y = step(carry, jax.tree.map(lambda a, t=time: a[t], xs))
            found.append(y)
    if reverse:
        found.reverse()
    return carry, jax.tree.map(lambda *ys: jnp.stack(ys), *found)


def _gates(a: jax.Array, units: int, tanh: int | None) -> jax.Array:
    """Returns the sigmoid of all gates but one, which gets the hyperbolic tangent."""
    straight = np.arange(a.shape[-1]) // units == tanh
    scale = jnp.asarray(np.where(straight, 1.0, 0.5), a.dtype)
    shift = jnp.asarray(np.where(straight, 0.0, 0.5), a.dtype)
    return jnp.tanh(a * scale) * scale + shift


def _column(mask: jax.Array | None) -> jax.Array | None:
    """Returns the mask as `(time, batch, 1)`."""
    return None if mask is None else mask[..., None]


def _keep(mask: Any, new: jax.Array, old: jax.Array) -> jax.Array:
    return new if mask is None else jnp.where(mask, new, old)


def _before(first: jax.Array, states: jax.Array) -> jax.Array:
    """Returns the states before each step."""
    return jnp.concatenate([first[None], states[:-1]])


def _flat_product(left: jax.Array, right: jax.Array) -> jax.Array:
    """Returns the sum over time and batch of outer products."""
    return outer_product(
        left.reshape(-1, left.shape[-1]), right.reshape(-1, right.shape[-1])
    )


@functools.partial(jax.custom_vjp, nondiff_argnums=(5,))
def lstm(
    projected: jax.Array,
    kernel: jax.Array,
    h: jax.Array,
    c: jax.Array,
    mask: jax.Array | None,
    sequences: bool,
) -> tuple[Any, jax.Array, jax.Array]:
    """Runs a long short-term memory with σ and tanh over time.

    Args:
        projected: The inputs' part of the gates i, f, g, o, with the bias.
        kernel: The recurrent kernel.
        h: First output.
        c: First memory.
        mask: Which steps count; `None` for all.
        sequences: Whether to return the outputs of all steps.

    Shapes:
        projected: `(time, batch, 4 * units)`
        kernel:    `(units, 4 * units)`
        h, c:      `(batch, units)`
        mask:      `(time, batch)`

    Returns:
        The outputs of all steps, `(time, batch, units)`, or `None`; the last h and c.
    """
    return _lstm_forward(projected, kernel, h, c, mask, sequences)[0]


def _lstm_forward(
    projected: jax.Array,
    kernel: jax.Array,
    h: jax.Array,
    c: jax.Array,
    mask: jax.Array | None,
    sequences: bool,
) -> tuple[tuple[Any, jax.Array, jax.Array], Any]:
    def step(carry: Tree, x: Tree) -> tuple[Tree, Tree]:
        (h, c), (z, m) = carry, x
        gates = _gates(z + product(h, kernel), h.shape[-1], 2)
        i, f, g, o = jnp.split(gates, 4, -1)
        c = _keep(m, f * c + i * g, c)
        h = _keep(m, o * jnp.tanh(c), h)
        return (h, c), (gates, h, c)

    last, (gates, hs, cs) = over_time(step, (h, c), (projected, _column(mask)))
    saved = kernel, h, c, mask, gates, hs, cs
    return (hs if sequences else None, *last), saved


def _lstm_backward(sequences: bool, saved: Any, cotangents: Any) -> Any:
    kernel, h, c, mask, gates, hs, cs = saved
    dhs, dh, dc = cotangents
    i, f, g, o = jnp.split(gates, 4, -1)
    t, m = jnp.tanh(cs), _column(mask)
    to_c = o * (1 - t * t)
    to_gates = [g * i * (1 - i), _before(c, cs) * f * (1 - f), i * (1 - g * g)]
    factors = jnp.concatenate([*to_gates, t * o * (1 - o)], -1)
    if m is not None:
        to_c, factors, f = to_c * m, factors * m, jnp.where(m, f, 1)
    back = kernel.T

    def step(carry: Tree, x: Tree) -> tuple[Tree, Tree]:
        (dh, dc), (dy, to_c, factors, f, m) = carry, x
        dh = dh if dy is None else dh + dy
        dc = dc + dh * to_c
        da = factors * jnp.concatenate([dc, dc, dc, dh], -1)
        through = 0 if m is None else jnp.where(m, 0, dh)
        return (product(da, back) + through, dc * f), da

    xs = (dhs if sequences else None, to_c, factors, f, m)
    (dh, dc), da = over_time(step, (dh, dc), xs, reverse=True)
    return da, _flat_product(_before(h, hs), da), dh, dc, None


lstm.defvjp(_lstm_forward, _lstm_backward)


@functools.partial(jax.custom_vjp, nondiff_argnums=(5,))
def gru(
    projected: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None,
    h: jax.Array,
    mask: jax.Array | None,
    sequences: bool,
) -> tuple[Any, jax.Array]:
    """Runs gated recurrent units with σ and tanh, reset after the product, over time.

    Args:
        projected: The inputs' part of the gates z, r, g, with their bias.
        kernel: The recurrent kernel.
        bias: The recurrent bias, if there is one.
        h: First output.
        mask: Which steps count; `None` for all.
        sequences: Whether to return the outputs of all steps.

    Shapes:
        projected: `(time, batch, 3 * units)`
        kernel:    `(units, 3 * units)`
        bias:      `(3 * units,)`
        h:         `(batch, units)`
        mask:      `(time, batch)`

    Returns:
        The outputs of all steps, `(time, batch, units)`, or `None`; and the last.
    """
    return _gru_forward(projected, kernel, bias, h, mask, sequences)[0]


def _gru_forward(
    projected: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None,
    h: jax.Array,
    mask: jax.Array | None,
    sequences: bool,
) -> tuple[tuple[Any, jax.Array], Any]:
    units = h.shape[-1]

    def step(h: jax.Array, x: Tree) -> tuple[jax.Array, Tree]:
        x, m = x
        recurrent = product(h, kernel)
        recurrent = recurrent if bias is None else recurrent + bias
        inner = recurrent[:, 2 * units :]
        gates = _gates(x[:, : 2 * units] + recurrent[:, : 2 * units], units, None)
        z, r = jnp.split(gates, 2, -1)
        g = jnp.tanh(x[:, 2 * units :] + r * inner)
        h = _keep(m, z * h + (1 - z) * g, h)
        return h, (gates, g, inner, h)

    last, (gates, g, inner, hs) = over_time(step, h, (projected, _column(mask)))
    saved = kernel, bias, h, mask, gates, g, inner, hs
    return (hs if sequences else None, last), saved


def _gru_backward(sequences: bool, saved: Any, cotangents: Any) -> Any:
    kernel, bias, h, mask, gates, g, inner, hs = saved
    dhs, dh = cotangents
    (z, r), m = jnp.split(gates, 2, -1), _column(mask)
    before = _before(h, hs)
    to_z = (before - g) * z * (1 - z)
    to_g = (1 - z) * (1 - g * g)
    to_r = to_g * inner * r * (1 - r)
    factors = jnp.concatenate([to_z, to_r, to_g * r], -1)
    if m is not None:
        factors, to_g, z = factors * m, to_g * m, jnp.where(m, z, 1)
    back = kernel.T

    def step(dh: jax.Array, x: Tree) -> tuple[jax.Array, Tree]:
        dy, factors, z = x
        dh = dh if dy is None else dh + dy
        da = factors * jnp.concatenate([dh, dh, dh], -1)
        return product(da, back) + dh * z, (dh, da)

    xs = (dhs if sequences else None, factors, z)
    first, (dh, da) = over_time(step, dh, xs, reverse=True)
    split = 2 * h.shape[-1]
    projected = jnp.concatenate([da[..., :split], dh * to_g], -1)
    to_bias = None if bias is None else jnp.sum(da, (0, 1))
    return projected, _flat_product(before, da), to_bias, first, None


gru.defvjp(_gru_forward, _gru_backward)
