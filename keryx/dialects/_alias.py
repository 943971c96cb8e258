"""Other names for keryx: `import keras` and its kin, served in this process."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from keryx._core.errors import KeryxError, nearest
from keryx.dialects._load import load

Maker = Callable[[], ModuleType]
# Packages that are served whole.
TOPS = ("keras", "tf_keras", "keras_preprocessing", "keras_applications", "scikeras")
# Packages of Keras that an incomplete keryx may lack; no other name is meant by these.
_LATER = ("applications", "distribution", "wrappers")


class NotServedError(KeryxError, ModuleNotFoundError):
    """A program imports what keryx does not have."""


class _State:
    """What `install` has changed."""

    finders: tuple[Any, ...] = ()
    tops: tuple[str, ...] = ()
    kept: dict[str, ModuleType] = {}
    era: Any = None


def install(era: str | None = None, *, tensorflow: bool | None = None) -> None:
    """Does what `keryx.install` says."""
    eras = load("_era")
    before = eras.in_force()
    eras.set_era(era)
    if _State.finders:
        return
    served = tensorflow if tensorflow is not None else not _is_installed("tensorflow")
    _State.era, _State.tops = before, (*TOPS, *(["tensorflow"] if served else []))
    _State.kept = {name: sys.modules[name] for name in _loaded(_State.tops)}
    for name in _State.kept:
        del sys.modules[name]
    _State.finders = (_Finder(_State.tops), _Explainer(_State.tops))
    sys.meta_path.insert(0, _State.finders[0])
    sys.meta_path.append(_State.finders[1])
    load("_neighbours").activate()


def uninstall() -> None:
    """Does what `keryx.uninstall` says."""
    if not _State.finders:
        return
    load("_neighbours").deactivate()
    sys.meta_path[:] = [f for f in sys.meta_path if f not in _State.finders]
    for name in _loaded(_State.tops):
        _forget(name)
    sys.modules.update(_State.kept)
    _State.finders, _State.kept = (), {}
    load("_placeholders").forget()
    load("_era").set_era(_State.era)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # it is loaded, and has no spec
        return True


def _loaded(tops: Sequence[str]) -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in tops]


def _forget(name: str) -> None:
    """Drops a module, and the attribute that its import left in one of keryx's."""
    module = sys.modules.pop(name)
    path, _, child = name.rpartition(".")
    if isinstance(module, load("_modules").LegacyModule):
        parent = load("_roots").module_at(path)
        if parent is not None and vars(parent).get(child) is module:
            delattr(parent, child)


class _Finder:
    """Finds the modules that keryx serves; the first to be asked."""

    def __init__(self, tops: tuple[str, ...]) -> None:
        self.tops = tops

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Returns where a module comes from, or `None`."""
        if name.partition(".")[0] not in self.tops:
            return None
        module = load("_roots").module_at(name)
        return None if module is None else spec_of(name, lambda: module)


class _Explainer:
    """Says what is missing; the last to be asked."""

    def __init__(self, tops: tuple[str, ...]) -> None:
        self.tops = (*tops, "keryx")

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Returns a placeholder for a package that is no more, or `None`.

        Raises:
            NotServedError: If the program asks for a part of Keras that is not here.
        """
        placeholders = load("_placeholders")
        if placeholders.is_dead(name):
            return spec_of(name, lambda: placeholders.placeholder(name))
        if name.partition(".")[0] in self.tops and _asked_by_program():
            # Under the full name, `from module import name` would take it for its own.
            raise NotServedError(missing(name), name=_shown(name.rpartition(".")[0]))
        return None


def _asked_by_program() -> bool:
    """Tells a program's import statement from a search for a module."""
    frame: Any = sys._getframe(2)
    while frame.f_back is not None and _is_machinery(frame.f_code.co_filename):
        frame = frame.f_back
    file = frame.f_code.co_filename
    ours = load("_report")._is_ours(file)
    return not ours and file not in (importlib.__file__, "<frozen importlib.util>")


def _is_machinery(file: str) -> bool:
    return file.startswith("<frozen importlib._")


def _shown(name: str) -> str:
    """Returns a path as the program knows it."""
    for ours, theirs in (("keryx.dialects.tensorflow", "tensorflow"),
                         ("keryx.dialects.backend", "keras.backend"),
                         ("keryx", "keras")):  # fmt: skip
        if name == ours or name.startswith(f"{ours}."):
            return theirs + name.removeprefix(ours)
    return name


def missing(name: str) -> str:
    """Returns the message for a module, or a name in one, that keryx lacks."""
    path, _, child = name.rpartition(".")
    parent = sys.modules.get(path)
    known = list(getattr(parent, "__all__", None) or dir(parent)) if parent else []
    names = [name for name in known if not name.startswith("_")]
    hint = "" if child in _LATER else nearest(child, names).strip()
    fact = f"keryx has no `{_shown(name)}`, at least not yet."
    return f"{fact}\n{hint}" if hint else fact


class _Loader:
    """Puts a ready module in place of the one that the import began."""

    def __init__(self, make: Maker) -> None:
        self.make = make

    def create_module(self, spec: ModuleSpec) -> None:
        """Leaves it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Replaces the module; the import returns what stands in `sys.modules`."""
        name = module.__name__
        sys.modules[name] = self.make()


def spec_of(name: str, make: Maker) -> ModuleSpec:
    """Returns the specification of a module that `make` returns."""
    loader: Any = _Loader(make)
    return ModuleSpec(name, loader, origin="keryx", is_package=True)
