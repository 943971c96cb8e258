"""XLA's compiled programs on the disk, so that a second process need not compile.

`KERYX_COMPILATION_CACHE` names another folder, or turns it off with "off". A folder
that the user gave JAX itself is left as it is.
"""

import contextlib
import functools
import hashlib
import os
import platform
import threading
import time
from pathlib import Path

import jax

MAX_BYTES = 2 * 2**30
PRUNED = "pruned"  # a file that tells when the folder was last looked through
PERIOD = 24 * 3600  # seconds between two times


@functools.cache
def enable() -> None:
    """Turns the cache on, once a process."""
    where = os.environ.get("KERYX_COMPILATION_CACHE", "")
    given = getattr(jax.config, "jax_compilation_cache_dir", None)
    if given or where.lower() in ("off", "0", "no"):
        return
    folder = Path(where) if where else default_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # a home that cannot be written to costs compile time, no more
    if _is_due(folder):
        threading.Thread(target=prune, args=(folder,), daemon=True).start()
    settings = {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)


def prune(folder: Path, limit: int = MAX_BYTES) -> None:
    """Removes the files that were not used for longest, down to `limit` bytes."""
    with contextlib.suppress(OSError):
        found = [(file.stat(), file) for file in folder.iterdir()]
        total = sum(info.st_size for info, _ in found)
        for info, file in sorted(found, key=lambda row: row[0].st_atime):
            if total <= limit:
                break
            file.unlink(missing_ok=True)
            total -= info.st_size


def _is_due(folder: Path) -> bool:
    """Tells once a day to prune: looking through thousands of files takes long."""
    mark = folder / PRUNED
    with contextlib.suppress(OSError):
        if mark.exists() and time.time() - mark.stat().st_mtime < PERIOD:
            return False
        mark.touch()
    return True


def default_folder() -> Path:
    """Returns the folder of this machine's kind of processor and version of JAX.

    A program compiled for one processor may crash on another that shares the home.
    """
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "keryx" / "xla" / f"{jax.__version__}-{processor()}"


def processor() -> str:
    """Returns a short name of the processor's kind and features."""
    text = f"{platform.machine()} {platform.processor()}"
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        text += "".join(
            sorted({x for x in lines if x.startswith(("flags", "model name"))})
        )
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
