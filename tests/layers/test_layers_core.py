"""Functions as layers, masks, lookups, merging, and shapes that are not known."""

import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers
from keryx._core import serial
from keryx._core.errors import FileError
from keryx._core.registry import register_keras_serializable
from keryx._graph import masks
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor

STEPS = np.array([[[1.0, 2.0], [0.0, 0.0]], [[0.0, 3.0], [4.0, 0.0]]], "float32")


@register_keras_serializable("tests")
def scaled(x, factor=2.0):
    return x * factor


def test_a_registered_function_survives_the_file():
    layer = layers.Lambda(scaled, arguments={"factor": 3.0})

    again = serial.deserialize(serial.serialize(layer))

    np.testing.assert_allclose(again(np.ones(2)), 3.0)


CODE = {"class_name": "__lambda__", "config": {"code": "4wEAAA==", "defaults": None}}


def test_code_in_a_configuration_is_not_run():
    with pytest.raises(FileError, match="(?s)never run.*custom_objects={'double'"):
        layers.Lambda.from_config({"name": "double", "function": CODE})


def test_a_custom_object_takes_the_place_of_code():
    config = layers.Lambda(scaled, name="double").get_config() | {"function": CODE}
    data = {"module": "keras.layers", "class_name": "Lambda", "config": config}

    layer = serial.deserialize(data, {"double": lambda x: x * 2})

    np.testing.assert_allclose(layer(np.ones(2)), 2.0)


def test_lambda_hands_mask_and_training_to_a_function_that_asks():
    seen = {}

    def function(x, mask=None, training=None):
        seen.update(mask=mask, training=training)
        return x

    layers.Lambda(function)(layers.Masking()(STEPS), training=True)

    assert seen["training"] is True
    np.testing.assert_array_equal(seen["mask"], [[True, False], [True, True]])


def test_masking_zeroes_and_masks_the_steps_of_one_value():
    y = layers.Masking(0.0)(STEPS)

    np.testing.assert_array_equal(y, STEPS)
    np.testing.assert_array_equal(masks.get(y), [[True, False], [True, True]])


@pytest.mark.parametrize("mask_zero", [True, False])
def test_embedding_masks_zeros_if_told_to(mask_zero):
    y = layers.Embedding(3, 2, mask_zero=mask_zero)(np.array([[1, 0]]))

    mask = masks.get(y)
    assert mask.tolist() == [[True, False]] if mask_zero else mask is None


@pytest.mark.parametrize("wrap", [list, lambda table: table[0]])
def test_embedding_begins_with_given_vectors_which_no_configuration_holds(wrap):
    table = np.arange(6.0).reshape(3, 2)

    layer = layers.Embedding(3, 2, weights=wrap([table]))

    np.testing.assert_array_equal(layer(np.array([2, 0])), table[[2, 0]])
    assert "weights" not in layer.get_config()


def test_embedding_takes_whole_numbers_as_floats_even_in_half_precision():
    layer = layers.Embedding(5000, 1, dtype="mixed_float16")
    layer.build_from_config({"input_shape": (None, 1)})
    layer.set_weights([np.arange(5000.0)[:, None] / 5000])

    y = layer(np.array([[4097.0]], "float32"))

    assert y.dtype == "float16"
    assert float(y[0, 0, 0]) == pytest.approx(4097 / 5000, rel=1e-3)


@pytest.mark.parametrize(
    ("layer", "shapes", "expected"),
    [
        (layers.Add(), [(None,), (4,)], (None, 4)),
        (layers.Add(), [(None, 3), (5, 1)], (None, 5, 3)),
        (layers.Add(), [(3,), (None, 3)], (None, None, 3)),
        (layers.Concatenate(), [(None, 3), (4, 2)], (None, 4, 5)),
        (layers.Concatenate(1), [(None, 3), (4, 3)], (None, None, 3)),
        (layers.Dot(2), [(None, 3), (None, 3)], (None, None, None)),
        (layers.EinsumDense("abc,cd->abd", (None, 6)), [(None, 3)], (None, None, 6)),
        (layers.Flatten(), [(None, 3)], (None, None)),
        (layers.Reshape((10,)), [(None, 3)], (None, 10)),
        (layers.Reshape((-1, 2)), [(None, 3)], (None, None, 2)),
        (layers.Reshape((-1, 2)), [(4, 3)], (None, 6, 2)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_unknown_sizes_stay_unknown_where_nothing_says_them(layer, shapes, expected):
    symbols = [layers.Input(shape) for shape in shapes]

    y = layer(symbols if len(symbols) > 1 else symbols[0])

    assert y.shape == expected


@pytest.mark.parametrize("layer", [layers.Reshape((2, 2)), layers.Add()], ids=str)
def test_whole_numbers_keep_their_type(layer):
    several = isinstance(layer, layers.Add)
    x = np.ones((3, 4), "int32")
    symbol = layers.Input((4,), dtype="int32")

    assert layer([x, x] if several else x).dtype == "int32"
    assert layer([symbol, symbol] if several else symbol).dtype == "int32"


def test_the_fixed_batch_size_of_one_input_does_not_clash_with_a_free_one():
    y = layers.Add()([layers.Input((3,)), layers.Input((3,), batch_size=32)])

    assert y.shape == (None, 3)


def test_a_layer_s_own_compute_output_spec_is_believed():
    class Halves(Layer):
        def compute_output_spec(self, inputs):
            return KerasTensor((*inputs.shape[:-1], inputs.shape[-1] // 2), "int32")

        def call(self, inputs):
            raise AssertionError("not called")

    y = Halves()(layers.Input((6,)))

    assert (y.shape, y.dtype) == ((None, 3), "int32")
    assert Halves().compute_output_shape((None, 6)) == (None, 3)


@pytest.mark.parametrize("samples", [1, 4])
def test_activity_penalties_do_not_grow_with_the_batch(samples):
    layer = layers.ActivityRegularization(l1=0.5, l2=0.25)

    layer(np.full((samples, 3), 2.0))

    assert [float(loss) for loss in layer.losses] == [3 * (0.5 * 2 + 0.25 * 4)]


def test_parametric_slopes_are_shared_along_the_given_axes():
    layer = layers.PReLU(shared_axes=[1, 2])

    layer(np.ones((2, 5, 5, 3)))

    assert layer.alpha.shape == (1, 1, 3)


def test_softmax_of_a_row_without_anything_is_zero():
    y = layers.Softmax()(np.ones((2, 2)), mask=np.array([[True, False], [False] * 2]))

    np.testing.assert_array_equal(y, [[1, 0], [0, 0]])


def test_flatten_gives_both_orders_of_the_axes_the_same_numbers():
    x = np.arange(24.0).reshape(2, 3, 4)

    last = layers.Flatten()(x)
    first = layers.Flatten("channels_first")(jnp.moveaxis(x, -1, 1))

    np.testing.assert_array_equal(first, last)


def test_wrapper_holds_the_weights_of_the_layer_inside():
    layer = layers.Wrapper(layers.Dense(3, name="inner"), name="outer")

    layer(np.ones((2, 4)))

    assert [w.path for w in layer.weights] == ["outer/inner/kernel", "outer/inner/bias"]


@pytest.mark.parametrize(
    "config",
    ["tanh", {"module": "builtins", "class_name": "function", "config": "tanh"}],
    ids=["name", "function"],
)
def test_lambda_of_a_named_activation_is_found_by_its_name(config):
    layer = layers.Lambda.from_config({"name": "x", "function": config})

    np.testing.assert_allclose(layer(np.ones(2)), np.tanh(1), rtol=1e-6)
