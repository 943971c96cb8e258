"""Sequences of different lengths as one array."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, DataError, KeryxError, ShapeError

Array = np.ndarray[Any, Any]
Rows = list[Any]

SIDES = ("pre", "post")
REFUSED = (TypeError, ValueError, OverflowError)  # NumPy's, for values it cannot take


def pad_sequences(
    sequences: Iterable[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Array:
    """Returns sequences as the rows of one array, filled up or cut to one length.

    Example:
        >>> pad_sequences([[1, 2], [3]]).tolist()
        [[1, 2], [0, 3]]
        >>> pad_sequences([[1, 2, 3], [4]], maxlen=2, padding="post").tolist()
        [[2, 3], [4, 0]]

    Args:
        sequences: Sequences of numbers, or of vectors that have one shape.
        maxlen: Length of the rows; that of the longest sequence if `None`.
        dtype: Type of the array's elements; `object` or `str` for text.
        padding: Whether to fill up before ("pre") or after ("post") a sequence.
        truncating: Whether to cut off what comes first ("pre") or last ("post").
        value: What to fill up with; a vector for sequences of vectors, if wanted.

    Shapes:
        outputs: `(batch, maxlen)`, or `(batch, maxlen, features, ...)`

    Returns:
        An array of NumPy. Of no sequences, one without rows; Keras fails there.

    Raises:
        ArgumentError: If `maxlen`, `padding` or `truncating` is not what it may be, or
            `value` fits neither `dtype` nor the vectors' shape.
        DataError: If something is not a sequence, or its elements are not of `dtype`.
        ShapeError: If vectors differ in shape.
    """
    owner = "pad_sequences"
    padding = check.one_of(padding, SIDES, "padding", owner)
    truncating = check.one_of(truncating, SIDES, "truncating", owner)
    rows = _rows(sequences)
    if maxlen is None:
        maxlen = max(map(len, rows), default=0)
    else:
        check.positive_int(maxlen, "maxlen", owner)
        rows = [_cut(row, maxlen, truncating) for row in rows]
    elements = _joined(rows, np.dtype(dtype))
    padded = _blank((len(rows), maxlen), elements, np.dtype(dtype), value)
    lengths = np.fromiter(map(len, rows), int, len(rows))[:, None]
    places = np.arange(maxlen)
    # Row after row, the places taken are as many as the elements, in their order.
    taken = places >= maxlen - lengths if padding == "pre" else places < lengths
    padded[taken] = elements
    return padded


def _rows(sequences: Iterable[Any]) -> Rows:
    """Returns the sequences as lists, tuples or arrays."""
    try:
        rows = [s if isinstance(s, list | tuple) else np.asarray(s) for s in sequences]
    except TypeError:
        raise DataError(
            "pad_sequences",
            expected="a list of sequences",
            got=f"a value of type {type(sequences).__name__}",
        ) from None
    for i, row in enumerate(rows):
        if isinstance(row, np.ndarray) and row.ndim == 0:
            kind = "text" if row.dtype.kind in "US" else f"a value of type {row.dtype}"
            raise DataError(
                f"pad_sequences: sequences[{i}]",
                expected="a list of numbers or of vectors",
                got=kind,
                fix="A single sequence goes in a list of its own; text becomes "
                "numbers first, e.g. with `keryx.preprocessing.text.Tokenizer`.",
            )
    return rows


def _cut(row: Any, maxlen: int, truncating: str) -> Any:
    if len(row) <= maxlen:
        return row
    return row[-maxlen:] if truncating == "pre" else row[:maxlen]


def _joined(rows: Rows, dtype: Any) -> Array:
    """Returns the elements of all sequences, one after another."""
    filled = [row for row in rows if len(row)]
    elements = chain.from_iterable(filled)
    try:
        if any(isinstance(row, np.ndarray) for row in filled):
            arrays = [
                r if hasattr(r, "dtype") else np.asarray(r, dtype) for r in filled
            ]
            return np.concatenate(arrays, dtype=dtype, casting="unsafe")
        if filled and dtype.kind in "biuf" and not hasattr(filled[0][0], "__len__"):
            # The quickest way for plain numbers, which are most of what comes.
            return np.fromiter(elements, dtype, sum(map(len, filled)))
        return np.array(list(elements), dtype)
    except REFUSED:
        raise _mistake(rows, dtype) from None


def _mistake(rows: Rows, dtype: Any) -> KeryxError:
    """Returns the error that names the first sequence which does not fit."""
    shape: tuple[int, ...] | None = None
    for i, row in enumerate(rows):
        where = f"pad_sequences: sequences[{i}]"
        try:
            found = np.asarray(row, dtype).shape[1:]
        except REFUSED:
            kinds = sorted({type(element).__name__ for element in row})
            return DataError(
                where,
                expected=f"elements of one shape that fit dtype {dtype}",
                got=f"elements of type {', '.join(kinds)}",
                fix="Give a wider `dtype`; for text, `dtype=object`.",
            )
        shape = found if shape is None and len(row) else shape
        if len(row) and found != shape:
            expected = f"elements of shape {shape}, as those before"
            return ShapeError(where, expected=expected, got=found)
    return DataError("pad_sequences", expected="numbers", got="something else")


def _blank(
    places: tuple[int, int], elements: Array, dtype: Any, value: Any
) -> np.ndarray[Any, Any]:
    """Returns the array of padding alone."""
    shape = (*places, *elements.shape[1:])
    try:
        if dtype.itemsize == 0:  # `str` of no length: the longest text decides
            dtype = np.result_type(elements.dtype, np.asarray(value, dtype))
        return np.full(shape, value, dtype)
    except REFUSED:
        form = f", a number or of shape {shape[2:]}" if shape[2:] else ""
        raise ArgumentError(
            "pad_sequences",
            "value",
            expected=f"of dtype {dtype}{form}",
            got=value,
            fix="For sequences of text, give `dtype=object`.",
        ) from None
