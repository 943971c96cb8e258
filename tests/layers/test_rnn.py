"""What recurrent layers promise, whatever their cell."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx._graph.node import KerasTensor
from keryx._graph.pure import purify, Run

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 12, 2)).astype("float32")
KINDS = ["SimpleRNN", "LSTM", "GRU"]
BOTH = {"return_sequences": True, "return_state": True}


def run_of(pure, x, **run):
    """Returns the result of a pure call with the variables' own values."""
    values = [tuple(v.value for v in group) for group in pure[:2]]
    hyper = run.pop("hyper", pure.read_hyper())
    key = jax.random.PRNGKey(run.pop("seed", 0))
    return pure.apply(*values, Run(key=key, hyper=hyper, **run), x)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_padded_sequence_equals_the_sequence_itself(kind, side):
    layer = getattr(layers, kind)(2, return_state=True)
    width = [(0, 0), (4, 0) if side == "left" else (0, 4), (0, 0)]
    padded = np.pad(X, width, constant_values=7)
    mask = np.pad(np.ones((3, 12), bool), width[:2])

    result = layer(padded, mask=mask)

    exact = layer(X, mask=np.ones((3, 12), bool))
    for y, same, close in zip(result, exact, layer(X), strict=True):
        np.testing.assert_array_equal(y, same)
        # Compiled without a mask, a step may round otherwise.
        np.testing.assert_allclose(y, close, rtol=1e-6, atol=1e-7)


def test_a_sample_masked_throughout_keeps_its_initial_state():
    layer = layers.LSTM(2, **BOTH)
    h, c = (RNG.normal(size=(3, 2)).astype("float32") for _ in range(2))
    mask = np.ones((3, 12), bool)
    mask[1] = False

    outputs, after_h, after_c = layer(X, initial_state=[h, c], mask=mask)

    np.testing.assert_array_equal(after_h[1], h[1])
    np.testing.assert_array_equal(after_c[1], c[1])
    np.testing.assert_array_equal(outputs[1], np.tile(h[1], (12, 1)))


@pytest.mark.parametrize("kind", KINDS)
def test_steps_written_out_equal_the_loop(kind):
    loop = getattr(layers, kind)(2, **BOTH)
    mask = RNG.random((3, 12)) > 0.4
    expected = loop(X, mask=mask)

    loop.unroll = True

    for y, wanted in zip(loop(X, mask=mask), expected, strict=True):
        np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("steps", "loops"), [(8, 0), (12, 1)])
def test_one_product_per_step_and_one_before_the_loop(kind, steps, loops):
    layer = getattr(layers, kind)(128)  # smaller products would be sums
    layer(X)

    program = str(jax.make_jaxpr(lambda x: layer(x))(X[:, :steps]))

    assert program.count("= scan[") == loops
    assert program.count("dot_general[") == (2 if loops else 1 + steps)


@pytest.mark.parametrize("kind", KINDS)
def test_two_halves_of_a_stateful_layer_equal_the_whole(kind):
    layer = getattr(layers, kind)(2, stateful=True, return_sequences=True)

    halves = [layer(X[:, :3]), layer(X[:, 3:])]
    layer.reset_states()
    whole = layer(X)

    np.testing.assert_allclose(jnp.concatenate(halves, 1), whole, rtol=1e-5, atol=1e-6)


def test_carried_states_are_buffers_but_no_weights():
    layer = layers.LSTM(2, stateful=True, return_state=True)
    layer(X)
    layer.reset_state()

    result = jax.jit(lambda: run_of(purify(layer), X)[:2])()

    _, h, c = result[0]
    carried = [b for b in result[1] if b.shape == (3, 2)]
    np.testing.assert_array_equal(carried, [h, c])
    np.testing.assert_array_equal(layer.states[0], np.zeros((3, 2)))
    assert len(layer.weights) == 3


class Total(layers.Layer):
    """Sums up; hands its states back as a tuple and wider than it got them."""

    state_size = (2, 1)

    def call(self, inputs, states):
        total, steps = states
        return total + inputs, (total + inputs, steps + 1)


def test_a_cell_of_the_users_own_is_looped_over():
    layer = layers.RNN(Total(), **BOTH)

    outputs, total, steps = layer(X)

    np.testing.assert_allclose(outputs, np.cumsum(X, 1), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(total, outputs[:, -1])
    np.testing.assert_array_equal(steps, np.full((3, 1), 12))


class Noisy(layers.Layer):
    """Drops out its inputs; as a cell it has no need of its state."""

    state_size = 1

    def __init__(self, seed=None, **options):
        super().__init__(**options)
        self.drop = layers.Dropout(0.5, seed=seed)

    def call(self, inputs, states):
        return self.drop(inputs), states


def test_dropout_inside_a_users_cell_differs_from_step_to_step():
    layer = layers.RNN(Noisy(), return_sequences=True)
    ones = np.ones((1, 12, 50), "float32")
    layer(ones)

    y = run_of(purify(layer), ones, training=True).outputs[0]

    assert len({tuple(row) for row in y.tolist()}) == 12


class Counting(layers.Layer):
    """Counts its calls in a variable."""

    state_size = 1

    def build(self, input_shape):
        self.calls = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs, states):
        self.calls.assign_add(1.0)
        return inputs, states


def test_a_cell_that_assigns_variables_needs_unroll():
    layer = layers.RNN(Counting())
    layer.build(X.shape)

    with pytest.raises(StateError, match="unroll=True"):
        run_of(purify(layer), X)
    layer.unroll = True

    assert run_of(purify(layer), X).buffers[0] == 12


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU"])
def test_the_steps_of_a_sequence_share_their_dropout_mask(kind):
    # Without a state, equal inputs give equal outputs only under equal masks.
    layer = getattr(layers, kind)(9, dropout=0.5, recurrent_initializer="zeros", **BOTH)
    if kind == "GRU":
        layer.cell.recurrent_activation = jnp.zeros_like
    ones = np.ones((2, 12, 30), "float32")

    y, _ = layer(ones, training=True)
    again, _ = layer(ones, training=True)

    np.testing.assert_allclose(y, np.repeat(y[:, :1], 12, 1), rtol=1e-5)
    assert not np.allclose(y, again)
    assert not np.allclose(y, layer(ones)[0])


def test_a_new_rate_needs_no_new_program():
    layer = layers.SimpleRNN(4, dropout=0.5, recurrent_dropout=0.5)
    plain = layers.SimpleRNN(4)
    layer(X), plain(X)
    pure = purify(layer)

    none = run_of(pure, X, training=True, hyper=(np.float32(0), np.float32(0)))

    assert [name for _, name in pure.hypers] == ["dropout", "recurrent_dropout"]
    np.testing.assert_allclose(none.outputs, layer(X), rtol=1e-5)
    assert not purify(plain).hypers


def test_rates_set_on_the_layer_reach_the_cell():
    layer = layers.GRU(4)

    layer.dropout = 0.25

    assert layer.cell.dropout == layer.get_config()["dropout"] == 0.25


def test_forget_gates_begin_open():
    layer = layers.LSTM(2)
    layer(X)

    assert layer.cell.bias.numpy().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_symbolic_shapes_follow_the_options():
    x, h = KerasTensor((None, None, 2)), KerasTensor((None, 4))

    outputs, state = layers.GRU(4, **BOTH)(x, initial_state=h)

    assert outputs.shape == (None, None, 4)
    assert state.shape == (None, 4)
    assert layers.Bidirectional(layers.LSTM(3))(x).shape == (None, 6)


def test_lower_precision_is_kept_through_the_loop():
    layer = layers.LSTM(2, dtype="mixed_bfloat16", return_state=True)

    result = layer(X)

    assert {str(y.dtype) for y in result} == {"bfloat16"}
    assert layer.weights[0].dtype == "float32"


def test_bidirectional_begins_with_given_weights():
    first = layers.Bidirectional(layers.GRU(2))
    y = first(X)

    again = layers.Bidirectional(layers.GRU(2), weights=first.get_weights())

    np.testing.assert_array_equal(again(X), y)


def test_time_distributed_hands_each_step_its_mask():
    inner = layers.LSTM(2)
    x = RNG.normal(size=(2, 3, 5, 2)).astype("float32")
    mask = RNG.random((2, 3, 5)) > 0.3

    y = layers.TimeDistributed(inner)(x, mask=mask)

    steps = [inner(x[:, t], mask=mask[:, t]) for t in range(3)]
    np.testing.assert_allclose(y, jnp.stack(steps, 1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: layers.LSTM(0), ArgumentError, "units"),
        (lambda: layers.GRU(2, dropout=1.5), ArgumentError, "dropout"),
        (lambda: layers.RNN(layers.Dense(2)), ArgumentError, "state_size"),
        (lambda: layers.RNN([]), ArgumentError, "cells"),
        (lambda: layers.LSTM(2)(X[:, 0]), ShapeError, r"\(batch, time"),
        (lambda: layers.LSTM(2)(X[:, :0]), ShapeError, "at least one step"),
        (lambda: layers.LSTM(2)(X, initial_state=[X[:, 0]]), ShapeError, "states of"),
        (lambda: layers.Bidirectional(layers.Dense(2)), ArgumentError, "recurrent"),
        (
            lambda: layers.Bidirectional(layers.GRU(2), merge_mode="cat"),
            ArgumentError,
            "merge_mode",
        ),
        (
            lambda: layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2)),
            ArgumentError,
            "go_backwards",
        ),
        (
            lambda: layers.TimeDistributed(layers.Dense(2))(X[:, 0]),
            ShapeError,
            "time",
        ),
    ],
)
def test_errors_say_what_to_do(make, error, message):
    with pytest.raises(error, match=message):
        make()
