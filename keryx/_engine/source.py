"""An epoch as pieces that one call of a program runs each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from keryx._engine import data as data_module
from keryx._engine.plan import Plan
from keryx._engine.state import Batch
from keryx._engine.stream import Stream


@dataclass(frozen=True, slots=True)
class Piece:
    """Some successive batches of an epoch.

    Attributes:
        data: Arrays on the device.
        order: Rows in the order of use, or `None` for the order they are in.
        start: First place in `order`.
        count: Number of batches.
        batch_size: Rows of each.
        first: Number of its first batch in the epoch.
    """

    data: Batch
    order: Any
    start: int
    count: int
    batch_size: int
    first: int


class Source(Protocol):
    """Where an epoch's pieces come from."""

    steps: int | None

    def pieces(self, epoch: int, plan: Plan) -> Iterator[Piece]:
        """Yields the pieces of one epoch, as long as the plan wants them."""

    def tail(self) -> Piece | None:
        """Returns a smaller last batch, if it is known that there is one."""


class ArraySource:
    """Data in memory, put on the device once.

    Args:
        batch: All rows.
        batch_size: Rows of a step.
        shuffle: Whether each epoch has an order of its own; "batch" shuffles batches.
        seed: Seed of the orders.
        steps: Batches of an epoch; all of them if `None`. Fewer go on where the last
            epoch stopped, more start over.
    """

    def __init__(
        self,
        batch: Batch,
        batch_size: int,
        *,
        shuffle: bool | str = False,
        seed: int = 0,
        steps: int | None = None,
    ) -> None:
        self.data = data_module.on_device(batch)
        self.rows = data_module.rows(batch)
        self.batch_size = min(batch_size, self.rows)
        self.shuffle = shuffle
        self.seed = seed
        self.full, self.rest = divmod(self.rows, self.batch_size)
        self.whole = self.full + bool(self.rest)
        self.steps: int | None = self.whole
        self.limit = steps

    def order(self, epoch: int) -> np.ndarray[Any, Any] | None:
        """Returns the rows in the order of an epoch: a function of seed and epoch."""
        if not self.shuffle:
            return None
        generator = np.random.Generator(np.random.Philox(key=[self.seed, epoch]))
        if self.shuffle == "batch":
            batches = generator.permutation(self.full)
            starts = batches[:, None] * self.batch_size
            mixed = (starts + np.arange(self.batch_size)).ravel()
            tail = np.arange(self.full * self.batch_size, self.rows)
            return np.concatenate([mixed, tail]).astype(np.int32)
        return generator.permutation(self.rows).astype(np.int32)

    def tail(self) -> Piece | None:
        """Returns a smaller last batch, if there is one beside others."""
        if not self.rest or not self.full:
            return None
        start = self.full * self.batch_size
        return Piece(self.data, self.order(0), start, 1, self.rest, self.full)

    def pieces(self, epoch: int, plan: Plan) -> Iterator[Piece]:
        """Yields the pieces of one epoch, as long as the plan wants them."""
        if self.limit is None:
            yield from self._pass(epoch, plan, 0, self.whole, 0)
            return
        done = 0
        while done < self.limit:
            turn, first = divmod(epoch * self.limit + done, self.whole)
            last = min(self.whole, first + self.limit - done)
            yield from self._pass(turn, plan, first, last, done)
            done += last - first

    def _pass(
        self, turn: int, plan: Plan, first: int, last: int, number: int
    ) -> Iterator[Piece]:
        """Yields the batches `first` to `last` of one pass over the rows."""
        order, size, at = self.order(turn), self.batch_size, first
        while at < min(last, self.full):
            count = plan.steps(min(last, self.full) - at)
            start, place = at * size, number + at - first
            yield Piece(self.data, order, start, count, size, place)
            at += count
        if self.rest and last > self.full:
            place = number + self.full - first
            yield Piece(self.data, order, self.full * size, 1, self.rest, place)


class StreamSource:
    """Batches from outside, one a piece.

    Args:
        stream: Where they come from.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.steps = stream.steps

    def tail(self) -> None:
        """Returns `None`: what comes is not known before it does."""

    def pieces(self, epoch: int, plan: Plan) -> Iterator[Piece]:
        """Yields the batches of one epoch."""
        number = -1
        for number, batch in enumerate(self.stream.epoch(epoch)):
            size = data_module.rows(batch)
            yield Piece(data_module.on_device(batch), None, 0, 1, size, number)
        self.steps = number + 1
