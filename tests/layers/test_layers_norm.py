"""Normalizing layers: statistics, their gradients of every order, their state."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers
from keryx._graph.pure import purify, Run
from keryx.layers._moments import moments

X = np.random.default_rng(0).normal(3, 2, (6, 5)).astype("float32")


def test_mean_and_variance_are_those_of_numpy_even_far_from_zero():
    x = (X + 1000).astype("float32")

    mean, variance = moments(jnp.asarray(x), (0,))

    np.testing.assert_allclose(mean[0], x.astype(float).mean(0), rtol=1e-6)
    np.testing.assert_allclose(variance[0], x.astype(float).var(0), rtol=1e-4)


@pytest.mark.parametrize("mode", [jax.jacrev, jax.jacfwd])
def test_second_derivatives_are_those_of_the_plain_formula(mode):
    x = jnp.asarray(X[:3, :2])

    def ours(x):
        mean, variance = moments(x, (0,))
        return jnp.sum(jnp.sin((x - mean) / jnp.sqrt(variance + 1e-3)))

    def plain(x):
        return jnp.sum(jnp.sin((x - x.mean(0)) / jnp.sqrt(x.var(0) + 1e-3)))

    np.testing.assert_allclose(
        mode(jax.grad(ours))(x), mode(jax.grad(plain))(x), rtol=1e-4, atol=1e-5
    )


def test_batch_normalization_moves_its_statistics_in_training_only():
    layer = layers.BatchNormalization(momentum=0.9)

    layer(X)
    still = layer.moving_mean.numpy()
    layer(X, training=True)

    np.testing.assert_array_equal(still, 0)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * X.mean(0), rtol=1e-5)
    np.testing.assert_allclose(
        layer.moving_variance.numpy(), 0.9 + 0.1 * X.var(0), rtol=1e-5
    )


def test_frozen_batch_normalization_uses_its_moving_statistics_in_training():
    layer = layers.BatchNormalization()
    layer(X)

    layer.trainable = False
    y = layer(X, training=True)

    np.testing.assert_allclose(y, X / np.sqrt(1.001), rtol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), 0)
    assert layer.trainable_variables == []


def test_masked_positions_do_not_count():
    x = np.concatenate([X, np.full((2, 5), 1e6, "float32")])
    mask = np.arange(8) < 6
    masked, plain = layers.BatchNormalization(), layers.BatchNormalization()

    y = masked(x, training=True, mask=mask)

    np.testing.assert_allclose(y[:6], plain(X, training=True), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        masked.moving_variance.numpy(), plain.moving_variance.numpy(), rtol=1e-5
    )


def test_symbolic_call_in_training_leaves_the_statistics_alone():
    layer = layers.BatchNormalization()

    y = layer(layers.Input((5,)), training=True)

    assert y.shape == (None, 5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), 0)


def test_axis_may_be_a_list_of_one_as_in_old_files():
    assert layers.BatchNormalization(axis=[3]).axis == 3


@pytest.mark.parametrize(
    "layer",
    [layers.LayerNormalization(), layers.GroupNormalization(1)],
    ids=["layer", "group"],
)
def test_samples_are_standardized_each_by_itself(layer):
    y = np.asarray(layer(X * 100))

    np.testing.assert_allclose(y.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(1), 1, rtol=1e-4)


def test_unit_normalization_of_zeros_is_zero_with_finite_gradient():
    layer = layers.UnitNormalization()

    y, slope = jax.value_and_grad(lambda x: layer(x).sum())(jnp.zeros((1, 3)))

    assert float(y) == 0
    assert np.isfinite(slope).all()


def test_spectral_normalization_gives_the_kernel_a_largest_singular_value_of_one():
    layer = layers.SpectralNormalization(layers.Dense(4), power_iterations=100)

    layer(X, training=True)

    singular = np.linalg.svd(layer.layer.kernel.numpy(), compute_uv=False)
    assert singular[0] == pytest.approx(1, rel=1e-4)


def test_spectral_normalization_leaves_a_kernel_of_zeros():
    inner = layers.Dense(4, kernel_initializer="zeros")
    layer = layers.SpectralNormalization(inner)

    layer(X, training=True)

    np.testing.assert_array_equal(inner.kernel.numpy(), 0)


def test_statistics_of_a_run_come_back_as_its_state():
    layer = layers.BatchNormalization(momentum=0.0)
    layer(X)
    pure = purify(layer)
    params = tuple(v.value for v in pure.params)
    buffers = tuple(v.value for v in pure.buffers)

    result = pure.apply(params, buffers, Run(training=True), X)

    np.testing.assert_allclose(result.buffers[0], X.mean(0), rtol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), 0)
