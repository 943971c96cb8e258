"""Words and their numbers."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.configurable import parameters
from keryx._core.errors import ArgumentError, FileError
from keryx._core.text import texts

FILE = "vocabulary.txt"


class Vocabulary:
    """Words in the order of their numbers; it does not change.

    Args:
        words: The words, text or whole numbers, each once.
        weights: Inverse document frequency of each, or `None`.
    """

    def __init__(self, words: Sequence[Any], weights: Any = None) -> None:
        # In objects of their own, as layers are searched for their parts often.
        self.words = _Held(words)
        self.weights = None if weights is None else np.asarray(weights, np.float32)
        self._places: dict[Any, int] | None = None

    def __len__(self) -> int:
        return len(self.words.held)

    def __structure__(self) -> Any:
        """Returns what a compiled program depends on."""
        digest = hashlib.blake2b(digest_size=16)
        for word in self.words.held:
            digest.update(str(word).encode("utf-8", "surrogateescape") + b"\n")
        return digest.digest(), self.weights

    def places(self) -> Mapping[Any, int]:
        """Returns the number of each word."""
        if self._places is None:
            self._places = {word: i for i, word in enumerate(self.words.held)}
        return self._places

    def tolist(self) -> list[Any]:
        """Returns the words."""
        return list(self.words.held)


class _Held:
    __slots__ = ("held",)

    def __init__(self, held: Sequence[Any]) -> None:
        self.held = list(held)


class Counts:
    """What `adapt` has seen: words, and in how many samples each is."""

    def __init__(self) -> None:
        self.words: Counter[Any] = Counter()
        self.samples: Counter[Any] = Counter()
        self.seen = 0

    def add(self, samples: Iterable[Sequence[Any]], *, by_sample: bool) -> None:
        """Counts the words of samples."""
        for sample in samples:
            self.words.update(sample)
            if by_sample:
                self.samples.update(set(sample))
                self.seen += 1

    def most(self, count: int | None, left_out: set[Any]) -> list[Any]:
        """Returns the most frequent words; of two as frequent, the greater first."""
        rows = [row for row in self.words.items() if row[0] not in left_out]
        rows.sort(key=lambda row: (row[1], row[0]), reverse=True)
        return [word for word, _ in rows[:count]]

    def weights(self, words: Sequence[Any]) -> np.ndarray[Any, Any]:
        """Returns the inverse document frequencies of words."""
        frequency = np.array([self.samples[word] for word in words], np.float64)
        return np.log1p(self.seen / (1 + frequency)).astype(np.float32)


def read_words(path: Any) -> list[str]:
    """Returns the lines of a file.

    Raises:
        FileError: If it cannot be read as text.
    """
    try:
        return split_lines(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(
            str(path), expected="a file of words, one a line", got=f"{error}"
        ) from error


def split_lines(text: str) -> list[str]:
    """Returns the lines of a text, of which the last may end or not."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" and len(lines) > 1 else lines


def plain_words(words: Any, kind: type, owner: Any) -> list[Any]:
    """Returns words as `str` or `int`, each once.

    Raises:
        ArgumentError: If there are none, or one is there twice.
    """
    if kind is str:
        found = texts(words).ravel().tolist()
    else:
        found = [int(word) for word in np.asarray(words).ravel().tolist()]
    if not found:
        raise ArgumentError(owner, "vocabulary", expected="one word or more", got=words)
    twice = [word for word, count in Counter(found).items() if count > 1]
    if twice:
        raise ArgumentError(
            owner,
            "vocabulary",
            expected="each word once",
            got=twice[:8],
            fix="Make it `list(dict.fromkeys(words))`.",
        )
    return found


def check_sizes(layer: Any) -> None:
    """Checks `max_tokens` and `pad_to_max_tokens`.

    Raises:
        ArgumentError: If there is room for no word, or no size to reach.
    """
    count = layer.max_tokens
    if count is not None and (not hasattr(count, "__index__") or count <= 1):
        raise ArgumentError(layer, "max_tokens", expected="2 or more", got=count)
    if layer.pad_to_max_tokens and count is None:
        raise ArgumentError(
            layer, "max_tokens", expected="given with `pad_to_max_tokens`", got=None
        )


def from_data(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments in a configuration, which may name no file.

    Raises:
        ArgumentError: If the vocabulary is a place.
    """
    known = parameters(cls)
    noted = ("vocabulary_size", "oov_method")  # what Keras adds to the arguments
    config = {k: v for k, v in config.items() if k not in noted or k in known}
    if isinstance(config.get("vocabulary"), str | bytes):
        raise ArgumentError(
            cls.__name__,
            "vocabulary",
            expected="words, in a configuration",
            got="the name of a file",
            fix="A model's file may not name others. Read the words yourself, and set "
            "them with `set_vocabulary`.",
        )
    return config


def batches(data: Any, steps: int | None) -> Iterator[Any]:
    """Yields the batches that data consists of."""
    whole = isinstance(data, list | tuple | str | bytes) or hasattr(data, "__array__")
    if whole:
        yield data
        return
    for number, batch in enumerate(data):
        if steps is not None and number >= steps:
            return
        yield batch
