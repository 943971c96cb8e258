"""Calls of a shape that came before take a shorter way to the same results."""

import numpy as np
import pytest

from keryx import layers as L
from keryx._core.errors import KeryxWarning
from keryx._engine.program import PROGRAMS
from keryx.models import Sequential

RNG = np.random.default_rng(0)


@pytest.fixture
def model():
    parts = [
        L.Input((6,)),
        L.Dense(5, "relu"),
        L.BatchNormalization(),
        L.Dropout(0.5),
        L.Dense(3),
    ]
    return Sequential(parts)


def rows(count):
    return RNG.random((count, 6), "float32")


def test_predict_of_a_known_shape_equals_the_first(model):
    for x in (rows(1), rows(7), rows(1)):
        first = model.predict(x, verbose=0)
        for _ in range(3):
            again = model.predict(x, verbose=0)
            np.testing.assert_array_equal(again, first)
            again[:] = 0  # the caller's own


def test_new_weights_count_at_once(model):
    x = rows(2)
    for call in (lambda: model.predict(x, verbose=0), lambda: np.asarray(model(x))):
        model.set_weights([np.ones(w.shape) for w in model.weights])
        before = [call() for _ in range(3)][-1]
        model.layers[-1].bias.assign([1.0, 3.0, 5.0])
        np.testing.assert_allclose(call() - before, [[0, 2, 4]] * 2, atol=1e-5)


def test_a_new_layer_counts_at_once(model):
    x = rows(2)
    before = [np.asarray(model(x)) for _ in range(3)][-1]
    assert before.shape == (2, 3)
    model.add(L.Rescaling(0.0, offset=4.0))
    for _ in range(3):
        np.testing.assert_array_equal(np.asarray(model(x)), np.full((2, 3), 4))
        np.testing.assert_array_equal(model.predict(x, verbose=0), np.full((2, 3), 4))


def test_numbers_that_are_not_finite_still_warn(model):
    x = rows(1)
    for _ in range(3):
        model.predict(x, verbose=0)
    x[0, 2] = np.nan
    with pytest.warns(KeryxWarning, match="1 that are NaN"):
        model.predict(x, verbose=0)


def test_a_smaller_batch_size_still_cuts(model):
    x, seen = rows(6), []
    for size in (None, 2, None, 2):
        seen.append(model.predict(x, batch_size=size, verbose=0))
    for found in seen:
        np.testing.assert_allclose(found, seen[0], atol=1e-6)


def test_the_second_call_of_a_model_is_compiled_and_the_third_is_not(model):
    x = rows(4)
    first = np.asarray(model(x))
    before = PROGRAMS.compiled
    second = np.asarray(model(x))
    assert PROGRAMS.compiled == before + 1
    third = np.asarray(model(x))
    assert PROGRAMS.compiled == before + 1
    for again in (second, third):
        np.testing.assert_allclose(again, first, atol=1e-6)


def test_training_is_never_the_short_way(model):
    x = rows(512)
    for _ in range(3):
        model(x)
    centre = model.layers[1].moving_mean.numpy()
    model(x, training=True)
    assert np.abs(model.layers[1].moving_mean.numpy() - centre).max() > 0


def test_what_a_call_does_besides_its_outputs_it_always_does():
    calls = []
    seen = Sequential([L.Input((6,)), L.Lambda(lambda x: (calls.append(1), x)[1])])
    calls.clear()
    penal = Sequential([L.Input((6,)), L.Dense(2, activity_regularizer="l2")])
    stateful = Sequential([L.Input((1, 6), batch_size=1), L.LSTM(2, stateful=True)])
    states = []
    for i in range(1, 5):
        x = rows(1) * i
        seen(x)
        assert len(calls) == i
        y = np.asarray(penal(x))
        assert float(penal.losses[0]) == pytest.approx(0.01 * (y**2).sum(), rel=1e-5)
        states.append(np.asarray(stateful(np.ones((1, 1, 6), "float32"))))
    assert len({state.tobytes() for state in states}) == 4


def test_layers_that_draw_unasked_go_on_drawing():
    model = Sequential([L.Input((4, 6, 3)), L.RandomFlip("horizontal", seed=1)])
    x = RNG.random((32, 4, 6, 3), "float32")
    for _ in range(4):
        assert np.abs(np.asarray(model(x)) - x).max() > 0
