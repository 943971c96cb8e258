"""Data sets of rows of arrays: `fit` takes the arrays, with the same numbers."""

import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(22, 3))
Y = (X.sum(axis=1, keepdims=True) > 0).astype("int64")


class Streamed:
    """The batches of a data set, without a sign of where they come from."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __iter__(self):
        return iter(self.dataset)


def rows(*more):
    return tf.data.Dataset.from_tensor_slices((X, Y, *more))


PIPELINES = {
    "batch": lambda: rows().batch(8),
    "whole batches": lambda: rows().batch(8, drop_remainder=True).prefetch(2),
    "shuffle": lambda: rows().shuffle(22, seed=3).batch(8),
    "small buffer": lambda: rows().cache().shuffle(5, seed=3).batch(8).prefetch(-1),
    "part": lambda: rows().shuffle(22, seed=4).skip(3).take(15).batch(4),
    "twice": lambda: rows().repeat(2).batch(8),
    "weights": lambda: rows(np.linspace(0.0, 2.0, 22)).batch(8),
}


def trained(dataset, wrap):
    model = keryx.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, "tanh", kernel_initializer="ones"),
            layers.Dense(1, "sigmoid", kernel_initializer="ones"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    data = wrap(dataset())
    logs = model.fit(data, epochs=3, validation_data=data, verbose=0).history
    return model, logs


@pytest.mark.parametrize("dataset", PIPELINES.values(), ids=PIPELINES)
def test_rows_give_the_numbers_of_their_batches(dataset):
    model, logs = trained(dataset, lambda data: data)

    other, expected = trained(dataset, Streamed)

    for name in expected:
        np.testing.assert_allclose(logs[name], expected[name], rtol=1e-5)
    for one, two in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-7)


def test_whole_epochs_of_rows_run_as_one_call():
    model, _ = trained(PIPELINES["batch"], lambda data: data)
    dataset = rows().batch(8)
    passes, pull = [], dataset._pull
    dataset._pull = lambda: (passes.append(1), pull())[1]

    model.fit(dataset, epochs=5, verbose=0)

    assert len(passes) <= 2  # a look at the first batch, for its shapes
    assert np.shape(model.predict(dataset, verbose=0)) == (22, 1)


NOT_ROWS = {
    "mapped": lambda: rows().map(lambda x, y: (2 * x, y)).batch(8),
    "without end": lambda: rows().repeat().batch(8),
    "single rows": rows,
    "batches in random order": lambda: rows().batch(8).shuffle(3),
    "no rows": lambda: rows().take(0).batch(8),
}


@pytest.mark.parametrize("dataset", NOT_ROWS.values(), ids=NOT_ROWS)
def test_other_data_sets_are_streamed(dataset):
    assert dataset().__keryx_rows__() is None
