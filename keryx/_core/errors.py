"""The exceptions that keryx raises, and the one form all of their messages take.

A message is one sentence of fact (where, what was expected, what came instead) and, on
a line of its own, what to do about it.
"""

import difflib
from collections.abc import Iterable


class KeryxError(Exception):
    """Base class: `except KeryxError` catches what the library itself rejected."""


class KeryxWarning(UserWarning):
    """Base class of the warnings that the library itself gives."""


def sentence(where: str, expected: str, got: object, fix: str = "") -> str:
    """Returns `where: expected …, but got ….`, and `fix` on a line of its own."""
    fact = f"{where}: expected {expected}, but got {got}."
    return f"{fact}\n{fix.strip()}" if fix else fact


def nearest(name: object, known: Iterable[str]) -> str:
    """Returns "Did you mean 'x'? " for the known name closest to `name`, or ""."""
    options = list(known)
    # Sorted, so that of two spellings that differ in case the lower one is offered.
    lower = {option.lower(): option for option in sorted(options)}
    close = difflib.get_close_matches(str(name).lower(), lower, n=1, cutoff=0.6)
    return f"Did you mean {lower[close[0]]!r}? " if close else ""


class ArgumentError(KeryxError, ValueError):
    """An argument has a value that its owner cannot use."""

    def __init__(
        self, owner: object, name: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        who = owner if isinstance(owner, str) else type(owner).__name__
        fact = f"`{who}({name}=...)` must be {expected}, but got {got!r}."
        super().__init__(f"{fact}\n{fix}" if fix else fact)


class SignatureError(KeryxError, TypeError):
    """A call has arguments that its function does not take."""

    def __init__(
        self, where: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        super().__init__(sentence(where, expected, got, fix))


class UnknownNameError(KeryxError, ValueError):
    """A string names nothing that is known; the message lists what is."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        known = list(known)
        options = sorted(set(known))
        # One spelling of each is enough: `mean_squared_error`, not its class as well.
        options = [o for o in options if o.islower()] or options
        super().__init__(
            f"{kind} {name!r} is not known.\n"
            f"{nearest(name, known)}Known: {', '.join(options)}."
        )


class ShapeError(KeryxError, ValueError):
    """Two shapes that have to agree do not."""

    def __init__(
        self, where: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        super().__init__(sentence(where, expected, got, fix))


class DataError(KeryxError, ValueError):
    """The data cannot be what the model, the loss or the metric needs."""

    def __init__(
        self, where: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        super().__init__(sentence(where, expected, got, fix))


class StateError(KeryxError, RuntimeError):
    """Something was asked of an object that is not ready for it."""

    def __init__(
        self, where: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        super().__init__(sentence(where, expected, got, fix))


class FileError(KeryxError, ValueError, OSError):
    """A file is not what it has to be, or may not be opened safely."""

    def __init__(
        self, where: str, *, expected: str, got: object, fix: str = ""
    ) -> None:
        super().__init__(sentence(where, expected, got, fix))
