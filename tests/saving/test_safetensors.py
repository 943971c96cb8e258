"""Weights as safetensors: what is written is the format, what is read is checked."""

import json

import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import FileError

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
KERNEL = "layers/dense/vars/0"


def make_model(dtype=None):
    return models.Sequential(
        [layers.Input((4,)), layers.Dense(3, dtype=dtype), layers.BatchNormalization()]
    )


def parse(path):
    """Reads a file by the format's description."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def put(path, header, body):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def test_file_is_what_the_format_says(tmp_path):
    model = make_model()
    model.save_weights(tmp_path / "m.safetensors")

    header, body = parse(tmp_path / "m.safetensors")

    row = header[KERNEL]
    start, end = row["data_offsets"]
    kernel = np.frombuffer(body[start:end], "<f4").reshape(row["shape"])
    assert row["dtype"] == "F32"
    assert (len(body), len(header) - 1) == (4 * model.count_params(), 6)
    np.testing.assert_array_equal(kernel, model.get_weights()[0])


def test_the_format_s_own_library_reads_it(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    model = make_model()
    model.save_weights(tmp_path / "m.safetensors")

    arrays = library.load_file(tmp_path / "m.safetensors")

    np.testing.assert_array_equal(arrays[KERNEL], model.get_weights()[0])


@pytest.mark.parametrize("dtype", [None, "bfloat16", "float16"])
def test_weights_come_back(dtype, tmp_path):
    model, other = make_model(dtype), make_model(dtype)
    model.save_weights(tmp_path / "m.safetensors")

    other.load_weights(tmp_path / "m.safetensors")

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_training_goes_on_as_if_never_saved(tmp_path):
    fit = {"batch_size": 4, "shuffle": False, "verbose": 0}
    model, other = make_model(), make_model()
    model.compile("adam", "mse")
    other.compile("adam", "mse")
    model.fit(X, X[:, :3], **fit)
    other.optimizer.build(other.trainable_variables)
    model.save_weights(tmp_path / "m.safetensors")
    other.load_weights(tmp_path / "m.safetensors")

    model.fit(X, X[:, :3], **fit)
    other.fit(X, X[:, :3], **fit)

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_missing_and_unexpected_arrays_are_named(tmp_path):
    make_model().save_weights(tmp_path / "m.safetensors")
    header, body = parse(tmp_path / "m.safetensors")
    header["layers/dense/vars/9"] = header.pop(KERNEL)
    put(tmp_path / "m.safetensors", header, body)

    with pytest.raises(FileError, match=r"1 missing, 1 unexpected(.|\n)*nearest"):
        make_model().load_weights(tmp_path / "m.safetensors")


def longer(header, body):
    return header, body + b"\0"


def shorter(header, body):
    return header, body[:-4]


def overlap(header, body):
    header[KERNEL]["data_offsets"] = [4, 52]
    return header, body


def huge(header, body):
    header[KERNEL]["shape"] = [2**40, 2**40]
    return header, body


def negative(header, body):
    header[KERNEL]["shape"] = [-4, -3]
    return header, body


def boolean(header, body):
    header[KERNEL]["shape"] = [True, 12]
    return header, body


def unknown_type(header, body):
    header[KERNEL]["dtype"] = "O"
    return header, body


def no_json(header, body):
    return b"{", body


def a_list(header, body):
    return b"[]", body


def twice(header, body):
    row = json.dumps(header[KERNEL]).encode()
    return b'{"a": ' + row + b', "a": ' + row + b"}", body


@pytest.mark.parametrize(
    "spoil",
    [longer, shorter, overlap, huge, negative, boolean, unknown_type, no_json, a_list,
     twice],
)  # fmt: skip
def test_header_that_does_not_fit_the_file_is_refused(spoil, tmp_path):
    model = make_model()
    model.save_weights(tmp_path / "m.safetensors")
    put(tmp_path / "m.safetensors", *spoil(*parse(tmp_path / "m.safetensors")))
    before = model.get_weights()

    with pytest.raises(FileError, match="header and arrays of one size"):
        model.load_weights(tmp_path / "m.safetensors")

    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\xff" * 100])
def test_length_beyond_the_file_is_refused(data, tmp_path):
    (tmp_path / "m.safetensors").write_bytes(data)

    with pytest.raises(FileError, match="a header of"):
        make_model().load_weights(tmp_path / "m.safetensors")
