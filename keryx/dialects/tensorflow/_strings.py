"""`tf.strings`: text, as NumPy arrays of byte strings."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx.dialects.tensorflow._tensor import constant, HostTensor, text


def _each(function: Callable[[bytes], Any], input: Any) -> Any:
    array = text(input)
    found = np.empty(array.shape, object)
    found.ravel()[:] = [function(x) for x in array.ravel()]
    return found.view(HostTensor)


def lower(input: Any, encoding: str = "", name: Any = None) -> Any:
    """Returns text in small letters; beyond ASCII if the encoding is "utf-8"."""
    if encoding:
        return _each(lambda x: x.decode(encoding).lower().encode(encoding), input)
    return _each(bytes.lower, input)


def upper(input: Any, encoding: str = "", name: Any = None) -> Any:
    """Returns text in capitals; beyond ASCII if the encoding is "utf-8"."""
    if encoding:
        return _each(lambda x: x.decode(encoding).upper().encode(encoding), input)
    return _each(bytes.upper, input)


def strip(input: Any, name: Any = None) -> Any:
    """Returns text without white space at its ends."""
    return _each(bytes.strip, input)


def regex_replace(
    input: Any,
    pattern: Any,
    rewrite: Any,
    replace_global: bool = True,
    name: Any = None,
) -> Any:
    r"""Replaces what matches a pattern; `\1` in `rewrite` is its first group."""
    found, new = (x.encode() if isinstance(x, str) else x for x in (pattern, rewrite))
    found = found.replace(b"[[:punct:]]", rb"[!-/:-@\[-`{-~]")
    form = re.compile(found)
    return _each(lambda x: form.sub(new, x, 0 if replace_global else 1), input)


def regex_full_match(input: Any, pattern: Any, name: Any = None) -> Any:
    """Tells whether all of a text matches a pattern."""
    form = re.compile(pattern.encode() if isinstance(pattern, str) else pattern)
    return constant(_each(lambda x: form.fullmatch(x) is not None, input).astype(bool))


def join(inputs: Any, separator: str = "", name: Any = None) -> Any:
    """Joins texts one by one."""
    parts = np.broadcast_arrays(*map(text, inputs))
    found = np.empty(parts[0].shape, object)
    rows = zip(*(part.ravel() for part in parts), strict=True)
    found.ravel()[:] = [separator.encode().join(row) for row in rows]
    return found.view(HostTensor)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: Any = None,
) -> Any:
    """Joins the texts along an axis, or all of them."""
    array = text(inputs)
    flat = array.ravel() if axis is None else np.moveaxis(array, axis, -1)
    found = np.apply_along_axis(
        lambda row: np.array(separator.encode().join(row), object), -1, flat
    )
    return text(found)


def split(
    input: Any, sep: Any = None, maxsplit: int = -1, name: Any = None, **options: Any
) -> Any:
    """Cuts text at a separator, or at white space.

    Returns:
        The parts of one text; of several, a list of them for each.
    """
    array = text(input)
    where = sep.encode() if isinstance(sep, str) else sep
    parts = [text(x.split(where or None, maxsplit)) for x in array.ravel()]
    return parts[0] if array.ndim == 0 else parts


def length(input: Any, unit: str = "BYTE", name: Any = None) -> Any:
    """Returns the number of bytes, or of characters if the unit is "UTF8_CHAR"."""
    if unit == "BYTE":
        return constant(_each(len, input).astype("int32"))
    return constant(_each(lambda x: len(x.decode()), input).astype("int32"))


def substr(input: Any, pos: int, len: int, unit: str = "BYTE", name: Any = None) -> Any:
    """Returns `len` bytes from `pos` on."""
    return _each(lambda x: x[int(pos) :][: int(len)], input)


def to_number(input: Any, out_type: Any = "float32", name: Any = None) -> Any:
    """Returns the numbers that texts spell."""
    return constant(_each(float, input).astype("float64"), out_type)


def as_string(input: Any, precision: int = -1, name: Any = None, **options: Any) -> Any:
    """Returns numbers as text."""
    array = np.asarray(input)
    form = (
        "%d" if array.dtype.kind in "iu" else f"%.{6 if precision < 0 else precision}f"
    )
    return text(
        np.array([form % x for x in array.ravel()], object).reshape(array.shape)
    )


def bytes_split(input: Any, name: Any = None) -> Any:
    """Cuts text into its bytes."""
    return text([bytes([x]) for x in text(input).item()])


def unicode_split(input: Any, input_encoding: str = "UTF-8", **options: Any) -> Any:
    """Cuts text into its characters."""
    array = text(input)
    parts = [text(list(x.decode(input_encoding))) for x in array.ravel()]
    return parts[0] if array.ndim == 0 else parts
