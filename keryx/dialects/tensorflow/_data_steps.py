"""What pipelines do to elements: `batch`, `shuffle`, `map` and the rest."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from keryx._core import check
from keryx.dialects.tensorflow import _data_rows as rows
from keryx.dialects.tensorflow._data_flow import (
    as_tensors,
    called,
    CHUNK,
    Flow,
    Seeds,
)
from keryx.dialects.tensorflow._data_map import Mapped
from keryx.dialects.tensorflow._data_pad import groups, padded
from keryx.dialects.tensorflow._data_rows import INFINITE, structured, UNKNOWN
from keryx.dialects.tensorflow._dtypes import TensorSpec


class Steps(Flow):
    """The methods of `Dataset` that return another data set."""

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Self:
        """Returns a function of each element; a tuple gives it several arguments."""
        mapped = Mapped(self, map_func)
        blocks = mapped.blocks if mapped.wide is not False else None
        return type(self)(mapped.pull, self._count, blocks)

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Self:
        """Puts successive elements together; the last batch may be smaller.

        Args:
            batch_size: Elements of a batch.
            drop_remainder: Whether a smaller last batch is left out.
            num_parallel_calls: Accepted for TensorFlow's sake.
            deterministic: Accepted for TensorFlow's sake.
            name: Accepted for TensorFlow's sake.
        """
        size = check.positive_int(int(batch_size), "batch_size", "Dataset.batch")

        def pull() -> Iterator[Any]:
            for block in self._blocks(size):
                if not drop_remainder or len(rows.parts(block)[0]) == size:
                    yield block

        def spec() -> Any:
            first = size if drop_remainder else None
            return structured(
                lambda s: TensorSpec((first, *s.shape), s.dtype), self.element_spec
            )

        count = self._count
        if count >= 0:
            count = count // size if drop_remainder else -(-count // size)
        made = type(self)(pull, count, spec=spec)
        made._batched = self, size, bool(drop_remainder)
        return made

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: Any = None,
    ) -> Self:
        """As `batch`, with elements made as large as the largest of the batch.

        Args:
            batch_size: Elements of a batch.
            padded_shapes: Shapes to reach, nested; `None` or -1 for the largest.
            padding_values: What is put at the ends, nested; zeros if `None`.
            drop_remainder: Whether a smaller last batch is left out.
            name: Accepted for TensorFlow's sake.
        """

        def pull() -> Iterator[Any]:
            for group in groups(self._pull(), int(batch_size)):
                if not drop_remainder or len(group) == batch_size:
                    yield padded(group, padded_shapes, padding_values)

        count = self._count
        if count >= 0:
            size = int(batch_size)
            count = count // size if drop_remainder else -(-count // size)
        return type(self)(pull, count)

    def unbatch(self, name: Any = None) -> Self:
        """Returns the rows of batches as elements."""

        def pull() -> Iterator[Any]:
            for block in self._pull():
                for index in range(len(rows.parts(block)[0])):
                    yield rows.taken(structured(rows.on_host, block), index)

        return type(self)(pull)

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = True,
        name: Any = None,
    ) -> Self:
        """Returns the elements in random order.

        Args:
            buffer_size: Among how many elements the next one is chosen.
            seed: An integer; `None` follows from the global seed.
            reshuffle_each_iteration: Whether each pass has an order of its own.
            name: Accepted for TensorFlow's sake.
        """
        size = int(buffer_size)
        size = size if size > 0 else max(self._count, 1)
        seeds = Seeds(seed, reshuffle_each_iteration is not False)
        if self._rows is not None:
            order = rows.mixed_order(self._rows.order, self._count, size, seeds)
            return self._ordered(order, self._count)

        def pull() -> Iterator[Any]:
            return rows.mixed(self._pull(), size, seeds())

        return self._same(lambda: pull(), self._count)

    def repeat(self, count: Any = None, name: Any = None) -> Self:
        """Returns the elements again and again; without end if `count` is `None`."""
        times = None if count is None or int(count) < 0 else int(count)
        total = INFINITE if times is None else max(self._count, UNKNOWN) * times
        if times is not None and self._count < 0:
            total = self._count
        if times is None and self._count == 0:
            total = 0

        def again(start: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
            def passes() -> Iterator[Any]:
                numbers = itertools.count() if times is None else range(times)
                for _ in numbers:
                    empty = True
                    for item in start():
                        empty = False
                        yield item
                    if empty:
                        return

            return passes

        if self._rows is not None:
            return self._ordered(again(self._rows.order), total)
        return self._same(again(self._pull), total)

    def take(self, count: Any, name: Any = None) -> Self:
        """Returns the first elements; all if `count` is -1."""
        number = int(count)
        if number < 0:
            return self
        total = number if self._count < 0 else min(number, self._count)
        if self._rows is not None:
            return self._ordered(rows.limited(self._rows.order, 0, number), total)
        known = total if self._count != UNKNOWN else UNKNOWN
        return self._same(lambda: itertools.islice(self._pull(), number), known)

    def skip(self, count: Any, name: Any = None) -> Self:
        """Returns all but the first elements."""
        number = int(count)
        total = max(self._count - number, 0) if self._count >= 0 else self._count
        if self._rows is not None:
            return self._ordered(rows.limited(self._rows.order, number, None), total)
        return self._same(lambda: itertools.islice(self._pull(), number, None), total)

    def shard(self, num_shards: Any, index: Any, name: Any = None) -> Self:
        """Returns every `num_shards`-th element, from number `index` on."""
        step, first = int(num_shards), int(index)
        count = self._count
        total = len(range(first, count, step)) if count >= 0 else count
        return self._same(
            lambda: itertools.islice(self._pull(), first, None, step), total
        )

    def cache(self, filename: Any = "", name: Any = None) -> Self:
        """Keeps the elements in memory from the first pass on."""
        if self._rows is not None:
            return self
        kept: list[Any] = []
        if self._wide and self._count > 0:

            def arrays() -> Any:
                if not kept:
                    blocks = list(self._blocks(CHUNK))
                    kept.append(structured(lambda *b: np.concatenate(b), *blocks))
                return kept[0]

            order = rows.counted(self._count)
            return self._of_rows(arrays, order, self._count)  # type: ignore[attr-defined, no-any-return]  # in `Dataset`

        def pull() -> Iterator[Any]:
            if not kept:
                kept.append(list(self._pull()))
            return iter(kept[0])

        return self._same(lambda: pull(), self._count)

    def prefetch(self, buffer_size: Any = None, name: Any = None) -> Self:
        """Returns the data set: `fit` prepares batches ahead by itself."""
        return self

    def with_options(self, options: Any, name: Any = None) -> Self:
        """Returns the data set."""
        return self

    def apply(self, transformation_func: Callable[[Any], Any]) -> Any:
        """Returns a function of the data set."""
        return transformation_func(self)

    def concatenate(self, dataset: Flow, name: Any = None) -> Self:
        """Returns the elements of this data set, then those of another."""
        counts = (self._count, dataset._count)
        total = sum(counts) if min(counts) >= 0 else (
            INFINITE if INFINITE in counts else UNKNOWN
        )  # fmt: skip
        return self._same(lambda: itertools.chain(self._pull(), dataset._pull()), total)

    def filter(self, predicate: Callable[..., Any], name: Any = None) -> Self:
        """Returns the elements for which a function is true."""

        def pull() -> Iterator[Any]:
            for element in self._pull():
                if bool(np.asarray(called(predicate, element))):
                    yield element

        return self._same(pull, UNKNOWN)

    def take_while(self, predicate: Callable[..., Any], name: Any = None) -> Self:
        """Returns the elements until a function is false for one."""

        def pull() -> Iterator[Any]:
            for element in self._pull():
                if not bool(np.asarray(called(predicate, element))):
                    return
                yield element

        return self._same(pull, UNKNOWN)

    def enumerate(self, start: Any = 0, name: Any = None) -> Self:
        """Returns pairs of a number and an element."""
        return type(self)(lambda: _numbered(self._pull(), int(start)), self._count)

    def flat_map(self, map_func: Callable[..., Any], name: Any = None) -> Self:
        """Returns the elements of the data sets that a function makes of elements."""
        return self.interleave(map_func, cycle_length=1)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> Self:
        """As `flat_map`, with several of the data sets open, taken from in turn.

        Args:
            map_func: Makes a data set of an element.
            cycle_length: How many are open; by default 4.
            block_length: Elements taken at a turn.
            num_parallel_calls: Accepted for TensorFlow's sake.
            deterministic: Accepted for TensorFlow's sake.
            name: Accepted for TensorFlow's sake.
        """
        known = cycle_length is not None and int(cycle_length) > 0
        width = int(cycle_length) if known else 4

        def pull() -> Iterator[Any]:
            inner = (called(map_func, element)._pull() for element in self._pull())
            return _in_turn(inner, width, int(block_length or 1))

        return type(self)(pull)

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: Any = None,
    ) -> Self:
        """Returns data sets of successive elements, one for each part of an element.

        Args:
            size: Elements of a window.
            shift: How far the next window starts; `size` if `None`.
            stride: Distance of the elements in a window.
            drop_remainder: Whether smaller windows at the end are left out.
            name: Accepted for TensorFlow's sake.
        """
        step = int(size if shift is None else shift)

        def pull() -> Iterator[Any]:
            elements = list(self._pull())
            for start in range(0, len(elements), step):
                group = elements[start : start + int(size) * int(stride) : int(stride)]
                if len(group) == int(size) or not drop_remainder:
                    yield structured(lambda *part: _listed(type(self), part), *group)

        return type(self)(pull)

    def reduce(self, initial_state: Any, reduce_func: Any, name: Any = None) -> Any:
        """Combines the elements: `reduce_func(state, element)` → the next state."""
        state = as_tensors(initial_state)
        for element in self._pull():
            state = reduce_func(state, as_tensors(element))
        return state

    def _same(self, pull: Callable[[], Iterator[Any]], count: int) -> Self:
        """Returns elements of the same kind."""
        return type(self)(pull, count, spec=lambda: self.element_spec)

    def _ordered(self, order: Any, count: int) -> Self:
        """Returns rows of the same arrays in another order."""
        assert self._rows is not None
        made: Any = type(self)
        found: Self = made._of_rows(self._rows.arrays, order, count, self._spec)
        return found


def _listed(kind: Any, elements: Any) -> Any:
    return kind(lambda: iter(elements), len(elements))


def _numbered(elements: Iterator[Any], start: int) -> Iterator[Any]:
    for number, element in enumerate(elements, start):
        yield np.int64(number), element


def _in_turn(inner: Iterator[Iterator[Any]], width: int, block: int) -> Iterator[Any]:
    """Yields a few elements of each of `width` iterators in turn."""
    running = list(itertools.islice(inner, width))
    place = 0
    while running:
        taken = list(itertools.islice(running[place], block))
        yield from taken
        if len(taken) == block:
            place = (place + 1) % len(running)
            continue
        fresh = list(itertools.islice(inner, 1))
        running[place : place + 1] = fresh
        if fresh:
            place += 1
        place = place % len(running) if running else 0
