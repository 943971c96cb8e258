"""Callbacks of older programs are told, and do, what they were and did."""

from types import SimpleNamespace

import numpy as np
import pytest

from keryx import callbacks, layers, models
from keryx.dialects import set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X, Y = np.linspace(0, 1, 30, dtype="float32").reshape(10, 3), np.arange(10) % 2.0


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def fit(callback, metrics=("accuracy",), **options):
    model = models.Sequential([layers.Dense(1, "sigmoid", input_dim=3)])
    model.compile("sgd", "binary_crossentropy", metrics=list(metrics))
    given = {"batch_size": 4, "epochs": 1, "verbose": 0, **options}
    return model.fit(X, Y, callbacks=[callback], **given)


class Ask(callbacks.Callback):
    """Keeps what a question to the callback gives at each end of a kind."""

    def __init__(self, question, hook="on_epoch_end"):
        super().__init__()
        self.found = []

        def ask(place, logs=None):
            self.found.append(question(self, logs))

        setattr(self, hook, ask)


@pytest.mark.parametrize("given", ["tuple", "list", "split"])
def test_validation_arrays_are_there(given):
    kinds = {
        "tuple": {"validation_data": (X[8:], Y[8:])},
        "list": {"validation_data": [X[8:], Y[8:]]},
        "split": {"validation_split": 0.2},
    }
    ask = Ask(lambda self, logs: self.validation_data)

    fit(ask, **kinds[given])

    inputs, targets, weights = ask.found[0]
    np.testing.assert_array_equal(inputs, X[8:])
    np.testing.assert_array_equal(np.ravel(targets), Y[8:])
    np.testing.assert_array_equal(weights, [1, 1])


def test_without_validation_there_are_none():
    ask = Ask(lambda self, logs: self.validation_data)

    fit(ask)

    assert ask.found == [None]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nb_epoch", 1), ("epochs", 1), ("nb_sample", 10), ("samples", 10),
        ("batch_size", 4), ("do_validation", False), ("steps", 3), ("verbose", 0),
        ("metrics", ("loss", "accuracy")),
    ],
)  # fmt: skip
def test_what_callbacks_are_told_of_the_run(key, value):
    ask = Ask(lambda self, logs: (self.params[key], self.params.get(key)))

    history = fit(ask)

    assert ask.found == [(value, value)]
    assert history.params == {"verbose": 0, "epochs": 1, "steps": 3}
    with pytest.raises(KeyError, match="nonsense"):
        history.params["nonsense"]


def test_logs_of_a_batch_know_its_number_and_size():
    ask = Ask(lambda self, logs: (logs["batch"], logs.get("size")), "on_batch_end")

    fit(ask)

    assert ask.found == [(0, 4), (1, 4), (2, 2)]


def test_logs_answer_to_old_names():
    ask = Ask(lambda self, logs: (logs["acc"], logs.get("val_acc"), list(logs)))

    history = fit(ask, validation_split=0.2).history

    ((accuracy, checked, names),) = ask.found
    assert [accuracy] == history["acc"]
    assert [checked] == history["val_accuracy"]
    assert set(names) == {"accuracy", "loss", "val_accuracy", "val_loss"}


def test_what_a_callback_adds_to_the_logs_is_kept():
    ask = Ask(lambda self, logs: logs.update(f1=0.5))

    assert fit(ask).history["f1"] == [0.5]


@pytest.mark.parametrize(
    ("era", "patience", "epochs"),
    [("1", 0, 2), ("1", 2, 4), ("2", 2, 3), (None, 2, 3)],
)
def test_keras_1_stops_an_epoch_later(era, patience, epochs):
    set_era(era)
    stopping = callbacks.EarlyStopping("loss", patience=patience)
    model = SimpleNamespace(stop_training=False)
    stopping.set_model(model)
    stopping.on_train_begin()

    done = 0
    while not model.stop_training:
        stopping.on_epoch_end(done, {"loss": 1.0})
        done += 1

    assert done == epochs


@pytest.mark.parametrize(
    ("era", "lowered"), [("1", [3, 5, 7]), ("2", [2, 4, 6]), (None, [2, 4, 6])]
)
def test_keras_1_lowers_the_rate_an_epoch_later(era, lowered):
    set_era(era)
    optimizer = SimpleNamespace(learning_rate=1.0)
    reduce = callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2)
    reduce.set_model(SimpleNamespace(optimizer=optimizer))
    reduce.on_train_begin()

    found, rate = [], 1.0
    for epoch in range(8):
        reduce.on_epoch_end(epoch, {"loss": 1.0})
        if optimizer.learning_rate != rate:
            found.append(epoch)
            rate = optimizer.learning_rate

    assert found == lowered


@pytest.mark.parametrize(("era", "number"), [("1", 0), ("2", 1), (None, 1)])
def test_what_the_epochs_in_file_names_count_from(era, number):
    set_era(era)
    saved = []
    checkpoint = callbacks.ModelCheckpoint("w{epoch:02d}-{val_acc:.1f}.h5")
    checkpoint.set_model(
        SimpleNamespace(save=lambda path, overwrite: saved.append(path))
    )

    checkpoint.on_epoch_end(0, {"val_accuracy": 0.5})

    assert saved == [f"w{number:02d}-0.5.h5"]


def test_a_file_without_an_ending_was_hdf5(tmp_path):
    set_era("2")
    checkpoint = callbacks.ModelCheckpoint(
        str(tmp_path / "weights"), save_weights_only=True, monitor="loss"
    )

    model = fit(checkpoint).model

    assert (tmp_path / "weights").read_bytes()[1:4] == b"HDF"
    model.load_weights(str(tmp_path / "weights"))
