"""Texts as words, numbers and matrices."""

import hashlib
import json
import pickle
import random
import time

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from keryx._core.errors import KeryxWarning
from keryx.preprocessing.text import (
    hashing_trick,
    one_hot,
    text_to_word_sequence,
    Tokenizer,
    tokenizer_from_json,
)

TEXTS = [
    "The cat sat on the mat.",
    "The dog sat on the log!",
    "Dogs and cats living together...",
    "the the the CAT",
]
# "the" 7 times; "cat", "sat" and "on" twice; the others once, as they appear.
RANKED = [
    *("the", "cat", "sat", "on", "mat", "dog", "log", "dogs", "and", "cats"),
    *("living", "together"),
]


@pytest.fixture
def fitted():
    """Returns a function that makes a tokenizer and fits it on the texts."""

    def make(**settings):
        tokenizer = Tokenizer(**settings)
        tokenizer.fit_on_texts(TEXTS)
        return tokenizer

    return make


# Words


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("Hello, World! it's\tme\n", {}, ["hello", "world", "it's", "me"]),
        ("A-b_c", {"lower": False}, ["A", "b", "c"]),
        ("a-b c", {"filters": ""}, ["a-b", "c"]),
        ("a,b;c d", {"split": ","}, ["a", "b", "c d"]),
        ("a.b--c", {"filters": ".", "split": "--"}, ["a", "b", "c"]),
        ("Ça, où?", {}, ["ça", "où"]),
        ("...", {}, []),
        ("", {}, []),
    ],
    ids=str,
)
def test_words_are_what_stands_between_separators(text, settings, words):
    assert text_to_word_sequence(text, **settings) == words


def md5(word):
    """Returns the hash as one number."""
    return int(hashlib.md5(word.encode()).hexdigest(), 16)


@pytest.mark.parametrize(
    ("named", "hashed"),
    [("md5", md5), ("MD5", md5), (len, len)],
    ids=["lower", "upper", "own"],
)
def test_hashed_words_lie_from_one_below_n(named, hashed):
    words = ["to", "be", "or", "not", "to", "be"]

    numbers = hashing_trick("To be, or not to be", 7, named)

    assert numbers == [hashed(word) % 6 + 1 for word in words]


def test_one_hot_uses_the_hash_of_python():
    words = ["a", "b", "c", "a"]
    expected = [hash(word) % 49 + 1 for word in words]

    assert one_hot("A b, c a", 50) == hashing_trick("a b c a", 50) == expected


def test_hashed_words_may_come_from_an_analyzer():
    numbers = hashing_trick("A|bb", 10, len, analyzer=lambda text: text.split("|"))

    assert numbers == [2, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: text_to_word_sequence(None), "expected a text, but got .* NoneType"),
        (lambda: text_to_word_sequence("a", split=""), "must be a string, but got ''"),
        (lambda: one_hot("a", 1), "n=...\\)` must be 2 or more"),
        (lambda: hashing_trick("a", 5, "sha"), "hash_function=...\\)` must be one of"),
    ],
    ids=["none", "split", "n", "hash"],
)
def test_words_of_no_text_are_an_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Vocabulary


def test_numbers_count_from_one_by_falling_frequency(fitted):
    tokenizer = fitted()

    assert list(tokenizer.word_index) == RANKED
    assert list(tokenizer.word_index.values()) == list(range(1, 13))
    assert tokenizer.index_word == dict(enumerate(RANKED, start=1))


def test_counts_are_those_of_scikit_learn(fitted):
    tokenizer = fitted()

    vectorizer = CountVectorizer()
    counts = vectorizer.fit_transform(TEXTS).toarray()
    for word, column in vectorizer.vocabulary_.items():
        number = tokenizer.word_index[word]
        assert tokenizer.word_counts[word] == counts[:, column].sum()
        assert tokenizer.word_docs[word] == (counts[:, column] > 0).sum()
        assert tokenizer.index_docs[number] == (counts[:, column] > 0).sum()
    assert len(tokenizer.word_counts) == len(vectorizer.vocabulary_)
    assert tokenizer.document_count == 4


def test_fitting_in_parts_is_fitting_on_all(fitted):
    parts = Tokenizer()
    for text in TEXTS:
        parts.fit_on_texts([text])

    assert parts.get_config() == fitted().get_config()


@pytest.mark.parametrize(
    ("settings", "numbers"),
    [
        ({}, [1, 2]),
        ({"num_words": 2}, [1]),
        ({"oov_token": "?"}, [2, 3, 1]),
        ({"oov_token": "?", "num_words": 3}, [2, 1, 1]),
        ({"lower": False, "filters": ""}, [1]),
    ],
    ids=str,
)
def test_unknown_words_are_left_out_or_become_the_oov_token(fitted, settings, numbers):
    tokenizer = fitted(**settings)

    assert tokenizer.texts_to_sequences(["the cat, purred"]) == [numbers]


def test_characters_can_be_the_words():
    tokenizer = Tokenizer(char_level=True)

    tokenizer.fit_on_texts("Abba, ab")

    assert tokenizer.word_index == {"a": 1, "b": 2, ",": 3, " ": 4}
    assert tokenizer.document_count == 8
    assert tokenizer.texts_to_sequences(["B, a"]) == [[2, 3, 4, 1]]


def test_lists_of_words_are_not_filtered():
    tokenizer = Tokenizer()

    tokenizer.fit_on_texts([["New York", "a.b"], ["new york"]])

    assert tokenizer.word_index == {"new york": 1, "a.b": 2}


def test_analyzer_finds_the_words():
    tokenizer = Tokenizer(analyzer=lambda text: text.split("|"))

    tokenizer.fit_on_texts(["A b|c", "c"])

    assert tokenizer.word_index == {"c": 1, "A b": 2}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "the dog sat"),
        ({"num_words": 4}, "the sat"),
        ({"num_words": 4, "oov_token": "?"}, "the ? ?"),
    ],
    ids=str,
)
def test_sequences_become_texts_again(fitted, settings, text):
    tokenizer = fitted(**settings)
    numbers = [tokenizer.word_index[word] for word in ("the", "dog", "sat")]

    assert tokenizer.sequences_to_texts([numbers, []]) == [text, ""]


# Matrices


def expected_matrix(mode):
    """Returns the matrix by the formulas, from the counts of scikit-learn."""
    counts = CountVectorizer(vocabulary=RANKED).fit_transform(TEXTS).toarray()
    counts = np.pad(counts, ((0, 0), (1, 0)))
    idf = np.log(1 + 4 / (1 + (counts > 0).sum(0)))
    with np.errstate(divide="ignore"):
        tf = np.where(counts > 0, 1 + np.log(counts), 0)
    return {
        "binary": counts > 0,
        "count": counts,
        "freq": counts / counts.sum(1, keepdims=True),
        "tfidf": tf * idf,
    }[mode]


@pytest.mark.parametrize("mode", ["binary", "count", "freq", "tfidf"])
def test_matrix_of_texts_is_the_formula(fitted, mode):
    matrix = fitted().texts_to_matrix(TEXTS, mode)

    assert matrix.dtype == "float64"
    np.testing.assert_allclose(matrix, expected_matrix(mode), rtol=1e-12)


@pytest.mark.parametrize("mode", ["binary", "count", "tfidf"])
def test_fewer_words_are_the_first_columns(fitted, mode):
    matrix = fitted(num_words=4).texts_to_matrix(TEXTS, mode)

    np.testing.assert_allclose(matrix, expected_matrix(mode)[:, :4], rtol=1e-12)


def test_frequency_counts_the_numbers_that_have_no_column():
    matrix = Tokenizer(num_words=3).sequences_to_matrix([[1, 2, 2, 9], []], "FREQ")

    assert matrix.tolist() == [[0.0, 0.25, 0.5], [0.0, 0.0, 0.0]]


def test_rarity_can_come_from_sequences():
    tokenizer = Tokenizer(num_words=3)
    tokenizer.fit_on_sequences([[1, 1], [1, 2]])

    matrix = tokenizer.sequences_to_matrix([[2, 2]], "tfidf")

    expected = [0.0, 0.0, (1 + np.log(2)) * np.log(1 + 2 / (1 + 1))]
    np.testing.assert_allclose(matrix, [expected], rtol=1e-12)


# Files

KERAS_2_FILE = json.dumps(
    {
        "class_name": "Tokenizer",
        "config": {
            "num_words": 5,
            "filters": "!,.",
            "lower": True,
            "split": " ",
            "char_level": False,
            "oov_token": None,
            "document_count": 2,
            "word_counts": '{"a": 2, "b": 1}',
            "word_docs": '{"b": 1, "a": 2}',
            "index_docs": '{"2": 1, "1": 2}',
            "index_word": '{"1": "a", "2": "b"}',
            "word_index": '{"a": 1, "b": 2}',
        },
    }
)


def test_file_of_keras_2_loads():
    tokenizer = tokenizer_from_json(KERAS_2_FILE)

    assert tokenizer.texts_to_sequences(["B, a!"]) == [[2, 1]]
    assert tokenizer.index_docs == {1: 2, 2: 1}
    assert tokenizer.num_words == 5


def test_written_file_has_the_layout_of_keras_2():
    tokenizer = Tokenizer(num_words=5, filters="!,.")
    tokenizer.fit_on_texts(["a b", "a"])

    written = json.loads(tokenizer.to_json())

    expected = json.loads(KERAS_2_FILE)
    for config in (written["config"], expected["config"]):
        for name in ("word_counts", "word_docs", "index_docs", "index_word"):
            assert isinstance(config[name], str)
            config[name] = json.loads(config[name])
    assert written == expected


@pytest.mark.parametrize("settings", [{}, {"num_words": 4, "oov_token": "?"}], ids=str)
def test_tokenizer_survives_a_file(fitted, settings):
    tokenizer = fitted(**settings)

    again = tokenizer_from_json(tokenizer.to_json())
    again.fit_on_texts(["one more"])
    tokenizer.fit_on_texts(["one more"])

    assert again.get_config() == tokenizer.get_config()
    np.testing.assert_array_equal(
        again.texts_to_matrix(TEXTS, "tfidf"), tokenizer.texts_to_matrix(TEXTS, "tfidf")
    )


def test_pickle_that_lacks_later_attributes_loads(fitted):
    tokenizer = fitted()
    for name in ("oov_token", "analyzer", "index_word"):
        del tokenizer.__dict__[name]

    again = pickle.loads(pickle.dumps(tokenizer))

    assert again.sequences_to_texts([[1, 2]]) == ["the cat"]
    assert again.texts_to_sequences(["the mouse"]) == [[1]]


# Mistakes


@pytest.mark.parametrize("method", ["texts_to_sequences", "texts_to_matrix"])
def test_texts_before_fitting_are_an_error(method):
    with pytest.raises(RuntimeError, match="a vocabulary, but got none.\nCall `fit_on"):
        getattr(Tokenizer(num_words=5), method)(["a"])


@pytest.mark.parametrize(
    ("settings", "mode"), [({}, "count"), ({"num_words": 3}, "tfidf")], ids=str
)
def test_matrix_before_fitting_is_an_error(settings, mode):
    with pytest.raises(RuntimeError, match=r"Tokenizer.sequences_to_matrix: expected"):
        Tokenizer(**settings).sequences_to_matrix([[1]], mode)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: Tokenizer(num_words=0), "num_words=...\\)` must be a positive"),
        (lambda t: t.texts_to_matrix(["a"], "tf-idf"), "Did you mean 'tfidf'"),
        (lambda t: t.fit_on_texts(["a", float("nan")]), r"texts\[1\]: .* type float"),
        (lambda t: t.sequences_to_matrix(["the"]), "got something else"),
        (lambda t: t.sequences_to_matrix([[1], [-2]]), "from 0, but got -2"),
        (lambda t: tokenizer_from_json("{}"), r"something else \(KeyError\)"),
        (lambda t: tokenizer_from_json("no"), r"something else \(JSONDecodeError\)"),
    ],
    ids=["num_words", "mode", "missing", "words", "negative", "config", "json"],
)
def test_mistakes_are_named(fitted, call, message):
    with pytest.raises(ValueError, match=message):
        call(fitted())


def test_single_text_is_warned_of(fitted):
    with pytest.warns(KeryxWarning, match="expected a list of texts, but got one"):
        fitted().texts_to_sequences("the cat")


def test_many_texts_are_fast():
    rng = random.Random(0)
    words = [f"Word{int(rng.expovariate(1e-3))}" for _ in range(100_000)]
    texts = [" ".join(rng.choices(words, k=40)) + "." for _ in range(50_000)]
    tokenizer = Tokenizer(num_words=200)

    start = time.process_time()
    tokenizer.fit_on_texts(texts)
    matrix = tokenizer.texts_to_matrix(texts, "tfidf")

    assert matrix.shape == (50_000, 200)
    assert time.process_time() - start < 20.0
