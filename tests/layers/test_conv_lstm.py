"""What convolutional LSTMs promise beyond what Keras gives numbers for."""

import jax
import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._graph.node import KerasTensor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 10, 6, 3)).astype("float32")


@pytest.mark.parametrize(("steps", "convolutions"), [(10, 2), (4, 5)])
def test_the_inputs_are_convolved_before_the_loop(steps, convolutions):
    layer = layers.ConvLSTM1D(2, 3)
    layer(X)

    program = str(jax.make_jaxpr(lambda x: layer(x))(X[:, :steps]))

    assert program.count("name=_convolve") == convolutions


def test_a_kernel_of_one_is_an_lstm_at_every_place():
    layer, place = layers.ConvLSTM1D(2, 1), layers.LSTM(2)
    y = layer(X)
    place(X[:, :, 0])

    place.set_weights([w.reshape(w.shape[-2:]) for w in layer.get_weights()[:2]]
                      + layer.get_weights()[2:])  # fmt: skip

    for i in range(6):
        np.testing.assert_allclose(y[:, i], place(X[:, :, i]), rtol=1e-5, atol=1e-6)


def test_dropout_takes_the_same_places_at_all_steps():
    # With all gates open and no state, the memory grows by as much at every step.
    layer = layers.ConvLSTM1D(
        4,
        2,
        dropout=0.5,
        recurrent_initializer="zeros",
        activation="linear",
        recurrent_activation=lambda x: 0 * x + 1,
        return_sequences=True,
    )
    ones = np.ones((2, 3, 9, 4), "float32")

    y = np.asarray(layer(ones, training=True))

    np.testing.assert_allclose(y[:, 2], 3 * y[:, 0], rtol=1e-5, atol=1e-6)
    assert not np.allclose(y, layer(ones, training=True))
    assert not np.allclose(y, layer(ones))


def test_sizes_may_be_unknown_until_the_call():
    layer = layers.ConvLSTM2D(2, 2, strides=2, padding="same", return_state=True)

    outputs, h, _ = layer(KerasTensor((None, None, None, 8, 3)))

    assert outputs.shape == h.shape == (None, None, 4, 2)
    assert layer(np.ones((1, 2, 5, 8, 3)))[0].shape == (1, 3, 4, 2)
    assert layer(np.ones((1, 2, 2, 4, 3)))[0].shape == (1, 1, 2, 2)


def test_lower_precision_is_kept_through_the_loop():
    layer = layers.ConvLSTM1D(2, 2, dtype="mixed_bfloat16", return_state=True)

    result = layer(X)

    assert {str(y.dtype) for y in result} == {"bfloat16"}
    assert {w.dtype for w in layer.weights} == {"float32"}


def test_initial_states_are_zeros_of_the_size_it_was_built_for():
    layer = layers.ConvLSTM1D(2, 3)
    layer.build((None, None, 6, 3))

    states = layer.get_initial_state(5)

    assert [state.shape for state in states] == [(5, 4, 2)] * 2


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: layers.ConvLSTM1D(0, 2), ArgumentError, "filters"),
        (lambda: layers.ConvLSTM2D(2, (2, 2, 2)), ArgumentError, "kernel_size"),
        (lambda: layers.ConvLSTM1D(2, 2, padding="causal"), ArgumentError, "padding"),
        (
            lambda: layers.ConvLSTM1D(2, 2, strides=2, dilation_rate=2),
            ArgumentError,
            "dilation_rate",
        ),
        (
            lambda: layers.ConvLSTM2D(2, 2)(X),
            ShapeError,
            r"\(batch, time, height, width, channels\)",
        ),
        (
            lambda: layers.ConvLSTM1D(2, 2, data_format="channels_first")(X[0]),
            ShapeError,
            r"\(batch, time, channels, length\)",
        ),
        (lambda: layers.ConvLSTM1D(2, 9)(X), ShapeError, r"window \(9,\)"),
        (
            lambda: layers.ConvLSTM1D(2, 2)(X, initial_state=[X[:, 0], X[:, 0]]),
            ShapeError,
            "states of shapes",
        ),
        (
            lambda: layers.ConvLSTM1D(2, 2, stateful=True)(
                KerasTensor((2, 3, None, 1))
            ),
            ShapeError,
            "known size",
        ),
        (
            lambda: layers.ConvLSTM1D(2, 2).get_initial_state(1),
            ShapeError,
            "none yet",
        ),
    ],
)
def test_errors_say_what_to_do(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    "inputs",
    [(X[..., 0], X[..., 1]), {"a": X[..., 0], "b": X[..., 1]}],
    ids=["tuple", "dict"],
)
@pytest.mark.parametrize("built", [True, False])
def test_a_recurrent_layer_takes_one_sequence(inputs, built):
    layer = layers.LSTM(2)
    if built:
        layer(X[..., 0])

    with pytest.raises(ShapeError, match="one array as inputs .*\n.*Concatenate"):
        layer(inputs)
