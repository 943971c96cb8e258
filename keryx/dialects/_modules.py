"""Old modules and old names in today's, looked up in the tables."""

import importlib
import inspect
from functools import cache
from types import ModuleType
from typing import Any

from keryx.dialects._load import load
from keryx.dialects._tables_modules import CLASSES, LAYERS, MODULES, NAMES

# What comes before the part of a path that the tables know.
ROOTS = (
    "keras._tf_keras.keras.", "keras.api._v2.keras.", "keras.api._v1.keras.",
    "keras.api.", "keras.src.", "keras_preprocessing.", "keras_applications.",
    "tensorflow.python.keras.", "tensorflow.contrib.keras.api.keras.",
    "tensorflow.contrib.keras.python.keras.", "tensorflow.contrib.keras.",
    "tensorflow.compat.v1.keras.", "tensorflow.compat.v2.keras.",
    "tensorflow._api.v2.keras.", "tensorflow.keras.", "tf_keras.src.", "tf_keras.",
    "keras.", "keryx.",
)  # fmt: skip
_WITHIN = {"keras_preprocessing.": "preprocessing.",
           "keras_applications.": "applications."}  # fmt: skip


class LegacyModule(ModuleType):
    """An old module: its attributes are those of the modules of today it leads to."""

    def __init__(self, path: str, sources: tuple[str, ...]) -> None:
        super().__init__(f"keras.{path}", f"What was in `keras.{path}`.")
        self.__dict__["_path"], self.__dict__["_sources"] = path, sources
        self.__path__: list[str] = []  # a package, so that modules below are looked for

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") or name == "__all__":
            found = _in_sources(self._path, self._sources, name)
            if found is not None:
                return found
        raise AttributeError(
            f"module {self.__name__!r} has no attribute {name!r}", name=name
        )

    def __dir__(self) -> list[str]:
        return list(self.__all__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # `keras.layers.merge` is a module to Keras 2 and a function to Keras 1.
        return load("_legacy_merge").merge(*args, **kwargs)


def relative(path: str) -> str:
    """Returns a module's path from `keras` on.

    Example:
        >>> relative("tensorflow.keras.layers"), relative("keras.utils.np_utils")
        ('layers', 'utils.np_utils')
        >>> relative("keras.src"), relative("keras_preprocessing")
        ('', 'preprocessing')
    """
    for root in ROOTS:
        if f"{path}.".startswith(root):
            return (_WITHIN.get(root, "") + path[len(root) :]).removesuffix(".")
    return path


def legacy_module(path: str) -> ModuleType | None:
    """Returns the module that an old path means, or `None` if no Keras had it.

    Example:
        >>> legacy_module("keras.layers.convolutional").MaxPooling2D.__name__
        'MaxPooling2D'

    Args:
        path: A module's path in any Keras: "keras.layers.core",
            "tensorflow.python.keras.engine.training".

    Returns:
        One of today's modules if it has the same path there, else one whose attributes
        lead to today's.
    """
    short = relative(path)
    today = _today(short)
    if today is not None:
        return today
    return _made(short) if short in MODULES else None


@cache
def _made(short: str) -> ModuleType:
    return LegacyModule(short, MODULES[short])


@cache
def _today(short: str) -> ModuleType | None:
    """Returns a public module of today by its path from the root on."""
    if any(part.startswith("_") for part in short.split(".")):
        return None
    name = f"keryx.{short}" if short else "keryx"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise
        return None


def _source(name: str) -> ModuleType | None:
    """Returns a module that a table names; one of the dialects has a dot in front."""
    if name.startswith("."):
        try:
            return importlib.import_module(f"keryx.dialects{name}")
        except ModuleNotFoundError:
            return None
    return _today(name)


def _in_sources(path: str, sources: tuple[str, ...], name: str) -> Any:
    """Returns what a name in an old module means, or `None`."""
    if name == "__all__":
        return sorted({n for source in sources for n in _public(source)})
    if f"{path}.{name}" in MODULES:
        return _made(f"{path}.{name}")
    for source in sources:
        found = _find(source, name)
        if found is not None:
            return found
    return None


def _find(source: str, name: str) -> Any:
    """Returns a name in one of today's modules: an old one first."""
    if name in NAMES.get(source, {}) or (source == "layers" and name in CLASSES):
        return _resolved(source, name)
    module = _source(source)
    return None if module is None else getattr(module, name, None)


def _public(source: str) -> set[str]:
    module = _source(source)
    own = set() if module is None else {
        name for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }  # fmt: skip
    classes = set(CLASSES) if source == "layers" else set()
    return own | {n for n in NAMES.get(source, {}) if _resolves(source, n)} | classes


def _resolves(source: str, name: str) -> bool:
    try:
        return _resolved(source, name) is not None
    except (AttributeError, ModuleNotFoundError):
        return False


def _resolved(source: str, name: str) -> Any:
    """Returns the thing that the tables put under an old name."""
    if source == "layers" and name in CLASSES:
        return _alias(name)
    place, _, attribute = NAMES[source][name].partition(":")
    module = _source(place)
    return None if module is None else getattr(module, attribute, None)


@cache
def _alias(name: str) -> Any:
    from keryx import layers

    today, settings = CLASSES[name]
    return load("_aliases").OldName(name, getattr(layers, today), **settings)


def look_up(module: str, name: str) -> Any:
    """Returns what an old name in one of today's modules means, or `None`.

    Args:
        module: Name of the module, such as "keryx.layers".
        name: The name that it lacks; "__all__" for all names, the old ones included.
    """
    short = relative(module) if module != "keryx" else ""
    if name == "__all__":
        return sorted(_public(short))
    path = f"{short}.{name}" if short else name
    in_table = name in NAMES.get(short, {}) or (short == "layers" and name in CLASSES)
    found = _resolved(short, name) if in_table else None
    if found is None and path in MODULES:
        return _made(path)
    return found


def old_class(name: str) -> Any:
    """Returns the class that a file of an older Keras names, or `None`."""
    if name in LAYERS:
        return _resolved("layers", name)
    if name in CLASSES:
        return _alias(name).today
    return None
