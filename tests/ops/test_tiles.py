"""Convolutions and products on the tile unit equal plain ones in float64."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx.ops import _kernels, _product_rules, _tiles
from keryx.ops._conv_forms import plain
from keryx.ops._conv_geometry import Geometry

needs_tiles = pytest.mark.skipif(
    not _kernels.available(), reason="this processor has no tile unit"
)

# Images, height, width, channels; taps; filters; zeros around; distances of taps.
SHAPES = [
    ((2, 13, 13, 32), (3, 3), 64, ((0, 0), (0, 0)), (1, 1)),
    ((3, 7, 9, 32), (3, 3), 16, ((1, 1), (1, 1)), (1, 1)),
    ((1, 11, 11, 5), (3, 3), 7, ((1, 1), (1, 1)), (1, 1)),
    ((2, 28, 28, 1), (5, 5), 32, ((2, 2), (2, 2)), (1, 1)),
    ((2, 17, 19, 48), (3, 2), 40, ((2, 1), (0, 1)), (2, 1)),
    ((2, 17, 19, 48), (3, 2), 40, ((2, 1), (2, 1)), (2, 3)),
    ((1, 60, 40, 64), (3, 3), 64, ((1, 1), (1, 1)), (1, 1)),
    ((1, 10, 10, 300), (3, 3), 160, ((1, 1), (1, 1)), (1, 1)),
    ((5, 9, 9, 16), (5, 5), 33, ((2, 2), (2, 2)), (1, 1)),
    ((1, 1, 40, 12), (1, 7), 20, ((0, 0), (3, 3)), (1, 1)),
    ((1, 130, 1, 784), (1, 1), 512, ((0, 0), (0, 0)), (1, 1)),
    ((1, 33, 1, 100), (1, 1), 10, ((0, 0), (0, 0)), (1, 1)),
    ((40, 3, 3, 70), (1, 1), 90, ((0, 0), (0, 0)), (1, 1)),
    # Few rows, and few channels.
    ((1, 32, 1, 1000), (1, 1), 131, ((0, 0), (0, 0)), (1, 1)),
    ((13, 1, 1, 65), (1, 1), 500, ((0, 0), (0, 0)), (1, 1)),
    ((1, 1, 1, 2001), (1, 1), 47, ((0, 0), (0, 0)), (1, 1)),
    ((1, 48, 1, 70), (1, 1), 16, ((0, 0), (0, 0)), (1, 1)),
    ((3, 28, 28, 1), (3, 3), 32, ((0, 0), (0, 0)), (1, 1)),
    ((2, 17, 19, 1), (5, 5), 45, ((2, 2), (2, 2)), (1, 1)),
    ((2, 20, 9, 3), (3, 3), 33, ((1, 1), (1, 1)), (1, 1)),
    ((2, 20, 12, 2), (3, 2), 8, ((2, 0), (0, 1)), (2, 1)),
]


def draw(*shape):
    return jnp.asarray(np.random.default_rng(0).standard_normal(shape), jnp.float32)


def distance(ours, exact):
    """Returns the largest error, relative to the largest number."""
    return np.abs(np.asarray(ours) - np.asarray(exact)).max() / np.abs(exact).max()


def convolve64(x, kernel, padding, rates):
    """Returns the convolution in float64, a tap at a time, by NumPy."""
    x, kernel = np.pad(x, [(0, 0), *padding, (0, 0)]).astype(float), np.float64(kernel)
    kh, kw = kernel.shape[:2]
    high = x.shape[1] - (kh - 1) * rates[0]
    wide = x.shape[2] - (kw - 1) * rates[1]
    return sum(
        x[:, i * rates[0] :, j * rates[1] :][:, :high, :wide] @ kernel[i, j]
        for i, j in itertools.product(range(kh), range(kw))
    )


@needs_tiles
@pytest.mark.parametrize(("shape", "taps", "filters", "padding", "rates"), SHAPES)
def test_convolution_equals_float64(shape, taps, filters, padding, rates):
    x, kernel = draw(*shape), draw(*taps, shape[-1], filters)
    y = _tiles.convolution(x, kernel, _tiles.Place(*padding, rates))
    assert distance(y, convolve64(x, kernel, padding, rates)) < 1e-6


@needs_tiles
@pytest.mark.parametrize(("shape", "taps", "filters", "padding", "rates"), SHAPES)
def test_gradients_are_the_adjoints(shape, taps, filters, padding, rates):
    """Of float64's convolution: `<g, conv(x, w)> = <x, back(g, w)> = <w, grad(x, g)>`,
    for a single input or weight at a time."""
    x, kernel = draw(*shape), draw(*taps, shape[-1], filters)
    place = _tiles.Place(*padding, rates)
    y, pull = jax.vjp(lambda x, w: _tiles.convolution(x, w, place), x, kernel)
    g = draw(*y.shape)
    for gradient, array in zip(pull(g), (x, kernel), strict=True):
        scale = np.abs(gradient).max()
        for flat in np.random.default_rng(1).integers(0, array.size, 6):
            one = np.zeros(array.shape)
            one.flat[flat] = 1
            pair = (one, kernel) if array is x else (x, one)
            exact = (np.float64(g) * convolve64(*pair, padding, rates)).sum()
            assert abs(gradient.ravel()[flat] - exact) < 2e-6 * scale


def gradient(f, x, w):
    return jax.grad(lambda x, w: jnp.sin(f(x, w)).sum(), (0, 1))(x, w)


def tangent(f, x, w):
    return jax.jvp(f, (x, w), (x + 1, w - 1))


def gradient_of_gradient(f, x, w):
    square = lambda x, w: sum((g**2).sum() for g in gradient(f, x, w))
    return jax.grad(square, (0, 1))(x, w)


def curvature(f, x, w):
    return jax.hessian(lambda scale: jnp.sin(f(x, scale * w)).sum())(1.0)


@needs_tiles
@pytest.mark.parametrize(
    "mode",
    [gradient, tangent, gradient_of_gradient, curvature],
    ids=lambda f: f.__name__,
)
def test_every_mode_of_differentiation(mode):
    x, kernel = draw(4, 12, 12, 16), draw(3, 3, 16, 24) / 12
    geometry = Geometry((1, 1), ((1, 1), (1, 1)), (1, 1), (1, 1))
    ours, plainly = (
        mode(lambda x, w, form=form: form(x, w, geometry), x, kernel)
        for form in (_tiles.convolve, plain)
    )
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(plainly), strict=True):
        assert distance(a, b) < 1e-5


@needs_tiles
@pytest.mark.parametrize("axes", [(0, None), (None, 0), (0, 0)], ids=str)
def test_batches_of_inputs_and_kernels(axes):
    arrays = draw(3, 2, 9, 9, 16), draw(3, 3, 3, 16, 24)
    chosen = [a if axis == 0 else a[0] for a, axis in zip(arrays, axes, strict=True)]
    place = _tiles.Place((0, 0), (0, 0), (1, 1))

    def run(x, w):
        y, pull = jax.vjp(lambda x, w: _tiles.convolution(x, w, place), x, w)
        return y, *pull(y)

    together = jax.vmap(run, axes)(*chosen)
    for i in range(3):
        apart = run(
            *(a[i] if axis == 0 else a for a, axis in zip(chosen, axes, strict=True))
        )
        for a, b in zip(together, apart, strict=True):
            np.testing.assert_array_equal(a[i], b)


@needs_tiles
def test_products():
    x, w = draw(64, 100), draw(100, 80)
    assert distance(_product_rules.product(x, w), np.float64(x) @ np.float64(w)) < 1e-6
    both = _product_rules.outer_product(x, draw(64, 120))
    assert distance(both, np.float64(x).T @ np.float64(draw(64, 120))) < 1e-6
    text = str(jax.make_jaxpr(_product_rules.product)(x, w))
    assert "keryx_convolution" in text


def test_small_products_and_other_types_stay_with_xla():
    for x, w in [
        (draw(8, 12), draw(12, 8)),
        (draw(1, 4096), draw(4096, 512)),
        (draw(512, 512).astype(jnp.bfloat16), draw(512, 512).astype(jnp.bfloat16)),
    ]:
        assert "keryx" not in str(jax.make_jaxpr(_product_rules.product)(x, w))


@needs_tiles
def test_magnitudes_from_tiny_to_huge_keep_their_digits():
    """Pieces of a number span sixteen binary digits more than the number's own."""
    scales = jnp.asarray(10.0 ** np.arange(-25, 25).repeat(2), jnp.float32)
    x, w = draw(64, 100) * scales, draw(100, 80) / scales[:, None]
    terms = np.abs(np.float64(x)) @ np.abs(np.float64(w))
    exact = np.float64(x) @ np.float64(w)
    assert (np.abs(_product_rules.product(x, w) - exact) / terms).max() < 3e-7


@needs_tiles
def test_the_same_numbers_every_time():
    x, w = draw(6, 20, 20, 32), draw(3, 3, 32, 64)
    place = _tiles.Place((1, 1), (1, 1), (1, 1))
    run = jax.jit(lambda x, g: _tiles.kernel_gradient(x, g, place, (3, 3)))
    first = run(x, _tiles.convolution(x, w, place))
    for _ in range(20):
        again = run(x, _tiles.convolution(x, w, place))
        np.testing.assert_array_equal(first, again)


def test_it_can_be_turned_off(monkeypatch):
    monkeypatch.setenv("KERYX_KERNELS", "off")
    assert not _kernels.available.__wrapped__()


@needs_tiles
def test_without_compiler_or_folder_there_are_no_kernels(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CC", "/bin/false")
    assert _kernels._library() is None
    assert list((tmp_path / "cache" / "keryx" / "kernels").iterdir()) == []
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("CC")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _kernels._library() is None


@needs_tiles
def test_the_kernels_are_built_once(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert _kernels._library() is not None
    (built,) = (tmp_path / "keryx" / "kernels").iterdir()
    monkeypatch.setenv("CC", "/bin/false")
    assert _kernels._library() is None  # another compiler, another file
    monkeypatch.delenv("CC")
    before = built.stat().st_mtime_ns
    assert _kernels._library() is not None
    assert built.stat().st_mtime_ns == before
