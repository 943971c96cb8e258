"""Nested lists, tuples and dicts of things: JAX's pytrees under short names."""

from collections.abc import Callable, Iterator
from typing import Any

import jax

Tree = Any


def leaves(tree: Tree) -> list[Any]:
    """Returns the things at the ends of `tree`, in order; `None` counts as a leaf."""
    found: list[Any] = jax.tree.leaves(tree, is_leaf=lambda x: x is None)
    return found


def map_leaves(function: Callable[..., Any], tree: Tree, *rest: Tree) -> Tree:
    """Applies `function` to every leaf, `None` included."""
    return jax.tree.map(function, tree, *rest, is_leaf=lambda x: x is None)


def is_nested(value: object) -> bool:
    """Tells whether `value` is a list, a tuple or a dict."""
    return isinstance(value, list | tuple | dict)


def walk(value: Any) -> Iterator[Any]:
    """Yields what lists, tuples, sets and dicts hold at their ends, in order."""
    if isinstance(value, dict):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from walk(item)
    else:
        yield value
