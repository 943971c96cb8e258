"""Words to numbers and back: what the layers for text and for integers share."""

from pathlib import Path
from typing import Any, Self, Unpack

import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.config import floatx
from keryx._core.errors import ArgumentError, DataError, StateError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import LayerOptions
from keryx.layers._category import encoded, encoded_shape, MODES
from keryx.layers._lookup_stored import Stored
from keryx.layers._text_layer import TextLayer
from keryx.layers._vocabulary import (
    batches,
    check_sizes,
    Counts,
    from_data,
    plain_words,
    read_words,
    Vocabulary,
)


class Lookup(Stored, TextLayer):
    """Base of `StringLookup` and `IntegerLookup`.

    Words are numbered: the mask token (in the mode "int"), those for unknown words,
    then the vocabulary. A subclass says how words are read and looked up.
    """

    # Its own arrays are saved under names of their own.
    saves_itself = True
    kind: type = str

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary: Any,
        idf_weights: Any,
        invert: bool,
        output_mode: str,
        pad_to_max_tokens: bool,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = bool(invert)
        self.output_mode = check.one_of(
            output_mode, ("int", *MODES, "tf_idf"), "output_mode", owner=self
        )
        self.pad_to_max_tokens = pad_to_max_tokens
        self.autocast = False
        check_sizes(self)
        if num_oov_indices < 0 or not hasattr(num_oov_indices, "__index__"):
            raise ArgumentError(
                self, "num_oov_indices", expected="0 or more", got=num_oov_indices
            )
        if invert and self.output_mode != "int":
            raise ArgumentError(
                self, "output_mode", expected='"int" with `invert`', got=output_mode
            )
        self._vocabulary: Vocabulary | None = None
        self._counts: Any = None
        self._expected: int | None = None
        # Whether the vocabulary came with the arguments, and is in the configuration.
        self._was_given = vocabulary is not None
        if idf_weights is not None and self.output_mode != "tf_idf":
            raise ArgumentError(
                self, "idf_weights", expected='left out but for "tf_idf"', got="some"
            )
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def build(self, input_shape: Any = None) -> None:
        """Nothing is to be declared."""

    # --- the vocabulary -----------------------------------------------------------

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Takes the vocabulary from data: the most frequent words come first.

        Args:
            data: Words: an array, nested lists, or a source of batches of them.
            steps: How many batches are read.

        Raises:
            StateError: If a vocabulary was given as an argument.
        """
        if self._was_given:
            raise StateError(
                describe(self),
                expected="no vocabulary, as `adapt` makes one",
                got="one that was given as an argument",
            )
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Counts the words of a batch."""
        array = self._read(data)
        rows = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
        self.count(rows.tolist())

    def count(self, samples: Any) -> None:
        """Counts the words of samples, each a list of words."""
        if self._counts is None:
            self._counts = Counts()
        self._counts.add(samples, by_sample=self.output_mode == "tf_idf")

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted."""
        if self._counts is None:
            return
        room = None
        if self.max_tokens is not None:
            room = max(self.max_tokens - self._first(), 0)
        words = self._counts.most(room, {self.mask_token, self.oov_token})
        known = self._counts.weights(words) if self.output_mode == "tf_idf" else None
        self._vocabulary = Vocabulary(words, known)
        self._counts = None

    def reset_state(self) -> None:
        """Forgets the vocabulary."""
        if not self._was_given:
            self._vocabulary = self._counts = None

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary.

        Args:
            vocabulary: The words, or a file with one a line. They may begin with the
                mask token and those for unknown words.
            idf_weights: Inverse document frequency of each word, for "tf_idf".

        Raises:
            ArgumentError: If a word is there twice, or there are too many.
            FileError: If it is a file that cannot be read.
        """
        if isinstance(vocabulary, str | Path):
            vocabulary = read_words(vocabulary)
        words = plain_words(vocabulary, self.kind, self)
        special = self._special()
        skipped = len(special) if words[: len(special)] == special else 0
        words = words[skipped:]
        self._check_words(words)
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise ArgumentError(
                self,
                "idf_weights",
                expected='given for "tf_idf", and for no other mode',
                got="none" if idf_weights is None else "some",
            )
        if idf_weights is not None:
            idf_weights = np.asarray(idf_weights, np.float32)[skipped:]
            if idf_weights.shape != (len(words),):
                raise ArgumentError(
                    self,
                    "idf_weights",
                    expected=f"one for each of {len(words)} words",
                    got=idf_weights.shape,
                )
        self._vocabulary = Vocabulary(words, idf_weights)

    def _check_words(self, words: list[Any]) -> None:
        reserved = [self.mask_token] if self.mask_token is not None else []
        reserved += [self.oov_token] if self.invert else []
        found = [token for token in reserved if token in words]
        if found:
            raise ArgumentError(
                self,
                "vocabulary",
                expected="words without the mask token and that for unknown words, or "
                "with all of them in front",
                got=found,
            )
        total = self._first() + len(words)
        if self.max_tokens is not None and total > self.max_tokens:
            raise ArgumentError(
                self,
                "vocabulary",
                expected=f"at most {self.max_tokens} words (max_tokens)",
                got=total,
            )

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """Returns the words in the order of their numbers.

        Args:
            include_special_tokens: Whether the mask token and those for unknown words
                are among them.
        """
        words = [] if self._vocabulary is None else self._vocabulary.tolist()
        return [*self._special(), *words] if include_special_tokens else words

    def vocabulary_size(self) -> int:
        """Returns how many numbers there are."""
        return self._first() + (len(self._vocabulary) if self._vocabulary else 0)

    def _special(self) -> list[Any]:
        """The tokens before the vocabulary."""
        mask = [self.mask_token] if self._masks() else []
        return mask + [self.oov_token] * self.num_oov_indices

    def _masks(self) -> bool:
        return self.mask_token is not None and self.output_mode == "int"

    def _first(self) -> int:
        """The number of the first word of the vocabulary."""
        return self._masks() + self.num_oov_indices

    # --- looking up ---------------------------------------------------------------

    def call(self, inputs: Any) -> Any:
        if not self.invert and self._is_prepared(inputs):
            return inputs
        if self._vocabulary is None:
            raise StateError(
                describe(self),
                expected="a vocabulary",
                got="none",
                fix="Call `adapt(data)` first, or pass `vocabulary=...`.",
            )
        if self.invert:
            return self._words_of(inputs)
        return self.vectors(self._find(inputs))

    def vectors(self, ids: Any) -> Any:
        """Returns the numbers of words in the form that `output_mode` says."""
        if self.output_mode == "int":
            return jnp.asarray(ids)
        depth = self._depth()
        assert depth is not None
        if self.output_mode != "tf_idf":
            return jnp.asarray(encoded(ids, depth, self.output_mode))
        weights = np.zeros(depth, floatx())
        known: Any = self._vocabulary
        weights[: self._first()] = known.weights.mean() if len(known) else 0
        weights[self._first() : self._first() + len(known)] = known.weights
        return jnp.asarray(encoded(ids, depth, "count", dtype=floatx()) * weights)

    def _find(self, inputs: Any) -> Any:
        """Returns the number of each word; -1 for the mask if it has none."""
        raise NotImplementedError

    def _words_of(self, inputs: Any) -> Any:
        """Returns the word of each number."""
        raise NotImplementedError

    def _read(self, data: Any) -> np.ndarray[Any, Any]:
        """Returns data as an array of words."""
        raise NotImplementedError

    def _unknown(self, count: int) -> None:
        """Refuses unknown words if there are no numbers for them."""
        if count:
            raise DataError(
                describe(self),
                expected="words of the vocabulary, as `num_oov_indices` is 0",
                got=f"{count} others",
            )

    def _depth(self) -> int | None:
        return self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()

    def _outcome(self, shapes: list[Shape]) -> tuple[Shape, str]:
        depth = self._expected if self._vocabulary is None else self._depth()
        kind = floatx() if self.output_mode == "tf_idf" else "int32"
        return encoded_shape(shapes[0], depth, self.output_mode), kind

    # --- files --------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        known = self._vocabulary is not None
        size = self.vocabulary_size() if known else None
        return {**super().get_config(), "vocabulary_size": size}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer from `get_config`'s result, or Keras's."""
        layer = super().from_config(from_data(cls, config))
        layer.expect(config.get("vocabulary_size"))
        return layer
