"""Pictures that a table lists, with their targets."""

import os
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ArgumentError, DataError, KeryxWarning
from keryx._core.hook import hooked
from keryx.preprocessing.image._files import ENDINGS
from keryx.preprocessing.image._from_files import BatchFromFilesMixin
from keryx.preprocessing.image._iterator import Iterator

Array = np.ndarray[Any, Any]

MODES = ("categorical", "binary", "sparse", "input", "multi_output", "raw", None)
_OF_CLASSES = ("categorical", "binary", "sparse")
_WHERE = "`flow_from_dataframe`"


class DataFrameIterator(BatchFromFilesMixin):
    """Batches of the pictures that a table of pandas lists.

    Made by `ImageDataGenerator.flow_from_dataframe`, which says what the options mean.

    Args:
        dataframe: The table, one row a picture.
        directory: The folder that the files' names start from; `None` if they are
            whole paths.
        image_data_generator: What changes the pictures; nothing if `None`.
        x_col: The column of the files' names.
        y_col: The column of targets, or several.
        weight_col: The column of weights; none if `None`.
        target_size: Height and width that the pictures get.
        color_mode: "grayscale", "rgb" or "rgba".
        classes: The classes, in the order of their numbers; others are left out. All
            of them, sorted, if `None`.
        class_mode: What the targets are.
        batch_size: Pictures of a batch.
        shuffle: Whether each pass has a random order of its own.
        seed: Determines orders and changes.
        data_format: Whether channels come last or first.
        save_to_dir: A folder to leave the changed pictures in.
        save_prefix: What the names of their files begin with.
        save_format: Their format.
        subset: "training" or "validation".
        interpolation: How pictures are resized.
        keep_aspect_ratio: Whether to cut off rather than to distort.
        dtype: Element type of the pictures.
        validate_filenames: Whether to leave out rows without a file, with a warning.

    Raises:
        ArgumentError: If an option is unknown, or there is no such column.
        DataError: If a column is not of names, classes or weights.
    """

    allowed_class_modes = frozenset(MODES)

    @hooked
    def __init__(
        self,
        dataframe: Any,
        directory: str | os.PathLike[str] | None = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str = "channels_last",
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = "float32",
        validate_filenames: bool = True,
    ) -> None:
        if image_data_generator is None:
            from keryx.preprocessing.image._generator import ImageDataGenerator

            image_data_generator = ImageDataGenerator(data_format=data_format)
        self.set_processing_attrs(
            image_data_generator, target_size, color_mode, data_format, save_to_dir,
            save_prefix, save_format, subset, interpolation, keep_aspect_ratio,
        )  # fmt: skip
        self.directory = directory or ""
        self.dtype = standardize_dtype(dtype)
        self.class_mode = check.one_of(class_mode, MODES, "class_mode", self)
        names = _column(dataframe, x_col, "x_col")
        _check_kind(names, (str,), f"x_col {x_col!r}", "names of files")
        paths = [os.path.join(self.directory, name) for name in names]
        rows = np.arange(len(paths))
        if validate_filenames:
            rows = rows[_existing(paths, x_col)]
        targets: Any = None
        if self.class_mode in _OF_CLASSES:
            targets = _column(dataframe, y_col, "y_col")
            rows, targets = self._classed(rows, targets, classes, y_col)
        kept = self.part(len(rows))
        rows = rows[kept]
        self.filenames = [names[row] for row in rows]
        self._filepaths = [paths[row] for row in rows]
        self._targets: Any = None
        if targets is not None:
            self.classes = targets[kept]
        elif self.class_mode in ("multi_output", "raw"):
            self._targets = _values(dataframe, y_col, rows, self.class_mode)
        self._weights = None if weight_col is None else _weights(
            dataframe, weight_col, rows
        )  # fmt: skip
        self.samples = len(rows)
        number = None if targets is None else len(self.class_indices)
        self.found(self.samples, "validated image filenames", number)
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    def _classed(
        self, rows: Array, labels: list[Any], classes: Any, y_col: Any
    ) -> tuple[Array, list[Any]]:
        """Returns the rows that have a class, and the numbers of their classes."""
        several = self.class_mode == "categorical"
        kinds = (str, list, tuple) if several else (str,)
        _check_kind([labels[row] for row in rows], kinds, f"y_col {y_col!r}",
                    "names of classes")  # fmt: skip
        named = [_listed(labels[row]) for row in rows]
        chosen = list(classes) if classes else sorted({n for row in named for n in row})
        if self.class_mode == "binary" and len(chosen) != 2:
            raise DataError(
                f'{_WHERE}, class_mode="binary"',
                expected="two classes",
                got=f"{len(chosen)}",
            )
        indices = {name: i for i, name in enumerate(dict.fromkeys(chosen))}
        self.class_indices, self.num_classes = indices, len(indices)
        numbers = [[indices[name] for name in row if name in indices] for row in named]
        kept = [i for i, row in enumerate(numbers) if row]
        found = [
            numbers[i] if not isinstance(labels[rows[i]], str) else numbers[i][0]
            for i in kept
        ]
        return rows[kept], found

    @property
    def filepaths(self) -> list[str]:
        """Paths of the pictures."""
        return self._filepaths

    @property
    def labels(self) -> Any:
        """Numbers of the pictures' classes, or their values."""
        if self.class_mode in ("multi_output", "raw"):
            return self._targets
        return self.classes if self.class_mode in _OF_CLASSES else None

    @property
    def sample_weight(self) -> Array | None:
        """Weights of the pictures, or `None`."""
        return self._weights


def _listed(label: Any) -> list[str]:
    return [label] if isinstance(label, str) else list(label)


def _column(dataframe: Any, name: Any, argument: str) -> list[Any]:
    """Returns a column of a table.

    Raises:
        ArgumentError: If it has none of this name.
    """
    columns = list(getattr(dataframe, "columns", dataframe))
    if isinstance(name, list | tuple) or name not in columns:
        raise ArgumentError(
            "flow_from_dataframe",
            argument,
            expected=f"one of the columns {columns}",
            got=name,
        )
    return list(dataframe[name])


def _check_kind(
    values: Iterable[Any], kinds: tuple[type, ...], column: str, what: str
) -> None:
    strange = next((v for v in values if not isinstance(v, kinds)), None)
    if strange is not None:
        raise DataError(
            f"{_WHERE}: {column}",
            expected=what,
            got=f"a value of type {type(strange).__name__}",
            fix="`dataframe[column].astype(str)` makes names of numbers.",
        )


def _existing(paths: Sequence[str], x_col: str) -> Array:
    """Tells which paths are picture files; warns of the others."""
    there = np.array(
        [path.lower().endswith(ENDINGS) and os.path.isfile(path) for path in paths],
        bool,
    )
    if not there.all():
        first = paths[int(np.argmin(there))]
        warnings.warn(
            f"{_WHERE}: {int((~there).sum())} of {len(paths)} rows of column "
            f"{x_col!r} are left out: they name no picture file. The first: {first!r}.",
            KeryxWarning,
            stacklevel=4,
        )
    return there


def _values(dataframe: Any, y_col: Any, rows: Array, mode: str) -> Any:
    """Returns the targets in one or several columns as they are."""
    several = isinstance(y_col, list | tuple)
    columns = [
        np.array(_column(dataframe, name, "y_col"))[rows]
        for name in (y_col if several else [y_col])
    ]
    if mode == "multi_output":
        return columns
    return np.stack(columns, axis=1) if several else columns[0]


def _weights(dataframe: Any, weight_col: str, rows: Array) -> Array:
    weights = np.array(_column(dataframe, weight_col, "weight_col"))
    if weights.dtype.kind not in "biuf":
        raise DataError(
            f"{_WHERE}: weight_col {weight_col!r}",
            expected="numbers",
            got=f"dtype {weights.dtype}",
        )
    chosen: Array = weights[rows]
    return chosen
