"""Loads the tables when the first old spelling comes up, and not before.

What is here is all that a program in today's spelling pays for: a few functions that
import the rest by name.
"""

import functools
import importlib
import sys
from types import ModuleType
from typing import Any

from keryx._core.errors import nearest
from keryx._core.hook import Hook
from keryx.dialects._names import ASSIGNABLE, ATTRIBUTES


def load(name: str) -> Any:
    """Returns one of the modules of the dialects, imported now if need be."""
    return importlib.import_module(f"keryx.dialects.{name}")


def _later(module: str, function: str) -> Any:
    """Returns a function that stands for one in a module not imported yet."""

    def call(*args: Any) -> Any:
        return getattr(load(module), function)(*args)

    return call


def install() -> None:
    """Fills the hook, and lets the public modules answer to old names."""
    Hook.translate = _later("_interpreter", "translate")
    Hook.name = _later("_strings", "named")
    Hook.attributes = ATTRIBUTES
    Hook.attribute = _later("_attributes", "get")
    Hook.assignable = ASSIGNABLE
    Hook.assign = _later("_attributes", "put")
    Hook.config = _later("_configs", "translate_config")
    Hook.training = _later("_configs_training", "translate_training")


def open_module(module: ModuleType) -> None:
    """Lets a public module answer to old names (PEP 562)."""
    vars(module).setdefault("__getattr__", functools.partial(_missing, module.__name__))


def _missing(module: str, name: str) -> Any:
    """Returns what an old name in a module means today.

    Raises:
        AttributeError: If no Keras had it there.
    """
    if not name.startswith("_") or name == "__all__":
        found = load("_modules").look_up(module, name)
        if found is not None:
            return found
    known = (word for word in dir(sys.modules[module]) if not word.startswith("_"))
    fact = f"module {module!r} has no attribute {name!r}."
    raise AttributeError(f"{fact} {nearest(name, known)}".strip(), name=name)
