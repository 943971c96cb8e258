"""Calls that mean different things in different eras follow the era in force."""

import numpy as np
import pytest

from keryx import activations, layers, metrics, models, optimizers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.hook import Hook
from keryx.dialects import detect, Era, in_force, set_era
from keryx.dialects._detect import KEYWORDS, MODULES, NAMES
from keryx.dialects._era import DEFAULTS

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def test_no_era_is_in_force_at_first():
    assert in_force() is None
    assert Hook.first is None


@pytest.mark.parametrize(
    ("era", "kernel", "strides"),
    [
        ("1", (3, 3), (1, 1)),
        ("2", (3, 3), (1, 1)),
        ("tf", (3, 3), (3, 3)),
        ("3", (3, 3), (3, 3)),
        (None, (3, 3), (3, 3)),
    ],
)
def test_two_numbers_after_the_filters(era, kernel, strides):
    set_era(era)

    layer = layers.Conv2D(8, 3, 3)

    assert (layer.kernel_size, layer.strides) == (kernel, strides)


def test_a_keyword_of_today_makes_them_size_and_strides():
    set_era("1")

    assert layers.Conv2D(8, 3, 2, padding="same").strides == (2, 2)


@pytest.mark.parametrize(
    ("era", "slope"), [("1", 0.2), ("2", 0.2), ("tf", 0.2), ("3", 1 / 6), (None, 1 / 6)]
)
def test_the_slope_of_hard_sigmoid(era, slope):
    set_era(era)

    value = activations.get("hard_sigmoid")(np.float32(1.0))

    assert float(value) == pytest.approx(0.5 + slope)


ROWS = [
    (name, era, values)
    for name, found in DEFAULTS.items()
    if hasattr(layers, name) or hasattr(optimizers, name)
    for eras, values in found
    for era in eras
]


@pytest.mark.parametrize(("name", "era", "values"), ROWS, ids=str)
def test_defaults_are_those_of_the_era(name, era, values):
    set_era(era)
    cls = getattr(layers, name, None) or getattr(optimizers, name)

    made = (
        cls(3, 2) if name.startswith("ConvLSTM2D") else cls(3) if "lr" in name else None
    )
    if made is None:
        made = cls() if hasattr(optimizers, name) else cls(3)

    for key, value in values.items():
        found = getattr(made, key)
        if value == "hard_sigmoid":
            assert found.__name__ == "hard_sigmoid_02"
        else:
            assert float(found) == pytest.approx(float(value))


def test_what_a_program_says_goes_before_the_eras_default():
    set_era("2")

    assert layers.GRU(3, reset_after=True).reset_after is True
    assert float(optimizers.Adadelta(lr=0.5).learning_rate) == 0.5


@pytest.mark.parametrize(
    ("era", "own", "shared"),
    [("1", None, 2.0), ("2", None, 2.0), ("tf", 2.0, None), (None, 2.0, None)],
)
def test_clipnorm_limited_all_gradients_together(era, own, shared):
    set_era(era)

    optimizer = optimizers.SGD(clipnorm=2.0)

    assert (optimizer.clipnorm, optimizer.global_clipnorm) == (own, shared)


@pytest.mark.parametrize(
    ("era", "size", "names"),
    [
        ("1", 2, ["loss", "acc", "mean_squared_error"]),
        ("2", 3, ["loss", "acc", "mean_squared_error"]),
        ("tf", 4, ["loss", "accuracy", "mse"]),
        (None, 5, ["loss", "accuracy", "mse"]),
    ],
)
def test_the_names_of_the_logs(era, size, names):
    set_era(era)
    model = models.Sequential([layers.Dense(1, activation="sigmoid", input_dim=size)])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy", "mse"])

    model.test_on_batch(np.ones((4, size)), np.ones(4))

    assert model.metrics_names == names


@pytest.mark.parametrize("era", ["1", "2"])
def test_a_model_kept_the_weights_that_there_were_no_arrays_for(era):
    model = models.Sequential([layers.Dense(2, input_dim=1), layers.Dense(1)])
    before = model.get_weights()
    set_era(era)

    model.set_weights([np.full((1, 2), 7.0)])

    assert model.get_weights()[0].tolist() == [[7, 7]]
    for new, old in zip(model.get_weights()[1:], before[1:], strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("era", ["tf", None])
def test_a_model_of_today_wants_all_arrays(era):
    model = models.Sequential([layers.Dense(2, input_dim=1)])
    set_era(era)

    with pytest.raises(ShapeError, match="2 arrays"):
        model.set_weights([np.ones((1, 2))])


def test_precision_was_a_function_of_one_batch_to_keras_1():
    y, p = np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.8])
    set_era("1")

    assert float(metrics.get("precision")(y, p)) == pytest.approx(0.5)
    assert float(metrics.get("recall")(y, p)) == pytest.approx(0.5)
    set_era(None)
    assert type(metrics.get("precision")).__name__ == "Precision"


def test_there_is_no_other_era():
    with pytest.raises(ArgumentError, match="era"):
        set_era("4")


# --- detection ------------------------------------------------------------------------

KERAS_1 = """
from keras.models import Sequential
from keras.layers.core import Dense, Dropout
from keras.layers.convolutional import Convolution2D
model = Sequential()
model.add(Convolution2D(32, 3, 3, border_mode="same"))
model.fit(X, y, nb_epoch=10)
"""
KERAS_2 = """
from keras.models import Sequential
from keras.layers import Dense
from keras.layers.merge import concatenate
from keras.optimizers import SGD
model.compile(optimizer=SGD(lr=0.1), loss="mse")
model.fit_generator(g, steps_per_epoch=3, epochs=2)
"""
TF_KERAS = """
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.Sequential([layers.Dense(3)])
model.fit(x, y, epochs=2)
"""
KERAS_3 = """
import os
import keras
from keras import layers, ops
model = keras.Sequential([layers.Dense(3)])
"""


@pytest.mark.parametrize(
    ("source", "era"),
    [(KERAS_1, Era.K1), (KERAS_2, Era.K2), (TF_KERAS, Era.TF), (KERAS_3, Era.K3)],
    ids=["1", "2", "tf", "3"],
)
def test_a_program_shows_its_era(source, era):
    found, reasons = detect(source)

    assert found is era
    assert reasons


def test_the_reasons_name_lines():
    _, reasons = detect(KERAS_1)

    assert "line 6: argument `border_mode` (Keras 1)" in reasons


def test_a_program_without_signs_is_of_today():
    assert detect("print(1)") == (Era.K3, [])


def test_what_is_no_python_3_is_an_error():
    with pytest.raises(ArgumentError, match="line 1"):
        detect("print 'hello'")


@pytest.mark.parametrize("table", [MODULES, NAMES, KEYWORDS], ids=["m", "n", "k"])
def test_no_sign_is_one_of_every_era(table):
    assert all(len(eras) < len(Era) for eras in table.values())


@pytest.mark.parametrize(
    ("source", "era"),
    [
        ("from tensorflow.keras.models import Sequential", Era.TF),
        ("from keras.layers import Merge", Era.K1),
        ("from keras.layers import Convolution2D as C; C(32, 3, 3)", Era.K2),
        ("from keras import layers; layers.Convolution2D(32, 3, 3)", Era.K1),
        ("from keras import layers; layers.Convolution2D(32, (3, 3))", Era.K2),
        ("from keras.layers.merge import add", Era.K2),
        (
            "from keras.wrappers.scikit_learn import KerasClassifier\n"
            "def create(init='zero'): pass\n"
            "dict(init=['zero']); create(init='zero')",
            Era.K2,
        ),
        (
            "from keras.layers import Dense\n"
            "model.add(Dense(3, input_dim=2)); model.fit(x, y, epochs=2)",
            Era.K2,
        ),
        (
            "import keras\nkeras.layers.Embedding(input_dim=9, output_dim=3)\n"
            "model.fit(x, y, epochs=2)",
            Era.K3,
        ),
    ],
    ids=[
        "tf",
        "name",
        "alias",
        "rows",
        "kernel",
        "merge",
        "sklearn",
        "input_dim",
        "embedding",
    ],  # fmt: skip
)
def test_what_counts_as_a_sign(source, era):
    assert detect(source)[0] is era
