"""Whether a model runs line by line, as `compile(run_eagerly=True)` asks."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from keryx._engine import eager

P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[Concatenate[Any, P], R]


def as_compiled(function: "Method[P, R]") -> "Method[P, R]":
    """Lets a function of a model run the way that its `compile` says."""

    @functools.wraps(function)
    def run(model: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        wanted = model.run_eagerly
        if wanted == eager.is_on():
            return function(model, *args, **kwargs)
        with eager.asked(wanted):
            return function(model, *args, **kwargs)

    return run
