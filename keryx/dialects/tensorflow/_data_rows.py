"""Rows of arrays in an order: what `tf.data` does without touching single elements."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jax
import numpy as np

from keryx._core.errors import DataError
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._tensor import HostTensor, is_text, text

INFINITE, UNKNOWN = -1, -2
PIECE = 1024

Order = Iterator[np.ndarray[Any, Any]]


def structured(function: Callable[..., Any], *values: Any) -> Any:
    """Applies a function to the parts of nested tuples and dicts; a list is a part."""
    return jax.tree.map(function, *values, is_leaf=lambda x: isinstance(x, list))


def parts(value: Any) -> list[Any]:
    """Returns the parts of nested tuples and dicts."""
    return jax.tree.leaves(value, is_leaf=lambda x: isinstance(x, list))


def on_host(value: Any) -> Any:
    """Returns a number, a list, an array or text as an array of NumPy's."""
    if isinstance(value, jax.core.Tracer):
        return value
    if is_text(value):
        return text(value)
    array = np.asarray(value)
    if array.dtype.kind in "US":
        return text(array)
    plain = not hasattr(value, "dtype")
    return array.astype(narrow(array.dtype)) if plain else array


def stacked(elements: list[Any], where: str = "batch") -> Any:
    """Returns elements as one, with a new first axis.

    Raises:
        DataError: If they have different shapes.
    """

    def joined(*rows: Any) -> Any:
        arrays = [np.asarray(row) for row in rows]
        shapes = {array.shape for array in arrays}
        if len(shapes) > 1:
            raise DataError(
                f"Dataset.{where}", expected="elements of one shape",
                got=f"shapes {', '.join(map(str, sorted(shapes)))}",
                fix="Use `padded_batch`, or resize them in a `map` before.",
            )  # fmt: skip
        whole = np.stack(arrays)
        return whole.view(HostTensor) if whole.dtype == object else whole

    return structured(joined, *elements)


def rows_of(arrays: Any) -> int:
    """Returns the number of rows, the same in all arrays.

    Raises:
        DataError: If it is not, or an array has no axes.
    """
    counts = {len(a) if a.ndim else -1 for a in parts(arrays)}
    if len(counts) != 1 or -1 in counts:
        raise DataError(
            "Dataset.from_tensor_slices", expected="arrays with as many rows each",
            got=f"shapes {', '.join(str(a.shape) for a in parts(arrays))}",
        )  # fmt: skip
    return int(counts.pop())


def taken(arrays: Any, index: Any) -> Any:
    """Returns rows, or one row, of nested arrays."""

    def one(array: Any) -> Any:
        row = array[index]
        if array.dtype != object:
            return row
        return row if isinstance(row, np.ndarray) else text(row)

    return structured(one, arrays)


def regrouped(pieces: Iterable[np.ndarray[Any, Any]], size: int) -> Order:
    """Yields numbers in groups of a size; the last one may be smaller."""
    waiting: list[np.ndarray[Any, Any]] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        if count < size:
            continue
        whole = np.concatenate(waiting)
        full = count - count % size
        for start in range(0, full, size):
            yield whole[start : start + size]
        waiting, count = [whole[full:]], count - full
    if count:
        yield np.concatenate(waiting)


def counted(count: int) -> Callable[[], Order]:
    """Returns the order 0, 1, 2, ..."""

    def order() -> Order:
        for start in range(0, count, PIECE):
            yield np.arange(start, min(start + PIECE, count))

    return order


def limited(
    order: Callable[[], Order], start: int, stop: int | None
) -> Callable[[], Order]:
    """Returns a part of an order."""

    def cut() -> Order:
        at = 0
        for piece in order():
            kept = piece[
                max(start - at, 0) : None if stop is None else max(stop - at, 0)
            ]
            at += len(piece)
            if len(kept):
                yield kept
            if stop is not None and at >= stop:
                return

    return cut


def mixed(
    items: Iterable[Any], size: int, source: np.random.Generator
) -> Iterator[Any]:
    """Yields items in random order, through a buffer of a size."""
    buffer: list[Any] = []
    places: Iterator[int] = iter(())
    for item in items:
        if len(buffer) < size:
            buffer.append(item)
            continue
        place = next(places, None)
        if place is None:
            places = iter(source.integers(0, size, PIECE).tolist())
            place = next(places)
        yield buffer[place]
        buffer[place] = item
    for place in source.permutation(len(buffer)):
        yield buffer[place]


def mixed_order(
    order: Callable[[], Order], count: int, size: int, generator: Callable[[], Any]
) -> Callable[[], Order]:
    """Returns a random order of an order; a new one each time if the generator is."""

    def whole() -> Order:
        numbers = np.concatenate([*order(), np.zeros(0, np.int64)])
        source = generator()
        yield numbers[source.permutation(len(numbers))].astype(np.int64)

    def through_buffer() -> Order:
        numbers = (int(i) for piece in order() for i in piece)
        group: list[int] = []
        for number in mixed(numbers, size, generator()):
            group.append(number)
            if len(group) == PIECE:
                yield np.array(group)
                group = []
        if group:
            yield np.array(group)

    return whole if 0 <= count <= size else through_buffer
