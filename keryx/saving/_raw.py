"""Bytes of files, straight into the memory of arrays."""

import contextlib
import io
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.place import room

BLOCK = 2**22


class Window(io.RawIOBase):
    """A part of a file, as a file.

    Args:
        path: The file.
        start: Its first byte.
        size: Number of its bytes.
    """

    def __init__(self, path: Path, start: int, size: int) -> None:
        super().__init__()
        self.path, self.start, self.size = path, start, size
        self._file = path.open("rb", buffering=0)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}
        self._at = max(base[whence] + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)[: max(self.size - self._at, 0)]
        self._file.seek(self.start + self._at)
        count = self._file.readinto(view) or 0
        self._at += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def array_at(
    path: Any, start: int, shape: tuple[int, ...], dtype: Any
) -> np.ndarray[Any, Any]:
    """Returns the array whose bytes begin at `start` of a file.

    Raises:
        EOFError: If the file ends before it does.
    """
    array = room(shape, dtype)
    left = memoryview(array.reshape(-1).view(np.uint8).data)
    with open(path, "rb", buffering=0) as file:
        file.seek(start)
        while left:
            count = file.readinto(left)
            if not count:
                raise EOFError("the file ends before the array does")
            left = left[count:]
    return array


@contextlib.contextmanager
def verified(window: Window, checksum: int) -> Iterator[None]:
    """Compares a part of a file with its CRC-32, while the body of `with` runs.

    Raises:
        ValueError: After the body, if it is another.
    """
    found: list[int] = []

    def work() -> None:
        value, left = 0, window.size
        with window.path.open("rb", buffering=0) as file:
            file.seek(window.start)
            while left:
                block = file.read(min(BLOCK, left))
                if not block:
                    break
                value = zlib.crc32(block, value)
                left -= len(block)
        found.append(value)

    thread = threading.Thread(target=work, name="keryx-checksum")
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if found != [checksum]:
        raise ValueError("damaged bytes (their checksum differs)")
