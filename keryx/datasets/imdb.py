"""Reviews of films, and whether they are favourable."""

import os

import numpy as np

from keryx._core.hook import hooked
from keryx.datasets import _kept, _npz, _words

DIGEST = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX_DIGEST = "bfafd718b763782e994055a2d397834f"


@hooked
def load_data(
    path: str | os.PathLike[str] = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> _kept.Split:
    """Returns 25000 training and 25000 test reviews as lists of word numbers.

    A word's number is its rank by frequency plus `index_from`. With the defaults, 0 is
    free for padding, 1 begins each review, and 2 stands for words left out.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(  # doctest: +SKIP
        ...     num_words=10000
        ... )
        >>> x_train[0][:4]  # doctest: +SKIP
        [1, 14, 22, 16]

    Args:
        path: Name of the kept file; or the absolute path of a file of your own.
        num_words: Numbers from here on are left out; `None`: only the highest one.
        skip_top: Numbers below are left out.
        maxlen: Reviews as long as this, or longer, are dropped.
        seed: Seed of the order of reviews.
        start_char: What each review begins with; `None`: nothing.
        oov_char: What stands for a word left out; `None`: nothing.
        index_from: What is added to the ranks.

    Shapes:
        x: `(n,)`, object: lists of integers
        y: `(n,)`, int64, 1 for favourable

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Departs from Keras: lists that happen to
        be equally long do not become a matrix.

    Raises:
        ArgumentError: If `maxlen` drops all reviews of a part.
        FileError: If the file cannot be had, or is damaged or unsafe.

    Source:
        Maas et al., "Learning Word Vectors for Sentiment Analysis" (ACL 2011).
    """
    file = _kept.kept_file(path, "imdb.npz", DIGEST)
    arrays = _npz.load(file, ("x_train", "y_train", "x_test", "y_test"))
    train = _words.read_texts(file, *arrays[:2])
    test = _words.read_texts(file, *arrays[2:])
    random = np.random.RandomState(seed)
    orders = [random.permutation(len(part[0])) for part in (train, test)]
    x = np.concatenate([train[0][orders[0]], test[0][orders[1]]])
    y = np.concatenate([train[1][orders[0]], test[1][orders[1]]])
    vocabulary = _words.Vocabulary(
        num_words, skip_top, start_char, oov_char, index_from
    )
    x, y, kept = _words.number_words(x, y, vocabulary, maxlen, "load_data")
    at = int(np.searchsorted(kept, len(train[0])))
    return (x[:at], y[:at]), (x[at:], y[at:])


def get_word_index(
    path: str | os.PathLike[str] = "imdb_word_index.json",
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
    file = _kept.kept_file(path, "imdb_word_index.json", INDEX_DIGEST)
    return _words.read_word_index(file)
