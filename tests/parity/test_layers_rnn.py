"""Recurrent layers against Keras 3 with the same weights."""

import jax
import keras
import numpy as np
import pytest

from keryx import layers
from keryx._core import serial
from keryx._graph.pure import purify, Run

RNG = np.random.default_rng(0)
# Longer than what is written out, so that the loop is what is compared.
X = RNG.normal(size=(4, 10, 3)).astype("float32")
# Padding on the right, on the left, scattered, everywhere.
MASK = np.array([[1] * 6 + [0] * 4, [0] * 4 + [1] * 6, [1, 0, 1, 1, 0] * 2, [0] * 10])
MASK = MASK.astype(bool)
LOSS = RNG.normal(size=(4, 10, 2)).astype("float32")
KINDS = [
    ("SimpleRNN", {}),
    ("LSTM", {}),
    ("LSTM", {"recurrent_activation": "hard_sigmoid", "unit_forget_bias": False}),
    ("GRU", {}),
    ("GRU", {"reset_after": False}),
    ("GRU", {"use_bias": False}),
]
SEQUENCES = {"return_sequences": True, "return_state": True}
WAYS = [
    {},
    SEQUENCES,
    {**SEQUENCES, "go_backwards": True},
    {**SEQUENCES, "zero_output_for_mask": True},
]


def drawn(weights):
    rng = np.random.default_rng(5)
    return [rng.normal(size=w.shape).astype("float32") * 0.5 for w in weights]


def pair(name, options):
    """Returns our layer and Keras's with the same weights."""
    both = [getattr(package.layers, name)(2, **options) for package in (us, keras)]
    for layer in both:
        layer.build(X.shape)
    weights = drawn(both[1].get_weights())
    for layer in both:
        layer.set_weights(weights)
    return both


class us:
    layers = layers


def close(ours, theirs):
    flat = [jax.tree.leaves(tree) for tree in (ours, theirs)]
    for y, expected in zip(*flat, strict=True):
        np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


CASES = [(*kind, SEQUENCES) for kind in KINDS]
CASES += [("LSTM", {}, way) for way in WAYS if way is not SEQUENCES]


@pytest.mark.parametrize(("name", "options", "way"), CASES, ids=str)
def test_masked_outputs_and_states_equal_keras(name, options, way):
    ours, theirs = pair(name, {**options, **way})
    states = [np.full((4, 2), 0.3, "float32")] * (2 if name == "LSTM" else 1)

    y = ours(X, mask=MASK, initial_state=states)
    expected = theirs(X, mask=MASK, initial_state=states)

    close(y, expected)


@pytest.mark.parametrize(("name", "options"), [KINDS[i] for i in (0, 1, 3, 4)], ids=str)
def test_gradients_equal_keras(name, options):
    ours, theirs = pair(name, {**options, "return_sequences": True})
    pure = purify(ours)
    buffers = tuple(v.value for v in pure.buffers)
    rest = [v.value for v in theirs.non_trainable_variables]

    def our_loss(weights, x):
        y = pure.apply(weights, buffers, Run(), x, mask=MASK).outputs
        return (y * LOSS).sum()

    def their_loss(weights, x):
        y, _ = theirs.stateless_call(weights, rest, x, mask=MASK)
        return (y * LOSS).sum()

    grads = [
        jax.jit(jax.grad(loss, (0, 1)))(tuple(w.value for w in layer.weights), X)
        for loss, layer in ((our_loss, ours), (their_loss, theirs))
    ]

    close(*grads)


@pytest.mark.parametrize(
    ("mode", "way"),
    [
        ("concat", SEQUENCES),
        ("sum", {}),
        ("mul", {}),
        ("ave", {"return_sequences": True}),
        (None, SEQUENCES),
    ],
    ids=str,
)
def test_bidirectional_equals_keras(mode, way):
    both = [
        p.layers.Bidirectional(p.layers.SimpleRNN(2, **way), merge_mode=mode)
        for p in (us, keras)
    ]
    for layer in both:
        layer(X)
        layer.set_weights(drawn(layer.get_weights()))

    close(both[0](X, mask=MASK), both[1](X, mask=MASK))


def test_stacked_cells_equal_keras():
    both = [
        p.layers.RNN([p.layers.LSTMCell(2), p.layers.GRUCell(3)], return_state=True)
        for p in (us, keras)
    ]
    for layer in both:
        layer(X)
        layer.set_weights(drawn(layer.get_weights()))

    close(both[0](X), both[1](X))


def test_time_distributed_equals_keras():
    both = [p.layers.TimeDistributed(p.layers.Dense(2)) for p in (us, keras)]
    for layer in both:
        layer(X)
        layer.set_weights(drawn(layer.get_weights()))

    close(both[0](X), both[1](X))


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_dropout_masks_act_where_they_do_in_keras(kind, monkeypatch):
    rates = {"dropout": 0.5, "recurrent_dropout": 0.5}
    ours, theirs = pair(kind, {**rates, "return_sequences": True})
    gates = ours.cell.gates
    rng = np.random.default_rng(3)
    masks = {
        "dropout": (rng.integers(0, 2, (gates, 4, 3)) * 2).astype("float32"),
        "recurrent_dropout": (rng.integers(0, 2, (gates, 4, 2)) * 2).astype("float32"),
    }
    given = {k: list(m) if gates > 1 else m[0] for k, m in masks.items()}
    monkeypatch.setattr(
        type(ours.cell), "_mask", lambda self, name, shape, training: masks[name]
    )
    theirs.cell.get_dropout_mask = lambda _: given["dropout"]
    theirs.cell.get_recurrent_dropout_mask = lambda _: given["recurrent_dropout"]

    close(ours(X, training=True), theirs(X, training=True))


def made(package):
    L = package.layers
    return [
        L.SimpleRNN(2, name="a"),
        L.LSTM(2, dropout=0.1, name="a"),
        L.GRU(2, reset_after=False, name="a"),
        L.RNN([L.LSTMCell(2), L.GRUCell(3)], name="a"),
        L.Bidirectional(L.LSTM(2, name="b"), name="a"),
        L.TimeDistributed(L.Dense(2), name="a"),
    ]


@pytest.mark.parametrize("place", range(6))
def test_configurations_pass_between_keras_and_keryx(place):
    ours, theirs = made(us)[place], made(keras)[place]
    cls, their_cls = type(ours), type(theirs)

    there = their_cls.from_config(ours.get_config())
    back = cls.from_config(there.get_config())

    assert set(theirs.get_config()) <= set(ours.get_config())
    assert back.get_config() == ours.get_config()
    assert serial.deserialize(serial.serialize(ours)).get_config() == ours.get_config()


@pytest.mark.parametrize("place", range(6))
def test_weights_have_kerass_order_shapes_and_paths(place):
    ours, theirs = made(us)[place], made(keras)[place]

    ours(X)
    theirs(X)

    assert [(w.name, w.shape) for w in ours.weights] == [
        (w.name, w.shape) for w in theirs.weights
    ]
    if place < 3 or place == 4:
        assert [w.path for w in ours.weights] == [w.path for w in theirs.weights]
