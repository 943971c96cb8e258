"""Text as rows of numbers. Numbers in tables are those of Keras 3.15.1."""

import numpy as np
import pytest

from keryx.layers import TextVectorization

VOCABULARIES = [
    ({}, ["The cat, sat! the dog", "the mat é-É"],
     ["", "[UNK]", "the", "éÉ", "sat", "mat", "dog", "cat"]),
    ({"max_tokens": 4}, ["a b c d d d"], ["", "[UNK]", "d", "c"]),
    ({"max_tokens": 4, "output_mode": "count"}, ["a b c d d d"],
     ["[UNK]", "d", "c", "b"]),
    ({"split": "character"}, ["abca bé"],
     ["", "[UNK]", "b", "a", "é", "c", " "]),
    ({"split": None}, ["A b", "c, d", "c d"], ["", "[UNK]", "c d", "a b"]),
    ({"standardize": "lower"}, ["A, b É", "a_b c-d"],
     ["", "[UNK]", "É", "c-d", "b", "a_b", "a,"]),
    ({"standardize": "strip_punctuation"}, ["A, b É", "a_b c-d"],
     ["", "[UNK]", "É", "cd", "b", "ab", "A"]),
    ({"standardize": None}, ["A, b É", "a_b c-d"],
     ["", "[UNK]", "É", "c-d", "b", "a_b", "A,"]),
    ({"ngrams": (2,)}, ["a b c", "b c d"], ["", "[UNK]", "b c", "c d", "a b"]),
    ({"ngrams": (1, 3)}, ["a b c", "b c d"],
     ["", "[UNK]", "c", "b", "d", "b c d", "a b c", "a"]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "data", "expected"), VOCABULARIES, ids=str)
def test_vocabularies_are_those_of_keras(options, data, expected):
    layer = TextVectorization(**options)

    layer.adapt(data)

    assert layer.get_vocabulary() == expected


ROWS = [
    ({}, ["a b c", "b c d"], ["a b z q", "c"], [[5, 3, 1, 1], [2, 0, 0, 0]]),
    ({"output_sequence_length": 3}, ["a b c d"], ["a b c d e", "a"],
     [[5, 4, 3], [5, 0, 0]]),
    ({"ngrams": 2}, ["a b c", "b c d"], ["a b c z"], [[8, 4, 2, 1, 7, 3, 1]]),
    ({"split": "character"}, ["abca bé"], ["abx é"], [[3, 2, 1, 6, 4]]),
    ({"split": None}, ["A b", "c, d", "c d"], [["a b"], ["zz"]], [[3], [1]]),
    ({"output_mode": "multi_hot"}, ["a b c", "b c d"], ["a a b z q", "c"],
     [[1, 0, 1, 0, 1], [0, 1, 0, 0, 0]]),
    ({"output_mode": "count"}, ["a b c", "b c d"], ["a a b z q", "c"],
     [[2, 0, 1, 0, 2], [0, 1, 0, 0, 0]]),
    ({"output_mode": "tf_idf"}, ["a b c", "b c d"], ["a a b z q", "c"],
     [[1.2039728, 0, 0.51082563, 0, 1.3862944], [0, 0.51082563, 0, 0, 0]]),
    ({"output_mode": "count", "max_tokens": 7, "pad_to_max_tokens": True},
     ["a b c", "b c d"], ["a a b z q"], [[2, 0, 1, 0, 2, 0, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "data", "texts", "expected"), ROWS, ids=str)
def test_rows_are_those_of_keras(options, data, texts, expected):
    layer = TextVectorization(**options)
    layer.adapt(data)

    rows = layer(texts)

    np.testing.assert_allclose(rows, expected, rtol=1e-6)


def test_one_text_gives_one_row():
    layer = TextVectorization(vocabulary=["a", "b"])

    assert layer("a b q").tolist() == [2, 3, 1]
    assert layer([["a b"], ["b"]]).tolist() == [[2, 3], [3, 0]]


def test_functions_clean_and_split_text():
    layer = TextVectorization(
        standardize=lambda texts: [text.replace("<br>", "/") for text in texts],
        split=lambda texts: [text.split("/") for text in texts],
    )

    layer.adapt(["x<br>y z", "x"])

    assert layer.get_vocabulary() == ["", "[UNK]", "x", "y z"]


def test_adapting_again_forgets_what_was_before():
    layer = TextVectorization()
    layer.adapt(np.array(["b a", "b"]))

    layer.adapt(["c c"])

    assert layer.get_vocabulary() == ["", "[UNK]", "c"]


def test_batches_are_adapted_to():
    layer = TextVectorization()

    layer.adapt([text] for text in ("b a", "b"))

    assert layer.get_vocabulary() == ["", "[UNK]", "b", "a"]


MISTAKES = [
    (lambda: TextVectorization(output_mode="x"), "must be one of 'int'"),
    (lambda: TextVectorization(split="x"), "must be one of 'whitespace'"),
    (lambda: TextVectorization(standardize="x"), "lower_and_strip_punctuation"),
    (lambda: TextVectorization(ngrams="x"), "positive integer, or a tuple"),
    (lambda: TextVectorization(ngrams=0), "positive integer, or a tuple"),
    (lambda: TextVectorization(max_tokens=1), "must be 2 or more"),
    (lambda: TextVectorization(output_sequence_length=0), "positive integer"),
    (
        lambda: TextVectorization(output_mode="count", output_sequence_length=3),
        'left out but for "int"',
    ),
    (lambda: TextVectorization(ragged=True), "rows of text get one length"),
    (lambda: TextVectorization()(["a"]), "Call `adapt"),
    (
        lambda: TextVectorization(vocabulary=["a"])([["a", "b"]]),
        r"texts of shape \(batch,\) or \(batch, 1\), but got \(1, 2\)",
    ),
    (lambda: TextVectorization(vocabulary=["a"]).adapt(["a"]), "as an argument"),
]


@pytest.mark.parametrize(("do", "message"), MISTAKES, ids=[m for _, m in MISTAKES])
def test_mistakes_are_named(do, message):
    with pytest.raises((ValueError, RuntimeError), match=message):
        do()
