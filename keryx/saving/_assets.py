"""Vocabularies, which a model's file has as texts beside the weights."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keryx._core.errors import FileError, KeryxError
from keryx.saving._layout import places

FOLDER, FILE = "assets", "vocabulary.txt"
MOST = 1000  # in a file
_NAME = re.compile(rf"{FOLDER}(/[A-Za-z0-9_]+)+/{re.escape(FILE)}")


def is_name(name: str) -> bool:
    """Tells whether a vocabulary may have this name in a file."""
    return _NAME.fullmatch(name) is not None


def found(model: Any) -> dict[str, Any]:
    """Returns the layers that may have a vocabulary by its name in a file."""
    return {
        f"{FOLDER}/{place.path}/{FILE}": place.owner
        for place in places(model)
        if hasattr(place.owner, "load_asset")
    }


def collect(model: Any) -> dict[str, bytes]:
    """Returns the vocabularies that the configuration does not hold."""
    texts = {name: layer.asset() for name, layer in found(model).items()}
    return {
        name: text.encode("utf-8", "surrogateescape")
        for name, text in texts.items()
        if text is not None
    }


def refuse(model: Any, where: str) -> None:
    """Refuses a kind of file that has no place for vocabularies.

    Raises:
        FileError: If the model has some that the configuration does not hold.
    """
    names = [layer.name for name, layer in found(model).items() if layer.asset()]
    if names:
        raise FileError(
            where,
            expected="a model without adapted vocabularies, in this kind of file",
            got=f"layers {', '.join(map(repr, names))}",
            fix="Save it as `.keras`, or pass the words as `vocabulary=...`.",
        )


def owners(model: Any, names: Iterable[str], path: Path) -> list[tuple[str, Any]]:
    """Returns the layers that the vocabularies of a file belong to.

    Raises:
        FileError: If one belongs to none.
    """
    known = found(model)
    for name in names:
        if name not in known:
            raise FileError(
                f"{name} in {path}",
                expected="vocabularies of the model's layers",
                got="one that belongs to none",
            )
    return [(name, known[name]) for name in names]


def put_back(layer: Any, content: bytes, name: str, path: Path) -> None:
    """Gives a layer its vocabulary.

    Raises:
        FileError: If it is none.
    """
    try:
        layer.load_asset(content.decode("utf-8", "surrogateescape"))
    except (KeryxError, ValueError) as error:
        raise FileError(
            f"{name} in {path}", expected="a vocabulary", got=f"{error}"
        ) from error
