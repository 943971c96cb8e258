"""One count of the changes made to layers, so that caches know their age."""


class _Stamp:
    count = 0


def changed() -> None:
    """Notes that something changed which compiled programs may depend on."""
    _Stamp.count += 1


def current() -> int:
    """Returns the count; while it stays, nothing changed."""
    return _Stamp.count
