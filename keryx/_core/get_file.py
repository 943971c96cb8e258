"""Files that are fetched once and kept: the cache that Keras has too."""

import os
import re
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from keryx._core import archive, check, download
from keryx._core.digest import Digest, make_digest
from keryx._core.errors import ArgumentError, FileError, KeryxWarning

ROOT_VARIABLE = "KERAS_HOME"
TRUST_VARIABLE = "KERYX_TRUST_LOCAL_DATA"
MAX_NAME = 200  # bytes; room for endings
FORMATS = ("tar", "zip")


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Iterable[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Returns the path of a file from the network, which is downloaded once.

    The file is `cache_dir/cache_subdir/fname`. It appears there whole, and only if it
    has the digest that it should have; a download that broke off goes on where it
    stopped. An archive is unpacked beside it: to the folder `fname` if that has no
    ending, to `fname` up to its first dot and `_extracted` otherwise.

    A kept file with another digest is fetched again, unless the environment variable
    KERYX_TRUST_LOCAL_DATA is 1: then it is used, with a warning.

    Example:
        >>> import pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "here.txt").write_text("hello")
        >>> url = (folder / "here.txt").as_uri()
        >>> path = get_file("kept.txt", url, cache_dir=folder)
        >>> pathlib.Path(path).relative_to(folder).as_posix()
        'datasets/kept.txt'

    Args:
        fname: Name of the kept file, without a path; by default, the URL's last part.
        origin: The URL. As in Keras it may start with "file:" as well: it is yours to
            give, so do not take it from a file or from someone else.
        untar: Whether to unpack the file, a tar.
        md5_hash: An MD5 digest; `file_hash` is its newer name.
        file_hash: What the file hashes to, in hexadecimal digits.
        cache_subdir: Folder below `cache_dir`.
        hash_algorithm: "sha256", "md5", or "auto": the one whose digests are that long.
        extract: Whether to unpack the file.
        archive_format: What kind of archive it is: "tar", "zip", several in order of
            trial, or "auto" for all. `None`: it is not unpacked.
        cache_dir: Where kept files are; by default, the folder in the environment
            variable KERAS_HOME, or `~/.keras`.
        force_download: Whether to download even what is there.

    Returns:
        Path of the file, or of the folder that it was unpacked to.

    Raises:
        ArgumentError: If the URL, the name or the digest can be none.
        FileError: If the file cannot be had, has another digest, or is an archive that
            is damaged or unsafe. Departs from Keras: which unpacks links, leaves a
            damaged download in place, and returns the name of a folder that does not
            exist for a file that is no archive.
    """
    url = _checked_url(origin)
    formats = ("tar",) if untar and not extract else _formats(archive_format)
    unpacks = bool((untar or extract) and formats)
    value = file_hash or md5_hash
    algorithm = hash_algorithm if file_hash else "md5"
    digest = make_digest(value, algorithm, "get_file") if value else None
    name = _name_of(url) if fname is None else _checked_name(fname)
    if not unpacks:
        path = home(cache_dir, cache_subdir, name) / name
        provide(path, url, digest, fresh=force_download)
        return str(path)
    packed, folder = _archive_names(name, inferred=fname is None)
    path = home(cache_dir, cache_subdir, packed) / packed
    return str(
        _unpacked(path, path.with_name(folder), url, digest, formats, force_download)
    )


def home(
    cache_dir: str | os.PathLike[str] | None = None,
    cache_subdir: str = "datasets",
    name: str = "",
) -> Path:
    """Returns the folder of kept files, which may not exist yet.

    The default one is in the system's folder for temporary files if it cannot be
    written to and does not have the file `name`.
    """
    if cache_dir is not None:
        return Path(os.fspath(cache_dir)).expanduser() / cache_subdir
    root = Path(os.environ.get(ROOT_VARIABLE) or "~/.keras").expanduser()
    if _is_writable(root) or (name and (root / cache_subdir / name).exists()):
        return root / cache_subdir
    return _fallback() / cache_subdir


def _fallback() -> Path:
    """Returns the root where the usual one cannot be written to."""
    # Departs from Keras: a folder of one's own, not one that any user can make.
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    return Path(tempfile.gettempdir(), f".keras{user}")


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def is_trusting() -> bool:
    """Tells whether the user takes kept files for what their names say."""
    value = os.environ.get(TRUST_VARIABLE, "").strip().lower()
    return value in ("1", "true", "yes", "on")


def is_usable(path: Path, digest: Digest | None) -> bool:
    """Tells whether there is a file that has its digest, or that the user trusts."""
    if not path.is_file():
        return False
    if digest is None or digest.matches(path):
        return True
    if not is_trusting():
        return False
    warn_of_trust(path, f"whose digest is not the expected {digest}")
    return True


def warn_of_trust(path: Path, why: str) -> None:
    """Says that a file is used because the user told to."""
    warnings.warn(
        f"using {path}, {why}, because {TRUST_VARIABLE} is set.",
        KeryxWarning,
        stacklevel=2,
    )


def provide(
    path: Path, url: str, digest: Digest | None, *, fresh: bool = False
) -> bool:
    """Sees to it that a file is there; returns whether it had to be downloaded.

    Raises:
        FileError: If it cannot be had.
    """
    if not fresh and is_usable(path, digest):
        return False
    try:
        _make_folder(path.parent)
        download.fetch(url, path, digest, fresh=fresh)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        raise _unavailable(path, url, digest, error) from error
    return True


def _make_folder(folder: Path) -> None:
    """Makes a folder; of those for temporary files, takes none of another user."""
    folder.mkdir(parents=True, exist_ok=True)
    if _fallback() in folder.parents:
        _fallback().chmod(0o700)  # fails unless it is ours


def _unavailable(
    path: Path, url: str, digest: Digest | None, error: Exception
) -> FileError:
    """Returns what to say when a file cannot be downloaded."""
    has_file = path.is_file()
    told = f" ({digest})" if digest else ""
    fix = f"Without a network: put the file by hand at {path}{told}."
    if digest is not None:
        which = "The file there has another digest: to use it all the same"
        fix += f"\n{which if has_file else 'To use a copy with another digest'}, set "
        fix += f"the environment variable {TRUST_VARIABLE}=1."
    return FileError(
        "`get_file`",
        expected=f"to download {url}",
        got=f"{type(error).__name__}: {error}",
        fix=fix,
    )


def _unpacked(
    path: Path,
    folder: Path,
    url: str,
    digest: Digest | None,
    formats: tuple[str, ...],
    fresh: bool,
) -> Path:
    """Sees to it that a file is there and unpacked; returns the folder."""
    if not fresh and folder.is_dir() and not path.exists() and is_trusting():
        warn_of_trust(folder, "whose archive is not there")
        return folder
    is_new = provide(path, url, digest, fresh=fresh)
    if is_new or not folder.is_dir():
        archive.unpack(path, folder, formats)
    return folder


def _archive_names(name: str, *, inferred: bool) -> tuple[str, str]:
    """Returns what Keras calls an archive and the folder that it is unpacked to."""
    stem, dot, _ = name.partition(".")
    if inferred or not dot:
        return f"{name}_archive", name
    return name, f"{stem}_extracted"


def _formats(archive_format: Any) -> tuple[str, ...]:
    """Returns the kinds of archive to try.

    Raises:
        ArgumentError: If one is not known.
    """
    if archive_format is None:
        return ()
    if isinstance(archive_format, str):
        archive_format = (archive_format,)
    options = ("auto", *FORMATS)
    given = [
        check.one_of(entry, options, "archive_format", "get_file")
        for entry in archive_format
    ]
    return FORMATS if "auto" in given else tuple(given)


def _checked_url(origin: Any) -> str:
    """Returns a URL that may be fetched.

    Raises:
        ArgumentError: If it is none.
    """
    told = "a URL that starts with https, http or file"
    if not isinstance(origin, str) or not origin:
        raise ArgumentError("get_file", "origin", expected=told, got=origin)
    scheme = urlsplit(origin).scheme
    if scheme not in ("https", "http", "file") or re.search(r"[\x00-\x20]", origin):
        raise ArgumentError("get_file", "origin", expected=told, got=origin)
    return origin


def _name_of(url: str) -> str:
    """Returns a file's name from its URL, which may not lead to another folder.

    Raises:
        ArgumentError: If it has none.
    """
    last = re.split(r"[/\\]", unquote(urlsplit(url).path))[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", last)
    if name in ("", ".", "..") or len(name.encode()) > MAX_NAME:
        raise ArgumentError(
            "get_file",
            "fname",
            expected="given, as the URL does not end in a usable name",
            got=None,
        )
    return name


def _checked_name(fname: str | os.PathLike[str]) -> str:
    """Returns the name of a file in the cache.

    Raises:
        ArgumentError: If it is a path, or nothing that every system can store.
    """
    name = os.fspath(fname)
    usable = (
        isinstance(name, str)
        and name not in ("", ".", "..")
        and not re.search(r'[\x00-\x1f\x7f<>:"|?*/\\]', name)
        and len(name.encode()) <= MAX_NAME
    )
    if not usable:
        raise ArgumentError(
            "get_file",
            "fname",
            expected="the name of a file, not a path",
            got=fname,
            fix="Say with `cache_dir` and `cache_subdir` which folder it is in.",
        )
    return name
