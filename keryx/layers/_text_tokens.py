"""Text into tokens: clean it, cut it, join neighbours."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from keryx._core.text import Texts, texts

# Letters of ASCII alone: a vocabulary must not depend on tables that change.
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_MARKS = dict.fromkeys(map(ord, "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"))
STANDARDS: dict[str, dict[int, int | None]] = {
    "lower_and_strip_punctuation": {**_LOWER, **_MARKS},
    "lower": {**_LOWER},
    "strip_punctuation": {**_MARKS},
}
_WORD = re.compile(r"[^ \t\n\r\f\v]+")
SPLITS: dict[str, Callable[[str], list[str]]] = {
    "whitespace": _WORD.findall,
    "character": list,
}


def standardized(array: Texts, how: Any, encoding: str) -> Texts:
    """Returns text in lower case, without punctuation, or as a function makes it."""
    if how is None:
        return array
    if callable(how):
        return texts(how(array), encoding)
    table = STANDARDS[how]
    found = np.empty(array.shape, object)
    found.reshape(-1)[:] = [text.translate(table) for text in array.ravel().tolist()]
    return found


def cut(array: Texts, how: Any, encoding: str) -> list[list[str]]:
    """Returns the tokens of each text."""
    if callable(how):
        return [_listed(part, encoding) for part in how(array)]
    split = SPLITS[how]
    return [split(text) for text in array.tolist()]


def _listed(part: Any, encoding: str) -> list[str]:
    if hasattr(part, "to_list"):
        part = part.to_list()
    found: list[str] = texts(part, encoding).ravel().tolist()
    return found


def sizes_of(ngrams: Any) -> tuple[int, ...]:
    """Returns how many tokens are joined: up to an integer, or exactly these."""
    return tuple(range(1, ngrams + 1)) if isinstance(ngrams, int) else tuple(ngrams)


def joined(tokens: list[str], sizes: Iterable[int]) -> list[str]:
    """Returns neighbouring tokens joined by a blank."""
    found: list[str] = []
    for size in sizes:
        starts = (tokens[i:] for i in range(size))
        found += tokens if size == 1 else map(" ".join, zip(*starts, strict=False))
    return found
