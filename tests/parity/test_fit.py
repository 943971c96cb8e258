"""Whole runs of `fit` against Keras 3: same weights, same order, same losses."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
import pytest

import keryx.layers
import keryx.models


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 70)
    images = rng.random((70, 28, 28, 1)).astype("float32") * 0.5
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 4, 4:20] += 0.5
    return images, labels


def mlp(library):
    layers = library.layers
    return library.models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def convolutional(library):
    layers = library.layers
    return library.models.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.Conv2D(6, 3, strides=2, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10, activation="softmax", kernel_regularizer="l2"),
        ]
    )


@pytest.mark.parametrize(
    ("build", "optimizer"),
    [(mlp, "sgd"), (mlp, "adam"), (mlp, "rmsprop"), (convolutional, "sgd")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_three_epochs_give_the_losses_of_keras(build, optimizer, digits):
    images, labels = digits
    theirs, ours = build(keras), build(keryx)
    ours.set_weights(theirs.get_weights())
    results = []
    for model in (theirs, ours):
        model.compile(
            optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        history = model.fit(
            images,
            labels,
            batch_size=32,
            epochs=3,
            shuffle=False,
            validation_data=(images[:41], labels[:41]),
            verbose=0,
        )
        results.append(history.history)

    for name, expected in results[0].items():
        np.testing.assert_allclose(results[1][name], expected, rtol=1e-4, err_msg=name)
    if optimizer != "sgd":
        # A gradient that is zero but for rounding moves Adam's weights all the same.
        return
    for mine, wanted in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("weights", ["sample", "class"])
def test_weighted_losses_are_those_of_keras(weights, digits):
    images, labels = digits
    theirs, ours = mlp(keras), mlp(keryx)
    ours.set_weights(theirs.get_weights())
    options = (
        {"sample_weight": np.linspace(0.1, 2, 70)}
        if weights == "sample"
        else {"class_weight": {i: 0.5 + i / 5 for i in range(10)}}
    )
    results = []
    for model in (theirs, ours):
        model.compile(
            "sgd",
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
            weighted_metrics=["accuracy"] if weights == "sample" else None,
        )
        history = model.fit(
            images, labels, epochs=2, shuffle=False, verbose=0, **options
        )
        results.append(list(history.history.values()))

    by_value = sorted(map(tuple, results[0]))
    np.testing.assert_allclose(sorted(map(tuple, results[1])), by_value, rtol=1e-4)
