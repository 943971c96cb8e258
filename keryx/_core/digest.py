"""Digests of files: whether a file is the one that was meant."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from keryx._core import check
from keryx._core.errors import ArgumentError

LENGTHS = {"sha256": 64, "md5": 32}


class Digest(NamedTuple):
    """What a file's bytes hash to.

    Attributes:
        algorithm: "sha256" or "md5".
        value: The digest, in lower-case hexadecimal digits.
    """

    algorithm: str
    value: str

    def __str__(self) -> str:
        return f"{self.algorithm} {self.value}"

    def matches(self, path: Path) -> bool:
        """Tells whether a file is the one that was meant."""
        return digest_of(path, self.algorithm) == self.value


def make_digest(value: str, algorithm: str, owner: str) -> Digest:
    """Returns the digest that `value` spells; "auto" tells which by its length.

    Raises:
        ArgumentError: If it is not a digest of this algorithm, or that is not known.
    """
    options = ("auto", *LENGTHS)
    algorithm = check.one_of(algorithm, options, "hash_algorithm", owner)
    hexadecimal = isinstance(value, str) and re.fullmatch("[0-9a-fA-F]+", value)
    for name, length in LENGTHS.items():
        if hexadecimal and algorithm in ("auto", name) and len(value) == length:
            return Digest(name, value.lower())
    wanted = list(LENGTHS) if algorithm == "auto" else [algorithm]
    forms = " or ".join(f"{LENGTHS[name]} ({name})" for name in wanted)
    raise ArgumentError(
        owner, "file_hash", expected=f"{forms} hexadecimal digits", got=value
    )


def digest_of(path: Path, algorithm: str) -> str:
    """Returns a file's digest in hexadecimal digits."""
    import hashlib

    with path.open("rb") as file:
        make = lambda: hashlib.new(algorithm, usedforsecurity=algorithm != "md5")
        return hashlib.file_digest(file, make).hexdigest()


def validate_file(
    fpath: str | os.PathLike[str],
    file_hash: str,
    algorithm: str = "auto",
    chunk_size: int = 65535,
) -> bool:
    """Tells whether a file has the digest that it should have.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "a.txt")
        >>> _ = path.write_text("hello")
        >>> validate_file(path, "5d41402abc4b2a76b9719d911017c592")
        True

    Args:
        fpath: The file.
        file_hash: The digest, in hexadecimal digits.
        algorithm: "sha256", "md5", or "auto": the one whose digests are that long.
        chunk_size: Accepted for Keras's sake: how the file is read.

    Raises:
        ArgumentError: If `file_hash` is no digest of this algorithm.
    """
    digest = make_digest(file_hash, algorithm, "validate_file")
    return digest.matches(Path(fpath))
