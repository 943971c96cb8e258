"""Whole numbers of any size as numbers from 0 on."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx.layers import _fingerprint
from keryx.layers._hashing import hash_bins, salted
from keryx.layers._lookup import Lookup
from keryx.layers._text_layer import refuse

_INT32 = np.iinfo(np.int32)


class IntegerLookup(Lookup):
    """Gives each integer of a vocabulary a number from 0 on, or the reverse.

    As `StringLookup`, for integers; it works in compiled programs, too.

    Example:
        >>> IntegerLookup(vocabulary=[12, 1138, 42])([[12, 42], [7, 1138]]).tolist()
        [[1, 3], [0, 2]]

    Args:
        max_tokens: Most numbers there may be; `None` for any.
        num_oov_indices: Numbers for unknown integers; 0 refuses them.
        mask_token: Integer with number 0, for padding. In the other modes than "int" it
            gives zeros.
        oov_token: What unknown integers are called in the vocabulary.
        vocabulary: The integers, or the path of a file with one a line; else `adapt`
            finds them.
        vocabulary_dtype: Accepted for Keras's sake; must be "int64".
        idf_weights: Inverse document frequency of each integer.
        invert: Whether numbers are turned into integers of the vocabulary.
        output_mode: As in `StringLookup`.
        sparse: Accepted for Keras's sake; must be `False`.
        pad_to_max_tokens: Whether vectors have the size `max_tokens`.
        oov_method: How one of several numbers is chosen for an unknown integer:
            "floormod", its remainder; or "farmhash", a hash of its digits.
        salt: Key of that hash: an integer, or two.

    Shapes:
        inputs:  `(batch, ...)`, whole numbers
        outputs: the same, or as those of `CategoryEncoding`

    Raises:
        ArgumentError: If an argument is not one of these.
        StateError: On a call without a vocabulary.
        DataError: On a call with values at hand (not in a compiled run) with unknown
            integers, if `num_oov_indices` is 0. A compiled run gives -1.

    Departs from Keras: numbers have 32 bits; larger ones can be looked up in NumPy
    arrays only, not in compiled runs.
    """

    text_alone = False
    kind = int

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
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
        self.vocabulary_dtype = check.one_of(
            vocabulary_dtype, ("int64",), "vocabulary_dtype", owner=self
        )
        self.oov_method = check.one_of(
            oov_method, ("floormod", "farmhash"), "oov_method", owner=self
        )
        self.salt = salt
        self._key = salted(salt, self)
        if salt is not None and self.oov_method != "farmhash":
            raise ArgumentError(
                self, "salt", expected='left out but for "farmhash"', got=salt
            )

    @property
    def input_dtype(self) -> str | None:
        """Element type of the inputs of a model that begins with this layer."""
        return "int32"

    def _find(self, inputs: Any) -> Any:
        library: Any = np if isinstance(inputs, np.ndarray) else jnp
        values = library.asarray(inputs)
        if values.dtype.kind != "i":
            values = values.astype("int32")
        found = self._place(library, values)
        ids = library.where(found < 0, self._outside(values), found + self._first())
        if self.mask_token is not None:
            ids = library.where(values == self.mask_token, int(self._masks()) - 1, ids)
        if self.num_oov_indices == 0 and not isinstance(values, jax.core.Tracer):
            masked = values == self.mask_token if self.mask_token is not None else False
            self._unknown(int(((found < 0) & ~np.asarray(masked)).sum()))
        return ids.astype("int32")

    def _place(self, library: Any, values: Any) -> Any:
        """Returns the place of each integer in the vocabulary, or -1."""
        known: Any = self._vocabulary
        words = np.array(known.tolist(), np.int64)
        order = np.argsort(words)
        keys = words[order]
        if library is jnp:
            small = (keys >= _INT32.min) & (keys <= _INT32.max)
            keys, order = keys[small].astype(np.int32), order[small]
        if not len(keys):
            return library.full(values.shape, -1)
        keys, order = library.asarray(keys), library.asarray(order.astype(np.int32))
        near = library.clip(library.searchsorted(keys, values), 0, len(keys) - 1)
        return library.where(keys[near] == values, order[near], -1)

    def _outside(self, values: Any) -> Any:
        """Returns the number of each integer as if it were unknown."""
        start, count = int(self._masks()), self.num_oov_indices
        if count < 2:
            return start if count else -1
        if self.oov_method == "floormod":
            return start + values % count
        if isinstance(values, np.ndarray):
            digits = [str(value) for value in values.ravel().tolist()]
            return start + hash_bins(digits, count, self._key).reshape(values.shape)
        return start + _fingerprint.bins_of_numbers(values, count, self._key)

    def _words_of(self, inputs: Any) -> jax.Array:
        words = jnp.asarray(
            np.array([*self.get_vocabulary(), self.oov_token], np.int32)
        )
        ids = jnp.asarray(inputs).astype("int32")
        outside = (ids < 0) | (ids >= len(words) - 1)
        return words[jnp.where(outside, len(words) - 1, ids)]

    def _read(self, data: Any) -> np.ndarray[Any, Any]:
        return np.asarray(data).astype(np.int64)
