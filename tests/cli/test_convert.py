"""`keryx convert` writes a file only if what comes back computes the same."""

import contextlib
import io
import os

import numpy as np
import pytest

from keryx import layers, models, saving
from keryx._core.errors import FileError
from keryx.cli import _convert, main


def run(*argv):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(word) for word in argv])
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def old(tmp_path):
    x, ids = layers.Input((4,)), layers.Input((None,), dtype="int32")
    y = layers.GlobalAveragePooling1D()(layers.Embedding(2, 4)(ids))
    y = layers.Dropout(0.5)(layers.Add()([x, y]))
    model = models.Model([x, ids], [layers.Dense(2)(y), layers.Dense(3)(y)])
    model.save(tmp_path / "old.h5")
    return tmp_path / "old.h5"


@pytest.mark.parametrize(
    "name", ["new.keras", "new.h5", "new", "new.weights.h5", "new.safetensors"]
)
def test_new_file_holds_the_same_weights(name, old, tmp_path):
    status, out, err = run("convert", old, tmp_path / name)

    model = saving.load_model(old)
    if name.endswith((".weights.h5", ".safetensors")):
        other = models.clone_model(model)
        other.load_weights(tmp_path / name)
    else:
        other = saving.load_model(tmp_path / name)
    assert (status, err) == (0, "")
    assert "largest difference of the outputs: 0" in out
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_model_that_differs_is_not_left(old, tmp_path, monkeypatch):
    def worse(path, *args):
        model = saving.load_model(path, *args)
        model.set_weights([w + 1e-4 for w in model.get_weights()])
        return model

    model = saving.load_model(old)
    monkeypatch.setattr(_convert, "load_model", worse)

    with pytest.raises(FileError, match="Nothing was written"):
        _convert.convert(model, old, tmp_path / "new.keras")

    assert os.listdir(tmp_path) == ["old.h5"]


def test_not_a_number_is_a_difference():
    model = models.Sequential([layers.Input((2,)), layers.Dense(1)])
    other = models.clone_model(model)
    other.set_weights([np.full((2, 1), np.nan), np.zeros(1)])

    assert _convert.difference(model, other) == np.inf
    assert _convert.difference(other, other) == 0


def test_older_file_is_kept_unless_so_asked(old, tmp_path):
    (tmp_path / "new.keras").write_text("older")

    refused = run("convert", old, tmp_path / "new.keras")
    kept = (tmp_path / "new.keras").read_bytes()
    status, *_ = run("convert", old, tmp_path / "new.keras", "--overwrite")

    assert refused[0] == 2
    assert "one that exists" in refused[2]
    assert kept == b"older"
    assert status == 0
    saving.load_model(tmp_path / "new.keras")


@pytest.mark.parametrize("name", ["new.txt", "no/new.keras"])
def test_wrong_names_are_refused(name, old, tmp_path):
    status, _, err = run("convert", old, tmp_path / name)

    assert status == 2
    assert "keryx convert: " in err
    assert os.listdir(tmp_path) == ["old.h5"]
