"""Convolutions are the sums that they say, and check what they are given."""

import jax
import numpy as np
import pytest
from scipy import signal

from keryx import layers
from keryx._core.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)
WITH_FILTERS = [
    *[f"Conv{rank}D" for rank in (1, 2, 3)],
    *[f"Conv{rank}DTranspose" for rank in (1, 2, 3)],
    *[f"SeparableConv{rank}D" for rank in (1, 2)],
]
DEPTHWISE = [f"DepthwiseConv{rank}D" for rank in (1, 2)]
ALL = [*WITH_FILTERS, *DEPTHWISE]


def make(name, /, *args, **options):
    """A layer with a kernel of size 3, and 4 filters if it takes them."""
    filters = (4,) if name in WITH_FILTERS else ()
    return getattr(layers, name)(*filters, *(args or (3,)), **options)


def inputs_for(name, channels=4):
    rank = int(name.removesuffix("Transpose")[-2])
    return RNG.normal(size=(2, *(5, 4, 3)[:rank], channels)).astype(np.float32)


def correlated(x, kernel):
    """SciPy's sum over channels of whole correlations, `(batch, *space, filters)`."""
    samples = [
        [
            sum(
                signal.correlate(x[b, ..., c], kernel[..., c, f], mode="valid")
                for c in range(x.shape[-1])
            )
            for f in range(kernel.shape[-1])
        ]
        for b in range(len(x))
    ]
    return np.moveaxis(np.array(samples), 1, -1)


@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "Conv3D"])
def test_convolution_is_scipys_correlation(name):
    x, layer = inputs_for(name), make(name, 2)

    y = layer(x)

    expected = correlated(x, np.asarray(layer.kernel.value))
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


def test_groups_are_convolutions_side_by_side():
    x = inputs_for("Conv2D")
    layer = layers.Conv2D(6, 2, groups=2)

    y = layer(x)

    kernel = np.asarray(layer.kernel.value)
    halves = [
        correlated(x[..., :2], kernel[..., :3]),
        correlated(x[..., 2:], kernel[..., 3:]),
    ]
    np.testing.assert_allclose(y, np.concatenate(halves, -1), rtol=1e-5, atol=1e-5)


def test_dilated_kernel_is_one_with_zeros_between():
    x = inputs_for("Conv2D")
    layer = layers.Conv2D(3, 2, dilation_rate=(2, 3))

    y = layer(x)

    kernel = np.zeros((3, 4, 4, 3), np.float32)
    kernel[::2, ::3] = layer.kernel.value
    np.testing.assert_allclose(y, correlated(x, kernel), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_causal_output_depends_on_no_later_input(data_format):
    layer = layers.Conv1D(
        1, 3, padding="Causal", dilation_rate=2, data_format=data_format
    )
    time = 1 if data_format == "channels_last" else 2
    x = RNG.normal(size=(1, 6, 1)).astype(np.float32).swapaxes(1, time)
    layer(x)

    jacobian = np.asarray(jax.jacobian(layer)(x)).reshape(6, 6)

    assert np.count_nonzero(jacobian) == 6 + 4 + 2
    np.testing.assert_array_equal(jacobian, np.tril(jacobian))


@pytest.mark.parametrize("name", ["Conv1DTranspose", "Conv2DTranspose"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_transposed_convolution_is_the_way_back_of_the_gradient(name, padding):
    small = inputs_for(name)
    layer = make(name, 2, strides=2, padding=padding, use_bias=False)

    y = layer(small)

    forth = getattr(layers, name.removesuffix("Transpose"))(
        small.shape[-1], 2, strides=2, padding=padding, use_bias=False
    )
    forth.build(y.shape)
    forth.built = True
    forth.set_weights(layer.get_weights())
    _, back = jax.vjp(forth, np.zeros(y.shape, np.float32))
    np.testing.assert_allclose(y, back(small)[0], rtol=1e-5, atol=1e-5)


def test_depthwise_convolution_takes_each_channel_apart():
    x = inputs_for("DepthwiseConv2D")
    layer = layers.DepthwiseConv2D(2, depth_multiplier=3)

    y = layer(x)

    kernel = np.asarray(layer.kernel.value)
    each = [correlated(x[..., [c]], kernel[..., [c], :]) for c in range(4)]
    np.testing.assert_allclose(y, np.concatenate(each, -1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2])
def test_separable_is_depthwise_then_pointwise(rank):
    name = f"SeparableConv{rank}D"
    x, layer = inputs_for(name), make(name, 3, depth_multiplier=2)

    y = layer(x)

    kernel = layer.depthwise_kernel.numpy()
    each = [correlated(x[..., [c]], kernel[..., [c], :]) for c in range(4)]
    mix = layer.pointwise_kernel.numpy().reshape(8, 4)
    expected = np.concatenate(each, -1) @ mix
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["Conv3D", "Conv1DTranspose", "SeparableConv2D"])
def test_channels_may_come_first(name):
    x = inputs_for(name)
    last = make(name, padding="same", strides=1)
    first = make(name, padding="same", strides=1, data_format="channels_first")
    y = last(x)
    first(np.moveaxis(x, -1, 1))
    weights = [RNG.normal(size=w.shape) for w in last.weights]
    last.set_weights(weights)
    first.set_weights(weights)

    y = np.moveaxis(first(np.moveaxis(x, -1, 1)), 1, -1)

    np.testing.assert_allclose(y, last(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["Conv2D", "DepthwiseConv2D"])
def test_integers_are_computed_in_the_layers_type(name):
    x = RNG.integers(0, 255, (1, 4, 4, 4)).astype(np.uint8)
    layer = make(name)

    y = layer(x)

    assert y.dtype == np.float32
    np.testing.assert_allclose(y, layer(x.astype(np.float32)), rtol=1e-6)


@pytest.mark.parametrize("name", ["Conv1D", "Conv2DTranspose", "SeparableConv2D"])
def test_mixed_precision_computes_in_bfloat16(name):
    x, layer = inputs_for(name), make(name, dtype="mixed_bfloat16")

    y = layer(x)

    assert (y.dtype, layer.weights[0].dtype) == ("bfloat16", "float32")
    same = type(layer).from_config({**layer.get_config(), "dtype": "float32"})
    same(x)
    same.set_weights(layer.get_weights())
    np.testing.assert_allclose(y.astype("float32"), same(x), rtol=3e-2, atol=3e-2)


@pytest.mark.parametrize("name", ALL)
def test_regularizers_and_constraints_reach_the_kernels(name):
    role = "kernel" if name.startswith("Conv") else "depthwise"
    options = {f"{role}_regularizer": "l2", f"{role}_constraint": "non_neg"}
    layer = make(name, **options)

    layer(inputs_for(name))

    kernel = layer.weights[0]
    assert type(kernel.regularizer).__name__ == "L2"
    assert type(kernel.constraint).__name__ == "NonNeg"
    expected = 0.01 * np.sum(kernel.numpy() ** 2)
    np.testing.assert_allclose(layer.losses[0], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: layers.Conv2D(0, 3), r"`Conv2D\(filters=...\)`"),
        (lambda: layers.Conv2D(3, (3, 3, 3)), r"kernel_size.* 2 integers"),
        (lambda: layers.Conv2D(3, 3, strides=0), "strides"),
        (lambda: layers.Conv2D(3, 3, padding="sane"), "'same'"),
        (lambda: layers.Conv2D(3, 3, padding="causal"), "'valid', 'same'"),
        (lambda: layers.Conv2D(3, 3, groups=2), r"a multiple of `groups` \(2\)"),
        (lambda: layers.Conv2D(3, 3, strides=2, dilation_rate=2), "dilation_rate"),
        (lambda: layers.Conv2D(3, 3, data_format="NCHW"), "channels_first"),
        (
            lambda: layers.Conv2DTranspose(3, 3, strides=2, output_padding=2),
            r"less than the strides \(2, 2\)",
        ),
        (lambda: layers.DepthwiseConv2D(3, depth_multiplier=0), "depth_multiplier"),
    ],
)
def test_senseless_arguments_are_rejected(build, message):
    with pytest.raises(ArgumentError, match=message):
        build()


@pytest.mark.parametrize("name", ALL)
def test_missing_channels_are_an_error_with_advice(name):
    rank = int(name.removesuffix("Transpose")[-2])

    with pytest.raises(
        ShapeError, match=rf"'one' \({name}\): .*channels\), but[^$]*x\[\.\.\., None\]"
    ):
        make(name, name="one")(layers.Input((8,) * rank))


def test_image_in_a_layer_of_channels_first_is_advised_about_its_axis():
    layer = layers.Conv2D(3, 3, data_format="channels_first")

    with pytest.raises(ShapeError, match=r"\(batch, channels, height[^$]*x\[:, None\]"):
        layer(np.ones((2, 28, 28), np.float32))


def test_videos_are_advised_to_be_taken_step_by_step():
    with pytest.raises(ShapeError, match="TimeDistributed"):
        layers.Conv2D(3, 3)(layers.Input((5, 28, 28, 1)))


def test_unknown_number_of_channels_is_an_error():
    with pytest.raises(ShapeError, match="a known number of channels"):
        layers.Conv2D(3, 3)(layers.Input((28, 28, None)))


@pytest.mark.parametrize("name", ALL)
def test_other_channels_than_when_built_are_an_error(name):
    layer = make(name, padding="same")
    layer(inputs_for(name))

    with pytest.raises(ShapeError, match="4 channels on the last axis, as when built"):
        layer(inputs_for(name, channels=3))


@pytest.mark.parametrize("name", ["Conv2D", "DepthwiseConv2D", "SeparableConv2D"])
def test_kernel_larger_than_the_inputs_is_an_error_with_advice(name):
    layer = make(name, 3, dilation_rate=2)

    with pytest.raises(ShapeError, match=r"window \(5, 5\)[^$]*padding=\"same\""):
        layer(np.ones((1, 4, 8, 4), np.float32))


def test_kernel_larger_than_later_inputs_is_an_error():
    layer = layers.Conv1D(2, 3)
    layer(np.ones((1, 3, 1), np.float32))

    with pytest.raises(ShapeError, match=r"window \(3,\), but got \(1, 2, 1\)"):
        layer(np.ones((1, 2, 1), np.float32))


def test_channels_that_groups_do_not_divide_are_an_error():
    with pytest.raises(ShapeError, match=r"2 groups divide, but got \(None, 8, 8, 3\)"):
        layers.Conv2D(4, 3, groups=2)(layers.Input((8, 8, 3)))
