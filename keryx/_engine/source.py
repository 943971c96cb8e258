"""An epoch as pieces that one call of a program runs each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from keryx._engine import data as data_module
from keryx._engine.epoch import Extent, Sizes
from keryx._engine.packs import Pack, Packer
from keryx._engine.plan import Plan
from keryx._engine.state import Batch
from keryx._engine.stream import Stream

# Most epochs of one call of a program, and most numbers in their orders.
MAX_ROOM, MAX_ORDER = 256, 200_000
# Most bytes of data that are copied to be of a size that other data sets have too.
MAX_SPARE = 2**26


@dataclass(frozen=True, slots=True)
class Piece:
    """Some successive batches of an epoch, or several whole epochs.

    Attributes:
        data: Arrays on the device.
        order: Rows in the order of use, `(room, rows)`; `None` for the order they are
            in.
        extent: What to run of it.
        batch_size: Rows of a batch.
        first: Number of its first batch in the epoch.
        rest: Rows of the smaller last batch, 0 if there is none.
        room: Most epochs that the program runs.
        whole: Rows that each of its batches may be filled up to; 0 if they are whole.
    """

    data: Batch
    order: Any
    extent: Extent
    batch_size: int
    first: int = 0
    rest: int = 0
    room: int = 1
    whole: int = 0

    @property
    def count(self) -> int:
        """Number of batches in each epoch."""
        return self.extent.steps + self.extent.tail

    def sizes(self, *, fill: bool) -> Sizes:
        """Returns the rows of the batches, the last one filled up if it may be."""
        if fill and self.whole:
            return Sizes(self.whole, filled=True)
        if fill and self.rest:
            return Sizes(self.batch_size, filled=True)
        return Sizes(self.batch_size, self.rest)


class Source(Protocol):
    """Where an epoch's pieces come from.

    Attributes:
        steps: Batches of an epoch; `None` while it is not known.
        room: Most epochs that one call of a program may run.
    """

    steps: int | None
    room: int

    def pieces(self, epoch: int, plan: Plan, epochs: int = 1) -> Iterator[Piece]:
        """Yields the pieces of one epoch, as long as the plan wants them.

        Several epochs, no more than there is room for, are one piece.
        """


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
        self.rows = data_module.rows(batch)
        self.length = common_length(batch, self.rows)
        self.data = data_module.on_device(lengthened(batch, self.length))
        self.batch_size = min(batch_size, self.rows)
        self.shuffle = shuffle
        self.seed = seed
        self.full, self.rest = divmod(self.rows, self.batch_size)
        self.whole = self.full + bool(self.rest)
        self.steps: int | None = self.whole
        self.limit = steps
        fitting = min(max(MAX_ORDER // self.length, 1), MAX_ROOM)
        self.room = 1 if steps is not None else fitting if shuffle else MAX_ROOM

    def order(self, epoch: int) -> np.ndarray[Any, Any]:
        """Returns the rows in the order of an epoch: a function of seed and epoch."""
        generator = np.random.Generator(np.random.Philox(key=[self.seed, epoch]))
        if self.shuffle == "batch":
            batches = generator.permutation(self.full)
            starts = batches[:, None] * self.batch_size
            mixed = (starts + np.arange(self.batch_size)).ravel()
            tail = np.arange(self.full * self.batch_size, self.rows)
            return np.concatenate([mixed, tail]).astype(np.int32)
        return generator.permutation(self.rows).astype(np.int32)

    def orders(self, epoch: int, epochs: int = 1) -> np.ndarray[Any, Any] | None:
        """Returns the orders of successive epochs, with room for as many as fit."""
        if not self.shuffle:
            return None
        found = np.zeros((self.room, self.length), np.int32)
        for i in range(epochs):
            found[i, : self.rows] = self.order(epoch + i)
        return found

    def pieces(self, epoch: int, plan: Plan, epochs: int = 1) -> Iterator[Piece]:
        """Yields the pieces of one epoch, as long as the plan wants them."""
        if epochs > 1:
            extent = Extent(0, self.full, int(self.rest > 0), epochs)
            yield self._piece(self.orders(epoch, epochs), extent, 0)
            return
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
        orders, at = self.orders(turn), first
        while at < last:
            wanted = min(plan.steps(last - at), last - at)
            count = min(wanted, self.full - at)
            tail = wanted - count
            place = number + at - first
            extent = Extent(at * self.batch_size, count, tail, 1, int(place == 0))
            yield self._piece(orders, extent, place)
            at += wanted

    def _piece(self, orders: Any, extent: Extent, first: int) -> Piece:
        size, rest, room = self.batch_size, self.rest, self.room
        extent = extent._replace(rows=self.rows)
        return Piece(self.data, orders, extent, size, first, rest, room)


def common_length(batch: Batch, rows: int) -> int:
    """Returns a number of rows that data sets of nearly the same size share.

    It is at most a sixteenth more: the folds of a cross-validation then run in one
    program, though some have a row more than others.
    """
    size = sum(a.nbytes for a in jax.tree.leaves(batch))
    step = 1 << max(rows.bit_length() - 5, 0)
    return -(-rows // step) * step if size <= MAX_SPARE else rows


def lengthened(batch: Batch, length: int) -> Batch:
    """Returns arrays of so many rows: after the given ones come zeros, not in use."""

    def lengthen(a: Any) -> Any:
        more = [(0, length - len(a))] + [(0, 0)] * (a.ndim - 1)
        if length == len(a):
            return a
        return jnp.pad(a, more) if isinstance(a, jax.Array) else np.pad(a, more)

    longer: Batch = jax.tree.map(lengthen, batch)
    return longer


class Rows(NamedTuple):
    """Rows of arrays in memory, in an order that somebody else decides.

    A source of batches may have a method `__keryx_rows__` that returns these four, or
    `None` if its batches are something else. Whole epochs of it run as one program.

    Attributes:
        arrays: The arrays, nested as the batches are.
        order: Returns the numbers of the rows of the next pass over the source.
        total: Rows of each pass.
        batch_size: Rows of a batch.
    """

    arrays: Any
    order: Callable[[], np.ndarray[Any, Any]]
    total: int
    batch_size: int


class RowSource(ArraySource):
    """Rows in memory in an order that their owner decides, anew for each epoch.

    Args:
        batch: All rows.
        rows: What is known of them.
    """

    def __init__(self, batch: Batch, rows: Rows) -> None:
        super().__init__(batch, rows.batch_size)
        self.next_order, count = rows.order, rows.total
        self.rows, self.batch_size = count, min(rows.batch_size, count)
        self.full, self.rest = divmod(count, self.batch_size)
        self.steps = self.whole = self.full + bool(self.rest)
        self.room = min(max(MAX_ORDER // count, 1), MAX_ROOM)

    def orders(self, epoch: int, epochs: int = 1) -> np.ndarray[Any, Any] | None:
        """Returns the orders of successive epochs, with room for as many as fit."""
        found = np.zeros((self.room, self.rows), np.int32)
        for i in range(epochs):
            found[i] = self.next_order()
        return found


class StreamSource:
    """Batches from outside, several of them a piece.

    Args:
        stream: Where they come from.
        packer: What puts them together.
    """

    room = 1

    def __init__(self, stream: Stream, packer: Packer) -> None:
        self.stream = stream
        self.steps = stream.steps
        self.packer = packer

    def pieces(self, epoch: int, plan: Plan, epochs: int = 1) -> Iterator[Piece]:
        """Yields the batches of one epoch, as many at a time as are there."""
        number = 0
        for pack in self.stream.epoch(epoch, self.packer):
            done = 0
            while done < pack.count:
                here = pack.count - done
                left = max(here, (self.steps or 0) - number)
                steps = min(plan.steps(left), here)
                yield _cut(pack, done, steps, number)
                done += steps
                number += steps
        self.steps = number


def _cut(pack: Pack, done: int, steps: int, number: int) -> Piece:
    """Returns a few batches of a pack; `number` is the first one's in the epoch."""
    start = pack.start + done * pack.size
    extent = Extent(start, steps, fresh=int(number == 0), rows=pack.whole)
    return Piece(pack.data, None, extent, pack.size, number, whole=pack.whole)
