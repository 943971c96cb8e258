"""What was translated, where, and how it is written today."""

import linecache
import os
import sys
import warnings
from typing import Any, NamedTuple

import numpy as np

from keryx._core.errors import KeryxWarning

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class DialectWarning(KeryxWarning):
    """A call was in an old spelling; the message has it in today's.

    It is shown once per place. `python -W error::UserWarning` makes it an error.
    """


class Rewrite(NamedTuple):
    """One call in an old spelling.

    Attributes:
        file: The file of the program.
        line: The line of the call.
        old: The call as it was made.
        new: The call in today's spelling.
        notes: What was left out, and why.
    """

    file: str
    line: int
    old: str
    new: str
    notes: tuple[str, ...] = ()


class _Log:
    """What this process has translated."""

    count = 0
    rewrites: dict[tuple[str, int, str], Rewrite] = {}


def counted() -> int:
    """Returns how many calls, attributes and names were translated so far."""
    return _Log.count


def rewrites() -> list[Rewrite]:
    """Returns what was translated, each place once, in order."""
    return list(_Log.rewrites.values())


def forget() -> None:
    """Starts the record anew."""
    _Log.count = 0
    _Log.rewrites.clear()


def place() -> tuple[str, int]:
    """Returns the file and the line of the program that are being run.

    They are those of the innermost frame that is not the library's.
    """
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _is_ours(file: str) -> bool:
    return file.startswith((_OURS, "<frozen"))


def note(old: str, new: str, notes: tuple[str, ...] = (), silent: bool = False) -> None:
    """Records a translation, and warns of it if the place is new."""
    _Log.count += 1
    file, line = place()
    if (file, line, old) in _Log.rewrites:
        return
    _Log.rewrites[file, line, old] = Rewrite(file, line, old, new, notes)
    if silent:
        return
    text = f"`{old}` is written `{new}` today."
    extra = "".join(f"\n{sentence}" for sentence in notes)
    linecache.checkcache(file)
    warnings.warn_explicit(text + extra, DialectWarning, file, line)


def spelled(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Returns a call as a program would write it, with long values left out.

    Example:
        >>> spelled("Dense", (64,), {"init": "uniform"})
        "Dense(64, init='uniform')"
    """
    parts = [_short(arg) for arg in args]
    parts += [f"{key}={_short(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _short(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) <= 6:
        inner = ", ".join(_short(item) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, bool | int | float | str | type(None) | np.number):
        text = repr(value.item() if isinstance(value, np.generic) else value)
        return text if len(text) <= 60 else "..."
    name = getattr(value, "__name__", None)
    if isinstance(name, str) and name.isidentifier():
        return name
    given = getattr(value, "__dict__", {}).get("_given")
    return "..." if given is None else spelled(type(value).__name__, *given)
