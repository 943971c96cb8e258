"""Copies and pickles of models that have been used."""

import copy
import pickle

import numpy as np
import pytest

from keryx import layers, Model, Sequential

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 5, 2)).astype("float32"), RNG.normal(size=(40, 1))


def sequential():
    return Sequential([layers.Input((5, 2)), layers.LSTM(3), layers.Dense(1)])


def functional():
    x = layers.Input((5, 2))
    y = layers.Dropout(0.2)(layers.Flatten()(x))
    return Model(x, layers.Dense(1)(layers.BatchNormalization()(y)))


class Subclassed(Model):
    def __init__(self):
        super().__init__()
        self.flat, self.dense = layers.Flatten(), layers.Dense(1)

    def call(self, inputs):
        return self.dense(self.flat(inputs))


@pytest.mark.parametrize("make", [sequential, functional, Subclassed])
@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["deepcopy", "pickle"],
)
def test_a_used_model_and_its_copy_go_on_alike_and_apart(make, copied):
    model = make()
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, epochs=2, verbose=0, validation_split=0.2)
    model.evaluate(X, Y, verbose=0), model.predict(X, verbose=0)
    model.train_on_batch(X, Y), model(X), model(X)

    twin = copied(model)

    before = model.predict(X, verbose=0)
    np.testing.assert_array_equal(twin.predict(X, verbose=0), before)
    twin.fit(X, Y, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_array_equal(model.predict(X, verbose=0), before)
    assert twin.optimizer.iterations.numpy() > model.optimizer.iterations.numpy()
    for one in (model, twin):
        one.evaluate(X, Y, verbose=0)
    assert not np.allclose(twin.predict(X, verbose=0), before)
