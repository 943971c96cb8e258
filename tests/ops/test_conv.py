"""Convolutions: every form against XLA's own, and against sums written in NumPy."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx._core.errors import ArgumentError, ShapeError
from keryx.ops import _conv_forms as forms, _conv_rules as rules
from keryx.ops._conv import conv, conv_transpose, depthwise_conv, separable_conv
from keryx.ops._conv_geometry import Geometry
from keryx.ops._convolve import convolve, FORWARD, KERNEL_GRADIENT, kernel_gradient

on_cpu = pytest.mark.skipif(
    jax.default_backend() != "cpu", reason="other devices use XLA's own convolution"
)


def arrays(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [jnp.asarray(rng.normal(size=shape), jnp.float32) for shape in shapes]


def assert_close(found, expected):
    """Equal to float32 accuracy, relative to the largest number."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    np.testing.assert_allclose(
        found, expected, rtol=0, atol=1e-5 * np.abs(expected).max()
    )


ONE, TWO, THREE = (1,), (1, 1), (1, 1, 1)
# size, taps, channels, filters, geometry
CASES = {
    "plain": ((7,), (3,), 2, 3, Geometry(ONE, ((0, 0),), ONE, ONE)),
    "stride 3": ((11,), (3,), 2, 3, Geometry((3,), ((1, 2),), ONE, ONE)),
    "stride beyond the kernel": ((9,), (2,), 1, 3, Geometry((3,), ((0, 0),), ONE, ONE)),
    "dilation": ((9,), (3,), 2, 3, Geometry(ONE, ((2, 2),), ONE, (2,))),
    "stride and dilation": ((12,), (3,), 2, 3, Geometry((2,), ((1, 0),), ONE, (3,))),
    "base": ((5,), (4,), 3, 2, Geometry(ONE, ((3, 2),), (2,), ONE)),
    "base beyond the kernel": ((4,), (2,), 3, 2, Geometry(ONE, ((1, 1),), (3,), ONE)),
    "base and stride": ((5,), (3,), 3, 2, Geometry((2,), ((2, 2),), (3,), ONE)),
    "base and dilation": ((5,), (3,), 3, 2, Geometry(ONE, ((2, 3),), (2,), (2,))),
    "cropped base": ((6,), (3,), 3, 2, Geometry(ONE, ((-1, 2),), (2,), ONE)),
    "one tap": ((5, 4), (1, 1), 4, 3, Geometry((2, 1), ((0, 0), (1, 0)), TWO, TWO)),
    "odd image": ((7, 5), (3, 2), 3, 4, Geometry((2, 1), ((1, 1), (0, 1)), TWO, TWO)),
    "image, base": ((4, 3), (3, 3), 3, 2, Geometry(TWO, ((2, 1), (2, 2)), (2, 2), TWO)),
    "tiles": ((7, 6), (3, 2), 2, 3, Geometry((3, 2), ((0, 0),) * 2, TWO, TWO)),
    "many taps": ((40,), (35,), 2, 3, Geometry((2,), ((3, 1),), ONE, ONE)),
    "groups": ((6, 5), (3, 3), 4, 6, Geometry((1, 2), ((1, 1),) * 2, TWO, TWO, 2)),
    "volume": (
        (4, 5, 3),
        (2, 3, 2),
        2,
        3,
        Geometry((1, 2, 1), ((0, 1),) * 3, *[THREE] * 2),
    ),
}


def case_arrays(name):
    size, taps, channels, filters, where = CASES[name]
    x, kernel = arrays((2, *size, channels), (*taps, channels // where.groups, filters))
    return x, kernel, where


def by_hand(x, kernel, where):
    """The definition: spread, pad, and sum over taps, in float64."""
    x, kernel = np.asarray(x, np.float64), np.asarray(kernel, np.float64)
    taps, out = kernel.shape[:-2], where.output_size(x.shape[1:-1], kernel.shape[:-2])
    shape = [(n - 1) * b + 1 for n, b in zip(x.shape[1:-1], where.base, strict=True)]
    wide = np.zeros((len(x), *shape, x.shape[-1]))
    wide[:, *(slice(None, None, b) for b in where.base)] = x
    y = np.zeros((len(x), *out, kernel.shape[-1]))
    depth, breadth = kernel.shape[-2], kernel.shape[-1] // where.groups
    for o in itertools.product(*map(range, out)):
        for t in itertools.product(*map(range, taps)):
            at = [
                i * s + k * d - p[0]
                for i, k, s, p, d in zip(o, t, *where[:2], where.dilation, strict=True)
            ]
            if all(0 <= a < n for a, n in zip(at, shape, strict=True)):
                for g in range(where.groups):
                    c, f = (
                        slice(g * depth, (g + 1) * depth),
                        slice(g * breadth, (g + 1) * breadth),
                    )
                    y[:, *o, f] += wide[:, *at, c] @ kernel[*t][:, f]
    return y


def forward_names(x, kernel, where):
    """The forms that can compute a case."""
    dense = where.groups == 1
    can = {
        "native": dense,
        "patches": dense,
        "columns": dense and set(where.strides) == {1},
        "pointwise": dense and set(kernel.shape[:-2]) == {1},
        "phases": set(where.dilation) == {1},
        "grouped": True,
        "tiled": where.is_tiling(kernel.shape[:-2]),
    }
    return [name for name, possible in can.items() if possible]


@pytest.mark.parametrize("name", CASES)
def test_every_form_is_the_sum_over_taps(name):
    x, kernel, where = case_arrays(name)
    expected = by_hand(x, kernel, where)
    known = {**FORWARD, "tiled": forms.tiled}
    table = {form: known[form] for form in forward_names(x, kernel, where)}

    found = jax.jit(lambda *xk: {n: form(*xk, where) for n, form in table.items()})(
        x, kernel
    )

    for y in found.values():
        assert_close(y, expected)


# Where XLA's own convolution has to crop, it is wrong on CPU.
@pytest.mark.parametrize("name", [name for name in CASES if name != "cropped base"])
def test_every_gradient_is_that_of_the_plain_convolution(name):
    x, kernel, where = case_arrays(name)
    (grad,) = arrays(by_hand(x, kernel, where).shape, seed=1)
    can = {
        "input_rows": True,
        "gradient_rows": where.groups == 1 and where.strides[-1] == 1,
        "adjoint": set(where.strides) == {1},
        "canonical": where.groups == 1,
    }

    @jax.jit
    def gradients(x, kernel, grad):
        expected = jax.vjp(lambda *xk: forms.plain(*xk, where), x, kernel)[1](grad)
        chosen = jax.vjp(lambda *xk: convolve(*xk, where), x, kernel)[1](grad)
        others = [
            KERNEL_GRADIENT[form](x, grad, where, kernel.shape[:-2])
            for form, possible in can.items()
            if possible
        ]
        return expected, chosen, others

    expected, chosen, others = gradients(x, kernel, grad)

    for found, other in zip(chosen, expected, strict=True):
        assert_close(found, other)
    for found in others:
        assert_close(found, expected[1])


def test_winograd_is_the_plain_convolution():
    size = (4, 3)
    x, kernel = arrays((2, *size, 5), (3, 3, 5, 4))
    where = Geometry(TWO, ((1, 1), (2, 0)), TWO, TWO)
    (grad,) = arrays((2, *size, 4), seed=1)

    @jax.jit
    def both(x, kernel, grad):
        y, back = jax.vjp(lambda *xk: forms.plain(*xk, where), x, kernel)
        gradient = KERNEL_GRADIENT["winograd"](x, grad, where, (3, 3))
        return (FORWARD["winograd"](x, kernel, where), gradient), (y, back(grad)[1])

    for found, expected in zip(*both(x, kernel, grad), strict=True):
        assert_close(found, expected)


@on_cpu
@pytest.mark.parametrize(
    ("shape", "kernel", "where", "expected"),
    [
        (
            (32, 28, 28, 1),
            (3, 3, 1, 32),
            Geometry(TWO, ((0, 0),) * 2, TWO, TWO),
            "native",
        ),
        (
            (32, 32, 32, 3),
            (3, 3, 3, 32),
            Geometry(TWO, ((0, 0),) * 2, TWO, TWO),
            "patches",
        ),
        (
            (99, 14, 14, 64),
            (3, 3, 64, 64),
            Geometry(TWO, ((1, 1),) * 2, TWO, TWO),
            "winograd",
        ),
        (
            (32, 9, 9, 64),
            (3, 3, 64, 32),
            Geometry(TWO, ((2, 2),) * 2, TWO, TWO),
            "columns",
        ),
        (
            (1, 14, 14, 512),
            (3, 3, 512, 999),
            Geometry(TWO, ((1, 1),) * 2, TWO, TWO),
            "native",
        ),
        (
            (8, 28, 28, 64),
            (1, 1, 64, 32),
            Geometry((2, 2), ((0, 0),) * 2, TWO, TWO),
            "pointwise",
        ),
        (
            (8, 7, 7, 64),
            (3, 3, 64, 32),
            Geometry(TWO, ((1, 1),) * 2, (2, 2), TWO),
            "phases",
        ),
        (
            (8, 7, 7, 64),
            (3, 3, 32, 32),
            Geometry(TWO, ((1, 1),) * 2, TWO, TWO, 2),
            "grouped",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules_choose_the_form_that_was_fastest(shape, kernel, where, expected):
    assert rules.forward_form(shape, kernel, where, np.dtype("float32")) == expected


@pytest.mark.parametrize(
    ("filters", "stride"), [(2, 1), (2, 2)], ids=["gradient", "input"]
)
def test_kernel_gradient_in_chunks_is_the_whole(monkeypatch, filters, stride):
    x, kernel = arrays((6, 9, 2), (3, 2, filters))
    where = Geometry((stride,), ((0, 0),), ONE, ONE)
    (grad,) = arrays((6, *where.output_size((9,), (3,)), filters), seed=1)
    expected = kernel_gradient(x, grad, where, (3,))
    monkeypatch.setattr(rules, "ROWS_BYTES", 0)
    monkeypatch.setattr(rules, "CHUNK_BYTES", 3 * 9 * 3 * filters * 4)

    assert_close(kernel_gradient(x, grad, where, (3,)), expected)


def test_samples_at_once_divide_the_batch(monkeypatch):
    monkeypatch.setattr(rules, "ROWS_BYTES", 10)
    monkeypatch.setattr(rules, "CHUNK_BYTES", 7)

    assert [rules.samples_at_once(n, 1) for n in (10, 12, 100, 13)] == [10, 6, 5, 1]


@pytest.mark.parametrize("batched", [(0, 0), (0, None), (None, 0)], ids=str)
def test_population_of_convolutions_is_one_after_the_other(batched):
    x, kernel = arrays((3, 2, 6, 5, 2), (3, 3, 3, 2, 3))
    x, kernel = (
        a if axis == 0 else a[0] for a, axis in zip((x, kernel), batched, strict=True)
    )

    def loss(x, kernel):
        return jnp.sum(jnp.sin(conv(x, kernel, strides=(1, 2), padding="same")))

    found = jax.jit(jax.vmap(jax.grad(loss, (0, 1)), batched))(x, kernel)

    one = jax.jit(jax.grad(loss, (0, 1)))
    for i in range(3):
        pair = (
            a[i] if axis == 0 else a
            for a, axis in zip((x, kernel), batched, strict=True)
        )
        for some, other in zip(found, one(*pair), strict=True):
            assert_close(some[i], other)


@pytest.mark.parametrize("batched", [(0, 0), (0, None), (None, 0)], ids=str)
def test_population_of_native_convolutions_is_one_after_the_other(batched):
    x, kernel = arrays((3, 2, 6, 2), (3, 3, 2, 4))
    x, kernel = (
        a if axis == 0 else a[0] for a, axis in zip((x, kernel), batched, strict=True)
    )
    where = Geometry((2,), ((1, 0),), ONE, ONE)

    found = jax.vmap(lambda *xk: forms.native(*xk, where), batched)(x, kernel)

    for i in range(3):
        one, other = (a[i] if a.ndim == 4 else a for a in (x, kernel))
        assert_close(found[i], forms.plain(one, other, where))


def test_second_gradient_is_that_of_the_plain_convolution():
    x, kernel = arrays((2, 7, 2), (3, 2, 3))
    where = Geometry((2,), ((1, 1),), ONE, ONE)

    def penalty(function):
        def loss(x, kernel):
            return jnp.sum(function(x, kernel, where) ** 3)

        def norm(x, kernel):
            return sum(jnp.sum(g**2) for g in jax.grad(loss, (0, 1))(x, kernel))

        return jax.jit(jax.grad(norm, (0, 1)))(x, kernel)

    for found, expected in zip(penalty(convolve), penalty(forms.plain), strict=True):
        assert_close(found, expected)


def test_gradient_descent_in_a_scan_equals_its_steps():
    x, kernel = arrays((2, 6, 6, 2), (3, 3, 2, 2))

    def step(kernel, _):
        grad = jax.grad(lambda k: jnp.sum(conv(x, k, padding="same") ** 2))(kernel)
        return kernel - 1e-3 * grad, None

    found = jax.lax.scan(step, kernel, None, length=3)[0]

    for _ in range(3):
        kernel = step(kernel, None)[0]
    assert_close(found, kernel)


FUNCTIONS = {
    "conv": (conv, [(3, 2, 4, 3)]),
    "grouped": (conv, [(3, 2, 2, 6)]),
    "conv_transpose": (conv_transpose, [(3, 2, 3, 4)]),
    "depthwise_conv": (depthwise_conv, [(3, 2, 4, 2)]),
    "separable_conv": (separable_conv, [(3, 2, 4, 2), (1, 1, 8, 3)]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_channels_first_is_channels_last_with_axes_moved(name):
    function, kernels = FUNCTIONS[name]
    x, *kernels = arrays((2, 5, 6, 4), *kernels)

    y = function(
        jnp.moveaxis(x, -1, 1), *kernels, 2, "same", data_format="channels_first"
    )

    assert_close(jnp.moveaxis(y, 1, -1), function(x, *kernels, 2, "same"))


def test_transpose_is_the_transpose():
    x, kernel, y = arrays((2, 9, 3), (4, 3, 2), (2, 3, 2))

    forward = jnp.vdot(conv(x, kernel, 3, "same"), y)

    backward = jnp.vdot(x, conv_transpose(y, kernel, 3, "same"))
    np.testing.assert_allclose(forward, backward, rtol=1e-5)


def test_depthwise_gradients_are_those_of_a_grouped_convolution():
    x, kernel = arrays((2, 6, 5, 3), (3, 2, 3, 2))
    where = Geometry((2, 1), ((1, 1), (0, 1)), TWO, (1, 2), 3)

    def plain(x, kernel):
        return jnp.sum(forms.plain(x, kernel.reshape(3, 2, 1, 6), where) ** 2)

    def shifted(x, kernel):
        return jnp.sum(forms.shifts(x, kernel, where) ** 2)

    expected = jax.jit(jax.grad(plain, (0, 1)))(x, kernel)
    found = jax.jit(jax.grad(shifted, (0, 1)))(x, kernel)

    for one, other in zip(found, expected, strict=True):
        assert_close(one, other)


@pytest.mark.parametrize("name", ["conv", "conv_transpose", "depthwise_conv"])
def test_types_are_promoted(name):
    function, (shape,) = FUNCTIONS[name]

    y = function(jnp.ones((1, 4, 4, 4), "bfloat16"), jnp.ones(shape, "float32"))

    assert y.dtype == "float32"


def test_empty_batch_gives_an_empty_batch():
    assert conv(jnp.ones((0, 5, 2)), jnp.ones((3, 2, 4))).shape == (0, 3, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((1, 5, 4), (3, 3, 6)), "4 channels and a kernel of shape"),
        (((1, 5, 4), (3, 2, 5)), "filters for each group"),
        (((1, 5, 4), (3, 3, 4, 5)), "equally many axes"),
        (((1, 2, 4), (3, 4, 5)), "hold a kernel of"),
        (((5, 4), (3, 4)), "one to three spatial axes"),
    ],
)
def test_kernel_that_does_not_fit_is_rejected(arguments, message):
    with pytest.raises(ShapeError, match=message):
        conv(*map(jnp.ones, arguments))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"padding": "causal"}, "padding"),
        ({"strides": 0}, "strides"),
        ({"dilation_rate": (1, 2)}, "dilation_rate"),
        ({"data_format": "NHWC"}, "data_format"),
    ],
)
def test_unknown_options_are_rejected(options, message):
    with pytest.raises(ArgumentError, match=message):
        conv(jnp.ones((1, 5, 2)), jnp.ones((3, 2, 2)), **options)
