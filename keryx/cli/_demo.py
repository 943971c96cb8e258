"""`keryx demo`: train, test, report, save, load and use a small network."""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from keryx import layers, optimizers
from keryx._core import files
from keryx._core.errors import FileError
from keryx._version import __version__
from keryx.cli._classify import classify
from keryx.models import Sequential
from keryx.random import set_random_seed
from keryx.report import write_report
from keryx.saving import load_model

EPOCHS, BATCH, RATE = 30, 32, 2e-3
# Held out, and for validation; the rest is a whole number of batches.
TEST, VALID = 360, 157
# Pixels of the written picture per pixel of a digit, so that people can see it.
ENLARGED = 20
STEPS = 6


class Digits(NamedTuple):
    """Images in [0, 1], `(samples, 8, 8, 1)`, and the digits that they show."""

    x: Any
    y: Any
    x_valid: Any
    y_valid: Any
    x_test: Any
    y_test: Any


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "demo", help="train, test, save and use a network on handwritten digits"
    )
    parser.add_argument(
        "--out", default="demo-out", metavar="DIR", help="folder to write to"
    )
    parser.add_argument(
        "--epochs", type=_positive, default=EPOCHS, metavar="N", help="epochs to train"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="seed of everything random"
    )
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    begin = time.perf_counter()
    folder = writable(Path(options.out))
    set_random_seed(options.seed)
    device = jax.devices()[0]
    kind = device.device_kind if device.platform != "cpu" else "CPU"
    print(f"keryx {__version__} on {kind}, {os.cpu_count()} cores")

    data = load_digits()
    parts = f"{len(data.x):,} to train on, {len(data.x_valid):,} to validate"
    _say(1, "Handwritten digits", f"{parts}, {len(data.x_test):,} held out")
    model = make_model(options.epochs * -(-len(data.x) // BATCH))
    model.summary()
    _say(2, "Training", f"{options.epochs} epochs")
    history = model.fit(
        data.x,
        data.y,
        batch_size=BATCH,
        epochs=options.epochs,
        validation_data=(data.x_valid, data.y_valid),
    )
    _say(3, "Testing", f"on {len(data.x_test)} digits that it has not seen")
    scores = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    print(f"test loss: {scores['loss']:.4f}")
    print(f"test accuracy: {scores['accuracy']:.4f}")
    _say(4, "Report", "learning curves, confusion matrix, ROC, worst mistakes")
    page = write_report(
        folder, model, history, data.x_test, data.y_test, title="Handwritten digits"
    )
    print(page)
    same = reload_and_use(model, data, folder)
    print(f"\nDone in {time.perf_counter() - begin:.1f} s. Open {page} in a browser.")
    return 0 if same else 1


def reload_and_use(model: Any, data: Digits, folder: Path) -> bool:
    """Saves the model, loads it, classifies a digit; tells whether both are alike."""
    file = folder / "model.keras"
    _say(5, "Saving, and loading what was saved", str(file))
    model.save(file)
    loaded = load_model(file)
    outputs = [m.predict(data.x_test, verbose=0) for m in (model, loaded)]
    same = bool(np.allclose(outputs[0], outputs[1], rtol=1e-5, atol=1e-6))
    equal = "equal those" if same else "DIFFER from those"
    print(f"outputs of the loaded model {equal} of the trained one")
    picture = folder / "digit.png"
    write_digit(picture, data.x_test[0])
    _say(6, "Classifying an image", str(picture))
    best = classify(loaded, picture)[0]
    print(f"it shows a {data.y_test[0]}")
    print(f"the loaded model says {best.name}, {best.confidence:.1%} sure")
    print(f"(the same by hand: keryx classify {file} {picture})")
    return same


def load_digits() -> Digits:
    """Returns the 1,797 digits of the UCI repository that scikit-learn carries.

    A fifth is held out, the same one in all runs, so that they can be compared. Each
    part has the same share of every digit.
    """
    from sklearn import datasets, model_selection  # type: ignore[import-untyped]  # none

    found = datasets.load_digits()
    x = (found.images / 16.0).astype("float32")[..., None]
    y = found.target.astype("int32")

    def split(x: Any, y: Any, count: int) -> Any:
        return model_selection.train_test_split(
            x, y, test_size=count, stratify=y, random_state=0
        )

    x, x_test, y, y_test = split(x, y, TEST)
    x, x_valid, y, y_valid = split(x, y, VALID)
    return Digits(x, y, x_valid, y_valid, x_test, y_test)


def make_model(updates: int) -> Sequential:
    """Returns the network, compiled; its learning rate falls to zero in `updates`."""
    model = Sequential(
        [
            layers.Input((8, 8, 1)),
            *_block(32),
            *_block(64),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )
    model.compile(
        optimizer=optimizers.Adam(optimizers.schedules.CosineDecay(RATE, updates)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def _block(filters: int) -> list[layers.Layer]:
    """Returns a convolution, normalized, pooled and partly dropped."""
    return [
        layers.Conv2D(filters, 3, padding="same", activation="relu"),
        # Epochs are short here: averages over a hundred steps would lag behind.
        layers.BatchNormalization(momentum=0.9),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
    ]


def write_digit(path: Path, image: Any) -> None:
    """Writes a digit as an image file, enlarged."""
    from PIL import Image

    pixels = np.rint(255 * image[..., 0]).astype("uint8")
    large = pixels.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    with files.replacing(path) as part:
        Image.fromarray(large).save(part, format="PNG")


def writable(folder: Path) -> Path:
    """Returns a folder, made if it is not there, that files can be written to.

    Raises:
        FileError: If they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise FileError(
            f"folder {str(folder)!r}",
            expected="a folder that can be written to",
            got=(error.strerror or "an error").lower(),
            fix="Give another one with `--out`.",
        ) from error


def _say(step: int, title: str, details: str) -> None:
    print(f"\n[{step}/{STEPS}] {title}: {details}", flush=True)
