"""States of recurrent layers: carried, reset, handed in and out."""

import keras
import numpy as np
import pytest

from keryx import layers, models
from keryx._core.errors import ArgumentError, KeryxWarning, StateError

rng = np.random.default_rng(3)
X = rng.normal(size=(8, 3, 2)).astype("float32")
Y = rng.normal(size=(8, 1)).astype("float32")


def network(batch_size=None, *, stateful=True):
    """A small stack."""
    model = models.Sequential(
        [
            layers.Input(batch_shape=(batch_size, 3, 2)),
            layers.LSTM(4, stateful=stateful, return_sequences=True),
            layers.GRU(3, stateful=stateful),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    return model


def with_state_inputs(ours):
    """Returns Keras's network of the same weights, and one that gives the states too.

    The states are inputs, for Keras on JAX drops them in `fit` and `predict`.
    """
    made = keras.layers
    x, h, c, g = (made.Input((3, 2)), *(made.Input((n,)) for n in (4, 4, 3)))
    sequence, *lstm = made.LSTM(4, return_sequences=True, return_state=True)(
        x, initial_state=[h, c]
    )
    last, gru = made.GRU(3, return_state=True)(sequence, initial_state=g)
    outputs = made.Dense(1)(last)
    model = keras.Model([x, h, c, g], outputs)
    model.compile("sgd", "mse")
    model.set_weights(ours.get_weights())
    return model, keras.Model([x, h, c, g], [outputs, *lstm, gru])


def test_training_and_predicting_with_states_equal_keras():
    ours = network(4)
    theirs, states_of = with_state_inputs(ours)
    for _ in range(2):
        states = [np.zeros((4, n), "float32") for n in (4, 4, 3)]
        for start in (0, 4):
            batch = [X[start : start + 4], *states]
            _, *states = states_of.predict(batch, verbose=0)
            theirs.train_on_batch(batch, Y[start : start + 4])
        ours.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
        ours.reset_states()
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    states = [np.zeros((4, n), "float32") for n in (4, 4, 3)]
    for start in (0, 4):  # the second call goes on from the first
        batch = [X[start : start + 4], *states]
        expected, *states = states_of.predict(batch, verbose=0)
        got = ours.predict(X[start : start + 4], verbose=0)
        np.testing.assert_allclose(got, expected, atol=1e-6)


def test_predict_and_evaluate_leave_the_states_of_training_alone():
    model = network(4)
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    before = model.states
    model.predict(X, batch_size=4, verbose=0)
    model.evaluate(X, Y, batch_size=4, verbose=0)
    after = model.states
    assert len(before) == 2
    for name, values in before.items():
        for a, b in zip(values, after[name], strict=True):
            np.testing.assert_array_equal(a, b)


def test_validation_does_not_change_what_is_learnt():
    plain, checked = network(4), network(4)
    checked.set_weights(plain.get_weights())
    options = {"batch_size": 4, "shuffle": False, "verbose": 0, "epochs": 2}
    plain.fit(X, Y, **options)
    checked.fit(X, Y, validation_data=(X[:4], Y[:4]), **options)
    for a, b in zip(plain.get_weights(), checked.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_prediction_goes_on_from_training_then_from_itself():
    model = network(4)
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    trained = model.states
    whole = model.predict(X, batch_size=4, verbose=0)
    model.states = trained
    pieces = [model.predict(X[i : i + 4], verbose=0) for i in (0, 4)]
    np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-6)


def test_one_row_can_be_predicted_after_training_on_more():
    model = network(4)
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    stateless = network(stateful=False)
    stateless.set_weights(model.get_weights())
    got = model.predict(X[:1], verbose=0)  # begins anew: its rows are other rows
    np.testing.assert_allclose(got, stateless.predict(X[:1], verbose=0), atol=1e-6)
    assert all(v.shape[0] == 4 for values in model.states.values() for v in values)


def test_a_smaller_last_batch_goes_on_with_the_first_rows():
    model = network(4)
    got = model.predict(X[:6], batch_size=4, verbose=0)
    states = model.initial_states(4)
    _, states = model.step(X[:4], states)
    first = {name: [v[:2] for v in values] for name, values in states.items()}
    rest, _ = model.step(X[4:6], first)
    np.testing.assert_allclose(got[4:], rest, atol=1e-6)


def test_training_may_use_another_batch_size_than_declared():
    model, other = network(2), network(4)
    other.set_weights(model.get_weights())
    for one in (model, other):
        one.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_undeclared_batch_size_follows_the_data():
    model = network(None)
    model.fit(X, Y, batch_size=8, shuffle=False, verbose=0)
    assert all(v.shape[0] == 8 for values in model.states.values() for v in values)


def test_the_declared_batch_size_is_the_default():
    model = network(2)
    model.fit(X, Y, shuffle=False, verbose=0)
    assert all(v.shape[0] == 2 for values in model.states.values() for v in values)


def test_shuffled_batches_of_a_stateful_model_are_a_warning():
    with pytest.warns(KeryxWarning, match="shuffle=False"):
        network(4).fit(X, Y, verbose=0)


def test_step_in_pieces_equals_the_whole_sequence():
    model = network(stateful=False)
    whole = model.predict(X, verbose=0)
    states = None
    for time in range(3):
        outputs, states = model.step(X[:, time : time + 1], states)
    np.testing.assert_allclose(outputs, whole, atol=1e-6)


def test_step_leaves_the_model_as_it_is():
    model = network(4)
    before = model.states
    model.step(X[:4])
    for name, values in before.items():
        for a, b in zip(values, model.states[name], strict=True):
            np.testing.assert_array_equal(a, b)


def test_step_wants_recurrent_layers_that_read_forwards():
    dense = models.Sequential([layers.Input((2,)), layers.Dense(1)])
    with pytest.raises(StateError, match="recurrent layer"):
        dense.step(X[:, 0])
    both = models.Sequential(
        [layers.Input((None, 2)), layers.Bidirectional(layers.GRU(2))]
    )
    with pytest.raises(StateError, match="reads forwards"):
        both.step(X)


def test_step_wants_the_states_of_this_model():
    with pytest.raises(ArgumentError, match="initial_states"):
        network().step(X, {"other": []})


def test_states_can_be_assigned_by_layer():
    model = network(4)
    model.predict(X[:4], verbose=0)
    name = [*model.states][1]
    model.states = {name: [np.ones((4, 3), "float32")]}
    np.testing.assert_array_equal(model.states[name][0], np.ones((4, 3)))
    with pytest.raises(ArgumentError, match="names among"):
        model.states = {"other": []}


def test_resets_and_other_batch_sizes_compile_nothing_new():
    from keryx._engine.program import PROGRAMS

    model = network(4)
    options = {"batch_size": 4, "shuffle": False, "verbose": 0}
    model.fit(X, Y, **options)
    model.predict(X[:4], verbose=0)
    model.predict(X[:1], verbose=0)
    compiled = PROGRAMS.compiled
    for _ in range(3):
        model.fit(X, Y, **options)
        model.reset_states()
        model.predict(X[:1], verbose=0)
        model.predict(X[:4], verbose=0)
    assert PROGRAMS.compiled == compiled


def test_step_leaves_the_compiled_programs_as_they_are():
    from keryx._engine.program import PROGRAMS

    model = network(4)
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    model.step(X[:4])
    compiled = PROGRAMS.compiled
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    assert PROGRAMS.compiled == compiled
