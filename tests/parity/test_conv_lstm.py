"""Convolutional LSTMs against Keras 3 with the same weights."""

import inspect

import jax
import keras
import numpy as np
import pytest

from keryx import layers, models, saving
from keryx._graph.pure import purify, Run

RNG = np.random.default_rng(0)
# Longer than what is written out, so that the loop is what is compared.
STEPS = 9
SPACE = {1: (5,), 2: (5, 4), 3: (3, 4, 3)}
X = {
    rank: RNG.normal(size=(3, STEPS, *space, 2)).astype("float32")
    for rank, space in SPACE.items()
}
# Padding on the right, holes, everything.
MASK = np.array([[1] * 5 + [0] * 4, [0, 1, 1, 0, 0, 1, 1, 0, 1], [0] * STEPS], bool)
BOTH = {"return_sequences": True, "return_state": True}
FIRST = {"data_format": "channels_first"}


def pair(rank, options):
    """Returns our layer, Keras's with the same weights, and inputs."""
    x = X[rank]
    if "data_format" in options:
        x = np.moveaxis(x, -1, 2)
    rng = np.random.default_rng(5)
    ours, theirs = (
        getattr(package, f"ConvLSTM{rank}D")(2, **{"kernel_size": 2, **options})
        for package in (layers, keras.layers)
    )
    ours.build(x.shape)
    theirs.build(x.shape)
    weights = [rng.normal(size=w.shape) * 0.5 for w in theirs.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    return ours, theirs, x


def close(ours, theirs):
    flat = [jax.tree.leaves(tree) for tree in (ours, theirs)]
    for y, expected in zip(*flat, strict=True):
        np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def spread(mask, x):
    """Returns a mask as Keras wants it here, with an axis for each of the outputs'."""
    return mask.reshape(*mask.shape, *(1,) * (x.ndim - 2))


CASES = [
    (1, {}),
    (2, BOTH),
    (3, {}),
    (1, {"padding": "same", "strides": 2, **BOTH}),
    (1, {"dilation_rate": 2, "kernel_size": 3, **BOTH}),
    (2, {"padding": "same", "kernel_size": (3, 2), "strides": (1, 2)}),
    (2, {**FIRST, **BOTH}),
    (3, {**FIRST, "padding": "same"}),
    (1, {"use_bias": False, "recurrent_activation": "hard_sigmoid"}),
    (1, {"go_backwards": True, "activation": "relu", **BOTH}),
]


@pytest.mark.parametrize(("rank", "options"), CASES, ids=str)
def test_outputs_and_states_equal_keras(rank, options):
    ours, theirs, x = pair(rank, options)

    close(ours(x), theirs(x))


@pytest.mark.parametrize(
    ("rank", "options"),
    [
        (1, BOTH),
        (1, {**BOTH, "zero_output_for_mask": True}),
        (1, {**BOTH, "go_backwards": True}),
        (2, FIRST),
    ],
    ids=str,
)
def test_masked_outputs_and_states_equal_keras(rank, options):
    ours, theirs, x = pair(rank, options)
    shape = ours.cell.state_shape((3, *x.shape[2:]))
    states = [np.full(shape, value, "float32") for value in (0.3, -0.2)]

    y = ours(x, mask=MASK, initial_state=states)

    close(y, theirs(x, mask=spread(MASK, x), initial_state=states))


@pytest.mark.parametrize(
    ("rank", "options"),
    [(1, {}), (1, {"strides": 2}), (2, {**FIRST, "padding": "same"}), (3, {})],
    ids=str,
)
def test_gradients_equal_keras(rank, options):
    ours, theirs, x = pair(rank, {**options, "return_sequences": True})
    pure = purify(ours)
    buffers = tuple(v.value for v in pure.buffers)
    rest = [v.value for v in theirs.non_trainable_variables]
    scale = RNG.normal(size=theirs.compute_output_shape(x.shape)).astype("float32")

    def our_loss(weights, x):
        y = pure.apply(weights, buffers, Run(), x, mask=MASK).outputs
        return (y * scale).sum()

    def their_loss(weights, x):
        y, _ = theirs.stateless_call(weights, rest, x, mask=spread(MASK, x))
        return (y * scale).sum()

    grads = [
        jax.jit(jax.grad(loss, (0, 1)))(tuple(w.value for w in layer.weights), x)
        for loss, layer in ((our_loss, ours), (their_loss, theirs))
    ]

    close(*grads)


def test_states_carried_from_batch_to_batch_equal_keras():
    ours, theirs, x = pair(1, {"stateful": True})
    for part in (x[:, :4], x[:, 4:8]):
        close(ours(part), theirs(part))

    close(ours.states, [state.value for state in theirs.states])
    ours.reset_state()
    theirs.reset_state()

    close(ours(x), theirs(x))


def test_both_ways_equal_keras():
    both = [
        package.Bidirectional(package.ConvLSTM1D(2, 2, **BOTH))
        for package in (layers, keras.layers)
    ]
    rng = np.random.default_rng(5)
    for layer in both:
        layer(X[1])
    weights = [rng.normal(size=w.shape) for w in both[1].get_weights()]
    for layer in both:
        layer.set_weights(weights)

    mask = spread(MASK, X[1])
    close(both[0](X[1], mask=MASK), both[1](X[1], mask=mask))
    close(both[0](X[1], mask=mask), both[1](X[1], mask=mask))


def test_dropout_masks_act_where_they_do_in_keras(monkeypatch):
    ours, theirs, x = pair(1, {"dropout": 0.5, "recurrent_dropout": 0.5})
    rng = np.random.default_rng(3)
    masks = {
        "dropout": rng.integers(0, 2, (4, 3, 5, 2)) * np.float32(2),
        "recurrent_dropout": rng.integers(0, 2, (4, 3, 4, 2)) * np.float32(2),
    }
    asked = {}

    def mask(self, name, shape, training):
        asked[name] = shape
        return masks[name]

    monkeypatch.setattr(type(ours.cell), "_mask", mask)
    theirs.cell.get_dropout_mask = lambda _: list(masks["dropout"])
    theirs.cell.get_recurrent_dropout_mask = lambda _: list(masks["recurrent_dropout"])

    close(ours(x, training=True), theirs(x, training=True))
    assert asked == {name: array.shape for name, array in masks.items()}


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_arguments_and_configurations_are_those_of_keras(rank):
    name, options = f"ConvLSTM{rank}D", {"unroll": True, "dilation_rate": 2}
    cls, their_cls = getattr(layers, name), getattr(keras.layers, name)
    ours, theirs = cls(2, 3, **options, name="a"), their_cls(2, 3, **options, name="a")

    there = their_cls.from_config(ours.get_config())
    back = cls.from_config(there.get_config())

    given, wanted = (
        list(inspect.signature(c).parameters.values()) for c in (cls, their_cls)
    )
    assert [(p.name, p.default) for p in given[:-1]] == [
        (p.name, p.default) for p in wanted[:-1]
    ]
    assert there.get_config() == theirs.get_config()
    assert set(theirs.get_config()) - {"activity_regularizer"} <= set(ours.get_config())
    assert back.get_config() == ours.get_config()


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_files_go_both_ways(rank, tmp_path):
    def made(m, lay):
        inputs = lay.Input(X[rank].shape[1:])
        return m.Model(inputs, getattr(lay, f"ConvLSTM{rank}D")(2, 2)(inputs))

    ours, theirs = made(models, layers), made(keras, keras.layers)
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")

    close(keras.models.load_model(tmp_path / "ours.keras")(X[rank]), ours(X[rank]))
    close(saving.load_model(tmp_path / "theirs.keras")(X[rank]), theirs(X[rank]))
    close(saving.load_model(tmp_path / "ours.keras")(X[rank]), ours(X[rank]))
    ours.save_weights(tmp_path / "w.weights.h5")
    theirs.load_weights(tmp_path / "w.weights.h5")
    close(theirs.get_weights(), ours.get_weights())


def test_weights_have_kerass_names_shapes_and_first_values():
    ours, theirs, _ = pair(1, {"name": "a"})
    fresh = layers.ConvLSTM1D(2, 2)

    fresh.build(X[1].shape)

    assert [(w.path, w.shape) for w in ours.weights] == [
        (w.path, w.shape) for w in theirs.weights
    ]
    assert fresh.cell.bias.numpy().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
