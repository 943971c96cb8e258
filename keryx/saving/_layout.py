"""Where in a file the variables of each part of a model are.

The layout is that of Keras 3: a group for each layer, named by the attribute that holds
it; inside of lists and dicts by its class, numbered. A part that can be reached in two
ways is in the first of them, in the order of the attributes' names.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from keryx._core.registry import snake_case
from keryx._core.serial import is_ours
from keryx._core.variable import Variable
from keryx._graph import walk
from keryx._graph.weights import WeightOwner
from keryx.optimizers import Optimizer
from keryx.random import SeedGenerator

_PARTS = (WeightOwner, Optimizer)
_CONTAINERS = (list, tuple, dict, set)
# Attributes by which a model made from a graph knows its layers; files say "layers".
_GRAPH = ("_layers", "_rows", "_graph")
_OTHERS = ("_given", "_nodes", "_losses", "_weights", "history", "optimizer")


class Place(NamedTuple):
    """A part of a model, and where its variables are.

    Attributes:
        path: Its group, such as "layers/dense"; "" for the model itself.
        owner: The layer or the optimizer.
    """

    path: str
    owner: Any

    @property
    def group(self) -> str:
        """The group with the arrays themselves."""
        return _join(self.path, "vars")

    def variables(self) -> list[Variable]:
        """Returns the owner's own variables, in the order of their numbers."""
        if isinstance(self.owner, Optimizer):
            return list(self.owner.variables)
        return walk.own_variables(self.owner)

    def generators(self) -> dict[str, Variable]:
        """Returns the states of its seed generators by the path that Keras 3.0 gave."""
        found = vars(self.owner).items()
        return {
            _join(self.path, f"{name}/vars/0"): value.state
            for name, value in found
            if isinstance(value, SeedGenerator)
        }

    def writes_itself(self) -> bool:
        """Tells whether the owner's class says how its variables are saved."""
        if getattr(self.owner, "saves_itself", False):
            return True
        method = getattr(type(self.owner), "save_own_variables", None)
        return method is not None and not is_ours(method)


def places(model: Any) -> list[Place]:
    """Returns the parts of a model, itself first, each once."""
    return list(_visit("", model, set()))


def _visit(path: str, part: Any, seen: set[int]) -> Iterator[Place]:
    if id(part) in seen:
        return
    seen.add(id(part))
    yield Place(path, part)
    if isinstance(part, WeightOwner):
        for name, value in _children(part, root=not path):
            yield from _inside(_join(path, name), value, seen)


def _inside(path: str, value: Any, seen: set[int]) -> Iterator[Place]:
    """Yields the places in an attribute's value: a part, or a container of them."""
    if isinstance(value, _PARTS):
        yield from _visit(path, value, seen)
    elif isinstance(value, _CONTAINERS):
        used: Counter[str] = Counter()
        for item in value.values() if isinstance(value, dict) else value:
            if not isinstance(item, _PARTS + _CONTAINERS):
                continue
            part = isinstance(item, _PARTS)
            name = snake_case(type(item).__name__) if part else "container"
            count = used[name]
            used[name] += 1
            numbered = f"{name}_{count}" if count else name
            yield from _inside(_join(path, numbered), item, seen)


def _children(owner: Any, *, root: bool) -> list[tuple[str, Any]]:
    """Returns the attributes that may hold parts, public ones first, by name."""
    graph = getattr(owner, "_graph", None) is not None or "_rows" in vars(owner)
    skipped = {*_OTHERS, *(_GRAPH if graph else ())}
    found = {name: v for name, v in vars(owner).items() if name not in skipped}
    found |= _properties(owner)
    if isinstance(getattr(type(owner), "layers", None), property):
        found["layers"] = _listed(owner)
        if root and owner.optimizer is not None:
            found["optimizer"] = owner.optimizer
    return sorted(found.items(), key=lambda pair: (pair[0].startswith("_"), pair[0]))


def _listed(model: Any) -> list[Any]:
    """Returns the layers that a model's own structure consists of."""
    if "_rows" not in vars(model) and getattr(model, "_graph", None) is not None:
        return list(model._layers)
    return list(model.layers)


def _properties(owner: Any) -> dict[str, Any]:
    """Returns the layers that properties of a user's class give."""
    held = {id(part) for part in walk.parts(owner, _PARTS)}
    found = {}
    for cls in type(owner).__mro__:
        for name, member in vars(cls).items() if not is_ours(cls) else ():
            if not isinstance(member, property) or name.startswith("_"):
                continue
            try:
                value = getattr(owner, name)
            except Exception:  # a user's property may need what is not there yet
                continue
            if isinstance(value, _CONTAINERS) or id(value) in held:
                found[name] = value
    return found


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
