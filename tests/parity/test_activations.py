"""Activations give Keras's numbers, forward and backward."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import activations

NAMES = sorted(
    name
    for name in dir(keras.activations)
    if not name.startswith("_") and name not in ("get", "serialize", "deserialize")
)
SEPARATE = ("sparsemax", "squareplus", "threshold")
CASES = [
    *[(name, {}) for name in NAMES if name not in SEPARATE],
    ("celu", {"alpha": 0.7}),
    ("elu", {"alpha": 0.7}),
    ("gelu", {"approximate": True}),
    ("glu", {"axis": 0}),
    ("hard_shrink", {"threshold": 1.5}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("log_softmax", {"axis": 0}),
    ("relu", {"max_value": 3.0}),
    ("relu", {"max_value": 6.0}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"negative_slope": 0.1, "max_value": 3.0}),
    ("relu", {"negative_slope": 0.1, "max_value": 3.0, "threshold": 0.5}),
    ("relu", {"threshold": 0.5}),
    ("soft_shrink", {"threshold": 1.5}),
    ("softmax", {"axis": 0}),
    ("softmax", {"axis": (0, 1)}),
    ("threshold", {"threshold": 0.5, "default_value": -7.0}),
]
# 0 ± 0.5 ± 1 ± 3 ± 6 are the corners of one or other of them.
CORNERS = [-1e4, -6, -3, -1.3, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 1.3, 3, 6, 50, 80]
X = jnp.array(CORNERS, jnp.float32).reshape(4, 4)


def value_and_slope(function, options):
    """The outputs, and the gradient of their sum with unequal weights."""
    weights = jnp.cos(jnp.arange(16.0))

    def weighted(x):
        y = function(x, **options)
        return jnp.sum(y.ravel() * weights[: y.size]), y

    slope, y = jax.jit(jax.grad(weighted, has_aux=True))(X)
    return y, slope


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_values_and_gradients_equal_keras(name, options):
    y, slope = value_and_slope(getattr(activations, name), options)

    theirs = value_and_slope(getattr(keras.activations, name), options)
    np.testing.assert_allclose(y, theirs[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(slope, theirs[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("b", [4, 2])
def test_squareplus_equals_keras_where_keras_keeps_its_digits(b):
    x = jnp.linspace(-2, 40, 15)

    y = activations.squareplus(x, b)

    np.testing.assert_allclose(y, keras.activations.squareplus(x, b), rtol=1e-5)


def test_sparsemax_equals_keras_where_one_score_leads_by_one():
    x = jnp.array([[1.0, 2.5, 0.0], [4.0, -1.0, 2.0]])

    y = activations.sparsemax(x)

    np.testing.assert_allclose(y, keras.activations.sparsemax(x), atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_signature_equals_keras(name):
    ours = inspect.signature(getattr(activations, name)).parameters
    theirs = inspect.signature(getattr(keras.activations, name)).parameters

    assert {n: p.default for n, p in ours.items()} == {
        n: p.default for n, p in theirs.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_keras_name_means_the_same_function(name):
    theirs = keras.activations.serialize(getattr(keras.activations, name))

    assert activations.get(theirs) is getattr(activations, name)
    assert keras.activations.get(activations.serialize(activations.get(name)))
