"""Conversions, writing to parts of arrays, branches and loops."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import ops
from keryx._core.errors import ArgumentError
from keryx._core.variable import Variable


def test_convert_to_numpy_gives_a_copy_that_can_be_written():
    v = Variable([1.0, 2.0])

    copy = ops.convert_to_numpy(v)
    copy[0] = 9.0

    assert v.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("dtype", "expected"), [("int8", [-128, 127]), ("uint8", [0, 255])]
)
def test_saturate_cast_stops_at_the_ends_of_the_type(dtype, expected):
    assert ops.saturate_cast([-1e9, 1e9], dtype).tolist() == expected


def test_scatter_update_refuses_an_unknown_reduction():
    with pytest.raises(ArgumentError, match="`scatter_update.reduction=...."):
        ops.scatter_update([1.0], [[0]], [1.0], reduction="mean")


def test_scatter_update_is_assignment_by_index():
    x, expected = np.zeros((3, 4), "float32"), np.zeros((3, 4), "float32")
    expected[[0, 2]] = np.ones((2, 4))

    np.testing.assert_array_equal(
        ops.scatter_update(x, [[0], [2]], np.ones((2, 4))), expected
    )


def test_slice_update_is_assignment_to_a_slice():
    x = np.arange(12).reshape(3, 4)
    expected = x.copy()
    expected[1:3, 2:4] = -1

    updated = ops.slice_update(x, (1, 2), -np.ones((2, 2), int))

    np.testing.assert_array_equal(updated, expected)


def test_condition_that_is_known_runs_its_own_branch_only():
    def wrong():
        raise AssertionError("the other branch ran")

    assert ops.cond(True, lambda: 1, wrong) == 1
    assert ops.cond(jnp.array(0), wrong, lambda: 2) == 2


def test_condition_of_a_compiled_function_is_decided_when_it_runs():
    @jax.jit
    def size(x):
        return ops.cond(x > 0, lambda: x, lambda: -x)

    assert size(-2.0) == 2.0
    assert size(3.0) == 3.0


@pytest.mark.parametrize("form", [list, tuple])
def test_while_loop_returns_the_form_it_was_given(form):
    start = form([0, 1.0])

    end = ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), start)

    assert end == form([3, 8.0])


@pytest.mark.parametrize(("limit", "expected"), [(0, 0), (2, 2), (None, 5)])
def test_while_loop_stops_after_the_maximum(limit, expected):
    end = ops.while_loop(
        lambda i: i < 5, lambda i: i + 1, (0,), maximum_iterations=limit
    )

    assert end == (expected,)


def test_map_and_vectorized_map_agree():
    x = jnp.arange(6.0).reshape(3, 2)

    one_by_one, at_once = (f(jnp.sum, x) for f in (ops.map, ops.vectorized_map))

    np.testing.assert_array_equal(one_by_one, x.sum(1))
    np.testing.assert_array_equal(at_once, x.sum(1))


def test_vectorize_leaves_excluded_arguments_alone():
    scale = ops.vectorize(lambda x, table: x * len(table), excluded={1})

    assert scale([1.0, 2.0], "abc").tolist() == [3.0, 6.0]


def test_stop_gradient_has_no_slope():
    slope = jax.grad(lambda x: x * ops.stop_gradient(x))(3.0)

    assert slope == 3.0


def test_custom_gradient_is_used_in_place_of_the_true_one():
    doubled = ops.custom_gradient(lambda x: (x * x, lambda upstream: 100 * upstream))

    assert doubled(Variable(3.0)) == 9.0
    assert jax.grad(doubled)(3.0) == 100.0
