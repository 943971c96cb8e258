"""Builds and loads the kernels written in C, where processor and system allow it.

They are compiled once a machine, in some seconds, by the C compiler found there, and
kept in the user's cache. Without the tile unit, a compiler or a second chance to write
the cache everything is computed by XLA alone. `KERYX_KERNELS=off` does that on purpose.
"""

import contextlib
import ctypes
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import jax

FOLDER = Path(__file__).parent
SOURCES = [FOLDER / f"_{name}.c" for name in ("tiles", "updates", "passes")]
HEADER = FOLDER / "_kernels.h"
TARGETS = (
    *("keryx_convolution", "keryx_kernel_gradient"),
    *("keryx_adam", "keryx_rmsprop"),
    *("keryx_biased_relu", "keryx_relu_gradient"),
    *("keryx_max_pool", "keryx_put_back"),
)
FLAGS = (
    *("-O3", "-shared", "-fPIC", "-std=gnu11"),
    *("-mavx512f", "-mavx512bw", "-mavx512vl", "-mamx-tile", "-mamx-bf16"),
)
PATIENCE = 60.0  # seconds


@functools.cache
def available() -> bool:
    """Whether the kernels are at hand; the first call builds and registers them."""
    if not _has_tiles() or os.environ.get("KERYX_KERNELS", "").lower() in ("off", "0"):
        return False
    if jax.default_backend() != "cpu" or jax.device_count() > 1:
        return False
    library = _library()
    if library is None or library.keryx_request_tiles() != 0:
        return False
    for name in TARGETS:
        capsule = jax.ffi.pycapsule(getattr(library, name))
        jax.ffi.register_ffi_target(name, capsule, platform="cpu")
    return True


def _has_tiles() -> bool:
    """Whether Linux reports the tile unit."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    with contextlib.suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
        return {"amx_tile", "amx_bf16", "avx512bw", "avx512vl"} <= set(flags.split())
    return False


def _library() -> ctypes.CDLL | None:
    """Returns the compiled kernels, or `None` if they cannot be had."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    headers = jax.ffi.include_dir()
    if not compiler:
        return None
    key = hashlib.blake2b(digest_size=8)
    for file in (HEADER, *SOURCES):
        key.update(file.read_bytes())
    key.update(f"{FLAGS} {compiler} {jax.__version__}".encode())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "keryx" / "kernels" / f"{key.hexdigest()}.so"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                made = Path(folder) / path.name
                command = [
                    compiler,
                    *FLAGS,
                    f"-I{headers}",
                    *map(str, SOURCES),
                    "-o",
                    str(made),
                ]
                subprocess.run(
                    command, check=True, capture_output=True, timeout=PATIENCE
                )
                made.replace(path)
        return ctypes.CDLL(str(path))
    return None
