"""A vocabulary: words as numbers by how frequent they are."""

import json
import sys
import warnings
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from keryx._core import check
from keryx._core.errors import DataError, KeryxWarning, StateError
from keryx._core.hook import hooked, missing
from keryx.preprocessing.text import _matrix
from keryx.preprocessing.text._words import (
    Analyzer,
    PUNCTUATION,
    text_to_word_sequence,
)

Text = str | list[str]

# Attributes whose keys are numbers, and all that the file keeps as texts of JSON.
BY_NUMBER = ("index_docs", "index_word")
TABLES = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")


class Tokenizer:
    """Turns texts into numbers of words, or into a matrix with a column a word.

    Numbers count from 1 by falling frequency in the texts it was fitted on; words as
    frequent keep the order of their first appearance. 0 is left for padding.

    Example:
        >>> tokenizer = Tokenizer(oov_token="?")
        >>> tokenizer.fit_on_texts(["the cat", "the dog sat"])
        >>> tokenizer.word_index
        {'?': 1, 'the': 2, 'cat': 3, 'dog': 4, 'sat': 5}
        >>> tokenizer.texts_to_sequences(["The cat ran."])
        [[2, 3, 1]]

    Args:
        num_words: One more than the largest number to use; `None` uses all words.
        filters: Characters that separate words as `split` does.
        lower: Whether to write words in lower case.
        split: What stands between words.
        char_level: Whether each character is a word.
        oov_token: Stands for words that are not known, as number 1; without it they are
            left out.
        document_count: Texts seen so far.
        analyzer: Returns the words of a text, in place of `filters`, `lower` and
            `split`. It is not part of the file.

    Attributes:
        word_counts: How often each word was seen.
        word_docs: In how many texts.
        word_index: The number of each word.
        index_word: The word of each number.
        index_docs: In how many texts the word of a number was seen.

    A text may be given as a list of its words, which are then not filtered.

    Raises:
        ArgumentError: If `num_words` is not a positive integer.
    """

    __getattr__ = missing

    @hooked
    def __init__(
        self,
        num_words: int | None = None,
        filters: Iterable[str] = PUNCTUATION,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        document_count: int = 0,
        analyzer: Analyzer | None = None,
    ) -> None:
        if num_words is not None:
            num_words = check.positive_int(num_words, "num_words", self)
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.document_count = document_count
        self.analyzer = analyzer
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: Counter[str] = Counter()
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}
        self.index_docs: Counter[int] = Counter()

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Pickles of older Keras lack the attributes that came later.
        self.__dict__.update(Tokenizer().__dict__ | state)
        if not self.index_word:
            self.index_word = {i: word for word, i in self.word_index.items()}

    def fit_on_texts(self, texts: Iterable[Text]) -> None:
        """Counts the words of texts and numbers them anew.

        Args:
            texts: Texts; they add to those seen before.

        Raises:
            DataError: If something is not a text.
        """
        counts = Counter(self.word_counts)
        docs = Counter(self.word_docs)
        for words in self._split(texts, "fit_on_texts"):
            counts.update(words)
            docs.update(dict.fromkeys(words).keys())
            self.document_count += 1
        self.word_counts = OrderedDict(counts)
        self.word_docs = docs
        ranked = sorted(counts, key=counts.__getitem__, reverse=True)
        named = [] if self.oov_token is None else [self.oov_token]
        self.word_index = {w: i for i, w in enumerate(named + ranked, start=1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        self.index_docs = Counter({self.word_index[w]: n for w, n in docs.items()})

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Counts texts that are numbers already, for `sequences_to_matrix`."""
        for sequence in sequences:
            self.document_count += 1
            self.index_docs.update(dict.fromkeys(sequence).keys())

    def texts_to_sequences(self, texts: Iterable[Text]) -> list[list[int]]:
        """Returns the numbers of each text's words.

        Raises:
            DataError: If something is not a text.
            StateError: If no vocabulary is there yet.
        """
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(
        self, texts: Iterable[Text]
    ) -> Iterator[list[int]]:
        """Yields the numbers of one text after another."""
        self._check_fitted("texts_to_sequences")
        limit = self.num_words or sys.maxsize
        number = self.word_index.get
        other = None if self.oov_token is None else number(self.oov_token)
        for words in self._split(texts, "texts_to_sequences"):
            # A word without a number gets `limit`, which no number reaches.
            if other is None:
                yield [i for word in words if (i := number(word, limit)) < limit]
            else:
                yield [
                    i if (i := number(word, limit)) < limit else other for word in words
                ]

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """Returns the words of numbers, with spaces between.

        Raises:
            StateError: If no vocabulary is there yet.
        """
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(
        self, sequences: Iterable[Iterable[int]]
    ) -> Iterator[str]:
        """Yields one text after another."""
        self._check_fitted("sequences_to_texts")
        known = self.index_word
        if self.num_words is not None:
            known = {i: word for i, word in known.items() if i < self.num_words}
        for sequence in sequences:
            words = (known.get(i, self.oov_token) for i in sequence)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Text], mode: str = "binary") -> Any:
        """Returns one row a text and one column a word.

        What the modes are says `sequences_to_matrix`.

        Raises:
            ArgumentError: If `mode` is not known.
            DataError: If something is not a text.
            StateError: If no vocabulary is there yet.
        """
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(
        self, sequences: Iterable[Iterable[int]], mode: str = "binary"
    ) -> Any:
        """Returns one row a sequence and one column a number.

            binary   1 where the number is in the sequence
            count    c, how often it is
            freq     c / length of the sequence
            tfidf    (1 + ln c) · ln(1 + texts / (1 + texts with it))

        Example:
            >>> Tokenizer(num_words=4).sequences_to_matrix([[1, 3, 3]], "count")
            array([[0., 1., 0., 2.]])

        Shapes:
            outputs: `(batch, num_words)`, or without it one more than there are words

        Raises:
            ArgumentError: If `mode` is not known.
            DataError: If numbers are not whole numbers from 0.
            StateError: If the number of columns is not known, or "tfidf" has no texts
                to go by.
        """
        mode = check.one_of(mode, _matrix.MODES, "mode", "Tokenizer")
        if self.num_words is None:
            self._check_fitted("sequences_to_matrix")
        if mode == "tfidf" and not self.document_count:
            raise StateError(
                "Tokenizer.sequences_to_matrix",
                expected="texts to take frequencies from",
                got="none",
                fix="Call `fit_on_texts` or `fit_on_sequences` first.",
            )
        columns = self.num_words or len(self.word_index) + 1
        cells = _matrix.count(sequences, columns)
        return _matrix.fill(cells, mode, self.document_count, self.index_docs)

    def get_config(self) -> dict[str, Any]:
        """Returns settings and vocabulary; tables as texts of JSON."""
        settings = {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
        }
        return settings | {name: json.dumps(getattr(self, name)) for name in TABLES}

    def to_json(self, **options: Any) -> str:
        """Returns settings and vocabulary in the form of Keras's files.

        Args:
            options: Options of `json.dumps`.
        """
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **options)

    def _check_fitted(self, method: str) -> None:
        if not self.word_index:
            raise StateError(
                f"Tokenizer.{method}",
                expected="a vocabulary",
                got="none",
                fix="Call `fit_on_texts` on the training texts first.",
            )

    def _split(self, texts: Iterable[Text], method: str) -> Iterator[Text]:
        """Yields the words of each text; of a text of characters, itself."""
        if isinstance(texts, str) and not self.char_level:
            warnings.warn(
                f"Tokenizer.{method}: expected a list of texts, but got one text.\n"
                "Each of its characters counts as a text. Put it in a list.",
                KeryxWarning,
                stacklevel=3,
            )
        for i, text in enumerate(texts):
            if not isinstance(text, str | list | tuple):
                raise DataError(
                    f"Tokenizer.{method}: texts[{i}]",
                    expected="a text, or a list of words",
                    got=f"a value of type {type(text).__name__}",
                    fix="Fill in or drop missing texts, and decode bytes, first.",
                )
            yield self._words(text)

    def _words(self, text: Any) -> Text:
        if isinstance(text, list | tuple):
            return [word.lower() for word in text] if self.lower else list(text)
        if self.char_level:
            return text.lower() if self.lower else text  # type: ignore[no-any-return]
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Returns the tokenizer that `to_json`, here or in Keras, wrote.

    Example:
        >>> tokenizer = Tokenizer()
        >>> tokenizer.fit_on_texts(["to be or not to be"])
        >>> tokenizer_from_json(tokenizer.to_json()).word_index
        {'to': 1, 'be': 2, 'or': 3, 'not': 4}

    Args:
        json_string: What was written.

    Raises:
        DataError: If it is not the JSON of a tokenizer.
    """
    try:
        config = dict(json.loads(json_string)["config"])
        tables = {name: json.loads(config.pop(name)) for name in TABLES}
    except (TypeError, KeyError, ValueError) as error:
        raise DataError(
            "tokenizer_from_json",
            expected="the JSON of a tokenizer, as `Tokenizer.to_json` writes it",
            got=f"something else ({type(error).__name__})",
        ) from error
    for name in BY_NUMBER:
        tables[name] = {int(key): value for key, value in tables[name].items()}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = OrderedDict(tables["word_counts"])
    tokenizer.word_docs = Counter(tables["word_docs"])
    tokenizer.index_docs = Counter(tables["index_docs"])
    tokenizer.index_word = tables["index_word"]
    tokenizer.word_index = tables["word_index"]
    return tokenizer
