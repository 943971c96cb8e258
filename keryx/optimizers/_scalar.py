"""Hyperparameters: plain numbers for the user, arrays in the optimizer's state."""

from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

from keryx._core import scope
from keryx._core.place import placed


class Scalar:
    """An attribute whose value travels in the state under the same name.

    The object keeps the number that it was given and, after a run, the array that the
    run returned. The number is shown as long as the array still equals it, so that a
    configuration says 0.9 and not 0.8999999762. Inside a run the run's value shows.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, cls: type | None = None) -> Any:
        if owner is None:
            return self
        if self.name not in owner.__dict__:
            raise AttributeError(f"{self.name!r} was not set by the constructor")
        traced = of_run(owner, self.name)
        if traced is not None:
            return traced
        given, array = owner.__dict__[self.name], left(owner, self.name)
        return given if array is None else spelled(given, float(array))

    def __set__(self, owner: Any, value: Any) -> None:
        owner.__dict__[self.name] = value
        arrays(owner).pop(self.name, None)


def arrays(owner: Any) -> dict[str, jax.Array]:
    """Returns the arrays that the last run left, by hyperparameter."""
    found: dict[str, jax.Array] = owner.__dict__.setdefault("_scalars_left", {})
    return found


def left(owner: Any, name: str) -> jax.Array | None:
    """Returns the array that the last run left, unless a later one consumed it."""
    array = arrays(owner).get(name)
    return None if array is None or array.is_deleted() else array


def of_run(owner: Any, name: str) -> Any:
    """Returns the value in the run in progress, or `None` outside of one."""
    here = scope.current()
    return None if here is None else here.hyper.get((id(owner), name))


def current(owner: Any, name: str) -> Any:
    """Returns the value for the state; `None` if the hyperparameter is not set."""
    traced = of_run(owner, name)
    array = left(owner, name) if traced is None else traced
    if array is None and owner.__dict__.get(name) is not None:
        array = placed(np.float32(owner.__dict__[name]))
    return array


def spelled(given: Any, number: float) -> Any:
    """Returns `given` if float32 cannot tell it from `number`, else `number`."""
    return given if given is not None and np.float32(given) == number else number


def state_of(owner: Any, names: Iterable[str]) -> dict[str, jax.Array]:
    """Returns the values of those hyperparameters that are set."""
    found = {name: current(owner, name) for name in names}
    return {name: array for name, array in found.items() if array is not None}
