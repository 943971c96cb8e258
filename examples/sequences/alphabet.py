"""What the programs of this folder share: the alphabet as a task, and its answers.

The task: read some letters that follow each other, name the next one.
"""

import argparse
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

import keryx as keras
from keryx import layers

LETTERS = string.ascii_uppercase


def begin(description: str, epochs: int) -> int:
    """Seeds everything random; returns how many epochs the command line asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--epochs", type=int, default=epochs, metavar="N")
    keras.utils.set_random_seed(7)
    return parser.parse_args().epochs


def runs(length: int) -> list[str]:
    """Returns all runs of letters that have a letter after them: AB, BC, …, XY."""
    return [LETTERS[i : i + length] for i in range(len(LETTERS) - length)]


def numbers(texts: Sequence[str]) -> Any:
    """Returns letters as numbers: A is 1/26, Z is 1, and 0 pads shorter texts.

    Shapes:
        outputs: `(texts, letters)`
    """
    places = [[LETTERS.index(letter) + 1 for letter in text] for text in texts]
    return keras.utils.pad_sequences(places, dtype="float32") / len(LETTERS)


def next_letters(texts: Sequence[str]) -> Any:
    """Returns the right answers, one-hot: `(texts, 26)`."""
    after = [LETTERS.index(text[-1]) + 1 for text in texts]
    return keras.utils.to_categorical(after, len(LETTERS))


def network(*before: Any, optimizer: Any = "adam") -> Any:
    """Returns a compiled network: some layers, then one score for each letter."""
    last = layers.Dense(len(LETTERS), activation="softmax")
    model = keras.Sequential([*before, last])
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def answer(model: Any, x: Any) -> str:
    """Returns the letters that a network holds most likely, one for each input."""
    return "".join(LETTERS[i] for i in np.argmax(model.predict(x, verbose=0), -1))


def show(model: Any, texts: Sequence[str], x: Any) -> None:
    """Prints the accuracy of a network, then its answer to each text."""
    y = next_letters(texts)
    print(f"accuracy: {model.evaluate(x, y, verbose=0)[1]:.2%}")
    # Stateful layers are still where that left them: at the end.
    model.reset_states()
    for text, letter, right in zip(texts, answer(model, x), y.argmax(-1), strict=True):
        remark = "" if letter == LETTERS[right] else f"   (wrong: {LETTERS[right]})"
        print(f"{text} -> {letter}{remark}")
