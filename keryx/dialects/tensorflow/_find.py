"""What a name below `tf` means, and the modules that are made of such names."""

import importlib
import sys
from types import ModuleType
from typing import Any

from keryx.dialects import legacy_module
from keryx.dialects.tensorflow import _dtypes, _renamed
from keryx.dialects.tensorflow._names import KERAS, NAMES, SAME

ROOT = "keryx.dialects.tensorflow"


def _places() -> set[str]:
    paths = [*NAMES, *_renamed.table(), *(f"{place}.x" for place in SAME)]
    found = set()
    for path in paths:
        parts = path.split(".")[:-1]
        found |= {".".join(parts[: i + 1]) for i in range(len(parts))}
    return found


PLACES = _places()


class Place(ModuleType):
    """A module of `tf`, such as `tf.math`."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{ROOT}.{path}", f"`tf.{path}`, on keryx.")
        self.__path__: list[str] = []  # a package, so that modules below are found
        self.__dict__["_place"] = path

    def __getattr__(self, name: str) -> Any:
        return attribute(self._place, name)

    def __dir__(self) -> list[str]:
        return names(self._place)


def register() -> None:
    """Makes the modules below `tf` known to `import`."""
    for path in sorted(PLACES):
        sys.modules.setdefault(f"{ROOT}.{path}", Place(path))


def names(place: str) -> list[str]:
    """Returns the names in a place."""
    place = SAME.get(place, place)
    start = f"{place}." if place else ""
    paths = {*NAMES, *_renamed.table(), *_renamed.SAME, *PLACES}
    if not place:
        paths |= {*_dtypes.KNOWN, *KERAS, "keras"}
    below = {p.removeprefix(start) for p in paths if p.startswith(start)}
    return sorted(name for name in below if "." not in name)


def attribute(place: str, name: str) -> Any:
    """Returns what a name in a place means.

    Raises:
        AttributeError: If it is not here.
    """
    path = f"{place}.{name}" if place else name
    if not name.startswith("__"):
        found = _found(path)
        if found is not None:
            sys.modules[f"{ROOT}.{place}" if place else ROOT].__dict__[name] = found
            return found
    raise AttributeError(
        f"`tf.{path}` is not among what keryx has of TensorFlow.\n"
        "Look for it in `keras.ops` or `jax.numpy`, or install TensorFlow itself.",
        name=name,
    )


def _found(path: str) -> Any:
    if path in PLACES:
        return sys.modules[f"{ROOT}.{path}"]
    if path in NAMES:
        module, own = NAMES[path]
        return getattr(importlib.import_module(f"{ROOT}.{module}"), own)
    if path in _dtypes.KNOWN:
        return _dtypes.DType(path)
    if path == "keras" or path in KERAS:
        return legacy_module(path if path == "keras" else f"keras.{path}")
    for place, other in SAME.items():
        if path.startswith(f"{place}."):
            return _found(other + path.removeprefix(f"{place}."))
    return _renamed.look_up(path)
