"""Windows of a series."""

import numpy as np
import pytest

from keryx import layers, Sequential, utils
from keryx.preprocessing.sequence import (
    timeseries_dataset_from_array,
    TimeseriesGenerator,
)

# TimeseriesGenerator


def windows_before(data, targets, length, rate, stride, start, end):
    """Returns windows and the targets after them, by definition."""
    ends = range(start + length, end + 1, stride)
    return (
        np.array([data[i - length : i : rate] for i in ends]),
        np.array([targets[i] for i in ends]),
    )


@pytest.mark.parametrize("batch_size", [1, 4, 128])
@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("rate", [1, 2])
@pytest.mark.parametrize(("start", "end"), [(0, None), (4, 17)])
def test_generator_yields_the_windows_before_targets(
    batch_size, stride, rate, start, end
):
    data = np.random.default_rng(0).normal(size=(20, 2))
    targets = np.arange(20)

    generator = TimeseriesGenerator(
        data, targets, 5, rate, stride, start, end, batch_size=batch_size
    )
    batches = [generator[k] for k in range(len(generator))]

    last = 19 if end is None else end
    x, y = windows_before(data, targets, 5, rate, stride, start, last)
    assert len(generator) == -(-len(y) // batch_size)
    assert all(len(b) == batch_size for _, b in batches[:-1])
    np.testing.assert_array_equal(np.concatenate([b for b, _ in batches]), x)
    np.testing.assert_array_equal(np.concatenate([b for _, b in batches]), y)


def test_reversed_windows_run_backwards():
    series = list(range(8))

    x, y = TimeseriesGenerator(series, series, 3, reverse=True)[0]

    assert x[0].tolist() == [2, 1, 0]
    assert y.tolist() == [3, 4, 5, 6, 7]


def test_generator_can_be_iterated_twice():
    series = np.arange(9)
    generator = TimeseriesGenerator(series, series, 2, batch_size=3)

    counts = [[len(y) for _, y in generator] for _ in range(2)]

    assert counts == [[3, 3, 1]] * 2


def test_shuffled_windows_are_windows_and_change_each_epoch():
    series = np.arange(1000)
    generator = TimeseriesGenerator(series, series, 4, shuffle=True, batch_size=16)

    x, y = generator[1]
    again = generator[1][1]
    generator.on_epoch_end()
    later = generator[1][1]

    np.testing.assert_array_equal(x, y[:, None] + np.arange(-4, 0))
    assert len(y) == 16
    np.testing.assert_array_equal(y, again)
    assert not np.array_equal(y, later)
    assert not np.array_equal(y, generator[0][1])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"length": 10}, ValueError, "length=...\\)` must be 9 or less"),
        ({"length": 0}, ValueError, "must be a positive integer"),
        ({"length": 3, "start_index": 7}, ValueError, "must be 2 or less"),
        ({"length": 3, "end_index": 10}, ValueError, "a step from 0 to 9"),
        ({"length": 3, "targets": range(9)}, ValueError, "got 9 and 10"),
    ],
    ids=str,
)
def test_generator_refuses_what_has_no_windows(settings, error, message):
    arguments = {"data": range(10), "targets": range(10), **settings}

    with pytest.raises(error, match=message):
        TimeseriesGenerator(**arguments)


def test_generator_ends_after_its_last_batch():
    generator = TimeseriesGenerator(range(10), range(10), 3)

    with pytest.raises(IndexError, match="expected a batch from 0 to 0, but got 1"):
        generator[1]


# timeseries_dataset_from_array


def starts_of(dataset):
    """Returns the first entries of all windows; those of `arange` are their steps."""
    return np.concatenate([x[:, 0] for x, _ in dataset]).tolist()


# What Keras 3.15 yields with `format="grain"`.
@pytest.mark.parametrize(
    ("targets", "length", "settings", "starts"),
    [
        (10, 3, {}, [0, 1, 2, 3, 4, 5, 6, 7]),
        (3, 3, {}, [0, 1, 2]),
        (10, 3, {"sampling_rate": 2, "sequence_stride": 2}, [0, 2, 4]),
        (10, 3, {"start_index": 2, "end_index": 8}, [2, 3, 4, 5]),
        (10, 3, {"start_index": 2}, [2, 3, 4, 5, 6, 7]),
        (10, 3, {"start_index": 0, "end_index": 4}, [0, 1]),
        (10, 10, {}, [0]),
    ],
    ids=str,
)
@pytest.mark.parametrize("batch_size", [2, 128])
def test_dataset_has_the_windows_of_keras(
    targets, length, settings, starts, batch_size
):
    dataset = timeseries_dataset_from_array(
        np.arange(10),
        10 * np.arange(targets),
        length,
        batch_size=batch_size,
        **settings,
    )

    batches = list(dataset)

    rate = settings.get("sampling_rate", 1)
    x = np.add.outer(starts, rate * np.arange(length))
    assert len(batches) == len(dataset) == -(-len(starts) // batch_size)
    np.testing.assert_array_equal(np.concatenate([b for b, _ in batches]), x)
    np.testing.assert_array_equal(
        np.concatenate([b for _, b in batches]), 10 * np.array(starts)
    )


@pytest.mark.parametrize("dtype", ["float32", "int16", "float64"])
def test_dataset_keeps_types_and_further_axes(dtype):
    data = np.arange(24).reshape(6, 2, 2).repeat(2, axis=1).astype(dtype)

    (x, y), *_ = timeseries_dataset_from_array(data, data[3:], 3)

    assert x.dtype == y.dtype == dtype
    np.testing.assert_array_equal(x, np.stack([data[:3], data[1:4], data[2:5]]))
    np.testing.assert_array_equal(y, data[3:])


def test_dataset_without_targets_yields_windows_alone():
    (batch,) = timeseries_dataset_from_array(np.arange(4), None, 3)

    assert batch.tolist() == [[0, 1, 2], [1, 2, 3]]


def test_dataset_without_batches_yields_single_windows():
    dataset = timeseries_dataset_from_array(
        np.arange(5), np.arange(5) * 10, 3, batch_size=None
    )

    windows = [(x.tolist(), int(y)) for x, y in dataset]

    assert windows == [([0, 1, 2], 0), ([1, 2, 3], 10), ([2, 3, 4], 20)]
    assert len(dataset) == 3


def test_shuffled_dataset_has_all_windows_in_an_order_of_its_seed():
    def make(seed):
        return timeseries_dataset_from_array(
            np.arange(102), np.arange(102), 3, batch_size=7, shuffle=True, seed=seed
        )

    dataset, same, other = make(1), make(1), make(2)
    first, second = starts_of(dataset), starts_of(dataset)

    assert sorted(first) == list(range(100))
    assert first not in (list(range(100)), second, starts_of(other))
    assert [first, second] == [starts_of(same), starts_of(same)]
    assert all((x[:, 0] == y).all() for x, y in dataset)


def test_taking_some_batches_leaves_the_dataset_whole():
    dataset = timeseries_dataset_from_array(
        np.arange(12), np.arange(12), 3, batch_size=3
    )

    few = dataset.take(2)

    assert starts_of(few) == starts_of(few) == [0, 1, 2, 3, 4, 5]
    assert [len(d) for d in (few, few.take(9), dataset.take(-1), dataset)] == [
        *(2, 2, 4, 4)
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sequence_length": 11}, "sequence_length=...\\)` must be 10 or less"),
        ({"sampling_rate": 5}, "sequence_length=...\\)` must be 2 or less"),
        ({"sequence_stride": 0}, "sequence_stride=...\\)` must be a positive"),
        ({"batch_size": 0}, "batch_size=...\\)` must be a positive"),
        ({"start_index": 10}, "start_index=...\\)` must be a step from 0 to 9"),
        ({"start_index": -1}, "start_index=...\\)` must be a step from 0 to 9"),
        ({"end_index": 11}, "end_index=...\\)` must be a step from 1 to 10"),
        ({"start_index": 5, "end_index": 5}, "must be a step from 6 to 10"),
        ({"start_index": 4, "targets": range(4)}, "one for step 4 at least"),
        ({"format": "torch"}, "format=...\\)` must be one of 'tf', 'grain'"),
    ],
    ids=str,
)
def test_dataset_refuses_what_has_no_windows(settings, message):
    arguments = {"data": range(10), "targets": None, "sequence_length": 3, **settings}

    with pytest.raises(ValueError, match=message):
        timeseries_dataset_from_array(**arguments)


# Training


def window_sources(series):
    """Returns the same windows of four steps from each of the two sources."""
    shuffled = {"shuffle": True, "seed": 0, "batch_size": 32}
    return {
        "generator": TimeseriesGenerator(series, series, 4, batch_size=32),
        "dataset": timeseries_dataset_from_array(series, series[4:], 4, **shuffled),
    }


@pytest.mark.parametrize("source", ["generator", "dataset"])
def test_model_learns_from_windows(source):
    utils.set_random_seed(0)
    series = np.sin(0.3 * np.arange(300)).astype("float32")
    windows = window_sources(series)[source]
    model = Sequential([layers.Dense(1)])
    model.compile("adam", "mse")
    model.optimizer.learning_rate = 0.05

    history = model.fit(windows, epochs=12, verbose=0)

    # A sine is a linear function of its last two values.
    assert history.history["loss"][-1] < 1e-2
    assert model.evaluate(windows, verbose=0) < 1e-2
    assert model.predict(windows, verbose=0).shape == (296, 1)
