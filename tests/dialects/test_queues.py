"""Enqueuers: order, limits, errors, and nothing left running."""

import threading
import time

import pytest

from keryx._core.errors import DataError, StateError
from keryx.dialects._queues import GeneratorEnqueuer, OrderedEnqueuer

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")


class Numbers:
    """Batches 0 to 4; the first take longest."""

    def __init__(self, bad=None):
        self.bad, self.epochs, self.asked = bad, 0, []

    def __len__(self):
        return 5

    def __getitem__(self, i):
        self.asked.append(i)
        time.sleep(0.002 * (5 - i))
        if i == self.bad:
            raise ValueError("this one is broken")
        return i

    def on_epoch_end(self):
        self.epochs += 1


@pytest.fixture(autouse=True)
def _nothing_left_running():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("workers", [1, 3])
def test_batches_come_in_order_epoch_after_epoch(workers):
    source = Numbers()
    queue = OrderedEnqueuer(source)
    queue.start(workers=workers, max_queue_size=2)
    batches = queue.get()

    found = [next(batches) for _ in range(12)]
    queue.stop()

    assert found == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
    assert source.epochs == 2


def test_shuffled_epochs_have_every_batch_once():
    queue = OrderedEnqueuer(Numbers(), shuffle=True)
    queue.start(workers=2)
    batches = queue.get()

    found = [sorted(next(batches) for _ in range(5)) for _ in range(2)]
    queue.stop()

    assert found == [[0, 1, 2, 3, 4]] * 2


def test_no_more_batches_are_made_than_the_queue_holds():
    taken = []
    queue = GeneratorEnqueuer(taken.append(i) or i for i in range(100))
    queue.start(max_queue_size=3)
    time.sleep(0.1)
    queue.stop()

    assert len(taken) <= 4  # one waits for room


def test_an_error_in_a_worker_is_raised_where_batches_are_read():
    queue = OrderedEnqueuer(Numbers(bad=2))
    queue.start(workers=2)
    batches = queue.get()

    assert [next(batches), next(batches)] == [0, 1]
    with pytest.raises(ValueError, match="broken"):
        next(batches)
    assert not queue.is_running()


def test_an_error_in_a_generator_is_raised_where_batches_are_read():
    def broken():
        yield 1
        raise ValueError("this one is broken")

    queue = GeneratorEnqueuer(broken())
    queue.start()

    with pytest.raises(ValueError, match="broken"):
        list(queue.get())


def test_a_generator_that_ends_ends_the_batches():
    queue = GeneratorEnqueuer(iter("abc"))
    queue.start()

    assert list(queue.get()) == ["a", "b", "c"]
    assert not queue.is_running()


def test_arguments_of_keras_1_are_understood():
    queue = GeneratorEnqueuer(generator=iter("ab"), pickle_safe=True)
    queue.start(nb_worker=1, max_q_size=2, wait_time=0.05)

    assert list(queue.get()) == ["a", "b"]


def test_stop_wakes_whoever_waits():
    hold = threading.Event()

    def slow():
        yield 1
        hold.wait(5)

    queue = GeneratorEnqueuer(slow())
    queue.start()
    found = []
    reader = threading.Thread(target=lambda: found.extend(queue.get()))
    reader.start()
    time.sleep(0.05)
    hold.set()
    queue.stop()
    reader.join(5)

    assert not reader.is_alive()
    assert found == [1]


def test_misuse_is_named():
    queue = GeneratorEnqueuer(iter("abc"))
    with pytest.raises(StateError, match="start"):
        next(queue.get())
    queue.start()
    with pytest.raises(StateError, match="stop"):
        queue.start()
    queue.stop()


def test_a_sequence_without_batches_is_refused():
    queue = OrderedEnqueuer([])
    queue.start()

    with pytest.raises(DataError, match="none of them"):
        next(queue.get())
