"""What a model says of its last run: what ran, because of whom, and what it cost."""

import jax
import numpy as np
import pytest

from keryx import callbacks, layers
from keryx._engine import program
from keryx._engine.plan import Plan
from keryx._engine.program import Account, Made, PROGRAMS
from keryx.models import Sequential
from keryx.ops import _kernels
from keryx.report._account import account_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(48, 6)).astype("float32")
Y = X.sum(axis=1)


def explained(*hidden, x=X, y=Y, batch_size=16, epochs=2, verbose=0, **options):
    model = Sequential([layers.Input(np.shape(X)[1:]), *hidden, layers.Dense(1)])
    model.compile("sgd", "mse")
    if y is not None:
        options |= {"y": y, "batch_size": batch_size}
    model.fit(x, epochs=epochs, verbose=verbose, **options)
    return model.explain()


def generator():
    while True:
        yield X[:16], Y[:16]


class Looking(callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        pass


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "whole epochs per call, or several if short: nothing looks inside"),
        (
            {"callbacks": [callbacks.LambdaCallback(on_train_batch_end=print)]},
            "single batches per call: LambdaCallback looks at single batches",
        ),
        (
            {"callbacks": [Looking()], "validation_split": 0.5},
            "an epoch, Looking and validation between two.",
        ),
        (
            {"x": generator(), "y": None, "steps_per_epoch": 3},
            "as many batches per call as were loaded: nothing looks inside",
        ),
    ],
    ids=["arrays", "batches", "epochs", "stream"],
)
def test_what_ran_is_told_and_because_of_whom(options, words, capsys):
    assert words in explained(**options)


def test_the_first_run_compiles_and_the_second_does_not():
    first, second = (explained(layers.Dense(23, "tanh")) for _ in range(2))

    assert "Compiled the training step for batches of 16 in " in first
    assert "Compiled nothing: a program of the same structure was there." in second


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="elsewhere none are sums")
def test_small_products_are_told_to_be_sums():
    assert "small ones are sums" in explained(layers.Dense(5))


def test_large_products_are_counted_by_who_computes_them():
    text = explained(layers.Dense(256), layers.Dense(256), x=np.tile(X, (4, 1)),
                     y=np.tile(Y, 4), batch_size=64)  # fmt: skip

    assert "matrix products and convolutions in it " in text
    assert ("tile unit" in text) == _kernels.available()


def test_written_out_steps_are_told():
    text = explained(layers.Reshape((3, 2)), layers.LSTM(4))

    assert "Recurrent steps are written out" in text


def test_what_was_compiled_and_kept_on_the_disk_is_told():
    explained(layers.Dense(3, "tanh"))
    if not jax.config.jax_enable_compilation_cache:
        pytest.skip("the cache on the disk is off")
    PROGRAMS.clear()

    assert "s: found on the disk." in explained(layers.Dense(3, "tanh"))


def test_events_of_the_block_are_seen_and_no_others():
    with program._events() as seen:
        jax.monitoring.record_event(program.HIT)
    jax.monitoring.record_event("/another")

    assert seen == {program.HIT}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((False, False), "2 times, for batches of different shapes, in 2.00 s."),
        ((True, False), "in 2.00 s: 1 of them found on the disk."),
        ((True, True), "in 2.00 s: found on the disk."),
    ],
)
def test_several_programs_are_told_of_together(found, words):
    account = Account()
    for one in found:
        account.add(Made(1.0, one), 16, new=True)

    assert words in account_of(Plan(), account)


@pytest.mark.parametrize(
    ("seconds", "words"), [(2e-5, "20 µs"), (0.0125, "12.5 ms"), (3.2, "3.2 s")]
)
def test_a_step_is_timed_in_a_unit_that_fits(seconds, words):
    plan = Plan(step_seconds=seconds)

    assert f"A step took {words}." in account_of(plan, Account())


def test_a_model_that_was_not_trained_says_so():
    assert Sequential([layers.Dense(1)]).explain() == "Not trained yet."
