"""Weights in the safetensors format: a header of JSON, then plain arrays.

Source:
    https://huggingface.co/docs/safetensors: eight bytes with the length of the header,
    the header, the bytes of all arrays without gaps.
"""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx._core import files
from keryx._core.errors import FileError
from keryx.saving import _by_place, _raw
from keryx.saving._layout import places
from keryx.saving._restore import Array, Stored

MAX_HEADER = 100 * 2**20  # bytes; the format's own limit
_TYPES = {
    **{"BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16"},
    **{"U32": "uint32", "I32": "int32", "U64": "uint64", "I64": "int64"},
    **{"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"},
    **{"F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"},
}
_NAMES = {dtype: name for name, dtype in _TYPES.items()}


def save(model: Any, path: Path) -> None:
    """Writes a model's weights, and its optimizer's state if it is compiled."""
    arrays = {
        f"{place.group}/{name}": array
        for place in places(model)
        for name, array in _by_place.arrays(place).items()
    }
    header: dict[str, Any] = {"__metadata__": {"format": "keryx"}}
    end = 0
    for name, array in arrays.items():
        start, end = end, end + math.prod(array.shape) * jnp.dtype(array.dtype).itemsize
        header[name] = {
            "dtype": _type_name(name, array),
            "shape": list(array.shape),
            "data_offsets": [start, end],
        }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with files.replacing(path) as part, part.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(np.asarray(array)).tobytes())


def _type_name(name: str, array: Any) -> str:
    dtype = jnp.dtype(array.dtype).name
    if dtype not in _NAMES:
        raise FileError(
            f"array {name!r}", expected="a type that safetensors has", got=dtype
        )
    return _NAMES[dtype]


def load(model: Any, path: Path, *, skip_mismatch: bool = False) -> None:
    """Reads a model's weights, and its optimizer's state if both have one.

    Raises:
        FileError: If an array is missing, of another shape, or belongs nowhere, or the
            header is not that of the file.
    """
    _by_place.put_back(model, contents(path), str(path), skip_mismatch=skip_mismatch)


def contents(path: Path) -> dict[str, Stored]:
    """Returns the arrays of a file by name, not read yet.

    Raises:
        FileError: If the header does not describe exactly the bytes of the file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(MAX_HEADER, size - 8):
            raise _refused(path, f"a header of {length} bytes in a file of {size}")
        text = file.read(length)
    try:
        header = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"a header that is no JSON ({error})") from error
    if not isinstance(header, dict):
        raise _refused(path, f"a header that is a {type(header).__name__}")
    header.pop("__metadata__", None)
    rows = {name: _row(path, name, row) for name, row in header.items()}
    _check_gaps(path, rows, size - 8 - length)
    start = 8 + length
    return {
        name: Stored(shape, dtype, _reader(path, start + begin, shape, dtype), True)
        for name, (shape, dtype, begin, _) in rows.items()
    }


Row = tuple[tuple[int, ...], np.dtype[Any], int, int]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _row(path: Path, name: str, row: Any) -> Row:
    """Returns shape, type, first and last byte of an array in the header."""
    what = f"a header with a damaged entry {name!r}"
    if not isinstance(row, dict) or set(row) != {"dtype", "shape", "data_offsets"}:
        raise _refused(path, what)
    shape, offsets = row["shape"], row["data_offsets"]
    numbers = [shape, offsets]
    whole = all(
        isinstance(part, list) and all(type(n) is int and n >= 0 for n in part)
        for part in numbers
    )
    known = isinstance(row["dtype"], str) and row["dtype"] in _TYPES
    if not whole or len(offsets) != 2 or not known:
        raise _refused(path, what)
    dtype = jnp.dtype(_TYPES[row["dtype"]])
    if offsets[1] - offsets[0] != math.prod(shape) * dtype.itemsize:
        raise _refused(path, f"{name!r} of another size than its shape has")
    return tuple(shape), dtype, offsets[0], offsets[1]


def _check_gaps(path: Path, rows: dict[str, Row], size: int) -> None:
    """Refuses arrays that overlap, leave gaps, or end where the file does not."""
    ends = sorted((begin, end) for *_, begin, end in rows.values())
    edges = [(0, 0), *ends, (size, size)]
    for (_, before), (begin, _) in itertools.pairwise(edges):
        if before != begin:
            raise _refused(path, f"arrays that do not fill its {size} bytes")


def _reader(
    path: Path, start: int, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Any:
    def read() -> Array:
        try:
            return _raw.array_at(path, start, shape, dtype)
        except EOFError as error:
            raise _refused(path, "fewer bytes than before") from error

    return read


def _refused(path: Path, got: str) -> FileError:
    return FileError(
        str(path),
        expected="a safetensors file, header and arrays of one size",
        got=got,
        fix="The file may be damaged or unsafe: get it again from where it was made.",
    )
