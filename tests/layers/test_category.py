"""Categories as vectors and in bins. Bins in tables are those of Keras 3.15.1."""

import jax
import keras
import numpy as np
import pytest

from keryx.layers import CategoryEncoding, HashedCrossing, Hashing


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("shape", [(4,), (4, 1), (3, 2), (2, 3, 2)], ids=str)
def test_vectors_are_those_of_keras(mode, shape):
    ids = np.random.default_rng(3).integers(0, 4, shape)

    vectors = CategoryEncoding(4, mode)(ids)

    np.testing.assert_array_equal(
        vectors, np.asarray(keras.layers.CategoryEncoding(4, mode)(ids))
    )
    assert vectors.dtype == "float32"


def test_counts_are_sums_of_weights():
    ids, weights = np.array([[0, 1], [0, 0]]), np.array([[0.1, 0.2], [0.1, 0.3]])

    counts = CategoryEncoding(3, "count")(ids, count_weights=weights)

    np.testing.assert_allclose(counts, [[0.1, 0.2, 0], [0.4, 0, 0]], rtol=1e-6)


LONG = [0, 1, 2, 3, 4, 7, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 1000]
BINS = [
    *(797982799, 754935810, 580002469, 626340444, 118277294, 316101167, 632851070),
    *(350043921, 1022851100, 864104357, 208985093, 65410615, 258544568, 384982841),
    *(1032260631, 430309046, 693776928),
]


def test_texts_of_all_lengths_have_the_bins_of_keras():
    assert Hashing(2**30)(["x" * count for count in LONG]).tolist() == BINS


HASHED = [
    ({"num_bins": 3}, [["A"], ["B"], ["C"], ["D"], ["E"]], [[1], [0], [1], [1], [2]]),
    ({"num_bins": 3, "mask_value": ""}, ["A", "B", "", "C"], [1, 1, 0, 2]),
    ({"num_bins": 3, "salt": [133, 137]}, ["A", "B", "C"], [1, 2, 1]),
    ({"num_bins": 3, "salt": 133}, ["A", "B", "C"], [0, 0, 2]),
    (
        {"num_bins": 2**30, "salt": [1, 2**40]},
        ["", "x", "x" * 7, "x" * 8, "x" * 17],
        [406398031, 538785623, 853775264, 86865665, 531224076],
    ),
    ({"num_bins": 1000}, [1, 2, 3, -5], [849, 759, 921, 816]),
    ({"num_bins": 1000}, np.array([1, 2**40]), [849, 378]),
    ({"num_bins": 1000, "mask_value": 0}, [0, 1, 2], [0, 766, 635]),
    ({"num_bins": 3, "output_mode": "count"}, [["A", "B"], ["A", "A"]],
     [[1, 1, 0], [0, 2, 0]]),
    ({"num_bins": 3, "output_mode": "one_hot"}, ["A", "B"], [[0, 1, 0], [1, 0, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "given", "expected"), HASHED, ids=str)
def test_bins_are_those_of_keras(options, given, expected):
    assert Hashing(**options)(given).tolist() == expected


@pytest.mark.parametrize("salt", [None, 7], ids=str)
def test_numbers_have_the_bins_of_their_digits_when_compiled(salt):
    numbers = np.array([0, 7, -7, 10, 99, -100, 12345, 2**31 - 1, -(2**31)], "int32")
    layer = Hashing(1000, salt=salt)

    compiled = jax.jit(layer)(numbers)

    assert compiled.tolist() == layer([str(n) for n in numbers.tolist()]).tolist()


CROSSED = [
    ((["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102]), 5, [1, 4, 1, 1, 3]),
    ((np.array([1, 2, 3]), np.array([4, 5, 6])), 1000, [725, 438, 543]),
    (([["a"], ["b"]], [["c"], ["d"]]), 1000, [[566], [454]]),
    ((["a"], ["b"], ["c"]), 1000, [792]),
    (("A", 101), 5, 1),
]


@pytest.mark.parametrize(("given", "bins", "expected"), CROSSED, ids=str)
def test_crossed_bins_are_those_of_keras(given, bins, expected):
    assert HashedCrossing(bins)(given).tolist() == expected


MISTAKES = [
    (lambda: CategoryEncoding(), "num_tokens=...\\)` must be a positive integer"),
    (lambda: CategoryEncoding(3, "x"), "must be one of 'one_hot'"),
    (lambda: CategoryEncoding(3)([[1]], count_weights=[[1]]), "left out but for"),
    (lambda: CategoryEncoding(3, sparse=True), "must be False"),
    (lambda: Hashing(0), "must be a positive integer"),
    (lambda: Hashing(3, salt=[1]), "must be an integer, or two"),
    (lambda: Hashing(3)([1.5]), "expected text or whole numbers, but got float32"),
    (lambda: HashedCrossing(3)((["a"],)), "expected two inputs or more"),
    (lambda: HashedCrossing(3)((["a"], ["a", "b"])), r"but got \(1,\), \(2,\)"),
]


@pytest.mark.parametrize(("do", "message"), MISTAKES, ids=[m for _, m in MISTAKES])
def test_mistakes_are_named(do, message):
    with pytest.raises(ValueError, match=message):
        do()
