"""Pooling: against windows cut out one by one in NumPy."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx._core.errors import ArgumentError, ShapeError
from keryx.ops import _pool_forms as forms
from keryx.ops._pool import (
    adaptive_average_pool,
    adaptive_max_pool,
    average_pool,
    max_pool,
)

# size, pool, strides, padding
CASES = {
    "tiling": ((6, 4), (2, 2), None, "valid"),
    "tiling with a rest": ((7, 5), (3, 2), None, "valid"),
    "overlapping": ((7, 6), (3, 3), (2, 1), "valid"),
    "gaps": ((9,), (2,), (3,), "valid"),
    "same": ((7, 5), (3, 3), (2, 2), "same"),
    "same at stride 1": ((5,), (4,), (1,), "same"),
    "same with gaps": ((8,), (2,), (3,), "same"),
    "large and tiling": ((13, 15), (6, 7), None, "valid"),
    "large": ((40,), (35,), (2,), "same"),
    "volume": ((4, 3, 5), (2, 2, 3), (2, 1, 2), "same"),
}


def windows_of(size, pool, strides, padding):
    """Yields each output's place and the slices of its real inputs."""
    axes = []
    for n, k, s in zip(size, pool, strides or pool, strict=True):
        count = -(-n // s) if padding == "same" else (n - k) // s + 1
        low = max((count - 1) * s + k - n, 0) // 2 if padding == "same" else 0
        axes.append(
            [(o, slice(max(o * s - low, 0), o * s - low + k)) for o in range(count)]
        )
    for window in itertools.product(*axes):
        places, slices = zip(*window, strict=True)
        yield places, slices


def by_hand(reduce, x, name):
    windows = list(windows_of(*CASES[name]))
    shape = [max(axis) + 1 for axis in zip(*(at for at, _ in windows), strict=True)]
    y = np.zeros((len(x), *shape, x.shape[-1]), np.float32)
    space = tuple(range(1, x.ndim - 1))
    for places, slices in windows:
        y[:, *places] = reduce(np.asarray(x)[:, *slices], axis=space)
    return y


def inputs_of(name):
    size = CASES[name][0]
    return jnp.asarray(
        np.random.default_rng(0).permutation(np.prod((2, *size, 3))), jnp.float32
    ).reshape(2, *size, 3)


@pytest.mark.parametrize(
    ("function", "reduce"), [(max_pool, np.max), (average_pool, np.mean)]
)
@pytest.mark.parametrize("name", CASES)
def test_pools_reduce_the_real_values_of_each_window(function, reduce, name):
    x = inputs_of(name)

    y = jax.jit(lambda x: function(x, *CASES[name][1:]))(x)

    np.testing.assert_allclose(y, by_hand(reduce, x, name), rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_gradient_of_max_pool_goes_to_the_largest(name):
    x = inputs_of(name)
    y = by_hand(np.max, x, name)
    grad = np.random.default_rng(1).normal(size=y.shape).astype(np.float32)

    found = jax.jit(jax.grad(lambda x: jnp.vdot(max_pool(x, *CASES[name][1:]), grad)))(
        x
    )

    expected = np.zeros(x.shape, np.float32)
    for places, slices in windows_of(*CASES[name]):
        window = np.asarray(x)[:, *slices]
        largest = window.max(axis=tuple(range(1, x.ndim - 1)), keepdims=True)
        share = grad[:, *places].reshape(largest.shape)
        expected[:, *slices] += (window == largest) * share
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_gradient_of_average_pool_goes_to_all_alike(name):
    x = inputs_of(name)
    y = by_hand(np.mean, x, name)
    grad = np.random.default_rng(1).normal(size=y.shape).astype(np.float32)

    def loss(x):
        return jnp.vdot(average_pool(x, *CASES[name][1:]), grad)

    found = jax.jit(jax.grad(loss))(x)

    expected = np.zeros(x.shape, np.float32)
    for places, slices in windows_of(*CASES[name]):
        view = expected[:, *slices]
        share = grad[:, *places] / np.prod(view.shape[1:-1])
        view += share.reshape(len(x), *[1] * (x.ndim - 2), 3)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_first_of_equals_takes_the_gradient_of_each_window():
    x = jnp.ones((1, 4, 1))

    grad = jax.grad(lambda x: jnp.sum(max_pool(x, 3, 1)))(x)

    assert grad[0, :, 0].tolist() == [1.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("function", [max_pool, average_pool])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_nan_reaches_its_windows_and_no_others(function, padding):
    x = jnp.zeros((1, 6, 1)).at[0, 1].set(jnp.nan)

    y = function(x, 2, 2, padding)

    assert jnp.isnan(y[0, :, 0]).tolist() == [True, False, False]


def test_nan_takes_the_gradient_of_its_window():
    x = jnp.array([1.0, jnp.nan, 3.0, 2.0]).reshape(1, 4, 1)

    grad = jax.grad(lambda x: jnp.sum(max_pool(x, 2)))(x)

    assert grad[0, :, 0].tolist() == [0.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("size", [2, 20], ids=["sliced", "tiled"])
def test_first_of_equals_in_a_tile_takes_the_gradient(size):
    x = jnp.zeros((1, size, size, 1))

    grad = jax.jit(jax.grad(lambda x: jnp.sum(max_pool(x, size))))(x)

    assert jnp.argwhere(grad[0, :, :, 0]).tolist() == [[0, 0]]


def test_population_of_pools_is_one_after_the_other():
    x = jnp.stack([inputs_of("same"), -inputs_of("same")])

    def grad(x):
        return jax.grad(lambda x: jnp.sum(max_pool(x, 3, 2, "same") ** 2))(x)

    found = jax.jit(jax.vmap(grad))(x)

    np.testing.assert_array_equal(found, [jax.jit(grad)(one) for one in x])


@pytest.mark.parametrize("function", [max_pool, average_pool, adaptive_max_pool])
def test_channels_first_is_channels_last_with_axes_moved(function):
    x = inputs_of("same")

    y = function(jnp.moveaxis(x, -1, 1), 2, data_format="channels_first")

    np.testing.assert_array_equal(jnp.moveaxis(y, 1, -1), function(x, 2))


@pytest.mark.parametrize(
    ("function", "reduce"),
    [(adaptive_max_pool, np.max), (adaptive_average_pool, np.mean)],
)
@pytest.mark.parametrize("windows", [(3, 5), (7, 1), (9, 2)], ids=str)
def test_adaptive_pools_cover_the_inputs_evenly(function, reduce, windows):
    x = inputs_of("same")  # 7 by 5

    y = jax.jit(function, static_argnums=1)(x, windows)

    expected = np.zeros((2, *windows, 3), np.float32)
    for i, j in np.ndindex(windows):
        rows = slice(i * 7 // windows[0], -(-(i + 1) * 7 // windows[0]))
        columns = slice(j * 5 // windows[1], -(-(j + 1) * 5 // windows[1]))
        expected[:, i, j] = reduce(np.asarray(x)[:, rows, columns], axis=(1, 2))
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_adaptive_average_keeps_infinity_in_its_window():
    x = jnp.zeros((1, 6, 1)).at[0, 5].set(jnp.inf)

    assert adaptive_average_pool(x, 4)[0, :, 0].tolist() == [0.0, 0.0, 0.0, jnp.inf]


def test_integers_stay_in_max_pool_and_become_floats_in_average_pool():
    x = jnp.array([-3, -5, -4]).reshape(1, 3, 1)

    largest, mean = max_pool(x, 2, 2, "same"), average_pool(x, 2, 2, "same")

    assert (largest.dtype, largest[0, :, 0].tolist()) == ("int32", [-3, -4])
    assert (mean.dtype, mean[0, :, 0].tolist()) == ("float32", [-4.0, -4.0])


def test_lowest_is_below_all_numbers_of_the_type():
    lowest = [forms.lowest(np.dtype(kind)) for kind in ("float16", "int8", "bool")]

    assert lowest == [-np.inf, -128, False]


def test_window_longer_than_the_inputs_is_rejected():
    with pytest.raises(ShapeError, match="at least as long as a window"):
        max_pool(jnp.ones((1, 2, 1)), 3)


def test_inputs_without_space_are_rejected():
    with pytest.raises(ShapeError, match="one to three spatial axes"):
        average_pool(jnp.ones((2, 3)), 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pool_size": 0}, "pool_size"),
        ({"pool_size": 2, "strides": (1, 2)}, "strides"),
        ({"pool_size": 2, "padding": "full"}, "padding"),
    ],
)
def test_unknown_options_are_rejected(options, message):
    with pytest.raises(ArgumentError, match=message):
        max_pool(jnp.ones((1, 5, 2)), **options)
