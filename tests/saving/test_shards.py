"""Weights in several files, and the index that lists them."""

import json

import keras
import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import ArgumentError, FileError

KILOBYTE = 2**10 / 2**30  # in GB


def make_model():
    return models.Sequential(
        [
            layers.Input((40,)),
            layers.Dense(30),
            layers.BatchNormalization(),
            layers.Dense(20),
        ]
    )


def theirs():
    k = keras.layers
    return keras.Sequential(
        [k.Input((40,)), k.Dense(30), k.BatchNormalization(), k.Dense(20)]
    )


@pytest.fixture
def saved(tmp_path):
    model = make_model()
    model.set_weights([w + 0.5 for w in model.get_weights()])
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=5 * KILOBYTE)
    return model, tmp_path / "m.weights.json"


def assert_same(one, other):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_large_arrays_come_back_from_their_own_file(tmp_path):
    model, other = (
        models.Sequential([layers.Input((600,)), layers.Dense(600), layers.Dense(600)])
        for _ in range(2)
    )
    model.save_weights(tmp_path / "m.weights.json", max_shard_size=1600 * KILOBYTE)

    other.load_weights(tmp_path / "m.weights.json")

    assert len(list(tmp_path.glob("*.h5"))) == 2
    assert_same(model, other)


def test_weights_come_back(saved):
    model, path = saved
    other = make_model()

    other.load_weights(path)

    assert_same(model, other)


def test_files_keep_within_the_size(saved):
    _, path = saved

    shards = sorted(path.parent.glob("*.weights.h5"))
    index = json.loads(path.read_text())

    assert [shard.name for shard in shards] == [
        "m_00000.weights.h5", "m_00001.weights.h5"]  # fmt: skip
    assert index["metadata"]["total_size"] == 4 * make_model().count_params()
    assert index["weight_map"]["/layers/dense_1/vars"] == ["m_00001.weights.h5"]


def test_keras_reads_ours(saved):
    model, path = saved
    other = theirs()

    other.load_weights(path)

    assert_same(model, other)


def test_we_read_those_of_keras(tmp_path):
    model, other = theirs(), make_model()
    path = tmp_path / "m.weights.json"
    model.save_weights(path, max_shard_size=5 * KILOBYTE)

    other.load_weights(path)

    assert_same(model, other)


def test_array_larger_than_a_file_may_be_is_named(tmp_path):
    with pytest.raises(ArgumentError, match=r"layers/dense/vars/0"):
        make_model().save_weights(tmp_path / "m.weights.json", max_shard_size=KILOBYTE)


def test_size_needs_an_index(tmp_path):
    with pytest.raises(FileError, match=r"ends in \.weights\.json"):
        make_model().save_weights(tmp_path / "m.weights.h5", max_shard_size=1)


@pytest.mark.parametrize(
    "name",
    ["../m_00000.weights.h5", "/etc/m.h5", "a\\m.h5", "none.h5", "m.npz", 5, None],
    ids=str,
)
def test_files_elsewhere_are_refused(name, saved):
    _, path = saved
    index = json.loads(path.read_text())
    index["weight_map"]["/layers/dense/vars"] = [name]
    path.write_text(json.dumps(index))

    with pytest.raises(FileError, match="an index of weights"):
        make_model().load_weights(path)


def test_links_are_not_followed(saved, tmp_path):
    _, path = saved
    shard = tmp_path / "m_00001.weights.h5"
    shard.rename(tmp_path / "moved.h5")
    shard.symlink_to(tmp_path / "moved.h5")

    with pytest.raises(FileError, match="a link"):
        make_model().load_weights(path)


def test_array_in_two_files_is_refused(saved, tmp_path):
    _, path = saved
    copy = (tmp_path / "m_00000.weights.h5").read_bytes()
    (tmp_path / "m_00001.weights.h5").write_bytes(copy)

    with pytest.raises(FileError, match="in two files"):
        make_model().load_weights(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"weight_map": 1}', "[" * 10**5])
def test_other_indices_are_refused(text, tmp_path):
    (tmp_path / "m.weights.json").write_text(text)

    with pytest.raises(FileError, match="an index of weights"):
        make_model().load_weights(tmp_path / "m.weights.json")
