"""A crossentropy of an activation's output is that of the activation's input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import keryx
from keryx import activations, layers, losses
from keryx._core import scope

rng = np.random.default_rng(0)
Z = jnp.asarray(rng.normal(size=(5, 3)), jnp.float32)
ONE_HOT = np.eye(3, dtype="float32")[[0, 2, 1, 1, 0]]
CASES = [
    (losses.BinaryCrossentropy, activations.sigmoid, ONE_HOT),
    (losses.CategoricalCrossentropy, activations.softmax, ONE_HOT),
    (losses.SparseCategoricalCrossentropy, activations.softmax, ONE_HOT.argmax(1)),
]
CASE = pytest.mark.parametrize(("loss", "activation", "y"), CASES)


@CASE
def test_both_ways_agree_where_nothing_saturates(loss, activation, y):
    apart = loss()(y, activation(Z))
    with scope.entered(scope.Scope()):
        together = loss()(y, activation(Z))
    np.testing.assert_allclose(together, apart, rtol=1e-6)


@CASE
def test_saturated_outputs_keep_their_gradient(loss, activation, y):
    def value(z):
        with scope.entered(scope.Scope()):
            return loss(reduction="sum")(y, activation(z))

    wrong = 60.0 * (1 - 2 * jnp.asarray(ONE_HOT))
    got = jax.grad(value)(wrong)
    wanted = activation(wrong) - ONE_HOT
    if loss is losses.BinaryCrossentropy:
        wanted = wanted / 3  # a mean over the outputs
    np.testing.assert_allclose(got, wanted, atol=1e-6)
    assert value(wrong) > 50


@CASE
def test_logits_given_as_such_are_not_taken_twice(loss, activation, y):
    with scope.entered(scope.Scope()):
        outputs = activation(Z)
        got = loss(from_logits=True)(y, outputs)
    np.testing.assert_allclose(got, loss(from_logits=True)(y, np.asarray(outputs)))


def test_what_was_computed_from_the_output_is_no_output():
    with scope.entered(scope.Scope()):
        got = losses.BinaryCrossentropy()(ONE_HOT, activations.sigmoid(Z) * 0.5)
    wanted = losses.BinaryCrossentropy()(ONE_HOT, 0.5 / (1 + np.exp(-np.asarray(Z))))
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


def test_a_saturated_network_learns():
    model = keryx.Sequential([layers.Input((1,)), layers.Dense(1, "sigmoid")])
    model.set_weights([np.full((1, 1), 50.0), np.zeros(1)])
    model.compile(keryx.optimizers.SGD(10.0), "binary_crossentropy")
    x, y = np.array([[1.0], [2.0]]), np.array([[0.0], [0.0]])
    first, *_, last = model.fit(x, y, epochs=20, verbose=0).history["loss"]
    assert first > 70
    assert last < 0.01
