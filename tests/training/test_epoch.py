"""What one compiled program does is what its steps do one by one."""

import jax
import numpy as np
import pytest

import keryx
from keryx._engine.epoch import Extent, make_loop, Sizes
from keryx._engine.plan import Plan
from keryx._engine.source import ArraySource, Piece
from keryx._engine.state import Batch
from keryx.callbacks import Callback, CallbackList
from keryx.optimizers import SGD


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.usefixtures("seeded")
def test_whole_epoch_equals_its_steps_one_by_one(make_model, make_job, data):
    job = make_job(make_model())
    start = jax.tree.map(np.array, job.session.read())
    order = np.random.default_rng(1).permutation(40).astype("int32")
    loop = make_loop(job.step, job.meters, Sizes(8))

    whole, logs = jax.jit(loop)(start, Batch(*data), order[None], Extent(0, 5).array())

    state, step = start, jax.jit(job.step)
    for rows in order.reshape(5, 8):
        state = step(state, Batch(data[0][rows], data[1][rows]))
    jax.tree.map(close, whole, state)
    close(logs["loss"], job.meters.compute(state.metrics)["loss"])


@pytest.mark.usefixtures("seeded")
def test_an_epoch_in_pieces_equals_an_epoch_in_one(make_model, make_job, data):
    job = make_job(make_model())
    start = jax.tree.map(np.array, job.session.read())
    loop = jax.jit(make_loop(job.step, job.meters, Sizes(8)))

    def run(state, *extent):
        return loop(state, Batch(*data), None, Extent(*extent).array())[0]

    whole = run(start, 0, 5)

    state = run(start, 0, 2)
    state = run(state, 16, 3, 0, 1, 0)
    jax.tree.map(np.testing.assert_array_equal, whole, state)


def test_the_metrics_of_an_epoch_are_of_that_epoch_alone(make_model, data):
    options = {"batch_size": 8, "verbose": 0, "shuffle": False}
    together = make_model(rate=0.0, optimizer=SGD(0.05))
    apart = make_model(rate=0.0, optimizer=SGD(0.05))
    apart.set_weights(together.get_weights())

    losses = together.fit(*data, epochs=2, **options).history["loss"]

    singly = [apart.fit(*data, **options).history["loss"][0] for _ in range(2)]
    np.testing.assert_allclose(losses, singly, rtol=1e-6)
    assert losses[1] < 0.99 * losses[0]


def test_an_epoch_uses_every_row_once(data):
    source = ArraySource(Batch(*data), 8, shuffle=True, seed=3)
    plan = type("All", (), {"steps": staticmethod(lambda left: left)})

    rows = []
    for piece in source.pieces(0, plan):
        assert isinstance(piece, Piece)
        start, steps, tail, *_ = piece.extent
        stop = start + steps * piece.batch_size + tail * piece.rest
        rows += piece.order[0, start:stop].tolist()

    assert rows != sorted(rows)
    assert sorted(rows) == list(range(44))


def test_epochs_have_orders_of_their_own_that_only_the_seed_determines(data):
    first, again, other = (
        ArraySource(Batch(*data), 8, shuffle=True, seed=seed) for seed in (3, 3, 4)
    )

    np.testing.assert_array_equal(first.order(1), again.order(1))
    assert (first.order(0) != first.order(1)).any()
    assert (first.order(0) != other.order(0)).any()


def test_more_steps_than_an_epoch_has_start_over(data):
    source = ArraySource(Batch(*data), 8, steps=9)
    plan = type("All", (), {"steps": staticmethod(lambda left: left)})

    pieces = list(source.pieces(0, plan))

    assert [piece.count for piece in pieces] == [6, 3]
    assert [piece.first for piece in pieces] == [0, 6]


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("shuffle", [True, False])
def test_several_epochs_in_one_call_equal_epochs_one_by_one(make_model, data, shuffle):
    class Between(Callback):
        """Looks at every epoch, so that each is a call of its own."""

        def on_epoch_end(self, epoch, logs=None):
            self.seen = epoch

    options = {"batch_size": 8, "epochs": 9, "verbose": 0, "shuffle": shuffle}
    together, apart = make_model(rate=0.3), make_model(rate=0.3)
    apart.set_weights(together.get_weights())
    keryx.utils.set_random_seed(5)
    whole = together.fit(*data, **options)
    keryx.utils.set_random_seed(5)
    each = apart.fit(*data, callbacks=[Between()], **options)

    assert whole.epoch == each.epoch == list(range(9))
    for name, values in each.history.items():
        np.testing.assert_array_equal(values, whole.history[name])
    for a, b in zip(together.get_weights(), apart.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_epochs_share_a_call_only_if_nobody_looks_between_them(data):
    plan = Plan(room=8, step_seconds=1e-5)
    assert plan.epochs(100, 6) == 8
    assert plan.epochs(3, 6) == 3
    assert Plan(room=8, step_seconds=1.0).epochs(100, 6) == 1
    assert Plan(room=1, step_seconds=1e-5).epochs(100, 6) == 1
    assert Plan(room=8).epochs(100, 6) == 1  # nothing is measured yet

    class Looks(Callback):
        def on_epoch_end(self, epoch, logs=None):
            pass

    assert CallbackList(add_history=True, add_progbar=True, verbose=2).patient
    assert not CallbackList([Looks()], add_history=True).patient
