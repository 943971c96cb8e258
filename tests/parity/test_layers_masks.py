"""Masks act, pass and end where they do in Keras."""

import keras
import numpy as np
import pytest

from keryx import layers
from keryx._graph import masks

F, S = (3, 4), (3, 5, 4)


def drawn(shape, seed=0):
    """Normal numbers of a shape."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [S, F], ids=str)
def test_masked_batch_normalization_equals_keras(training, shape):
    x, mask = drawn(shape), drawn(shape[:-1], 1) > 0
    ours, theirs = layers.BatchNormalization(), keras.layers.BatchNormalization()

    y = ours(x, training=training, mask=mask)
    expected = theirs(x, training=training, mask=mask)

    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)
    for w, v in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(w.value, v.value, rtol=1e-5)


@pytest.mark.parametrize("axis", [-1, (1, 2)], ids=str)
def test_masked_softmax_equals_keras(axis):
    x, mask = drawn(S), drawn(S, 1) > 0
    mask[0, 0] = False

    np.testing.assert_allclose(
        layers.Softmax(axis)(x, mask=mask),
        keras.layers.Softmax(axis)(x, mask=mask),
        rtol=1e-5,
        atol=1e-6,
    )


def masked_through(package, make, mask_of):
    x = np.array([[[1.0, 2.0], [0.0, 0.0], [3.0, 0.0]]], "float32")
    return mask_of(make(package)(package.Masking()(x)))


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p.Activation("relu"),
        lambda p: p.ActivityRegularization(0.1),
        lambda p: p.AlphaDropout(0.1),
        lambda p: p.BatchNormalization(),
        lambda p: p.Dense(2),
        lambda p: p.Dropout(0.1),
        lambda p: p.ELU(),
        lambda p: p.Flatten(),
        lambda p: p.GaussianDropout(0.1),
        lambda p: p.GaussianNoise(0.1),
        lambda p: p.GroupNormalization(1),
        lambda p: p.Identity(),
        lambda p: p.Lambda(lambda x: x + 0),
        lambda p: p.Lambda(lambda x: x + 0, mask=lambda x, mask: mask[:, :1]),
        lambda p: p.LayerNormalization(),
        lambda p: p.LeakyReLU(),
        lambda p: p.PReLU(),
        lambda p: p.Permute((2, 1)),
        lambda p: p.RMSNormalization(),
        lambda p: p.ReLU(),
        lambda p: p.Reshape((6,)),
        lambda p: p.SpatialDropout1D(0.1),
        lambda p: p.UnitNormalization(),
    ],
)
@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_masks_pass_where_they_pass_in_keras(make):
    found = masked_through(layers, make, masks.get)
    expected = masked_through(
        keras.layers, make, lambda y: getattr(y, "_keras_mask", None)
    )

    assert (found is None) == (expected is None)
    if expected is not None:
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Add", {}),
        ("Multiply", {}),
        ("Subtract", {}),
        ("Concatenate", {}),
        ("Concatenate", {"axis": 1}),
        ("Dot", {"axes": 2}),
    ],
    ids=str,
)
@pytest.mark.parametrize("which", [(True, True), (True, False), (False, False)])
def test_masks_of_merged_inputs_equal_keras(name, options, which):
    x = [drawn(S), drawn(S, 1)]
    given = [(drawn(S[:2], i) > 0) if use else None for i, use in enumerate(which)]
    given = given if any(which) else None

    found = getattr(layers, name)(**options).compute_mask(x, given)
    expected = getattr(keras.layers, name)(**options).compute_mask(x, given)

    assert (found is None) == (expected is None)
    if expected is not None:
        np.testing.assert_array_equal(found, expected)
