"""Saving by the ending of a file's name; loading by what is in the file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keryx._core.errors import FileError, SignatureError
from keryx._core.hook import hooked
from keryx.saving import (
    _folder,
    _h5,
    _h5_write,
    _keras_archive,
    _legacy_h5,
    _model_h5,
    _safetensors,
    _shards,
    _weights_h5,
)
from keryx.saving._formats import FOLDER, kind_of


class Codec(NamedTuple):
    """How files of one kind are written and read; `None` where they are not.

    Attributes:
        save: `save(model, path)`.
        load: `load(path, custom_objects, compile)` for whole models,
            `load(model, path, skip_mismatch=...)` for weights.
    """

    save: Callable[..., None] | None
    load: Callable[..., Any] | None


def _load_h5_weights(model: Any, path: Path, **options: Any) -> None:
    """Reads weights from HDF5, by layer or by place."""
    with _h5.opened(path, str(path)) as file:
        by_layer = _legacy_h5.is_legacy(file)
    if by_layer:
        _model_h5.load_weights(model, path, **options)
        return
    _refuse_by_name(path, options)
    _weights_h5.load(model, path, **options)


MODELS: dict[str, Codec] = {
    ".keras": Codec(_keras_archive.save, _keras_archive.load),
    ".h5": Codec(_h5_write.save, _model_h5.load),
    ".hdf5": Codec(_h5_write.save, _model_h5.load),
    FOLDER: Codec(None, _folder.load),
}
WEIGHTS: dict[str, Codec] = {
    ".weights.h5": Codec(_weights_h5.save, _load_h5_weights),
    ".weights.json": Codec(_shards.save, _shards.load),
    ".safetensors": Codec(_safetensors.save, _safetensors.load),
    ".h5": Codec(_h5_write.save_weights, _load_h5_weights),
    ".hdf5": Codec(_h5_write.save_weights, _load_h5_weights),
    ".keras": Codec(None, _keras_archive.load_weights),
    FOLDER: Codec(None, _folder.load_weights),
}


@hooked
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
        filepath: Where; the ending says what kind of file: ".keras", or ".h5" and
            ".hdf5", which Keras 2 reads too.
        overwrite: Whether an older file may be replaced.
        zipped: `False` writes a folder with the parts of a ".keras" file.

    Raises:
        FileError: If the ending is unknown, the file exists and must not be replaced,
            or part of the model cannot be described as data.
    """
    options.pop("include_optimizer", None)
    save_format = options.pop("save_format", None)
    _refuse_options("save_model", options)
    if zipped is False:
        path = Path(os.fspath(filepath))
        _require_bare(path)
        _writable(path, overwrite, folder=True)
        _folder.save(model, path)
        return
    path, save = _find(MODELS, filepath, "save", "save_model", save_format)
    _writable(path, overwrite)
    save(model, path)


def _require_bare(path: Path) -> None:
    """Refuses the name of a file for a folder."""
    if path.suffix in MODELS:
        raise FileError(
            "`save_model(zipped=False)`",
            expected="the name of a folder, without an ending",
            got=f"{path.name!r}",
        )


@hooked
def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Returns the model that a file holds, ready to be used or trained on.

    What is in the file counts, not its name: a ".keras" file or folder of Keras 3, or
    an HDF5 file of Keras 1, 2, 3 or tf.keras. `conversions` says what was changed in
    older ones.

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
    path, load = _find_by_contents(MODELS, filepath, "load_model")
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
        filepath: Where; the ending says what kind of file: ".weights.h5",
            ".weights.json" (several files and a list of them), ".safetensors", or ".h5"
            and ".hdf5" (by layer, as Keras 2 has them, without the optimizer).
        overwrite: Whether an older file may be replaced.
        max_shard_size: Largest size of each of several files, in GB.

    Raises:
        FileError: If the ending is unknown, or the file exists and must not be
            replaced.
    """
    by_layer = options.pop("save_format", None) in ("h5", "hdf5")
    _refuse_options("save_weights", options)
    known = Path(os.fspath(filepath)).name.endswith(tuple(WEIGHTS))
    ending = "h5" if by_layer and not known else None
    path, save = _find(WEIGHTS, filepath, "save", "save_weights", ending)
    shards = {} if max_shard_size is None else {"max_shard_size": max_shard_size}
    if shards and save is not _shards.save:
        raise FileError(
            "`save_weights`",
            expected=f"a name that ends in {_shards.ENDING}, with `max_shard_size`",
            got=f"{path.name!r}",
        )
    _writable(path, overwrite)
    save(model, path, **shards)


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, **options: Any
) -> None:
    """Reads weights into a model that has the structure of the one saved.

    Everything is compared first: either all weights are restored, or none.

    Args:
        model: The model.
        filepath: The file, of weights or of a whole model, of any version of Keras.
        skip_mismatch: Whether to warn, and restore the rest, if some do not fit.
        by_name: Whether layers of an HDF5 file of Keras 1 or 2 are found by name
            instead of in order; those that the file does not have stay as they are.

    Raises:
        FileError: If an array is missing, of another shape, or belongs nowhere; or if
            the file is damaged or unsafe.
    """
    by_name = options.pop("by_name", False)
    _refuse_options("load_weights", options)
    path, load = _find_by_contents(WEIGHTS, filepath, "load_weights")
    choice = {"by_name": True} if by_name else {}
    if load is not _load_h5_weights:
        _refuse_by_name(path, choice)
    load(model, path, skip_mismatch=skip_mismatch, **choice)


def _refuse_by_name(path: Path, options: dict[str, Any]) -> None:
    if options.get("by_name"):
        raise SignatureError(
            "`load_weights(by_name=True)`",
            expected="an HDF5 file with weights by layer",
            got=f"{path.name!r}, where they are by their place in the model",
        )


def _find_by_contents(
    codecs: Mapping[str, Codec], filepath: Any, function: str
) -> tuple[Path, Callable[..., Any]]:
    """Returns a path, and what loads a file with what is in it."""
    path = Path(os.fspath(filepath))
    codec = codecs.get(kind_of(path) or "")
    if codec is not None and codec.load is not None:
        return path, codec.load
    return _find(codecs, filepath, "load", function)


def _find(
    codecs: Mapping[str, Codec],
    filepath: Any,
    action: str,
    function: str,
    ending: str | None = None,
) -> tuple[Path, Callable[..., Any]]:
    """Returns a path, and what saves or loads files with its ending.

    Raises:
        FileError: If nothing does.
    """
    path = Path(os.fspath(filepath))
    known = {end: getattr(codec, action) for end, codec in codecs.items()}
    known = {end: do for end, do in known.items() if do is not None and end != FOLDER}
    name = f".{ending}" if ending else path.name.lower()
    weights_alone = codecs is MODELS and name.endswith(".weights.h5")
    for end in sorted(known, key=len, reverse=True):
        if name.endswith(end) and not weights_alone:
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


def _writable(path: Path, overwrite: bool, *, folder: bool = False) -> None:
    if path.exists() and not overwrite:
        raise FileError(
            str(path),
            expected="no such file yet, as `overwrite` is false",
            got="one that exists",
            fix="Choose another name, or pass `overwrite=True`.",
        )
    if path.is_dir() and not folder:
        raise FileError(str(path), expected="the name of a file", got="a folder")
    if not path.parent.is_dir():
        raise FileError(
            str(path),
            expected="a folder that exists",
            got=f"{str(path.parent)!r}, which does not",
            fix="Make the folder first.",
        )


def _refuse_options(function: str, options: Mapping[str, Any]) -> None:
    if options:
        raise SignatureError(
            f"`{function}`",
            expected="no options beside those documented",
            got=", ".join(f"`{name}={value!r}`" for name, value in options.items()),
        )
