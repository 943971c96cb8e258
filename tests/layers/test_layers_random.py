"""Random layers: what they do on average, and that their rates are free."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers
from keryx._graph.pure import purify, Run

WIDE = np.ones((200, 100), "float32")
SELU_LIMIT = -1.7580993408473766


def run(layer, x, key=0, hyper=()):
    """One call in training, as a compiled run makes it."""
    if not layer.built:
        layer(x[:1])
    pure = purify(layer)
    here = Run(jax.random.PRNGKey(key), 0, True, hyper)
    return pure.apply((), tuple(v.value for v in pure.buffers), here, x).outputs


@pytest.mark.parametrize("rate", [0.0, 0.3, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    y = np.asarray(run(layers.Dropout(rate), WIDE))

    # Four standard deviations of a share among 20,000.
    assert np.mean(y == 0) == pytest.approx(rate, abs=4 * 0.5 / 141)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-5)


def test_dropout_of_everything_gives_zeros_and_zero_gradients():
    layer = layers.Dropout(1.0)

    y, slope = jax.value_and_grad(lambda x: run(layer, x).sum())(jnp.ones((3, 2)))

    assert float(y) == 0
    np.testing.assert_array_equal(slope, 0)


@pytest.mark.parametrize(
    ("layer", "like"),
    [
        (layers.Dropout(0.5, noise_shape=(None, 1, 6)), (slice(None), slice(1))),
        (layers.AlphaDropout(0.5, noise_shape=(4, 1, None)), (slice(None), slice(1))),
        (layers.SpatialDropout1D(0.5), (slice(None), slice(1))),
    ],
    ids=["Dropout", "AlphaDropout", "SpatialDropout1D"],
)
def test_values_along_an_axis_of_size_one_are_dropped_together(layer, like):
    y = np.asarray(run(layer, np.ones((4, 5, 6), "float32")))

    np.testing.assert_array_equal(y, np.broadcast_to(y[like], y.shape))
    assert len(np.unique(y)) == 2


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("rank", [2, 3])
def test_spatial_dropout_drops_whole_channels(rank, data_format):
    layer = getattr(layers, f"SpatialDropout{rank}D")(0.5, data_format)

    y = np.asarray(run(layer, np.ones((4, *[6] * (rank + 1)), "float32")))

    y = y if data_format == "channels_first" else np.moveaxis(y, -1, 1)
    channels = y.reshape(4, 6, -1)
    assert (channels == channels[..., :1]).all()
    assert len(np.unique(channels[..., 0])) == 2


def test_alpha_dropout_keeps_mean_and_variance_of_standardized_inputs():
    x = np.random.default_rng(0).normal(size=WIDE.shape).astype("float32")

    y = np.asarray(run(layers.AlphaDropout(0.3), x))

    assert y.mean() == pytest.approx(0, abs=0.03)
    assert y.std() == pytest.approx(1, abs=0.03)
    # a α' + b, with b = -a α' rate
    a = (0.7 * (1 + 0.3 * SELU_LIMIT**2)) ** -0.5
    dropped = np.isclose(y, a * SELU_LIMIT * (1 - 0.3), rtol=1e-5)
    assert dropped.mean() == pytest.approx(0.3, abs=0.015)


@pytest.mark.parametrize(
    ("layer", "deviation"),
    [(layers.GaussianNoise(0.2), 0.2), (layers.GaussianDropout(0.2), 0.5)],
    ids=["GaussianNoise", "GaussianDropout"],
)
def test_gaussian_layers_keep_the_mean_and_have_their_deviation(layer, deviation):
    y = np.asarray(run(layer, WIDE))

    assert y.mean() == pytest.approx(1, abs=0.02)
    assert y.std() == pytest.approx(deviation, rel=0.03)


@pytest.mark.parametrize(
    "make",
    [
        lambda rate: layers.Dropout(rate),
        lambda rate: layers.AlphaDropout(rate),
        lambda rate: layers.GaussianDropout(rate),
        lambda rate: layers.GaussianNoise(rate),
        lambda rate: layers.SpatialDropout1D(rate),
    ],
)
def test_a_rate_from_the_state_acts_like_that_of_the_constructor(make):
    x = np.ones((2, 5, 3), "float32")
    compiled = jax.jit(lambda rate: run(layer, x, hyper=(rate,)))
    layer, other = make(0.1), make(0.6)

    np.testing.assert_allclose(compiled(jnp.float32(0.6)), run(other, x), rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_rate_from_the_state_does_not_change_the_type(dtype):
    layer = layers.Dropout(0.1, dtype=dtype)

    assert run(layer, WIDE, hyper=(jnp.float32(0.6),)).dtype == dtype


def test_same_key_gives_the_same_mask_and_another_key_another():
    layer = layers.Dropout(0.5)

    first, again, other = (np.asarray(run(layer, WIDE, key)) for key in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_calls_outside_of_a_run_draw_new_masks_and_a_seed_repeats_them():
    first, second = layers.Dropout(0.5, seed=1), layers.Dropout(0.5, seed=1)

    masks = [np.asarray(first(WIDE, training=True)) for _ in range(2)]

    assert (masks[0] != masks[1]).any()
    np.testing.assert_array_equal(masks[0], second(WIDE, training=True))
