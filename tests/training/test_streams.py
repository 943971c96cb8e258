"""Batches from outside train as arrays do, are made ahead, and leave nothing behind."""

import os
import signal
import threading
import time
import traceback

import jax
import numpy as np
import pytest

from keryx import layers
from keryx._engine import compiler, packs
from keryx._engine.data import unpack
from keryx._engine.program import PROGRAMS
from keryx._engine.state import Batch
from keryx.callbacks import Callback
from keryx.models import Sequential
from keryx.utils import PyDataset

RNG = np.random.default_rng(0)
X = RNG.normal(size=(44, 3)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("int32")
SIZE = 8
STARTS = range(0, len(X), SIZE)


def make_model(units=5):
    hidden = layers.Dense(units, "tanh")
    model = Sequential([layers.Input((3,)), hidden, layers.Dense(2)])
    for i, weight in enumerate(model.trainable_variables):
        weight.assign(np.sin(np.arange(weight.value.size) + i).reshape(weight.shape))
    model.compile("adam", "mse", metrics=["mae"])
    return model


def targets(rows=slice(None)):
    return np.eye(2, dtype="float32")[Y[rows]]


def batch(start, size=SIZE):
    rows = slice(start, start + size)
    return X[rows], targets(rows)


def generator(starts=STARTS):
    while True:
        yield from (batch(start) for start in starts)


class Loader:
    def __init__(self):
        self.passes = 0

    def __iter__(self):
        self.passes += 1
        yield from (batch(start) for start in STARTS)


class Indexed(PyDataset):
    def __len__(self):
        return len(STARTS)

    def __getitem__(self, index):
        return batch(STARTS[index])


def reused():
    """Yields batches in the same two arrays."""
    x, y = np.empty((SIZE, 3), "float32"), np.empty((SIZE, 2), "float32")
    while True:
        for start in STARTS[:-1]:
            x[...], y[...] = batch(start)
            yield x, y


def fitted(source, **options):
    model = make_model()
    options = {"epochs": 3, "verbose": 0, "shuffle": False, **options}
    history = model.fit(source, **options).history
    return history, model.get_weights()


def assert_equal(run, other):
    assert run[0] == other[0]
    for a, b in zip(run[1], other[1], strict=True):
        np.testing.assert_array_equal(a, b)


def prefetching():
    return [t for t in threading.enumerate() if t.name == "keryx-prefetch"]


@pytest.fixture(autouse=True)
def nothing_is_left_running():
    yield
    assert not prefetching()


@pytest.fixture(scope="module")
def whole():
    x, y = X[:40], targets(slice(40))
    return fitted(x, y=y, batch_size=SIZE)


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (lambda: generator(STARTS[:-1]), {"steps_per_epoch": 5}),
        (reused, {"steps_per_epoch": 5}),
        (lambda: (tuple(map(jax.numpy.asarray, b)) for b in generator(STARTS[:-1])),
         {"steps_per_epoch": 5}),
        (lambda: ((x.astype("f8"), y) for x, y in generator(STARTS[:-1])),
         {"steps_per_epoch": 5}),
    ],
    ids=["generator", "the same arrays again", "of JAX's arrays", "of doubles"],
)  # fmt: skip
def test_whole_batches_give_the_bits_of_arrays(make, options, whole):
    assert_equal(fitted(make(), **options), whole)


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (generator, {"steps_per_epoch": 6}),
        (Loader, {}),
        (Indexed, {}),
        (lambda: Indexed(workers=3), {}),
    ],
    ids=["generator", "loader", "indexed", "workers"],
)
def test_a_smaller_last_batch_gives_the_numbers_of_arrays(make, options):
    found, weights = fitted(make(), **options)

    expected, others = fitted(X, y=targets(), batch_size=SIZE)

    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-6)
    for a, b in zip(weights, others, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("linger", [0.0, 5.0])
def test_how_many_batches_run_together_changes_no_bit(linger, whole, monkeypatch):
    monkeypatch.setattr(packs, "LINGER", linger)

    assert_equal(fitted(generator(STARTS[:-1]), steps_per_epoch=5), whole)


def test_smaller_batches_of_all_sizes_run_in_one_more_program():
    sizes = [8, 8, 3, 8, 5, 1, 8, 7]
    batches = [batch(0, size) for size in sizes]
    model = make_model(units=7)  # which no other test has compiled
    model.fit(iter(batches[:2]), verbose=0)
    before = PROGRAMS.compiled

    model.fit(iter(batches), verbose=0)

    assert PROGRAMS.compiled - before == 1


def test_prediction_of_a_smaller_last_batch_compiles_nothing_more():
    model = make_model()
    expected = model.predict(X, batch_size=SIZE, verbose=0)
    before = PROGRAMS.compiled

    found = model.predict(Loader(), verbose=0)

    np.testing.assert_array_equal(found, expected)
    assert PROGRAMS.compiled == before


def test_weights_of_classes_and_samples_are_those_of_arrays():
    def run(*args, **options):
        model = Sequential([layers.Input((3,)), layers.Dense(2, "softmax")])
        model.set_weights([np.eye(3, 2), np.zeros(2)])
        model.compile("sgd", "sparse_categorical_crossentropy")
        options = {"class_weight": {0: 0.3, 1: 2.0}, "verbose": 0, **options}
        return model.fit(*args, shuffle=False, **options).history["loss"]

    weight = np.linspace(0.5, 1.5, len(X)).astype("float32")
    batches = [(X[i : i + SIZE], Y[i : i + SIZE], weight[i : i + SIZE]) for i in STARTS]

    found = run(iter(batches))

    expected = run(X, Y, batch_size=SIZE, sample_weight=weight)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_streams_validate_as_arrays_do():
    history, _ = fitted(Loader(), validation_data=Loader())

    expected, _ = fitted(
        X, y=targets(), batch_size=SIZE, validation_data=(X, targets())
    )
    np.testing.assert_allclose(history["val_loss"], expected["val_loss"], rtol=1e-6)


# --- how much is read, and when -------------------------------------------------------


def test_an_iterator_goes_on_where_an_epoch_stopped():
    numbers = iter(range(100))
    source = (batch(STARTS[i % 5]) for i in numbers)

    make_model().fit(source, steps_per_epoch=3, epochs=4, verbose=0)

    assert next(numbers) == 12


def test_a_look_at_the_first_batch_begins_no_other_pass():
    source, checking = Loader(), Loader()

    fitted(source, epochs=2, validation_data=checking)

    assert (source.passes, checking.passes) == (2, 2)


def test_a_source_is_told_of_its_epochs_behind_their_last_batch():
    told = []

    class Telling(Indexed):
        def on_epoch_begin(self):
            told.append(("begin", threading.current_thread()))

        def on_epoch_end(self):
            told.append(("end", threading.current_thread()))

    class Seeing(Callback):
        def on_train_batch_end(self, batch, logs=None):
            told.append((batch, threading.current_thread()))

    make_model().fit(Telling(), epochs=2, callbacks=[Seeing()], verbose=0)

    here = threading.current_thread()
    moments = ["begin", *range(len(STARTS)), "end"]
    assert told == [(moment, here) for moment in moments * 2]


def test_an_empty_source_is_refused():
    with pytest.raises(ValueError, match="at least one batch"):
        make_model().fit(iter([]), verbose=0)


@pytest.mark.parametrize("workers", [0, 3], ids=["generator", "workers"])
def test_batches_are_loaded_while_the_program_compiles(workers, monkeypatch):
    compiling, loaded = threading.Event(), threading.Event()
    look = compiler.contents_of

    def read(index):
        if index == 1:
            assert compiling.wait(10)
            loaded.set()
        return batch(STARTS[index])

    def waiting(traced):
        compiling.set()
        assert loaded.wait(10)
        return look(traced)

    class Slow(Indexed):
        def __getitem__(self, index):
            return read(index)

    monkeypatch.setattr(compiler, "contents_of", waiting)
    source = Slow(workers=workers) if workers else map(read, range(len(STARTS)))

    make_model(13 + workers).fit(source, shuffle=False, verbose=0)


# --- ends before the end --------------------------------------------------------------


def broken(error):
    yield from (batch(start) for start in STARTS[:3])
    raise error


def test_an_error_of_the_source_comes_with_its_own_traceback():
    error = RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone") as caught:
        make_model().fit(broken(error), verbose=0)

    assert caught.value is error
    assert "broken" in [f.name for f in traceback.extract_tb(error.__traceback__)]


def test_batches_before_an_error_are_trained_on():
    model, other = make_model(), make_model()
    with pytest.raises(RuntimeError, match="late"):
        model.fit(broken(RuntimeError("late")), verbose=0)

    other.fit(X[:24], targets(slice(24)), batch_size=SIZE, shuffle=False, verbose=0)

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_of_a_worker_ends_the_others(workers):
    class Broken(Indexed):
        def __getitem__(self, index):
            if index == 2:
                raise KeyError("no such file")
            return super().__getitem__(index)

    before = threading.active_count()

    with pytest.raises(KeyError, match="no such file"):
        make_model().fit(Broken(workers=workers), shuffle=False, verbose=0)

    assert threading.active_count() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_interrupted_leaves_no_thread(error):
    class Interrupting(Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise error("enough")

    source = generator()

    with pytest.raises(error, match="enough"):
        make_model().fit(
            source, steps_per_epoch=500, callbacks=[Interrupting()], verbose=0
        )

    assert not prefetching()
    assert len(next(source)) == 2  # which is nobody else's any more, and goes on


def test_a_signal_ends_the_wait_for_a_slow_source():
    def slow(signals):
        yield batch(0)
        time.sleep(0.5)  # until the batch was used, and the next is waited for
        for number in signals:
            os.kill(os.getpid(), number)
        time.sleep(0.5)
        yield batch(0)

    model = make_model()
    model.fit(slow([]), verbose=0)  # compiles what is needed below

    # A shell has what it starts in the background ignore this signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            model.fit(slow([signal.SIGINT]), verbose=0)
    finally:
        signal.signal(signal.SIGINT, before)

    assert not prefetching()


def test_a_run_that_a_callback_stops_leaves_no_thread():
    class Stopping(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 3

    history, _ = fitted(generator(), steps_per_epoch=500, callbacks=[Stopping()])

    assert len(history["loss"]) == 1


# --- copies ---------------------------------------------------------------------------


def test_the_device_takes_a_pack_over_without_a_copy():
    made = packs._empty(np.ones((16, 4), "float32"), 32)

    assert jax.device_put(made).unsafe_buffer_pointer() == made.ctypes.data


def test_ready_arrays_are_not_copied_before_they_are_packed():
    x, y = batch(0)

    found = unpack((x, y), "test")

    assert found.x is x
    assert found.y is y


def test_packs_are_as_large_as_their_limits_say(monkeypatch):
    monkeypatch.setattr(packs, "BYTES", 3 * SIZE * 5 * 4)
    packer = packs.Packer()

    made = [pack for i in STARTS[:5] for pack in packer.add(Batch(*batch(i)))]

    assert [pack.count for pack in [*made, *packer.close()]] == [3, 2]


@pytest.mark.parametrize(
    ("together", "bytes_ahead", "count"),
    [(1, 1, 2), (1, 5, 5), (1, 1000, 64), (32, 1, 64), (32, 1000, 64)],
)
def test_small_packs_wait_in_greater_number(together, bytes_ahead, count, monkeypatch):
    size = SIZE * 5 * 4  # bytes of a batch
    monkeypatch.setattr(packs, "BYTES", together * size)
    monkeypatch.setattr(packs, "AHEAD_BYTES", bytes_ahead * size)
    handover = packs._Handover(iter(()), packs.Packer())

    while not handover._is_full():
        handover.ready += handover.packer.add(Batch(*batch(0)))

    assert sum(pack.count for pack in handover.ready) == count
