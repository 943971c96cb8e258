"""How many bytes of variables may be made while a model comes out of a file."""

import contextlib
import math
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from keryx._core.errors import FileError

# The limit, and what is left of it.
_left: ContextVar[list[int] | None] = ContextVar("keryx_budget", default=None)


@contextlib.contextmanager
def limited(size: int | None) -> Iterator[None]:
    """Lets variables of so many bytes in all be made inside of a `with` block.

    Args:
        size: The limit; `None` leaves the one that is in force, if any.
    """
    token = _left.set(_left.get() if size is None else [size, size])
    try:
        yield
    finally:
        _left.reset(token)


def awaited() -> bool:
    """Tells whether what is made now gets its values from a file."""
    return _left.get() is not None


def spend(shape: tuple[int, ...] | None, dtype: Any) -> None:
    """Notes that a variable is about to be made.

    Raises:
        FileError: If it is larger than what is left.
    """
    left = _left.get()
    if left is None or shape is None or dtype == "string":
        return
    size = math.prod(shape) * np.dtype(dtype).itemsize
    left[1] -= size
    if left[1] < 0:
        raise FileError(
            "configuration of a model in a file",
            expected=f"variables of at most {left[0]} bytes, by the file's size",
            got=f"{left[0] - left[1]} or more",
            fix="The file may be damaged or unsafe: get it again from where it was "
            "made.",
        )
