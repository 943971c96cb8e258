"""Saving and loading by the file's name: its ending says what is in it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keryx._core.errors import FileError, SignatureError
from keryx.saving import _keras_archive, _weights_h5


class Codec(NamedTuple):
    """How files with one ending are written and read; `None` where they are not.

    Attributes:
        save: `save(model, path)`.
        load: `load(path, custom_objects, compile)` for whole models,
            `load(model, path, skip_mismatch=...)` for weights.
    """

    save: Callable[..., None] | None
    load: Callable[..., Any] | None


MODELS: dict[str, Codec] = {
    ".keras": Codec(_keras_archive.save, _keras_archive.load),
}
WEIGHTS: dict[str, Codec] = {
    ".weights.h5": Codec(_weights_h5.save, _weights_h5.load),
    ".keras": Codec(None, _keras_archive.load_weights),
}


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    zipped: bool | None = None,
    **options: Any,
) -> None:
    """Writes architecture, weights and training state to one file.

    The file appears at once and whole: if writing fails, an older one is still there.

    Args:
        model: The model.
        filepath: Where; the ending ".keras" says what kind of file.
        overwrite: Whether an older file may be replaced.
        zipped: Accepted for Keras's sake; must not be `False`.

    Raises:
        FileError: If the ending is unknown, the file exists and must not be replaced,
            or part of the model cannot be described as data.
    """
    _refuse_options(
        "save_model", {**options, **({} if zipped is None else _zip(zipped))}
    )
    path, save = _find(MODELS, filepath, "save", "save_model")
    _writable(path, overwrite)
    save(model, path)


def _zip(zipped: bool) -> dict[str, bool]:
    return {} if zipped else {"zipped": zipped}


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Returns the model that a file holds, ready to be used or trained on.

    Departs from Keras: code from a file is never run, whatever `safe_mode` is.

    Args:
        filepath: The file.
        custom_objects: Classes and functions by the names that the file uses, besides
            those registered.
        compile: Whether to compile it as it was, with its optimizer's state.
        safe_mode: Accepted for Keras's sake.

    Raises:
        FileError: If there is no such file, or it is damaged, unsafe or incomplete.
        UnknownNameError: If it names a class that is not known.
    """
    path, load = _find(MODELS, filepath, "load", "load_model")
    _readable(path)
    return load(path, custom_objects, compile)


def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    **options: Any,
) -> None:
    """Writes the weights alone, and the optimizer's state if there is one.

    Args:
        model: The model.
        filepath: Where; the ending ".weights.h5" says what kind of file.
        overwrite: Whether an older file may be replaced.
        max_shard_size: Must be `None`: there is one file.

    Raises:
        FileError: If the ending is unknown, or the file exists and must not be
            replaced.
    """
    shards = {} if max_shard_size is None else {"max_shard_size": max_shard_size}
    _refuse_options("save_weights", {**options, **shards})
    path, save = _find(WEIGHTS, filepath, "save", "save_weights")
    _writable(path, overwrite)
    save(model, path)


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, **options: Any
) -> None:
    """Reads weights into a model that has the structure of the one saved.

    Everything is compared first: either all weights are restored, or none.

    Args:
        model: The model.
        filepath: The file, of weights or of a whole model.
        skip_mismatch: Whether to warn, and restore the rest, if some do not fit.

    Raises:
        FileError: If an array is missing, of another shape, or belongs nowhere; or if
            the file is damaged or unsafe.
    """
    _refuse_options("load_weights", options)
    path, load = _find(WEIGHTS, filepath, "load", "load_weights")
    _readable(path)
    load(model, path, skip_mismatch=skip_mismatch)


def _find(
    codecs: Mapping[str, Codec], filepath: Any, action: str, function: str
) -> tuple[Path, Callable[..., Any]]:
    """Returns a path, and what saves or loads files with its ending.

    Raises:
        FileError: If nothing does.
    """
    path = Path(os.fspath(filepath))
    known = {end: getattr(codec, action) for end, codec in codecs.items()}
    known = {end: do for end, do in known.items() if do is not None}
    for end in sorted(known, key=len, reverse=True):
        if path.name.lower().endswith(end):
            return path, known[end]
    raise FileError(
        f"`{function}`",
        expected=f"a file name that ends in {' or '.join(known)}",
        got=f"{path.name!r}",
        fix=_hint(path, action, function, next(iter(known))),
    )


def _hint(path: Path, action: str, function: str, ending: str) -> str:
    """Returns what to do about an unknown ending."""
    stem = path.name.partition(".")[0] or "model"
    other = WEIGHTS if function.endswith("model") else MODELS
    if any(path.name.endswith(end) for end, c in other.items() if getattr(c, action)):
        instead = f"{action}_weights" if other is WEIGHTS else f"{action}_model"
        return f"Use `{instead}` for this kind of file."
    return f"For example {stem + ending!r}."


def _writable(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise FileError(
            str(path),
            expected="no such file yet, as `overwrite` is false",
            got="one that exists",
            fix="Choose another name, or pass `overwrite=True`.",
        )
    if path.is_dir():
        raise FileError(str(path), expected="the name of a file", got="a folder")
    if not path.parent.is_dir():
        raise FileError(
            str(path),
            expected="a folder that exists",
            got=f"{str(path.parent)!r}, which does not",
            fix="Make the folder first.",
        )


def _readable(path: Path) -> None:
    if not path.is_file():
        what = "a folder" if path.is_dir() else "none of that name"
        raise FileError(str(path), expected="a file", got=what)


def _refuse_options(function: str, options: Mapping[str, Any]) -> None:
    if options:
        raise SignatureError(
            f"`{function}`",
            expected="no options beside those documented",
            got=", ".join(f"`{name}={value!r}`" for name, value in options.items()),
        )
