"""`tf.data.Dataset`: pipelines of elements, on NumPy."""

import glob
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError, FileError
from keryx.dialects.tensorflow import _data_rows as rows
from keryx.dialects.tensorflow._data_flow import (
    Flow,
    Rows,
    Seeds,
    spec_of,
)
from keryx.dialects.tensorflow._data_rows import INFINITE, structured, UNKNOWN
from keryx.dialects.tensorflow._data_steps import Steps
from keryx.dialects.tensorflow._dtypes import as_dtype, narrow
from keryx.dialects.tensorflow._files import path_of
from keryx.dialects.tensorflow._tensor import text

AUTOTUNE = -1


class Dataset(Steps):
    """Elements for training, one after another: tensors, tuples or dicts of them.

    Nothing is computed before it is asked for, and each iteration starts anew. Rows of
    arrays are shuffled, cut and batched without being touched one by one. `fit`,
    `evaluate` and `predict` take a data set of batches as `x`.

    Example:
        >>> ds = Dataset.from_tensor_slices(np.arange(5)).map(lambda x: 2 * x).batch(3)
        >>> [batch.tolist() for batch in ds.as_numpy_iterator()]
        [[0, 2, 4], [6, 8]]

    Departs from TensorFlow: 64-bit numbers become tensors of 32 bits; the order of
    `shuffle(seed=...)` is keryx's own; `prefetch` and `num_parallel_calls` have no
    effect here (`fit` prepares batches ahead by itself).
    """

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: Any = None) -> "Dataset":
        """Returns the rows of arrays as elements.

        Raises:
            DataError: If the arrays differ in their number of rows.
        """
        arrays = structured(rows.on_host, _without_frames(tensors))
        count = rows.rows_of(arrays)
        made: Dataset = cls._of_rows(lambda: arrays, rows.counted(count), count)
        return made

    @classmethod
    def from_tensors(cls, tensors: Any, name: Any = None) -> "Dataset":
        """Returns one element."""
        element = structured(rows.on_host, _without_frames(tensors))
        return cls(lambda: iter([element]), 1)

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: Any = None,
    ) -> "Dataset":
        """Returns what a function's generator yields, a new one for each pass.

        Args:
            generator: The function.
            output_types: Element types, nested like an element.
            output_shapes: Accepted for TensorFlow's sake.
            args: Arguments of the function.
            output_signature: `TensorSpec`s, nested like an element.
            name: Accepted for TensorFlow's sake.

        Raises:
            ArgumentError: If `generator` cannot be called.
        """
        if not callable(generator):
            raise ArgumentError(
                "Dataset.from_generator", "generator",
                expected="a function that returns a generator",
                got=type(generator).__name__, fix="Write `lambda: generator`.",
            )  # fmt: skip
        kinds = output_types
        if output_signature is not None:
            kinds = structured(lambda spec: spec.dtype, output_signature)

        def pull() -> Iterator[Any]:
            for element in generator(*(args or ())):
                yield _typed(element, kinds)

        spec = None if output_signature is None else lambda: output_signature
        return cls(pull, UNKNOWN, spec=spec)

    @classmethod
    def range(
        cls, *args: Any, output_type: Any = "int64", name: Any = None
    ) -> "Dataset":
        """Returns whole numbers: `range(stop)`, `range(start, stop, step)`."""
        numbers = np.arange(*map(int, args), dtype=as_dtype(output_type).dtype)
        return cls.from_tensor_slices(numbers)

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: Any = None) -> "Dataset":
        """Returns the elements of several data sets side by side, nested like them."""
        given = (
            datasets if datasets is not None else args[0] if len(args) == 1 else args
        )
        several = [_flow(one) for one in rows.parts(given)]
        known = [one._count for one in several]
        finite = [count for count in known if count != INFINITE]
        count = (
            INFINITE if not finite else UNKNOWN if UNKNOWN in finite else min(finite)
        )

        def side_by_side(parts: Any) -> Any:
            rest = iter(parts)
            return structured(lambda _: next(rest), given)

        def blocks(size: int) -> Iterator[Any]:
            for many in zip(*(one._blocks(size) for one in several), strict=False):
                least = min(len(rows.parts(block)[0]) for block in many)
                yield side_by_side([rows.taken(one, slice(least)) for one in many])

        def pull() -> Iterator[Any]:
            return map(
                side_by_side, zip(*(one._pull() for one in several), strict=False)
            )

        wide = all(one._wide for one in several)
        return cls(pull, count, blocks if wide else None)

    @classmethod
    def list_files(
        cls, file_pattern: Any, shuffle: Any = None, seed: Any = None, name: Any = None
    ) -> "Dataset":
        """Returns the paths that match a pattern; in random order unless told not to.

        Raises:
            FileError: If there are none.
        """
        many = (
            file_pattern if isinstance(file_pattern, list | tuple) else [file_pattern]
        )
        found = sorted(path for one in many for path in glob.glob(path_of(one)))
        if not found:
            raise FileError(
                "Dataset.list_files",
                expected="a pattern that matches files",
                got=repr(file_pattern),
            )
        files = cls.from_tensor_slices(text(found))
        return files if shuffle is False else files.shuffle(len(found), seed)

    @classmethod
    def sample_from_datasets(
        cls, datasets: Any, weights: Any = None, seed: Any = None, **options: Any
    ) -> "Dataset":
        """Returns elements of several data sets, each time of one chosen at random."""
        seeds = Seeds(seed)
        share = np.ones(len(datasets)) if weights is None else np.asarray(weights)

        def pull() -> Iterator[Any]:
            source, open_ = seeds(), [one._pull() for one in datasets]
            left = np.array(share, float)
            while left.any():
                place = int(source.choice(len(open_), p=left / left.sum()))
                for element in itertools.islice(open_[place], 1):
                    yield element
                    break
                else:
                    left[place] = 0

        return cls(pull)

    @classmethod
    def random(cls, seed: Any = None, **options: Any) -> "Dataset":
        """Returns random whole numbers without end."""
        seeds = Seeds(seed)

        def pull() -> Iterator[Any]:
            source = seeds()
            while True:
                yield source.integers(2**31)

        return cls(pull, INFINITE)

    @classmethod
    def _of_rows(cls, arrays: Any, order: Any, count: int, spec: Any = None) -> Any:
        held = Rows(arrays, order)
        spec = spec or (lambda: spec_of(arrays(), rows=True))
        return cls(held.pull, count, held.blocks, held, spec)


class TextLineDataset(Dataset):
    """The lines of text files as elements.

    Args:
        filenames: A path, or several.
    """

    def __init__(self, filenames: Any, *args: Any, **options: Any) -> None:
        if callable(filenames):  # a step of a pipeline, not the files
            super().__init__(filenames, *args, **options)
            return
        many = rows.on_host(filenames).ravel()

        def pull() -> Iterator[Any]:
            for name in many:
                with open(path_of(name), "rb") as file:
                    for line in file:
                        yield text(line.rstrip(b"\r\n"))

        super().__init__(pull)


def _flow(source: Any) -> Flow:
    """Returns a data set of another kind as one of these."""
    if isinstance(source, Flow):
        return source
    return Flow(lambda: (structured(rows.on_host, one) for one in source), len(source))


def _without_frames(value: Any) -> Any:
    """Returns a pandas table's values in its place."""
    return structured(lambda x: x.to_numpy() if hasattr(x, "to_numpy") else x, value)


def _typed(element: Any, kinds: Any) -> Any:
    """Returns an element of a generator as arrays of the types that were promised."""
    if kinds is None:
        return structured(rows.on_host, element)
    if isinstance(kinds, tuple | list):
        return tuple(_typed(x, kind) for x, kind in zip(element, kinds, strict=True))
    if isinstance(kinds, dict):
        return {name: _typed(element[name], kind) for name, kind in kinds.items()}
    if as_dtype(kinds).name == "string":
        return text(element)
    return np.asarray(element).astype(narrow(kinds))


class Options:
    """Options of TensorFlow's pipelines, all without a meaning here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = Options()
        setattr(self, name, made)
        return made


def cardinality(dataset: Flow) -> Any:
    """Returns the number of elements; -1 if there is no end, -2 if not known."""
    return dataset.cardinality()


def get_single_element(dataset: Flow, name: Any = None) -> Any:
    """Returns the only element."""
    return dataset.get_single_element()
