"""The user's data on its way to a model: checked, weighted, in arrays or in batches."""

import itertools
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from keryx._core.errors import ArgumentError, DataError
from keryx._engine import data as engine_data
from keryx._engine.packs import Packer
from keryx._engine.source import ArraySource, Rows, RowSource, Source, StreamSource
from keryx._engine.state import Batch
from keryx._engine.stream import length, Stream
from keryx.models import _inputs, _states, _text, _weights
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
        x = _text.prepared(model, x, where)
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
        return self.stream.sample() if self.batch is None else sample_of(self.batch)

    def batch_rows(self, batch_size: int | None) -> int:
        """Returns how many rows a batch has, but for a smaller last one.

        Of a stream it is 0 where no layer carries states: nobody else needs to know,
        and to look would cost a batch.
        """
        if self.batch is None:
            stream = self.stream
            return stream.rows() if _states.stateful(stream.model) else 0
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
        arrays = self._arrays() if steps is None else None
        return arrays or StreamSource(self._batches(steps, shuffle, seed), Packer())

    def streamed(self, steps: int | None) -> StreamSource:
        """Returns a source of single batches, all of one size if they may be."""
        alone = _states.stateful(self.stream.model)
        packer = Packer(1, "alone" if alone else "first")
        return StreamSource(self._batches(steps, False, 0), packer)

    def _batches(self, steps: int | None, shuffle: bool | str, seed: int) -> Stream:
        """Returns the stream; `shuffle` is for one read by index."""

        def order(epoch: int, count: int) -> np.ndarray[Any, Any]:
            if not shuffle:
                return np.arange(count)
            return np.random.Generator(np.random.Philox([seed, epoch])).permutation(
                count
            )

        return Stream(self.stream.source, steps, self.where, order)

    def _arrays(self) -> RowSource | None:
        """Returns the rows of arrays that a source of batches really is, if it is."""
        rows = self.stream.held()
        return rows and RowSource(self.stream.prepare(rows.arrays), rows)


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
        # A pass that a look at the first batch began, and that batch.
        self.begun: Iterator[Any] | None = None
        self.waiting: list[Any] = []
        self._seen: tuple[Batch, int] | None = None

    @property
    def source(self) -> Any:
        """The prepared batches."""
        return _Indexed(self) if self.indexed else _Iterated(self)

    def sample(self) -> Batch:
        """Returns a few rows."""
        return self._look()[0]

    def rows(self) -> int:
        """Returns how many rows the first batch has."""
        return self._look()[1]

    def held(self) -> Rows | None:
        """Returns the rows of arrays that the batches are, if they are."""
        find = getattr(self.raw, "__keryx_rows__", None)
        found = find() if find is not None else None
        return None if found is None else Rows(*found)

    def _look(self) -> tuple[Batch, int]:
        """Looks at the first batch without losing it, if that was not done."""
        if self._seen is None:
            held = self.held()
            if held is not None:
                part = jax.tree.map(lambda a: a[:2], held.arrays)
                count = min(held.batch_size, held.total)
                self._seen = sample_of(self.prepare(part)), count
            else:
                batch = self.prepare(self._first())
                self._seen = sample_of(batch), engine_data.rows(batch)
        return self._seen

    def _first(self) -> Any:
        if self.indexed:
            return self.raw[0]
        if self.iterator is None:
            self.begun = self.begin()
        for item in self.iterator or self.begun or ():
            self.waiting.append(item)
            return item
        raise DataError(self.where, expected="at least one batch", got="none")

    def begin(self) -> Iterator[Any]:
        """Returns a new pass over what is iterable, with arrays of the host's."""
        plain = getattr(self.raw, "__keryx_batches__", None)
        return iter(self.raw) if plain is None else plain()

    def go_on(self) -> Iterator[Any]:
        """Returns the pass that a look began, or a new one."""
        begun, self.begun = self.begun, None
        if begun is None:
            return self.begin()
        first, self.waiting = self.waiting, []
        return itertools.chain(first, begun)

    def prepare(self, item: Any) -> Batch:
        """Returns what the source yielded as a checked batch."""
        item = _text.prepared_item(self.model, item, self.where)
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
        return self if owner.iterator else map(owner.prepare, owner.go_on())

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
