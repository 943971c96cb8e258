"""Pooling gives what loops over windows give."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
FORMATS = ["channels_last", "channels_first"]


def as_format(array, data_format):
    """A channels-last array with its channels where `data_format` has them."""
    return array if data_format == "channels_last" else np.moveaxis(array, -1, 1)


def windows(x, size, strides):
    """The whole windows of channels-last inputs, by the place of their output."""
    counts = [
        (n - k) // s + 1 for n, k, s in zip(x.shape[1:-1], size, strides, strict=True)
    ]
    for place in itertools.product(*map(range, counts)):
        corner = [i * s for i, s in zip(place, strides, strict=True)]
        index = tuple(slice(c, c + k) for c, k in zip(corner, size, strict=True))
        yield place, x[:, *index]


@pytest.mark.parametrize(("kind", "reduce"), [("Max", np.max), ("Average", np.mean)])
@pytest.mark.parametrize(
    ("size", "strides"), [((2,), (2,)), ((3, 2), (1, 2)), ((2, 1, 2), (1, 1, 2))]
)
@pytest.mark.parametrize("data_format", FORMATS)
def test_pooling_reduces_each_window(kind, reduce, size, strides, data_format):
    rank = len(size)
    x = RNG.normal(size=(2, *(5, 4, 4)[:rank], 3)).astype(np.float32)
    layer = getattr(layers, f"{kind}Pooling{rank}D")(
        size, strides, data_format=data_format
    )

    y = np.asarray(layer(as_format(x, data_format)))

    y = y if data_format == "channels_last" else np.moveaxis(y, 1, -1)
    axes = tuple(range(1, rank + 1))
    found = dict(windows(x, size, strides))
    assert y[0, ..., 0].size == len(found)
    for place, window in found.items():
        np.testing.assert_allclose(y[:, *place], reduce(window, axes), rtol=1e-5)


def test_zeros_outside_are_not_larger_than_negative_inputs():
    x = np.array([-3.0, -2.0, -1.0], np.float32).reshape(1, 3, 1)

    y = layers.MaxPooling1D(2, padding="Same")(x)

    assert y[0, :, 0].tolist() == [-2.0, -1.0]


def test_what_lies_outside_is_not_averaged():
    x = np.full((1, 5, 5, 1), 7.0, np.float32)

    y = layers.AveragePooling2D(3, strides=2, padding="same")(x)

    np.testing.assert_allclose(y, 7.0, rtol=1e-6)


def test_gradient_of_max_pooling_goes_to_the_largest():
    x = np.array([1.0, 5.0, 2.0, 3.0], np.float32).reshape(1, 4, 1)

    slope = jax.grad(lambda x: layers.MaxPooling1D(2)(x).sum())(x)

    assert slope[0, :, 0].tolist() == [0.0, 1.0, 0.0, 1.0]


def test_strides_are_the_window_if_left_out():
    assert layers.MaxPooling2D((3, 2)).strides == (3, 2)


@pytest.mark.parametrize(("kind", "reduce"), [("Max", np.max), ("Average", np.mean)])
@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("data_format", FORMATS)
def test_global_pooling_reduces_all_of_space(kind, reduce, rank, keepdims, data_format):
    x = RNG.normal(size=(2, *(4, 3, 5)[:rank], 6)).astype(np.float32)
    layer = getattr(layers, f"Global{kind}Pooling{rank}D")(data_format, keepdims)

    y = layer(as_format(x, data_format))

    expected = reduce(x, tuple(range(1, rank + 1)), keepdims=keepdims)
    expected = as_format(expected, data_format) if keepdims else expected
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_masked_steps_do_not_count_in_the_mean():
    x = RNG.normal(size=(2, 4, 3)).astype(np.float32)
    mask = np.array([[True, True, False, False], [False, True, True, True]])

    y = layers.GlobalAveragePooling1D()(x, mask=mask)

    expected = [x[0, :2].mean(0), x[1, 1:].mean(0)]
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_sample_without_a_real_step_gives_zeros_and_no_nan_gradient():
    layer, mask = layers.GlobalAveragePooling1D(), np.zeros((1, 3), bool)

    y, slope = jax.value_and_grad(lambda x: layer(x, mask=mask).sum())(
        jnp.ones((1, 3, 2))
    )

    assert y == 0.0
    np.testing.assert_array_equal(slope, np.zeros((1, 3, 2)))


def test_mask_ends_at_the_mean_over_time():
    assert layers.GlobalAveragePooling1D().compute_mask(None, np.ones((1, 3))) is None


@pytest.mark.parametrize(("kind", "reduce"), [("Max", np.max), ("Average", np.mean)])
def test_adaptive_pooling_covers_the_inputs_evenly(kind, reduce):
    x = RNG.normal(size=(2, 7, 3)).astype(np.float32)

    y = getattr(layers, f"Adaptive{kind}Pooling1D")(3)(x)

    parts = [slice(0, 3), slice(2, 5), slice(4, 7)]
    expected = np.stack([reduce(x[:, part], 1) for part in parts], 1)
    np.testing.assert_allclose(y, expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["AveragePooling2D", "GlobalAveragePooling2D"])
def test_means_of_integers_are_floats(name):
    x = np.array([0, 1, 2, 4], np.int32).reshape(1, 2, 2, 1)

    y = getattr(layers, name)()(x)

    assert y.dtype == np.float32
    assert y.ravel().tolist() == [1.75]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.MaxPooling2D(0), r"MaxPooling2D\(pool_size=...\)"),
        (lambda: layers.MaxPooling2D((2, 2, 2)), "2 integers"),
        (lambda: layers.AveragePooling1D(2, strides=0), "strides"),
        (lambda: layers.MaxPooling1D(2, padding="causal"), "'valid', 'same'"),
        (lambda: layers.MaxPooling1D(2, data_format="first"), "channels_first"),
        (lambda: layers.AdaptiveMaxPooling2D((2, 0)), "of 1 or more"),
    ],
)
def test_senseless_arguments_are_rejected(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    "name",
    [
        "MaxPooling2D",
        "AveragePooling2D",
        "GlobalMaxPooling2D",
        "GlobalAveragePooling2D",
    ],
)
def test_image_without_channels_is_an_error_with_advice(name):
    with pytest.raises(
        ShapeError,
        match=rf"'one' \({name}\): .*got \(None, 8, 8\)[^$]*x\[\.\.\., None\]",
    ):
        getattr(layers, name)(name="one")(layers.Input((8, 8)))


def test_window_larger_than_the_inputs_is_an_error_with_advice():
    with pytest.raises(ShapeError, match=r"window \(3, 3\).*(?s:.)*same"):
        layers.MaxPooling2D(3)(np.ones((1, 2, 4, 1), np.float32))


def test_window_larger_than_the_inputs_fits_with_padding():
    y = layers.MaxPooling2D(3, padding="same")(np.ones((1, 2, 2, 1), np.float32))

    assert y.shape == (1, 1, 1, 1)
