"""Regularizers give Keras's numbers, gradients and configurations."""

import inspect

import jax
import keras
import numpy as np
import pytest

from keryx import regularizers

CASES = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {"l1": 0.3, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.3, "mode": "columns"}),
]


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_penalty_and_gradient_equal_keras(name, options, key):
    # With a zero, where the absolute value has its corner.
    x = jax.random.normal(key(), (4, 3)).at[1, 1].set(0.0)

    ours = jax.value_and_grad(getattr(regularizers, name)(**options))(x)
    theirs = jax.value_and_grad(getattr(keras.regularizers, name)(**options))(x)

    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-5)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_configuration_goes_to_keras_and_back(name, options):
    ours = regularizers.serialize(getattr(regularizers, name)(**options))

    theirs = keras.regularizers.serialize(keras.regularizers.deserialize(ours))
    again = regularizers.serialize(regularizers.deserialize(theirs))

    # Keras keeps some strengths as float32.
    for name, value in ours["config"].items():
        close = value if isinstance(value, str) else pytest.approx(value, rel=1e-6)
        assert theirs["config"][name] == close
        assert again["config"][name] == close
    assert {**theirs, "config": 0} == {**again, "config": 0} == {**ours, "config": 0}


@pytest.mark.parametrize(
    "name", [n for n in dir(keras.regularizers) if not n.startswith("_")]
)
def test_names_and_signatures_equal_keras(name):
    ours, theirs = getattr(regularizers, name), getattr(keras.regularizers, name)

    assert ours.__name__ == theirs.__name__
    if inspect.isclass(theirs):
        assert [
            (n, p.default) for n, p in inspect.signature(ours).parameters.items()
        ] == [(n, p.default) for n, p in inspect.signature(theirs).parameters.items()]
