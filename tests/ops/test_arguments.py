"""Operations take lists, numbers, variables and symbolic tensors as well as arrays."""

import jax.numpy as jnp
import numpy as np
import pytest

from keryx import ops
from keryx._core.variable import Variable
from keryx.layers import Input

UNKNOWN = [
    ("sin", (), (None, 4)),
    ("add", (1.0,), (None, 4)),
    ("mean", (-1,), (None,)),
    ("reshape", ((-1, 2, 2),), (None, 2, 2)),
    ("reshape", ((None, 4),), (None, 4)),
    ("expand_dims", (1,), (None, 1, 4)),
    ("softmax", (), (None, 4)),
    ("transpose", (), (4, None)),
    ("normalize", (), (None, 4)),
    ("rearrange", ("b (h w) -> b w h",), (None, 2, 2)),
]


@pytest.mark.parametrize(("name", "rest", "shape"), UNKNOWN, ids=str)
def test_symbolic_tensors_give_symbolic_tensors_of_the_right_shape(name, rest, shape):
    kwargs = {"h": 2} if name == "rearrange" else {}

    y = getattr(ops, name)(Input((4,)), *rest, **kwargs)

    assert ops.shape(y) == shape
    assert not ops.is_tensor(y)


def test_several_results_of_a_symbolic_tensor_are_symbolic():
    first, second = ops.split(Input((4,)), 2, axis=1)

    assert ops.shape(first) == ops.shape(second) == (None, 2)


def test_shape_and_axes_of_a_symbolic_tensor_are_plain_python():
    x = Input((4, 5))

    assert ops.shape(x) == (None, 4, 5)
    assert ops.ndim(x) == 3
    assert ops.dtype(x) == "float32"
    assert ops.convert_to_tensor(x) is x


@pytest.mark.parametrize("name", ["sin", "sum", "sort", "relu", "softmax", "sqrt"])
def test_lists_and_variables_are_arrays(name):
    function = getattr(ops, name)
    expected = function(np.array([1.0, 2.0], "float32"))

    from_list, from_variable = function([1.0, 2.0]), function(Variable([1.0, 2.0]))

    np.testing.assert_array_equal(from_list, expected)
    np.testing.assert_array_equal(from_variable, expected)


def test_variables_inside_lists_are_unwrapped():
    joined = ops.concatenate([Variable([1.0]), [2.0]])

    assert joined.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("name", ["add", "multiply", "power", "maximum", "arctan2"])
def test_python_numbers_take_the_float_type_of_the_array(name, dtype):
    result = getattr(ops, name)(jnp.ones(2, dtype), 2.5)

    assert result.dtype == dtype


@pytest.mark.parametrize("dtype", ["int64", "float64", "uint64"])
def test_64_bits_mean_32_without_a_warning(dtype):
    assert ops.cast([1.0], dtype).dtype == dtype.replace("64", "32")
    assert ops.zeros((1,), dtype).dtype == dtype.replace("64", "32")


def test_names_of_operations_are_those_of_the_module():
    renamed = {
        name: function.__name__
        for name, function in vars(ops).items()
        if callable(function) and function.__name__ != name
    }

    assert renamed == {
        "bitwise_left_shift": "left_shift",
        "bitwise_right_shift": "right_shift",
    }


def test_every_operation_says_what_it_does():
    silent = [
        name
        for name, function in vars(ops).items()
        if callable(function) and not function.__doc__
    ]

    assert silent == []
