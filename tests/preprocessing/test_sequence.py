"""Padding, and pairs of words."""

import inspect
import time

import keras
import numpy as np
import pytest

from keryx import utils
from keryx.preprocessing.sequence import (
    make_sampling_table,
    pad_sequences,
    skipgrams,
)


@pytest.mark.parametrize("name", ["pad_sequences", "timeseries_dataset_from_array"])
def test_signatures_are_those_of_keras(name):
    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(f).parameters.values()]
        for f in (getattr(utils, name), getattr(keras.utils, name))
    )

    assert ours == theirs


# Padding


def random_sequences(seed):
    """Returns some sequences of one kind of element, and settings."""
    rng = np.random.default_rng(seed)
    sample = [(), (), (2,), (2, 3)][seed % 4]
    sequences = [
        rng.integers(-9, 9, (rng.integers(0, 6), *sample)) for _ in range(5)
    ] + [rng.integers(-9, 9, (3, *sample))]
    as_lists = rng.random() < 0.6
    settings = {
        "maxlen": [None, 1, 4, 9][rng.integers(4)],
        "dtype": ["int32", "float32", "int64", "float16"][rng.integers(4)],
        "padding": ["pre", "post"][rng.integers(2)],
        "truncating": ["pre", "post"][rng.integers(2)],
        "value": [0.0, -1, 2.5][rng.integers(3)],
    }
    return [s.tolist() if as_lists else s for s in sequences], settings


@pytest.mark.parametrize("seed", range(48))
def test_padding_equals_that_of_keras(seed):
    sequences, settings = random_sequences(seed)

    padded = pad_sequences(sequences, **settings)

    expected = keras.utils.pad_sequences(sequences, **settings)
    assert padded.dtype == expected.dtype
    np.testing.assert_array_equal(padded, expected)


@pytest.mark.parametrize(
    ("sequences", "settings"),
    [
        (((1, 2), (3,)), {}),
        ([[], []], {}),
        ([[], [[1, 2]]], {}),
        ([[1.7, -2.7], [3]], {}),
        ([range(3), range(2)], {}),
        ([[1, 2], np.array([3])], {}),
        (np.arange(4).reshape(2, 2), {"maxlen": 3}),
        ([[[1, 2]], [[3, 4], [5, 6]]], {"value": [7, 8]}),
        ([["a", "bc"], ["c"]], {"dtype": object, "value": "pad"}),
        ([["a", "bc"], ["c"]], {"dtype": "<U3", "value": "pad"}),
        ([], {"maxlen": 3}),
        ([np.array([300])], {"dtype": "uint8"}),
        ([np.array(["a", "b"]), ["c"]], {"dtype": "<U3", "value": "pad"}),
        ([[True, False], [True]], {"dtype": "bool", "value": True}),
    ],
    ids=str,
)
def test_padding_of_unusual_sequences_equals_that_of_keras(sequences, settings):
    padded = pad_sequences(sequences, **settings)

    expected = keras.utils.pad_sequences(sequences, **settings)
    assert padded.dtype == expected.dtype
    np.testing.assert_array_equal(padded, expected)


def test_padding_of_text_makes_room_for_the_longest():
    padded = pad_sequences([["a", "bcd"], ["e"]], dtype=str, value="--")

    assert padded.tolist() == [["a", "bcd"], ["--", "e"]]


def test_padding_of_nothing_has_no_rows():
    assert pad_sequences([]).shape == (0, 0)


@pytest.mark.parametrize("as_arrays", [False, True])
def test_padding_of_many_sequences_is_fast(as_arrays):
    rng = np.random.default_rng(0)
    sequences = [rng.integers(0, 9, n) for n in rng.integers(0, 40, 100_000)]
    sequences = sequences if as_arrays else [s.tolist() for s in sequences]

    start = time.process_time()
    padded = pad_sequences(sequences, maxlen=30)

    assert padded.shape == (100_000, 30)
    assert time.process_time() - start < 5.0


@pytest.mark.parametrize(
    ("sequences", "settings", "message"),
    [
        ([[1]], {"padding": "pree"}, r"padding=...\)` must be one of 'pre', 'post'"),
        ([[1]], {"truncating": "end"}, r"truncating=...\)` must be one of"),
        ([[1]], {"maxlen": 0}, r"maxlen=...\)` must be a positive integer"),
        ([[1], [2, 3]], {"value": "p"}, r"value=...\)` must be of dtype int32"),
        ([[[1, 2]]], {"value": [1, 2, 3]}, r"a number or of shape \(2,\)"),
        (5, {}, "expected a list of sequences, but got a value of type int"),
        ([1, 2], {}, r"sequences\[0\]: expected a list of numbers .* type int64"),
        ([[1], None], {}, r"sequences\[1\]: .* type object"),
        ("abc", {}, r"sequences\[0\]: .* got text"),
        ([[1], ["a"]], {}, r"sequences\[1\]: .* fit dtype int32.* type str"),
        ([[300]], {"dtype": "uint8"}, r"sequences\[0\]: .* fit dtype uint8"),
        ([[1], [[1], [2, 3]]], {}, r"sequences\[1\]: expected elements of one shape"),
        ([[[1, 2]], [[3]]], {}, r"sequences\[1\]: expected .* \(2,\), .* got \(1,\)"),
        ([np.ones((1, 2)), np.ones(3)], {}, r"sequences\[1\]: .* \(2,\).* got \(\)"),
    ],
    ids=str,
)
def test_what_cannot_be_padded_is_an_error(sequences, settings, message):
    with pytest.raises(ValueError, match=message):
        pad_sequences(sequences, **settings)


# Pairs of words


def pairs_near(words, window):
    """Returns the pairs of a text, by definition."""
    return [
        [words[i], words[j]]
        for i in range(len(words))
        for j in range(len(words))
        if i != j and abs(i - j) <= window and words[i] != 0 and words[j] != 0
    ]


@pytest.mark.parametrize("window", [1, 2, 20])
@pytest.mark.parametrize("words", [[3, 0, 1, 1, 2, 4, 0], [5], []], ids=str)
def test_pairs_without_draws_are_the_neighbours(words, window):
    pairs, labels = skipgrams(words, 6, window, negative_samples=0, shuffle=False)

    assert pairs == pairs_near(words, window)
    assert labels == [1] * len(pairs)


@pytest.mark.parametrize("share", [0.5, 1.0, 2.3])
def test_random_pairs_follow_and_use_each_first_word_as_often(share):
    words = [1, 2, 3, 4, 5] * 3

    pairs, labels = skipgrams(words, 9, 2, share, shuffle=False)

    near = pairs_near(words, 2)
    drawn = pairs[len(near) :]
    assert pairs[: len(near)] == near
    assert labels == [1] * len(near) + [0] * int(share * len(near))
    assert {second for _, second in drawn} <= set(range(1, 9))
    whole = int(share) * [first for first, _ in near]
    left = [first for first, _ in drawn[len(whole) :]]
    assert sorted(whole + left) == sorted(first for first, _ in drawn)


def test_shuffled_pairs_keep_their_labels():
    settings = {"window_size": 2, "categorical": True, "seed": 3}

    pairs, labels = skipgrams([1, 2, 3], 1000, **settings)

    straight = skipgrams([1, 2, 3], 1000, shuffle=False, **settings)
    rows = [[*pair, *label] for pair, label in zip(pairs, labels, strict=True)]
    expected = [[*p, *label] for p, label in zip(*straight, strict=True)]
    assert sorted(rows) == sorted(expected)
    assert labels.count([0, 1]) == labels.count([1, 0]) == 6


def test_same_seed_gives_the_same_pairs():
    words = list(range(1, 30))

    assert skipgrams(words, 30, seed=1) == skipgrams(words, 30, seed=1)
    assert skipgrams(words, 30, seed=1) != skipgrams(words, 30, seed=2)


def test_global_seed_determines_pairs():
    results = []
    for _ in range(2):
        utils.set_random_seed(5)
        results.append(skipgrams([1, 2, 3, 4], 50))

    assert results[0] == results[1]


def test_sampling_table_drops_first_words_only():
    table = np.array([1.0, 0.0, 1.0, 0.25])
    words = [1, 2, 3] * 2000

    pairs, _ = skipgrams(words, 4, 1, 0, sampling_table=table, seed=0)

    first, second = np.array(pairs).T
    assert set(first) == {2, 3}
    assert set(second) == {1, 2, 3}
    np.testing.assert_allclose(np.mean(first == 3), 0.2, atol=0.02)


@pytest.mark.parametrize("factor", [1e-5, 1e-3])
def test_sampling_table_is_the_formula(factor):
    ranks = [1, 1, 2, 3, 50, 999]

    table = make_sampling_table(1000, factor)

    frequency = [1 / (r * (np.log(r) + 0.577) + 0.5 - 1 / (12 * r)) for r in ranks]
    ratio = factor / np.array(frequency)
    expected = np.minimum(1.0, ratio / np.sqrt(ratio))
    np.testing.assert_allclose(table[[0, 1, 2, 3, 50, 999]], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: skipgrams([1], 2, window_size=0), "window_size=...\\)` must be a pos"),
        (lambda: skipgrams([1], 2, negative_samples=-1), "must be 0 or more"),
        (lambda: skipgrams([1, 1], 1), "vocabulary_size=...\\)` must be 2 or more"),
        (lambda: skipgrams([[1, 2]], 3), "expected a list of whole numbers from 0"),
        (lambda: skipgrams([0.5], 3), "expected a list of whole numbers from 0"),
        (lambda: skipgrams([5], 9, sampling_table=[1.0]), "a probability for each"),
        (lambda: make_sampling_table(0), "size=...\\)` must be a positive"),
        (lambda: make_sampling_table(2, 0), "must be above zero"),
    ],
    ids=[
        *("window", "negatives", "vocabulary", "nested", "fractions", "table"),
        *("size", "factor"),
    ],
)
def test_what_cannot_be_paired_is_an_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()
