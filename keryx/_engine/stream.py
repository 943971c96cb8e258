"""Batches that come one after another: generators, datasets, loaders."""

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from keryx._core.errors import DataError
from keryx._engine.data import unpack
from keryx._engine.state import Batch

AHEAD = 4


class PyDataset:
    """A data set whose batches are computed on demand, one by index.

    A subclass defines `__len__` (number of batches) and `__getitem__(index)`, which
    returns `(inputs, targets)` or `(inputs, targets, sample_weights)`.

    Args:
        workers: Threads that compute batches ahead.
        use_multiprocessing: Accepted for Keras's sake; threads are used, since NumPy
            and file reading let them run at a time.
        max_queue_size: Most batches computed ahead.
    """

    def __init__(
        self,
        workers: int = 1,
        use_multiprocessing: bool = False,
        max_queue_size: int = 10,
    ) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} defines no `__getitem__`.")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} defines no `__len__`.")

    @property
    def num_batches(self) -> int:
        """Number of batches in an epoch."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch."""


def length(source: Any) -> int | None:
    """Returns how many batches an epoch of `source` has, if it says so."""
    cardinality = getattr(source, "cardinality", None)
    if callable(cardinality):
        count = int(cardinality())
        return count if count >= 0 else None
    try:
        return len(source)
    except (TypeError, NotImplementedError):
        return None


class Stream:
    """Epochs over a source of batches.

    A source that can be iterated anew starts over at each epoch; a generator goes on
    where it stopped.

    Args:
        source: Iterable of batches, or an object with `__getitem__` and `__len__`.
        steps: Batches of an epoch; until the source ends if `None`.
        shuffle: Whether the batches of an indexed source come in random order.
        where: How messages name it.
    """

    def __init__(
        self, source: Any, steps: int | None, where: str, order: Any = None
    ) -> None:
        self.source = source
        self.steps = steps or length(source)
        self.where = where
        self.order = order
        self._going: Iterator[Any] | None = None

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """Yields the batches of one epoch, prepared ahead by another thread."""
        with contextlib.closing(ahead(self._batches(epoch), AHEAD)) as prepared:
            count = 0
            for batch in prepared:
                yield batch
                count += 1
        if count == 0:
            raise DataError(
                self.where,
                expected="at least one batch in each epoch",
                got=f"none in epoch {epoch + 1}",
                fix="A generator that ends cannot be started again: let it loop for "
                "ever and give `steps_per_epoch`, or pass an object that can be "
                "iterated anew.",
            )

    def _batches(self, epoch: int) -> Iterator[Batch]:
        source = self.source
        _call(source, "on_epoch_begin")
        items: Iterable[Any]
        if hasattr(source, "__getitem__") and hasattr(source, "__len__"):
            items = _indexed(source, self.order(epoch, len(source)))
        elif iter(source) is source:
            items = self._going = self._going or iter(source)
        else:
            items = source
        for count, item in enumerate(items, start=1):
            yield unpack(item, self.where)
            if self.steps is not None and count >= self.steps:
                break
        _call(source, "on_epoch_end")


def _call(source: Any, hook: str) -> None:
    method: Callable[[], None] | None = getattr(source, hook, None)
    if callable(method):
        method()


def _indexed(source: Any, order: Iterable[int]) -> Iterator[Any]:
    """Yields `source[i]` in order, computed by the source's workers ahead of use."""
    workers = int(getattr(source, "workers", 1) or 1)
    if workers <= 1:
        yield from (source[int(i)] for i in order)
        return
    limit = int(getattr(source, "max_queue_size", 10) or 10)
    with ThreadPoolExecutor(workers) as pool:
        waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for i in order:
            waiting.put(pool.submit(source.__getitem__, int(i)))
            if waiting.qsize() >= limit:
                yield waiting.get().result()
        while not waiting.empty():
            yield waiting.get().result()


_END = object()


def ahead(items: Iterator[Any], size: int) -> Generator[Any, None, None]:
    """Yields `items`, taken by another thread up to `size` ahead of use.

    Errors of the items' own come through where they would have. Closing the iterator
    ends the thread.
    """
    ready: queue.Queue[Any] = queue.Queue(maxsize=size)
    stop = threading.Event()

    def put(value: Any) -> bool:
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                ready.put(value, timeout=0.1)
                return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    return
            put(_END)
        except BaseException as error:  # handed over, raised in the reader's thread
            put(error)

    thread = threading.Thread(target=work, name="keryx-prefetch", daemon=True)
    thread.start()
    try:
        while (value := ready.get()) is not _END:
            if isinstance(value, BaseException):
                raise value
            yield value
    finally:
        stop.set()
        thread.join()
