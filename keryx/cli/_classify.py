"""`keryx classify`: what a saved model takes an image for."""

import argparse
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import ArgumentError, FileError, ShapeError
from keryx.config import image_data_format
from keryx.layers import Layer
from keryx.saving import load_model

MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class Guess(NamedTuple):
    """A class that an image may show.

    Attributes:
        name: The class.
        confidence: Its probability, in [0, 1].
    """

    name: str
    confidence: float


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser("classify", help="say what an image shows")
    parser.add_argument("file", metavar="FILE", help="a model that was saved")
    parser.add_argument("image", metavar="IMAGE", help="an image file")
    parser.add_argument(
        "--names", metavar="A,B,C", help="names of the classes, with commas between"
    )
    parser.add_argument(
        "--top", type=int, default=3, metavar="N", help="classes to print (default: 3)"
    )
    parser.add_argument(
        "--invert", action="store_true", help="swap light and dark before"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    model = load_model(options.file, compile=False)
    names = options.names.split(",") if options.names else None
    guesses = classify(model, options.image, names, invert=options.invert)
    width = max(len(guess.name) for guess in guesses)
    for guess in guesses[: max(options.top, 1)]:
        print(f"{guess.name:<{width}}  {guess.confidence:7.2%}")
    return 0


def classify(
    model: Any,
    path: str | os.PathLike[str],
    names: Sequence[str] | None = None,
    *,
    invert: bool = False,
) -> list[Guess]:
    """Returns the classes of a model, those that an image most likely shows first.

    The image is brought to the size and number of channels of the model's input, and to
    [0, 1], unless the model begins with a layer that scales its input itself.

    Args:
        model: A model of one image, with one output.
        path: The image file.
        names: Names of the classes; numbers if `None`.
        invert: Whether to swap light and dark.

    Raises:
        FileError: If the file is no image.
        ShapeError: If the model does not take images, or gives no classes.
        ArgumentError: If there is not one name per class.
    """
    height, width, channels, shape = _image_shape(model)
    pixels = read_image(path, (height, width), channels)
    if invert:
        pixels = 255.0 - pixels
    if not _scales_itself(model):
        pixels = pixels / 255.0
    if len(shape) == 4 and image_data_format() == "channels_first":
        pixels = np.moveaxis(pixels, -1, 0)
    x = pixels.reshape(1, *shape[1:]).astype("float32")
    return _ranked(model.predict(x, verbose=0), names)


def _image_shape(model: Any) -> tuple[int, int, int, tuple[Any, ...]]:
    """Returns height, width and channels of a model's input, and its shape."""
    shape = tuple(model.input_shape)
    first = image_data_format() == "channels_first"
    sides = list(shape[1:])
    channels = sides.pop(0 if first else -1) if len(sides) == 3 else 1
    known = len(sides) == 2 and all(isinstance(s, int) for s in (*sides, channels))
    if not known or channels not in MODES:
        raise ShapeError(
            f"model {model.name!r}",
            expected="an input of shape (batch, height, width) with 1, 3 or 4 channels",
            got=f"{shape}",
        )
    return int(sides[0]), int(sides[1]), int(channels), shape


def read_image(
    path: str | os.PathLike[str], size: tuple[int, int], channels: int
) -> np.ndarray[Any, Any]:
    """Returns an image file as numbers in [0, 255], `(height, width, channels)`.

    Raises:
        FileError: If it is no image.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            image = opened.convert(MODES[channels])
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
        raise FileError(
            f"file {os.fspath(path)!r}", expected="an image", got="something else"
        ) from error
    height, width = size
    shrinks = image.width >= width and image.height >= height
    way = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    array = np.asarray(image.resize((width, height), way), np.float64)
    return array.reshape(height, width, channels)


def _scales_itself(model: Any) -> bool:
    layers: list[Layer] = [
        layer for layer in model.layers if type(layer).__name__ != "InputLayer"
    ]
    first = type(layers[0]).__name__ if layers else ""
    return first in ("Rescaling", "Normalization")


def _ranked(outputs: Any, names: Sequence[str] | None) -> list[Guess]:
    """Returns the classes with their probabilities, the highest first."""
    outputs = np.asarray(outputs, np.float64)
    if outputs.ndim != 2:
        raise ShapeError(
            "classify", expected="outputs (batch, classes)", got=f"{outputs.shape}"
        )
    scores = outputs[0]
    if len(scores) == 1:
        scores = np.array([1 - scores[0], scores[0]])
    if scores.min() < 0 or scores.max() > 1:  # logits
        scores = np.exp(scores - scores.max())
        scores = scores / scores.sum()
    if names is not None and len(names) != len(scores):
        raise ArgumentError(
            "classify", "names", expected=f"{len(scores)} names", got=list(names)
        )
    titles = list(names) if names is not None else [str(i) for i in range(len(scores))]
    order = np.argsort(-scores, kind="stable")
    return [Guess(titles[i], float(scores[i])) for i in order]
