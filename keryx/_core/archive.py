"""Archives from elsewhere, unpacked so that nothing can land outside of one folder.

An archive is data that may be hostile. Its members are written by this module alone,
as plain new files in a new folder that no one else writes to; what is neither a file
nor a folder is refused, and so is what unpacks to far more than it weighs.
"""

import contextlib
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, IO

from keryx._core.errors import FileError, KeryxError

# What an archive may unpack to: so many bytes, or so many times its own size.
FLOOR = 256 * 2**20
RATIO = 200
MAX_NAME = 255  # bytes of one part of a path
MAX_DEPTH = 64
# Each member costs a file system at least this, however small it is.
MEMBER = 512
HEADERS = 16 * 2**20
CHUNK = 2**20


def unpack(archive: Path, folder: Path, formats: Sequence[str]) -> None:
    """Unpacks an archive; the result takes the place of `folder` at once and whole.

    Args:
        archive: The archive.
        folder: What is made of it.
        formats: What it may be: "tar" (plain or compressed), "zip", in order of trial.

    Raises:
        FileError: If it is none of these, is damaged or unsafe, or does not fit on the
            disk. `folder` is as it was.
    """
    folder = folder.absolute()
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=f".{folder.name[:60]}."
    ) as temporary:
        new = Path(temporary, "new")
        new.mkdir()
        with _guarded(archive):
            _unpack_into(archive, new, formats)
        if folder.exists() or folder.is_symlink():
            folder.rename(Path(temporary, "old"))
        new.rename(folder)


@contextlib.contextmanager
def _guarded(archive: Path) -> Iterator[None]:
    """Turns errors about damage, which have many classes, into `FileError`s."""
    try:
        yield
    except KeryxError:
        raise
    except Exception as error:
        raise _refused(archive, f"something else ({error})") from error


def _refused(archive: Path, got: str) -> FileError:
    return FileError(
        str(archive),
        expected="an undamaged archive of plain files and folders",
        got=got,
        fix="The file may be damaged or unsafe: nothing was unpacked. Get it again "
        "from where it was made.",
    )


def _unpack_into(archive: Path, root: Path, formats: Sequence[str]) -> None:
    import zipfile

    kinds = {"tar": (_is_tar, _untar), "zip": (zipfile.is_zipfile, _unzip)}
    for kind in formats:
        is_it, take_all = kinds[kind]
        if is_it(archive):
            take_all(archive, _Sink(archive, root))
            return
    names = " or ".join(formats)
    raise FileError(
        str(archive),
        expected=f"an archive ({names})",
        got="something else",
        fix="A web page, perhaps? Look into the file, and at the URL.",
    )


class _Sink:
    """A new folder that takes in the members of an archive.

    Args:
        archive: Where they come from.
        root: The folder, empty and ours alone.
    """

    def __init__(self, archive: Path, root: Path) -> None:
        self.archive = archive
        self.root = root
        self.left = max(FLOOR, RATIO * archive.stat().st_size)

    def place(self, name: str, size: int) -> Path:
        """Returns where a member belongs, after taking its size off the budget."""
        self.left -= max(size, 0) + MEMBER
        if self.left < 0:
            raise _refused(self.archive, "one that unpacks to far more than it weighs")
        return self.root.joinpath(*_parts(name, self.archive))

    def add_folder(self, name: str) -> None:
        """Makes a folder and those above it."""
        self.place(name, 0).mkdir(parents=True, exist_ok=True)

    def add_file(self, name: str, size: int, source: IO[bytes]) -> None:
        """Writes a file of so many bytes; there must be none of its name."""
        path = self.place(name, size)
        if path == self.root or path.exists():
            raise _refused(self.archive, f"two members called {name!r}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            left = size
            while left and (chunk := source.read(min(left, CHUNK))):
                file.write(chunk)
                left -= len(chunk)
        if left or source.read(1):
            raise _refused(self.archive, f"{name!r}, which is not as long as it says")


def _parts(name: str, archive: Path) -> list[str]:
    """Returns the parts of a member's path below the root.

    Raises:
        FileError: If it leads elsewhere, on this or on another system.
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    strange = (
        name.startswith("/")
        or "\\" in name
        or ".." in parts
        or ":" in name[:2]
        or any(letter < " " or letter == "\x7f" for letter in name)
    )
    if strange:
        raise _refused(archive, f"a member called {name[:80]!r}")
    if len(parts) > MAX_DEPTH or max(map(_length, parts), default=0) > MAX_NAME:
        raise _refused(archive, f"a member with a name too long, {name[:40]!r}…")
    return parts


def _length(part: str) -> int:
    return len(part.encode(errors="surrogateescape"))


class _Metered:
    """A stream that ends in an error once it has given more than it may.

    Headers are read whole, however long they say they are: this is what bounds them.

    Args:
        stream: Where the bytes come from.
        archive: What messages call it.
    """

    def __init__(self, stream: IO[bytes], archive: Path) -> None:
        self.stream = stream
        self.archive = archive
        self.allowed = HEADERS

    def read(self, size: int) -> bytes:
        """Returns the next bytes."""
        data = self.stream.read(size)
        self.allowed -= len(data)
        if self.allowed < 0:
            raise _refused(self.archive, "one with headers that never end")
        return data


def _decompressed(archive: Path) -> Any:
    """Opens the tar inside of a compressed file, or the file itself."""
    with archive.open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.open(archive, "rb")
    if magic.startswith(b"BZh"):
        import bz2

        return bz2.open(archive, "rb")
    if magic == b"\xfd7zXZ\x00":
        import lzma

        return lzma.open(archive, "rb")
    return archive.open("rb")


def _is_tar(archive: Path) -> bool:
    import tarfile

    with _decompressed(archive) as stream:
        metered: Any = _Metered(stream, archive)
        try:
            with tarfile.open(fileobj=metered, mode="r|"):
                return True
        except (tarfile.ReadError, EOFError):
            return False


def _untar(archive: Path, sink: _Sink) -> None:
    import tarfile

    with _decompressed(archive) as stream:
        metered: Any = _Metered(stream, archive)
        # As a stream: it is read once, forwards, whatever its headers say.
        with tarfile.open(fileobj=metered, mode="r|") as opened:
            tar: Any = opened
            while member := tar.next():
                tar.members = []  # it would keep them all
                metered.allowed = HEADERS + member.size
                _take_tar_member(tar, member, sink)
                metered.allowed = HEADERS


def _take_tar_member(tar: Any, member: Any, sink: _Sink) -> None:
    kinds = {
        "a symbolic link": member.issym(),
        "a hard link": member.islnk(),
        "a named pipe": member.isfifo(),
        "a device": member.isdev(),
    }
    kind = next((kind for kind, is_it in kinds.items() if is_it), None)
    if kind is not None:
        raise _refused(sink.archive, f"{kind}, {member.name[:80]!r}")
    if member.isdir():
        sink.add_folder(member.name)
    elif member.isreg() and member.size >= 0:
        sink.add_file(member.name, member.size, tar.extractfile(member))
    else:
        raise _refused(sink.archive, f"{member.name[:80]!r}, of an unknown kind")


def _unzip(archive: Path, sink: _Sink) -> None:
    import zipfile

    with zipfile.ZipFile(archive) as file:
        members = file.infolist()
        if sum(m.compress_size for m in members) > archive.stat().st_size:
            raise _refused(archive, "members that overlap")
        for member in members:
            _take_zip_member(file, member, sink)


def _take_zip_member(file: Any, member: Any, sink: _Sink) -> None:
    # The name as the file has it: `filename` ends at a NUL.
    name, mode = member.orig_filename, member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(sink.archive, f"a link or device, {name[:80]!r}")
    if member.flag_bits & 1:
        raise _refused(sink.archive, f"{name[:80]!r}, which needs a password")
    if name.endswith("/"):
        sink.add_folder(name)
        return
    with file.open(member) as source:
        sink.add_file(name, member.file_size, source)
