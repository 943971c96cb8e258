"""A layer whose `build` is called by hand is built, as if by a call."""

import keras
import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import StateError

X = np.ones((2, 5, 3), "float32")
KINDS = [
    (lambda p: p.Dense(2, name="a"), X[:, 0]),
    (lambda p: p.Embedding(4, 2, name="a"), np.ones((2, 3), "int32")),
    (lambda p: p.BatchNormalization(name="a"), X),
    (lambda p: p.Conv1D(2, 2, name="a"), X),
    (lambda p: p.LSTM(2, name="a"), X),
    (lambda p: p.ConvLSTM1D(2, 2, name="a"), np.ones((2, 3, 4, 1), "float32")),
    (lambda p: p.Bidirectional(p.GRU(2, name="b"), name="a"), X),
    (lambda p: p.TimeDistributed(p.Dense(2, name="b"), name="a"), X),
    (lambda p: p.Dropout(0.5, name="a"), X),
    (lambda p: p.ReLU(name="a"), X),
]
NAMES = ["dense", "embedding", "norm", "conv", "lstm", "conv_lstm", "both", "timed"]
NAMES += ["dropout", "relu"]


@pytest.mark.parametrize(("make", "x"), KINDS, ids=NAMES)
def test_a_layer_built_by_hand_is_the_layer_built_by_a_call(make, x):
    layer, called, theirs = make(layers), make(layers), make(keras.layers)

    layer.build(x.shape)
    called(x)
    theirs.build(x.shape)

    assert (layer.built, theirs.built) == (True, True)
    assert [(w.path, w.shape) for w in layer.weights] == [
        (w.path, w.shape) for w in called.weights
    ]
    assert [w.shape for w in layer.weights] == [w.shape for w in theirs.weights]
    assert layer.get_build_config() == called.get_build_config()
    before = layer.get_weights()
    layer(x)
    for weight, same in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, same)


class Outer(layers.Layer):
    """Builds the layer inside in its own `build`."""

    def __init__(self, **options):
        super().__init__(**options)
        self.inner = layers.Dense(2, name="inner")

    def build(self, input_shape):
        self.inner.build(input_shape)
        self.scale = self.add_weight((1,), "ones", name="scale")
        super().build(input_shape)

    def call(self, inputs):
        return self.inner(inputs) * self.scale


class Further(Outer):
    """Goes on after its parent's `build`."""

    def build(self, input_shape):
        super().build(input_shape)
        assert not self.built
        self.shift = self.add_weight((1,), "zeros", name="shift")

    def call(self, inputs):
        return super().call(inputs) + self.shift


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("cls", [Outer, Further])
def test_layers_inside_may_be_built_there(cls, by_hand):
    layer = cls(name="outer")

    if by_hand:
        layer.build((None, 3))
    layer(X[:, 0])

    paths = ["outer/scale", "outer/shift"][: 1 + (cls is Further)]
    paths += ["outer/inner/kernel", "outer/inner/bias"]
    assert [w.path for w in layer.weights] == paths


def test_what_is_built_while_it_is_frozen_is_frozen():
    layer = layers.Dense(2)
    layer.trainable = False

    layer.build((None, 3))

    assert not layer.trainable_weights


def test_a_layer_is_built_once():
    layer = layers.Dense(2, name="a")
    layer.build((None, 3))

    with pytest.raises(StateError, match="layer 'a' .* built once"):
        layer.build((None, 4))


def test_a_failed_build_leaves_the_layer_unbuilt():
    layer = layers.LSTM(2)

    with pytest.raises(ValueError, match="time"):
        layer.build((None, 3))

    assert not layer.built
    assert layer(X).shape == (2, 2)


class Scaled(models.Model):
    """Has a weight of its own beside a layer's."""

    def __init__(self):
        super().__init__(name="m")
        self.inner = layers.Dense(2, name="inner")

    def build(self, input_shape):
        self.scale = self.add_weight((1,), "ones", name="scale")
        super().build(input_shape)

    def call(self, inputs):
        return self.inner(inputs) * self.scale


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_users_model_may_build_weights_of_its_own(by_hand):
    model = Scaled()

    if by_hand:
        model.build((None, 3))
    else:
        model(X[:, 0])

    assert model.built
    assert [w.path for w in model.weights] == [
        "m/scale",
        "m/inner/kernel",
        "m/inner/bias",
    ]


def test_a_sequential_is_built_when_it_knows_its_inputs():
    model = models.Sequential([layers.Dense(2)])

    model.build()
    assert not model.built
    model.build((None, 3))

    assert model.built
    assert model.count_params() == 8
