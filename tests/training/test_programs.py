"""What compiles, and what does not: counted, never timed."""

import numpy as np
import pytest

from keryx.layers import Dense, Dropout, Input, Lambda
from keryx.models import Model, Sequential
from keryx.optimizers import SGD

pytestmark = pytest.mark.usefixtures("seeded")


def fit(model, data, **options):
    return model.fit(*data, batch_size=11, verbose=0, **options)


def test_a_second_model_of_the_same_architecture_compiles_nothing(
    make_model, data, compiled
):
    fit(make_model(units=7), data)
    assert compiled() > 0
    first = compiled()

    fit(make_model(units=7), data)

    assert compiled() == first


@pytest.mark.parametrize("last", [3, 5])
def test_functions_that_close_over_other_values_are_others(last):
    def times(factor):
        return lambda x: factor * x

    model = Sequential([Input((3,)), Lambda(times(2)), Lambda(times(last))])

    assert model.predict(np.ones((1, 3)), verbose=0).tolist() == [[2.0 * last] * 3]


@pytest.mark.parametrize("last", [1, 100])
def test_losses_that_close_over_other_values_are_others(last):
    def scaled(factor):
        return lambda y_true, y_pred: factor * (y_true - y_pred) ** 2

    inputs = Input((1,))
    ends = [Dense(1, kernel_initializer="ones")(inputs) for _ in range(2)]
    model = Model(inputs, ends)
    model.compile("sgd", [scaled(1), scaled(last)])
    ones, twos = np.ones((4, 1)), 2 * np.ones((4, 1))

    assert model.evaluate(ones, [twos, twos], verbose=0)[0] == 1 + last


def test_another_architecture_compiles(make_model, data, compiled):
    fit(make_model(units=7), data)
    first = compiled()

    fit(make_model(units=9), data)

    assert compiled() > first


def test_another_activation_compiles_and_gives_other_numbers(data, compiled):
    losses = []
    for activation in ("relu", "tanh"):
        model = Sequential([Input((3,)), Dense(4, activation), Dense(1)])
        model.compile("sgd", "mse")
        model.set_weights([np.full(w.shape, 0.1) for w in model.weights])
        before = compiled()
        losses.append(fit(model, data, shuffle=False).history["loss"][0])
        assert compiled() > before

    assert losses[0] != losses[1]


def test_a_new_learning_rate_does_not_compile(make_model, data, compiled):
    model = make_model(optimizer=SGD(0.01), rate=0.0)
    fit(model, data)
    first, before = compiled(), model.get_weights()

    model.optimizer.learning_rate = 0.0
    fit(model, data)

    assert compiled() == first
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_new_model_with_another_learning_rate_does_not_compile(
    make_model, data, compiled
):
    fit(make_model(optimizer=SGD(0.01)), data)
    first = compiled()

    fit(make_model(optimizer=SGD(0.5)), data)

    assert compiled() == first


def test_a_new_dropout_rate_does_not_compile_but_counts(data, compiled):
    def make(rate):
        model = Sequential([Input((3,)), Dropout(rate, seed=1), Dense(1)])
        model.compile(SGD(0.1), "mse")
        model.set_weights([np.ones((3, 1)), np.zeros(1)])
        return model

    low = make(0.1)
    loss = fit(low, data, shuffle=False).history["loss"][0]
    first = compiled()

    other = fit(make(0.6), data, shuffle=False).history["loss"][0]

    assert compiled() == first
    assert other != loss


def test_a_new_sample_weight_does_not_compile(make_model, data, compiled):
    model = make_model()
    fit(model, data, sample_weight=np.ones(44))
    first = compiled()

    fit(model, data, sample_weight=np.linspace(0, 1, 44))

    assert compiled() == first


def test_a_frozen_layer_stays_and_a_thawed_one_moves(make_model, data):
    model = make_model(rate=0.0)
    model.layers[0].trainable = False
    before = model.get_weights()

    fit(model, data)

    after = model.get_weights()
    np.testing.assert_array_equal(after[0], before[0])
    assert (after[2] != before[2]).any()

    model.layers[0].trainable = True
    fit(model, data)
    assert (model.get_weights()[0] != before[0]).any()


def test_functions_that_close_over_other_values_are_other_programs(data, compiled):
    from keryx.layers import Lambda

    def make(factor):
        model = Sequential([Input((3,)), Lambda(lambda x: x * factor), Dense(1)])
        model.compile("sgd", "mse")
        return model

    fit(make(2.0), data)
    first = compiled()
    fit(make(2.0), data)
    assert compiled() == first

    fit(make(3.0), data)

    assert compiled() > first


def test_folds_of_nearly_the_same_size_share_a_program(make_model, compiled):
    """And the rows that make them equal take no part: sizes differ, not the numbers."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((103, 3)), rng.standard_normal((103, 1))
    for rows in (101, 102, 103):
        model = make_model(units=6, rate=0.0, optimizer=SGD(0.1))
        model.set_weights([np.full(w.shape, 0.1) for w in model.weights])
        history = model.fit(x[:rows], y[:rows], batch_size=rows, epochs=2, verbose=0)
        by_hand = make_model(units=6, rate=0.0, optimizer=SGD(0.1))
        by_hand.set_weights([np.full(w.shape, 0.1) for w in by_hand.weights])
        first = by_hand.train_on_batch(x[:rows], y[:rows])[0]
        np.testing.assert_allclose(history.history["loss"][0], first, rtol=1e-5)

        model.fit(x[:rows], y[:rows], batch_size=10, verbose=0)

    # Each batch of its own size compiles; the folds in batches of ten do not.
    model = make_model(units=6, rate=0.0, optimizer=SGD(0.1))
    before = compiled()
    for rows in (101, 102, 103):
        model.fit(x[:rows], y[:rows], batch_size=10, verbose=0)
    assert compiled() == before
