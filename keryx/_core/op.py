"""The one decorator of operations: compute on arrays, record on symbolic tensors."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from keryx._core.variable import Variable

P = ParamSpec("P")
R = TypeVar("R")


class Symbolic:
    """Base class of tensors that have a shape and a history but no values."""

    def record(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Notes the call of `function` in the graph; returns symbolic outputs."""
        raise NotImplementedError

    def now(self) -> Any:
        """Returns the tensor's value in the run in progress."""
        raise NotImplementedError


class Recorded:
    """Base class of what keeps one recorded call."""


def now(value: Any) -> Any:
    """Returns what a symbolic tensor stands for in the run in progress.

    Anything else is returned as it is.
    """
    return value.now() if isinstance(value, Symbolic) else value


def find_symbolic(value: Any) -> Symbolic | None:
    """Returns the first symbolic tensor in nested arguments, or `None`."""
    if isinstance(value, Symbolic):
        return value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return None
    for item in value:
        found = find_symbolic(item)
        if found is not None:
            return found
    return None


def unwrap(value: Any) -> Any:
    """Replaces every variable in nested arguments by its value."""
    if isinstance(value, Variable):
        return value.value
    if type(value) is list or type(value) is tuple:
        return type(value)(unwrap(item) for item in value)
    if type(value) is dict:
        return {key: unwrap(item) for key, item in value.items()}
    return value


def op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes an operation of arrays accept variables and symbolic tensors as well."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        symbolic = find_symbolic(args)
        if symbolic is None and kwargs:
            symbolic = find_symbolic(kwargs)
        if symbolic is not None:
            result: R = symbolic.record(call, args, kwargs)
            return result
        return function(*unwrap(args), **unwrap(kwargs))

    return call
