"""Names that the user did not give."""

from collections import Counter
from typing import Any

from keryx._core.hook import Hook
from keryx._core.registry import snake_case


class _Counts:
    names: Counter[str] = Counter()


def unique(prefix: str) -> str:
    """Returns `prefix`, `prefix_1`, `prefix_2`, … on successive calls.

    Example:
        >>> reset()
        >>> unique("dense"), unique("dense")
        ('dense', 'dense_1')
    """
    return _counted(prefix, 0)


def automatic(thing: object) -> str:
    """Returns the next name for an object of this class."""
    before: str | None = vars(thing).pop("_name_before", None)
    if before is not None:  # its constructor failed, and was called in another spelling
        return before
    return of_class(type(thing))


def of_class(cls: type) -> str:
    """Returns the next name for an object of a class."""
    if Hook.title is not None:
        return _counted(*Hook.title(cls, False))
    return unique(snake_case(cls.__name__))


def of_input(first: Any) -> str | None:
    """Returns the name of the input of a row of layers that begins with `first`.

    It is `None` today: the input is named like all others.
    """
    if Hook.title is None:
        return None
    prefix, number = Hook.title(type(first), True)
    return _counted(prefix, number) if number else f"{first.name}_input"


def _counted(prefix: str, number: int) -> str:
    """Returns the next name with a prefix, numbered from `number` on."""
    number += _Counts.names[prefix]
    _Counts.names[prefix] += 1
    return f"{prefix}_{number}" if number else prefix


def uid(prefix: str = "") -> int:
    """Returns how many names were made from `prefix`, this one included."""
    _Counts.names[prefix] += 1
    return _Counts.names[prefix]


def reset() -> None:
    """Starts the numbers of names again."""
    _Counts.names.clear()
