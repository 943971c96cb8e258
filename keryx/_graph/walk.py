"""What a layer holds: found by looking at its attributes, never by registration."""

from collections.abc import Iterator
from typing import Any

from keryx._core import tree
from keryx._core.variable import Variable
from keryx.random import SeedGenerator

# Attributes that point at the graph around a layer rather than at its parts.
_NOT_PARTS = frozenset(("_given", "_nodes", "_losses", "_graph", "_heads", "optimizer"))


def parts(layer: Any, kind: type | tuple[type, ...]) -> list[Any]:
    """Returns the objects of a kind in a layer's attributes, in order, each once."""
    found: dict[int, Any] = {}
    for name, value in vars(layer).items():
        if name in _NOT_PARTS or value is None or isinstance(value, str | int | float):
            continue
        for item in tree.walk(value):
            if isinstance(item, kind):
                found.setdefault(id(item), item)
    return list(found.values())


def own_variables(layer: Any) -> list[Variable]:
    """Returns the layer's own variables, those made trainable first.

    Freezing does not move them: the order of saved weights must not depend on it.
    """
    found = parts(layer, Variable)
    return sorted(found, key=lambda variable: not variable.born_trainable)


def generators(layer: Any) -> list[SeedGenerator]:
    """Returns the layer's own seed generators."""
    return parts(layer, SeedGenerator)


def sublayers(layer: Any, kind: type) -> list[Any]:
    """Returns the layers that a layer holds directly."""
    return [part for part in parts(layer, kind) if part is not layer]


def all_layers(layer: Any, kind: type) -> Iterator[Any]:
    """Yields a layer and all layers below it, parents first, each once."""
    seen: set[int] = set()
    stack = [layer]
    while stack:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            stack.extend(reversed(one._sublayers()))
