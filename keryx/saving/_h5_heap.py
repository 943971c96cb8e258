"""The heaps of HDF5 files, where texts of variable length are, looked at beforehand.

The HDF5 library reads a heap for ever if a part of it has no size. A heap is a header,
"GCOL", version, its own size; then parts, each with a header that has its number and
its size. Part 0 is what is free, and its size is that with its header.

Source:
    The HDF Group, "HDF5 File Format Specification Version 3.0", III.E "Disk Format:
    Level 1E - Global Heap".
"""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAGIC = b"GCOL\x01"
BLOCK = 2**20
MAX_PARTS = 1_000_000


def damage(source: Any, width: int) -> str | None:
    """Returns what is wrong with the heaps of a file, or `None`.

    Args:
        source: Path, or binary file that can be sought in.
        width: Bytes in which the file writes sizes.
    """
    with _open(source) as file:
        size = file.seek(0, io.SEEK_END)
        left = MAX_PARTS
        for place in _places(file):
            found = _walk(file, place, size, width, left)
            if isinstance(found, str):
                return f"a heap at byte {place} with {found}"
            left -= found
    return None


@contextlib.contextmanager
def _open(source: Any) -> Iterator[Any]:
    if isinstance(source, str | Path):
        with open(source, "rb", buffering=0) as file:
            yield file
    else:
        before = source.tell()
        yield source
        source.seek(before)


def _places(file: Any) -> Iterator[int]:
    """Yields where heaps begin, or what looks like one does."""
    at, kept = 0, b""
    while True:
        file.seek(at)
        read = file.read(BLOCK)
        if not read:
            return
        block, start = kept + read, at - len(kept)
        found = block.find(MAGIC)
        while found >= 0:
            yield start + found
            found = block.find(MAGIC, found + 1)
        at, kept = at + len(read), block[1 - len(MAGIC) :]


def _walk(file: Any, place: int, size: int, width: int, left: int) -> int | str:
    """Goes through a heap as the library does; returns its parts, or what is wrong."""
    file.seek(place)
    header = _rounded(8 + width)
    total = int.from_bytes(file.read(header)[8 : 8 + width], "little")
    if not header <= total <= size - place:
        return "a size that does not fit into the file"
    file.seek(place)
    heap = file.read(total)
    at, parts = header, 0
    while at + header <= len(heap):
        number = int.from_bytes(heap[at : at + 2], "little")
        need = int.from_bytes(heap[at + 8 : at + 8 + width], "little")
        if number:
            need = header + _rounded(need)
        if not header <= need <= total - at:
            return f"a part of {need} bytes where {total - at} are left"
        at, parts = at + need, parts + 1
        if parts > left:
            return "more parts than a model can have"
    return parts


def _rounded(size: int) -> int:
    return (size + 7) // 8 * 8
