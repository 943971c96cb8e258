"""What makes two models the same program: everything but names and values.

`token(thing)` is hashable and equal for two objects that compute the same way. It looks
at an object's class and attributes; variables count by shape, type and role, functions
by their code and what it closes over. What it does not understand counts by identity,
which is always safe: such a model shares its program with nothing but itself. A class
may say what counts by a method `__structure__`.
"""

import functools
import hashlib
import types
from typing import Any

import jax
import numpy as np

from keryx._core import config
from keryx._core.variable import Variable
from keryx.random import SeedGenerator

Token = Any
Seen = dict[int, tuple[int, Any]]
_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
# Attributes that say what an object is called, where it stands, or what it last did.
IGNORED = frozenset(
    (
        "name", "_name", "_seed_name", "_given", "_nodes", "_losses", "_build_shapes",
        "_declared_shape", "history", "stop_training", "optimizer", "_engine",
        "_compiled", "_keras_mask", "input_names", "output_names", "_heads",
        "_last_job", "_predictor", "_batch_job", "_fresh_metrics", "_stepper",
        "_conversions", "_validation", "_tracking",
    )
)  # fmt: skip


class Anchor:
    """An object that counts by identity; holding it keeps the identity its own."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Anchor) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


def token(thing: Any) -> Token:
    """Returns the structure of `thing`."""
    settings = (config.floatx(), config.epsilon(), config.image_data_format())
    return (settings, _token(thing, {}))


def _token(thing: Any, seen: Seen) -> Token:
    if isinstance(thing, _PLAIN):
        # 1, 1.0 and True are equal but compile differently.
        return (type(thing).__name__, thing)
    if id(thing) in seen:
        return ("again", seen[id(thing)][0])
    seen[id(thing)] = (len(seen), thing)  # held, so that the id stays its own
    if isinstance(thing, list | tuple):
        return (type(thing).__name__, *(_token(item, seen) for item in thing))
    if isinstance(thing, dict):
        return ("dict", *((_token(k, seen), _token(v, seen)) for k, v in thing.items()))
    if isinstance(thing, Variable):
        return _variable(thing, seen)
    if isinstance(thing, SeedGenerator):
        return ("seed", thing.seed)
    if isinstance(thing, types.FunctionType):
        return _function(thing, seen)
    if isinstance(thing, functools.partial):
        return ("partial", *(_token(p, seen) for p in (thing.func, thing.args)),
                _token(thing.keywords, seen))  # fmt: skip
    if isinstance(thing, types.MethodType):
        return ("method", thing.__func__, _token(thing.__self__, seen))
    if isinstance(thing, np.ndarray | np.generic | jax.Array):
        return _array(np.asarray(thing))
    if isinstance(thing, np.dtype | slice | range):
        return (type(thing).__name__, str(thing))
    return _object(thing, seen)


def _variable(variable: Variable, seen: Seen) -> Token:
    rules = (variable.regularizer, variable.constraint)
    return (
        "variable",
        variable.shape,
        variable.dtype,
        variable.trainable,
        variable.autocast,
        *(_token(rule, seen) for rule in rules),
    )


def _array(array: np.ndarray[Any, Any]) -> Token:
    digest = hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16)
    return ("array", array.shape, str(array.dtype), digest.digest())


def _function(function: types.FunctionType, seen: Seen) -> Token:
    """Two functions are one if their code, closure and module are."""
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return (
        "function",
        function.__code__,
        Anchor(function.__globals__),
        _token(cells, seen),
        _token(function.__defaults__, seen),
        _token(function.__kwdefaults__, seen),
    )


def _object(thing: Any, seen: Seen) -> Token:
    cls = type(thing)
    if hasattr(thing, "__structure__"):
        return (cls, _token(thing.__structure__(), seen))
    if not hasattr(thing, "__dict__") or isinstance(thing, type | types.ModuleType):
        return Anchor(thing)
    hyper = set(getattr(thing, "hyper_names", ()))
    ignored = IGNORED | set(getattr(thing, "volatile_names", ()))
    rows = tuple(
        (name, _token(None if _free(name, value, hyper) else value, seen))
        for name, value in vars(thing).items()
        if name not in ignored
    )
    return ("object", cls, rows)


def _free(name: str, value: Any, hyper: set[str]) -> bool:
    """Tells whether an attribute's value travels in the state, not in the program."""
    return name in hyper and isinstance(value, int | float)
