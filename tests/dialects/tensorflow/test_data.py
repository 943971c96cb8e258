"""`tf.data.Dataset` against plain Python."""

import itertools

import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import layers

Data = tf.data.Dataset


def values(dataset):
    return [np.asarray(x).tolist() for x in dataset.as_numpy_iterator()]


N = Data.range(10)
G = Data.from_generator(lambda: iter(range(10)), tf.int32)  # not rows of arrays
SOURCES = pytest.mark.parametrize("source", [N, G], ids=["rows", "generator"])


@SOURCES
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda d: d.batch(4), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
        (lambda d: d.batch(4, drop_remainder=True), [[0, 1, 2, 3], [4, 5, 6, 7]]),
        (lambda d: d.take(3), [0, 1, 2]),
        (lambda d: d.skip(7), [7, 8, 9]),
        (lambda d: d.skip(2).take(3).batch(2), [[2, 3], [4]]),
        (lambda d: d.take(2).repeat(2), [0, 1, 0, 1]),
        (lambda d: d.repeat().skip(8).take(4), [8, 9, 0, 1]),
        (lambda d: d.take(3).repeat(2).batch(4), [[0, 1, 2, 0], [1, 2]]),
        (lambda d: d.shard(4, 1), [1, 5, 9]),
        (lambda d: d.take(2).concatenate(d.skip(9)), [0, 1, 9]),
        (lambda d: d.filter(lambda x: x % 3 == 0), [0, 3, 6, 9]),
        (lambda d: d.take_while(lambda x: x < 2), [0, 1]),
        (lambda d: d.map(lambda x: 2 * x).take(3), [0, 2, 4]),
        (lambda d: d.batch(4).map(tf.reduce_sum), [6, 22, 17]),
        (lambda d: d.batch(3).unbatch().skip(8), [8, 9]),
        (lambda d: d.cache().prefetch(1).take(2), [0, 1]),
        (lambda d: d.apply(lambda one: one.take(1)), [0]),
        (lambda d: d.window(3, shift=4).flat_map(lambda w: w.batch(3)),
         [[0, 1, 2], [4, 5, 6], [8, 9]]),
        (lambda d: d.window(2, 1, 2, drop_remainder=True).flat_map(
            lambda w: w.batch(2)).take(2), [[0, 2], [1, 3]]),
        (lambda d: d.take(3).flat_map(lambda x: Data.range(x)), [0, 0, 1]),
        (lambda d: d.take(2).interleave(
            lambda x: Data.from_tensors(x).repeat(3), cycle_length=2),
         [0, 1, 0, 1, 0, 1]),
    ],
)  # fmt: skip
def test_step(source, step, expected):
    assert values(step(source)) == expected


@SOURCES
@pytest.mark.parametrize("size", [1, 3, 10, 50])
def test_shuffle_is_a_permutation_within_the_buffers_reach(source, size):
    mixed = values(source.shuffle(size, seed=1))

    assert sorted(mixed) == list(range(10))
    # An element cannot come before the buffer has reached it.
    assert all(place > value - size for place, value in enumerate(mixed))


@SOURCES
def test_shuffle_is_new_in_each_pass_and_the_same_for_a_seed(source):
    one, two = (source.shuffle(10, seed=5) for _ in range(2))
    passes = [values(one) for _ in range(3)]

    assert passes == [values(two) for _ in range(3)]
    assert passes[0] != passes[1]
    assert sorted(values(source.shuffle(10, seed=5).repeat(2))[:10]) == list(range(10))


def test_shuffle_without_reshuffling_repeats_its_order():
    dataset = N.shuffle(10, reshuffle_each_iteration=False)

    assert values(dataset) == values(dataset)


def test_global_seed_determines_shuffles_without_a_seed():
    def drawn():
        tf.random.set_seed(3)
        return values(N.shuffle(10)), values(G.shuffle(4))

    assert drawn() == drawn()


@pytest.mark.parametrize(
    ("dataset", "count"),
    [
        (N, 10), (N.batch(4), 3), (N.batch(4, True), 2), (N.repeat(), -1), (G, -2),
        (N.take(3).repeat(2), 6), (N.skip(20), 0), (N.filter(lambda x: x > 1), -2),
        (N.map(lambda x: x), 10), (Data.zip((N, N.take(4))), 4), (N.shard(4, 1), 3),
        (N.concatenate(N), 20),
    ],
)  # fmt: skip
def test_cardinality(dataset, count):
    assert dataset.cardinality() == count
    assert tf.data.experimental.cardinality(dataset) == count
    if count >= 0:
        assert len(dataset) == count
        assert len(list(dataset)) == count
    else:
        with pytest.raises(TypeError, match="number of elements"):
            len(dataset)


def test_structures_of_tuples_and_dicts_are_kept():
    x = {"a": np.arange(4.0, dtype="float32"), "b": ["p", "q", "r", "s"]}
    dataset = Data.from_tensor_slices((x, [1, 2, 3, 4])).batch(3)

    features, labels = next(iter(dataset))

    assert features["a"].numpy().tolist() == [0, 1, 2]
    assert features["b"].numpy().tolist() == [b"p", b"q", b"r"]
    assert labels.numpy().dtype == np.int32


def test_rows_must_be_as_many():
    with pytest.raises(ValueError, match="as many rows each"):
        Data.from_tensor_slices((np.zeros(3), np.zeros(4)))


def test_elements_of_different_shapes_need_padding():
    ragged = Data.from_generator(lambda: ([1] * n for n in (1, 3, 2)), tf.int32)

    with pytest.raises(ValueError, match="padded_batch"):
        values(ragged.batch(2))
    padded = ragged.padded_batch(2, padding_values=9)

    assert values(padded) == [[[1, 9, 9], [1, 1, 1]], [[1, 1]]]


def test_zip_pairs_and_enumerate_numbers():
    pairs = Data.zip((N.take(2), {"k": Data.from_tensor_slices(["a", "b"])}))

    found = list(pairs.enumerate(5).as_numpy_iterator())

    assert found == [(5, (0, {"k": b"a"})), (6, (1, {"k": b"b"}))]


def test_generator_is_started_again_for_each_pass():
    starts = []

    def made(limit):
        starts.append(1)
        for i in range(int(limit)):
            yield np.full(2, i), i

    signature = (tf.TensorSpec((2,), tf.float32), tf.TensorSpec((), tf.int32))
    dataset = Data.from_generator(made, args=(3,), output_signature=signature)

    assert [y.tolist() for _, y in dataset] == [0, 1, 2]
    assert len(list(dataset)) == 3
    assert len(starts) == 2
    assert dataset.element_spec == signature


def test_element_spec_of_a_pipeline():
    dataset = Data.from_tensor_slices((np.zeros((8, 3), "float32"), np.arange(8)))

    x, y = dataset.shuffle(8).batch(4).element_spec

    assert x == tf.TensorSpec((None, 3), tf.float32)
    assert y.shape == (None,)
    assert dataset.batch(4, drop_remainder=True).element_spec[0].shape == (4, 3)


# --- map ------------------------------------------------------------------------------


def test_compiled_map_equals_the_function_of_each_element():
    x = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")

    def scaled(a, i):
        return tf.nn.softmax(a) * 2.0, tf.one_hot(i % 3, 3)

    many = Data.from_tensor_slices((x, np.arange(100))).map(scaled)
    few = Data.from_tensor_slices((x[:5], np.arange(5))).map(scaled)

    for one, two in zip(many, few, strict=False):
        np.testing.assert_allclose(one[0], two[0], rtol=1e-6)
        np.testing.assert_array_equal(one[1], two[1])
    batches = list(many.batch(64))
    np.testing.assert_allclose(np.concatenate([b[0] for b in batches]).sum(), 200, 1e-4)


@pytest.mark.parametrize("seed", [None, 7])
def test_random_numbers_of_a_compiled_map_differ_between_elements_and_passes(seed):
    zeros = Data.from_tensor_slices(np.zeros(100, "float32"))
    noisy = zeros.map(lambda x: x + tf.random.normal((), seed=seed))

    first, second = values(noisy), values(noisy)

    assert len(set(first) | set(second)) == 200
    assert 0.7 < np.std(first) < 1.3


def test_function_that_cannot_be_compiled_is_called_for_each_element():
    def halved(x):
        return x // 2 if x % 2 == 0 else x

    found = values(Data.range(50).map(halved, num_parallel_calls=tf.data.AUTOTUNE))

    assert found == [x // 2 if x % 2 == 0 else x for x in range(50)]


def test_numpy_functions_are_called_with_numpy_arrays():
    def doubled(x):
        assert isinstance(x, np.generic)
        return np.float32(2 * x)

    dataset = Data.range(40).map(lambda x: tf.numpy_function(doubled, [x], tf.float32))

    assert values(dataset) == [2.0 * i for i in range(40)]


def test_cache_computes_once():
    calls = itertools.count()

    def counted(x):
        return np.int32(next(calls)) + 0 * int(x)

    dataset = N.map(lambda x: tf.py_function(counted, [x], tf.int32)).cache()

    assert values(dataset) == values(dataset) == list(range(10))


def test_cached_compiled_map_keeps_its_random_numbers():
    noisy = Data.from_tensor_slices(np.zeros(64, "float32")).map(
        lambda x: x + tf.random.uniform(())
    )
    kept = noisy.cache()

    assert values(kept) == values(kept)
    assert sorted(values(kept.shuffle(64))) == sorted(values(kept))


def test_reduce_and_single_element():
    assert int(N.reduce(0, lambda total, x: total + x)) == 45
    assert Data.from_tensors([1, 2]).get_single_element().tolist() == [1, 2]


def test_sample_from_datasets_takes_all_and_obeys_weights():
    ones, twos = (Data.from_tensors(n).repeat(500) for n in (1, 2))

    mixed = values(Data.sample_from_datasets([ones, twos], [0.8, 0.2], seed=1))

    assert sorted(mixed) == [1] * 500 + [2] * 500
    assert 0.7 < mixed[:200].count(1) / 200 < 0.9


# --- files and models -----------------------------------------------------------------


def test_files_are_listed_and_their_lines_read(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(f"{name}1\n{name}2\n")

    files = Data.list_files(str(tmp_path / "*.txt"), shuffle=False)
    lines = files.interleave(tf.data.TextLineDataset, cycle_length=1)

    assert list(lines.as_numpy_iterator()) == [b"a1", b"a2", b"b1", b"b2"]
    with pytest.raises(ValueError, match="pattern"):
        Data.list_files(str(tmp_path / "*.csv"))


def test_fit_on_a_data_set_equals_fit_on_arrays():
    x = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    y = x.sum(1, keepdims=True)

    def trained(**data):
        model = keryx.Sequential([layers.Input((3,)), layers.Dense(1, use_bias=False)])
        model.layers[0].kernel.assign(np.zeros((3, 1)))
        model.compile("sgd", "mse")
        options = {"epochs": 2, "verbose": 0, "shuffle": False}
        return model, model.fit(**data, **options).history

    dataset = Data.from_tensor_slices((x, y)).batch(16).prefetch(tf.data.AUTOTUNE)
    model, history = trained(x=dataset, validation_data=dataset)
    _, expected = trained(x=x, y=y, batch_size=16, validation_data=(x, y))

    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)
    np.testing.assert_allclose(history["val_loss"], expected["val_loss"], rtol=1e-4)
    assert model.predict(dataset, verbose=0).shape == (50, 1)
    np.testing.assert_allclose(
        model.evaluate(dataset, verbose=0), expected["val_loss"][-1], rtol=1e-4
    )


def test_repeated_data_set_needs_steps_per_epoch():
    model = keryx.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    endless = Data.from_tensor_slices((np.ones((8, 3)), np.ones((8, 1)))).repeat()

    history = model.fit(endless.batch(4), steps_per_epoch=3, epochs=2, verbose=0)

    assert len(history.history["loss"]) == 2
