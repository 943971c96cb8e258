"""One count of the changes made to layers, so that caches know their age."""

import weakref
from collections.abc import Callable
from typing import Any


class _Stamp:
    count = 0


def changed() -> None:
    """Notes that something changed which compiled programs may depend on."""
    _Stamp.count += 1


def current() -> int:
    """Returns the count; while it stays, nothing changed."""
    return _Stamp.count


def kept(owner: Any, name: str, make: Callable[[Any], Any]) -> Any:
    """Returns what an owner keeps under a name, made anew if something changed.

    A copy of the owner has one of its own.
    """
    found = owner.__dict__.get(name)
    if found is None or found[0] != current() or found[1]() is not owner:
        found = (current(), weakref.ref(owner), make(owner))
        owner.__dict__[name] = found
    return found[2]
