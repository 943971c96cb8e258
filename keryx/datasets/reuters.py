"""News of one agency in 1987, and what they are about."""

import os

import numpy as np

from keryx._core.hook import hooked
from keryx.datasets import _kept, _npz, _words

DIGEST = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
INDEX_DIGEST = "4d44cc38712099c9e383dc6e5f11a921"

LABELS = (
    *("cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing"),
    *("money-supply", "coffee", "sugar", "trade", "reserves", "ship", "cotton"),
    *("carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp"),
    *("meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock"),
    *("retail", "ipi", "iron-steel", "rubber", "heat", "jobs", "lei", "bop", "zinc"),
    *("orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead"),
)


@hooked
def load_data(
    path: str | os.PathLike[str] = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> _kept.Split:
    """Returns 11228 pieces of news as lists of word numbers, of 46 topics.

    A word's number is its rank by frequency plus `index_from`. With the defaults, 0 is
    free for padding, 1 begins each text, and 2 stands for words left out.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(  # doctest: +SKIP
        ...     num_words=10000
        ... )
        >>> len(x_train), len(x_test)  # doctest: +SKIP
        (8982, 2246)

    Args:
        path: Name of the kept file; or the absolute path of a file of your own.
        num_words: Numbers from here on are left out; `None`: only the highest one.
        skip_top: Numbers below are left out.
        maxlen: Texts as long as this, or longer, are dropped.
        test_split: Share of the texts that are for testing.
        seed: Seed of the order of texts.
        start_char: What each text begins with; `None`: nothing.
        oov_char: What stands for a word left out; `None`: nothing.
        index_from: What is added to the ranks.

    Shapes:
        x: `(n,)`, object: lists of integers
        y: `(n,)`, int64; `get_label_names` says what they mean

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Departs from Keras: lists that happen to
        be equally long do not become a matrix.

    Raises:
        ArgumentError: If `maxlen` drops all texts, or `test_split` is not in [0, 1).
        FileError: If the file cannot be had, or is damaged or unsafe.
    """
    _kept.check_split(test_split, "load_data")
    file = _kept.kept_file(path, "reuters.npz", DIGEST)
    x, y = _words.read_texts(file, *_npz.load(file, ("x", "y")))
    order = np.random.RandomState(seed).permutation(len(x))
    vocabulary = _words.Vocabulary(
        num_words, skip_top, start_char, oov_char, index_from
    )
    x, y, _ = _words.number_words(x[order], y[order], vocabulary, maxlen, "load_data")
    return _kept.cut(x, y, test_split)


def get_word_index(
    path: str | os.PathLike[str] = "reuters_word_index.json",
) -> dict[str, int]:
    """Returns the rank of each word by frequency, from 1.

    Example:
        >>> get_word_index()["the"]  # doctest: +SKIP
        1

    Args:
        path: Name of the kept file; or the absolute path of a file of your own.

    Raises:
        FileError: If the file cannot be had, or is damaged.
    """
    file = _kept.kept_file(path, "reuters_word_index.json", INDEX_DIGEST)
    return _words.read_word_index(file)


def get_label_names() -> tuple[str, ...]:
    """Returns the names of the 46 topics, in the order of their numbers.

    Example:
        >>> get_label_names()[3]
        'earn'
    """
    return LABELS
