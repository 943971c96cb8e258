"""Models from configurations that came out of a file."""

from typing import Any

from keryx._core import serial
from keryx._core.errors import FileError, KeryxError
from keryx._graph.layer import Layer

_DAMAGE = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError),
    *(RecursionError, MemoryError),
)


def make_model(data: Any, where: str) -> Any:
    """Makes the model that a configuration describes, with weights of its own.

    Raises:
        FileError: If it describes something else.
    """
    if not isinstance(data, dict):
        raise _malformed(where, f"a {type(data).__name__}")
    try:
        model = serial.deserialize(data)
    except KeryxError:
        raise
    except _DAMAGE as error:
        raise _malformed(where, f"{type(error).__name__}: {error}") from error
    if not isinstance(model, Layer) or not hasattr(model, "compile_from_config"):
        raise _malformed(where, f"a {type(model).__name__}")
    return model


def _malformed(where: str, got: str) -> FileError:
    return FileError(where, expected="the configuration of a model", got=got)
