"""Initializers match Keras's: fixed values, moments, configurations, signatures."""

import inspect

import keras
import numpy as np
import pytest

from keryx import initializers

CLASSES = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "STFT",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
]
NAMES = sorted(n for n in dir(keras.initializers) if not n.startswith("_"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("GlorotUniform", {}),
        ("HeNormal", {}),
        ("LecunNormal", {}),
        ("RandomNormal", {"mean": 0.1}),
        ("RandomUniform", {"minval": -0.01}),
        ("TruncatedNormal", {"mean": 0.1}),
        ("VarianceScaling", {"scale": 2.0, "distribution": "untruncated_normal"}),
        ("VarianceScaling", {"input_axes": [0], "output_axes": [1, 2]}),
    ],
    ids=str,
)
def test_moments_equal_keras(name, options):
    shape = (20, 30, 100)

    ours = getattr(initializers, name)(seed=1, **options)(shape)
    theirs = np.array(getattr(keras.initializers, name)(seed=1, **options)(shape))

    spread = float(theirs.std())
    assert float(ours.std()) == pytest.approx(spread, rel=0.02)
    assert float(ours.mean()) == pytest.approx(float(theirs.mean()), abs=0.02 * spread)
    tails = [0.001, 0.25, 0.5, 0.75, 0.999]
    np.testing.assert_allclose(
        np.quantile(ours, tails),
        np.quantile(theirs, tails),
        atol=0.1 * spread,
    )


@pytest.mark.parametrize(
    ("name", "options", "shape"),
    [
        ("Constant", {"value": 2.5}, (2, 3)),
        ("Identity", {"gain": 2.0}, (2, 3)),
        ("STFT", {}, (6, 1, 5)),
        ("STFT", {"side": "imag", "window": "hamming"}, (8, 1, 5)),
        ("STFT", {"window": "blackman", "periodic": True}, (6, 1, 3)),
        ("STFT", {"scaling": "spectrum"}, (6, 1, 3)),
        ("STFT", {"scaling": None}, (6, 1, 3)),
        ("STFT", {"window": None}, (6, 1, 3)),
        ("STFT", {"window": [1.0, 2.0, 3.0, 4.0]}, (4, 1, 3)),
    ],
    ids=str,
)
def test_fixed_values_equal_keras(name, options, shape):
    ours = getattr(initializers, name)(**options)(shape)
    theirs = getattr(keras.initializers, name)(**options)(shape)

    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_keras_exists(name):
    theirs = getattr(getattr(keras.initializers, name), "__name__", "")

    assert getattr(initializers, name).__name__ == theirs


@pytest.mark.parametrize("name", CLASSES)
def test_signature_equals_keras(name):
    ours = inspect.signature(getattr(initializers, name)).parameters
    theirs = inspect.signature(getattr(keras.initializers, name)).parameters

    assert [(n, p.default) for n, p in ours.items()] == [
        (n, p.default) for n, p in theirs.items()
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_configuration_goes_to_keras_and_back(name):
    ours = initializers.serialize(getattr(initializers, name)())

    theirs = keras.initializers.serialize(keras.initializers.deserialize(ours))
    again = initializers.deserialize(theirs)

    # Keras's `Identity` drops its gain.
    assert theirs == (ours if name != "Identity" else {**ours, "config": {}})
    assert initializers.serialize(again) == ours


def test_array_of_a_constant_goes_to_keras():
    ours = initializers.serialize(initializers.Constant(np.array([1.0, 2.0])))

    theirs = keras.initializers.deserialize(ours)

    np.testing.assert_array_equal(theirs((2,)), [1.0, 2.0])


def test_seed_generator_of_keras_is_understood():
    theirs = keras.initializers.RandomNormal(seed=keras.random.SeedGenerator(3))

    ours = initializers.deserialize(keras.initializers.serialize(theirs))

    assert ours.seed.seed == 3
