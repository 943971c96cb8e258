"""The calls between some symbolic inputs and outputs, in the order they run."""

import contextlib
from collections.abc import Iterator
from typing import Any

from keryx._core import scope, tree
from keryx._core.errors import StateError
from keryx._core.op import find_symbolic
from keryx._graph import trace
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor, Node


class Graph:
    """A frozen, topologically sorted graph of recorded calls.

    Args:
        inputs: Symbolic tensors where it begins, nested.
        outputs: Symbolic tensors where it ends, nested.

    Raises:
        StateError: If an output does not depend on the inputs alone.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.starts: list[KerasTensor] = tree.leaves(inputs)
        self.nodes = list(_sorted(tree.leaves(outputs), self.starts))
        # Held here, so that each is one tensor and found by its id.
        self._slots = [node.outputs for node in self.nodes]

    def run(self, inputs: Any, instead: dict[int, Any] | None = None) -> Any:
        """Computes the outputs for inputs nested like the graph's.

        Args:
            inputs: Arrays or symbolic tensors.
            instead: What to call in place of a layer, by the layer's id.
        """
        with _values(inputs) as values:
            for start, value in zip(self.starts, tree.leaves(inputs), strict=True):
                values[id(start)] = value
            for node, made in zip(self.nodes, self._slots, strict=True):
                args = trace.substitute(node.args, lambda t: values[id(t)])
                kwargs = trace.substitute(node.kwargs or {}, lambda t: values[id(t)])
                function = (instead or {}).get(id(node.function), node.function)
                outputs = function(*args, **kwargs)
                slots = [leaf for leaf in tree.leaves(made) if leaf is not None]
                results = [leaf for leaf in tree.leaves(outputs) if leaf is not None]
                for slot, result in zip(slots, results, strict=True):
                    values[id(slot)] = result
            return tree.map_leaves(lambda t: values[id(t)], self.outputs)

    def __structure__(self) -> Any:
        """Returns the calls as a flat list, symbolic tensors as their numbers."""
        numbers = {id(start): i for i, start in enumerate(self.starts)}
        calls = []
        for node, made in zip(self.nodes, self._slots, strict=True):
            given = (node.args, node.kwargs or {})
            calls.append(
                (
                    node.function,
                    trace.substitute(given, lambda t: ("t", numbers[id(t)])),
                )
            )
            for slot in trace.symbols(made):
                numbers[id(slot)] = len(numbers)
        ends = trace.substitute(self.outputs, lambda t: numbers[id(t)])
        shapes = [(start.shape, start.dtype) for start in self.starts]
        return calls, ends, shapes

    def layers(self) -> list[Layer]:
        """Returns the layers called, input layers first, each once."""
        begins = [t.node.function for t in self.starts if t.node is not None]
        called = [node.function for node in self.nodes]
        found = {id(x): x for x in [*begins, *called] if isinstance(x, Layer)}
        return list(found.values())


@contextlib.contextmanager
def _values(inputs: Any) -> Iterator[dict[int, Any]]:
    """Yields where a run keeps the values of symbolic tensors, by id.

    What is called in the run finds them there, unless they are symbolic themselves.
    """
    from keryx._graph.known import Known

    here = scope.current()
    if here is None or find_symbolic(inputs) is not None:
        yield {}
    elif here.known is not None:
        yield getattr(here.known, "values", {})
    else:
        here.known = Known()
        try:
            yield here.known.values
        finally:
            here.known = None


def _sorted(ends: list[KerasTensor], starts: list[KerasTensor]) -> Iterator[Node]:
    """Yields the nodes that `ends` need, each after those it needs itself.

    Iterative, because deep models exceed Python's recursion limit.
    """
    given = {id(start) for start in starts}
    done: set[int] = set()
    stack: list[tuple[KerasTensor, bool]] = [(end, False) for end in reversed(ends)]
    while stack:
        tensor, ready = stack.pop()
        if not isinstance(tensor, KerasTensor):
            raise StateError(
                "`Model(inputs, outputs)`",
                expected="symbolic tensors, as `Input(...)` and layers return",
                got=f"{type(tensor).__name__}",
            )
        node = tensor.node
        if id(tensor) in given or node is None or id(node) in done:
            continue
        if ready:
            done.add(id(node))
            yield node
            continue
        if not node.inputs():
            raise StateError(
                "`Model(inputs, outputs)`",
                expected="outputs that depend on `inputs` alone",
                got=f"one that also needs {tensor.name!r}",
                fix="Add it to `inputs`.",
            )
        stack.append((tensor, True))
        stack.extend((source, False) for source in reversed(node.inputs()))
