"""Files in folders, one folder a class."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, FileError
from keryx.preprocessing._pipeline import Passes
from keryx.random import make_generator

LABELS = ("int", "categorical", "binary", None)
SUBSETS = ("training", "validation", "both", None)


class Files(NamedTuple):
    """Files and their labels.

    Attributes:
        paths: The files.
        labels: The class of each, or `None`.
        names: The names of the classes.
    """

    paths: list[str]
    labels: list[Any] | None
    names: list[str]

    def part(self, rows: slice) -> "Files":
        """Returns some of the files."""
        labels = None if self.labels is None else self.labels[rows]
        return Files(self.paths[rows], labels, self.names)


class Choice(NamedTuple):
    """What all functions that read folders are asked for; see one of them."""

    where: str
    directory: Any
    labels: Any
    label_mode: str | None
    class_names: Sequence[str] | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool

    def checked(self) -> "Choice":
        """Returns the choice, its options in lower case.

        Raises:
            ArgumentError: If they do not fit together.
        """
        where = self.where
        label_mode = check.one_of(self.label_mode, LABELS, "label_mode", where)
        subset = check.one_of(self.subset, SUBSETS, "subset", where)
        inferred = self.labels == "inferred" if isinstance(self.labels, str) else False
        if isinstance(self.labels, str) and not inferred:
            raise ArgumentError(
                where, "labels", expected='"inferred", a list or None', got=self.labels
            )
        if self.class_names is not None and not inferred:
            raise ArgumentError(
                where,
                "class_names",
                expected='left out unless `labels="inferred"`',
                got=list(self.class_names),
            )
        if (self.validation_split is None) != (subset is None):
            raise ArgumentError(
                where, "subset", expected="given with `validation_split`", got=subset
            )
        if self.validation_split is not None:
            check.in_interval(self.validation_split, 0, 1, "validation_split", where)
            if self.shuffle and self.seed is None:
                raise ArgumentError(
                    where,
                    "seed",
                    expected="given if files are split and shuffled, so that the parts "
                    "share none",
                    got=None,
                )
        return self._replace(
            label_mode=None if self.labels is None else label_mode, subset=subset
        )


def find(choice: Choice, endings: tuple[str, ...]) -> list[Files]:
    """Returns the files that are asked for; two parts for the subset "both".

    Raises:
        ArgumentError: If `labels` are not as many as the files, or `class_names` names
            folders that are not there.
        FileError: If there is no such folder, or nothing in it.
    """
    root = Path(os.fspath(choice.directory))
    if not root.is_dir():
        raise FileError(choice.where, expected="a folder", got=f"{str(root)!r}")
    inferred = isinstance(choice.labels, str)
    names = _names(choice, root) if inferred else []
    folders = [root / name for name in names] if inferred else [root]
    found: list[str] = []
    classes: list[int] = []
    for number, folder in enumerate(folders):
        paths = _walk(folder, endings, choice.follow_links)
        found += paths
        classes += [number] * len(paths)
    if not found:
        raise FileError(
            choice.where,
            expected=f"files that end in {', '.join(endings)}",
            got=f"none in {str(root)!r}",
            fix="Each class has a folder of its own in there." if inferred else "",
        )
    files = Files(found, _labels(choice, found, classes), names)
    if choice.label_mode == "binary" and len(names) != 2 and inferred:
        raise ArgumentError(
            choice.where, "label_mode", expected='another than "binary" unless there '
            "are two classes", got=names,
        )  # fmt: skip
    if choice.verbose:
        kinds = f" belonging to {len(names)} classes" if inferred else ""
        print(f"Found {len(found)} files{kinds}.")
    return _parts(choice, files)


def _names(choice: Choice, root: Path) -> list[str]:
    there = sorted(entry.name for entry in root.iterdir() if entry.is_dir())
    if choice.class_names is None:
        return there
    unknown = sorted(set(choice.class_names) - set(there))
    if unknown:
        raise ArgumentError(
            choice.where, "class_names", expected=f"among {there}", got=unknown
        )
    return list(choice.class_names)


def _walk(folder: Path, endings: tuple[str, ...], links: bool) -> list[str]:
    rows = sorted(os.walk(folder, followlinks=links), key=lambda row: row[0])
    return [
        os.path.join(root, name)
        for root, _, names in rows
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]


def _labels(choice: Choice, paths: list[str], classes: list[int]) -> list[Any] | None:
    if choice.labels is None:
        return None
    if isinstance(choice.labels, str):
        return list(classes)
    given = list(choice.labels)
    if len(given) != len(paths):
        raise ArgumentError(
            choice.where,
            "labels",
            expected=f"one for each of {len(paths)} files, by their paths in order",
            got=f"{len(given)}",
        )
    return given


def _parts(choice: Choice, files: Files) -> list[Files]:
    if choice.shuffle:
        files = _mixed(files, choice.seed)
    if choice.validation_split is None:
        return [files]
    held_out = int(choice.validation_split * len(files.paths))
    border = len(files.paths) - held_out
    parts = {"training": slice(None, border), "validation": slice(border, None)}
    asked = list(parts) if choice.subset == "both" else [str(choice.subset)]
    made = [files.part(parts[name]) for name in asked]
    for name, part in zip(asked, made, strict=True):
        if not part.paths:
            raise ArgumentError(
                choice.where, "validation_split", expected="one that leaves files in "
                f"both parts of {len(files.paths)}", got=choice.validation_split,
            )  # fmt: skip
        if choice.verbose:
            print(f"Using {len(part.paths)} files for {name}.")
    return made


def _mixed(files: Files, seed: int | None) -> Files:
    """Returns the files in random order, for a seed in the order of Keras."""
    count = len(files.paths)
    if seed is None:
        order = make_generator(None, "folder").permutation(count)
    else:
        order = np.arange(count)
        np.random.RandomState(seed).shuffle(order)
    labels = files.labels
    return Files(
        [files.paths[i] for i in order],
        None if labels is None else [labels[i] for i in order],
        files.names,
    )


def targets(files: Files, mode: str | None) -> Any:
    """Returns the labels as an array, or `None`."""
    if mode is None or files.labels is None:
        return None
    classes = np.asarray(files.labels)
    if mode == "int":
        return classes.astype(np.int32)
    if mode == "binary":
        return classes.astype(np.float32)[:, None]
    count = len(files.names) or int(classes.max()) + 1
    return np.eye(count, dtype=np.float32)[classes]


def orders(count: int, choice: Choice) -> Any:
    """Returns a function that gives the order of the files in the next pass."""
    if not choice.shuffle:
        return lambda: np.arange(count)
    passes = Passes(choice.seed)
    return lambda: passes().permutation(count)
