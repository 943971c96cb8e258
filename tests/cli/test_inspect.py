"""`keryx inspect` tells what a file holds and builds nothing from it."""

import contextlib
import io
import json
import zipfile

import h5py
import numpy as np
import pytest

from keryx import layers, models, saving
from keryx.cli import main


def run(*argv):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(word) for word in argv])
    return status, out.getvalue(), err.getvalue()


class Scaled(layers.Layer):
    def call(self, inputs):
        return 2 * inputs


@pytest.fixture
def model():
    inner = models.Sequential(
        [layers.Input((4,)), layers.Dense(3), layers.BatchNormalization()], name="inner"
    )
    rows = [layers.Input((4,)), inner, layers.Dense(2, name="last")]
    model = models.Sequential(rows)
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("name", ["m.keras", "m.h5", "m"])
def test_model_is_described_alike_in_all_files(name, model, tmp_path):
    model.save(tmp_path / name, zipped=None if "." in name else False)

    facts = saving.examine(tmp_path / name)

    rows = {row.name: row for row in facts.layers}
    assert facts.version == "3.15.1"
    assert facts.optimizer == "Adam"
    assert facts.parameters == model.count_params() == 35
    assert (rows["inner"].parameters, rows["last"].parameters) == (27, 8)
    assert facts.custom == []
    assert facts.suspicious == []


@pytest.mark.parametrize(
    "name", ["w.weights.h5", "w.h5", "w.safetensors", "w.weights.json"]
)
def test_arrays_of_weights_are_listed(name, model, tmp_path):
    model.save_weights(tmp_path / name)

    facts = saving.examine(tmp_path / name)

    assert facts.parameters == model.count_params()
    shapes = [a.shape for a in facts.arrays if not a.name.startswith("optimizer")]
    assert sorted(shapes) == sorted(v.shape for v in model.weights)
    assert {array.dtype for array in facts.arrays} <= {"float32", "int32"}


def test_command_prints_layers_and_arrays(model, tmp_path):
    model.save(tmp_path / "m.h5")

    status, out, _ = run("inspect", tmp_path / "m.h5", "--all")

    assert status == 0
    for word in ("whole model, HDF5 of Keras 3", "backend:", "jax", "last", "units=2"):
        assert word in out
    assert "parameters:     35" in out


def test_custom_classes_are_named_and_not_needed(tmp_path):
    model = models.Sequential([layers.Input((4,)), Scaled(), layers.Dense(1)])
    model.save(tmp_path / "m.keras")

    facts = saving.examine(tmp_path / "m.keras")

    assert facts.custom == ["Scaled"]


def with_config(path, change):
    """Writes a model's file with a changed configuration."""
    models.Sequential([layers.Input((4,)), layers.Dense(1)]).save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    change(config["config"]["layers"][1])
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def code(row):
    row["class_name"] = "Lambda"
    body = {"class_name": "__lambda__", "config": {"code": "4wE="}}
    row["config"]["function"] = body


def foreign(row):
    row |= {"module": "subprocess", "class_name": "Popen", "registered_name": None}


def place(row):
    row["config"]["vocabulary"] = "/etc/passwd"


def url(row):
    row["config"]["vocabulary"] = "http://127.0.0.1/x"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (code, "holds the code of a function"),
        (foreign, "from module 'subprocess', which is never imported"),
        (place, "a place outside of the file: '/etc/passwd'"),
        (url, "a place outside of the file: 'http://127.0.0.1/x'"),
    ],
    ids=["code", "foreign", "place", "url"],
)
def test_what_no_model_needs_is_pointed_out(change, message, tmp_path):
    with_config(tmp_path / "m.keras", change)

    status, out, _ = run("inspect", tmp_path / "m.keras")

    assert status == 0
    assert "suspicious: " in out
    assert message in " ".join(out.split())


def test_old_file_says_its_era(tmp_path):
    config = {"class_name": "Sequential", "config": [
        {"class_name": "Dense", "config": {"name": "d", "units": 2}}]}  # fmt: skip
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"], file.attrs["backend"] = b"2.1.5", b"theano"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"d"]
        inner = group.create_group("d")
        inner.attrs["weight_names"] = [b"d/kernel:0"]
        inner["d/kernel:0"] = np.ones((3, 2), "float32")

    facts = saving.examine(tmp_path / "m.h5")

    assert facts.kind == "whole model, HDF5 of Keras 2"
    assert (facts.version, facts.backend) == ("2.1.5", "theano")
    assert [(r.name, r.kind, r.parameters) for r in facts.layers] == [("d", "Dense", 6)]


@pytest.mark.parametrize("name", ["m.txt", "m.h5"])
def test_other_files_are_refused(name, tmp_path):
    (tmp_path / name).write_text("hello")

    status, _, err = run("inspect", tmp_path / name)

    assert status == 2
    assert "keryx inspect: " in err


@pytest.mark.parametrize("ending", ["keras", "h5", "hdf5"])
def test_summary_reads_all_files(ending, model, tmp_path):
    model.save(tmp_path / f"m.{ending}")

    status, out, _ = run("summary", tmp_path / f"m.{ending}")

    assert status == 0
    assert "last" in out
