"""The order of a graph's layers: that of `model.layers`, of weights and of files."""

from collections import defaultdict
from typing import Any

from keryx._core import tree
from keryx._graph.graph import Graph
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor, Node


def by_depth(graph: Graph, inputs: dict[int, Layer]) -> list[Layer]:
    """Returns the layers of a graph, those farthest from the outputs first.

    A layer is as far as the longest way from any of its calls to an output. Layers
    equally far are in the order in which a walk from the outputs first meets them.

    Args:
        graph: The graph.
        inputs: Input layers by the id of the symbolic tensor that they stand for.
    """
    order = _met(graph, inputs)
    at_node: dict[int, int] = defaultdict(int)
    at_layer: dict[int, int] = {}
    for node in reversed(graph.nodes):
        owner = id(_owner(node))
        depth = max(at_node[id(node)], at_layer.get(owner, 0))
        at_layer[owner] = at_node[id(node)] = depth
        for tensor in node.inputs():
            if id(tensor) in inputs:
                key = id(inputs[id(tensor)])
                at_layer[key] = max(at_layer.get(key, 0), depth + 1)
            elif tensor.node is not None:
                at_node[id(tensor.node)] = max(at_node[id(tensor.node)], depth + 1)
    places = {id(layer): place for place, layer in enumerate(order)}
    return sorted(
        order, key=lambda layer: (-at_layer.get(id(layer), 0), places[id(layer)])
    )


def _owner(node: Node) -> Any:
    """Returns the layer that was called; each call of an operation is its own."""
    return node.function if isinstance(node.function, Layer) else node


def _met(graph: Graph, inputs: dict[int, Layer]) -> list[Layer]:
    """Returns the layers in the order in which a walk from the outputs meets them."""
    found: dict[int, Layer] = {}
    seen: set[int] = set()
    stack: list[KerasTensor] = list(reversed(tree.leaves(graph.outputs)))
    while stack:
        tensor = stack.pop()
        node = tensor.node
        if id(tensor) in inputs:
            found.setdefault(id(inputs[id(tensor)]), inputs[id(tensor)])
            continue
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.function, Layer):
            found.setdefault(id(node.function), node.function)
        stack.extend(reversed(node.inputs()))
    unused = [layer for layer in inputs.values() if id(layer) not in found]
    return [*unused, *found.values()]
