"""Models from configurations that came out of a file."""

import contextlib
from collections.abc import Iterator
from typing import Any

from keryx._core import budget, serial
from keryx._core.errors import FileError, KeryxError
from keryx._graph.layer import Layer

# Variables, those of the optimizer and the metrics too, may be this many times larger
# than the file that they come from, and this many bytes more.
MAX_RATIO, MAX_FREE = 16, 64 * 2**20


def make_model(data: Any, where: str, size: int | None = None) -> Any:
    """Makes the model that a configuration describes, with weights of its own.

    Args:
        data: The configuration.
        where: How messages name it.
        size: Bytes of the file with the weights; `None` if there is none.

    Raises:
        FileError: If it describes something else, or a model far larger than the file.
    """
    if not isinstance(data, dict):
        raise _malformed(where, f"a {type(data).__name__}")
    with from_file(where, size):
        model = serial.deserialize(data)
    if not isinstance(model, Layer) or not hasattr(model, "compile_from_config"):
        raise _malformed(where, f"a {type(model).__name__}")
    return model


def compile_model(model: Any, config: Any, where: str, size: int) -> None:
    """Compiles a model as a file says.

    Raises:
        FileError: If the file does not say it in a form that makes sense.
    """
    with from_file(where, size):
        model.compile_from_config(config)


@contextlib.contextmanager
def from_file(where: str, size: int | None = None) -> Iterator[None]:
    """Bounds the variables made, and turns errors about damage into `FileError`s."""
    limit = None if size is None else MAX_FREE + MAX_RATIO * size
    try:
        with budget.limited(limit):
            yield
    except KeryxError:
        raise
    except Exception as error:  # damage has many classes
        raise _malformed(where, f"{type(error).__name__}: {error}") from error


def _malformed(where: str, got: str) -> FileError:
    what = "an object" if where == "deserialize_keras_object" else "a model"
    return FileError(where, expected=f"the configuration of {what}", got=got)
