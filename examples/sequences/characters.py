"""Writes text character by character, in the manner of Python's reference manual.

The network reads the language reference that comes with Python (`pydoc_data`, 272,000
characters), learns at every position what comes next, and then continues a beginning of
yours: each character it draws is its next input, and `Model.step` hands the states from
one call to the next.

    python characters.py                          # about 80 seconds on two cores
    python characters.py --temperature 0.4        # more careful
    python characters.py --quick                  # seconds; writes letter salad
"""

import argparse
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import keryx as keras
from keryx import layers

LENGTH = 64  # characters of a training sequence
START = "The "
STYLE: Any = {"ha": "center", "va": "center", "family": "monospace"}


class Sample(NamedTuple):
    """Characters that were drawn, and how likely each was."""

    text: str
    chances: list[float]
    seconds: float


def main() -> None:
    """Trains, samples, and writes pictures and text."""
    options = parse()
    keras.utils.set_random_seed(options.seed)
    text = manual()[: 20_000 if options.quick else None]
    alphabet = "".join(sorted(set(text)))
    x, y = sequences(text, alphabet)
    print(f"{len(text):,} characters, {len(alphabet)} different ones")

    epochs = options.epochs or (2 if options.quick else 16)
    model = network(len(alphabet), 32 if options.quick else 192, epochs * len(x) // 32)
    begin = time.perf_counter()
    history = model.fit(x, y, 32, epochs, verbose=1, validation_split=0.1)
    seconds = time.perf_counter() - begin
    print(f"trained {epochs} epochs in {seconds:.0f} s")

    write(model, alphabet, START, 2, options.temperature)  # compiles
    sample = write(model, alphabet, START, options.characters, options.temperature)
    speed = len(sample.chances) / sample.seconds
    print(f"\n{sample.text}\n\nwrote {speed:,.0f} characters per second")
    save(options.out, history, sample)


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description="Learns to write character by character"
    )
    parser.add_argument("--out", type=Path, default=Path("demo-out/characters"))
    parser.add_argument("--epochs", type=int, default=0, help="0: as many as it takes")
    parser.add_argument("--characters", type=int, default=1000, help="to write")
    parser.add_argument("--temperature", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="a small try")
    return parser.parse_args()


def manual() -> str:
    """Returns Python's language reference, without its tables, as one text."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[k] for k in sorted(topics) if "+--" not in topics[k])


def sequences(text: str, alphabet: str) -> Any:
    """Cuts a text into sequences; the targets are one character further on.

    Shapes:
        outputs: twice `(sequences, LENGTH)`, places of characters in the alphabet
    """
    place = {letter: i for i, letter in enumerate(alphabet)}
    numbers = np.array([place[letter] for letter in text], "int32")
    count = (len(numbers) - 1) // LENGTH
    pieces = [numbers[shift : shift + count * LENGTH] for shift in (0, 1)]
    return [piece.reshape(count, LENGTH) for piece in pieces]


def network(characters: int, units: int, updates: int) -> Any:
    """Returns a compiled network that scores, after each character, the next one."""
    model = keras.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(characters, 32),
            layers.GRU(units, return_sequences=True),
            layers.Dropout(0.4),
            layers.Dense(characters),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = keras.optimizers.schedules.CosineDecay(8e-3, decay_steps=updates)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


def write(
    model: Any, alphabet: str, start: str, count: int, temperature: float
) -> Sample:
    """Continues a text.

    Args:
        model: A trained network.
        alphabet: Its characters.
        start: What to continue.
        count: Characters to draw.
        temperature: Below 1, likely characters become likelier.
    """
    rng = np.random.default_rng(7)
    begin = time.perf_counter()
    scores, states = model.step(np.array([[alphabet.index(c) for c in start]]))
    text, chances = start, []
    for _ in range(count):
        weights = np.asarray(scores[0, -1], "float64") / temperature
        weights = np.exp(weights - weights.max())
        weights /= weights.sum()
        drawn = rng.choice(len(alphabet), p=weights)
        text += alphabet[drawn]
        chances.append(float(weights[drawn]))
        scores, states = model.step(np.array([[drawn]]), states)
    return Sample(text, chances, time.perf_counter() - begin)


def save(folder: Path, history: Any, sample: Sample) -> None:
    """Writes the learning curves, the text, and a picture of the text."""
    folder.mkdir(parents=True, exist_ok=True)
    keras.report.plot_history(history).savefig(folder / "history.png")
    (folder / "sample.txt").write_text(sample.text + "\n", encoding="utf-8")
    picture(sample).savefig(folder / "sample.png")
    print(f"written to {folder}: history.png, sample.txt, sample.png")


def picture(sample: Sample, lines: int = 14, columns: int = 72) -> Any:
    """Draws the first lines of a text; the less likely a character, the darker."""
    from matplotlib.figure import Figure

    figure = Figure((7.2, lines * 0.2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    doubts = np.zeros((lines, columns))
    row = column = 0
    given = [1.0] * len(START)
    for letter, chance in zip(sample.text, given + sample.chances, strict=True):
        if column == columns or letter == "\n":
            row, column = row + 1, 0
        if row == lines:
            break
        if letter != "\n":
            doubts[row, column] = 1 - chance
            axes.text(column, row, letter, parse_math=False, **STYLE)
            column += 1
    axes.imshow(doubts, cmap="Oranges", vmin=0, vmax=2, aspect="auto")
    return figure


if __name__ == "__main__":
    main()
