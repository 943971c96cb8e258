"""Words as numbers."""

from typing import Any

import numpy as np

from keryx._core.text import texts
from keryx.layers._hashing import hash_bins, salted
from keryx.layers._lookup import Lookup
from keryx.layers._text_layer import need_values, refuse


class StringLookup(Lookup):
    """Gives each word of a vocabulary a number, or each number its word.

    Numbers go to the mask token first, if there is one, then to unknown words, then to
    the vocabulary. It works on text at once; see `TextVectorization` about models.

    Example:
        >>> layer = StringLookup(vocabulary=["a", "b", "c"])
        >>> layer([["a", "z"], ["c", "b"]]).tolist()
        [[1, 0], [3, 2]]
        >>> StringLookup(vocabulary=["a", "b"], invert=True)([1, 2, 0]).tolist()
        ['a', 'b', '[UNK]']

    Args:
        max_tokens: Most numbers there may be; `None` for any.
        num_oov_indices: Numbers for unknown words, which a hash chooses from; 0 refuses
            them.
        mask_token: Word with number 0, for padding. In the other modes than "int" it
            gives zeros.
        oov_token: What unknown words are called in the vocabulary.
        vocabulary: The words, or the path of a file with one a line; else `adapt` finds
            them.
        idf_weights: Inverse document frequency of each word.
        invert: Whether numbers are turned into words.
        output_mode: "int"; or "one_hot", "multi_hot", "count" as in `CategoryEncoding`;
            or "tf_idf": counts times the inverse document frequencies.
        pad_to_max_tokens: Whether vectors have the size `max_tokens`.
        sparse: Accepted for Keras's sake; must be `False`.
        encoding: How bytes are read.
        salt: Key of the hash for unknown words: an integer, or two.

    Shapes:
        inputs:  `(batch, ...)`, text; with `invert`, whole numbers
        outputs: the same, or as those of `CategoryEncoding`

    Raises:
        ArgumentError: If an argument is not one of these.
        StateError: On a call without a vocabulary.
        DataError: On a call with unknown words if `num_oov_indices` is 0.

    Departs from Keras: numbers have 32 bits, and words come back as `str`, not bytes.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **options: Any,
    ) -> None:
        self.encoding = encoding
        super().__init__(
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            pad_to_max_tokens,
            name=name,
            **options,
        )
        refuse(self, sparse=sparse)
        self.sparse = sparse
        self.salt = salt
        self._key = salted(salt, self)

    @property
    def input_dtype(self) -> str | None:
        """Element type of the inputs of a model that begins with this layer."""
        return "int32" if self.invert else "string"

    def numbers_of(self, words: list[str]) -> np.ndarray[Any, Any]:
        """Returns the number of each word in a list; -1 for the mask if it has none."""
        known: Any = self._vocabulary
        get, first = known.places().get, self._first()
        found = np.fromiter((get(w, -1) for w in words), np.int32, len(words))
        outside = np.flatnonzero(found < 0)
        found += first
        if not len(outside):
            return found
        others = [words[i] for i in outside]
        found[outside] = self._numbers_outside(others)
        return found

    def _numbers_outside(self, words: list[str]) -> np.ndarray[Any, Any]:
        start = int(self._masks())
        masked = np.array([word == self.mask_token for word in words])
        if self.num_oov_indices == 0:
            self._unknown(int((~masked).sum()))
        ids = np.full(len(words), start, np.int32)
        if self.num_oov_indices > 1:
            ids += hash_bins(words, self.num_oov_indices, self._key)
        ids[masked] = start - 1  # the first number, or none
        return ids

    def _find(self, inputs: Any) -> np.ndarray[Any, Any]:
        array = self._read(inputs)
        return self.numbers_of(array.ravel().tolist()).reshape(array.shape)

    def _words_of(self, inputs: Any) -> np.ndarray[Any, Any]:
        need_values(self, inputs, "text")
        ids = np.asarray(inputs).astype(np.int64)
        words = np.array([*self.get_vocabulary(), self.oov_token], object)
        outside = (ids < 0) | (ids >= len(words) - 1)
        return words[np.where(outside, len(words) - 1, ids)]

    def _read(self, data: Any) -> np.ndarray[Any, Any]:
        return texts(data, self.encoding)

    def _arguments(self) -> list[tuple[str, Any]]:
        return [*super()._arguments(), ("oov_method", "floormod")]
