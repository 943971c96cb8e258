"""Endless batches of pictures that are also a data set with an index."""

import operator
import os
import threading
import warnings
from pathlib import Path
from typing import Any, Self

import numpy as np

from keryx._core import check, config
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ArgumentError, DataError, KeryxWarning, sentence
from keryx._core.hook import hooked, missing
from keryx._engine.stream import PyDataset
from keryx.preprocessing.image._changes import make_random
from keryx.preprocessing.image._files import save_img

Array = np.ndarray[Any, Any]
Random = np.random.RandomState

SUBSETS = ("training", "validation")


class Iterator(PyDataset):
    """Base class of batches drawn from `n` samples, pass after pass.

    `next(batches)` goes on for ever; `batches[i]` is batch `i` of the pass that is
    going on, and `len(batches)` their number. A subclass defines
    `_get_batches_of_transformed_samples(index_array)`.

    The order of a pass and what is drawn for a batch depend on the seed and on the
    number of the batch alone, counted from the start: threads that compute batches
    ahead change nothing, and with one seed, two iterators over pictures and their masks
    stay together.

    Example:
        >>> class Numbers(Iterator):
        ...     def _get_batches_of_transformed_samples(self, index_array):
        ...         return index_array.tolist()
        >>> numbers = Numbers(3, batch_size=2, shuffle=False, seed=None)
        >>> len(numbers), [next(numbers) for _ in range(3)]
        (2, [[0, 1], [2], [0, 1]])

    Args:
        n: Number of samples.
        batch_size: Samples of a batch.
        shuffle: Whether each pass has a random order of its own.
        seed: Determines orders and draws; drawn from NumPy's global generator, which
            `keryx.utils.set_random_seed` seeds, if `None`.
        **kwargs: `workers`, `use_multiprocessing` and `max_queue_size`, as
            `PyDataset` has them.

    Raises:
        ArgumentError: If `batch_size` is not a positive integer.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
    __getattr__ = missing

    @hooked
    def __init__(
        self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.batch_size = check.positive_int(batch_size, "batch_size", self)
        self.shuffle = shuffle
        self.seed = seed
        self.batch_index = 0
        self.lock = threading.Lock()
        self._seed = make_random().randint(2**31) if seed is None else int(seed)
        self._first = 0  # number of the pass's first batch, counted from the start
        self._order: tuple[int, Array] = (-1, np.arange(0))

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "_get_batches_of_transformed_samples" in cls.__dict__:
            cls._batch = Iterator._batch  # type: ignore[method-assign]  # the user's own

    @property
    def total_batches_seen(self) -> int:
        """Number of batches that were before the next one."""
        return self._first + self.batch_index

    @property
    def index_array(self) -> Array:
        """The samples in the order of the pass that is going on."""
        first, order = self._order
        if first != self._first or len(order) != self.n:
            first, order = self._first, np.arange(self.n)
            if self.shuffle:
                order = self._random(first).permutation(self.n)
            self._order = first, order
        return order

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, idx: int) -> Any:
        index = operator.index(idx)
        if not -len(self) <= index < len(self):
            raise IndexError(
                sentence(
                    type(self).__name__,
                    expected=f"a batch from 0 to {len(self) - 1}",
                    got=idx,
                )
            )
        index %= len(self)
        rows = self.index_array[index * self.batch_size :][: self.batch_size]
        random = self._random(self._first + index)
        if self.shuffle and index == 0:
            # The first draw of a pass is its order: the rest goes on after it.
            random.permutation(self.n)
        return self._batch(rows, random)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        with self.lock:
            if self.n == 0:
                raise DataError(
                    type(self).__name__, expected="samples to draw from", got="none"
                )
            batch = self[self.batch_index]
            self.batch_index += 1
            if self.batch_index == len(self):
                self.on_epoch_end()
        return batch

    next = __next__

    def on_epoch_end(self) -> None:
        """Begins a new pass, in another order."""
        self._first += len(self)
        self.batch_index = 0

    def reset(self) -> None:
        """Lets the next batch be the first one of a new pass."""
        self._first += self.batch_index
        self.batch_index = 0

    def _random(self, number: int) -> Random:
        return np.random.RandomState((self._seed + number) % 2**32)

    def _batch(self, rows: Array, random: Random) -> Any:
        """Returns the batch of some samples; a subclass here draws from `random`."""
        return self._get_batches_of_transformed_samples(rows)

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        """Returns the batch of some samples."""
        if type(self)._batch is Iterator._batch:
            raise NotImplementedError(
                f"{type(self).__name__} defines no "
                "`_get_batches_of_transformed_samples`."
            )
        return self._batch(index_array, make_random())


class Saving:
    """Where batches leave their pictures, for a look at what the network gets.

    Args:
        folder: An existing folder; `None` saves nothing.
        prefix: What the names of files begin with.
        ending: Their format, such as "png".
        data_format: Whether channels come last or first.
        owner: Whose arguments these are.
    """

    def __init__(
        self, folder: Any, prefix: str, ending: str, data_format: str, owner: object
    ) -> None:
        if folder is not None and not Path(folder).is_dir():
            raise ArgumentError(
                owner, "save_to_dir", expected="an existing folder", got=str(folder)
            )
        self.folder = folder
        self.prefix = prefix
        self.ending = ending
        self.data_format = data_format

    def save(self, pictures: Array, rows: Array, random: Random) -> None:
        """Writes the pictures of a batch, if that was asked for."""
        if self.folder is None:
            return
        for picture, row in zip(pictures, rows, strict=True):
            name = f"{self.prefix}_{row}_{random.randint(10**7)}.{self.ending}"
            save_img(os.path.join(self.folder, name), picture, self.data_format)


class NumpyArrayIterator(Iterator):
    """Batches of the pictures in an array; made by `ImageDataGenerator.flow`.

    Args:
        x: Pictures; or a tuple of them and of further arrays, which stay as they are.
        y: Targets.
        image_data_generator: What changes the pictures.
        batch_size: Pictures of a batch.
        shuffle: Whether each pass has a random order of its own.
        sample_weight: Weights of the pictures.
        seed: Determines orders and changes.
        data_format: Whether channels come last or first; as configured if `None`.
        save_to_dir: A folder to leave the changed pictures in.
        save_prefix: What the names of their files begin with.
        save_format: Their format.
        subset: "training" or "validation": the part of the pictures that
            `validation_split` leaves, or splits off from their beginning.
        ignore_class_split: Whether the two parts may have different classes.
        dtype: Element type of the pictures; as configured if `None`.

    Shapes:
        x: `(samples, height, width, channels)`, or `(samples, channels, height, width)`

    Raises:
        ArgumentError: If an option is unknown.
        DataError: If lengths differ, `x` has no four axes, or a class is in one of the
            two parts alone.
    """

    @hooked
    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | os.PathLike[str] | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        self.dtype = standardize_dtype(dtype)
        self.data_format = config.standardize_data_format(data_format)
        more = x[1] if isinstance(x, tuple | list) else []
        self.x = _pictures(x[0] if isinstance(x, tuple | list) else x, self.data_format)
        self.x_misc = [
            np.asarray(a) for a in (more if isinstance(more, list) else [more])
        ]
        self.y = None if y is None else np.asarray(y)
        self.sample_weight = (
            None if sample_weight is None else np.asarray(sample_weight)
        )
        self._check_lengths()
        self.image_data_generator = image_data_generator
        if subset is not None:
            subset = check.one_of(subset, SUBSETS, "subset", "flow")
            self._keep(subset, ignore_class_split)
        self.subset = subset
        self.save_to_dir, self.save_prefix = save_to_dir, save_prefix
        self.save_format = save_format
        saved = (save_to_dir, save_prefix, save_format)
        self._saving = Saving(*saved, self.data_format, "flow")
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _arrays(self) -> dict[str, Array | None]:
        more = {f"x[1][{i}]": array for i, array in enumerate(self.x_misc)}
        return {"y": self.y, "sample_weight": self.sample_weight, **more}

    def _check_lengths(self) -> None:
        for name, array in self._arrays().items():
            if array is not None and (not array.ndim or len(array) != len(self.x)):
                raise DataError(
                    f"`flow`: {name}",
                    expected=f"one entry for each of {len(self.x)} pictures",
                    got=f"shape {array.shape}",
                )

    def _keep(self, subset: str, ignore_class_split: bool) -> None:
        """Keeps the pictures of one of the two parts."""
        cut = int(len(self.x) * self.image_data_generator.validation_split)
        if self.y is not None and not ignore_class_split:
            _check_classes(self.y[:cut], self.y[cut:])
        part = slice(cut) if subset == "validation" else slice(cut, None)
        self.x = self.x[part]
        self.x_misc = [array[part] for array in self.x_misc]
        self.y = None if self.y is None else self.y[part]
        if self.sample_weight is not None:
            self.sample_weight = self.sample_weight[part]

    def _batch(self, rows: Array, random: Random) -> Any:
        pictures = self.image_data_generator.change_batch(
            self.x[rows].astype(self.dtype), random
        ).astype(self.dtype, copy=False)
        self._saving.save(pictures, rows, random)
        more = [array[rows] for array in self.x_misc]
        inputs = [pictures, *more] if more else pictures
        if self.y is None:
            return inputs
        if self.sample_weight is None:
            return inputs, self.y[rows]
        return inputs, self.y[rows], self.sample_weight[rows]


def _pictures(given: Any, data_format: str) -> Array:
    """Returns pictures as an array of four axes."""
    x: Array = np.asarray(given)
    if x.ndim != 4:
        raise DataError(
            "`flow`: x",
            expected="pictures: an array of 4 axes, the first counting pictures",
            got=f"shape {x.shape}",
            fix="Grey pictures need an axis of one channel: `x[..., None]`."
            if x.ndim == 3
            else "",
        )
    channels, others = (
        (x.shape[3], x.shape[1:3]) if data_format == "channels_last"
        else (x.shape[1], x.shape[2:])
    )  # fmt: skip
    if channels > 4 and {1, 3, 4} & set(others):
        warnings.warn(
            f"`flow` takes pictures of shape {x.shape[1:]} for {channels} channels, "
            f"since `data_format` is {data_format!r}.",
            KeryxWarning,
            stacklevel=4,
        )
    return x


def _check_classes(one: Array, other: Array) -> None:
    if not np.array_equal(np.unique(one), np.unique(other)):
        raise DataError(
            "`flow(subset=...)`",
            expected="the same classes in both parts",
            got=f"{len(np.unique(one))} and {len(np.unique(other))} classes, or others",
            fix="Pictures sorted by class must be shuffled first; or give "
            "`ignore_class_split=True`.",
        )
