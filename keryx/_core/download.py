"""Files from the network: resumed where they broke off, checked before they appear."""

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, IO
from urllib.parse import quote, urlsplit

from keryx._core import config
from keryx._core.digest import Digest, digest_of
from keryx._core.errors import FileError

TIMEOUT = 30.0  # seconds without a byte
TRIES = 4  # transfers in a row that bring nothing new
MAX_TRANSFERS = 50
CHUNK = 2**17


class InterruptedTransfer(OSError):
    """The connection broke off in the middle of a file."""


def fetch(url: str, target: Path, digest: Digest | None, *, fresh: bool) -> None:
    """Downloads a file; it appears at once, whole and checked.

    What has arrived is kept beside it as `name.part` and carried on with the next time,
    if a digest or the server can tell that the rest belongs to it.

    Args:
        url: Where it is; http, https or file.
        target: Where it goes; the folder exists.
        digest: What it must hash to, if that is known.
        fresh: Whether to leave parts of earlier tries aside.

    Raises:
        FileError: If it hashes to something else, or does not fit on the disk.
        OSError: If the network or the server does not give it.
    """
    with _part_of(target, url, digest) as part:
        if fresh:
            part.restart()
        resumed = part.size > 0
        _receive(part, target.name)
        if resumed and not part.is_meant():
            part.restart()
            _receive(part, target.name)
        if not part.is_meant():
            part.restart()
            raise FileError(
                url,
                expected=f"a file with {digest}",
                got=f"one with {part.last_digest}",
                fix="The file on the server is another one now, or was changed on the "
                "way. Nothing was kept.",
            )
        part.finish(target)


class _Part:
    """The bytes of a file that have arrived, and what tells where they are from.

    Args:
        path: Where they are.
        file: The same, open.
        url: Where they are from.
        digest: What the whole must hash to.
    """

    def __init__(
        self, path: Path, file: IO[bytes], url: str, digest: Digest | None
    ) -> None:
        self.path = path
        self.file = file
        self.url = url
        self.digest = digest
        self.note = path.with_name(path.name + ".json")
        self.last_digest = ""
        self.validator = self._read_note()

    @property
    def size(self) -> int:
        """Number of bytes that have arrived."""
        return self.file.seek(0, os.SEEK_END)

    def _read_note(self) -> str:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            note = json.loads(self.note.read_text())
            if note.get("url") == self.url:
                return str(note.get("validator") or "")
        return ""

    def remember(self, validator: str) -> None:
        """Keeps what the server calls this version of the file."""
        self.validator = validator
        if validator:
            self.note.write_text(json.dumps({"url": self.url, "validator": validator}))

    def restart(self) -> None:
        """Forgets all bytes."""
        self.file.truncate(0)
        self.validator = ""
        self.note.unlink(missing_ok=True)

    def is_meant(self) -> bool:
        """Tells whether the file is the one that was meant, as far as is known."""
        self.file.flush()
        if self.digest is None:
            return True
        value = digest_of(self.path, self.digest.algorithm)
        self.last_digest = str(self.digest._replace(value=value))
        return value == self.digest.value

    def finish(self, target: Path) -> None:
        """Gives the file its name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.path.replace(target)
        self.note.unlink(missing_ok=True)


@contextlib.contextmanager
def _part_of(target: Path, url: str, digest: Digest | None) -> Iterator[_Part]:
    """Opens the part that an earlier try has left, unless another process writes to it.

    Then this one has a part of its own, which is not kept.
    """
    path = target.with_name(target.name + ".part")
    file = _open_alone(path)
    own = file is None
    if file is None:
        path = target.with_name(f".{secrets.token_hex(6)}.part")
        file = path.open("xb")
    with file:
        part = _Part(path, file, url, digest)
        try:
            yield part
        finally:
            if own or not (path.exists() and part.size):
                path.unlink(missing_ok=True)
                part.note.unlink(missing_ok=True)


def _open_alone(path: Path) -> IO[bytes] | None:
    """Opens a file that no other process writes to; `None` if one does."""
    while True:
        file = path.open("ab")
        if not _lock(file):
            file.close()
            return None
        # While we waited for it, it may have got its final name.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()


def _lock(file: IO[bytes]) -> bool:
    """Locks a file until it is closed; returns whether no other process has."""
    try:
        import fcntl
    except ImportError:  # Windows does not let two write to one file
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _receive(part: _Part, name: str) -> None:
    """Transfers what is missing, in several goes if need be."""
    if urlsplit(part.url).scheme == "file":
        _copy(part)
        return
    best = failures = 0
    for _ in range(MAX_TRANSFERS):
        try:
            _transfer(part, name)
            return
        except InterruptedTransfer:
            failures = 0 if part.size > best else failures + 1
            best = max(best, part.size)
            if failures >= TRIES:
                raise
            time.sleep(min(2.0, 0.1 * 2**failures))
    raise InterruptedTransfer(f"the connection broke off {MAX_TRANSFERS} times")


def _copy(part: _Part) -> None:
    from urllib.request import url2pathname

    split = urlsplit(part.url)
    source = Path(url2pathname(split.path))
    if split.netloc not in ("", "localhost") or not source.is_file():
        raise FileNotFoundError(f"{source} is not a file of this machine")
    part.restart()
    with source.open("rb") as file:
        shutil.copyfileobj(file, part.file)


def _transfer(part: _Part, name: str) -> None:
    """Transfers what is missing, in one go.

    Raises:
        InterruptedTransfer: If the connection breaks off in the middle.
        OSError: If there is none, or the server refuses.
    """
    if not part.validator and part.digest is None:
        part.restart()  # nothing could tell whether the rest belongs to it
    with _opened(part) as response:
        start = _start(response, part)
        if start != part.size:
            part.restart()
        part.remember(_validator(response))
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdigit() else None
        _check_room(part.path, (total or 0) - start)
        with _progress(name, part.url, start, total) as advance:
            for chunk in _chunks(response):
                part.file.write(chunk)
                advance(len(chunk))
        if total is not None and part.size != total:
            raise InterruptedTransfer(f"only {part.size} of {total} bytes arrived")


def _opened(part: _Part) -> Any:
    """Asks for what is missing; returns the response."""
    from urllib.error import HTTPError
    from urllib.request import Request

    # Anything but ASCII has to be escaped; what is escaped already stays as it is.
    request = Request(quote(part.url, safe="%/:=&?~#+!$,;'@()*[]"))
    request.add_header("User-Agent", "keryx")
    if part.size:
        request.add_header("Range", f"bytes={part.size}-")
        if part.validator:
            request.add_header("If-Range", part.validator)
    try:
        return _opener().open(request, timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416 and part.size:  # there is nothing after what we have
            part.restart()
            raise InterruptedTransfer("the server has another file now") from None
        raise


def _opener() -> Any:
    """Returns what opens URLs, and does not follow a redirection to a less safe one."""
    from urllib.error import URLError
    from urllib.request import build_opener, HTTPRedirectHandler

    class Redirect(HTTPRedirectHandler):
        def redirect_request(
            self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str
        ) -> Any:
            ranks = {"http": 1, "https": 2}
            there = ranks.get(urlsplit(newurl).scheme.lower(), 0)
            if there < ranks[urlsplit(req.full_url).scheme]:
                raise URLError(f"the server redirects to {newurl}, which is less safe")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(Redirect)


def _start(response: Any, part: _Part) -> int:
    """Returns the place in the file at which a response starts.

    Raises:
        InterruptedTransfer: If it is neither the file's beginning nor what we lack.
    """
    if response.status != 206:
        return 0
    told, size = response.headers.get("Content-Range", ""), part.size
    same = not part.validator or _validator(response) in ("", part.validator)
    if not same or not told.startswith(f"bytes {size}-"):
        part.restart()
        raise InterruptedTransfer(f"the server sent {told!r} of another file")
    return size


def _validator(response: Any) -> str:
    """Returns what the server calls this version of the file, or ""."""
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return str(tag)
    return str(response.headers.get("Last-Modified", ""))


def _check_room(path: Path, size: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if size > free:
        raise FileError(
            str(path.parent),
            expected=f"room for {size / 2**20:.0f} MiB",
            got=f"{free / 2**20:.0f} MiB",
            fix="Free some space, or choose another folder with `cache_dir` or the "
            "environment variable KERAS_HOME.",
        )


def _chunks(response: Any) -> Iterator[bytes]:
    """Yields what a response brings.

    Raises:
        InterruptedTransfer: If the connection breaks off.
    """
    from http.client import HTTPException

    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except (HTTPException, OSError) as error:
        raise InterruptedTransfer(f"the connection broke off ({error!r})") from error


@contextlib.contextmanager
def _progress(
    name: str, url: str, done: int, total: int | None
) -> Iterator[Callable[[int], None]]:
    """Shows how far a download is; yields what is told how many bytes came."""
    if sys.stdout is None:
        yield lambda size: None
        return
    from rich import progress
    from rich.console import Console

    console = Console(file=sys.stdout)
    live = console.is_terminal or console.is_jupyter
    if not (live and config.is_interactive_logging_enabled()):
        size = "" if total is None else f" ({total / 2**20:.1f} MiB)"
        print(f"Downloading {url}{size}", flush=True)
        yield lambda size: None
        return
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=total, completed=done)
        yield lambda size: bar.advance(task, size)
