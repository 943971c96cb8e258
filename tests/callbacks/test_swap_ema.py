"""Evaluation sees the averages of the weights, training does not."""

from types import SimpleNamespace

import numpy as np
import pytest

from keryx._core.variable import Variable
from keryx.callbacks import CallbackList, SwapEMAWeights
from keryx.optimizers import SGD


@pytest.fixture
def trained():
    """A model of one weight after two updates by -1, from 0; its average."""
    weight = Variable([0.0])
    optimizer = SGD(1.0, use_ema=True, ema_momentum=0.5)
    optimizer.build([weight])
    for _ in range(2):
        optimizer.apply([np.ones(1, np.float32)], [weight])
    return SimpleNamespace(optimizer=optimizer, weight=weight)


WEIGHT = -2.0
# The first update copies, the second takes the mean of -1 and -2.
AVERAGE = -1.5


@pytest.mark.parametrize("kind", ["test", "predict"])
def test_averages_are_in_place_between_begin_and_end(kind, trained):
    events = CallbackList([SwapEMAWeights()], model=trained)

    getattr(events, f"on_{kind}_begin")()
    inside = float(trained.weight[0])
    getattr(events, f"on_{kind}_end")()

    assert (inside, float(trained.weight[0])) == (AVERAGE, WEIGHT)


def test_averages_stay_from_epoch_to_epoch_if_asked(trained):
    events = CallbackList([SwapEMAWeights(swap_on_epoch=True)], model=trained)

    events.on_epoch_end(0)
    between = float(trained.weight[0])
    events.on_epoch_begin(1)

    assert (between, float(trained.weight[0])) == (AVERAGE, WEIGHT)


def test_a_run_ends_with_the_averages_even_if_it_is_stopped(trained):
    events = CallbackList([SwapEMAWeights(swap_on_epoch=True)], model=trained, epochs=9)

    events.on_epoch_end(0)
    events.on_train_end()
    trained.optimizer.finalize_variable_values([trained.weight])

    assert float(trained.weight[0]) == AVERAGE


def test_an_optimizer_without_averages_is_an_error(trained):
    model = SimpleNamespace(optimizer=SGD())

    with pytest.raises(RuntimeError, match="use_ema=True"):
        CallbackList([SwapEMAWeights()], model=model).on_test_begin()
