"""Windows of a time series, as batches."""

import copy
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, DataError, sentence
from keryx._engine.stream import PyDataset
from keryx.random import make_generator

Array = np.ndarray[Any, Any]


class TimeseriesGenerator(PyDataset):
    """Windows of a series with the value that follows each, batch by batch.

        inputs  = data[i - length : i : sampling_rate]
        targets = targets[i]              i = start_index + length + stride · 0, 1, …

    `generator[k]` is batch `k`; `model.fit(generator)` trains on all of them. With
    `shuffle`, the ends of windows are drawn anew, with repetition, in each epoch.

    Example:
        >>> series = np.arange(6)
        >>> inputs, targets = TimeseriesGenerator(series, series, length=3)[0]
        >>> inputs.tolist(), targets.tolist()
        ([[0, 1, 2], [1, 2, 3], [2, 3, 4]], [3, 4, 5])

    Args:
        data: The series, one entry a step of time.
        targets: What to predict; entry `i` for the window that ends before step `i`.
        length: Steps that a window spans.
        sampling_rate: Steps from one entry of a window to the next.
        stride: Steps from one window to the next.
        start_index: First step to use.
        end_index: Last step to use as target; the last of all if `None`.
        shuffle: Whether windows are drawn at random.
        reverse: Whether each window runs backwards in time.
        batch_size: Windows of a batch.

    Shapes:
        data:    `(time, ...)`
        targets: `(time, ...)`
        inputs of a batch:  `(batch, ceil(length / sampling_rate), ...)`
        targets of a batch: `(batch, ...)`

    Raises:
        ArgumentError: If a number is not positive, an index lies outside the series, or
            it is too short for one window.
        DataError: If `data` and `targets` differ in length.
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        super().__init__()
        self.data = np.asarray(data)
        self.targets = np.asarray(targets)
        if len(self.data) != len(self.targets):
            raise DataError(
                "TimeseriesGenerator",
                expected="as many targets as steps of data",
                got=f"{len(self.targets)} and {len(self.data)}",
            )
        last = len(self.data) - 1
        self.length = check.positive_int(length, "length", self)
        self.sampling_rate = check.positive_int(sampling_rate, "sampling_rate", self)
        self.stride = check.positive_int(stride, "stride", self)
        self.batch_size = check.positive_int(batch_size, "batch_size", self)
        first = _index(start_index, 0, last, "start_index", self)
        end = last if end_index is None else end_index
        self.end_index = _index(end, first, last, "end_index", self)
        # As in Keras, the step of the first target, not the argument.
        self.start_index = first + self.length
        if self.start_index > self.end_index:
            raise _too_long(self, "length", self.end_index - first, length)
        self.shuffle = shuffle
        self.reverse = reverse
        self.seed = _seed(None, "timeseries_generator")
        self.epoch = 0

    def __len__(self) -> int:
        windows = (self.end_index - self.start_index) // self.stride + 1
        return -(-windows // self.batch_size)

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        index = operator.index(index)
        if not -len(self) <= index < len(self):
            raise IndexError(
                sentence(
                    "TimeseriesGenerator",
                    expected=f"a batch from 0 to {len(self) - 1}",
                    got=index,
                )
            )
        ends = self._ends(index % len(self))
        offsets = np.arange(-self.length, 0, self.sampling_rate)
        inputs = self.data[ends[:, None] + offsets]
        return (inputs[:, ::-1] if self.reverse else inputs), self.targets[ends]

    def on_epoch_end(self) -> None:
        """Lets the next epoch draw other windows."""
        self.epoch += 1

    def _ends(self, index: int) -> Array:
        """Returns the steps of a batch's targets."""
        if self.shuffle:
            # A function of the batch, so that workers and restarts change nothing.
            generator = _generator(self.seed, self.epoch, index)
            return generator.integers(
                self.start_index, self.end_index + 1, self.batch_size
            )
        span = self.batch_size * self.stride
        first = self.start_index + span * index
        return np.arange(first, min(first + span, self.end_index + 1), self.stride)


class TimeseriesDataset:
    """Windows of a series in batches, to be iterated any number of times.

    Each iteration of a shuffled one has an order of its own.

    Args:
        data: The series.
        targets: What to predict, by the first step of the window; or `None`.
        starts: The first step of each window.
        offsets: The steps of a window, from its first.
        batch_size: Windows of a batch; `None` for windows one by one.
        seed: Determines the orders; `None` leaves the windows in order.
    """

    def __init__(
        self,
        data: Array,
        targets: Array | None,
        starts: Array,
        offsets: Array,
        batch_size: int | None,
        seed: int | None,
    ) -> None:
        self.data = data
        self.targets = targets
        self.starts = starts
        self.offsets = offsets
        self.batch_size = batch_size
        self.seed = seed
        self.iterations = 0
        self.limit = len(starts)

    def __len__(self) -> int:
        return min(self.limit, -(-len(self.starts) // (self.batch_size or 1)))

    def __iter__(self) -> Iterator[Any]:
        order = self.starts
        if self.seed is not None:
            order = _generator(self.seed, self.iterations).permutation(order)
            self.iterations += 1
        size = self.batch_size
        for i in range(len(self)):
            yield self._at(order[i] if size is None else order[i * size :][:size])

    def _at(self, starts: Any) -> Any:
        """Returns the windows that begin at some steps, with their targets."""
        inputs = self.data[np.add.outer(starts, self.offsets)]
        return inputs if self.targets is None else (inputs, self.targets[starts])

    def take(self, count: int) -> "TimeseriesDataset":
        """Returns the first batches alone.

        Args:
            count: How many; all of them if -1.
        """
        taken = copy.copy(self)
        taken.limit = len(self) if count < 0 else min(len(self), count)
        return taken


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> TimeseriesDataset:
    """Returns the windows of a series, with targets, as batches for `fit`.

        inputs  = data[i], data[i + sampling_rate], …       sequence_length of them
        targets = targets[i]             i = start_index + sequence_stride · 0, 1, …

    A target belongs to the window that *begins* at its step: to predict the step after
    a window of ten, give `targets=series[10:]`. Windows without a target are left out.

    Departs from Keras: the batches are arrays of NumPy; `end_index` may be the length
    of the data; targets that end before the windows do are no error with `start_index`.

    Example:
        >>> series = np.arange(5)
        >>> dataset = timeseries_dataset_from_array(series, series[3:], 3)
        >>> for inputs, targets in dataset:
        ...     print(inputs.tolist(), targets.tolist())
        [[0, 1, 2], [1, 2, 3]] [3, 4]

    Args:
        data: The series, one entry a step of time.
        targets: What to predict; `None` yields windows alone.
        sequence_length: Entries of a window.
        sequence_stride: Steps from one window to the next.
        sampling_rate: Steps from one entry of a window to the next.
        batch_size: Windows of a batch; `None` yields windows one by one.
        shuffle: Whether windows come in random order, another one each time.
        seed: Determines the orders.
        start_index: First step to use.
        end_index: The step after the last one to use.
        format: "tf" or "grain", accepted for Keras's sake; both yield the same.

    Shapes:
        data:    `(time, ...)`
        targets: `(time, ...)`
        inputs of a batch:  `(batch, sequence_length, ...)`
        targets of a batch: `(batch, ...)`

    Returns:
        An object to iterate, any number of times. `len()` counts its batches;
        `take(n)` gives the first `n` of them.

    Raises:
        ArgumentError: If a number is not positive, an index lies outside the series, or
            it is too short for one window.
        DataError: If no target is left for any window.
    """
    owner = "timeseries_dataset_from_array"
    check.one_of(format, ("tf", "grain"), "format", owner)
    check.positive_int(sequence_length, "sequence_length", owner)
    check.positive_int(sequence_stride, "sequence_stride", owner)
    check.positive_int(sampling_rate, "sampling_rate", owner)
    if batch_size is not None:
        check.positive_int(batch_size, "batch_size", owner)
    data = np.asarray(data)
    first = _index(start_index or 0, 0, len(data) - 1, "start_index", owner)
    end = len(data) if end_index is None else end_index
    end = _index(end, first + 1, len(data), "end_index", owner)
    stop = end - (sequence_length - 1) * sampling_rate
    if stop <= first:
        longest = (end - first - 1) // sampling_rate + 1
        raise _too_long(owner, "sequence_length", longest, sequence_length)
    if targets is not None:
        targets = np.asarray(targets)
        stop = min(stop, len(targets))
        if stop <= first:
            raise DataError(
                f"{owner}: targets",
                expected=f"one for step {first} at least",
                got=f"{len(targets)}",
            )
    return TimeseriesDataset(
        data,
        targets,
        starts=np.arange(first, stop, sequence_stride),
        offsets=np.arange(sequence_length) * sampling_rate,
        batch_size=batch_size,
        seed=_seed(seed, owner) if shuffle else None,
    )


def _index(value: Any, low: int, high: int, name: str, owner: object) -> int:
    """Returns a step of time if it is an integer within the series."""
    if not hasattr(value, "__index__") or not low <= value <= high:
        raise ArgumentError(
            owner, name, expected=f"a step from {low} to {high}", got=value
        )
    return operator.index(value)


def _too_long(owner: object, name: str, longest: int, got: int) -> ArgumentError:
    return ArgumentError(
        owner,
        name,
        expected=f"{longest} or less, to fit between the first and last step",
        got=got,
        fix="Give a longer series or a shorter window.",
    )


def _seed(seed: int | None, name: str) -> int:
    return int(make_generator(seed, name).integers(2**63))


def _generator(*entropy: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(list(entropy)))
