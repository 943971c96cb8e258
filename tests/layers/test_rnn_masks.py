"""Masked steps count for nothing: not in outputs, states, gradients or losses."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import ShapeError
from keryx._graph import masks

RNG = np.random.default_rng(0)
# Longer than what is written out, so that the loop is what is tested.
X = RNG.normal(size=(4, 10, 3)).astype("float32")
LENGTHS = (10, 6, 1, 0)
RIGHT = np.arange(10) < np.array(LENGTHS)[:, None]
HOLES = np.array([[1, 0, 1, 1, 0] * 2, [0, 0, 1, 0, 1] * 2, [0] * 10, [1] * 10], bool)
PATTERNS = {"right": RIGHT, "left": RIGHT[:, ::-1], "holes": HOLES}
BOTH = {"return_sequences": True, "return_state": True}
KINDS = {
    "simple": lambda p, **o: p.SimpleRNN(2, **o),
    "lstm": lambda p, **o: p.LSTM(2, **o),
    "gru": lambda p, **o: p.GRU(2, **o),
    "gru_before": lambda p, **o: p.GRU(2, reset_after=False, **o),
    "unrolled": lambda p, **o: p.LSTM(2, unroll=True, **o),
    "cells": lambda p, **o: p.RNN([p.LSTMCell(3), p.GRUCell(2)], **o),
    "both_ways": lambda p, **o: p.Bidirectional(p.GRU(2, **o)),
}


def shaken(layer):
    """Gives a layer or a model weights that are the same for every library."""
    rng = np.random.default_rng(5)
    weights = layer.get_weights()
    layer.set_weights([rng.normal(size=w.shape) * 0.5 for w in weights])
    return layer


def ready(kind, **options):
    layer = KINDS[kind](layers, **options)
    layer(X)
    return shaken(layer)


def close(ours, theirs):
    flat = [jax.tree.leaves(tree) for tree in (ours, theirs)]
    for y, expected in zip(*flat, strict=True):
        np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


# --- a masked sequence is the sequence without the masked steps -----------------------


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_sequence_gives_what_its_counting_steps_give(kind, pattern):
    layer = ready(kind, return_state=True)
    mask = PATTERNS[pattern]

    result = jax.tree.leaves(layer(jnp.asarray(X), mask=mask))

    for row, keep in enumerate(mask):
        if keep.any():
            alone = layer(X[row : row + 1, keep])
            for y, expected in zip(result, jax.tree.leaves(alone), strict=True):
                np.testing.assert_allclose(y[row], expected[0], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_masked_throughout_ends_as_it_begins(kind):
    layer = ready(kind, return_state=True)
    shapes = jax.eval_shape(layer, X)[1:]
    states = jax.tree.map(lambda s: RNG.normal(size=s.shape).astype("float32"), shapes)

    _, *after = layer(X, mask=np.zeros((4, 10), bool), initial_state=list(states))

    for y, expected in zip(*map(jax.tree.leaves, (after, states)), strict=True):
        np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "both_ways"])
def test_a_masked_step_repeats_the_output_before(kind):
    y = np.asarray(ready(kind, return_sequences=True)(X, mask=HOLES))

    for row, keep in enumerate(HOLES):
        last = np.maximum.accumulate(np.where(keep, np.arange(10), -1))
        expected = np.where(last[:, None] < 0, 0, y[row, last])
        np.testing.assert_array_equal(y[row], expected)


@pytest.mark.parametrize("kind", KINDS)
def test_with_zero_output_for_mask_a_masked_step_gives_zeros(kind):
    outputs, *states = ready(kind, zero_output_for_mask=True, **BOTH)(X, mask=HOLES)

    expected, *same = ready(kind, **BOTH)(X, mask=HOLES)
    close(outputs, np.where(HOLES[..., None], expected, 0))
    close(states, same)
    np.testing.assert_array_equal(outputs[~HOLES], 0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_masked_has_no_gradient(kind):
    layer = ready(kind, return_sequences=True)
    scale = RNG.normal(size=layer(X).shape).astype("float32")

    slope = jax.jit(jax.grad(lambda x: (layer(x, mask=HOLES) * scale).sum()))(X)

    np.testing.assert_array_equal(slope[~HOLES], 0)
    assert (np.abs(slope[HOLES]).max(axis=-1) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_at_masked_steps_does_not_matter(kind):
    layer = ready(kind, **BOTH)
    other = np.where(HOLES[..., None], X, 100).astype("float32")

    for y, same in zip(
        *(jax.tree.leaves(layer(x, mask=HOLES)) for x in (X, other)), strict=True
    ):
        np.testing.assert_array_equal(y, same)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_masked_images_count_for_nothing(pattern):
    layer = layers.ConvLSTM1D(2, 2, return_state=True)
    x = RNG.normal(size=(4, 10, 4, 1)).astype("float32")
    mask = PATTERNS[pattern]

    result = layer(x, mask=mask)

    for row, keep in enumerate(mask):
        alone = layer(x[row : row + 1, keep]) if keep.any() else [np.zeros((1, 3, 2))]
        for y, expected in zip(result, alone, strict=keep.any()):
            np.testing.assert_allclose(y[row], expected[0], atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 9), (3, 10), (4, 10, 3), (4,)], ids=str)
def test_a_mask_has_one_entry_for_each_step(shape):
    layer = layers.LSTM(2)

    with pytest.raises(
        ShapeError, match=r"mask of shape \(batch, time\), here \(4, 10"
    ):
        layer(X, mask=np.ones(shape, bool))


# --- masks that layers make, through several layers -----------------------------------

IDS = np.where(HOLES, RNG.integers(1, 6, (4, 10)), 0).astype("int32")
ZEROED = np.where(HOLES[..., None], X, 0).astype("float32")
TARGETS = RNG.normal(size=(4, 10, 2)).astype("float32")
SEQUENCE = {"return_sequences": True}
STACKS = {
    "stacked": lambda p: [p.LSTM(3, **SEQUENCE), p.LSTM(2, **SEQUENCE)],
    "both_ways": lambda p: [
        p.Bidirectional(p.LSTM(2, **SEQUENCE)),
        p.TimeDistributed(p.Dense(2)),
    ],
    "summed": lambda p: [
        p.Bidirectional(p.GRU(2, **SEQUENCE), merge_mode="sum"),
        p.Bidirectional(p.LSTM(2, **SEQUENCE), merge_mode="ave"),
    ],
    "gru": lambda p: [p.GRU(3, **SEQUENCE), p.Dropout(0.5), p.Dense(2)],
    "gru_before": lambda p: [p.GRU(2, reset_after=False, **SEQUENCE)],
    "zeros": lambda p: [p.LSTM(2, zero_output_for_mask=True, **SEQUENCE)],
    "last": lambda p: [p.LSTM(3, **SEQUENCE), p.Bidirectional(p.GRU(1))],
}
SOURCES = {
    "masking": (ZEROED, lambda p: [p.Input((10, 3)), p.Masking()]),
    "embedding": (
        IDS,
        lambda p: [p.Input((10,), dtype="int32"), p.Embedding(6, 3, mask_zero=True)],
    ),
}


def stack(package, library, name, source):
    return shaken(package.Sequential([*source(library), *STACKS[name](library)]))


PAIRS = [(name, "masking") for name in STACKS]
PAIRS += [("both_ways", "embedding"), ("gru", "embedding")]


@pytest.mark.parametrize(("name", "source"), PAIRS)
def test_outputs_masks_and_losses_equal_keras(name, source):
    x, first = SOURCES[source]
    ours = stack(models, layers, name, first)
    theirs = stack(keras, keras.layers, name, first)
    targets = TARGETS[:, 0] if name == "last" else TARGETS
    for model in (ours, theirs):
        model.compile(loss="mse")

    y, expected = ours(x), theirs(x)

    close(y, expected)
    found, wanted = masks.get(y), getattr(expected, "_keras_mask", None)
    assert (found is None) == (wanted is None) == (name == "last")
    if wanted is not None:
        np.testing.assert_array_equal(found, wanted)
    losses = [
        model.evaluate(x, targets, batch_size=4, verbose=0) for model in (ours, theirs)
    ]
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_a_loss_is_the_mean_over_the_steps_that_count():
    model = stack(models, layers, "both_ways", SOURCES["masking"][1])
    model.compile(loss="mse")
    y = np.asarray(model(ZEROED))

    loss = model.evaluate(ZEROED, TARGETS, batch_size=4, verbose=0)

    expected = np.mean((y - TARGETS)[HOLES] ** 2)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_training_does_not_see_masked_targets():
    weights = []
    for wrong in (0, 100):
        model = stack(models, layers, "stacked", SOURCES["masking"][1])
        model.compile("sgd", loss="mse")
        targets = np.where(HOLES[..., None], TARGETS, wrong)
        model.fit(ZEROED, targets, batch_size=4, epochs=2, shuffle=False, verbose=0)
        weights.append(model.get_weights())

    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
