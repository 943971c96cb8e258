"""Kernels that are one pass over memory, against the plain formulas."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx.ops import _biased_relu, _kernels, _pool_forms, _pool_kernels, _updates

pytestmark = pytest.mark.skipif(
    not _kernels.available(), reason="this processor has no kernels of ours"
)
RNG = np.random.default_rng(0)


def draw(*shape):
    return jnp.asarray(RNG.normal(size=shape), jnp.float32)


def close(found, expected, tolerance=1e-6):
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        scale = float(jnp.max(jnp.abs(b))) or 1.0
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * scale)


def plain_relu(x, bias):
    return jax.nn.relu(x + bias)


@pytest.mark.parametrize("shape", [(64, 9, 7, 33), (1000, 70), (5, 8192), (4096, 8)])
def test_relu_and_its_gradients_of_any_order_and_mode(shape):
    x, bias, c = draw(*shape), draw(shape[-1]), draw(*shape)
    assert _biased_relu.suits(x, bias)

    def loss(form):
        return lambda x, b: jnp.sum(form(x, b) ** 2 * c)

    def twice(form):
        first = jax.grad(loss(form))
        return jax.grad(lambda x, b: jnp.sum(first(x, b) ** 2), (0, 1))

    for view in (
        lambda form: form(x, bias),
        lambda form: jax.jit(jax.grad(loss(form), (0, 1)))(x, bias),
        lambda form: jax.grad(loss(form))(x, bias),
        lambda form: jax.grad(loss(form), 1)(x, bias),
        lambda form: jax.jit(twice(form))(x, bias),
        lambda form: jax.jvp(form, (x, bias), (c, bias))[1],
    ):
        close(view(_biased_relu.biased_relu), view(plain_relu), 3e-6)


def test_relu_of_several_models_at_once():
    x, bias = draw(3, 1000, 40), draw(3, 40)
    grads = [
        jax.jit(jax.vmap(jax.grad(lambda x, b, f=f: jnp.sum(f(x, b) ** 3), (0, 1))))(
            x, bias
        )
        for f in (_biased_relu.biased_relu, plain_relu)
    ]
    close(*grads)


def test_relu_keeps_what_is_not_a_number():
    x = draw(5000, 8).at[3, 2].set(jnp.nan).at[4, 1].set(-jnp.inf)
    y = _biased_relu.biased_relu(x, jnp.zeros(8))
    np.testing.assert_array_equal(y, jax.nn.relu(x))


@pytest.mark.parametrize(
    ("shape", "pool"),
    [
        ((8, 26, 26, 32), (2, 2)),
        ((8, 27, 25, 20), (2, 2)),
        ((4, 25, 32, 17), (3, 4)),
        ((2, 30, 30, 64), (5, 1)),
    ],
)
def test_pooling_and_its_gradients_of_any_order(shape, pool):
    # Few different values: windows have several largest, of which the first counts.
    x = jnp.round(draw(*shape) * 2) / 2
    windows = _pool_forms.Windows(shape[1:3], pool, pool, ((0, 0), (0, 0)))
    assert _pool_kernels.suits(x, windows)
    forms = (
        lambda x: _pool_kernels.tiled_max(x, pool),
        lambda x: _pool_forms.indexed_max(x, windows),
    )
    c = draw(*forms[1](x).shape)

    def twice(form):
        first = jax.grad(lambda x: jnp.sum(form(x) ** 3 * c))
        return jax.grad(lambda x: jnp.sum(first(x) ** 2))

    close(*(form(x) for form in forms))
    close(*(jax.jit(jax.grad(lambda x, f=f: jnp.sum(f(x) * c)))(x) for f in forms))
    single = draw(*shape)  # for the other form shares between equals the second time
    close(*(jax.jit(twice(form))(single) for form in forms))


def test_pooling_takes_the_first_that_is_not_a_number():
    x = draw(8, 16, 16, 32).at[0, 1, 0, 3].set(jnp.nan).at[0, 1, 1, 3].set(jnp.nan)
    windows = _pool_forms.Windows((16, 16), (2, 2), (2, 2), ((0, 0), (0, 0)))
    pulled = []
    for form in (
        lambda x: _pool_kernels.tiled_max(x, (2, 2)),
        lambda x: _pool_forms.indexed_max(x, windows),
    ):
        y, pull = jax.vjp(form, x)
        assert np.isnan(y[0, 0, 0, 3])
        pulled.append(pull(jnp.ones_like(y))[0])
    np.testing.assert_array_equal(*pulled)


def test_small_other_and_overlapping_ones_stay_with_xla():
    tiling = _pool_forms.Windows((64, 64), (2, 2), (2, 2), ((0, 0), (0, 0)))
    overlap = tiling._replace(strides=(1, 1))
    x = draw(4, 64, 64, 16)
    assert not _pool_kernels.suits(x, overlap)
    assert not _pool_kernels.suits(x.astype(jnp.bfloat16), tiling)
    assert not _pool_kernels.suits(draw(4, 64, 64, 3), tiling)
    assert not _biased_relu.suits(draw(8, 8), draw(8))
    assert not _updates.suits(draw(100, 100), draw(100, 100))
    assert not _updates.suits(*[draw(300, 300).astype(jnp.bfloat16)] * 2)


@pytest.mark.parametrize("size", [70_000, 65_536, 100_001])
def test_steps_of_adam(size):
    param, mean, grad, square = *(draw(size) for _ in range(3)), draw(size) ** 2
    square, mean = square.at[:5].set(0.0), mean.at[:5].set(0.0)
    near, far, rate, epsilon = 0.1, 0.001, 0.01, 1e-7
    found = jax.jit(_updates.adam)(
        param, mean, square, grad, (near, far, rate, epsilon), jnp.zeros(3)
    )
    p, m, v, g = (np.float64(x) for x in (param, mean, square, grad))
    m, v = m + near * (g - m), v + far * (g * g - v)
    close(found, [p - rate * m / (np.sqrt(v) + epsilon), m, v], 3e-7)


@pytest.mark.parametrize("ends", [(0.0, 1e-3), (1e-3, 0.0)])
def test_steps_of_rmsprop(ends):
    param, grad, square = draw(300, 301), draw(300, 301), draw(300, 301) ** 2
    found = jax.jit(_updates.rmsprop)(
        param, square, grad, (0.9, 0.1, 0.01, *ends), jnp.zeros(1)
    )
    p, v, g = (np.float64(x) for x in (param, square, grad))
    v = 0.9 * v + 0.1 * g * g
    close(found, [p - 0.01 * g / (np.sqrt(v + ends[0]) + ends[1]), v], 3e-7)
