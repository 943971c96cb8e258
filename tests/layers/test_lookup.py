"""Words and integers as numbers. Numbers in tables are those of Keras 3.15.1."""

import inspect

import keras
import numpy as np
import pytest

from keryx import layers
from keryx.layers import IntegerLookup, StringLookup

NAMES = (
    *("CategoryEncoding", "HashedCrossing", "Hashing", "IntegerLookup"),
    *("StringLookup", "TextVectorization"),
)


def parameters(cls):
    return [
        (p.name, p.default)
        for p in inspect.signature(cls.__init__).parameters.values()
        if p.kind is not p.VAR_KEYWORD
    ]


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_those_of_keras(name):
    assert parameters(getattr(layers, name)) == parameters(getattr(keras.layers, name))


# Words

STRINGS = [
    ({}, [1, 0, 3, 0, 0, 3]),
    ({"mask_token": ""}, [2, 1, 4, 0, 1, 4]),
    ({"num_oov_indices": 3}, [3, 1, 5, 2, 2, 5]),
    ({"num_oov_indices": 3, "mask_token": "", "salt": 5}, [4, 3, 6, 0, 2, 6]),
    ({"output_mode": "multi_hot"}, [1, 1, 0, 1]),
    ({"output_mode": "count"}, [3, 1, 0, 2]),
    ({"output_mode": "count", "mask_token": ""}, [2, 1, 0, 2]),
    ({"output_mode": "count", "max_tokens": 6, "pad_to_max_tokens": True},
     [3, 1, 0, 2, 0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), STRINGS, ids=str)
def test_words_have_the_numbers_of_keras(options, expected):
    layer = StringLookup(vocabulary=["a", "b", "c"], **options)

    numbers = layer(["a", "z", "c", "", "q", "c"])

    assert numbers.tolist() == expected


@pytest.mark.parametrize(
    "given",
    [["a", "z"], np.array(["a", "z"]), np.array([b"a", b"z"], object), ("a", b"z")],
    ids=["list", "str", "bytes", "mixed"],
)
def test_text_comes_in_any_form(given):
    assert StringLookup(vocabulary=["a"])(given).tolist() == [1, 0]


def test_one_hot_adds_an_axis_or_takes_that_of_size_one():
    layer = StringLookup(vocabulary=["a", "b"], output_mode="one_hot")

    assert layer([["a"], ["b"]]).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert layer([["a", "q"], ["b", "b"]]).shape == (2, 2, 3)
    assert layer("a").tolist() == [[0, 1, 0]]


def test_tf_idf_multiplies_counts_by_given_weights():
    layer = StringLookup(
        vocabulary=["a", "b"], output_mode="tf_idf", idf_weights=[0.5, 0.2]
    )

    vectors = layer([["a", "a", "q"], ["b", "b", "b"]])

    # Unknown words have the mean weight.
    np.testing.assert_allclose(vectors, [[0.35, 1, 0], [0, 0, 0.6]], rtol=1e-6)


def test_adapted_weights_are_inverse_document_frequencies():
    layer = StringLookup(output_mode="tf_idf")
    layer.adapt([["a", "b", "a"], ["b", "c", "b"], ["b", "b", "b"]])

    vector = layer([["a", "b", "c", "q"]])

    weights = {"b": np.log(1 + 3 / 4), "a": np.log(1 + 3 / 2), "c": np.log(1 + 3 / 2)}
    mean = np.mean(list(weights.values()))
    assert layer.get_vocabulary() == ["[UNK]", "b", "a", "c"] or (
        layer.get_vocabulary() == ["[UNK]", "b", "c", "a"]
    )
    np.testing.assert_allclose(vector, [[mean, *sorted(weights.values())]], rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "data", "expected"),
    [
        ({}, [["b", "c"], ["b", "a"]], ["[UNK]", "b", "c", "a"]),
        ({"max_tokens": 3}, ["a", "b", "b", "c"], ["[UNK]", "b", "c"]),
        (
            {"mask_token": "b", "max_tokens": 4},
            ["a", "b", "b", "c", "d", "[UNK]"],
            ["b", "[UNK]", "d", "c"],
        ),
    ],
    ids=["plain", "most", "mask"],
)
def test_vocabularies_are_adapted_as_by_keras(options, data, expected):
    layer = StringLookup(**options)

    layer.adapt(data)

    assert layer.get_vocabulary() == expected


def test_vocabularies_are_adapted_from_batches_too():
    layer = StringLookup()

    layer.adapt(iter([np.array(["b", "a"]), np.array(["b"]), np.array(["c"])]), steps=2)

    assert layer.get_vocabulary(include_special_tokens=False) == ["b", "a"]


def test_numbers_turn_into_words_again():
    layer = StringLookup(vocabulary=["a", "b"], mask_token="", invert=True)

    assert layer([0, 1, 2, 3, 9, -1]).tolist() == [
        *("", "[UNK]", "a", "b", "[UNK]", "[UNK]"),
    ]


def test_vocabularies_are_read_from_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("[UNK]\nä\nb\n", encoding="utf-8")

    layer = StringLookup(vocabulary=str(path))

    assert layer(["ä", "b", "x"]).tolist() == [1, 2, 0]
    assert layer.get_config()["vocabulary"] == ["ä", "b"]


# Integers

INTEGERS = [
    ({}, [1, 3, 0, 0, 0, 0, 0]),
    ({"mask_token": 0}, [2, 4, 1, 1, 1, 0, 1]),
    ({"num_oov_indices": 3}, [3, 5, 1, 2, 1, 0, 2]),
    ({"num_oov_indices": 3, "mask_token": 0}, [4, 6, 2, 3, 2, 0, 3]),
    ({"num_oov_indices": 3, "oov_method": "farmhash"}, [3, 5, 1, 1, 0, 1, 0]),
    ({"output_mode": "count"}, [5, 1, 0, 1]),
    ({"output_mode": "count", "mask_token": 0}, [4, 1, 0, 1]),
]


@pytest.mark.parametrize(("options", "expected"), INTEGERS, ids=str)
@pytest.mark.parametrize("kind", ["int32", "int64", list], ids=str)
def test_integers_have_the_numbers_of_keras(options, expected, kind):
    values = [12, 42, 7, 8, -5, 0, -1]
    layer = IntegerLookup(vocabulary=[12, 1138, 42], **options)

    numbers = layer(values if kind is list else np.array(values, kind))

    assert numbers.tolist() == expected


def test_integers_beyond_32_bits_are_looked_up_in_numpy_arrays():
    layer = IntegerLookup(vocabulary=[2**40, 5])

    assert layer(np.array([2**40, 5, 2**40 + 1])).tolist() == [1, 2, 0]


def test_integers_are_adapted_and_inverted():
    layer = IntegerLookup(mask_token=0)
    layer.adapt([[3, 3, 0], [9, 1, -1]])
    back = IntegerLookup(vocabulary=[12, 42], invert=True)

    assert layer.get_vocabulary() == [0, -1, 3, 9, 1]
    assert layer.vocabulary_size() == 5
    assert back([0, 1, 2, 5]).tolist() == [-1, 12, 42, -1]


# Mistakes


def words(**options):
    return lambda: StringLookup(**{"vocabulary": ["a", "b"], **options})


MISTAKES = [
    (words(output_mode="x"), "must be one of 'int', 'one_hot'"),
    (words(max_tokens=1), "must be 2 or more, but got 1"),
    (words(max_tokens=2), "at most 2 words"),
    (words(num_oov_indices=-1), "must be 0 or more, but got -1"),
    (words(invert=True, output_mode="count"), 'must be "int" with `invert`'),
    (words(vocabulary=[]), "one word or more"),
    (words(vocabulary=["a", "a"]), r"each word once, but got \['a'\]"),
    (words(mask_token="b"), r"without the mask token .* but got \['b'\]"),
    (words(pad_to_max_tokens=True), "given with `pad_to_max_tokens`"),
    (words(output_mode="tf_idf"), 'given for "tf_idf"'),
    (words(idf_weights=[1, 2]), 'left out but for "tf_idf"'),
    (words(idf_weights=[1.0], output_mode="tf_idf"), "one for each of 2 words"),
    (words(sparse=True), "Outputs are dense here"),
    (words(vocabulary="/nowhere/words.txt"), "expected a file of words"),
    (lambda: IntegerLookup(salt=3), 'left out but for "farmhash"'),
    (lambda: IntegerLookup(vocabulary_dtype="int32"), "one of 'int64'"),
    (lambda: StringLookup()(["a"]), "Call `adapt"),
    (lambda: words(num_oov_indices=0)()(["a", "z"]), "but got 1 others"),
    (lambda: words()().adapt(["a"]), "given as an argument"),
    (lambda: words()()(np.array([1])), "expected text, but got numbers"),
    (lambda: StringLookup.from_config({"vocabulary": "x.txt"}), "may not name others"),
]


@pytest.mark.parametrize(("do", "message"), MISTAKES, ids=[m for _, m in MISTAKES])
def test_mistakes_are_named(do, message):
    with pytest.raises((ValueError, RuntimeError), match=message):
        do()


@pytest.mark.parametrize(
    "layer",
    [
        StringLookup(vocabulary=["a", "b"], mask_token="", num_oov_indices=2, salt=3),
        StringLookup(vocabulary=["a"], output_mode="tf_idf", idf_weights=[2.0]),
        IntegerLookup(vocabulary=[3, 4], mask_token=0, output_mode="count"),
    ],
    ids=["words", "tf_idf", "integers"],
)
def test_configurations_make_the_same_layer(layer):
    again = type(layer).from_config(layer.get_config())

    assert again.get_config() == layer.get_config()
    assert again.get_vocabulary() == layer.get_vocabulary()
