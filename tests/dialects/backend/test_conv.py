"""Convolutions and pooling equal loops over windows."""

import itertools

import numpy as np
import pytest

from keryx import config
from keryx.dialects import _era, backend as K

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def windows(x, taps, strides, rate=1):
    """Yields each place of the outputs and the window of `x` that it sees."""
    sizes = [
        (n - rate * (t - 1) - 1) // s + 1
        for n, t, s in zip(x.shape[1:], taps, strides, strict=False)
    ]
    for place in itertools.product(*map(range, sizes)):
        cut = tuple(
            slice(p * s, p * s + rate * (t - 1) + 1, rate)
            for p, s, t in zip(place, strides, taps, strict=True)
        )
        yield place, sizes, x[(slice(None), *cut)]


def convolved(x, kernel, strides, rate=1):
    taps = kernel.shape[:-2]
    found = [
        np.tensordot(window, kernel, kernel.ndim - 1)
        for _, sizes, window in windows(x, taps, strides, rate)
    ]
    *_, (_, sizes, _) = windows(x, taps, strides, rate)
    return np.stack(found, 1).reshape(len(x), *sizes, kernel.shape[-1])


def close(got, wanted):
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


def test_conv1d_slides_over_time():
    x, kernel = draw(2, 6, 3), draw(2, 3, 4)

    close(K.conv1d(x, kernel, strides=2), convolved(x, kernel, (2,)))


def test_causal_conv1d_sees_the_past_alone():
    x, kernel = draw(1, 5, 2), draw(2, 2, 3)

    got = K.conv1d(x, kernel, padding="causal", dilation_rate=2)

    before = np.pad(x, ((0, 0), (2, 0), (0, 0)))
    close(got, convolved(before, kernel, (1,), rate=2))


@pytest.mark.parametrize(("strides", "rate"), [((1, 2), 1), ((1, 1), 2)], ids=str)
def test_conv2d_slides_over_images(strides, rate):
    x, kernel = draw(2, 5, 6, 3), draw(2, 3, 3, 4)

    got = K.conv2d(x, kernel, strides, dilation_rate=(rate, rate))

    close(got, convolved(x, kernel, strides, rate))


def test_conv3d_slides_over_volumes():
    x, kernel = draw(1, 3, 4, 3, 2), draw(2, 2, 2, 2, 3)

    close(K.conv3d(x, kernel), convolved(x, kernel, (1, 1, 1)))


def test_channels_first_is_channels_last_rearranged():
    x, kernel = draw(1, 4, 5, 2), draw(2, 2, 2, 3)

    got = K.conv2d(x.transpose(0, 3, 1, 2), kernel, data_format="channels_first")

    close(np.transpose(got, (0, 2, 3, 1)), convolved(x, kernel, (1, 1)))


@pytest.mark.parametrize("height", [4, 5], ids=str)
def test_conv2d_transpose_is_the_adjoint_of_conv2d(height):
    z, kernel, x = draw(2, height, 4, 3), draw(2, 2, 3, 5), draw(2, 2, 2, 5)

    got = K.conv2d_transpose(x, kernel, (None, height, 4, 3), strides=(2, 2))

    assert got.shape == z.shape
    close((z * got).sum(), (convolved(z, kernel, (2, 2)) * x).sum())


def test_output_shape_may_come_from_a_symbolic_shape():
    x, kernel = K.placeholder((None, 2, 2, 5)), draw(2, 2, 3, 5)

    y = K.conv2d_transpose(x, kernel, (K.shape(x)[0], 4, 4, 3), strides=(2, 2))

    assert K.int_shape(y) == (None, 4, 4, 3)
    assert K.function([x], [y])([draw(3, 2, 2, 5)])[0].shape == (3, 4, 4, 3)


def test_conv3d_transpose_is_the_adjoint_of_conv3d():
    z, kernel, x = draw(1, 3, 3, 3, 2), draw(2, 2, 2, 2, 3), draw(1, 2, 2, 2, 3)

    got = K.conv3d_transpose(x, kernel, z.shape)

    close((z * got).sum(), (convolved(z, kernel, (1, 1, 1)) * x).sum())


def test_depthwise_conv2d_gives_each_channel_its_own_filters():
    x, kernel = draw(1, 4, 4, 2), draw(2, 2, 2, 3)

    got = K.depthwise_conv2d(x, kernel)

    parts = [
        convolved(x[..., [c]], kernel[:, :, [c]].reshape(2, 2, 1, 3), (1, 1))
        for c in range(2)
    ]
    close(got, np.concatenate(parts, -1))


def test_separable_convolutions_mix_what_depthwise_ones_give():
    x, deep, point = draw(1, 4, 4, 2), draw(2, 2, 2, 3), draw(1, 1, 6, 5)

    got = K.separable_conv2d(x, deep, point)
    line = K.separable_conv1d(x[:, 0], deep[0], point[0])

    close(got, np.asarray(K.depthwise_conv2d(x, deep)) @ point[0, 0])
    row = K.depthwise_conv2d(x[:, :1], deep[:1])
    close(line, np.asarray(row)[:, 0] @ point[0, 0])


@pytest.mark.parametrize(
    ("mode", "of"), [("max", np.max), ("avg", np.mean)], ids=["max", "avg"]
)
def test_pooling_reduces_windows(mode, of):
    x, volume = draw(2, 4, 6, 3), draw(1, 4, 2, 2, 3)

    got = K.pool2d(x, (2, 3), (2, 3), pool_mode=mode)
    deep = K.pool3d(volume, (2, 2, 2), (2, 2, 2), pool_mode=mode)

    found = [of(w, (1, 2)) for _, _, w in windows(x, (2, 3), (2, 3))]
    close(got, np.stack(found, 1).reshape(2, 2, 2, 3))
    found = [of(w, (1, 2, 3)) for _, _, w in windows(volume, (2, 2, 2), (2, 2, 2))]
    close(deep, np.stack(found, 1).reshape(1, 2, 1, 1, 3))


def test_pooling_refuses_unknown_modes():
    with pytest.raises(ValueError, match="pool_mode"):
        K.pool2d(draw(1, 2, 2, 1), (2, 2), pool_mode="sum")


def test_local_convolutions_have_weights_for_each_place():
    x, kernel = draw(2, 5, 3), draw(2, 6, 4)
    image, weights = draw(2, 3, 4, 2), draw(6, 8, 3)

    line = K.local_conv1d(x, kernel, (2,), (3,))
    plane = K.local_conv2d(image, weights, (2, 2), (1, 1), (2, 3))

    found = [
        w.reshape(2, -1) @ kernel[i]
        for i, (_, _, w) in enumerate(windows(x, (2,), (3,)))
    ]
    close(line, np.stack(found, 1))
    cuts = enumerate(windows(image, (2, 2), (1, 1)))
    found = [w.reshape(2, -1) @ weights[i] for i, (_, _, w) in cuts]
    close(plane, np.stack(found, 1).reshape(2, 2, 3, 3))


def test_local_conv2d_counts_channels_first_where_they_are():
    x, kernel = draw(1, 2, 3, 3), draw(4, 8, 3)

    got = K.local_conv2d(x, kernel, (2, 2), (1, 1), None, "channels_first")

    places = itertools.product(range(2), range(2))
    found = [
        x[:, :, i : i + 2, j : j + 2].reshape(1, -1) @ kernel[place]
        for place, (i, j) in enumerate(places)
    ]
    close(got, np.stack(found, -1).reshape(1, 3, 2, 2))


def test_keras_1_names_its_arguments_otherwise():
    x, kernel = draw(1, 4, 4, 2), draw(2, 2, 2, 3)

    got = K.conv2d(
        x, kernel, border_mode="same", dim_ordering="tf", image_shape=(1, 4, 4, 2)
    )

    assert got.shape == (1, 4, 4, 3)
    close(
        K.atrous_conv2d(x, kernel, rate=2, border_mode="valid"),
        convolved(x, kernel, (1, 1), rate=2),
    )


def test_keras_1_has_the_filters_first_with_channels_first(monkeypatch):
    monkeypatch.setattr(_era._Force, "era", _era.Era.K1)
    x, kernel = draw(1, 4, 4, 2), draw(2, 2, 2, 3)

    got = K.conv2d(
        x.transpose(0, 3, 1, 2), kernel.transpose(3, 2, 0, 1), dim_ordering="th"
    )

    close(np.transpose(got, (0, 2, 3, 1)), convolved(x, kernel, (1, 1)))


def test_bias_add_follows_the_order_of_axes():
    x, bias = draw(2, 3, 4, 5), draw(3)

    close(K.bias_add(x, bias, "channels_first"), x + bias[:, None, None])
    local = draw(4, 5, 3)
    close(K.bias_add(x, local, "channels_first"), x + local.transpose(2, 0, 1))
    assert config.image_data_format() == "channels_last"
