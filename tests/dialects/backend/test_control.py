"""Choices, loops and recurrences."""

import jax
import numpy as np
import pytest

from keryx.dialects import backend as K

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 4, 3)).astype("float32")
W = rng.normal(size=(3, 3)).astype("float32")


@pytest.mark.parametrize("condition", [True, np.float32(1), 2], ids=str)
def test_switch_calls_one_branch_where_it_can(condition):
    def never():
        raise AssertionError

    assert K.switch(condition, lambda: 1, never) == 1
    assert K.switch(not condition, never, 2) == 2


@pytest.mark.parametrize("way", ["at once", "compiled", "symbolic"])
def test_switch_chooses_elements_and_rows(way):
    x, rows = X[:, 0], np.array([True, False])

    def call(x, rows):
        return [K.switch(x > 0, x, lambda: -x), K.switch(rows, x, K.zeros_like(x))]

    if way == "symbolic":
        starts = [K.placeholder((2, 3)), K.placeholder((2,), dtype="bool")]
        found = K.function(starts, call(*starts))([x, rows])
    else:
        found = (jax.jit(call) if way == "compiled" else call)(x, rows)

    np.testing.assert_array_equal(found[0], abs(x))
    np.testing.assert_array_equal(found[1], x * [[1], [0]])


def test_training_may_be_a_tensor():
    choose = jax.jit(lambda training: K.in_train_phase(1.0, 2.0, training=training))

    assert (choose(True), choose(False)) == (1.0, 2.0)


def test_folds_combine_from_either_end():
    x = np.float32([1, 2, 3])

    assert K.foldl(lambda total, e: 2 * total + e, x) == 2 * (2 * 1 + 2) + 3
    assert K.foldr(lambda total, e: 2 * total + e, x) == 2 * (2 * 3 + 2) + 1
    assert K.foldl(lambda total, e: total + e, x, initializer=10) == 16


def test_map_fn_maps_symbolic_tensors_too():
    x = K.placeholder((None, 3))

    y = K.map_fn(lambda row: K.sum(row) * row, x)

    (got,) = K.function([x], [y])([X[0]])
    np.testing.assert_allclose(got, X[0].sum(1, keepdims=True) * X[0], rtol=1e-5)


def recurrent(x, mask=None, backwards=False):
    """Elman's recurrence by a loop: last output, all outputs, last state."""
    state, output, outputs = np.zeros((2, 3)), np.zeros((2, 3)), []
    times = range(x.shape[1])
    for t in reversed(times) if backwards else times:
        keep = np.ones((2, 1)) if mask is None else mask[:, t].reshape(2, 1)
        new = np.tanh(x[:, t] + state @ W)
        state = np.where(keep, new, state)
        output = np.where(keep, new, output)
        outputs.append(output)
    return output, np.stack(outputs, 1), state


def step(inputs, states):
    new = K.tanh(inputs + K.dot(states[0], W))
    return new, [new]


@pytest.mark.parametrize("way", ["plain", "backwards", "masked", "unrolled"])
def test_rnn_is_a_loop_over_time(way):
    mask = np.array([[1, 1, 0, 1], [1, 0, 0, 0]], bool) if way == "masked" else None
    options = {"go_backwards": way == "backwards", "unroll": way == "unrolled"}

    last, outputs, states = K.rnn(step, X, [K.zeros((2, 3))], mask=mask, **options)

    wanted = recurrent(X, mask, way == "backwards")
    for got, want in zip((last, outputs, states[0]), wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-6)


def test_rnn_hands_constants_to_each_step_of_symbolic_sequences():
    x = K.placeholder((None, 4, 3))
    start, constant = K.zeros_like(x[:, 0]), K.constant(2.0)

    def scaled(inputs, states):
        total, factor = states
        return factor * inputs, [total + factor * inputs]

    last, outputs, states = K.rnn(scaled, x, [start], constants=[constant])

    assert K.int_shape(outputs) == (None, 4, 3)
    got = K.function([x], [last, outputs, *states])([X])
    for one, want in zip(got, (2 * X[:, -1], 2 * X, 2 * X.sum(1)), strict=True):
        np.testing.assert_allclose(one, want, rtol=1e-5)


def test_rnn_refuses_inputs_without_features():
    with pytest.raises(ValueError, match=r"inputs \(batch, time, ...\)"):
        K.rnn(step, X[0], [])
