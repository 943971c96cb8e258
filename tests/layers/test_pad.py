"""Padding, cropping and upsampling do what NumPy does, and say what they cannot do."""

import jax
import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import ArgumentError, ShapeError

X = {
    1: np.arange(24.0, dtype=np.float32).reshape(2, 4, 3),
    2: np.arange(120.0, dtype=np.float32).reshape(2, 4, 5, 3),
    3: np.arange(240.0, dtype=np.float32).reshape(2, 4, 5, 2, 3),
}
FORMATS = ["channels_last", "channels_first"]


def as_format(array, data_format):
    """A channels-last array with its channels where `data_format` has them."""
    return array if data_format == "channels_last" else np.moveaxis(array, -1, 1)


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize(
    ("rank", "padding", "widths"),
    [
        (1, 2, [(2, 2)]),
        (1, (0, 3), [(0, 3)]),
        (2, 1, [(1, 1), (1, 1)]),
        (2, (1, 2), [(1, 1), (2, 2)]),
        (2, [[1, 0], [2, 3]], [(1, 0), (2, 3)]),
        (3, (1, (0, 2), 0), [(1, 1), (0, 2), (0, 0)]),
    ],
    ids=str,
)
def test_zero_padding_is_numpys(data_format, rank, padding, widths):
    layer = getattr(layers, f"ZeroPadding{rank}D")(padding, data_format)

    y = layer(as_format(X[rank], data_format))

    expected = np.pad(X[rank], [(0, 0), *widths, (0, 0)])
    np.testing.assert_array_equal(y, as_format(expected, data_format))


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize(
    ("rank", "cropping", "kept"),
    [
        (2, 1, np.s_[:, 1:-1, 1:-1]),
        (2, (0, 2), np.s_[:, :, 2:-2]),
        (2, ((3, 0), (0, 2)), np.s_[:, 3:, :-2]),
        (3, (1, (0, 2), 0), np.s_[:, 1:-1, :-2]),
    ],
    ids=str,
)
def test_cropping_is_a_slice(data_format, rank, cropping, kept):
    layer = getattr(layers, f"Cropping{rank}D")(cropping, data_format)

    y = layer(as_format(X[rank], data_format))

    np.testing.assert_array_equal(y, as_format(X[rank][kept], data_format))


def test_cropping_undoes_zero_padding():
    padded = layers.ZeroPadding1D((2, 3))(X[1])

    np.testing.assert_array_equal(layers.Cropping1D((2, 3))(padded), X[1])


@pytest.mark.parametrize(
    ("rank", "size"), [(1, 3), (2, (1, 3)), (2, 2), (3, (2, 1, 3))], ids=str
)
@pytest.mark.parametrize("data_format", FORMATS)
def test_upsampling_repeats(data_format, rank, size):
    options = {} if rank == 1 else {"data_format": data_format}
    data_format = options.get("data_format", "channels_last")
    layer = getattr(layers, f"UpSampling{rank}D")(size, **options)

    y = layer(as_format(X[rank], data_format))

    expected = X[rank]
    factors = (size,) * rank if isinstance(size, int) else size
    for axis, factor in enumerate(factors, 1):
        expected = np.repeat(expected, factor, axis)
    np.testing.assert_array_equal(y, as_format(expected, data_format))


def test_gradient_of_repetition_is_the_number_of_copies():
    layer = layers.UpSampling2D((2, 3))

    slope = jax.grad(lambda x: layer(x).sum())(X[2])

    np.testing.assert_array_equal(slope, np.full_like(X[2], 6))


def test_integers_stay_integers():
    x = X[2].astype(np.int32)

    assert layers.ZeroPadding2D()(x).dtype == np.int32
    assert layers.Cropping2D(1)(x).dtype == np.int32
    assert layers.UpSampling2D()(x).dtype == np.int32


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.ZeroPadding1D((1, 2, 3)), r"ZeroPadding1D\(padding=...\)"),
        (lambda: layers.ZeroPadding2D(-1), "0 or more"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), "2 integers, or 2 pairs"),
        (lambda: layers.ZeroPadding3D("same"), "3 integers, or 3 pairs"),
        (lambda: layers.ZeroPadding2D(((1, 2), (1, 2.5))), "2 integers"),
        (lambda: layers.Cropping2D(True), "an integer, 2 integers"),
        (lambda: layers.UpSampling1D(0), "a positive integer"),
        (lambda: layers.UpSampling2D((2, 0)), "of 1 or more"),
        (lambda: layers.UpSampling2D(2, interpolation="linear"), "'bilinear'"),
    ],
)
def test_senseless_arguments_are_rejected(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    "layer", [layers.Cropping1D(2), layers.Cropping1D((0, 9))], ids=str
)
def test_nothing_left_by_cropping_is_an_error(layer):
    with pytest.raises(ShapeError, match=r"positions on axis 1, but got \(2, 4, 3\)"):
        layer(X[1])


@pytest.mark.parametrize("name", ["ZeroPadding2D", "Cropping2D", "UpSampling2D"])
def test_image_without_channels_is_an_error_with_advice(name):
    inputs = layers.Input((28, 28))

    with pytest.raises(ShapeError, match=r"got \(None, 28, 28\)[^$]*x\[\.\.\., None\]"):
        getattr(layers, name)()(inputs)


@pytest.mark.parametrize("spelling", ["BILINEAR", "Bilinear"])
def test_interpolation_is_read_in_any_case(spelling):
    assert layers.UpSampling2D(interpolation=spelling).interpolation == "bilinear"
