"""Elements of different sizes as one batch."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from keryx.dialects.tensorflow._data_rows import parts, structured
from keryx.dialects.tensorflow._tensor import HostTensor


def groups(elements: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Yields so many elements at a time."""
    while group := list(itertools.islice(elements, size)):
        yield group


def padded(group: list[Any], shapes: Any, values: Any) -> Any:
    """Returns elements of different sizes as one batch."""
    flat = [parts(element) for element in group]
    count = len(flat[0])
    given = _shapes(shapes, count)
    fills = list(values) if isinstance(values, list | tuple) else [values] * count
    columns = [
        _filled([np.asarray(row[i]) for row in flat], given[i], fills[i])
        for i in range(count)
    ]
    rest = iter(columns)
    return structured(lambda _: next(rest), group[0])


def _shapes(shapes: Any, count: int) -> list[Any]:
    nested = isinstance(shapes, list | tuple) and any(
        isinstance(shape, list | tuple) for shape in shapes
    )
    if isinstance(shapes, dict):
        return [shapes[name] for name in sorted(shapes)]
    return list(shapes) if nested else [shapes] * count


def _filled(arrays: list[Any], shape: Any, fill: Any) -> Any:
    largest = np.max([a.shape for a in arrays], axis=0).astype(int)
    wanted = [None] * len(largest) if shape is None else list(shape)
    full = [
        int(big) if want in (None, -1) else int(want)
        for big, want in zip(largest, wanted, strict=True)
    ]
    is_text = arrays[0].dtype == object
    empty = b"" if is_text else 0
    whole = np.full(
        (len(arrays), *full), empty if fill is None else fill, arrays[0].dtype
    )
    for row, array in zip(whole, arrays, strict=True):
        row[tuple(slice(n) for n in array.shape)] = array
    return whole.view(HostTensor) if is_text else whole
