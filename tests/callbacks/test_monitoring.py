"""Callbacks that steer training by its logs."""

import math

import numpy as np
import pytest

from keryx import callbacks as cb


def run(callback, model, values, name="loss"):
    """Plays epochs; the weight of an epoch is its number. Returns how many were run."""
    events = cb.CallbackList([callback], model=model, epochs=len(values))
    events.on_train_begin()
    for epoch, value in enumerate(values):
        events.on_epoch_begin(epoch)
        model.weight[:] = epoch
        events.on_epoch_end(epoch, {name: value})
        if events.stop:
            break
    events.on_train_end()
    return epoch + 1


@pytest.mark.parametrize(
    ("options", "values", "epochs"),
    [
        ({}, [3, 2, 1, 1, 0], 4),
        ({"patience": 2}, [3, 4, 4, 1], 3),
        ({"patience": 2}, [3, 4, 2, 4, 4, 4], 5),
        ({"mode": "max"}, [1, 2, 1, 3], 3),
        ({"min_delta": 0.5}, [3, 2.8, 1], 2),
        ({"min_delta": -0.5}, [3, 2.8, 1], 2),
        ({"baseline": 1, "patience": 2}, [3, 2, 1.5, 1.2, 1.1], 5),
        ({"baseline": 1, "patience": 1}, [3, 3, 3], 2),
        ({"start_from_epoch": 3}, [1, 2, 3, 4, 5, 6], 5),
        ({"patience": 1}, [math.nan, 2, 1, 3], 4),
    ],
)
def test_early_stopping_stops_after_patience(options, values, epochs, model):
    assert run(cb.EarlyStopping("loss", **options), model, values) == epochs


def test_early_stopping_restores_the_best_weights(model, capsys):
    stopping = cb.EarlyStopping(
        "loss", patience=2, restore_best_weights=True, verbose=1
    )

    run(stopping, model, [3, 1, 2, 2, 0])

    np.testing.assert_array_equal(model.weight, [1, 1])
    assert capsys.readouterr().out == (
        "Epoch 4: early stopping\nWeights are those of the best epoch, 2\n"
    )


def test_the_best_weights_come_back_even_if_training_was_not_stopped(model):
    run(
        cb.EarlyStopping("loss", patience=9, restore_best_weights=True),
        model,
        [3, 1, 2],
    )

    np.testing.assert_array_equal(model.weight, [1, 1])


def test_early_stopping_begins_anew_in_each_run(model):
    stopping = cb.EarlyStopping("loss", patience=1)
    run(stopping, model, [0, 1, 1])
    model.stop_training = False

    assert run(stopping, model, [9, 8, 7, 7]) == 4
    assert stopping.best == 7


def test_the_monitor_may_be_an_alias(model):
    stopping = cb.EarlyStopping("val_acc")

    assert run(stopping, model, [0.1, 0.2, 0.1, 0.3], "val_accuracy") == 3


def test_an_unknown_direction_is_the_minimum_with_a_warning(model):
    with pytest.warns(UserWarning, match="mode"):
        cb.EarlyStopping("zest").check_monitor(["zest"])


def test_a_missing_value_is_a_warning_unless_the_names_were_checked(model):
    stopping = cb.EarlyStopping("val_loss")
    with pytest.warns(UserWarning, match="expected a log 'val_loss', but got loss"):
        run(stopping, model, [1.0])

    stopping.check_monitor(["loss", "val_loss"])
    assert run(stopping, model, [1.0, 1.0, 1.0]) == 3


def test_a_value_that_is_not_one_number_is_an_error(model):
    with pytest.raises(ValueError, match="one number"):
        run(cb.EarlyStopping("f1"), model, [np.ones(3)], "f1")


@pytest.mark.parametrize("cls", [cb.EarlyStopping, cb.ReduceLROnPlateau])
def test_an_unknown_mode_is_an_error(cls):
    with pytest.raises(ValueError, match="'auto', 'min', 'max'"):
        cls(mode="maximum")


def test_reduce_lr_lowers_the_rate_and_logs_it(model, capsys):
    reduce = cb.ReduceLROnPlateau("loss", factor=0.5, patience=1, verbose=1)
    events = cb.CallbackList([reduce], add_history=True, model=model)
    events.on_train_begin()
    for epoch, loss in enumerate([1.0, 1.0, 0.5]):
        events.on_epoch_end(epoch, {"loss": loss})

    rates = model.history.history["lr"]
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.05], rtol=1e-6)
    assert capsys.readouterr().out == "Epoch 2: learning rate reduced to 0.05\n"


def test_reduce_lr_stops_at_the_least_rate(model):
    run(cb.ReduceLROnPlateau("loss", patience=1, min_lr=0.03), model, [1] * 6)

    assert float(model.optimizer.learning_rate) == pytest.approx(0.03)


@pytest.mark.parametrize("factor", [1.0, 2, -0.1])
def test_a_factor_that_reduces_nothing_is_an_error(factor):
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        cb.ReduceLROnPlateau(factor=factor)


@pytest.mark.parametrize(
    "schedule",
    [
        lambda epoch: 0.1 * 2.0**-epoch,
        lambda epoch, lr: lr / 2 if epoch else lr,
        lambda epoch, lr=0.0: np.float32(lr / 2 if epoch else lr),
    ],
)
def test_schedules_of_one_or_two_arguments_set_the_rate(schedule, model):
    events = cb.CallbackList(
        cb.LearningRateScheduler(schedule), add_history=True, model=model
    )
    for epoch in range(3):
        events.on_epoch_begin(epoch)
        events.on_epoch_end(epoch, {"loss": 0.0})

    rates = model.history.history["learning_rate"]
    np.testing.assert_allclose(rates, [0.1, 0.05, 0.025], rtol=1e-6)


def test_an_error_inside_a_schedule_is_not_hidden(model):
    def broken(epoch, lr):
        raise TypeError("my mistake")

    with pytest.raises(TypeError, match="my mistake"):
        run(cb.LearningRateScheduler(broken), model, [1])


@pytest.mark.parametrize("rate", [None, "0.1", np.ones(2)], ids=str)
def test_a_schedule_that_gives_no_number_is_an_error(rate, model):
    with pytest.raises(ValueError, match="returns a number"):
        run(cb.LearningRateScheduler(lambda epoch: rate), model, [1])


def test_an_optimizer_without_a_rate_is_an_error(model):
    model.optimizer = None

    with pytest.raises(RuntimeError, match="learning_rate"):
        run(cb.LearningRateScheduler(lambda epoch: 0.1), model, [1])


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_terminate_on_nan_stops_and_says_where(loss, model, capsys):
    events = cb.CallbackList([cb.TerminateOnNaN()], model=model)
    events.on_epoch_begin(1)
    events.on_train_batch_end(3, {"loss": 1.0})
    assert not events.stop

    events.on_train_batch_end(7, {"loss": loss})

    assert events.stop
    assert f"Epoch 2, batch 8: the loss is {loss}" in capsys.readouterr().out


def test_terminate_on_nan_may_raise(model):
    guard = cb.TerminateOnNaN(raise_error=True)

    with pytest.raises(RuntimeError, match="Epoch 1, batch 1: expected a finite loss"):
        guard.on_train_batch_end(0, {"loss": math.nan})
