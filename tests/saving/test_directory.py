"""Models as folders: the parts of a `.keras` file, not packed."""

import json
import os

import keras
import numpy as np
import pytest

from keryx import layers, models, saving
from keryx._core.errors import FileError

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
PARTS = ["config.json", "metadata.json", "model.weights.h5"]


def make_model():
    model = models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(X, X[:, :2], verbose=0)
    return model


@pytest.fixture
def saved(tmp_path):
    model = make_model()
    model.save(tmp_path / "m", zipped=False)
    return model, tmp_path / "m"


def test_model_comes_back(saved):
    model, path = saved

    other = saving.load_model(path)

    assert sorted(os.listdir(path)) == PARTS
    assert int(other.optimizer.iterations) == 1
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_keras_reads_our_folder_and_we_read_theirs(saved, tmp_path):
    model, path = saved
    expected = model.predict(X, verbose=0)

    theirs = keras.models.load_model(path)
    theirs.save(tmp_path / "theirs", zipped=False)
    ours = saving.load_model(tmp_path / "theirs")

    np.testing.assert_allclose(theirs(X), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.predict(X, verbose=0), expected, 1e-5, 1e-6)


def test_weights_alone_are_read(saved):
    model, path = saved
    other = models.clone_model(model)

    other.load_weights(path)

    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_older_folder_is_replaced_and_nothing_is_left_beside_it(saved, tmp_path):
    model, path = saved
    model.set_weights([0 * w for w in model.get_weights()])

    model.save(path, zipped=False)

    assert os.listdir(tmp_path) == ["m"]
    assert not saving.load_model(path).get_weights()[0].any()


def test_folder_of_something_else_is_not_replaced(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "thesis.tex").write_text("years of work")

    with pytest.raises(FileError, match="other files in it"):
        make_model().save(tmp_path / "m", zipped=False)

    assert os.listdir(tmp_path / "m") == ["thesis.tex"]


@pytest.mark.parametrize("part", ["config.json", "model.weights.h5"])
def test_links_are_not_followed(part, saved, tmp_path):
    _, path = saved
    (path / part).rename(tmp_path / "outside")
    (path / part).symlink_to(tmp_path / "outside")

    with pytest.raises(FileError, match=f"{part} in .* a plain file"):
        saving.load_model(path)


@pytest.mark.parametrize("part", ["config.json", "model.weights.h5"])
def test_pipes_are_not_waited_for(part, saved):
    _, path = saved
    (path / part).unlink()
    os.mkfifo(path / part)

    with pytest.raises(FileError, match="a plain file"):
        saving.load_model(path)


@pytest.mark.parametrize("part", ["config.json", "model.weights.h5"])
def test_missing_parts_are_named(part, saved):
    _, path = saved
    (path / part).unlink()

    with pytest.raises(FileError, match=part):
        saving.load_model(path)


def test_configuration_of_something_else_is_refused(saved):
    _, path = saved
    (path / "config.json").write_text(json.dumps(["a list"]))

    with pytest.raises(FileError, match="configuration of a model, but got a list"):
        saving.load_model(path)
