"""Operations of pictures, against NumPy, SciPy and the standard library."""

import colorsys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

from keryx import layers, ops
from keryx._core.errors import ArgumentError, DataError, ShapeError

RNG = np.random.default_rng(2)
X = RNG.random((2, 6, 5, 3)).astype("float32")


def test_hsv_is_that_of_the_standard_library():
    expected = [colorsys.rgb_to_hsv(*map(float, p)) for p in X.reshape(-1, 3)]

    found = ops.image.rgb_to_hsv(X)

    np.testing.assert_allclose(found, np.reshape(expected, X.shape), atol=1e-5)
    np.testing.assert_allclose(ops.image.hsv_to_rgb(found), X, atol=1e-5)


def test_hsv_of_black_has_a_finite_gradient():
    slope = jax.grad(lambda x: ops.image.rgb_to_hsv(x).sum())(jnp.zeros((1, 1, 3)))

    assert np.isfinite(slope).all()


@pytest.mark.parametrize("size", [(3, 3), (5, 3), (4, 4)], ids=str)
def test_blur_is_a_convolution_with_a_gaussian(size):
    sigma = (1.0, 0.7)
    windows = [
        np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / s) ** 2)
        for n, s in zip(size, sigma, strict=True)
    ]
    kernel = np.outer(*windows) / np.outer(*windows).sum()
    origin = [-1 if n % 2 == 0 else 0 for n in size]
    expected = np.stack(
        [ndimage.correlate(c, kernel, mode="constant", origin=origin)
         for c in np.moveaxis(X[0], -1, 0)], -1,
    )  # fmt: skip

    np.testing.assert_allclose(
        ops.image.gaussian_blur(X, size, sigma)[0], expected, atol=1e-5
    )


@pytest.mark.parametrize("mode", ["constant", "nearest", "mirror"])
def test_affine_transforms_are_those_of_scipy(mode):
    # SciPy blends towards the fill value for "grid-constant" only.
    theirs = "grid-constant" if mode == "constant" else mode
    matrix, offset = np.array([[0.9, 0.2], [-0.1, 1.1]]), np.array([0.7, -0.4])
    expected = ndimage.affine_transform(
        X[0, ..., 0], matrix, offset, order=1, mode=theirs, cval=0.5
    )
    parameters = [1.1, -0.1, -0.4, 0.2, 0.9, 0.7, 0, 0]

    found = ops.image.affine_transform(
        X[0], np.array(parameters, "float32"), fill_mode=mode, fill_value=0.5
    )

    np.testing.assert_allclose(found[..., 0], expected, atol=1e-5)


def test_perspective_takes_start_points_to_end_points():
    image = np.zeros((9, 9, 1), "float32")
    start = np.array([[1, 1], [7, 1], [1, 7], [7, 7]], "float32")
    end = np.array([[2, 1], [6, 2], [1, 6], [7, 7]], "float32")
    for place, (x, y) in enumerate(start.astype(int)):
        image[y, x] = place + 1

    seen = np.asarray(ops.image.perspective_transform(image, start, end, "nearest"))

    assert [seen[int(y), int(x), 0] for x, y in end] == [1, 2, 3, 4]


def test_patches_hold_the_pixels_of_their_rectangles():
    patches = np.asarray(ops.image.extract_patches(X, (2, 3), strides=1))

    assert patches.shape == (2, 5, 3, 18)
    np.testing.assert_allclose(patches[1, 2, 1], X[1, 2:4, 1:4].ravel(), atol=1e-6)


def test_cropping_undoes_padding():
    sides = (1, 2, 3, 0)

    there = ops.image.pad_images(X, *sides)

    assert there.shape == (2, 10, 7, 3)
    np.testing.assert_array_equal(ops.image.crop_images(there, *sides), X)


def test_equal_pictures_are_alike():
    picture = np.tile(X, (1, 2, 3, 1))

    np.testing.assert_allclose(ops.image.ssim(picture, picture), [1, 1], rtol=1e-5)


def test_whole_numbers_are_rounded_and_cut():
    step = np.array([[[0], [255]]], "uint8")

    found = ops.image.resize(step, (1, 8), "bicubic")

    assert found.dtype == "uint8"
    assert (np.diff(np.asarray(found, int)[0, :, 0]) >= 0).all()


def test_operations_take_symbolic_tensors():
    pictures = layers.Input((None, 5, 3))

    assert ops.image.resize(pictures, (4, 7)).shape == (None, 4, 7, 3)
    assert ops.image.rgb_to_grayscale(pictures).shape == (None, None, 5, 1)


MISTAKES = {
    "interpolation": (
        lambda: ops.image.resize(X, (2, 2), "linear"), ArgumentError, "bilinear"
    ),
    "rank": (lambda: ops.image.resize(X[0, 0], (2, 2)), ShapeError, "three axes"),
    "channels": (
        lambda: ops.image.rgb_to_hsv(X[..., :2]), ShapeError, "three channels"
    ),
    "bytes": (
        lambda: ops.image.rgb_to_hsv((255 * X).astype("uint8")),
        DataError,
        "Divide by 255",
    ),
    "parameters": (
        lambda: ops.image.affine_transform(X, np.ones((3, 8))),
        ShapeError,
        r"\(8,\) or \(batch, 8\)",
    ),
    "too many borders": (
        lambda: ops.image.pad_images(X, 1, 1, 1, 1, target_height=9),
        ArgumentError,
        "both of them",
    ),
    "nothing left": (
        lambda: ops.image.crop_images(X, 4, 0, 4, 0), ArgumentError, "below zero"
    ),
    "coordinates": (
        lambda: ops.image.map_coordinates(X, np.ones((2, 3)), 1),
        ShapeError,
        r"\(4, \.\.\.\)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_explained(mistake):
    do, error, words = MISTAKES[mistake]

    with pytest.raises(error, match=words):
        do()
