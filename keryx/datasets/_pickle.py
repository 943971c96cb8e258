"""Pickles of arrays, read as data: nothing in them is called.

A pickle is a program. This reader knows the instructions that lists, dictionaries,
numbers, texts and NumPy's arrays need, looks at all of them before the first is
followed, and gives stand-ins of its own where they name something of NumPy's.
"""

import io
import math
import pickle
import re
from typing import Any

import numpy as np

from keryx._core.errors import FileError

Array = np.ndarray[Any, Any]

# Instructions of fixed length that put a value, combine what is there, or note it.
_PLAIN = re.compile(
    rb"""(?:
        [()\]}NRabdelstu\x85-\x89\x93\x94]
      | [Khq\x80].           # numbers and notes of one byte, the protocol's number
      | M..                  # of two
      | [Jj]....             # of four
      | [G\x95].{8}          # a float; a frame's length
    )*+""",
    re.DOTALL | re.VERBOSE,
)
# Instructions followed by the length of what they hold: bytes of that length.
_SIZED = {b"U": 1, b"C": 1, b"\x8c": 1, b"\x8a": 1}
_SIZED |= {b"T": 4, b"B": 4, b"X": 4, b"\x8d": 8, b"\x8e": 8}
_GLOBAL = re.compile(rb"[\w.]{1,60}\n[\w.]{1,60}\n")
_TYPE = re.compile(r"[biuf][1248]|O8?")


def load(data: bytes, where: str) -> Any:
    """Returns what a pickle holds: arrays, dictionaries, lists, numbers, bytes, texts.

    Args:
        data: The pickle.
        where: How messages name it.

    Raises:
        FileError: If it holds anything else, or is damaged.
    """
    try:
        _scan(data)
        value = _Unpickler(io.BytesIO(data), encoding="bytes").load()
    except Exception as error:  # damage has many classes
        raise FileError(
            where,
            expected="numbers, texts, lists, dictionaries and arrays",
            got=f"something else ({error})",
            fix="The file may be damaged or unsafe, and nothing in it was run. Delete "
            "it, and get it again from where it was made.",
        ) from error
    if isinstance(value, dict):
        return {key: _content(item) for key, item in value.items()}
    return _content(value)


def _content(value: Any) -> Any:
    return value.value if isinstance(value, _Array) else value


def _scan(data: bytes) -> None:
    """Looks at each instruction of a pickle.

    Raises:
        UnpicklingError: If one is not known, or says it is longer than the pickle.
    """
    at = 0
    while True:
        found = _PLAIN.match(data, at)
        at = found.end() if found else at
        code = data[at : at + 1]
        if code == b".":
            return
        if code in _SIZED:
            begin = at + 1 + _SIZED[code]
            at = begin + int.from_bytes(data[at + 1 : begin], "little")
        elif code == b"r":  # room is made for as many notes
            if int.from_bytes(data[at + 1 : at + 5], "little") > len(data):
                raise pickle.UnpicklingError("more notes than bytes")
            at += 5
        elif code == b"c" and (name := _GLOBAL.match(data, at + 1)):
            at = name.end()
        else:
            raise pickle.UnpicklingError(f"the instruction {code!r} at byte {at}")
        if at >= len(data):
            raise pickle.UnpicklingError("more bytes than there are")


class _Type:
    """Stands in for `numpy.dtype`."""

    __slots__ = ("code", "order")

    def __init__(self, code: Any, align: Any = False, copy: Any = False) -> None:
        self.code, self.order = _text(code), "|"
        if not _TYPE.fullmatch(self.code):
            raise pickle.UnpicklingError(f"elements of type {self.code!r}")

    def __setstate__(self, state: Any) -> None:
        _, order, *parts = state
        self.order = _text(order)
        if self.order not in ("<", ">", "|", "=") or any(
            p is not None for p in parts[:3]
        ):
            raise pickle.UnpicklingError("elements made of parts")

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type itself."""
        return np.dtype(self.order + self.code)


class _Array:
    """Stands in for `numpy.ndarray`; `value` is the array."""

    __slots__ = ("value",)

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, is_fortran, content = state
        if not isinstance(kind, _Type) or not isinstance(shape, tuple):
            raise pickle.UnpicklingError("an array without a type")
        if min(shape, default=0) < 0:
            raise pickle.UnpicklingError(f"an array of shape {shape}")
        order: Any = "F" if is_fortran else "C"
        if kind.dtype == object:
            self.value: Array = _objects(content, shape)
        else:
            # Without a copy: what is noted once may be named many times.
            self.value = np.frombuffer(content, kind.dtype).reshape(shape, order=order)


class _Reconstruct:
    """Stands in for what makes an array before its content is known."""

    __slots__ = ()

    def __call__(self, kind: Any, shape: Any, code: Any) -> _Array:
        if kind is not _Array:
            raise pickle.UnpicklingError("an array of another class")
        return _Array()


_NAMES: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("numpy.core.multiarray", "_reconstruct"): _Reconstruct(),
    ("numpy._core.multiarray", "_reconstruct"): _Reconstruct(),
}


class _Unpickler(pickle.Unpickler):
    """Follows instructions; knows no names but those of the stand-ins."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _NAMES:
            raise pickle.UnpicklingError(f"the name {module}.{name}")
        return _NAMES[module, name]

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("a reference to something outside")


def _text(value: Any) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def _objects(content: Any, shape: tuple[int, ...]) -> Array:
    """Returns a list's elements as an array of objects, whatever they are."""
    if not isinstance(content, list) or len(content) != math.prod(shape):
        raise pickle.UnpicklingError("an array that is not as long as it says")
    array = np.empty(len(content), object)
    for i, element in enumerate(content):
        array[i] = element
    return array.reshape(shape)
