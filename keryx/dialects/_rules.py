"""The rows that the tables are made of, and the pure functions that apply them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

Given = dict[str, Any]
Allowed = frozenset[str]
Convert = Callable[[Any], Any]


class Rename(NamedTuple):
    """An argument that has another name today.

    Attributes:
        old: The old name.
        new: The new name, or several, all of those that the callable takes today being
            given the value.
        convert: Makes today's value from the old one.
    """

    old: str
    new: str | tuple[str, ...]
    convert: Convert | None = None


class Drop(NamedTuple):
    """An argument that says nothing today.

    Attributes:
        old: The old name.
        reason: Why it can be left out.
        only: The values that can; all of them if `None`.
    """

    old: str
    reason: str
    only: tuple[Any, ...] | None = None


class Join(NamedTuple):
    """Several arguments that are one today.

    Attributes:
        old: The old names; the call has at least one of them.
        new: The new name.
        make: Makes the value from those that were given, by old name.
        whole: Whether the call must have all of them.
    """

    old: tuple[str, ...]
    new: str
    make: Callable[[Given], Any]
    whole: bool = False


class Value(NamedTuple):
    """An argument that has the same name today, but took other values.

    Attributes:
        name: The name.
        convert: Makes today's value; returns what it got if that is fine.
    """

    name: str
    convert: Convert


Row = Rename | Drop | Join | Value


def names(row: Row) -> tuple[str, ...]:
    """Returns the old names that a row is about."""
    if isinstance(row, Value):
        return (row.name,)
    return row.old if isinstance(row, Join) else (row.old,)


def apply(rows: Iterable[Row], given: Given, allowed: Allowed, force: bool) -> Given:
    """Returns keyword arguments in today's spelling, in their order. Pure.

    Args:
        rows: Rows of a table.
        given: Keyword arguments in any spelling.
        allowed: The names that the callable takes today.
        force: Whether rows hold even for old names that it takes today as well.
    """
    for row in rows:
        olds = [name for name in names(row) if name in given]
        if not olds or (
            not force and not isinstance(row, Value) and _today(row, olds, allowed)
        ):
            continue
        given = _APPLY[type(row)](row, given, allowed)
    return given


def _today(row: Row, olds: list[str], allowed: Allowed) -> bool:
    """Tells whether a row's old names are all names of today for this callable."""
    return all(name in allowed for name in olds)


def _rename(row: Rename, given: Given, allowed: Allowed) -> Given:
    news = (row.new,) if isinstance(row.new, str) else row.new
    news = tuple(new for new in news if new in allowed)
    if not news:
        return given
    value = given[row.old]
    value = value if row.convert is None else row.convert(value)
    made: Given = {}
    for name, item in given.items():
        if name == row.old:
            made.update(dict.fromkeys(news, value))
        else:
            made.setdefault(name, item)
    return made


def _drop(row: Drop, given: Given, allowed: Allowed) -> Given:
    value = given[row.old]
    if row.only is not None and not any(value is v or value == v for v in row.only):
        return given
    return {name: item for name, item in given.items() if name != row.old}


def _join(row: Join, given: Given, allowed: Allowed) -> Given:
    if row.new not in allowed or (row.whole and not given.keys() >= set(row.old)):
        return given
    parts = {name: given[name] for name in row.old if name in given}
    value = row.make(parts)
    made: Given = {}
    for name, item in given.items():
        if name not in parts:
            made[name] = item
        elif row.new not in made:
            made[row.new] = value
    return made


def _value(row: Value, given: Given, allowed: Allowed) -> Given:
    return {**given, row.name: row.convert(given[row.name])}


_APPLY: dict[type, Callable[[Any, Given, Allowed], Given]] = {
    Rename: _rename,
    Drop: _drop,
    Join: _join,
    Value: _value,
}
