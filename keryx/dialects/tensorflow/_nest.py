"""`tf.nest`: nested lists, tuples and dicts."""

from collections.abc import Callable
from typing import Any

from keryx._core import tree


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """Returns the leaves as a flat list."""
    return list(tree.leaves(structure))


def map_structure(func: Callable[..., Any], *structure: Any, **options: Any) -> Any:
    """Applies a function to the leaves of one or more structures of the same form."""
    first = structure[0]
    rows = iter(zip(*(tree.leaves(one) for one in structure), strict=True))
    return tree.map_leaves(lambda _: func(*next(rows)), first)


def is_nested(structure: Any) -> bool:
    """Tells whether it is a list, a tuple or a dict."""
    return isinstance(structure, list | tuple | dict)


def pack_sequence_as(structure: Any, flat_sequence: Any, **options: Any) -> Any:
    """Returns values nested like a structure."""
    values = iter(flat_sequence)
    return tree.map_leaves(lambda _: next(values), structure)


def assert_same_structure(nest1: Any, nest2: Any, **options: Any) -> None:
    """Checks that two structures have the same form.

    Raises:
        ValueError: If they have not.
    """
    map_structure(lambda *_: None, nest1, nest2)
