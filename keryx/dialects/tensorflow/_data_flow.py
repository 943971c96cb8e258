"""The base of `tf.data.Dataset`: elements one by one, or many at a time."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keryx import random
from keryx._core.errors import StateError
from keryx.dialects.tensorflow import _data_rows as rows
from keryx.dialects.tensorflow._data_rows import INFINITE, structured, UNKNOWN
from keryx.dialects.tensorflow._dtypes import as_dtype, TensorSpec
from keryx.dialects.tensorflow._tensor import convert_to_tensor

CHUNK = 64


class Rows:
    """Rows of arrays in an order.

    Args:
        arrays: Returns the arrays, nested.
        order: Returns the numbers of the rows, piece by piece, anew on each call.
    """

    def __init__(self, arrays: Callable[[], Any], order: Callable[[], Any]) -> None:
        self.arrays, self.order = arrays, order

    def pull(self) -> Iterator[Any]:
        """Yields the rows one by one."""
        arrays = self.arrays()
        for piece in self.order():
            for index in piece:
                yield rows.taken(arrays, index)

    def blocks(self, size: int) -> Iterator[Any]:
        """Yields so many rows at a time."""
        arrays = self.arrays()
        for group in rows.regrouped(self.order(), size):
            yield rows.taken(arrays, group)


class Flow:
    """Elements that can be iterated over, again and again.

    Args:
        pull: Returns the elements on the host, anew on each call.
        count: How many there are, or `INFINITE` or `UNKNOWN`.
        blocks: Returns the elements, many at a time in arrays with one more axis; by
            default they are stacked.
        rows: Where the elements are rows of arrays: these and their order.
        spec: Returns the elements' nested `TensorSpec`s; by default the first element
            is looked at.
    """

    def __init__(
        self,
        pull: Callable[[], Iterator[Any]],
        count: int = UNKNOWN,
        blocks: Callable[[int], Iterator[Any]] | None = None,
        rows: Rows | None = None,
        spec: Callable[[], Any] | None = None,
    ) -> None:
        self._pull = pull
        self._count = count
        self._blocks = blocks or self._stacked
        # Whether many elements at a time cost less than one by one.
        self._wide = blocks is not None
        self._rows = rows
        self._spec = spec
        # Of batches of rows of arrays: these, and the size of a batch.
        self._batched: tuple[Flow, int, bool] | None = None

    def _stacked(self, size: int) -> Iterator[Any]:
        elements = self._pull()
        while group := list(itertools.islice(elements, size)):
            yield rows.stacked(group)

    def __iter__(self) -> Iterator[Any]:
        return map(as_tensors, self._pull())

    def __keryx_batches__(self) -> Iterator[Any]:
        """Yields the elements as they are, for training: it makes its own arrays."""
        return self._pull()

    def __len__(self) -> int:
        if self._count < 0:
            # A `TypeError`, as `list(...)` and others ask for the length in vain.
            raise TypeError(
                "Dataset: expected a known number of elements, but got "
                f"{'infinitely many' if self._count == INFINITE else 'an unknown one'}."
            )
        return self._count

    def __bool__(self) -> bool:
        return True

    def cardinality(self, name: Any = None) -> Any:
        """Returns the number of elements; -1 if there is no end, -2 if not known."""
        return np.int64(self._count)

    @property
    def element_spec(self) -> Any:
        """Shapes and element types of an element, nested alike."""
        if self._spec is not None:
            return self._spec()
        return spec_of(self._first())

    def __keryx_rows__(self) -> tuple[Any, Callable[[], Any], int, int] | None:
        """Returns arrays, their order, and sizes, if batches of rows are all there is.

        `fit` then runs whole epochs as one program.
        """
        source, size, whole = self._batched or (self, 0, False)
        if self._batched is None or source._rows is None or source._count <= 0:
            return None
        arrays, order = source._rows.arrays(), source._rows.order
        if any(array.dtype == object for array in rows.parts(arrays)):
            return None
        count = source._count - (source._count % size if whole else 0)
        if not count:
            return None
        return arrays, lambda: np.concatenate([*order()])[:count], count, size

    def _first(self) -> Any:
        for element in self._pull():
            return element
        raise StateError("Dataset", expected="an element to look at", got="none")

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Yields the elements as NumPy arrays; text as bytes."""
        for element in self._pull():
            yield structured(_plain, element)

    def get_single_element(self, name: Any = None) -> Any:
        """Returns the only element."""
        return as_tensors(self._first())

    def __repr__(self) -> str:
        return f"<Dataset of {'?' if self._count < 0 else self._count} elements>"


def as_tensors(element: Any) -> Any:
    """Returns an element with tensors in the place of arrays."""
    return structured(
        lambda x: x if isinstance(x, Flow) else convert_to_tensor(x), element
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Flow):
        return value.as_numpy_iterator()
    array = np.asarray(value)
    return array if array.ndim else array[()]


def spec_of(element: Any, *, rows: bool = False) -> Any:
    """Returns the specs of an element, or of a row of it."""

    def one(value: Any) -> Any:
        if isinstance(value, Flow):
            return value
        array = value if hasattr(value, "dtype") else np.asarray(value)
        return TensorSpec(
            array.shape[1:] if rows else array.shape, as_dtype(array.dtype)
        )

    return structured(one, element)


def called(function: Callable[..., Any], element: Any) -> Any:
    """Calls a user's function with an element: a tuple gives several arguments."""
    arguments = as_tensors(element)
    if isinstance(arguments, tuple):
        return function(*arguments)
    return function(arguments)


class Seeds:
    """Generators for successive passes, which a seed determines.

    Args:
        seed: An integer, or `None` for one that follows from the global seed.
        again: Whether each pass has numbers of its own.
    """

    def __init__(self, seed: Any = None, again: bool = True) -> None:
        source = random.make_generator(None, "tf.data") if seed is None else None
        self.seed = int(source.integers(2**62)) if source else int(seed) % 2**62
        self.again = again
        self.passes = 0

    def __call__(self) -> np.random.Generator:
        """Returns the generator of the next pass."""
        number = self.passes if self.again else 0
        self.passes += 1
        return np.random.Generator(np.random.Philox([self.seed, number]))
