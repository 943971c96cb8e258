"""A last batch that is filled up gives what the smaller batch gives."""

import numpy as np
import pytest

import keryx
from keryx import layers, losses, metrics, regularizers
from keryx._engine.program import PROGRAMS
from keryx.models import _rows

rng = np.random.default_rng(0)
X = rng.normal(size=(23, 6)).astype("float32")
ONE_HOT = np.eye(3, dtype="float32")[rng.integers(0, 3, 23)]
CLASSES = ONE_HOT.argmax(1)
BINARY = (X[:, :1] > 0).astype("float32")
WEIGHTS = rng.uniform(0.2, 2.0, 23).astype("float32")


def softmax(units=3):
    return [layers.Dense(5, "tanh"), layers.Dense(units, "softmax")]


def padded_sequences():
    return [
        layers.Reshape((6, 1)),
        layers.Masking(0.0),
        layers.LSTM(3, return_sequences=True),
        layers.Dense(2),
    ]


SEQUENCES = X * (rng.random((23, 6)) > 0.5)
CASES = {
    "mse": ([layers.Dense(1)], "mse", ["mae"], BINARY, {}),
    "one hot": (softmax(), "categorical_crossentropy", ["accuracy"], ONE_HOT, {}),
    "classes": (
        softmax(),
        "sparse_categorical_crossentropy",
        ["acc", "sparse_top_k_categorical_accuracy"],
        CLASSES,
        {},
    ),
    "binary": (
        [layers.Dense(1, "sigmoid")],
        "binary_crossentropy",
        [metrics.AUC(), metrics.Precision(), metrics.F1Score(threshold=0.5)],
        BINARY,
        {},
    ),
    "weights": (
        softmax(),
        losses.CategoricalCrossentropy(label_smoothing=0.1),
        ["accuracy"],
        ONE_HOT,
        {"sample_weight": WEIGHTS, "weighted": ["accuracy"]},
    ),
    "class weights": (
        softmax(),
        "sparse_categorical_crossentropy",
        [],
        CLASSES,
        {"class_weight": {0: 1.0, 1: 5.0, 2: 0.5}},
    ),
    "sum": ([layers.Dense(1)], losses.MeanSquaredError("sum"), [], BINARY, {}),
    "weighted mean": (
        [layers.Dense(1)],
        losses.MeanSquaredError("mean_with_sample_weight"),
        [],
        BINARY,
        {"sample_weight": WEIGHTS},
    ),
    "regularized": (
        [layers.Dense(4, kernel_regularizer=regularizers.L2(0.1)), layers.Dense(1)],
        "mse",
        [],
        BINARY,
        {},
    ),
    "masked": (padded_sequences(), "mse", ["mae"], np.ones((23, 6, 2), "f4"), {}),
    "convolution": (
        [
            layers.Reshape((6, 1)),
            layers.Conv1D(3, 3, activation="relu"),
            layers.MaxPooling1D(),
            layers.Flatten(),
            layers.LayerNormalization(),
            layers.Dense(1),
        ],
        "mse",
        [],
        BINARY,
        {},
    ),
}


def run(case, fill, monkeypatch, shuffle):
    parts, loss, plain, y, options = case
    options = dict(options)
    weighted = options.pop("weighted", None)
    monkeypatch.setattr(_rows, "independent", lambda *_: fill)
    keryx.utils.set_random_seed(1)
    x = SEQUENCES if any(isinstance(p, layers.Masking) for p in parts) else X
    made = [type(p).from_config(p.get_config()) for p in parts]
    model = keryx.Sequential([layers.Input((6,)), *made])
    copies = [m if isinstance(m, str) else type(m).from_config(m.get_config())
              for m in plain]  # fmt: skip
    model.compile("adam", loss, metrics=copies, weighted_metrics=weighted)
    history = model.fit(
        x, y, batch_size=10, epochs=3, verbose=0, shuffle=shuffle, **options
    )
    options.pop("class_weight", None)
    scores = model.evaluate(x, y, batch_size=10, verbose=0, return_dict=True, **options)
    return history.history, np.hstack(list(scores.values())), model


@pytest.mark.parametrize(
    ("name", "shuffle"), [*((name, False) for name in CASES), ("classes", True)]
)
def test_a_filled_batch_gives_what_the_smaller_one_gives(name, shuffle, monkeypatch):
    case = CASES[name]
    smaller, less, one = run(case, False, monkeypatch, shuffle)
    filled, more, other = run(case, True, monkeypatch, shuffle)

    for key, values in smaller.items():
        np.testing.assert_allclose(filled[key], values, rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(more, less, rtol=2e-5, atol=1e-6)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def trainer(*parts, loss="mse", metric=None):
    model = keryx.Sequential([layers.Input((6,)), *parts, layers.Dense(1)])
    model.compile("sgd", loss, metrics=[metric] if metric else None)
    model.evaluate(X, BINARY, verbose=0)
    return model.__dict__["_engine"]


@pytest.mark.parametrize(
    ("part", "options"),
    [
        (layers.BatchNormalization(), {}),
        (layers.Lambda(lambda x: x - x.mean(0)), {}),
        (layers.Dense(2, activity_regularizer="l2"), {}),
        (layers.ActivityRegularization(l2=0.1), {}),
        (layers.Dense(2), {"loss": lambda y, p: keryx.ops.mean((y - p) ** 2)}),
        (layers.Dense(2), {"loss": losses.Dice()}),
        (layers.Dense(2), {"metric": lambda y, p: keryx.ops.max(p)}),
    ],
    ids=["norm", "lambda", "activity", "penalty", "own loss", "dice", "own metric"],
)
def test_a_batch_is_not_filled_where_rows_may_meet(part, options):
    assert not trainer(part, **options).fill
    assert trainer(layers.Dense(2)).fill


def test_operations_between_layers_may_mix_rows():
    x = layers.Input((6,))
    model = keryx.Model(x, x - keryx.ops.mean(x, axis=0))
    model.compile("sgd", "mse")
    model.evaluate(X, X, verbose=0)
    assert not model.__dict__["_engine"].fill


def test_filling_saves_a_program():
    model = keryx.Sequential([layers.Input((6,)), layers.Dense(7), layers.Dense(1)])
    model.compile("sgd", "mse")
    compiled = PROGRAMS.compiled
    model.fit(X, BINARY, batch_size=10, verbose=0)
    assert PROGRAMS.compiled == compiled + 1
