"""Recorded calls, run again on arrays."""

from collections.abc import Callable, Iterable
from typing import Any

import jax

from keryx._core import scope, tree
from keryx._core.op import find_symbolic, Symbolic, unwrap


def is_symbolic(x: Any) -> bool:
    """Tells whether `x` is a symbolic tensor."""
    return isinstance(x, Symbolic)


def symbols(value: Any) -> list[Any]:
    """Returns the symbolic tensors in nested arguments, in order."""
    return [x for x in jax.tree.leaves(value, is_leaf=is_symbolic) if is_symbolic(x)]


def substitute(value: Any, known: dict[int, Any]) -> Any:
    """Replaces every symbolic tensor in nested arguments by what is known of it."""
    if is_symbolic(value):
        return known[id(value)]
    if find_symbolic(value) is None:
        return value
    return jax.tree.map(
        lambda x: known[id(x)] if is_symbolic(x) else x, value, is_leaf=is_symbolic
    )


class Replay:
    """The calls between some symbolic tensors, in the order they run.

    Args:
        ends: What to compute, nested.
        starts: Where to begin, besides where nothing comes before.
        shallow: Tells of a call whether its inputs are beginnings too.

    Attributes:
        nodes: The calls.
        sources: The symbolic tensors whose values are needed.
    """

    def __init__(
        self,
        ends: Any,
        starts: Iterable[Any] = (),
        shallow: Callable[[Any], bool] = lambda node: False,
    ) -> None:
        self.ends = ends
        self.nodes: list[Any] = []
        found: dict[int, Any] = {}
        given = {id(start) for start in starts}
        done: set[int] = set()
        # Iterative, because deep models exceed Python's recursion limit.
        stack = [(end, False) for end in reversed(symbols(ends))]
        while stack:
            tensor, ready = stack.pop()
            node = tensor.node
            if id(tensor) in given or node is None or not node.inputs():
                found[id(tensor)] = tensor
            elif ready and id(node) not in done:
                done.add(id(node))
                self.nodes.append(node)
            elif id(node) not in done:
                stack.append((tensor, True))
                below = reversed(node.inputs())
                if shallow(node):
                    found.update((id(source), source) for source in below)
                else:
                    stack.extend((source, False) for source in below)
        self.sources = list(found.values())

    def run(self, values: dict[int, Any], nudges: dict[int, Any] | None = None) -> Any:
        """Computes the ends.

        Args:
            values: Symbolic tensor's id → its value, for all sources.
            nudges: Symbolic tensor's id → what to add to it before it is used.
        """
        nudges = nudges or {}
        known = {key: _nudged(value, nudges.get(key)) for key, value in values.items()}
        for node in self.nodes:
            args = substitute(node.args, known)
            kwargs = substitute(node.kwargs or {}, known)
            results = tree.leaves(node.function(*args, **kwargs))
            slots = tree.leaves(node.outputs)
            for slot, result in zip(slots, results, strict=True):
                if slot is not None and id(slot) not in values:
                    known[id(slot)] = _nudged(result, nudges.get(id(slot)))
        return unwrap(substitute(self.ends, known))


def _nudged(value: Any, nudge: Any) -> Any:
    """Adds `nudge`; the sum keeps the mask of the value."""
    if nudge is None:
        return value
    moved = value + nudge
    here = scope.current()
    if here is not None and id(value) in here.masks:
        here.masks[id(moved)] = (moved, here.masks[id(value)][1])
    return moved
