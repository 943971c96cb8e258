"""Argument checks. Each returns the value it checked, so it can be used inline."""

import numbers
import operator
from collections.abc import Sequence
from typing import Any

from keryx._core.errors import ArgumentError, nearest


def positive_int(value: Any, name: str, owner: object) -> int:
    """Returns `value` as an `int` if it is an integer greater than zero.

    NumPy's integers count; booleans and floats do not.

    Raises:
        ArgumentError: If `value` is not an integer, or is zero or less.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or value <= 0:
        raise ArgumentError(owner, name, expected="a positive integer", got=value)
    return operator.index(value)


def in_interval(
    value: float, low: float, high: float, name: str, owner: object
) -> float:
    """Returns `value` if `low <= value <= high`.

    Raises:
        ArgumentError: If `value` lies outside the interval or is not a number.
    """
    if not isinstance(value, numbers.Real) or not low <= value <= high:
        raise ArgumentError(
            owner, name, expected=f"a number in [{low}, {high}]", got=value
        )
    return float(value)


def one_of(value: Any, options: Sequence[Any], name: str, owner: object) -> Any:
    """Returns `value` if it is among `options`; strings in any case.

    Raises:
        ArgumentError: If it is not; the message names the nearest option.
    """
    if isinstance(value, str):
        value = {str(o).lower(): o for o in options}.get(value.lower(), value)
    if value not in options:
        names = ", ".join(repr(option) for option in options)
        fix = nearest(value, [o for o in options if isinstance(o, str)])
        raise ArgumentError(owner, name, expected=f"one of {names}", got=value, fix=fix)
    return value


def int_tuple(
    value: Any, rank: int, name: str, owner: object, *, least: int = 1
) -> tuple[int, ...]:
    """Returns `value` as `rank` integers: one integer is repeated.

    Raises:
        ArgumentError: If it is neither an integer nor `rank` of them, or one of them is
            below `least`.
    """
    single = hasattr(value, "__index__") and not isinstance(value, bool)
    try:
        sizes = (operator.index(value),) * rank if single else tuple(value)
        sizes = tuple(operator.index(size) for size in sizes)
    except TypeError:
        sizes = ()
    if len(sizes) != rank or min(sizes, default=least) < least:
        raise ArgumentError(
            owner,
            name,
            expected=f"an integer, or {rank} integers, of {least} or more",
            got=value,
        )
    return sizes
