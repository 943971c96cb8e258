"""Texts as words, and words as hashed numbers."""

import functools
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from keryx._core import check
from keryx._core.errors import ArgumentError, DataError

Analyzer = Callable[[str], list[str]]

PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    text: str,
    filters: Iterable[str] = PUNCTUATION,
    lower: bool = True,
    split: str = " ",
) -> list[str]:
    """Returns the words of a text.

    Example:
        >>> text_to_word_sequence("A herald, in Greek: kêryx.")
        ['a', 'herald', 'in', 'greek', 'kêryx']

    Args:
        text: The text.
        filters: Characters that separate words as `split` does.
        lower: Whether to write words in lower case.
        split: What stands between words.

    Raises:
        ArgumentError: If `split` is not a string of one character or more.
        DataError: If `text` is not a string.
    """
    if not isinstance(split, str) or not split:
        raise ArgumentError(
            "text_to_word_sequence", "split", expected="a string", got=split
        )
    if not isinstance(text, str):
        raise DataError(
            "text_to_word_sequence",
            expected="a text",
            got=f"a value of type {type(text).__name__}",
            fix="Fill in or drop missing texts, and decode bytes, first.",
        )
    table = _replacements("".join(filters), split)
    words = (text.lower() if lower else text).translate(table).split(split)
    return [word for word in words if word]


@functools.cache
def _replacements(filters: str, split: str) -> dict[int, str]:
    """Returns the table that `str.translate` takes."""
    return str.maketrans(dict.fromkeys(filters, split))


def hashing_trick(
    text: str,
    n: int,
    hash_function: str | Callable[[str], int] | None = None,
    filters: Iterable[str] = PUNCTUATION,
    lower: bool = True,
    split: str = " ",
    analyzer: Analyzer | None = None,
) -> list[int]:
    """Returns the words of a text as numbers, by their hash.

        number = hash(word) mod (n - 1) + 1

    Words may share a number; 0 is left for padding. Python's own `hash` of a text
    differs from one process to the next: "md5" does not.

    Example:
        >>> hashing_trick("to be or not to be", 100, "md5")
        [5, 66, 50, 12, 5, 66]

    Args:
        text: The text.
        n: One more than the largest number.
        hash_function: Makes an integer of a word; "md5"; or `None` for Python's `hash`.
        filters: Characters that separate words as `split` does.
        lower: Whether to write words in lower case.
        split: What stands between words.
        analyzer: Returns the words of a text, in place of the three above.

    Raises:
        ArgumentError: If `n` is not an integer above 1, or there is no such hash.
        DataError: If `text` is not a string.

    Source:
        Weinberger et al., "Feature Hashing for Large Scale Multitask Learning"
        (arXiv:0902.2206).
    """
    if check.positive_int(n, "n", "hashing_trick") == 1:
        raise ArgumentError("hashing_trick", "n", expected="2 or more", got=n)
    if hash_function is None:
        hash_function = hash
    elif not callable(hash_function):
        check.one_of(hash_function, ("md5",), "hash_function", "hashing_trick")
        hash_function = _md5
    if analyzer is None:
        words = text_to_word_sequence(text, filters, lower, split)
    else:
        words = analyzer(text)
    return [hash_function(word) % (n - 1) + 1 for word in words]


def _md5(word: str) -> int:
    digest = hashlib.md5(word.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big")


def one_hot(
    text: str,
    n: int,
    filters: Iterable[str] = PUNCTUATION,
    lower: bool = True,
    split: str = " ",
    analyzer: Analyzer | None = None,
) -> list[int]:
    """Returns `hashing_trick` with Python's `hash`; what the arguments mean is there.

    The numbers differ from one process to the next, as that hash does. To keep them,
    use `hashing_trick(text, n, "md5")` or a `Tokenizer`.

    Example:
        >>> a, b, c = one_hot("same or same", 1000)
        >>> a == c
        True
    """
    arguments: dict[str, Any] = {"filters": filters, "lower": lower, "split": split}
    return hashing_trick(text, n, hash, **arguments, analyzer=analyzer)
