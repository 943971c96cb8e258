"""Sequences with hand-written gradients equal JAX's gradients of their steps."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx.ops._recurrence import gru, lstm

BATCH, UNITS = 3, 4


def arrays(time, gates, seed=0):
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return jnp.asarray(rng.normal(size=shape), jnp.float32)

    mask = jnp.asarray(rng.random((time, BATCH)) > 0.4)
    return (
        draw(time, BATCH, gates * UNITS),
        draw(UNITS, gates * UNITS),
        draw(gates * UNITS),
        draw(BATCH, UNITS),
        draw(BATCH, UNITS),
        mask,
    )


def plain_lstm(projected, kernel, h, c, mask):
    outputs = []
    for x, m in zip(projected, mask, strict=True):
        i, f, g, o = jnp.split(x + h @ kernel, 4, -1)
        new = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        c = jnp.where(m[:, None], new, c)
        h = jnp.where(m[:, None], jax.nn.sigmoid(o) * jnp.tanh(new), h)
        outputs.append(h)
    return jnp.stack(outputs), h, c


def plain_gru(projected, kernel, bias, h, mask):
    outputs = []
    for x, m in zip(projected, mask, strict=True):
        xz, xr, xg = jnp.split(x, 3, -1)
        hz, hr, hg = jnp.split(h @ kernel + bias, 3, -1)
        z = jax.nn.sigmoid(xz + hz)
        g = jnp.tanh(xg + jax.nn.sigmoid(xr + hr) * hg)
        h = jnp.where(m[:, None], z * h + (1 - z) * g, h)
        outputs.append(h)
    return jnp.stack(outputs), h


def weighed(outputs):
    """A number that depends on every output differently."""
    leaves = [leaf for leaf in jax.tree.leaves(outputs) if leaf is not None]
    return sum(
        jnp.sum(jnp.sin(leaf) * jnp.arange(leaf.size).reshape(leaf.shape))
        for leaf in leaves
    )


def check(fast, plain, args):
    places = tuple(range(len(args)))
    got = jax.value_and_grad(lambda *a: weighed(fast(*a)), places)(*args)
    wanted = jax.value_and_grad(lambda *a: weighed(plain(*a)), places)(*args)
    for a, b in zip(jax.tree.leaves(got), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize("time", [1, 4, 11])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("every", [False, True])
def test_lstm_equals_its_steps(time, masked, every):
    projected, kernel, _, h, c, mask = arrays(time, 4)
    all_steps = mask if masked else jnp.ones_like(mask)

    def plain(*args):
        outputs, *last = plain_lstm(*args, all_steps)
        return (outputs if every else None), *last

    def fast(*args):
        return lstm(*args, mask if masked else None, every)

    check(fast, plain, (projected, kernel, h, c))


@pytest.mark.parametrize("time", [1, 4, 11])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("every", [False, True])
def test_gru_equals_its_steps(time, masked, every):
    projected, kernel, bias, h, _, mask = arrays(time, 3)
    all_steps = mask if masked else jnp.ones_like(mask)

    def plain(*args):
        outputs, last = plain_gru(*args, all_steps)
        return (outputs if every else None), last

    def fast(*args):
        return gru(*args, mask if masked else None, every)

    check(fast, plain, (projected, kernel, bias, h))


def test_gru_needs_no_bias():
    projected, kernel, bias, h, _, mask = arrays(3, 3)
    without, _ = gru(projected, kernel, None, h, None, True)
    zeros, _ = gru(projected, kernel, jnp.zeros_like(bias), h, None, True)
    np.testing.assert_allclose(without, zeros)
