"""Rows of an HDF5 file, as an array."""

import h5py
import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import ArgumentError, FileError
from keryx.utils import HDF5Matrix

X = np.arange(40.0, dtype="f4").reshape(10, 4)


@pytest.fixture
def path(tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["deep/x"] = X
        file["y"] = X[:, :1]
        file["one"] = 3.0
        file["soft"] = h5py.SoftLink("/y")
        file["far"] = h5py.ExternalLink("other.h5", "/y")
        file.create_dataset("away", (4,), "f4", external=[("/etc/hostname", 0, 16)])
    return tmp_path / "data.h5"


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        np.int64(2),
        slice(None),
        slice(1, 4),
        slice(-3, None),
        slice(None, None, 2),
    ]
    + [slice(None, None, -1), slice(5, 5), [4, 0, 0, 2], np.array([5, -1]), []],
    ids=str,
)
def test_rows_are_those_of_the_array(path, key):
    matrix = HDF5Matrix(path, "deep/x", start=2, end=9)
    key = np.array(key, int) if isinstance(key, list) else key

    np.testing.assert_array_equal(matrix[key], X[2:9][key])


def test_it_has_the_form_of_its_normalized_rows(path):
    matrix = HDF5Matrix(path, "deep/x", end=6, normalizer=lambda rows: rows[:, :2] > 3)

    assert (len(matrix), matrix.shape, matrix.ndim, matrix.size) == (6, (6, 2), 2, 12)
    assert matrix.dtype == bool
    np.testing.assert_array_equal(np.asarray(matrix), X[:6, :2] > 3)


@pytest.mark.parametrize("key", [10, -11, (0, 1)], ids=str)
def test_rows_that_are_not_there_are_errors(path, key):
    with pytest.raises(IndexError, match="ind"):
        HDF5Matrix(path, "deep/x")[key]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3), (0, 11)])
def test_limits_beyond_the_rows_are_errors(path, start, end):
    with pytest.raises(ArgumentError, match="start"):
        HDF5Matrix(path, "deep/x", start, end)


@pytest.mark.parametrize("name", ["z", "deep", "one", "soft", "far", "away", "y/z", ""])
def test_what_is_no_array_of_the_file_is_refused(path, name):
    with pytest.raises(FileError, match=r"data\.h5"):
        HDF5Matrix(path, name)


def test_what_is_no_hdf5_file_is_refused(tmp_path):
    (tmp_path / "a.h5").write_text("x")

    with pytest.raises(FileError, match="expected an HDF5 file"):
        HDF5Matrix(tmp_path / "a.h5", "x")


def test_fit_evaluate_and_predict_take_it(path):
    model = models.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = HDF5Matrix(path, "deep/x", end=8), HDF5Matrix(path, "y", end=8)

    model.fit(x, y, epochs=1, batch_size=4, shuffle="batch", verbose=0)

    loss = model.evaluate(x, y, verbose=0)
    np.testing.assert_allclose(loss, model.evaluate(X[:8], X[:8, :1], verbose=0))
    assert model.predict(x, verbose=0).shape == (8, 1)
