"""The little of `six` that programs of that time use: the names of Python 3."""

import functools
import importlib
import io
from types import ModuleType
from typing import Any

PY2, PY3 = False, True
string_types = (str,)
integer_types = (int,)
text_type = str
binary_type = bytes
StringIO, BytesIO = io.StringIO, io.BytesIO
__path__: list[str] = []

_MOVES = {
    "cPickle": "pickle",
    "range": "builtins:range",
    "xrange": "builtins:range",
    "zip": "builtins:zip",
    "map": "builtins:map",
    "filter": "builtins:filter",
    "input": "builtins:input",
    "reduce": "functools:reduce",
    "reload_module": "importlib:reload",
    "zip_longest": "itertools:zip_longest",
    "queue": "queue",
    "configparser": "configparser",
    "urllib": "urllib",
}


class _Moves(ModuleType):
    """What was moved from one module to another between Python 2 and 3."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name not in _MOVES:
            raise AttributeError(name)
        path, _, attribute = _MOVES[name].partition(":")
        if path == "urllib":
            importlib.import_module("urllib.request")
        module = importlib.import_module(path)
        return getattr(module, attribute) if attribute else module


moves = _Moves("six.moves")


def iteritems(mapping: Any) -> Any:
    """Iterates over the keys and values of a dictionary."""
    return iter(mapping.items())


def iterkeys(mapping: Any) -> Any:
    """Iterates over the keys of a dictionary."""
    return iter(mapping.keys())


def itervalues(mapping: Any) -> Any:
    """Iterates over the values of a dictionary."""
    return iter(mapping.values())


def with_metaclass(meta: type, *bases: type) -> Any:
    """Returns a base of classes that have a metaclass."""
    return meta("temporary_class", bases or (object,), {})


wraps = functools.wraps
