"""Decorators of backend functions: sizes that stay numbers while all else is traced.

Inside a compiled run the shape of an array is known, its values are not. Old programs
compute with `K.shape` as with any tensor and hand the result to `K.reshape`; so whole
numbers that NumPy holds stay with NumPy, and a symbolic size is worked out from the
shapes it comes from when the call is replayed.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, cast, TypeVar

import jax
import numpy as np

from keryx._core.op import find_symbolic, op
from keryx.dialects.backend._replay import Replay

F = TypeVar("F", bound=Callable[..., Any])
SHAPE = "backend_shape"


def exact(function: F) -> F:
    """Makes an operation whose result on NumPy's whole numbers is NumPy's too.

    Example:
        >>> import jax.numpy as jnp
        >>> exact(jnp.prod)(np.array([2, 3]))
        array(6, dtype=int32)
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _are_sizes((args, kwargs)):
            return function(*args, **kwargs)
        with jax.ensure_compile_time_eval():
            return jax.tree.map(np.asarray, function(*args, **kwargs))

    return cast(F, op(call))


def _are_sizes(value: Any) -> bool:
    leaves = jax.tree.leaves(value)
    whole = [
        isinstance(x, np.ndarray | np.generic) and x.dtype.kind in "iu" for x in leaves
    ]
    plain = (isinstance(x, int | str) for x in leaves)
    return any(whole) and all(a or b for a, b in zip(whole, plain, strict=True))


def sized(*names: str) -> Callable[[F], F]:
    """Makes an operation whose arguments `names` are sizes, symbolic ones too."""

    def decorate(function: F) -> F:
        recorded = op(function)
        form = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            given = form.bind(*args, **kwargs).arguments
            late = {
                name: given.pop(name)
                for name in names
                if find_symbolic(given.get(name)) is not None
            }
            if not late:
                return recorded(*args, **kwargs)
            replay = Replay(late, shallow=_is_shape)

            def run(sources: list[Any], **others: Any) -> Any:
                known = dict(zip(map(id, replay.sources), sources, strict=True))
                return function(**others, **replay.run(known))

            run.__name__ = function.__name__
            return op(run)(replay.sources, **given)

        return cast(F, call)

    return decorate


def _is_shape(node: Any) -> bool:
    return getattr(node.function, "__name__", "") == SHAPE


def sizes(value: Any) -> tuple[int, ...]:
    """Returns a shape, given in whatever way, as plain numbers."""
    if isinstance(value, int | np.integer):
        return (int(value),)
    return tuple(int(size) for size in value)
