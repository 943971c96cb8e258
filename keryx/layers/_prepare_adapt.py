"""The data that layers learn their settings from, batch by batch."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from keryx._core.errors import DataError


def batches(
    data: Any, layer: Any, steps: int | None = None
) -> Iterator[np.ndarray[Any, Any]]:
    """Yields the batches of data as arrays of floats.

    Args:
        data: An array, a nested list of numbers or a table, which are one batch; or
            what yields batches, `x` or `(x, ...)`: a data set, a generator.
        layer: What messages name.
        steps: How many batches to take; all of them if `None`.

    Raises:
        DataError: If there is no batch, or one does not consist of numbers.
    """
    found = False
    for item in itertools.islice(_items(data), steps):
        found = True
        yield _floats(item[0] if isinstance(item, tuple) else item, layer)
    if not found:
        raise DataError(
            f"{type(layer).__name__}.adapt",
            expected="at least one batch",
            got="none",
            fix="A generator that was used up gives nothing more: make a new one.",
        )


def _items(data: Any) -> Iterable[Any]:
    if hasattr(data, "__array__") or isinstance(data, list | int | float):
        return [data]
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return (data[i] for i in range(len(data)))
    found: Iterable[Any] = data
    return found


def _floats(item: Any, layer: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(item).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{type(layer).__name__}.adapt",
            expected="arrays of numbers",
            got=f"{type(item).__name__}",
            fix="Encode text first, e.g. with a `StringLookup` layer.",
        ) from error
