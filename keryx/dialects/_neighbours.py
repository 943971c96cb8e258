"""Names of other packages that old programs use and that are gone. Tables.

They work while `keryx run` or `keryx.install` is in force, with a warning at each place
that uses one, as old names of Keras do.
"""

import functools
import importlib
import sys
from types import ModuleType
from typing import Any

from keryx.dialects import _report
from keryx.dialects._load import load
from keryx.dialects._neighbours_patch import open_names, Patch, PatchFinder, restore

_OLD_SKLEARN = "keryx.dialects._neighbours_sklearn:"
_OLD_IMAGES = "keryx.dialects._neighbours_images:"
# Functions of NumPy that SciPy had as well.
_NUMPY_IN_SCIPY = (
    "arange", "array", "asarray", "concatenate", "cos", "dot", "exp", "eye", "float32",
    "float64", "hstack", "interp", "linspace", "log", "log2", "log10", "max", "mean",
    "min", "ones", "pi", "power", "reshape", "sin", "sqrt", "std", "sum", "transpose",
    "var", "vstack", "where", "zeros",
)  # fmt: skip

# Old names in modules that still exist, and where they lead.
NAMES: dict[str, dict[str, str]] = {
    "numpy": {
        "float": "builtins:float",
        "int": "builtins:int",
        "bool": "builtins:bool",
        "object": "builtins:object",
        "str": "builtins:str",
        "complex": "builtins:complex",
        "long": "builtins:int",
        "unicode": "builtins:str",
        "float_": "numpy:float64",
        "complex_": "numpy:complex128",
        "int0": "numpy:intp",
        "unicode_": "numpy:str_",
        "string_": "numpy:bytes_",
        "Inf": "numpy:inf",
        "Infinity": "numpy:inf",
        "infty": "numpy:inf",
        "NaN": "numpy:nan",
        "product": "numpy:prod",
        "cumproduct": "numpy:cumprod",
        "alltrue": "numpy:all",
        "sometrue": "numpy:any",
        "round_": "numpy:round",
        "row_stack": "numpy:vstack",
        "in1d": "numpy:isin",
        "trapz": "numpy:trapezoid",
        "rank": "numpy:ndim",
        "asscalar": "keryx.dialects._neighbours_numpy:asscalar",
        "asfarray": "keryx.dialects._neighbours_numpy:asfarray",
        "msort": "keryx.dialects._neighbours_numpy:msort",
    },
    "scipy": {name: f"numpy:{name}" for name in _NUMPY_IN_SCIPY}
    | {"rand": "numpy.random:rand", "randn": "numpy.random:randn"},
    "scipy.ndimage": {"imread": _OLD_IMAGES + "imread"},
    "scipy.signal": {"hann": "scipy.signal.windows:hann"},
    "scipy.integrate": {
        "simps": "scipy.integrate:simpson",
        "trapz": "scipy.integrate:trapezoid",
        "cumtrapz": "scipy.integrate:cumulative_trapezoid",
    },
    "pandas": {
        "datetime": "datetime:datetime",
        "np": "numpy",
        "scatter_matrix": "pandas.plotting:scatter_matrix",
    },
    "sklearn.preprocessing": {"Imputer": _OLD_SKLEARN + "Imputer"},
    "time": {"clock": "time:perf_counter"},
    "inspect": {"getargspec": "inspect:getfullargspec"},
    "fractions": {"gcd": "math:gcd"},
    "collections": {
        name: f"collections.abc:{name}"
        for name in (
            *("Callable", "Container", "Generator", "Hashable", "ItemsView"),
            *("Iterable", "Iterator", "KeysView", "Mapping", "MutableMapping"),
            *("MutableSequence", "MutableSet", "Sequence", "Set", "Sized"),
            "ValuesView",
        )
    },
}

# Modules that are gone, or empty, and what is served in their place.
MODULES: dict[str, str] = {
    "scipy.misc": "keryx.dialects._neighbours_images",
    "sklearn.externals.joblib": "joblib",
    "sklearn.externals.six": "keryx.dialects._neighbours_six",
    "sklearn.externals.six.moves": "keryx.dialects._neighbours_six:moves",
    "sklearn.cross_validation": "keryx.dialects._neighbours_sklearn",
    "sklearn.grid_search": "keryx.dialects._neighbours_sklearn",
    "sklearn.learning_curve": "sklearn.model_selection",
    "sklearn.datasets.samples_generator": "sklearn.datasets",
    "sklearn.metrics.classification": "sklearn.metrics",
    "sklearn.preprocessing.data": "sklearn.preprocessing",
    "pandas.tools": "pandas",
    "pandas.tools.plotting": "pandas.plotting",
}
# As it is written today, where that is not the module that is served.
TODAY: dict[str, str] = {
    "scipy.misc": "PIL.Image",
    "sklearn.externals.six": "six",
    "sklearn.externals.six.moves": "six.moves",
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.grid_search": "sklearn.model_selection",
}
# Served only where the package is not installed.
SPARE: dict[str, str] = {
    "six": "keryx.dialects._neighbours_six",
    "six.moves": "keryx.dialects._neighbours_six:moves",
    "six.moves.cPickle": "pickle",
    "six.moves.urllib": "urllib",
    "six.moves.urllib.request": "urllib.request",
}
# Changes that a new name does not make.
CHANGES: dict[str, str] = {
    "pandas": "_neighbours_pandas",
    "seaborn": "_neighbours_seaborn",
}
# Changes that the one who activates them brings along.
EXTRA: dict[str, Patch] = {}


class _State:
    finders: tuple[Any, ...] = ()
    replaced: dict[str, ModuleType] = {}


def activate() -> None:
    """Lets all old names work, those of packages that are imported later too."""
    patches: dict[str, Patch] = {}
    for name in (*NAMES, *CHANGES):
        patches[name] = functools.partial(_patch, name)
    patches |= EXTRA
    _State.replaced = {n: m for n, m in sys.modules.items() if n in MODULES}
    for name in _State.replaced:
        del sys.modules[name]
    for name in [name for name in patches if name in sys.modules]:
        patches[name](sys.modules[name])
    _State.finders = (PatchFinder(patches), _Finder(MODULES), _Finder(SPARE, False))
    sys.meta_path[:0] = _State.finders[:2]
    sys.meta_path.append(_State.finders[2])


def deactivate() -> None:
    """Takes all that back."""
    sys.meta_path[:] = [f for f in sys.meta_path if f not in _State.finders]
    restore()
    for name in (*MODULES, *SPARE):
        served = any(_is_served(name, table) for table in (MODULES, SPARE))
        if name in sys.modules and served:
            del sys.modules[name]
    sys.modules.update(_State.replaced)
    _State.finders, _State.replaced = (), {}


def _is_served(name: str, table: dict[str, str]) -> bool:
    return name in table and sys.modules.get(name) is resolve(table[name])


def _patch(name: str, module: ModuleType) -> None:
    if name in NAMES:
        open_names(module, NAMES[name])
    if name in CHANGES:
        load(CHANGES[name]).change(module)


def resolve(place: str) -> Any:
    """Returns a module, or with a colon a thing in it."""
    path, _, name = place.partition(":")
    module = importlib.import_module(path)
    return getattr(module, name) if name else module


class _Finder:
    """Finds modules that are gone."""

    def __init__(self, table: dict[str, str], notes: bool = True) -> None:
        self.table = table
        self.notes = notes

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Returns what is served in a module's place."""
        if name not in self.table:
            return None
        if self.notes:
            today = TODAY.get(name, self.table[name])
            _report.note(f"import {name}", f"import {today}")
        make = functools.partial(resolve, self.table[name])
        return load("_alias").spec_of(name, make)
