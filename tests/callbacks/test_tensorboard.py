"""What TensorBoard finds in the files of a run."""

import inspect
import io
import json

import numpy as np
import pytest
from PIL import Image

import keryx
from keryx import layers, optimizers
from keryx._core.errors import ArgumentError, StateError
from keryx.callbacks import _event_file, CallbackList, TensorBoard
from tests.callbacks import event_files

X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(8, 3)
Y = X[:, :2] ** 2


def make(optimizer="sgd", *, metrics=("mae",)):
    model = keryx.Sequential([keryx.Input((3,)), layers.Dense(2, name="d")])
    model.compile(optimizer, "mse", metrics=list(metrics))
    return model


def fit(board, model=None, epochs=2, **options):
    model = model or make()
    given = {"batch_size": 2, "verbose": 0, "epochs": epochs, **options}
    return model.fit(X, Y, callbacks=[board], **given)


def steps(values):
    return {tag: [value.step for value in rows] for tag, rows in values.items()}


def numbers(values, tag):
    return [float(value.value) for value in values[tag]]


def test_the_checksum_is_that_of_the_standard():
    assert event_files.crc32c(b"123456789") == 0xE3069283


def test_arguments_are_those_of_keras():
    keras = pytest.importorskip("keras")

    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(one).parameters.values()]
        for one in (TensorBoard, keras.callbacks.TensorBoard)
    )

    assert ours == theirs


def test_logs_of_epochs_are_those_of_the_history(tmp_path):
    history = fit(TensorBoard(tmp_path), validation_data=(X, Y)).history

    train, checked = (event_files.read(tmp_path / n) for n in ("train", "validation"))
    # The tags and steps that Keras 3.15 writes.
    assert steps(train) == {"keras": [0]} | dict.fromkeys(
        ("epoch_loss", "epoch_mae", "epoch_learning_rate"), [0, 1]
    )
    assert steps(checked) == {
        "evaluation_loss_vs_iterations": [4, 8],
        "evaluation_mae_vs_iterations": [4, 8],
        "epoch_loss": [0, 1],
        "epoch_mae": [0, 1],
    }
    assert numbers(train, "epoch_loss") == pytest.approx(history["loss"])
    assert numbers(checked, "epoch_mae") == pytest.approx(history["val_mae"])
    assert numbers(checked, "evaluation_mae_vs_iterations") == pytest.approx(
        history["val_mae"]
    )
    assert numbers(train, "epoch_learning_rate") == pytest.approx([0.01, 0.01])
    assert {value.plugin for value in train["epoch_loss"]} == {"scalars"}


@pytest.mark.parametrize(
    ("update_freq", "expected"),
    [("batch", [1, 2, 3, 4, 5, 6, 7, 8]), ("BATCH", [1, 2, 3, 4, 5, 6, 7, 8]),
     (1, [1, 2, 3, 4, 5, 6, 7, 8]), (3, [3, 6])],
    ids=str,
)  # fmt: skip
def test_logs_inside_epochs_come_every_so_many_batches(tmp_path, update_freq, expected):
    board = TensorBoard(
        tmp_path, update_freq=update_freq, write_steps_per_second=True,
        write_graph=False,
    )  # fmt: skip
    history = fit(board).history

    found = event_files.read(tmp_path / "train")
    assert steps(found) == dict.fromkeys(
        ("batch_steps_per_second", "batch_loss", "batch_mae"), expected
    ) | dict.fromkeys(
        ("epoch_loss", "epoch_mae", "epoch_learning_rate", "epoch_steps_per_second"),
        [0, 1],
    )
    assert min(numbers(found, "epoch_steps_per_second")) > 0
    if 4 in expected:  # the last batch's logs are those of the epoch
        assert numbers(found, "batch_loss")[3] == pytest.approx(history["loss"][0])


def test_the_rate_of_a_schedule_is_written_as_it_is_after_each_epoch(tmp_path):
    decay = optimizers.schedules.InverseTimeDecay(0.1, decay_steps=4, decay_rate=1.0)

    fit(TensorBoard(tmp_path), make(optimizers.SGD(decay)), epochs=3)

    found = numbers(event_files.read(tmp_path / "train"), "epoch_learning_rate")
    assert found == pytest.approx([0.1 / 2, 0.1 / 3, 0.1 / 4])


def test_histograms_count_all_weights(tmp_path):
    model = make()
    fit(TensorBoard(tmp_path, histogram_freq=2), model, epochs=3)

    values = event_files.read(tmp_path / "train")
    found = values[f"{model.layers[-1].kernel.path}/histogram"]
    kernel = model.get_weights()[0].astype(float)
    counts, edges = np.histogram(kernel, 30)
    assert [(one.plugin, one.step) for one in found] == [
        ("histograms", 0),
        ("histograms", 2),
    ]
    np.testing.assert_allclose(found[-1].value[:, 0], edges[:-1], rtol=1e-6)
    np.testing.assert_allclose(found[-1].value[:, 1], edges[1:], rtol=1e-6)
    np.testing.assert_array_equal(found[-1].value[:, 2], counts)


@pytest.mark.parametrize(
    ("values", "count", "low", "high"),
    [
        ([], 0, 0, 0),
        ([2.0, 2.0], 2, 2, 2),
        ([1e30, 1e30], 2, 1e30, 1e30),
        ([np.nan, np.inf, 1.0, 3.0], 2, 1, 3),
        ([-1.7e308, 1.7e308], 2, -1.7e308, 1.7e308),
    ],
    ids=["none", "constant", "large", "not finite", "all of the range"],
)
def test_histogram_of_odd_values(values, count, low, high):
    found = _event_file.buckets(np.array(values))

    assert found.shape == (30, 3)
    assert found[:, 2].sum() == count
    assert (found[0, 0], found[-1, 1]) == (low, high)


def test_weights_are_pictures_from_black_to_white(tmp_path):
    model = keryx.Sequential(
        [
            keryx.Input((4, 4, 1)),
            layers.Conv2D(5, (3, 2), name="c"),
            layers.Conv2D(2, (2, 2), name="wide"),
            layers.Flatten(),
            layers.Dense(3, name="d"),
        ]
    )
    model.compile("sgd", "mse")
    board = TensorBoard(tmp_path, histogram_freq=1, write_images=True)
    model.fit(np.ones((2, 4, 4, 1)), np.ones((2, 3)), callbacks=[board], verbose=0)

    found = event_files.read(tmp_path / "train")
    shapes, pixels = {}, {}
    for tag, values in found.items():
        if tag.endswith("/image"):
            width, height, *files = values[0].value
            shapes[tag.split("/", 1)[1]] = (int(height), int(width), len(files))
            pixels[tag] = np.array(Image.open(io.BytesIO(files[0])))
            assert pixels[tag].shape == (int(height), int(width))
    # As in Keras, a kernel of four axes longer than 1 is none.
    assert shapes == {
        "c/kernel/image": (3, 2, 3),
        "c/bias/image": (5, 1, 1),
        "wide/bias/image": (2, 1, 1),
        "d/kernel/image": (3, 4, 1),
        "d/bias/image": (3, 1, 1),
    }
    kernel = model.get_weights()[-2].T
    expected = (kernel - kernel.min()) / np.ptp(kernel) * 255
    shown = pixels[f"{model.layers[-1].kernel.path}/image"]
    np.testing.assert_allclose(shown, expected, atol=0.51)


def test_the_graph_is_the_configuration_of_the_model(tmp_path):
    model = make()
    fit(TensorBoard(tmp_path), model)

    (found,) = event_files.read(tmp_path / "train")["keras"]
    assert found.plugin == "graph_keras_model"
    assert json.loads(found.value[0]) == json.loads(model.to_json())


class Own(keryx.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2, name="inside")

    def call(self, inputs):
        return self.dense(inputs)


def test_a_model_of_its_own_class_is_written_as_its_summary(tmp_path):
    model = Own()
    model.compile("sgd", "mse")
    fit(TensorBoard(tmp_path), model)

    values = event_files.read(tmp_path / "train")
    assert "keras" not in values
    assert values["model"][0].plugin == "text"
    assert "inside (Dense)" in values["model"][0].value[0].decode()


def test_each_run_has_files_of_its_own(tmp_path):
    board, model = TensorBoard(tmp_path), make()
    fit(board, model)
    fit(board, model)
    model.evaluate(X, Y, callbacks=[board], verbose=0)

    found = event_files.read(tmp_path / "train")
    assert len(list((tmp_path / "train").iterdir())) == 2
    assert steps(found)["epoch_loss"] == [0, 1, 0, 1]
    checked = event_files.read(tmp_path / "validation")
    assert steps(checked)["evaluation_loss_vs_iterations"] == [16]


def test_a_log_of_several_numbers_is_written_number_by_number(tmp_path):
    board = TensorBoard(tmp_path)
    board.on_epoch_end(3, {"f1": np.array([0.25, 0.5])})
    board.on_train_end()

    found = event_files.read(tmp_path / "train")
    assert {tag: numbers(found, tag) for tag in found} == {
        "epoch_f1/0": [0.25],
        "epoch_f1/1": [0.5],
    }


# --- what it asks of training ---------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "every", "patient"),
    [
        ({}, "epoch", True),
        ({"write_graph": False}, "epoch", True),
        ({"histogram_freq": 1}, "epoch", False),
        ({"embeddings_freq": 1}, "epoch", False),
        ({"write_steps_per_second": True}, "epoch", False),
        ({"update_freq": 100}, "batch", True),
        ({"profile_batch": 3}, "batch", True),
    ],
    ids=str,
)
def test_training_stops_only_where_there_is_something_to_see(
    tmp_path, options, every, patient
):
    events = CallbackList([TensorBoard(tmp_path, **options)], model=make())

    assert (events.every, events.patient) == (every, patient)


def test_whole_epochs_run_in_one_call(tmp_path):
    model = make()
    fit(TensorBoard(tmp_path), model)

    plan, _ = model._last_job
    assert plan.every == "epoch"


def test_a_schedule_has_to_be_read_after_each_epoch(tmp_path):
    decay = optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)

    events = CallbackList([TensorBoard(tmp_path)], model=make(optimizers.SGD(decay)))

    assert not events.patient


def test_a_subclass_may_look_at_batches(tmp_path):
    seen = []

    class Watching(TensorBoard):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)
            seen.append(batch)

    fit(Watching(tmp_path), epochs=1)

    assert seen == [0, 1, 2, 3]
    assert "batch_loss" not in event_files.read(tmp_path / "train")


# --- embeddings and profiles ----------------------------------------------------------


@pytest.mark.parametrize(
    "metadata", ["words.tsv", {"words": "words.tsv"}], ids=["for all", "by name"]
)
def test_embeddings_are_tables_that_the_projector_reads(tmp_path, metadata):
    model = keryx.Sequential([layers.Embedding(4, 2, name="words"), layers.Flatten()])
    model.compile("sgd", "mse")
    board = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata=metadata)

    model.fit(np.eye(4, dtype=int), np.ones((4, 8)), callbacks=[board], verbose=0)

    table = np.loadtxt(tmp_path / "train" / "words.tsv", delimiter="\t")
    np.testing.assert_allclose(table, model.get_weights()[0], rtol=1e-7)
    assert (tmp_path / "projector_config.pbtxt").read_text() == (
        'embeddings {\n  tensor_name: "words"\n  tensor_path: "train/words.tsv"\n'
        '  metadata_path: "words.tsv"\n}\n'
    )


def test_a_profile_of_some_batches_is_written(tmp_path):
    fit(TensorBoard(tmp_path, profile_batch=(2, 3)), epochs=1)

    assert list((tmp_path / "train" / "plugins" / "profile").glob("*/*.xplane.pb"))


# --- mistakes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"update_freq": 0}, r"update_freq=...\)` must be a positive integer"),
        ({"update_freq": "epochs"}, "update_freq.*'epoch', 'batch'"),
        ({"histogram_freq": -1}, "histogram_freq.*epochs, or 0 for never"),
        ({"embeddings_freq": 1.5}, "embeddings_freq.*epochs, or 0 for never"),
        ({"profile_batch": "3,2"}, "profile_batch.*first and last"),
        ({"profile_batch": None}, "profile_batch.*first and last"),
    ],
    ids=str,
)
def test_a_frequency_that_is_none_is_refused(options, message):
    with pytest.raises(ArgumentError, match=message):
        TensorBoard(**options)


def test_metadata_of_no_layer_is_refused(tmp_path):
    board = TensorBoard(
        tmp_path, embeddings_freq=1, embeddings_metadata={"word": "words.tsv"}
    )
    with pytest.raises(ArgumentError, match=r"embeddings_metadata.*\['word'\]"):
        fit(board)


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(_event_file, "PACKAGE", "tensorboardX_that_is_not_there")

    with pytest.raises(StateError, match=r"pip install keryx\[tensorboard\]"):
        TensorBoard()
