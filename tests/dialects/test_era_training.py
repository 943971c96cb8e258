"""What models, losses, logs and names were in an older era."""

import numpy as np
import pytest

import keryx
from keryx import callbacks, layers, models, optimizers, utils
from keryx.dialects import set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X = np.array([[1.0], [2.0], [3.0], [4.0]], "float32")
Y = np.zeros((4, 1), "float32")


@pytest.fixture(autouse=True)
def _no_era():
    utils.clear_session()
    yield
    set_era(None)
    utils.clear_session()


def same(loss="mse", **given):
    """A model whose outputs are its inputs: its losses are their squares."""
    layer = layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = models.Sequential([layers.Input((1,)), layer])
    model.compile(optimizers.SGD(0.5), loss, **given)
    return model


# --- weights of samples ---------------------------------------------------------------


def per_step(weights, era):
    """The mean of weighted losses over the rows that count in an era."""
    count = np.count_nonzero(weights) if era in ("1", "2") else len(weights)
    return (weights * X[: len(weights), 0] ** 2).sum() / count


WEIGHTS = np.array([0.0, 2.0, 0.0, 1.0])


@pytest.mark.parametrize("era", ["1", "2", "tf", "3", None])
def test_the_loss_of_a_batch_with_weights_of_0(era):
    set_era(era)

    loss = same().test_on_batch(X, Y, sample_weight=WEIGHTS)

    assert loss == pytest.approx(per_step(WEIGHTS, era))


@pytest.mark.parametrize("era", ["2", "tf"])
def test_the_gradient_with_weights_of_0(era):
    set_era(era)
    model = same()

    model.train_on_batch(X, Y, sample_weight=WEIGHTS)

    expected = 1 - 0.5 * 2 * per_step(WEIGHTS, era)
    assert model.get_weights()[0].item() == pytest.approx(expected)


@pytest.mark.parametrize("era", ["2", "tf"])
def test_a_last_batch_that_is_filled_up_counts_its_own_rows(era):
    set_era(era)
    weights = np.array([0.0, 1.0, 1.0, 0.0])

    loss = same().evaluate(X, Y, sample_weight=weights, batch_size=3, verbose=0)

    first = per_step(weights[:3], era)
    assert loss == pytest.approx(first * 3 / 4)


@pytest.mark.parametrize(("era", "size"), [("2", 2), ("tf", 4)])
def test_a_class_of_weight_0(era, size):
    set_era(era)
    model = same("mae")
    labels = np.array([0, 0, 1, 1])

    loss = model.train_on_batch(X, labels, class_weight={0: 0.0, 1: 3.0})

    assert loss == pytest.approx(3 * ((3 - 1) + (4 - 1)) / size)


@pytest.mark.parametrize(("era", "count"), [("2", 3), ("tf", 6)])
def test_weights_of_time_steps(era, count):
    set_era(era)
    x = np.arange(1.0, 7).reshape(2, 3, 1)
    weights = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    model = models.Sequential([layers.Activation("linear", input_shape=(3, 1))])
    model.compile("sgd", "mse", sample_weight_mode="temporal")

    loss = model.test_on_batch(x, 0 * x, sample_weight=weights)

    assert loss == pytest.approx((1 + 16 + 25) / count)


def test_no_weight_at_all_is_no_loss():
    set_era("2")

    assert same().test_on_batch(X, Y, sample_weight=np.zeros(4)) == 0


@pytest.mark.parametrize("era", ["2", None])
def test_a_loss_object_is_the_mean_over_all(era):
    set_era(era)
    model = same(keryx.losses.MeanSquaredError())

    loss = model.test_on_batch(X, Y, sample_weight=WEIGHTS)

    assert loss == pytest.approx(per_step(WEIGHTS, None))


# --- names ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("era", "names"),
    [
        ("1", ["weighted_mean_squared_error", "weighted_acc"]),
        ("2", ["weighted_mean_squared_error", "weighted_acc"]),
        ("tf", ["mse", "accuracy"]),
        (None, ["mse", "accuracy"]),
    ],
)
def test_the_names_of_weighted_metrics(era, names):
    set_era(era)
    model = same(weighted_metrics=["mse", "accuracy"])

    model.test_on_batch(X, Y)

    assert model.metrics_names[1:] == names


def test_a_metric_with_a_name_keeps_it():
    set_era("2")
    metric = keryx.metrics.MeanSquaredError(name="mine")
    model = same(metrics=["mse"], weighted_metrics=[metric])

    model.test_on_batch(X, Y)

    assert model.metrics_names[1:] == ["mean_squared_error", "mine"]


NAMES = {
    "1": ["dense_1", "maxpooling2d_1", "convolution2d_1", "input_1", "lstm_1"],
    "2": ["dense_1", "max_pooling2d_1", "conv2d_1", "input_1", "lstm_1"],
    "tf": ["dense", "max_pooling2d", "conv2d", "input_1", "lstm"],
    "3": ["dense", "max_pooling2d", "conv2d", "input_layer", "lstm"],
}


@pytest.mark.parametrize("era", NAMES)
def test_the_names_of_first_layers(era):
    set_era(era)

    made = [layers.Dense(1), layers.MaxPooling2D(), layers.Conv2D(1, (2, 2)),
            layers.Input((1,)).node.function, layers.LSTM(1)]  # fmt: skip

    assert [layer.name for layer in made] == NAMES[era]


@pytest.mark.parametrize(
    ("era", "names"),
    [
        ("1", ["sequential_1", "model_1", "model_2"]),
        ("2", ["sequential_1", "model_1", "model_2"]),
        ("tf", ["sequential", "model", "model_1"]),
        (None, ["sequential", "functional", "functional_1"]),
    ],
)
def test_the_names_of_models(era, names):
    set_era(era)
    x = layers.Input((1,))

    made = [models.Sequential(), *(models.Model(x, layers.Dense(1)(x)) for _ in "ab")]

    assert [model.name for model in made] == names


@pytest.mark.parametrize(
    ("era", "name"),
    [("1", "dense_input_1"), ("2", "dense_1_input"), ("tf", "dense_input"),
     ("3", "input_layer")],
)  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_the_name_of_the_input_of_a_row_of_layers(era, name, late):
    set_era(era)
    given = {} if late else {"input_shape": (2,)}
    model = models.Sequential([layers.Dense(1, **given)])
    model.build((None, 2))

    y = model.predict({name: np.ones((3, 2))}, verbose=0)

    assert model.input_names == [name]
    assert y.shape == (3, 1)


def test_names_go_on_counting_from_those_that_were_asked_for():
    set_era("2")
    first = layers.Dense(1)

    assert [first.name, layers.Dense(output_dim=1).name] == ["dense_1", "dense_2"]


# --- weights --------------------------------------------------------------------------


def two_norms():
    norm = layers.BatchNormalization
    model = models.Sequential([norm(input_shape=(1,)), norm()])
    model.set_weights([np.full(1, float(i)) for i in range(8)])
    return model


@pytest.mark.parametrize(
    ("era", "order"),
    [("1", [0, 1, 4, 5, 2, 3, 6, 7]), ("2", [0, 1, 4, 5, 2, 3, 6, 7]),
     ("tf", list(range(8))), (None, list(range(8)))],
)  # fmt: skip
def test_the_order_of_weights_and_of_their_arrays(era, order):
    set_era(era)
    model = two_norms()

    assert [float(w.numpy()[0]) for w in model.weights] == order
    assert [float(w[0]) for w in model.get_weights()] == list(range(8))


@pytest.mark.parametrize("name", ["w.h5", "w.weights.h5", "w.safetensors"])
def test_the_order_of_an_era_is_not_that_of_files(name, tmp_path):
    set_era("2")
    two_norms().save_weights(tmp_path / name)
    set_era(None)
    utils.clear_session()
    model = two_norms()
    model.set_weights([np.zeros(1)] * 8)

    set_era("2" if name == "w.h5" else None)
    model.load_weights(tmp_path / name)

    assert [float(w[0]) for w in model.get_weights()] == list(range(8))


# --- logs -----------------------------------------------------------------------------


class Keys(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.batches, self.epochs = [], []

    def on_batch_end(self, batch, logs=None):
        self.batches.append(dict(logs))

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(sorted(logs))


@pytest.mark.parametrize("era", ["1", "2"])
def test_the_logs_of_batches_said_which_and_how_large(era):
    set_era(era)
    keys = Keys()

    same().fit(X, Y, batch_size=3, epochs=1, verbose=0, callbacks=[keys])

    found = [(logs["batch"], logs["size"]) for logs in keys.batches]
    assert found == [(0, 3), (1, 1)]
    assert [sorted(logs) for logs in keys.batches] == [["batch", "loss", "size"]] * 2
    assert keys.epochs == [["loss"]]


@pytest.mark.parametrize("era", ["tf", "3", None])
def test_the_logs_of_batches_are_values_alone_today(era):
    set_era(era)
    keys = Keys()

    same().fit(X, Y, verbose=0, callbacks=[keys])

    assert [sorted(logs) for logs in keys.batches] == [["loss"]]


def test_the_progress_bar_shows_values_alone(capsys):
    set_era("2")

    same().fit(X, Y, batch_size=2, verbose=1, callbacks=[Keys()])

    shown = capsys.readouterr().out
    assert "loss" in shown
    assert "size" not in shown
