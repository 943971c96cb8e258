"""Elements one after another, with the few steps that programs chain to them."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from random import Random as Shuffler
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import random
from keryx._core.errors import ArgumentError
from keryx._core.text import is_text, texts

UNKNOWN, INFINITE = -2, -1
Start = Callable[[], Iterator[Any]]


class Text(np.ndarray[Any, Any]):
    """An array of text, whose `numpy()` gives bytes, as that of tensors does."""

    def numpy(self) -> Any:
        """Returns the texts as bytes; a single one as such."""
        plain = np.asarray(self)
        coded = [one.encode("utf-8", "surrogateescape") for one in plain.ravel()]
        if not plain.ndim:
            return coded[0]
        found = np.empty(plain.shape, object)
        found.reshape(-1)[:] = coded
        return found


class Pipeline:
    """Elements for training, one after another: arrays, tuples or dicts of them.

    Nothing is computed before it is asked for, and each iteration starts anew. `fit`,
    `evaluate` and `predict` take one of batches as `x`.

    Example:
        >>> numbers = Pipeline(lambda: iter(np.arange(4)), 4)
        >>> [int(x) for x in numbers.map(lambda x: 2 * x).take(3)]
        [0, 2, 4]
        >>> [x.tolist() for x in numbers.batch(3).as_numpy_iterator()]
        [[0, 1, 2], [3]]

    Args:
        start: Returns the elements, anew on each call.
        count: How many there are; `UNKNOWN`, or `INFINITE` if they never end.
        names: Names of the classes, where there are some.
        paths: The files, where the elements come from files.
    """

    def __init__(
        self,
        start: Start,
        count: int = UNKNOWN,
        names: list[str] | None = None,
        paths: list[str] | None = None,
    ) -> None:
        self._start = start
        self._count = count
        if names is not None:
            self.class_names = names
        if paths is not None:
            self.file_paths = paths

    def __iter__(self) -> Iterator[Any]:
        return map(_shown, self._start())

    def __keryx_batches__(self) -> Iterator[Any]:
        """Returns a pass over the elements for `fit`, as arrays of the host's."""
        return (_mapped(_kept, element) for element in self._start())

    def __len__(self) -> int:
        if self._count < 0:
            raise TypeError("The number of elements is not known.")
        return self._count

    def __bool__(self) -> bool:
        return True

    def cardinality(self) -> int:
        """Returns the number of elements; -1 if there is no end, -2 if not known."""
        return self._count

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Yields the elements as NumPy arrays; text as bytes."""
        return (_mapped(_plain, element) for element in self._start())

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: Any = None,
        name: Any = None,
    ) -> "Pipeline":
        """Returns what a function makes of each element.

        Args:
            map_func: Takes the parts of an element.
            num_parallel_calls: Accepted for TensorFlow's sake, like the rest.
            deterministic: Accepted.
            name: Accepted.
        """
        return Pipeline(lambda: (_called(map_func, x) for x in self), self._count)

    def filter(self, predicate: Callable[..., Any]) -> "Pipeline":
        """Returns the elements for which a function is true."""
        return Pipeline(
            lambda: (x for x in self._start() if bool(_called(predicate, _shown(x))))
        )

    def batch(self, batch_size: int, drop_remainder: bool = False) -> "Pipeline":
        """Returns elements in groups, with a new first axis."""
        count = self._count
        if count >= 0:
            count = count // batch_size if drop_remainder else -(-count // batch_size)

        def start() -> Iterator[Any]:
            elements = self._start()
            while group := list(itertools.islice(elements, batch_size)):
                if len(group) == batch_size or not drop_remainder:
                    yield _stacked(group)

        return Pipeline(start, count)

    def unbatch(self) -> "Pipeline":
        """Returns the rows of batches as elements."""

        def start() -> Iterator[Any]:
            for batch in self._start():
                for i in range(len(_parts(batch)[0])):
                    yield _mapped(lambda part, i=i: _kept(part)[i], batch)

        return Pipeline(start)

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
    ) -> "Pipeline":
        """Returns the elements in random order, each pass in another.

        Args:
            buffer_size: Among how many elements the next one is chosen.
            seed: An integer; `None` follows from the global seed.
            reshuffle_each_iteration: Whether each pass has an order of its own.
        """
        passes = Passes(seed, reshuffle_each_iteration is not False)

        def start() -> Iterator[Any]:
            source, waiting = passes(), []
            for element in self._start():
                waiting.append(element)
                if len(waiting) > buffer_size:
                    yield waiting.pop(int(source.integers(len(waiting))))
            for place in source.permutation(len(waiting)):
                yield waiting[place]

        return Pipeline(start, self._count)

    def take(self, count: int) -> "Pipeline":
        """Returns the first elements; all if `count` is -1."""
        if count < 0:
            return self
        known = min(count, self._count) if self._count >= 0 else self._count
        known = count if known == INFINITE else known
        return Pipeline(lambda: itertools.islice(self._start(), count), known)

    def skip(self, count: int) -> "Pipeline":
        """Returns all but the first elements."""
        known = max(self._count - count, 0) if self._count >= 0 else self._count
        return Pipeline(lambda: itertools.islice(self._start(), count, None), known)

    def repeat(self, count: int | None = None) -> "Pipeline":
        """Returns the elements again and again; without end if `count` is `None`."""
        if count is None or count < 0:
            endless = (self._start for _ in itertools.repeat(0))
            return Pipeline(lambda: _chained(endless), INFINITE)
        known = self._count * count if self._count >= 0 else self._count
        return Pipeline(lambda: _chained([self._start] * count), known)

    def concatenate(self, dataset: "Pipeline") -> "Pipeline":
        """Returns the elements of this data set, then those of another."""
        counts = (self._count, dataset._count)
        known = sum(counts) if min(counts) >= 0 else max(min(counts), UNKNOWN)
        return Pipeline(lambda: _chained([self._start, dataset._start]), known)

    def cache(self, filename: str = "") -> "Pipeline":
        """Keeps the elements in memory from the first whole pass on."""
        kept: list[list[Any]] = []

        def start() -> Iterator[Any]:
            if kept:
                yield from kept[0]
                return
            seen = []
            for element in self._start():
                seen.append(element)
                yield element
            kept[:] = [seen]

        return Pipeline(start, self._count)

    def prefetch(self, buffer_size: Any = None) -> "Pipeline":
        """Returns the data set: `fit` prepares batches ahead by itself."""
        return self

    def with_options(self, options: Any) -> "Pipeline":
        """Returns the data set."""
        return self

    def apply(self, transformation_func: Callable[[Any], Any]) -> Any:
        """Returns a function of the data set."""
        return transformation_func(self)

    def __repr__(self) -> str:
        return f"<Pipeline of {'?' if self._count < 0 else self._count} elements>"


class Passes:
    """Generators for successive passes, which a seed determines.

    Args:
        seed: An integer; `None` follows from the global seed.
        again: Whether each pass has numbers of its own.
    """

    def __init__(self, seed: int | None, again: bool = True) -> None:
        source = random.make_generator(None, "data set") if seed is None else None
        self.seed = int(source.integers(2**62)) if source else int(seed or 0) % 2**62
        self.again, self.count = again, 0

    def __call__(self) -> np.random.Generator:
        """Returns the generator of the next pass."""
        number = self.count if self.again else 0
        self.count += 1
        return np.random.Generator(np.random.Philox([self.seed, number]))


def _mapped(function: Callable[..., Any], *elements: Any) -> Any:
    return jax.tree.map(function, *elements, is_leaf=lambda x: isinstance(x, list))


def _parts(element: Any) -> list[Any]:
    return jax.tree.leaves(element, is_leaf=lambda x: isinstance(x, list))


def _kept(value: Any) -> Any:
    """Returns a part of an element as an array."""
    if is_text(value):
        return texts(value).view(Text)
    return value if hasattr(value, "shape") else np.asarray(value)


def _shown(element: Any) -> Any:
    """Returns an element as programs see it: numbers as JAX's arrays."""

    def one(value: Any) -> Any:
        kept = _kept(value)
        return kept if isinstance(kept, Text) else jnp.asarray(kept)

    return _mapped(one, element)


def _plain(value: Any) -> Any:
    kept = _kept(value)
    array = kept.numpy() if isinstance(kept, Text) else np.asarray(kept)
    return array[()] if getattr(array, "shape", None) == () else array


def _called(function: Callable[..., Any], element: Any) -> Any:
    return function(*element) if isinstance(element, tuple) else function(element)


def _stacked(elements: list[Any]) -> Any:
    return _mapped(
        lambda *rows: _kept(np.stack([_kept(row) for row in rows])), *elements
    )


def _chained(starts: Iterable[Start]) -> Iterator[Any]:
    for start in starts:
        yield from start()


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Pipeline, Pipeline]:
    """Returns two parts of a data set: its first elements, and its last.

    Example:
        >>> left, right = split_dataset(np.arange(10), left_size=0.7)
        >>> len(left), len(right)
        (7, 3)

    Args:
        dataset: An array, a tuple, list or dict of arrays, or a source of elements.
        left_size: How many elements come first, or which fraction.
        right_size: How many come last, or which fraction.
        shuffle: Whether the elements are put into random order before.
        seed: Determines that order.
        preferred_backend: Accepted for Keras's sake.

    Raises:
        ArgumentError: If no size is given, or they are larger than the data set.
    """
    elements = _elements(dataset)
    left, right = _sizes(left_size, right_size, len(elements))
    if shuffle:
        if seed is None:
            seed = int(random.make_generator(None, "split").integers(2**31))
        Shuffler(seed).shuffle(elements)  # for a seed, in the order of Keras
    first, last = elements[:left], elements[len(elements) - right :]
    return (
        Pipeline(lambda: iter(first), len(first)),
        Pipeline(lambda: iter(last), len(last)),
    )


def _elements(dataset: Any) -> list[Any]:
    if isinstance(dataset, list) and not any(hasattr(x, "shape") for x in dataset):
        dataset = np.asarray(dataset)
    if isinstance(dataset, list):
        dataset = tuple(dataset)
    if isinstance(dataset, tuple | dict) or hasattr(dataset, "__array__"):
        held = _mapped(_kept, dataset)
        return [
            _mapped(lambda part, i=i: part[i], held)
            for i in range(len(_parts(held)[0]))
        ]
    start = getattr(dataset, "_start", None)
    return list(start() if start is not None else dataset)


def _sizes(left: Any, right: Any, count: int) -> tuple[int, int]:
    given = {"left_size": left, "right_size": right}
    for name, size in given.items():
        most = 1 if isinstance(size, float) else count
        if size is not None and not 0 < size <= most:
            raise ArgumentError(
                "split_dataset",
                name,
                expected=f"a fraction, or a number of elements up to {count}",
                got=size,
            )
    if left is None and right is None:
        raise ArgumentError(
            "split_dataset", "left_size", expected="given, or `right_size`", got=None
        )

    def whole(size: Any) -> int:
        return round(size * count) if isinstance(size, float) else int(size)

    first = whole(left) if left is not None else count - whole(right)
    last = whole(right) if right is not None else count - first
    if first + last > count:
        raise ArgumentError(
            "split_dataset",
            "right_size",
            expected=f"no more than the rest: {count} elements in all",
            got=right,
        )
    return first, last
