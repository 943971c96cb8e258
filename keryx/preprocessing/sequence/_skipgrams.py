"""Pairs of words for word2vec."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, DataError
from keryx.random import make_generator

Array = np.ndarray[Any, Any]

EULER = 0.577  # Keras's three digits of the Euler-Mascheroni constant
NEGATIVE, POSITIVE = (1, 0), (0, 1)


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Array:
    """Returns how likely word2vec keeps a word, by its rank in frequency.

    The frequency of rank r follows Zipf's law:

        1 / f(r) = r (ln r + 0.577) + 1/2 - 1 / (12 r)
        table[r] = min(1, √(sampling_factor / f(r)))       table[0] = table[1]

    Example:
        >>> make_sampling_table(3).round(5).tolist()
        [0.00315, 0.00315, 0.00548]

    Args:
        size: Number of words.
        sampling_factor: The frequency above which words are dropped.

    Shapes:
        outputs: `(size,)`

    Raises:
        ArgumentError: If `size` is not a positive integer, or the factor is not above
            zero.

    Source:
        Mikolov et al., "Distributed Representations of Words and Phrases and their
        Compositionality" (arXiv:1310.4546), section 2.3.
    """
    check.positive_int(size, "size", "make_sampling_table")
    if not sampling_factor > 0:
        raise ArgumentError(
            "make_sampling_table",
            "sampling_factor",
            expected="above zero",
            got=sampling_factor,
        )
    rank = np.maximum(np.arange(size), 1)
    inverse = rank * (np.log(rank) + EULER) + 0.5 - 1.0 / (12.0 * rank)
    table: Array = np.minimum(1.0, np.sqrt(sampling_factor * inverse))
    return table


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Returns pairs of words that stand near each other, and random pairs.

    A pair's label is 1 if its second word comes within the window around the first, 0
    if it was drawn. Word 0 stands for no word and is in no pair.

    Departs from Keras: `seed` determines every draw; there, the order alone.

    Example:
        >>> skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
        ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])

    Args:
        sequence: The words of a text, as numbers.
        vocabulary_size: One more than the largest number of a word.
        window_size: Words on each side of a word that count as near.
        negative_samples: Random pairs for each pair from the text.
        shuffle: Whether the pairs come in random order.
        categorical: Whether labels are `[1, 0]` for 0 and `[0, 1]` for 1.
        sampling_table: Probability of keeping a word as first of a pair, by number.
        seed: An integer, for the same pairs on each call.

    Returns:
        The pairs, and their labels.

    Raises:
        ArgumentError: If a size is not a positive integer, `negative_samples` is below
            zero, or random words are wanted from a vocabulary of none.
        DataError: If the words are not whole numbers from 0, or beyond the table.

    Source:
        Mikolov et al., "Efficient Estimation of Word Representations in Vector Space"
        (arXiv:1301.3781).
    """
    check.positive_int(window_size, "window_size", "skipgrams")
    check.positive_int(vocabulary_size, "vocabulary_size", "skipgrams")
    if not negative_samples >= 0:
        raise ArgumentError(
            "skipgrams", "negative_samples", expected="0 or more", got=negative_samples
        )
    generator = make_generator(seed, "skipgrams")
    words = _words(sequence)
    near = _near(words, _kept(words, sampling_table, generator), window_size)
    drawn = _drawn(near, int(len(near) * negative_samples), vocabulary_size, generator)
    pairs = np.concatenate([near, drawn])
    labels = np.repeat([1, 0], [len(near), len(drawn)])
    if shuffle:
        order = generator.permutation(len(pairs))
        pairs, labels = pairs[order], labels[order]
    if categorical:
        labels = np.array([NEGATIVE, POSITIVE])[labels]
    return pairs.tolist(), labels.tolist()


def _words(sequence: Sequence[int]) -> Array:
    """Returns the text as an array of word numbers."""
    words = np.asarray(sequence)
    if words.size == 0:
        return np.zeros(0, int)
    if words.ndim != 1 or words.dtype.kind not in "iu" or words.min() < 0:
        raise DataError(
            "skipgrams: sequence",
            expected="a list of whole numbers from 0",
            got=f"shape {words.shape} of {words.dtype}",
            fix="Call it once for each text, with numbers as a `Tokenizer` gives.",
        )
    return words


def _kept(words: Array, table: Any, generator: np.random.Generator) -> Array:
    """Tells which places of the text are the first of pairs."""
    kept: Array = words != 0
    if table is None:
        return kept
    table = np.asarray(table)
    if words.max(initial=-1) >= len(table):
        raise DataError(
            "skipgrams: sampling_table",
            expected=f"a probability for each word up to {words.max()}",
            got=f"{len(table)}",
            fix="`make_sampling_table(vocabulary_size)` makes one.",
        )
    kept &= table[words] >= generator.random(len(words))
    return kept


def _near(words: Array, kept: Array, window: int) -> Array:
    """Returns the pairs of the text, by first and then second place: `(pairs, 2)`."""
    first = np.flatnonzero(kept)[:, None]
    reach = min(window, len(words))
    second = first + np.delete(np.arange(-reach, reach + 1), reach)
    inside = (second >= 0) & (second < len(words))
    inside &= words[np.where(inside, second, 0)] != 0
    firsts = np.broadcast_to(first, second.shape)
    return np.stack([words[firsts[inside]], words[second[inside]]], axis=1)


def _drawn(
    near: Array, count: int, vocabulary: int, generator: np.random.Generator
) -> Array:
    """Returns pairs of a first word of `near`, each as often, and any other word."""
    if count == 0:
        return near[:0]
    if vocabulary < 2:
        raise ArgumentError(
            "skipgrams", "vocabulary_size", expected="2 or more", got=vocabulary
        )
    firsts = generator.permutation(near[:, 0])[np.arange(count) % len(near)]
    return np.stack([firsts, generator.integers(1, vocabulary, count)], axis=1)
