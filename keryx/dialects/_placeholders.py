"""Packages that are no more: their imports succeed, and complain when used."""

import sys
from types import ModuleType
from typing import Any, NoReturn

from keryx._core.errors import KeryxError

# What old programs import, often without using it, and why it is not here.
DEAD = {
    "theano": "Theano is no longer maintained",
    "cntk": "CNTK is no longer maintained",
    "pygpu": "Theano is no longer maintained",
    "tensorflow.examples": "TensorFlow's examples are no part of it any more",
    "tensorflow.python.client": "there are no sessions and devices of TensorFlow here",
    "cv2": "OpenCV is not installed (package `opencv-python`)",
    "seaborn": "it is not installed (package `seaborn`)",
    "IPython": "IPython is not installed (package `ipython`)",
}


class PlaceholderError(KeryxError, ImportError):
    """A program uses a package that is not here."""


def is_dead(name: str) -> bool:
    """Tells whether a module that was not found gets a placeholder."""
    return _package(name) is not None


def _package(name: str) -> str | None:
    return next((p for p in DEAD if name == p or name.startswith(f"{p}.")), None)


def placeholder(name: str) -> ModuleType:
    """Returns a module with every attribute, none of which can be used."""
    return Placeholder(name)


def forget() -> None:
    """Drops the placeholders that were imported."""
    for name in [n for n, m in sys.modules.items() if isinstance(m, Placeholder)]:
        del sys.modules[name]


class Placeholder(ModuleType):
    """A module in place of one that is no more."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "Nothing: the package is not here.")
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{self.__name__}.{name}"
        return KNOWN[path] if path in KNOWN else Missing(path)


class Notebook:
    """What `get_ipython()` gives in a program that was a notebook: it does nothing."""

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


# What matplotlib asks for as soon as there is an IPython.
KNOWN: dict[str, Any] = {
    "IPython.get_ipython": Notebook,
    "IPython.version_info": (8, 24, 0),
}


class Missing:
    """A name in such a module: it can be imported, and nothing else."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def _complain(self, *args: Any, **kwargs: Any) -> NoReturn:
        reason = DEAD[_package(self._name) or "theano"]
        raise PlaceholderError(
            f"`{self._name}` is used here, but {reason}.\n"
            "keryx lets programs import it, because many do so without need."
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        """Settings of a package that is not here have no effect."""

    __call__ = __getitem__ = __iter__ = __len__ = __bool__ = _complain
    __enter__ = __exit__ = _complain
    __add__ = __sub__ = __mul__ = __truediv__ = __mro_entries__ = _complain
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __neg__ = _complain
