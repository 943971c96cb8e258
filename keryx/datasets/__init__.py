"""The data that books and papers begin with, fetched once and kept.

The modules are loaded when they are first used: most programs use one, or none.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import (
        boston_housing as boston_housing,
        california_housing as california_housing,
        cifar10 as cifar10,
        cifar100 as cifar100,
        fashion_mnist as fashion_mnist,
        imdb as imdb,
        mnist as mnist,
        reuters as reuters,
    )

__all__ = [
    *("boston_housing", "california_housing", "cifar10", "cifar100"),
    *("fashion_mnist", "imdb", "mnist", "reuters"),
]


def __getattr__(name: str) -> ModuleType:
    """Loads a module when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """Returns the names of the modules, loaded or not."""
    return sorted(__all__)
