"""How the layers with vocabularies keep them in configurations and files."""

from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import DataError
from keryx._graph.call import describe
from keryx.layers._vocabulary import FILE, plain_words, split_lines, Vocabulary


class Stored:
    """What `Lookup` does with a vocabulary besides looking up."""

    kind: type
    output_mode: str
    _vocabulary: Vocabulary | None
    _was_given: bool
    _expected: int | None
    _first: Any
    _special: Any
    _check_words: Any
    get_vocabulary: Any

    @property
    def vocabulary(self) -> list[Any] | None:
        """The words that were given as an argument, or `None`."""
        return (
            self._vocabulary.tolist() if self._vocabulary and self._is_told() else None
        )

    @property
    def idf_weights(self) -> Any:
        """The weights that were given as an argument, or `None`."""
        known = self._vocabulary
        if known is None or known.weights is None or not self._is_told():
            return None
        return known.weights.tolist()

    def _is_told(self) -> bool:
        """Tells whether the configuration holds the vocabulary."""
        return self._was_given or not self._is_listable()

    def _is_listable(self) -> bool:
        """Tells whether each word is a line."""
        known = self._vocabulary
        return known is None or not any("\n" in str(word) for word in known.tolist())

    def expect(self, size: Any) -> None:
        """Notes how many numbers there will be, once a file's vocabulary is read."""
        if isinstance(size, int) and size > self._first():
            self._expected = size

    def asset(self) -> str | None:
        """Returns the vocabulary as lines, if it is not in the configuration."""
        if self._vocabulary is None or self._is_told():
            return None
        return "\n".join(str(word) for word in self.get_vocabulary())

    def load_asset(self, text: str) -> None:
        """Takes the vocabulary from lines."""
        if self._was_given:
            return
        words: list[Any] = [self.kind(line) for line in split_lines(text)]
        special = self._special()
        if words[: len(special)] == special:
            words = words[len(special) :]
        if words:
            self._check_words(plain_words(words, self.kind, self))
        weights = np.zeros(len(words)) if self.output_mode == "tf_idf" else None
        self._vocabulary = Vocabulary(words, weights)

    def save_assets(self, dir_path: Any) -> None:
        """Writes the vocabulary into a folder, if it is not in the configuration."""
        text = self.asset()
        if text is not None:
            Path(dir_path, FILE).write_text(text, encoding="utf-8")

    def load_assets(self, dir_path: Any) -> None:
        """Reads what `save_assets` wrote."""
        if not self._was_given:
            self.load_asset(Path(dir_path, FILE).read_text(encoding="utf-8"))

    def save_own_variables(self, store: Any) -> None:
        """Writes the inverse document frequencies."""
        known = self._vocabulary
        if known is not None and known.weights is not None:
            mean = known.weights.mean() if len(known) else 0
            first = np.full(self._first(), mean, np.float32)
            store["idf_weights"] = np.concatenate([first, known.weights])

    def load_own_variables(self, store: Any) -> None:
        """Reads what `save_own_variables` wrote."""
        known = self._vocabulary
        if known is None or "idf_weights" not in store:
            return
        weights = np.asarray(store["idf_weights"], np.float32)[self._first() :]
        if weights.shape != (len(known),):
            raise DataError(
                describe(self),
                expected=f"a weight for each of {len(known)} words",
                got=f"{weights.shape}",
            )
        self._vocabulary = Vocabulary(known.tolist(), weights)
