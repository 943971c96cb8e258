"""Steps that run as they are, line by line in Python: slow, and open to a debugger."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.hook import Hook

_asked: ContextVar[bool] = ContextVar("keryx_eager", default=False)


def is_on() -> bool:
    """Tells whether steps run uncompiled here."""
    return _asked.get()


@contextlib.contextmanager
def asked(value: bool) -> Iterator[None]:
    """Lets steps run uncompiled, or not, inside of a `with` block."""
    token = _asked.set(value)
    try:
        yield
    finally:
        _asked.reset(token)


def plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function with its loops in Python and nothing in it compiled."""

    def run(*args: Any) -> Any:
        with jax.disable_jit():
            return function(*args)

    return run


def structs(function: Callable[..., Any], *args: Any) -> Any:
    """Returns what has the shapes and types of a function's result.

    Without compiling it is the result itself, as the function may want real values.
    """
    if is_on():
        return plainly(function)(*args)
    return jax.eval_shape(function, *args)


def gradient(cost: Callable[..., Any]) -> Callable[..., Any]:
    """Returns `jax.grad(cost, has_aux=True)`; uncompiled, arrays stay arrays in it."""
    if not is_on() or Hook.tape is None:
        return jax.grad(cost, has_aux=True)
    make = Hook.tape

    def run(params: Any, *args: Any, **kwargs: Any) -> Any:
        params = jax.tree.map(jnp.asarray, params)
        with make() as tape:
            value, rest = cost(params, *args, **kwargs)
        return tape.gradient(value, params, unconnected_gradients="zero"), rest

    return run
