"""Keras 1's keywords, accepted beside today's by one decorator."""

import functools
from collections.abc import Callable
from typing import Any, cast, TypeVar

from keryx._core.errors import SignatureError
from keryx.dialects.backend._config import ORDERINGS

F = TypeVar("F", bound=Callable[..., Any])


def legacy(*dropped: str, **renamed: str) -> Callable[[F], F]:
    """Makes a function take old keywords as well.

    Example:
        >>> @legacy("image_shape", dim="axis")
        ... def expand(x, axis=-1):
        ...     return axis
        >>> expand(0, dim=1, image_shape=None)
        1

    Args:
        dropped: Old keywords that mean nothing today.
        renamed: Old keyword → today's.

    Raises:
        SignatureError: When the function is called, if an argument is given under both
            of its names.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not kwargs.keys().isdisjoint((*renamed, *dropped)):
                kwargs = _translated(function.__name__, kwargs, dropped, renamed)
            return function(*args, **kwargs)

        return cast(F, call)

    return decorate


def _translated(
    where: str, kwargs: dict[str, Any], dropped: tuple[str, ...], names: dict[str, str]
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in kwargs.items():
        if name in dropped:
            continue
        new = names.get(name, name)
        if new in given:
            raise SignatureError(
                f"`{where}({new}=...)`",
                expected=f"to be given once, as `{new}`",
                got=f"it as {name!r} too",
            )
        given[new] = _ordering(value) if name == "dim_ordering" else value
    return given


def _ordering(value: Any) -> Any:
    return None if value == "default" else ORDERINGS.get(value, value)
