"""Notices what a file makes a process do: programs, sockets, files, memory."""

import ctypes
import os
import select
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.files.hostile.configs import MARK

# What the interpreter reports (PEP 578), and no file may cause.
_EVENTS = (
    *("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("subprocess.Popen", "pty.spawn", "socket.", "urllib.Request", "ftplib.", "http."),
    *("pickle.find_class", "ctypes.dlopen", "webbrowser.open", "os.putenv"),
)
_WRITES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink",
           "os.chmod", "os.chown", "os.truncate", "shutil.", "tempfile.")  # fmt: skip
_OPEN, _CHANGE = 0x20, 0x2 | 0x40 | 0x80 | 0x100 | 0x200  # of inotify


class Late(BaseException):
    """Something takes too long."""


class Watch:
    """Collects what happens between `start` and `stop`.

    Args:
        outside: A folder of which no file may be opened.
        around: Folders in which nothing may change.
        allowed: Folders below which files may be made and opened.
    """

    def __init__(self, outside: Path, around: list[Path], allowed: list[Path]) -> None:
        self.outside = str(outside)
        self.allowed = [str(folder) for folder in allowed]
        self.seen: list[str] = []
        self.on = False
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.handle = self.libc.inotify_init1(os.O_NONBLOCK)
        for folder, mask in [
            *((f, _OPEN | _CHANGE) for f in (outside, outside / "saved_model")),
            *((f, _CHANGE) for f in around),
        ]:
            if self.libc.inotify_add_watch(self.handle, str(folder).encode(), mask) < 0:
                raise OSError(ctypes.get_errno(), "inotify")
        sys.addaudithook(self._audit)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            self._opened(*args)
        elif (
            event.startswith(_EVENTS)
            or (event.startswith(_WRITES) and not self._inside(args[0]))
            or (event in ("exec", "compile", "marshal.loads") and MARK in repr(args))
        ):
            self.seen.append(f"{event}{args!r}"[:200])

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        elsewhere = str(path).startswith(self.outside)
        if elsewhere or (writing and not self._inside(path)):
            self.seen.append(f"open({path!r}, {mode!r})"[:200])

    def _inside(self, path: Any) -> bool:
        if isinstance(path, int) or str(path).startswith("/proc/self/"):
            return True
        full = os.path.abspath(os.fspath(path))
        return any(os.fsdecode(full).startswith(folder) for folder in self.allowed)

    def _events(self) -> Iterator[str]:
        while select.select([self.handle], [], [], 0)[0]:
            content = os.read(self.handle, 65536)
            while content:
                _, mask, _, size = struct.unpack_from("iIII", content)
                name = content[16 : 16 + size].rstrip(b"\0").decode(errors="replace")
                yield f"inotify {mask:#x} {name!r}"
                content = content[16 + size :]

    def start(self) -> None:
        list(self._events())
        self.seen = []
        self.on = True

    def stop(self) -> list[str]:
        """Returns what was seen that no file may cause."""
        self.on = False
        return [*self.seen, *self._events()]


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raises `Late` in what takes longer."""

    def late(number: int, frame: Any) -> None:
        raise Late

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _status(name: str) -> int:
    """Returns a number of bytes from what the system knows about this process."""
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def memory() -> int:
    """Returns the bytes in memory now, and begins to look for the most."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return _status("VmRSS")


def most_memory() -> int:
    """Returns the most bytes in memory since `memory` was called."""
    return _status("VmHWM")
