"""Data sets of pictures and texts in folders, one folder a class."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from keryx._core import check, config
from keryx._core.errors import StateError
from keryx._core.hook import hooked
from keryx._core.text import texts
from keryx.preprocessing import _folders_index as index, _pictures
from keryx.preprocessing._pipeline import Pipeline

PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
TEXTS = (".txt",)
THREADS, AHEAD = 4, 64


@hooked
def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Returns batches of the pictures in a folder, and of their classes.

    A class is a folder in it. Pictures are read by a few threads while the batches are
    used, and have values from 0 to 255.

    Args:
        directory: The folder.
        labels: "inferred": the folder a file is in; a list of integers, for the files
            sorted by path; `None` for no labels.
        label_mode: "int"; "categorical", vectors with a one; "binary", 0.0 and 1.0;
            or `None` for no labels.
        class_names: Names of the folders, in the order of their numbers; else sorted.
        color_mode: "rgb", "rgba" or "grayscale".
        batch_size: Pictures of a batch; `None` for single ones.
        image_size: Height and width that pictures are brought to.
        shuffle: Whether the files come in random order, in each pass in another.
        seed: Determines these orders.
        validation_split: Fraction of the files that is held out.
        subset: "training", "validation" (what is held out), or "both".
        interpolation: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5",
            "gaussian" or "mitchellcubic".
        follow_links: Whether links to folders are followed.
        crop_to_aspect_ratio: Whether pictures are cut, rather than distorted.
        pad_to_aspect_ratio: Whether they get black borders instead.
        data_format: "channels_last", "channels_first", or `None` for the default.
        format: Accepted for Keras's sake.
        verbose: Whether to print how many files there are.

    Returns:
        A data set with `class_names` and `file_paths`, which `fit` takes; for "both",
        two of them.

    Raises:
        ArgumentError: If arguments are none of these, or do not fit together.
        FileError: If there is no such folder, or no picture in it.
    """
    where = "image_dataset_from_directory"
    choice = index.Choice(
        where, directory, labels, label_mode, class_names, shuffle, seed,
        validation_split, subset, follow_links, verbose,
    ).checked()  # fmt: skip
    height, width = check.int_tuple(image_size, 2, "image_size", where)
    size = (height, width)
    color = check.one_of(color_mode, tuple(_pictures.MODES), "color_mode", where)
    method = check.one_of(interpolation, _pictures.METHODS, "interpolation", where)
    axes = data_format or config.image_data_format()
    first = check.one_of(
        axes, ("channels_last", "channels_first"), "data_format", where
    ) == "channels_first"  # fmt: skip
    fit_in = _pictures.padded if pad_to_aspect_ratio else _pictures.resized

    def load(path: str) -> Any:
        pixels = _pictures.read(path, color)
        if crop_to_aspect_ratio:
            pixels = _pictures.cropped(pixels, size)
        made = fit_in(pixels, size, method)
        return np.moveaxis(made, -1, 0) if first else made

    return _datasets(choice, PICTURES, load, batch_size)


@hooked
def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Returns batches of the texts in a folder, and of their classes.

    Args:
        directory: The folder, with a folder of ".txt" files for each class.
        labels: See `image_dataset_from_directory`, as for the rest.
        label_mode: "int", "categorical", "binary" or `None`.
        class_names: Names of the folders, in the order of their numbers.
        batch_size: Texts of a batch; `None` for single ones.
        max_length: Bytes after which texts are cut off.
        shuffle: Whether the files come in random order.
        seed: Determines that order.
        validation_split: Fraction of the files that is held out.
        subset: "training", "validation" or "both".
        follow_links: Whether links to folders are followed.
        format: Accepted for Keras's sake.
        verbose: Whether to print how many files there are.

    Returns:
        A data set with `class_names` and `file_paths`; for "both", two of them. Texts
        go to a `TextVectorization` layer.

    Raises:
        ArgumentError: If arguments are none of these, or do not fit together.
        FileError: If there is no such folder, or no text in it.
    """
    choice = index.Choice(
        "text_dataset_from_directory", directory, labels, label_mode, class_names,
        shuffle, seed, validation_split, subset, follow_links, verbose,
    ).checked()  # fmt: skip

    def load(path: str) -> Any:
        with open(path, "rb") as file:
            return texts(file.read() if max_length is None else file.read(max_length))

    return _datasets(choice, TEXTS, load, batch_size)


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Refuses: sound files are not read here.

    Raises:
        StateError: Always.
    """
    raise StateError(
        "audio_dataset_from_directory",
        expected="pictures or texts",
        got="a folder of sound files",
        fix="Read them with e.g. `scipy.io.wavfile.read`, and pass arrays to `fit`.",
    )


def _datasets(
    choice: index.Choice,
    endings: tuple[str, ...],
    load: Callable[[str], Any],
    batch_size: int | None,
) -> Any:
    """Returns the data set of the files that are asked for, or both."""
    if batch_size is not None:
        check.positive_int(batch_size, "batch_size", choice.where)
    made = [
        _dataset(files, choice, load, batch_size)
        for files in index.find(choice, endings)
    ]
    return made if len(made) == 2 else made[0]


def _dataset(
    files: index.Files,
    choice: index.Choice,
    load: Callable[[str], Any],
    batch_size: int | None,
) -> Pipeline:
    paths, answers = files.paths, index.targets(files, choice.label_mode)
    order = index.orders(len(paths), choice)

    def single() -> Iterator[Any]:
        places = order()
        found = _ahead(load, [paths[i] for i in places])
        for i, value in zip(places, found, strict=True):
            yield value if answers is None else (value, answers[i])

    elements = Pipeline(single, len(paths))
    made = elements if batch_size is None else elements.batch(batch_size)
    return Pipeline(made._start, made._count, files.names, paths)


def _ahead(load: Callable[[str], Any], paths: list[str]) -> Iterator[Any]:
    """Yields what files hold, read by a few threads, some files ahead."""
    with ThreadPoolExecutor(THREADS) as pool:
        rest = iter(paths)
        waiting = [pool.submit(load, path) for path in itertools.islice(rest, AHEAD)]
        try:
            while waiting:
                yield waiting.pop(0).result()
                for path in itertools.islice(rest, 1):
                    waiting.append(pool.submit(load, path))
        finally:
            for one in waiting:
                one.cancel()
