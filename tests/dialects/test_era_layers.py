"""What layers did in an older era, against formulas and NumPy."""

import json

import numpy as np
import pytest

from keryx import activations, initializers, layers, models, optimizers, saving
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.hook import Hook
from keryx.dialects import set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
ROWS = np.array([[1.0, -2.0], [3.0, 0.5]], "float32")


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5, atol=1e-6)


# --- batch normalization --------------------------------------------------------------


@pytest.mark.parametrize(
    ("era", "shape", "lost"),
    [
        ("1", (5, 1), 0.0),
        ("2", (5, 1), 1.001),
        ("tf", (5, 1), 0.0),
        ("tf", (2, 2, 3, 1), 1.0),
        ("2", (2, 2, 3, 1), 1.001),
        ("3", (2, 2, 3, 1), 0.0),
        (None, (5, 1), 0.0),
    ],
    ids=str,
)
def test_which_variance_is_learnt(era, shape, lost):
    set_era(era)
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    norm = layers.BatchNormalization(momentum=0.0)

    norm(x, training=True)

    close(norm.moving_variance.numpy(), [x.var() * x.size / (x.size - lost)])


def test_one_value_has_no_variance_to_learn():
    set_era("2")
    norm = layers.BatchNormalization(momentum=0.0)

    norm(np.ones((1, 1), "float32"), training=True)

    close(norm.moving_variance.numpy(), [0.0])


@pytest.mark.parametrize(("era", "mean"), [("1", 3.0), ("2", 3.0), ("tf", 0.0)])
def test_a_frozen_layer_went_on_to_learn_statistics(era, mean):
    set_era(era)
    x = np.array([[2.0], [4.0]], "float32")
    norm = layers.BatchNormalization(momentum=0.0, input_shape=(1,))
    norm.trainable = False
    model = models.Sequential([norm])
    model.compile("sgd", "mse")

    model.fit(x, x, verbose=0, epochs=1)

    close(norm.moving_mean.numpy(), [mean])
    close(norm.gamma.numpy(), [1.0])


# --- penalties ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("era", "size"), [("1", 1), ("2", 1), ("tf", 2), ("3", 2), (None, 2)]
)
def test_the_penalty_of_outputs_in_the_gradient(era, size):
    set_era(era)
    layer = layers.Dense(
        1, use_bias=False, activity_regularizer="l2", kernel_initializer="ones"
    )
    model = models.Sequential([layers.Input((2,)), layer])
    model.compile(optimizers.SGD(1.0), "mse", loss_weights=[0.0])

    model.train_on_batch(ROWS, np.zeros((2, 1)))

    y = ROWS.sum(1, keepdims=True)
    close(layer.kernel.numpy(), 1 - 0.01 * 2 * (ROWS * y).sum(0)[:, None] / size)


# --- initializers and activations -----------------------------------------------------


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal"])
@pytest.mark.parametrize(("era", "beyond"), [("1", 0.0455), ("2", 0.0)])
def test_how_much_of_a_normal_distribution_is_beyond_two_deviations(name, era, beyond):
    set_era(era)
    layer = layers.Dense(200, kernel_initializer=name)
    layer.build((None, 200))

    kernel = layer.kernel.numpy()
    deviation = np.sqrt((1 if name == "glorot_normal" else 2) / 200)

    assert kernel.std() == pytest.approx(deviation, rel=0.02)
    limit = 2 * deviation / (1 if beyond else 0.87962566)
    assert np.mean(abs(kernel) > limit + 1e-6) == pytest.approx(beyond, abs=0.004)


def test_it_can_be_described_to_keras_3():
    set_era("1")

    config = initializers.get("he_normal").get_config()

    assert config["distribution"] == "untruncated_normal"


X = np.array([-3.0, -2.0, 0.0, 1.0, 2.4, 2.6], "float32")


@pytest.mark.parametrize(
    ("era", "slope"), [("1", 0.2), ("2", 0.2), ("tf", 0.2), ("3", 1 / 6), (None, 1 / 6)]
)
@pytest.mark.parametrize(
    "use",
    [
        activations.hard_sigmoid,
        lambda x: activations.hard_sigmoid(x=x),
        lambda x: layers.Activation(activations.hard_sigmoid)(x),
        lambda x: layers.Activation("hard_sigmoid")(x),
    ],
    ids=["call", "keyword", "layer", "name"],
)
def test_the_line_of_hard_sigmoid(era, slope, use):
    set_era(era)

    close(use(X), np.clip(slope * X + 0.5, 0, 1))


def test_the_line_is_kept_when_the_era_is_over():
    set_era("2")
    layer = layers.LSTM(1, recurrent_activation=activations.hard_sigmoid)
    config = layer.get_config()
    set_era(None)

    again = layers.LSTM.from_config(config)

    close(again.recurrent_activation(X), np.clip(0.2 * X + 0.5, 0, 1))


# --- full padding ---------------------------------------------------------------------


def full(x, kernel, strides=1, dilation=1):
    """A correlation wherever kernel and picture meet, by its definition."""
    rows, columns = ((n - 1) * dilation for n in kernel.shape)
    padded = np.pad(x, ((rows, rows), (columns, columns)))
    found = np.zeros(np.subtract(padded.shape, (rows, columns)))
    for i, j in np.ndindex(*found.shape):
        window = padded[i : i + rows + 1 : dilation, j : j + columns + 1 : dilation]
        found[i, j] = (window * kernel).sum()
    return found[::strides, ::strides]


def set_kernel(layer, kernel):
    layer.set_weights([kernel.reshape(*kernel.shape, 1, 1), np.zeros(1)])


def test_full_padding_of_sequences_is_numpys():
    draw = np.random.default_rng(1)
    x, kernel = draw.normal(size=(1, 6, 1)), draw.normal(size=3)
    layer = layers.Convolution1D(1, 3, border_mode="full")
    layer.build((None, 6, 1))
    set_kernel(layer, kernel)

    y = layer(x.astype("float32"))

    close(y[0, :, 0], np.convolve(x[0, :, 0], kernel[::-1], "full"))


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({"border_mode": "full"}, {}),
        ({"border_mode": "full", "subsample": (2, 2)}, {"strides": 2}),
        ({"border_mode": "full", "dilation_rate": 2}, {"dilation": 2}),
        ({"border_mode": "full", "dim_ordering": "th"}, {}),
    ],
    ids=["plain", "strides", "dilation", "th"],
)
def test_full_padding_of_images(given, size):
    draw = np.random.default_rng(2)
    x, kernel = draw.normal(size=(5, 4)), draw.normal(size=(3, 2))
    layer = layers.Convolution2D(1, 3, 2, **given)
    shape = (1, 1, 5, 4) if "dim_ordering" in given else (1, 5, 4, 1)
    layer.build(shape)
    set_kernel(layer, kernel)

    y = layer(x.reshape(shape).astype("float32"))

    close(np.squeeze(y), full(x, kernel, **size))
    assert layer.compute_output_shape(shape) == y.shape


def test_full_padding_by_place():
    layer = layers.Convolution2D(1, 3, 3, "uniform", "relu", None, "full")

    assert layer.compute_output_shape((None, 5, 4, 1)) == (None, 7, 6, 1)


def test_full_padding_of_volumes():
    layer = layers.Convolution3D(1, 2, 2, 2, border_mode="full", init="one")

    y = layer(np.ones((1, 2, 2, 2, 1), "float32"))

    close(y[0, :, 1, 1, 0], [4, 8, 4])


def test_full_padding_comes_back_from_a_file(tmp_path):
    layer = layers.Convolution2D(1, 3, 3, border_mode="full", input_shape=(4, 4, 1))
    model = models.Sequential([layer])
    x = np.random.default_rng(3).normal(size=(1, 4, 4, 1)).astype("float32")
    model.save(tmp_path / "full.keras")

    again = saving.load_model(tmp_path / "full.keras")

    close(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_full_padding_in_the_json_of_keras_1():
    config = {
        "nb_filter": 2, "nb_row": 3, "nb_col": 3, "border_mode": "full",
        "batch_input_shape": [None, 4, 4, 1], "dim_ordering": "tf", "name": "c",
    }  # fmt: skip
    row = {"class_name": "Convolution2D", "config": config}
    text = {"class_name": "Sequential", "config": [row], "keras_version": "1.2.2"}

    model = models.model_from_json(json.dumps(text))

    assert model.output_shape == (None, 6, 6, 2)


def test_no_other_layer_is_padded_fully():
    with pytest.raises(ArgumentError, match="padding"):
        layers.MaxPooling2D(2, border_mode="full")


def test_today_there_is_no_full_padding():
    with pytest.raises(ArgumentError, match="padding"):
        layers.Conv2D(1, 3, padding="full")


# --- states in a list -----------------------------------------------------------------

STEPS = np.array([[[1.0], [2.0]]], "float32")
STATE = np.array([[10.0]], "float32")


def adder(**given):
    """Each state is the input and half of the state before it."""
    layer = layers.SimpleRNN(1, activation=None, use_bias=False, **given)
    layer.build((None, None, 1))
    layer.set_weights([np.ones((1, 1)), np.full((1, 1), 0.5)])
    return layer


def test_states_behind_the_inputs():
    close(adder()([STEPS, STATE]), [[2 + 0.5 * (1 + 0.5 * 10)]])


def test_states_behind_the_inputs_on_the_first_call():
    lstm = layers.LSTM(3)

    y = lstm([STEPS, np.zeros((1, 3)), np.zeros((1, 3))])

    close(y, np.asarray(lstm(STEPS)))


def test_states_behind_the_inputs_in_a_graph():
    x, state = layers.Input((2, 1)), layers.Input((1,))
    model = models.Model([x, state], adder()([x, state]))

    close(model.predict([STEPS, STATE], verbose=0), [[5.0]])


def test_states_behind_the_inputs_of_two_directions():
    layer = layers.Bidirectional(adder())
    layer([STEPS, STATE, STATE])
    layer.set_weights([np.ones((1, 1)), np.full((1, 1), 0.5)] * 2)

    y = layer([STEPS, STATE, 2 * STATE])

    close(y, [[5.0, 1 + 0.5 * (2 + 0.5 * 20)]])


def test_numbers_in_lists_are_no_states():
    with pytest.raises(ShapeError, match="batch, time"):
        adder()([[1.0, 2.0], [3.0, 4.0]])


# --- nothing is left ------------------------------------------------------------------


def test_today_has_no_manners_of_an_era():
    set_era("2")
    assert Hook.manners
    assert Hook.title is not None

    set_era(None)

    assert not Hook.manners
    assert Hook.title is None
