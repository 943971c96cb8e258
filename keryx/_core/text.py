"""Text as data: arrays of `str`, which stay on the host."""

from typing import Any

import numpy as np

Texts = np.ndarray[Any, np.dtype[np.object_]]


def is_text(value: Any) -> bool:
    """Tells whether a value is text, or an array or a nested list of it.

    Example:
        >>> is_text([["a", "b"]]), is_text(np.array([1, 2])), is_text(b"a")
        (True, False, True)
    """
    while isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, str | bytes):
        return True
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind in ("U", "S", "T"):
        return True
    # Tables and their columns have element types of their own.
    foreign = hasattr(value, "dtype") and not isinstance(value, np.ndarray)
    if kind != "O" and not (foreign and "str" in str(value.dtype)):
        return False
    array = np.asarray(value, dtype=object)
    return bool(array.size) and isinstance(array.flat[0], str | bytes)


def texts(value: Any, encoding: str = "utf-8") -> Texts:
    """Returns text, nested, as an array of `str`; bytes are decoded.

    Example:
        >>> texts([b"a", "b"]).tolist()
        ['a', 'b']
    """
    array = np.asarray(np.asarray(value, dtype=object))
    flat = array.ravel().tolist()
    if any(type(x) is not str for x in flat):
        flat = [_decoded(x, encoding) for x in flat]
    found = np.empty(array.shape, object)
    found.reshape(-1)[:] = flat
    return found


def _decoded(value: Any, encoding: str) -> str:
    # Bytes that are no text in this encoding come back as they were when encoded.
    return (
        value.decode(encoding, "surrogateescape")
        if isinstance(value, bytes)
        else str(value)
    )
