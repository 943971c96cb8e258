"""Which kind of file a path leads to: said by its first bytes, not by its name."""

from pathlib import Path

from keryx._core.errors import FileError

_MAGIC = {b"\x89HDF\r\n\x1a\n": ".h5", b"PK\x03\x04": ".keras"}
FOLDER = "a folder"
# Files by which other kinds of models are known.
_FOREIGN = {
    "saved_model.pb": "a SavedModel of TensorFlow",
    "checkpoint": "a checkpoint of TensorFlow",
    "_CHECKPOINT_METADATA": "a checkpoint of Orbax",
}
_FOREIGN_ENDS = {
    ".index": "a checkpoint of TensorFlow",
    ".ckpt": "a checkpoint of TensorFlow",
    ".pb": "a graph of TensorFlow",
    ".pt": "a file of PyTorch",
    ".pth": "a file of PyTorch",
    ".onnx": "a model of ONNX",
    ".tflite": "a model of TensorFlow Lite",
    ".pkl": "a pickle",
}


def kind_of(path: Path) -> str | None:
    """Returns the ending that fits a file's contents, or `None` if they say nothing.

    Raises:
        FileError: If there is no such file, or it is of a kind that only other
            libraries read.
    """
    if path.is_dir():
        for name, what in _FOREIGN.items():
            if (path / name).exists():
                raise _foreign(path, what)
        return FOLDER
    if not path.is_file():
        near = path.with_name(path.name + ".index")
        if near.exists():
            raise _foreign(path, "a checkpoint of TensorFlow")
        raise FileError(str(path), expected="a file", got="none of that name")
    with path.open("rb") as file:
        start = file.read(8)
    for magic, ending in _MAGIC.items():
        if start.startswith(magic):
            return ending
    for ending, what in _FOREIGN_ENDS.items():
        if path.name.lower().endswith(ending):
            raise _foreign(path, what)
    return None


def _foreign(path: Path, what: str) -> FileError:
    return FileError(
        str(path),
        expected="a model or weights in a format of Keras",
        got=what,
        fix="Load it with the library that wrote it, and save it as `.h5` there.",
    )
