"""Files that are either the old one or the new one, never half of either."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yields a temporary path beside `path`; on success it takes the place of `path`.

    The new bytes are on the disk before the name changes. If the body raises, the
    temporary file is removed and `path` stays as it was.
    """
    target = Path(path)
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name[:200]}.", suffix=".part"
    )
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _sync(part)
        mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
        part.chmod(mode & 0o777)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    """Flushes a file's or, where the system allows it, a folder's bytes to the disk."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
