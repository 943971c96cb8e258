"""Batches that come one after another: generators, datasets, loaders."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from keryx._core.errors import DataError
from keryx._engine.data import unpack
from keryx._engine.packs import Pack, Packer, packs
from keryx._engine.state import Batch


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

    def epoch(self, epoch: int, packer: Packer) -> Iterator[Pack]:
        """Yields the batches of one epoch, put together ahead by another thread."""
        _call(self.source, "on_epoch_begin")
        count = 0
        with contextlib.closing(packs(self._batches(epoch), packer)) as prepared:
            for pack in prepared:
                count += pack.count
                yield pack
        if count == 0:
            raise DataError(
                self.where,
                expected="at least one batch in each epoch",
                got=f"none in epoch {epoch + 1}",
                fix="A generator that ends cannot be started again: let it loop for "
                "ever and give `steps_per_epoch`, or pass an object that can be "
                "iterated anew.",
            )
        _call(self.source, "on_epoch_end")

    def _batches(self, epoch: int) -> Iterator[Batch]:
        source = self.source
        items: Iterable[Any]
        if hasattr(source, "__getitem__") and hasattr(source, "__len__"):
            items = _indexed(source, self.order(epoch, len(source)))
        else:
            items = iter(source)  # which is the source itself if it goes on
        for count, item in enumerate(items, start=1):
            yield unpack(item, self.where)
            if self.steps is not None and count >= self.steps:
                break


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
    pool, waiting = ThreadPoolExecutor(workers), deque[Future[Any]]()
    try:
        for i in order:
            waiting.append(pool.submit(source.__getitem__, int(i)))
            if len(waiting) >= limit:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
