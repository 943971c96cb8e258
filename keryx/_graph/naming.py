"""Names that the user did not give."""

from collections import Counter

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
    used = _Counts.names[prefix]
    _Counts.names[prefix] += 1
    return f"{prefix}_{used}" if used else prefix


def automatic(thing: object) -> str:
    """Returns the next name for an object of this class."""
    before: str | None = vars(thing).pop("_name_before", None)
    if before is not None:  # its constructor failed, and was called in another spelling
        return before
    return unique(snake_case(type(thing).__name__))


def uid(prefix: str = "") -> int:
    """Returns how many names were made from `prefix`, this one included."""
    _Counts.names[prefix] += 1
    return _Counts.names[prefix]


def reset() -> None:
    """Starts the numbers of names again."""
    _Counts.names.clear()
