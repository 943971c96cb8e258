"""Layers that prepare numbers, on their own and in models."""

import numpy as np
import pytest

from keryx import layers, models, utils
from keryx._core.errors import ArgumentError, DataError, ShapeError, StateError

RNG = np.random.default_rng(0)
DATA = RNG.normal(5, 3, (64, 3)).astype("float32")


class Batches(utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return DATA[16 * index : 16 * index + 16], np.zeros(16)


SOURCES = {
    "array": lambda: DATA,
    "list": lambda: DATA.tolist(),
    "generator": lambda: (DATA[i : i + 10] for i in range(0, 64, 10)),
    "indexed": Batches,
}


@pytest.mark.parametrize("source", SOURCES)
def test_normalization_learns_mean_and_variance_from_any_data(source):
    layer = layers.Normalization()

    layer.adapt(SOURCES[source]())

    np.testing.assert_allclose(layer.mean[0], DATA.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.variance[0], DATA.var(0), rtol=1e-5)
    assert int(layer.count.numpy()) == 64


def test_normalization_forgets_earlier_data():
    layer = layers.Normalization()
    layer.adapt(DATA)

    layer.adapt(DATA + 100)

    np.testing.assert_allclose(layer.mean[0], DATA.mean(0) + 100, rtol=1e-5)


def test_inverted_normalization_goes_back():
    there, back = layers.Normalization(), layers.Normalization(invert=True)
    there.adapt(DATA)
    back.adapt(DATA)

    np.testing.assert_allclose(back(there(DATA)), DATA, rtol=1e-4)


def test_constant_features_stay_finite():
    layer = layers.Normalization()
    layer.adapt(np.ones((4, 2)))

    assert layer(np.ones((1, 2))).tolist() == [[0.0, 0.0]]


def test_adapting_again_reaches_a_compiled_model():
    scale = layers.Normalization()
    scale.adapt(DATA)
    model = models.Sequential([layers.Input((3,)), scale])
    model.compile(loss="mse")
    first = model.predict(DATA, verbose=0)

    scale.adapt(DATA * 2)

    np.testing.assert_allclose(first.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(model.predict(DATA * 2, verbose=0), first, atol=1e-5)


def test_training_leaves_mean_and_variance_alone():
    scale = layers.Normalization()
    scale.adapt(DATA)
    before = scale.get_weights()
    model = models.Sequential([scale, layers.Dense(1)])
    model.compile("sgd", "mse")

    model.fit(DATA, DATA.sum(1, keepdims=True), epochs=2, verbose=0)

    for old, new in zip(before, scale.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("adapted", ["Normalization", "Discretization"])
def test_what_was_learnt_is_in_the_file(tmp_path, adapted):
    options = {"num_bins": 4} if adapted == "Discretization" else {}
    layer = getattr(layers, adapted)(**options)
    layer.adapt(DATA)
    pipeline = layers.Pipeline([layers.Rescaling(2.0), layer])
    model = models.Sequential([layers.Input((3,)), pipeline])

    model.save(tmp_path / "model.keras")
    again = models.load_model(tmp_path / "model.keras")

    np.testing.assert_array_equal(
        again.predict(DATA, verbose=0), model.predict(DATA, verbose=0)
    )


def test_given_mean_and_variance_need_no_data():
    layer = layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 1.0])

    assert layer(np.array([[3.0, 3.0]])).tolist() == [[1.0, 1.0]]
    assert layer.get_weights() == []


def test_bins_hold_equal_shares_of_the_data():
    layer = layers.Discretization(num_bins=4)
    data = RNG.normal(size=4000)

    layer.adapt(data[i : i + 500] for i in range(0, 4000, 500))

    counts = np.bincount(np.asarray(layer(data)))
    np.testing.assert_allclose(counts / 4000, 0.25, atol=0.02)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("int", [[1, 1, 0]]),
        ("one_hot", [[[0, 1, 0], [0, 1, 0], [1, 0, 0]]]),
        ("multi_hot", [[1, 1, 0]]),
        ("count", [[1, 2, 0]]),
    ],
)
def test_output_modes_of_discretization(mode, expected):
    layer = layers.Discretization([0.0, 2.0], output_mode=mode)

    assert layer(np.array([[0.0, 1.0, -1.0]])).tolist() == expected


def test_steps_limit_what_discretization_takes():
    layer = layers.Discretization(num_bins=2)

    layer.adapt((np.full(10, float(i)) for i in range(100)), steps=1)

    assert layer.bin_boundaries == [0.0]


def test_pipeline_hands_training_on():
    layer = layers.Pipeline([layers.Rescaling(2.0), layers.Dropout(0.5, seed=1)])
    x = np.ones((1, 50), "float32")

    assert set(np.asarray(layer(x, training=True)).ravel()) == {0.0, 4.0}
    assert set(np.asarray(layer(x, training=False)).ravel()) == {2.0}


MISTAKES = {
    "only the mean": (
        lambda: layers.Normalization(mean=1.0),
        ArgumentError,
        "of the shape of `mean`",
    ),
    "adapting what was given": (
        lambda: layers.Normalization(mean=1.0, variance=1.0).adapt(DATA),
        StateError,
        "Leave them out",
    ),
    "an unknown size": (
        lambda: layers.Normalization()(layers.Input((None,))),
        ShapeError,
        "axis -1 of known size",
    ),
    "no data": (
        lambda: layers.Normalization().adapt(iter([])),
        DataError,
        "at least one batch",
    ),
    "text": (
        lambda: layers.Normalization().adapt(np.array(["a"])),
        DataError,
        "arrays of numbers",
    ),
    "other features": (
        lambda: layers.Normalization().adapt(iter([DATA, DATA[:, :2]])),
        ShapeError,
        "data with axes",
    ),
    "boundaries and bins": (
        lambda: layers.Discretization([1.0], 2),
        ArgumentError,
        "only then",
    ),
    "no boundaries": (
        lambda: layers.Discretization(num_bins=2)(DATA),
        StateError,
        "Call `adapt",
    ),
    "adapting to boundaries": (
        lambda: layers.Discretization([1.0]).adapt(DATA),
        StateError,
        "Give `num_bins`",
    ),
    "an unknown mode": (
        lambda: layers.Discretization([1.0], output_mode="onehot"),
        ArgumentError,
        "Did you mean 'one_hot'",
    ),
    "a pipeline of numbers": (
        lambda: layers.Pipeline([1]),
        ArgumentError,
        "a list of layers",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_explained(mistake):
    do, error, words = MISTAKES[mistake]

    with pytest.raises(error, match=words):
        do()
