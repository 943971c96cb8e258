"""Changes to modules of other packages, each of which can be taken back."""

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

from keryx.dialects import _report

ABSENT = object()
Patch = Callable[[ModuleType], None]


class _Undo:
    """What was replaced: owner, name, old value."""

    changes: list[tuple[Any, str, Any]] = []


def replace(owner: Any, name: str, value: Any) -> None:
    """Sets an attribute until `restore` is called."""
    _Undo.changes.append((owner, name, vars(owner).get(name, ABSENT)))
    setattr(owner, name, value)


def restore() -> None:
    """Gives all attributes back what they were."""
    while _Undo.changes:
        owner, name, old = _Undo.changes.pop()
        if old is ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, old)


def open_names(module: ModuleType, table: dict[str, str]) -> None:
    """Lets a module answer to old names, which a table leads to places of today."""
    before = vars(module).get("__getattr__")

    def find(name: str) -> Any:
        if name in table:
            place = table[name]
            _report.note(f"{module.__name__}.{name}", spelled(place))
            return resolve_name(place)
        if before is not None:
            return before(name)
        raise AttributeError(
            f"module {module.__name__!r} has no attribute {name!r}", name=name
        )

    replace(module, "__getattr__", find)


def spelled(place: str) -> str:
    """Returns a place as a program would write it.

    Example:
        >>> spelled("builtins:float"), spelled("collections.abc:Mapping")
        ('float', 'collections.abc.Mapping')
    """
    return place.replace(":", ".").removeprefix("builtins.")


class PatchFinder:
    """Changes modules right after they are imported."""

    def __init__(self, patches: dict[str, Patch]) -> None:
        self.patches = patches

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Returns a module's specification, with a loader that changes it."""
        if name not in self.patches:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(name, path, target)
            if spec is not None and spec.loader is not None:
                loader: Any = _PatchLoader(spec.loader, self.patches[name])
                spec.loader = loader
                return spec
        return None


class _PatchLoader:
    """Loads a module as another loader does, and changes it."""

    def __init__(self, inner: Any, patch: Patch) -> None:
        self.inner = inner
        self.patch = patch

    def create_module(self, spec: ModuleSpec) -> Any:
        """Leaves it to the other loader."""
        return self.inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the module's code, then the change."""
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self.inner
        self.inner.exec_module(module)
        self.patch(module)
