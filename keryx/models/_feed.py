"""The user's data on its way to a model: checked, weighted, in arrays or in batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, DataError
from keryx._engine import data as engine_data
from keryx._engine.source import ArraySource, Rows, RowSource, Source, StreamSource
from keryx._engine.state import Batch
from keryx._engine.stream import length, Stream
from keryx.models import _inputs, _weights
from keryx.models._trainer import sample_of

DEFAULT_BATCH = 32


class Feed:
    """Data on its way to a model: arrays in memory, or a stream of batches.

    Args:
        model: The model.
        x: Inputs, or a source of batches.
        y: Targets.
        weight: Sample weights.
        class_weight: Weight by class id.
        where: How messages name the call.
    """

    def __init__(
        self, model: Any, x: Any, y: Any, weight: Any, class_weight: Any, where: str
    ) -> None:
        self.where = where
        self.default = declared_batch(model) or DEFAULT_BATCH
        self.batch: Batch | None = None
        self.stream: Any = None
        if engine_data.is_arrays(x):
            self.batch = _in_memory(model, x, y, weight, class_weight, where)
            return
        if y is not None:
            raise ArgumentError(
                where, "y", expected="left out when `x` yields batches", got=type(y)
            )
        if not hasattr(x, "__iter__") and not hasattr(x, "__getitem__"):
            raise DataError(
                where, expected="arrays, or an iterable of batches", got=f"{type(x)}"
            )
        self.stream = _Prepared(model, x, class_weight, where)

    def sample(self) -> Batch:
        """Returns a few rows."""
        batch = self.batch if self.batch is not None else self.stream.peek()
        return sample_of(batch)

    def batch_rows(self, batch_size: int | None) -> int:
        """Returns how many rows a batch has, but for a smaller last one."""
        if self.batch is None:
            return engine_data.rows(self.stream.peek())
        return min(batch_size or self.default, engine_data.rows(self.batch))

    def source(
        self,
        batch_size: int | None,
        *,
        shuffle: bool | str = False,
        seed: int = 0,
        steps: int | None = None,
    ) -> Source:
        """Returns the data as a source of pieces."""
        if self.batch is not None:
            return ArraySource(
                self.batch,
                batch_size or self.default,
                shuffle=shuffle,
                seed=seed,
                steps=steps,
            )
        rows = self._rows() if steps is None else None
        return rows or self.streamed(steps, shuffle=shuffle, seed=seed)

    def streamed(
        self, steps: int | None, *, shuffle: bool | str = False, seed: int = 0
    ) -> StreamSource:
        """Returns a source of batches as one; `shuffle` is for one read by index."""

        def order(epoch: int, count: int) -> np.ndarray[Any, Any]:
            if not shuffle:
                return np.arange(count)
            return np.random.Generator(np.random.Philox([seed, epoch])).permutation(
                count
            )

        return StreamSource(Stream(self.stream.source, steps, self.where, order))

    def _rows(self) -> RowSource | None:
        """Returns the rows of arrays that a source of batches really is, if it is."""
        find = getattr(self.stream.raw, "__keryx_rows__", None)
        found = find() if find is not None else None
        if found is None:
            return None
        rows = Rows(*found)
        return RowSource(self.stream.prepare(rows.arrays), rows)


def declared_batch(model: Any) -> int | None:
    """Returns the batch size that the first input of a model's graph was given."""
    graph = getattr(model, "_graph", None)
    size = graph.starts[0].shape[0] if graph is not None else None
    return int(size) if size else None


class _Prepared:
    """A source of batches whose batches are checked and weighted on the way."""

    def __init__(self, model: Any, source: Any, class_weight: Any, where: str) -> None:
        self.model = model
        self.class_weight = class_weight
        self.where = where
        self.raw = source
        self.indexed = hasattr(source, "__getitem__") and hasattr(source, "__len__")
        once = not self.indexed and iter(source) is source
        self.iterator: Iterator[Any] | None = source if once else None
        self.waiting: list[Any] = []
        self.source = _Indexed(self) if self.indexed else _Iterated(self)

    def peek(self) -> Batch:
        """Returns the first batch without losing it."""
        if self.indexed:
            return self.prepare(self.raw[0])
        if self.iterator is None:
            return self.prepare(next(iter(self.raw)))
        if not self.waiting:
            self.waiting.append(next(self.iterator))
        return self.prepare(self.waiting[0])

    def prepare(self, item: Any) -> Batch:
        """Returns what the source yielded as a checked batch."""
        batch = engine_data.unpack(item, self.where)
        x = _inputs.standardize(self.model, batch.x, self.where)
        weight = _weights.merge(batch.y, batch.weight, self.class_weight, self.where)
        engine_data.check(x, batch.y, weight, self.where)
        return Batch(x, batch.y, weight)


class _Iterated:
    """The prepared batches of an iterable; an iterator goes on where it stopped."""

    def __init__(self, owner: _Prepared) -> None:
        self.owner = owner
        cardinality = length(owner.raw)
        if cardinality is not None:
            self.cardinality = lambda: cardinality

    def __iter__(self) -> Iterator[Batch]:
        owner = self.owner
        if owner.iterator is None:
            return map(owner.prepare, owner.raw)
        return self

    def __next__(self) -> Batch:
        owner = self.owner
        assert owner.iterator is not None
        return owner.prepare(
            owner.waiting.pop() if owner.waiting else next(owner.iterator)
        )


class _Indexed:
    """The prepared batches of a source that is read by index."""

    def __init__(self, owner: _Prepared) -> None:
        self.owner = owner
        self.workers = getattr(owner.raw, "workers", 1)
        self.max_queue_size = getattr(owner.raw, "max_queue_size", 10)

    def __len__(self) -> int:
        return len(self.owner.raw)

    def __getitem__(self, index: int) -> Batch:
        return self.owner.prepare(self.owner.raw[index])

    def on_epoch_begin(self) -> None:
        """Passes the news on."""
        getattr(self.owner.raw, "on_epoch_begin", lambda: None)()

    def on_epoch_end(self) -> None:
        """Passes the news on."""
        getattr(self.owner.raw, "on_epoch_end", lambda: None)()


def _in_memory(
    model: Any, x: Any, y: Any, weight: Any, class_weight: Any, where: str
) -> Batch:
    """Returns arrays as a checked batch of all rows."""
    x = engine_data.host_tree(x, f"{where}: x")
    y = engine_data.host_tree(y, f"{where}: y")
    weight = engine_data.host_tree(weight, f"{where}: sample_weight")
    engine_data.check(x, y, weight, where)
    weight = _weights.merge(y, weight, class_weight, where)
    engine_data.check_finite({"x": x, "y": y}, where)
    return Batch(_inputs.standardize(model, x, where), y, weight)
