"""Batches made ahead by threads of their own: the enqueuers of older Kerases."""

import contextlib
import queue
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from keryx._core.errors import DataError, StateError
from keryx._core.hook import hooked

_END = object()
_POLL = 0.1  # seconds between looks at whether to stop


class SequenceEnqueuer:
    """Base class: a thread fills a queue of limited length, `get` empties it.

    Args:
        sequence: Where batches come from.
        use_multiprocessing: Accepted; threads are used.

    Attributes:
        queue: What is ready, or being made.
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False) -> None:
        self.sequence = sequence
        self.use_multiprocessing = use_multiprocessing
        self.queue: queue.Queue[Any] | None = None
        self.stop_signal = threading.Event()
        self.run_thread: threading.Thread | None = None

    def is_running(self) -> bool:
        """Tells whether `start` was called, and `stop` not since."""
        return self.run_thread is not None and not self.stop_signal.is_set()

    @hooked
    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Starts to make batches.

        Args:
            workers: Threads that make them.
            max_queue_size: Most batches made ahead; 0 sets no limit.

        Raises:
            StateError: If it runs.
        """
        if self.is_running():
            raise StateError(
                f"`{type(self).__name__}.start`", expected="to be stopped",
                got="one that runs", fix="Call `stop()` first.",
            )  # fmt: skip
        self.queue = queue.Queue(max_queue_size)
        self.stop_signal = threading.Event()
        self.run_thread = threading.Thread(
            target=self._run, args=(max(int(workers), 1),), daemon=True
        )
        self.run_thread.start()

    def stop(self, timeout: float | None = None) -> None:
        """Ends the threads and drops what is ready.

        Args:
            timeout: Seconds to wait for a batch that is being made; `None` waits for
                its end.
        """
        self.stop_signal.set()
        if self.run_thread is not None:
            self.run_thread.join(timeout)
            self.run_thread = None
        if self.queue is not None:
            _emptied(self.queue)
            self.queue.put(_END)  # for those who wait in `get`

    def get(self) -> Iterator[Any]:
        """Yields batches in order, until the source ends or `stop` is called.

        Raises:
            StateError: If `start` was not called.
            Exception: What making a batch raised.
        """
        if self.queue is None:
            raise StateError(
                f"`{type(self).__name__}.get`", expected="to be started",
                got="one that is not", fix="Call `start()` first.",
            )  # fmt: skip
        while self.is_running():
            item = self.queue.get()
            if item is _END:
                self.stop()
                return
            try:
                batch = item.result() if isinstance(item, Future) else item
                if isinstance(batch, _Raised):
                    raise batch.error
            except BaseException:
                self.stop()
                raise
            if batch is not None:
                yield batch

    def _run(self, workers: int) -> None:
        """Fills the queue, in a thread of its own."""
        try:
            self._fill(workers)
            self._put(_END)
        except BaseException as error:  # handed over, raised in the reader's thread
            self._put(_Raised(error))

    def _fill(self, workers: int) -> None:
        """Makes batches and puts them into the queue until it must stop."""
        raise NotImplementedError(f"{type(self).__name__} defines no `_fill`.")

    def _put(self, item: Any) -> bool:
        """Puts an item into the queue once there is room; `False` if it must stop."""
        assert self.queue is not None
        while not self.stop_signal.is_set():
            with contextlib.suppress(queue.Full):
                self.queue.put(item, timeout=_POLL)
                return True
        return False


class _Raised:
    """An error on its way to `get`."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _emptied(waiting: "queue.Queue[Any]") -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            item = waiting.get_nowait()
            if isinstance(item, Future):
                item.cancel()


class OrderedEnqueuer(SequenceEnqueuer):
    """Makes the batches of a `Sequence` by several threads; they come in order.

    After the last batch it begins again.

    Args:
        sequence: Has `__len__`, `__getitem__`, and maybe `on_epoch_end`.
        use_multiprocessing: Accepted; threads are used.
        shuffle: Whether each epoch has an order of its own.
    """

    def __init__(
        self, sequence: Any, use_multiprocessing: bool = False, shuffle: bool = False
    ) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def _fill(self, workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            while not self.stop_signal.is_set():
                going: list[Future[Any]] = []
                for i in self._order():
                    future = pool.submit(self.sequence.__getitem__, i)
                    # Those that are done are not kept: they hold their batches.
                    going = [one for one in (*going, future) if not one.done()]
                    if not self._put(future):
                        break
                self._finish_epoch(going)

    def _order(self) -> Iterable[int]:
        order = list(range(len(self.sequence)))
        if not order:
            raise DataError(
                "OrderedEnqueuer", expected="a sequence of batches", got="none of them"
            )
        if self.shuffle:
            random.shuffle(order)
        return order

    def _finish_epoch(self, going: list["Future[Any]"]) -> None:
        """Waits for an epoch's batches, then lets the source prepare the next."""
        while going and not self.stop_signal.is_set():
            going = list(wait(going, _POLL).not_done)
        end: Callable[[], Any] | None = getattr(self.sequence, "on_epoch_end", None)
        if end is not None and not self.stop_signal.is_set():
            end()


class GeneratorEnqueuer(SequenceEnqueuer):
    """Takes the batches of a generator ahead of their use, by one thread.

    Args:
        sequence: The generator; named `generator` as well.
        use_multiprocessing: Accepted; a thread is used.
        wait_time: Accepted.
        random_seed: Accepted: there are no processes whose draws have to differ.
    """

    @hooked
    def __init__(
        self,
        sequence: Any,
        use_multiprocessing: bool = False,
        wait_time: float | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(sequence, use_multiprocessing)

    def _fill(self, workers: int) -> None:
        for batch in self.sequence:
            if not self._put(batch):
                return
