"""Taking nested structures apart, changing their leaves, putting them together."""

from collections.abc import Callable, Sequence
from typing import Any

import jax

from keryx._core import tree
from keryx._core.errors import ArgumentError

Tree = Any


class MAP_TO_NONE:
    """What the function of `traverse` returns for things to become `None`."""


def is_nested(structure: Tree) -> bool:
    """Tells whether it is a list, a tuple or a dict rather than a leaf.

    Example:
        >>> is_nested([1]), is_nested("abc")
        (True, False)
    """
    return tree.is_nested(structure)


def flatten(structure: Tree) -> list[Any]:
    """Returns the leaves in order, those of a dict in the order of its sorted keys.

    Example:
        >>> flatten({"b": 1, "a": [None, (2,)]})
        [None, 2, 1]
    """
    return tree.leaves(structure)


def flatten_with_path(structure: Tree) -> list[tuple[tuple[Any, ...], Any]]:
    """Returns the leaves in order, each after the keys and indices that lead to it.

    Example:
        >>> flatten_with_path({"a": [3, 4]})
        [(('a', 0), 3), (('a', 1), 4)]
    """
    rows, _ = jax.tree_util.tree_flatten_with_path(structure, is_leaf=_is_none)
    return [(tuple(_step(key) for key in path), leaf) for path, leaf in rows]


def _is_none(value: object) -> bool:
    return value is None


def _step(key: Any) -> Any:
    for name in ("key", "idx", "name"):
        if hasattr(key, name):
            return getattr(key, name)
    return key


def map_structure(
    func: Callable[..., Any], *structures: Tree, none_is_leaf: bool = True
) -> Tree:
    """Returns the structure with `func` applied to its leaves.

    Example:
        >>> map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [10, 20]})
        {'x': [11, 22]}

    Args:
        func: Takes one leaf of each structure.
        *structures: Structures that are alike.
        none_is_leaf: Whether `func` sees `None`; else it stays.

    Raises:
        ValueError: If the structures are not alike.
    """
    if not structures:
        raise ArgumentError(
            "map_structure", "structures", expected="one or more", got=structures
        )
    return jax.tree.map(func, *structures, is_leaf=_is_none if none_is_leaf else None)


def map_structure_up_to(
    shallow_structure: Tree, func: Callable[..., Any], *structures: Tree
) -> Tree:
    """Applies `func` to what the structures hold where the shallow one has leaves.

    Example:
        >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
        [2, 1]
    """
    return jax.tree.map(
        lambda _, *parts: func(*parts), shallow_structure, *structures, is_leaf=_is_none
    )


def map_shape_structure(func: Callable[[Any], Any], structure: Tree) -> Tree:
    """Applies `func` to the shapes in a structure.

    Example:
        >>> map_shape_structure(len, {"x": (None, 3), "y": [(2, 2, 2)]})
        {'x': 2, 'y': [3]}
    """
    return jax.tree.map(func, structure, is_leaf=_is_shape)


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        item is None or isinstance(item, int) for item in value
    )


def pack_sequence_as(structure: Tree, flat_sequence: Sequence[Any]) -> Tree:
    """Returns the structure with its leaves replaced, in order.

    Example:
        >>> pack_sequence_as([0, (0, 0)], "abc")
        ['a', ('b', 'c')]

    Raises:
        ArgumentError: If there are not as many values as leaves.
    """
    form: Any = jax.tree.structure(structure, is_leaf=_is_none)
    if len(flat_sequence) != form.num_leaves:
        raise ArgumentError(
            "pack_sequence_as",
            "flat_sequence",
            expected=f"{form.num_leaves} values, one for each leaf",
            got=f"{len(flat_sequence)}",
        )
    return jax.tree.unflatten(form, flat_sequence)


def lists_to_tuples(structure: Tree) -> Tree:
    """Returns the structure with tuples in place of lists.

    Example:
        >>> lists_to_tuples([1, {"a": [2]}])
        (1, {'a': (2,)})
    """
    if isinstance(structure, dict):
        return {key: lists_to_tuples(item) for key, item in structure.items()}
    if isinstance(structure, list | tuple):
        return _again(structure, [lists_to_tuples(item) for item in structure], tuple)
    return structure


def traverse(
    func: Callable[[Any], Any], structure: Tree, top_down: bool = True
) -> Tree:
    """Replaces parts of a structure, inner ones included.

    `func` returns what stands in place of its argument, `None` to go on inside it, or
    `MAP_TO_NONE` to put `None` there.

    Example:
        >>> traverse(lambda x: len(x) if isinstance(x, tuple) else None, [1, (2, 3)])
        [1, 2]

    Args:
        func: Takes a leaf or a nested part.
        structure: The structure.
        top_down: Whether `func` sees a part before what is inside it.
    """
    if top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    if isinstance(structure, dict):
        made: Any = {k: traverse(func, v, top_down) for k, v in structure.items()}
    elif isinstance(structure, list | tuple):
        parts = [traverse(func, item, top_down) for item in structure]
        made = _again(structure, parts, type(structure))
    else:
        made = structure
    if not top_down:
        found = func(made)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    return made


def _again(old: Any, parts: list[Any], kind: Any) -> Any:
    """Makes a list or tuple like an old one, named tuples included."""
    return type(old)(*parts) if hasattr(old, "_fields") else kind(parts)
