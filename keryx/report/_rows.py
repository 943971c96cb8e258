"""The lines of a model's summary: its layers and operations, in order."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from keryx._core import tree
from keryx._core.registry import snake_case
from keryx._graph import walk
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor, Node


class Row(NamedTuple):
    """One line of a summary: a layer, or an operation of a graph.

    Attributes:
        name: Its name.
        kind: Its class.
        shape: Shape of its output, as text.
        params: Number of its parameters; `None` if it has none yet.
        source: What it is connected to, as text.
        trainable: Whether its weights are trained; `None` if it has none.
        depth: How many models it is nested in.
    """

    name: str
    kind: str
    shape: str
    params: int | None
    source: str
    trainable: bool | None
    depth: int = 0


def make_rows(model: Any, expand: bool = False, depth: int = 0) -> list[Row]:
    """Returns the lines of a model, in the order in which they run."""
    graph = getattr(model, "_graph", None)
    if graph is None:
        made = [(layer, _layer_row(layer, [], depth)) for layer in _held(model)]
    else:
        made = list(_graph_rows(model, depth))
    rows = []
    for layer, row in made:
        rows.append(row)
        if expand and _is_model(layer):
            rows += make_rows(layer, expand, depth + 1)
    return rows


def _held(model: Any) -> list[Any]:
    """Returns the layers of a model without a graph, or of one that is not built."""
    found: list[Any] = getattr(model, "layers", None) or walk.sublayers(model, Layer)
    return found


def _is_model(layer: Any) -> bool:
    return bool(isinstance(layer, Layer) and getattr(layer, "layers", None))


def _is_row(model: Any) -> bool:
    """Tells whether a model is a `Sequential`."""
    return hasattr(model, "_rows")


def _graph_rows(model: Any, depth: int) -> Iterable[tuple[Any, Row]]:
    """Yields the layers and operations of a graph, each once."""
    graph, names = model._graph, _Names()
    begins = [start.node for start in graph.starts if start.node is not None]
    nodes = [*([] if _is_row(model) else begins), *graph.nodes]
    calls: dict[int, list[Node]] = {}
    for node in nodes:
        key = id(node.function) if isinstance(node.function, Layer) else id(node)
        calls.setdefault(key, []).append(node)
    for mine in calls.values():
        names.add(mine)
    for mine in calls.values():
        thing = mine[0].function
        if isinstance(thing, Layer):
            known = None if _is_row(model) else names
            yield thing, _layer_row(thing, mine, depth, known)
        else:
            yield thing, _operation_row(mine[0], depth, names)


# Operators go by other names in Python than in mathematics.
_SPELLED = {
    "mul": "multiply",
    "sub": "subtract",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "neg": "negative",
    "pow": "power",
    "getitem": "get_item",
}


def _operation(function: Any) -> str:
    """Returns the name of an operation in a graph."""
    name = snake_case(function.__name__).strip("_")
    return _SPELLED.get(name, name)


class _Names:
    """Names of a graph's calls: those of layers, made-up ones of operations."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[str, int]] = {}
        self._used: set[str] = set()

    def add(self, nodes: list[Node]) -> None:
        function = nodes[0].function
        name = getattr(function, "name", None)
        if name is None:
            count, name = 0, (base := _operation(function))
            while name in self._used:
                count, name = count + 1, f"{base}_{count + 1}"
        self._used.add(name)
        for i, node in enumerate(nodes):
            self._of[id(node)] = (name, i)

    def of(self, node: Node) -> tuple[str, int]:
        """Returns the name of a call, and which call of its layer it is."""
        return self._of.get(id(node), (getattr(node.function, "name", "?"), 0))

    def sources(self, nodes: list[Node]) -> str:
        """Returns what some calls are connected to."""
        tensors = [tensor for node in nodes for tensor in node.inputs()]
        return ", ".join(self._source(tensor) for tensor in tensors)

    def _source(self, tensor: KerasTensor) -> str:
        if tensor.node is None:
            return tensor.name
        name, call = self.of(tensor.node)
        return f"{name}[{call}][{tensor.index}]"


def _operation_row(node: Node, depth: int, names: _Names) -> Row:
    name = names.of(node)[0]
    kind = "".join(w.capitalize() for w in _operation(node.function).split("_"))
    shape = _shape_text([node])
    return Row(name, kind, shape, 0, names.sources([node]), None, depth)


def _layer_row(
    layer: Any, nodes: list[Node], depth: int, names: _Names | None = None
) -> Row:
    source = names.sources(nodes) if names is not None else ""
    shape = _shape_text(nodes) if nodes else _known_shape(layer)
    params = layer.count_params() if _has_weights(layer) else None
    trainable = bool(layer.trainable) if params else None
    return Row(
        layer.name, type(layer).__name__, shape, params, source, trainable, depth
    )


def _has_weights(layer: Any) -> bool:
    """Tells whether a layer's weights exist, or never will."""
    below = list(walk.all_layers(layer, Layer))
    return layer.built or all(type(one).build is Layer.build for one in below)


def _shape_text(nodes: list[Node]) -> str:
    """Returns the shapes of some calls' outputs, those that differ."""
    shapes = []
    for node in nodes:
        ends = [t.shape for t in tree.leaves(node.outputs) if t is not None]
        shapes.append(str(ends[0]) if len(ends) == 1 else _listed(ends))
    return ", ".join(dict.fromkeys(shapes))


def _listed(shapes: list[Any]) -> str:
    return f"[{', '.join(str(shape) for shape in shapes)}]"


def _known_shape(layer: Any) -> str:
    """Returns the output shape of a layer outside a graph, "?" if it is not known."""
    graph = getattr(layer, "_graph", None)
    if graph is not None:
        ends = [end.shape for end in tree.leaves(graph.outputs)]
        return str(ends[0]) if len(ends) == 1 else _listed(ends)
    given = getattr(layer, "_build_shapes", None)
    if given is None or not layer.built:
        return "?"
    try:
        shape = layer.compute_output_shape(given)
    except Exception:  # a user's layer may need more than a shape
        return "?"
    return str(tuple(shape)) if isinstance(shape, tuple) else str(shape)


def is_branched(model: Any) -> bool:
    """Tells whether a model's graph is more than a row of layers."""
    graph = getattr(model, "_graph", None)
    if graph is None or _is_row(model):
        return False
    functions = [id(node.function) for node in graph.nodes]
    shared = len(set(functions)) < len(functions)
    joins = any(len(node.inputs()) > 1 for node in graph.nodes)
    sources = [id(t) for node in graph.nodes for t in node.inputs()]
    forks = len(set(sources)) < len(sources)
    ends = len(tree.leaves(graph.outputs)) > 1
    return shared or joins or forks or ends or len(graph.starts) > 1
