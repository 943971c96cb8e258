"""Attributes of models, layers, tensors and helpers that older programs read."""

import tarfile
import zipfile

import numpy as np
import pytest

from keryx import layers, models, saving, utils
from keryx._core.errors import StateError
from keryx.dialects import legacy_module, set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
X = np.ones((4, 3), "float32")


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def row(**compiled):
    model = models.Sequential([layers.Dense(2, input_dim=3), layers.Dense(1)])
    model.compile("sgd", "mse", **compiled)
    return model


@pytest.mark.parametrize(
    "name",
    [
        "regularizers", "updates", "state_updates", "metrics_tensors",
        "loss_functions",
    ],
)  # fmt: skip
def test_lists_that_are_empty_today(name):
    assert list(getattr(row(), name)) == []


@pytest.mark.parametrize(
    "name", ["_make_predict_function", "_make_train_function", "_make_test_function"]
)
def test_functions_are_made_when_they_are_needed(name):
    assert getattr(row(), name)() is None


@pytest.mark.parametrize("name", ["total_loss", "targets", "sample_weights"])
def test_tensors_of_a_graph_run_by_hand_are_gone(name):
    with pytest.raises(AttributeError, match="no graph to run by hand"):
        getattr(row(), name)
    assert not hasattr(row(), name)


def test_the_nodes_of_a_layer():
    start = layers.Input((3,))
    dense = layers.Dense(2)
    output = dense(start)

    (node,) = dense.inbound_nodes

    assert node.input_tensors[0] is start
    assert node.output_tensors[0] is output
    assert (node.input_shapes, node.output_shapes) == ([(None, 3)], [(None, 2)])
    assert node.inbound_layers == [start.node.function]
    assert node.outbound_layer is dense
    assert dense.get_input_mask_at(0) is dense.get_output_mask_at(0) is None


def test_the_shape_of_a_tensor():
    tensor = layers.Input((3, 4))

    assert tensor._keras_shape == (None, 3, 4)
    assert tensor.get_shape().as_list() == [None, 3, 4]
    assert tensor.get_shape().ndims == 3
    assert not hasattr(tensor, "nonsense")


def test_the_value_of_a_variable():
    layer = layers.Dense(2, input_dim=3)
    models.Sequential([layer])

    layer.W.set_value(np.full((3, 2), 7.0))

    assert layer.W.get_value().tolist() == layer.W.eval().tolist() == [[7, 7]] * 3


def test_a_model_may_be_made_to_end_earlier():
    start = layers.Input((3,))
    hidden = layers.Dense(2)(start)
    model = models.Model(start, layers.Dense(1)(hidden))

    model.outputs = [model.layers[-2].output]

    assert model.predict(X, verbose=0).shape == (4, 2)


@pytest.mark.parametrize("made", ["graph", "row"])
def test_a_pop_that_changed_nothing_is_told_of(made):
    start = layers.Input((3,))
    model = row() if made == "row" else models.Model(start, layers.Dense(1)(start))
    model.layers.pop()

    with pytest.raises(StateError, match="pop"):
        model.outputs = [model.layers[-1].output]


def test_column_positions_of_keras_1_are_those_of_four_columns():
    lines = []

    row().summary(
        line_length=80, positions=[0.33, 0.55, 0.67, 1.0], print_fn=lines.append
    )

    assert lines


@pytest.mark.parametrize("era", ["1", "2", "tf"])
def test_files_without_an_ending_are_hdf5(tmp_path, era):
    set_era(era)
    model = row()

    model.save(str(tmp_path / "model"))
    model.save_weights(str(tmp_path / "weights"))

    again = saving.load_model(str(tmp_path / "model"))
    again.load_weights(str(tmp_path / "weights"))
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0))


# --- helpers --------------------------------------------------------------------------


def test_words_of_a_tokenizer():
    text = legacy_module("keras.preprocessing.text")

    tokenizer = text.Tokenizer(nb_words=3, filters=text.base_filter())
    tokenizer.fit_on_texts(["b a, b", "it's b"])

    assert tokenizer.nb_words == tokenizer.num_words == 3
    assert tokenizer.texts_to_sequences(["b a it's"]) == [[1, 2]]


def test_the_characters_that_were_left_out():
    filters = legacy_module("keras.preprocessing.text").base_filter()

    assert len(filters) == 33
    assert "'" not in filters
    assert filters.endswith("\t\n")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.preprocessing.image", "ImageDataGenerator"),
        ("keras.wrappers.scikit_learn", "KerasClassifier"),
        ("keras.utils.vis_utils", "plot_model"),
    ],
)
def test_what_does_not_exist_yet_says_so_when_used(module, name):
    thing = getattr(legacy_module(module), name)

    if type(thing).__name__ == "Absent":
        with pytest.raises(StateError, match=f"`{name}`.* not exist in keryx yet"):
            thing(rescale=1 / 255)


@pytest.mark.parametrize("era", ["1", "2", "tf", "3", None])
def test_the_folder_of_an_archive(tmp_path, era):
    inner = tmp_path / "data"
    inner.mkdir()
    (inner / "one.txt").write_text("1")
    with tarfile.open(tmp_path / "data.tar.gz", "w:gz") as archive:
        archive.add(inner, arcname="data")
    set_era(era)

    folder = utils.get_file(
        "data",
        (tmp_path / "data.tar.gz").as_uri(),
        untar=True,
        cache_dir=tmp_path / "cache",
    )

    old = era in ("1", "2", "tf")
    where = f"{folder}/one.txt" if old else f"{folder}/data/one.txt"
    with open(where, encoding="utf-8") as text:
        assert text.read() == "1"


def test_an_archive_was_unpacked_into_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        archive.writestr("small/one.txt", "1")
    set_era("tf")

    path = utils.get_file(
        "pets.zip",
        (tmp_path / "pets.zip").as_uri(),
        extract=True,
        cache_dir=tmp_path / "cache",
    )

    assert path == str(tmp_path / "cache" / "datasets" / "pets.zip")
    with open(f"{tmp_path}/cache/datasets/small/one.txt", encoding="utf-8") as text:
        assert text.read() == "1"


def test_a_negative_slope_by_its_old_name():
    from keryx import activations

    assert activations.relu(-2.0, alpha=0.5) == -1.0
    assert activations.relu is activations.get("relu")
