"""Sequences of numbers as a matrix of how often each occurs."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import DataError

Array = np.ndarray[Any, Any]

MODES = ("binary", "count", "freq", "tfidf")


class Cells(NamedTuple):
    """The cells of a matrix that are not zero."""

    shape: tuple[int, int]
    row: Array  # (cells,), int
    column: Array  # (cells,), int
    times: Array  # (cells,), int
    length: Array  # (rows,), int


def count(sequences: Iterable[Iterable[int]], columns: int) -> Cells:
    """Counts the numbers of each sequence; those from `columns` on are left out."""
    rows = [s if isinstance(s, list) else list(s) for s in sequences]
    length = np.fromiter(map(len, rows), np.int64, len(rows))
    numbers = _numbers(rows, int(length.sum()))
    row = np.repeat(np.arange(len(rows)), length)
    kept = numbers < columns
    # One number a cell, so that the counts of all rows come from a single sort.
    cell, found = np.unique(row[kept] * columns + numbers[kept], return_counts=True)
    return Cells((len(rows), columns), *np.divmod(cell, columns), found, length)


def _numbers(rows: list[list[int]], total: int) -> Array:
    """Returns the numbers of all sequences, one after another."""
    try:
        numbers = np.fromiter(chain.from_iterable(rows), np.int64, total)
    except (TypeError, ValueError):
        got = "something else"
    else:
        if numbers.min(initial=0) >= 0:
            return numbers
        got = f"{numbers.min()}"
    raise DataError(
        "Tokenizer: sequences",
        expected="lists of whole numbers from 0",
        got=got,
        fix="Texts become numbers with `texts_to_sequences`.",
    )


def fill(cells: Cells, mode: str, documents: int, index_docs: Counter[int]) -> Array:
    """Returns the matrix, `(rows, columns)`, with the values that a mode means."""
    matrix = np.zeros(cells.shape)
    matrix[cells.row, cells.column] = _values(cells, mode, documents, index_docs)
    return matrix


def _values(cells: Cells, mode: str, documents: int, index_docs: Counter[int]) -> Any:
    if mode == "binary":
        return 1.0
    if mode == "count":
        return cells.times
    if mode == "freq":
        return cells.times / cells.length[cells.row]
    frequency = np.zeros(cells.shape[1])
    for column in np.unique(cells.column):
        frequency[column] = index_docs.get(int(column), 0)
    rarity = np.log(1 + documents / (1 + frequency))
    return (1 + np.log(cells.times)) * rarity[cells.column]
