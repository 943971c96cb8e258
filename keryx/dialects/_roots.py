"""Which module stands behind a path in `keras`, `tensorflow` and their kin."""

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import Any

from keryx._core.errors import nearest
from keryx.dialects._era import Era, in_force
from keryx.dialects._modules import legacy_module, LegacyModule, relative, ROOTS

# What a program reads as `keras.__version__`.
VERSIONS = {Era.K1: "1.2.2", Era.K2: "2.2.5", Era.TF: "2.15.0", Era.K3: "3.15.1"}
# Paths that are another package's.
ELSEWHERE = {
    "keras_preprocessing": "keras.preprocessing",
    "keras_applications": "keras.applications",
    "scikeras.wrappers": "keras.wrappers",
}
# Trees whose modules lie deeper than the public ones.
DEEP = ("keras.src.", "tf_keras.src.", "tensorflow.python.keras.")
FACADE = "keryx.dialects.tensorflow"


def module_at(path: str) -> ModuleType | None:
    """Returns the module that is served under a path, or `None`.

    Example:
        >>> import keryx
        >>> module_at("tensorflow.keras.layers") is keryx.layers
        True
    """
    if path in ELSEWHERE:
        return legacy_module(ELSEWHERE[path])
    if f"{path}." in ROOTS:
        return _root(path)
    if _is_keras(path):
        return _keras_module(path)
    if path.partition(".")[0] == "tensorflow":
        return _tensorflow_module(path)
    return _namespace(path) if path == "scikeras" else None


def _is_keras(path: str) -> bool:
    return any(path.startswith(root) for root in ROOTS)


@cache
def _root(path: str) -> ModuleType:
    return Root(path)


def _keras_module(path: str) -> ModuleType | None:
    short = relative(path)
    if short == "backend":
        return importlib.import_module("keryx.dialects.backend")
    found = legacy_module(path)
    if found is None and any(root.startswith(f"{path}.") for root in ROOTS):
        return _namespace(path)
    if found is None and path.startswith(DEEP):
        return _deep(short)
    return found


@cache
def _deep(short: str) -> ModuleType | None:
    """Returns a module far down in Keras, whose names lie in a public one today."""
    above = short
    while above := above.rpartition(".")[0]:
        if legacy_module(f"keras.{above}") is not None:
            return LegacyModule(short, (above,))
    return None


class Root(ModuleType):
    """`keras` under one of its names: keryx, with the version of a Keras."""

    def __init__(self, name: str) -> None:
        import keryx

        super().__init__(name, keryx.__doc__)
        self.__path__: list[str] = []
        self.__file__ = keryx.__file__

    def __getattr__(self, name: str) -> Any:
        import keryx

        if name == "__version__":
            return version(self.__name__)
        if name == "__all__":
            return sorted({*_names(keryx), "backend"})
        path = f"{self.__name__}.{name}"
        if name == "backend" or f"{path}." in ROOTS:
            return importlib.import_module(path)
        if not name.startswith("__"):
            found = getattr(keryx, name, None)
            if found is not None:
                return found
        hint = nearest(name, _names(keryx))
        fact = f"module {self.__name__!r} has no attribute {name!r}, or keryx not yet."
        raise AttributeError(f"{fact} {hint}".strip(), name=name)

    def __dir__(self) -> list[str]:
        return list(self.__all__)


def _names(module: ModuleType) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


def version(root: str) -> str:
    """Returns the version that one of the names of Keras reports."""
    era = in_force() or Era.K3
    is_tf = root.startswith("tf_keras") or "tensorflow" in root
    if root.startswith("tf_keras") or (is_tf and era is not Era.K3):
        era = Era.TF
    return VERSIONS[era]


class Namespace(ModuleType):
    """A package on the way to one that is served; TensorFlow's has its other names."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            try:
                return importlib.import_module(f"{self.__name__}.{name}")
            except ModuleNotFoundError:
                if self.__name__.startswith("tensorflow"):
                    return getattr(_facade(), name)
        raise AttributeError(
            f"module {self.__name__!r} has no attribute {name!r}", name=name
        )


@cache
def _namespace(path: str) -> ModuleType:
    return Namespace(path)


def _tensorflow_module(path: str) -> ModuleType | None:
    """Returns a module of the stand-in for TensorFlow, or a package on the way."""
    if path == "tensorflow":
        return _facade()
    inner = path.removeprefix("tensorflow.")
    try:
        return importlib.import_module(f"{FACADE}.{inner}")
    except ModuleNotFoundError as error:
        if not f"{FACADE}.{inner}".startswith(error.name or "?"):
            raise
    found: Any = _facade()
    for name in inner.split("."):
        found = vars(found).get(name) if isinstance(found, ModuleType) else None
    if isinstance(found, ModuleType):
        return found
    on_the_way = any(root.startswith(f"{path}.") for root in ROOTS)
    return _namespace(path) if on_the_way else None


@cache
def _facade() -> ModuleType:
    """Returns the stand-in for TensorFlow, with its `keras`."""
    try:
        facade = importlib.import_module(FACADE)
    except ModuleNotFoundError as error:
        if error.name != FACADE:
            raise
        facade = ModuleType("tensorflow", "A place for `tensorflow.keras`.")
        facade.__path__ = []
    vars(facade)["keras"] = _root("tensorflow.keras")
    for name in ("compat", "contrib", "python"):
        if not hasattr(facade, name):
            setattr(facade, name, _namespace(f"tensorflow.{name}"))
    for name in ("compat.v1", "compat.v2"):
        place = sys.modules.get(f"{FACADE}.{name}")
        if place is not None:
            vars(place)["keras"] = _root(f"tensorflow.{name}.keras")
    return facade
