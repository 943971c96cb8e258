"""Helper functions of old modules: arrays, code, files, tests of layers."""

import builtins
import marshal
import types

import numpy as np
import pytest
from sklearn.metrics import log_loss

from keryx import layers, utils
from keryx._core.errors import (
    ArgumentError,
    DataError,
    FileError,
    StateError,
    UnknownNameError,
)
from keryx.dialects import _helpers_arrays as arrays, _helpers_code as code
from keryx.dialects._helpers_h5 import H5Dict
from keryx.dialects._helpers_tests import keras_test, layer_test

# --- arrays ---------------------------------------------------------------------------


def test_batches_stay_together_and_the_rest_at_the_end():
    found = arrays.batch_shuffle(np.arange(7), 3)

    assert found[-1] == 6
    assert sorted(map(tuple, found[:6].reshape(2, 3))) == [(0, 1, 2), (3, 4, 5)]


def test_input_data_are_arrays_in_the_order_of_names():
    found = arrays.standardize_input_data({"b": [1, 2], "a": [[3]]}, ["a", "b"])

    assert [x.shape for x in found] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("data", "shapes", "match"),
    [
        ({"a": [1]}, None, "'b'"),
        ([np.ones(2)] * 3, None, "2 arrays"),
        ([np.ones((2, 3))] * 2, [(None, 3), (None, 4)], r"\(None, 4\)"),
    ],
    ids=["missing", "more", "shape"],
)
def test_input_data_that_do_not_fit_are_refused(data, shapes, match):
    with pytest.raises(DataError, match=match):
        arrays.standardize_input_data(data, ["a", "b"], shapes)


def test_kernels_of_keras_1_are_flipped_at_the_end():
    kernel = np.arange(24).reshape(1, 2, 3, 4)

    found = arrays.convert_kernel(kernel, dim_ordering="th")

    np.testing.assert_array_equal(found, kernel[:, :, ::-1, ::-1])


def test_kernels_of_no_convolution_are_refused():
    with pytest.raises(ArgumentError, match="3 to 5 axes"):
        arrays.convert_kernel(np.ones((2, 2)))


def test_logarithmic_losses_are_scikit_learns():
    p = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])

    many = arrays.multiclass_logloss(p, [2, 3])
    two = arrays.binary_logloss([0.2, 0.9], [0, 1])

    assert many == pytest.approx(log_loss([1, 2], p, labels=[0, 1, 2]))
    assert two == pytest.approx(log_loss([0, 1], [0.2, 0.9]))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [(2, 3), (3, 2), (1, 4)], ids=str)
def test_the_length_of_a_transposed_convolution(padding, size):
    stride, kernel = size
    layer = layers.Conv1DTranspose(1, kernel, strides=stride, padding=padding)

    found = arrays.deconv_length(5, stride, kernel, padding)

    assert found == layer(np.ones((1, 5, 1), "float32")).shape[1]


def test_an_array_comes_back_from_its_file(tmp_path):
    path = str(tmp_path / "a.h5")
    arrays.save_array(np.eye(3), path)

    np.testing.assert_array_equal(arrays.load_array(path), np.eye(3))


def test_a_file_without_the_array_is_refused(tmp_path):
    with H5Dict(tmp_path / "a.h5", "w") as file:
        file["other"] = np.eye(2)

    with pytest.raises(FileError, match="'data'"):
        arrays.load_array(str(tmp_path / "a.h5"))


# --- code -----------------------------------------------------------------------------


def adder(n):
    return lambda x, y=10: x + y + n


def test_a_function_comes_back_with_defaults_and_closure():
    function = code.func_load(code.func_dump(adder(100)))

    assert function(1) == 111
    assert function(1, y=2) == 103


def test_a_function_finds_its_global_names():
    def named():
        return somewhere  # noqa: F821  (given below)

    function = code.func_load(code.func_dump(named), globs={"somewhere": 5})

    assert function() == 5


def test_code_from_elsewhere_is_never_run():
    foreign = marshal.dumps((lambda: 1).__code__)

    for text in (foreign, foreign.decode("raw_unicode_escape"), "", "x" * 44):
        with pytest.raises(FileError, match="elsewhere"):
            code.func_load(text)


def test_changed_code_is_never_run():
    text, _, _ = code.func_dump(lambda: 1)
    changed = text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:]

    with pytest.raises(FileError, match="elsewhere"):
        code.func_load(changed)


def test_things_of_a_module_by_name():
    names = {"one": lambda n=1: n}

    assert code.get_from_module("one", names, "number", True, {"n": 3}) == 3
    assert code.get_from_module({"name": "one", "n": 4}, names, "number") == 4
    assert code.get_from_module(names["one"], names, "number") is names["one"]
    with pytest.raises(UnknownNameError, match="two"):
        code.get_from_module("two", names, "number")


def test_lists_of_other_objects_have_other_ids():
    a, b = object(), object()

    assert code.object_list_uid([a, b]) != code.object_list_uid([b, a])
    assert code.object_list_uid(a) == code.object_list_uid([a])
    assert code.make_tuple(1, 2) == (1, 2)


@pytest.mark.parametrize(
    ("answers", "expected"), [("y", True), ("n", False), ("what,Y", True)]
)
def test_the_user_is_asked_until_the_answer_is_clear(monkeypatch, answers, expected):
    given = iter(answers.split(","))
    monkeypatch.setattr(builtins, "input", lambda question: next(given))

    assert code.ask_to_proceed_with_overwrite("a.h5") is expected
    assert list(given) == []


# --- files as dicts -------------------------------------------------------------------


def test_what_a_file_is_given_is_there_again(tmp_path):
    path = tmp_path / "a.h5"
    with H5Dict(path, mode="w") as file:
        file["x"] = np.arange(3.0)
        file["names"] = ["first", "second"]
        file["count"] = 4
        file["inner"]["w"] = np.ones(2)
        file.update({"text": "words"})

    with H5Dict(path, mode="r") as file:
        np.testing.assert_array_equal(file["x"], [0, 1, 2])
        assert (file["names"], file["count"]) == (["first", "second"], 4)
        assert file["text"] == "words"
        np.testing.assert_array_equal(file["inner"]["w"], [1, 1])
        assert sorted(file) == ["inner", "x"]
        assert file.get("nothing", 7) == 7


def test_long_lists_of_names_are_kept_in_pieces(tmp_path):
    names = [f"{'long' * 50}{i}" for i in range(500)]
    with H5Dict(tmp_path / "a.h5", mode="w") as file:
        file["names"] = names

        assert "names" in file
        assert file["names"] == names


def test_a_file_that_is_read_stays_as_it_is(tmp_path):
    with H5Dict(tmp_path / "a.h5", mode="w") as file:
        file["a"] = 1
    with H5Dict(tmp_path / "a.h5", mode="r") as file:
        with pytest.raises(StateError, match="writing"):
            file["b"] = 1
        with pytest.raises(StateError, match="'b'"):
            file["b"]


def test_a_dict_is_used_in_place():
    data: dict = {}
    file = H5Dict(data)
    file["a"] = 1
    file["inner"]["b"] = 2

    assert data == {"a": 1, "inner": {"b": 2}}
    assert H5Dict.is_supported_type(data)
    assert not H5Dict.is_supported_type(3)


# --- tests of layers ------------------------------------------------------------------


def test_a_sound_layer_passes():
    found = layer_test(layers.Dense, {"units": 3}, input_shape=(2, 4))

    assert found.shape == (2, 3)


def test_an_unexpected_output_fails():
    with pytest.raises(AssertionError, match="Not equal"):
        layer_test(
            layers.Activation,
            {"activation": "relu"},
            input_data=np.array([[-1.0, 1.0]], "float32"),
            expected_output=np.array([[-1.0, 1.0]]),
        )


def test_a_layer_that_forgets_its_settings_fails():
    class Scaled(layers.Layer):
        def __init__(self, factor=1.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x):
            return self.factor * x

        def get_config(self):
            return {"name": self.name}

    with pytest.raises(AssertionError, match="Not equal"):
        layer_test(Scaled, {"factor": 3.0}, input_shape=(2, 4))


def test_names_begin_anew_after_a_test():
    @keras_test
    def run():
        return layers.Dense(1).name

    utils.clear_session()

    assert run() == run() == "dense"
    assert isinstance(run, types.FunctionType)
