"""Checks that structures are alike."""

from typing import Any

from keryx._core.errors import DataError
from keryx.tree._map import flatten_with_path, is_nested

Tree = Any


def assert_same_structure(a: Tree, b: Tree, check_types: Any = None) -> None:
    """Checks that two structures are nested alike, of the same kinds of containers.

    Example:
        >>> assert_same_structure([1, {"x": 2}], [3, {"x": 4}])

    Args:
        a: The one.
        b: The other.
        check_types: Accepted for Keras's sake; kinds of containers are compared.

    Raises:
        DataError: If they differ; the message says where.
    """
    _compare(a, b, "")


def _compare(a: Tree, b: Tree, where: str) -> None:
    if not is_nested(a) and not is_nested(b):
        return
    if type(a) is not type(b):
        _fail(where, f"a {type(a).__name__}", f"a {type(b).__name__}")
    if isinstance(a, dict):
        if set(a) != set(b):
            _fail(where, f"keys {sorted(a)}", f"keys {sorted(b)}")
        pairs = [(key, a[key], b[key]) for key in a]
    else:
        if len(a) != len(b):
            _fail(where, f"{len(a)} items", f"{len(b)} items")
        pairs = [(i, *both) for i, both in enumerate(zip(a, b, strict=True))]
    for key, one, other in pairs:
        _compare(one, other, f"{where}[{key!r}]")


def _fail(where: str, expected: str, got: str) -> None:
    raise DataError(f"structure{where}", expected=expected, got=got)


def assert_same_paths(a: Tree, b: Tree) -> None:
    """Checks that the same keys and indices lead to the leaves of two structures.

    Example:
        >>> assert_same_paths([1, 2], (3, 4))

    Raises:
        DataError: If they differ.
    """
    one = {path for path, _ in flatten_with_path(a)}
    other = {path for path, _ in flatten_with_path(b)}
    if one != other:
        only = [sorted(map(str, rest)) for rest in (one - other, other - one)]
        _fail("", f"the same paths (only in the first: {only[0]})", f"also {only[1]}")
