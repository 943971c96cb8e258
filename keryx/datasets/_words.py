"""Texts as lists of word numbers, and the rules by which rare words are left out."""

import json
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import ArgumentError
from keryx.datasets import _kept, _npz

Array = np.ndarray[Any, Any]


class Vocabulary(NamedTuple):
    """Which words stay, and what stands for the others.

    A word's number is its rank by frequency plus `index_from`.

    Attributes:
        words: Numbers from here on are left out; `None`: only the highest one.
        skip_top: Numbers below are left out.
        start_char: What each text begins with, if anything.
        oov_char: What stands for a word left out; `None`: nothing.
        index_from: What is added to the ranks.
    """

    words: int | None
    skip_top: int
    start_char: int | None
    oov_char: int | None
    index_from: int | None


def read_texts(path: Path, x: Array, y: Array) -> tuple[Array, Array]:
    """Returns texts and labels as the file has them.

    Raises:
        FileError: If the texts are not lists of integers, or have not as many labels.
    """
    _kept.check_pair(path, x, y, rank=1)
    if x.dtype != object or not all(type(row) is list for row in x):
        raise _npz.refused(path, "texts that are not lists of word numbers")
    # One list may be named many times: a small file must not become a large array.
    if 2 * sum(map(len, x)) > max(2**20, 200 * path.stat().st_size):
        raise _npz.refused(path, "texts far longer than the file")
    if set(map(type, chain.from_iterable(x))) - {int}:
        raise _npz.refused(path, "texts of something else than word numbers")
    return x, y


def number_words(
    x: Array, y: Array, vocabulary: Vocabulary, maxlen: int | None, owner: str
) -> tuple[Array, Array, Array]:
    """Applies a vocabulary to texts.

    Args:
        x: Texts, lists of ranks.
        y: Labels.
        vocabulary: Which words stay.
        maxlen: Texts that are as long as this or longer are dropped.
        owner: Whose arguments these are.

    Returns:
        Texts, labels, and the places in `x` of those that were not dropped.

    Raises:
        ArgumentError: If `maxlen` drops all.
    """
    numbers, bounds = _flat(x, vocabulary)
    kept = np.arange(len(x))
    if maxlen:
        kept = np.flatnonzero(np.diff(bounds) < maxlen)
        if not len(kept):
            raise ArgumentError(
                owner, "maxlen", expected="longer than the shortest text", got=maxlen
            )
    numbers, bounds = _pick(numbers, bounds, kept)
    numbers, bounds = _leave_out(numbers, bounds, vocabulary)
    values, ends = numbers.tolist(), bounds.tolist()
    texts = np.empty(len(kept), object)
    for i in range(len(kept)):
        texts[i] = values[ends[i] : ends[i + 1]]
    return texts, y[kept], kept


def _flat(x: Array, vocabulary: Vocabulary) -> tuple[Array, Array]:
    """Returns all numbers one after the other, and where each text begins and ends."""
    lengths = np.fromiter(map(len, x), np.int64, len(x))
    numbers = np.fromiter(chain.from_iterable(x), np.int64, int(lengths.sum()))
    numbers += vocabulary.index_from or 0
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    if vocabulary.start_char is not None:
        numbers = np.insert(numbers, bounds[:-1], vocabulary.start_char)
        bounds += np.arange(len(bounds))
    return numbers, bounds


def _pick(numbers: Array, bounds: Array, kept: Array) -> tuple[Array, Array]:
    """Returns the texts at some places only."""
    lengths = np.diff(bounds)
    if len(kept) == len(lengths):
        return numbers, bounds
    stays = np.zeros(len(lengths), bool)
    stays[kept] = True
    numbers = numbers[np.repeat(stays, lengths)]
    return numbers, np.concatenate([[0], np.cumsum(lengths[kept])])


def _leave_out(
    numbers: Array, bounds: Array, vocabulary: Vocabulary
) -> tuple[Array, Array]:
    """Replaces or removes words; the one that texts start with is one of them."""
    # As in Keras: without a limit, the word with the highest number is left out.
    limit = vocabulary.words or numbers.max(initial=0)
    stays = (vocabulary.skip_top <= numbers) & (numbers < limit)
    if vocabulary.oov_char is not None:
        return np.where(stays, numbers, vocabulary.oov_char), bounds
    return numbers[stays], np.concatenate([[0], np.cumsum(stays)])[bounds]


def read_word_index(path: Path) -> dict[str, int]:
    """Returns the ranks of words in a JSON file.

    Raises:
        FileError: If there is something else in it.
    """
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _npz.refused(path, f"something else ({error})") from error
    if not isinstance(index, dict) or set(map(type, index.values())) - {int}:
        raise _npz.refused(path, "something else than words and their ranks")
    return index
