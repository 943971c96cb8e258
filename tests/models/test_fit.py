"""What `fit` takes, and that it comes to the same thing in every form."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from keryx.callbacks import Callback
from keryx.layers import Dense, Input
from keryx.models import Model, Sequential
from keryx.utils import PyDataset

RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 3)).astype("float32")
Y = (X @ np.array([[1.0], [-1.0], [0.5]])).astype("float32")
START = [np.full((3, 1), 0.1, "float32"), np.zeros(1, "float32")]


def linear(**options):
    model = Sequential([Input((3,)), Dense(1)])
    model.compile("sgd", "mse", **options)
    model.set_weights(START)
    return model


def trained(*args, **options):
    model = linear()
    options = {"epochs": 2, "verbose": 0, **options}
    history = model.fit(*args, **options).history["loss"]
    return history, model.get_weights()


@pytest.fixture(scope="module")
def expected():
    return trained(X, Y, batch_size=8, shuffle=False)


class Batches(PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return X[index * 8 : index * 8 + 8], Y[index * 8 : index * 8 + 8]


class Loader:
    """A loader as PyTorch's: iterable anew, yields lists."""

    def __iter__(self):
        return ([X[i : i + 8], Y[i : i + 8]] for i in (0, 8, 16))


def endless():
    while True:
        yield from zip(np.split(X, 3), np.split(Y, 3), strict=True)


def close(result, expected):
    np.testing.assert_allclose(result[0], expected[0], rtol=1e-5)
    for a, b in zip(result[1], expected[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (X.astype("float64"), Y.astype("float64")),
        (X.tolist(), Y.tolist()),
        (jnp.asarray(X), jnp.asarray(Y)),
        (pd.DataFrame(X, columns=list("abc")), pd.Series(Y[:, 0])),
        ([X], [Y]),
    ],
    ids=["float64", "lists", "jax", "pandas", "in a list"],
)
def test_every_kind_of_array_gives_the_same_run(x, y, expected):
    close(trained(x, y, batch_size=8, shuffle=False), expected)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (lambda: Batches(), {}),
        (lambda: Batches(workers=3), {}),
        (lambda: Loader(), {}),
        (endless, {"steps_per_epoch": 3}),
    ],
    ids=["indexed", "workers", "loader", "generator"],
)
def test_every_kind_of_stream_gives_the_same_run(source, options, expected):
    close(trained(source(), shuffle=False, **options), expected)


def test_batches_one_by_one_give_the_same_run(expected):
    model = linear()
    for _ in range(2):
        for i in (0, 8, 16):
            model.train_on_batch(X[i : i + 8], Y[i : i + 8])

    for a, b in zip(model.get_weights(), expected[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_class_weights_are_sample_weights():
    labels = (Y[:, 0] > 0).astype("int32")

    def losses(**options):
        model = Sequential([Input((3,)), Dense(2, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        model.set_weights([np.full((3, 2), 0.1), np.zeros(2)])
        return model.fit(X, labels, shuffle=False, verbose=0, **options).history["loss"]

    by_class = losses(class_weight={0: 0.5, 1: 3.0})

    by_sample = losses(sample_weight=np.where(labels == 1, 3.0, 0.5))
    np.testing.assert_allclose(by_class, by_sample, rtol=1e-6)


def test_validation_split_takes_the_last_rows():
    model = linear()

    history = model.fit(X, Y, validation_split=0.25, verbose=0, shuffle=True)

    np.testing.assert_allclose(
        history.history["val_loss"][0], model.evaluate(X[18:], Y[18:], verbose=0), 1e-5
    )


def test_initial_epoch_and_validation_frequency():
    history = linear().fit(
        X, Y, initial_epoch=2, epochs=6, validation_data=(X, Y), validation_freq=2,
        verbose=0,
    )  # fmt: skip

    assert history.epoch == [2, 3, 4, 5]
    assert len(history.history["loss"]) == 4
    assert len(history.history["val_loss"]) == 2


def test_callbacks_see_and_change_a_live_model():
    class Meddler(Callback):
        def __init__(self):
            super().__init__()
            self.seen = []

        def on_train_batch_end(self, batch, logs=None):
            self.seen.append((batch, self.model.get_weights()[0][0, 0]))

        def on_epoch_end(self, epoch, logs=None):
            self.model.set_weights(START)
            self.model.optimizer.learning_rate = 0.0
            self.model.stop_training = epoch == 1

    model, meddler = linear(), Meddler()

    history = model.fit(X, Y, batch_size=8, epochs=5, callbacks=[meddler], verbose=0)

    assert [batch for batch, _ in meddler.seen] == [0, 1, 2] * 2
    first, second = meddler.seen[:3], meddler.seen[3:]
    assert len({value for _, value in first}) == 3
    assert {value for _, value in second} == {START[0][0, 0]}
    assert len(history.history["loss"]) == 2


def two_headed():
    left, right = Input((3,), name="left"), Input((2,), name="right")
    hidden = Dense(4, "tanh", name="shared")
    a = Dense(1, name="value")(hidden(left))
    b = Dense(1, "sigmoid", name="sign")(hidden(left) + Dense(4)(right))
    return Model([left, right], [a, b])


@pytest.mark.parametrize("form", ["list", "dict"])
def test_several_inputs_and_outputs(form):
    model = two_headed()
    x, y = [X, X[:, :2]], [Y, Y > 0]
    loss, metrics = ["mse", "binary_crossentropy"], [[], ["accuracy"]]
    weights = [1.0, 0.5]
    if form == "dict":
        x = dict(zip(("left", "right"), x, strict=True))
        y, loss, metrics, weights = (
            dict(zip(("value", "sign"), part, strict=True))
            for part in (y, loss, metrics, weights)
        )
    model.compile("adam", loss, loss_weights=weights, metrics=metrics)

    logs = model.fit(x, y, epochs=1, verbose=0, batch_size=24).history

    assert list(logs) == ["loss", "value_loss", "sign_loss", "sign_accuracy"]
    total = logs["value_loss"][0] + 0.5 * logs["sign_loss"][0]
    np.testing.assert_allclose(logs["loss"][0], total, rtol=1e-5)
    assert [part.shape for part in model.predict(x, verbose=0)] == [(24, 1), (24, 1)]


def test_added_losses_and_regularizers_count():
    class Penalized(Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(1, kernel_regularizer="l2")

        def call(self, inputs):
            outputs = self.dense(inputs)
            self.add_loss(0.1 * jnp.mean(outputs**2))
            return outputs

    model = Penalized()
    model.compile("sgd", "mse")
    model.build((None, 3))
    model.set_weights(START)

    loss = model.evaluate(X, Y, verbose=0)

    outputs = X @ START[0]
    expected = np.mean((outputs - Y) ** 2) + 0.1 * np.mean(outputs**2)
    np.testing.assert_allclose(loss, expected + 0.01 * np.sum(START[0] ** 2), rtol=1e-5)
