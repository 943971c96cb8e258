"""Constraints give Keras's numbers and configurations."""

import inspect

import jax
import keras
import numpy as np
import pytest

from keryx import constraints

CASES = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.7, "axis": 1}),
    ("MaxNorm", {"max_value": 0.7, "axis": [0, 1]}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 1.0, "max_value": 1.5, "rate": 0.3, "axis": 1}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": [0, 1]}),
]


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_projection_and_gradient_equal_keras(name, options, key):
    w, direction = jax.random.normal(key(), (4, 3)), jax.random.normal(key(), (4, 3))

    def answer(module):
        project = getattr(module, name)(**options)
        return jax.jvp(project, (w,), (direction,))

    ours, theirs = answer(constraints), answer(keras.constraints)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_configuration_goes_to_keras_and_back(name, options):
    ours = constraints.serialize(getattr(constraints, name)(**options))

    theirs = keras.constraints.serialize(keras.constraints.deserialize(ours))

    assert theirs == ours
    assert constraints.serialize(constraints.deserialize(theirs)) == ours


@pytest.mark.parametrize(
    "name", [n for n in dir(keras.constraints) if not n.startswith("_")]
)
def test_names_and_signatures_equal_keras(name):
    ours, theirs = getattr(constraints, name), getattr(keras.constraints, name)

    assert ours.__name__ == theirs.__name__
    if inspect.isclass(theirs):
        assert [
            (n, p.default) for n, p in inspect.signature(ours).parameters.items()
        ] == [(n, p.default) for n, p in inspect.signature(theirs).parameters.items()]
