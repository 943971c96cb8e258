"""Texts as numbers: words, indices, matrices."""

from ._tokenizer import (
    Tokenizer as Tokenizer,
    tokenizer_from_json as tokenizer_from_json,
)
from ._words import (
    hashing_trick as hashing_trick,
    one_hot as one_hot,
    text_to_word_sequence as text_to_word_sequence,
)
