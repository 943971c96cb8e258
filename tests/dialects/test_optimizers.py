"""Optimizers do the arithmetic of the era in force, or of their old arguments."""

import numpy as np
import pytest

from keryx import callbacks, layers, models, optimizers
from keryx._core.errors import ArgumentError, StateError
from keryx._core.variable import Variable
from keryx.dialects import backend as K, set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
GRADS = (0.5, -2.0, 0.25)


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


def path(optimizer, grads=GRADS, start=1.0):
    """Where a parameter goes under some gradients."""
    variable = Variable(np.array([start], "float32"))
    optimizer.build([variable])
    found = []
    for grad in grads:
        optimizer.apply([np.array([grad], "float32")], [variable])
        found.append(float(variable.numpy()[0]))
    return found


def rmsprop(outside, lr=0.1, rho=0.9, epsilon=0.01):
    p, a, found = 1.0, 0.0, []
    for g in GRADS:
        a = rho * a + (1 - rho) * g * g
        p -= lr * g / (np.sqrt(a) + epsilon if outside else np.sqrt(a + epsilon))
        found.append(p)
    return found


def adagrad(outside, start, lr=0.1, epsilon=0.01):
    p, a, found = 1.0, start, []
    for g in GRADS:
        a += g * g
        p -= lr * g / (np.sqrt(a) + epsilon if outside else np.sqrt(a + epsilon))
        found.append(p)
    return found


def nadam(schedule_decay, lr=0.1, b1=0.9, b2=0.999, epsilon=1e-7):
    p, m, v, product, found = 1.0, 0.0, 0.0, 1.0, []
    for t, g in enumerate(GRADS, 1):
        now, ahead = (
            b1 * (1 - 0.5 * 0.96 ** ((t + i) * schedule_decay)) for i in (0, 1)
        )
        product *= now
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        mean = (1 - now) * g / (1 - product) + ahead * m / (1 - product * ahead)
        p -= lr * mean / (np.sqrt(v / (1 - b2**t)) + epsilon)
        found.append(p)
    return found


@pytest.mark.parametrize(
    ("era", "outside"), [("1", True), ("2", True), ("tf", True), (None, False)]
)
def test_where_epsilon_is_added(era, outside):
    set_era(era)

    rms = optimizers.RMSprop(0.1, epsilon=0.01)
    ada = optimizers.Adagrad(0.1, initial_accumulator_value=0.5, epsilon=0.01)

    np.testing.assert_allclose(path(rms), rmsprop(outside), rtol=1e-5)
    np.testing.assert_allclose(path(ada), adagrad(outside, 0.5), rtol=1e-5)


def test_adagrad_started_at_zero():
    set_era("2")

    found = path(optimizers.Adagrad(lr=0.02, epsilon=0.01))

    np.testing.assert_allclose(found, adagrad(True, 0.0, lr=0.02), rtol=1e-5)


@pytest.mark.parametrize(
    ("era", "given", "expected"),
    [("2", {}, 0.004), (None, {}, 1.0), (None, {"schedule_decay": 0.3}, 0.3)],
    ids=["era", "today", "argument"],
)
def test_the_schedule_of_nadam(era, given, expected):
    set_era(era)

    found = path(optimizers.Nadam(0.1, **given))

    np.testing.assert_allclose(found, nadam(expected), rtol=1e-5)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Nadam"])
def test_decay_divides_the_rate_by_the_updates_made_before(name):
    rate, decay = 0.1, 0.5
    cls = getattr(optimizers, name)
    steps = np.diff([1.0, *path(cls(lr=rate, decay=decay))])

    plain = np.diff([1.0, *path(cls(rate))])

    # What the rate multiplies does not depend on it.
    expected = plain / (1 + decay * np.arange(3))
    np.testing.assert_allclose(steps, expected, rtol=1e-4)


def test_a_schedule_of_epochs_keeps_the_decay():
    model = models.Sequential([layers.Dense(1, input_dim=2)])
    model.compile(optimizers.SGD(lr=0.1, decay=0.25), "mse")
    schedule = callbacks.LearningRateScheduler(lambda epoch: 0.2 / (epoch + 1))

    model.fit(np.ones((4, 2)), np.ones(4), epochs=2, verbose=0, callbacks=[schedule])

    assert float(model.optimizer.lr) == pytest.approx(0.1)
    assert model.optimizer.decay == model.optimizer.initial_decay == 0.25


def test_decay_is_part_of_the_configuration():
    config = optimizers.SGD(lr=0.1, decay=0.25).get_config()

    assert config["decay"] == 0.25
    assert optimizers.SGD.from_config(config).decay == 0.25
    assert "decay" not in optimizers.SGD(0.1).get_config()


@pytest.mark.parametrize(
    "put",
    [
        lambda optimizer: optimizer.lr.set_value(0.5),
        lambda optimizer: optimizer.lr.assign(0.5),
        lambda optimizer: K.set_value(optimizer.lr, 0.5),
        lambda optimizer: setattr(optimizer, "lr", 0.5),
    ],
    ids=["set_value", "assign", "K", "attribute"],
)
def test_ways_of_setting_the_rate(put):
    optimizer = optimizers.SGD(lr=0.1, decay=0.25)

    put(optimizer)

    found = (float(optimizer.lr), K.get_value(optimizer.lr), optimizer.lr.get_value())
    assert found == (0.5, 0.5, 0.5)


def test_the_rate_of_now_as_programs_of_keras_2_computed_it():
    optimizer = optimizers.SGD(lr=0.1, decay=0.5)
    optimizer.iterations.assign(2)
    steps = K.cast(optimizer.iterations, "float32")

    now = K.eval(optimizer.lr * (1.0 / (1.0 + optimizer.decay * steps)))

    assert now == pytest.approx(0.05)


def test_norm_and_value_limit_one_after_the_other():
    set_era("2")
    optimizer = optimizers.SGD(lr=1.0, clipnorm=1.0, clipvalue=0.7)
    variable = Variable(np.zeros(2, "float32"))
    optimizer.build([variable])

    optimizer.apply([np.array([6.0, 8.0], "float32")], [variable])

    # (6, 8) is shortened to (0.6, 0.8), then cut off at 0.7.
    np.testing.assert_allclose(variable.numpy(), [-0.6, -0.7], rtol=1e-6)


def test_today_only_one_limit_can_be_set():
    with pytest.raises(ArgumentError, match="clipvalue"):
        optimizers.SGD(clipnorm=1.0, clipvalue=0.5)


def test_an_optimizer_in_the_form_of_keras_2_is_told_what_to_write():
    class Mine(optimizers.Optimizer):
        def __init__(self, lr=0.1, **options):
            super().__init__(**options)
            self.lr = K.variable(lr)

        def get_updates(self, loss, params):
            return []

    with pytest.raises(StateError, match="a method `rule`"):
        Mine()
