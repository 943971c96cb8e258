"""Text as rows of numbers."""

from pathlib import Path
from typing import Any, Self

import jax
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx._core.shapes import Shape
from keryx._core.text import Texts, texts
from keryx._graph.call import describe
from keryx.layers import _text_tokens as tokens
from keryx.layers._category import MODES
from keryx.layers._lookup_string import StringLookup
from keryx.layers._text_layer import refuse, TextLayer
from keryx.layers._vocabulary import batches, check_sizes, from_data


class TextVectorization(TextLayer):
    """Turns each text into a row of numbers of its words.

    Text is cleaned, cut into words, joined to n-grams if asked, and looked up: 0 is
    padding, 1 is any unknown word, then come the words of the vocabulary, the most
    frequent first.

    The layer computes on the host. Call it with text, or give a model an input of text:
    `fit`, `evaluate` and `predict` run it before the compiled program.

    Example:
        >>> layer = TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["The cat sat.", "The dog!"])
        >>> layer.get_vocabulary()
        ['', '[UNK]', 'the', 'sat', 'dog', 'cat']
        >>> layer(["the cat", "a dog"]).tolist()
        [[2, 5, 0, 0], [1, 4, 0, 0]]

    Args:
        max_tokens: Most numbers there may be; `None` for any.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation" (of
            ASCII), a function of an array of `str`, or `None`.
        split: "whitespace", "character", a function that returns the tokens of each
            text, or `None`: a text is a token.
        ngrams: Joins up to so many neighbouring tokens, or exactly as many as the
            numbers in a tuple.
        output_mode: "int" for the numbers of the words in order; "multi_hot", "count"
            and "tf_idf" for one vector for each text (see `StringLookup`).
        output_sequence_length: Length of the rows of "int", which are cut or padded;
            `None` for that of the longest text of a call.
        pad_to_max_tokens: Whether vectors have the size `max_tokens`.
        vocabulary: The words, or the path of a file with one a line; else `adapt` finds
            them.
        idf_weights: Inverse document frequency of each word.
        sparse: Accepted for Keras's sake; must be `False`.
        ragged: Accepted for Keras's sake; must be `False`.
        encoding: How bytes are read.

    Shapes:
        inputs:  `(batch,)` or `(batch, 1)`, text; one text gives one row
        outputs: `(batch, time)` for "int", else `(batch, tokens)`

    Raises:
        ArgumentError: If an argument is not one of these.
        StateError: On a call without a vocabulary.
        ShapeError: On a call with several texts a sample.

    Departs from Keras: numbers have 32 bits; there are no ragged outputs.
    """

    saves_itself = True

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name=name, **options)
        self.max_tokens = max_tokens
        self.standardize = _choice(standardize, tokens.STANDARDS, "standardize", self)
        self.split = _choice(split, tokens.SPLITS, "split", self)
        self.ngrams = _checked_ngrams(ngrams, self)
        self.output_mode = check.one_of(
            output_mode, ("int", *MODES, "tf_idf"), "output_mode", owner=self
        )
        self.output_sequence_length = output_sequence_length
        self.pad_to_max_tokens = pad_to_max_tokens
        check_sizes(self)
        refuse(self, sparse=sparse, ragged=ragged)
        self.sparse, self.ragged = sparse, ragged
        self.encoding = encoding
        self.autocast = False
        if output_sequence_length is not None:
            check.positive_int(
                output_sequence_length, "output_sequence_length", owner=self
            )
            if self.output_mode != "int":
                raise ArgumentError(
                    self,
                    "output_sequence_length",
                    expected='left out but for "int"',
                    got=output_sequence_length,
                )
        self._lookup_layer = StringLookup(
            max_tokens,
            mask_token="",
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            output_mode=self.output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            encoding=encoding,
            name=f"{self.name}_lookup",
        )

    def build(self, input_shape: Any = None) -> None:
        """Nothing is to be declared."""

    # --- the vocabulary -----------------------------------------------------------

    @property
    def vocabulary(self) -> list[str] | None:
        """The words that were given as an argument, or `None`."""
        return self._lookup_layer.vocabulary

    @property
    def idf_weights(self) -> Any:
        """The weights that were given as an argument, or `None`."""
        return self._lookup_layer.idf_weights

    def adapt(
        self, data: Any, batch_size: int | None = None, steps: int | None = None
    ) -> None:
        """Takes the vocabulary from texts: the most frequent words come first.

        Args:
            data: Texts: an array, a list, or a source of batches of them.
            batch_size: Accepted for Keras's sake.
            steps: How many batches are read.
        """
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Counts the words of a batch of texts."""
        array = self._cleaned(texts(data, self.encoding))
        if self.split is None:
            self._lookup_layer.update_state(array)
        else:
            self._lookup_layer.count(self._tokens(array))

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forgets the vocabulary."""
        if self._lookup_layer.vocabulary is not None:
            raise StateError(
                describe(self),
                expected="no vocabulary, as `adapt` makes one",
                got="one that was given as an argument",
            )
        self._lookup_layer.reset_state()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary; see `StringLookup.set_vocabulary`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """Returns the words in the order of their numbers.

        Args:
            include_special_tokens: Whether those for padding and for unknown words are
                among them.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """Returns how many numbers there are."""
        return self._lookup_layer.vocabulary_size()

    # --- computing ----------------------------------------------------------------

    def call(self, inputs: Any) -> jax.Array:
        if self._is_prepared(inputs):
            prepared: jax.Array = inputs
            return prepared
        lookup = self._lookup_layer
        if lookup.vocabulary_size() == lookup._first():
            raise StateError(
                describe(self),
                expected="a vocabulary",
                got="none",
                fix="Call `adapt(texts)` first, or pass `vocabulary=...`.",
            )
        array = self._cleaned(texts(inputs, self.encoding))
        if self.split is None:
            whole: jax.Array = lookup(array)
            return whole
        ids = self._rows(self._tokens(array))
        made: jax.Array = lookup.vectors(ids if array.ndim else ids[0])
        return made

    def _cleaned(self, array: Texts) -> Texts:
        if self.split is not None:
            if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
                raise ShapeError(
                    describe(self),
                    expected="texts of shape (batch,) or (batch, 1)",
                    got=f"{array.shape}",
                )
            array = array.reshape(-1) if array.ndim else array
        return tokens.standardized(array, self.standardize, self.encoding)

    def _tokens(self, array: Texts) -> list[list[str]]:
        found = tokens.cut(array.reshape(-1), self.split, self.encoding)
        if self.ngrams is None:
            return found
        sizes = tokens.sizes_of(self.ngrams)
        return [tokens.joined(sample, sizes) for sample in found]

    def _rows(self, samples: list[list[str]]) -> np.ndarray[Any, Any]:
        """Returns the numbers of words in rows of one length."""
        lengths = np.array([len(sample) for sample in samples], np.int64)
        length = self.output_sequence_length or max(lengths, default=0)
        words = [word for sample in samples for word in sample]
        # Padding has a number only in the mode "int".
        filler = 0 if self.output_mode == "int" else -1
        rows = np.full((len(samples), length), filler, np.int32)
        ids = self._lookup_layer.numbers_of(words)
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = np.arange(len(words)) - starts
        kept = places < length
        sample = np.repeat(np.arange(len(samples)), lengths)
        rows[sample[kept], places[kept]] = ids[kept]
        return rows

    def _outcome(self, shapes: list[Shape]) -> tuple[Shape, str]:
        if self.split is None:
            return self._lookup_layer._outcome(shapes)
        if self.output_mode == "int":
            return (*shapes[0][:1], self.output_sequence_length), "int32"
        rows = (*shapes[0][:1], None)
        return self._lookup_layer._outcome([rows])

    # --- files --------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        return {**super().get_config(), "vocabulary_size": self.vocabulary_size()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer from `get_config`'s result, or Keras's."""
        size = config.get("vocabulary_size")
        config = from_data(cls, config)
        if isinstance(config.get("ngrams"), list):
            config["ngrams"] = tuple(config["ngrams"])
        layer = super().from_config(config)
        layer._lookup_layer.expect(size)
        return layer

    def asset(self) -> str | None:
        """Returns the vocabulary as lines, if it is not in the configuration."""
        return self._lookup_layer.asset()

    def load_asset(self, text: str) -> None:
        """Takes the vocabulary from lines."""
        self._lookup_layer.load_asset(text)

    def save_assets(self, dir_path: str | Path) -> None:
        """Writes the vocabulary into a folder, if it is not in the configuration."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: str | Path) -> None:
        """Reads what `save_assets` wrote."""
        self._lookup_layer.load_assets(dir_path)

    def save_own_variables(self, store: Any) -> None:
        """Writes the inverse document frequencies."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Reads what `save_own_variables` wrote."""
        self._lookup_layer.load_own_variables(store)


def _choice(value: Any, options: Any, name: str, owner: Any) -> Any:
    if value is None or callable(value):
        return value
    return check.one_of(value, tuple(options), name, owner=owner)


def _checked_ngrams(ngrams: Any, owner: Any) -> Any:
    sizes = ngrams if isinstance(ngrams, tuple) else (ngrams,)
    whole = all(type(size) is int and size > 0 for size in sizes)
    if ngrams is None or (whole and sizes):
        return ngrams
    raise ArgumentError(
        owner, "ngrams", expected="a positive integer, or a tuple of them", got=ngrams
    )
