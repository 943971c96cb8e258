"""Categories of unknown number, in a known number of bins."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.config import floatx
from keryx._core.dtypes import is_float
from keryx._core.errors import ArgumentError, DataError, ShapeError
from keryx._core.shapes import Shape
from keryx._core.text import is_text, texts
from keryx._graph.call import describe
from keryx._graph.layer import LayerOptions
from keryx.layers import _fingerprint
from keryx.layers._category import encoded, encoded_shape, MODES
from keryx.layers._text_layer import refuse, TextLayer

_START = 0xDECAFCAFFE  # of TensorFlow's crossings


class Hashing(TextLayer):
    """Puts categories into bins by a hash, which is the same everywhere.

        bin = hash(category) mod num_bins

    With `mask_value`, bin 0 is for that value alone. Numbers are hashed as their
    digits. Text and numbers can be hashed in models; numbers in compiled programs, too.

    Example:
        >>> Hashing(num_bins=3)([["A"], ["B"], ["C"]]).tolist()
        [[1], [0], [1]]

    Args:
        num_bins: Number of bins, that for `mask_value` included.
        mask_value: Category of bin 0.
        salt: One integer or two, the key of another hash.
        output_mode: "int" for the numbers of the bins; "one_hot", "multi_hot" and
            "count" as in `CategoryEncoding`.
        sparse: Accepted for Keras's sake; must be `False`.

    Shapes:
        inputs:  `(batch, ...)`, text or whole numbers
        outputs: the same, or as those of `CategoryEncoding`

    Raises:
        ArgumentError: If an argument is not one of these.
        DataError: On a call with numbers that are not whole. Departs from Keras, which
            hashes their decimals.

    Source:
        Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (ICML
        2009). The hashes are FarmHash's `Fingerprint64` and, with a salt, SipHash-2-4.
    """

    text_alone = False

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        if options.get("dtype") is None:
            options["dtype"] = "int64" if output_mode == "int" else floatx()
        super().__init__(**options)
        self.num_bins = check.positive_int(num_bins, "num_bins", owner=self)
        self.mask_value = mask_value
        self.salt = salt
        self.output_mode = check.one_of(
            output_mode, ("int", *MODES), "output_mode", owner=self
        )
        refuse(self, sparse=sparse)
        self.sparse = sparse
        self.autocast = False
        self._key = salted(salt, self)

    def call(self, inputs: Any) -> jax.Array:
        wide = isinstance(inputs, np.ndarray) and inputs.dtype == np.int64
        if wide or is_text(inputs):
            bins: Any = self._of_text(inputs)
        elif self._is_prepared(inputs):
            prepared: jax.Array = inputs
            return prepared
        else:
            bins = self._of_numbers(jnp.asarray(inputs))
        if self.output_mode == "int":
            return jnp.asarray(bins)
        kind = self.compute_dtype
        return jnp.asarray(encoded(bins, self.num_bins, self.output_mode, dtype=kind))

    def _of_text(self, inputs: Any) -> Any:
        array = texts(inputs)
        words, places = np.unique(array.astype(str), return_inverse=True)
        bins = self._shifted(hash_bins(words.tolist(), self._used(), self._key))
        if self.mask_value is not None:
            bins[words == str(self.mask_value)] = 0
        return bins[places].reshape(array.shape)

    def _of_numbers(self, numbers: jax.Array) -> jax.Array:
        if is_float(numbers.dtype):
            raise DataError(
                describe(self),
                expected="text or whole numbers",
                got=f"{numbers.dtype}",
                fix="Put measurements into classes with `Discretization` first.",
            )
        bins = _fingerprint.bins_of_numbers(numbers, self._used(), self._key)
        bins = self._shifted(bins)
        return (
            bins
            if self.mask_value is None
            else jnp.where(numbers == self.mask_value, 0, bins)
        )

    def _used(self) -> int:
        """Number of bins for what is not masked."""
        masked = self.mask_value is not None and self.num_bins > 1
        return self.num_bins - masked

    def _shifted(self, bins: Any) -> Any:
        return bins + 1 if self._used() < self.num_bins else bins

    def _outcome(self, shapes: list[Shape]) -> tuple[Shape, str]:
        kind = "int32" if self.output_mode == "int" else self.compute_dtype
        return encoded_shape(shapes[0], self.num_bins, self.output_mode), kind


def hash_bins(words: list[str], bins: int, key: Any = None) -> Any:
    """Returns the bin of each of several words."""
    return (_fingerprint.of_texts(words, key) % np.uint64(bins)).astype(np.int32)


def salted(salt: Any, owner: Any) -> tuple[int, int] | None:
    """Returns the key that a salt means; one number counts twice."""
    if salt is None:
        return None
    pair = salt if isinstance(salt, list | tuple) else (salt, salt)
    if len(pair) == 2 and all(hasattr(part, "__index__") for part in pair):
        return int(pair[0]), int(pair[1])
    raise ArgumentError(owner, "salt", expected="an integer, or two", got=salt)


class HashedCrossing(TextLayer):
    """Puts pairs (or more) of categories into bins by a hash.

    Example:
        >>> HashedCrossing(num_bins=5)((["A", "B", "A"], [101, 101, 102])).tolist()
        [1, 4, 3]

    Args:
        num_bins: Number of bins.
        output_mode: "int" for the numbers of the bins, "one_hot" for vectors.
        sparse: Accepted for Keras's sake; must be `False`.

    Shapes:
        inputs:  several of `()`, `(batch,)` or `(batch, 1)`, text or whole numbers
        outputs: the same, or `(batch, num_bins)` for "one_hot"

    Raises:
        ArgumentError: If an argument is not one of these.
        ShapeError: On a call with one input, or with other shapes.

    Source:
        The hash is that of TensorFlow's sparse crosses: FarmHash fingerprints, joined.
    """

    text_alone = False

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> None:
        kind = "int64" if output_mode == "int" else floatx()
        super().__init__(name=name, dtype=dtype or kind, **options)
        self.num_bins = check.positive_int(num_bins, "num_bins", owner=self)
        self.output_mode = check.one_of(
            output_mode, ("int", "one_hot"), "output_mode", owner=self
        )
        refuse(self, sparse=sparse)
        self.sparse = sparse
        self.autocast = False

    def build(self, input_shape: Any = None) -> None:
        """Nothing is to be declared."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given = args[0] if args else kwargs.get("inputs")
        if not isinstance(given, list | tuple):
            return super().__call__(*args, **kwargs)
        return super().__call__([_row(one) for one in given])

    def call(self, inputs: Any) -> jax.Array:
        arrays = [texts(x) if is_text(x) else jnp.asarray(x) for x in inputs]
        shapes = {array.shape for array in arrays}
        if len(arrays) < 2 or len(shapes) > 1 or not _is_row(arrays[0].shape):
            raise ShapeError(
                describe(self),
                expected="two inputs or more of shape (batch,) or (batch, 1)",
                got=", ".join(str(array.shape) for array in arrays),
            )
        text = any(array.dtype == object for array in arrays)
        columns = [_feature(array) if text else array for array in arrays]
        columns = [column.reshape(-1) for column in columns]
        bins = _fingerprint.bins_of_pairs(columns, self.num_bins, _START)
        bins = bins.reshape(arrays[0].shape)
        if self.output_mode == "int":
            return jnp.asarray(bins)
        kind = self.compute_dtype
        return jnp.asarray(encoded(bins, self.num_bins, "one_hot", dtype=kind))

    def _outcome(self, shapes: list[Shape]) -> tuple[Shape, str]:
        raise ArgumentError(
            self,
            "inputs",
            expected="numbers, in a model",
            got="text",
            fix="Apply the layer to the data first.",
        )


def _row(value: Any) -> Any:
    return texts(value) if is_text(value) else value


def _is_row(shape: Shape) -> bool:
    return len(shape) < 2 or (len(shape) == 2 and shape[1] == 1)


def _feature(values: Any) -> Any:
    """Returns the fingerprints of categories; numbers are their own."""
    if values.dtype != object:
        return np.asarray(values)
    words, places = np.unique(values.astype(str), return_inverse=True)
    return _fingerprint.of_texts(words.tolist())[places].reshape(values.shape)
