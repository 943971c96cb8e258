"""A model as boxes and the lines between them; how it looks is decided elsewhere."""

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from keryx._core import tree
from keryx._graph.layer import Layer
from keryx._graph.node import Node
from keryx.report import _rows


class Options(NamedTuple):
    """What to tell of each layer."""

    shapes: bool = False
    dtype: bool = False
    names: bool = True
    activations: bool = False
    trainable: bool = False
    nested: bool = False


class Box(NamedTuple):
    """A layer or an operation.

    Attributes:
        kind: Its class.
        name: Its name; "" if it is not to be shown.
        rows: Further facts, as pairs of texts.
        base: The class that its colour depends on.
        inner: The model that it is, if that is to be shown.
    """

    kind: str
    name: str
    rows: tuple[tuple[str, str], ...]
    base: str
    inner: "Diagram | None" = None


class Line(NamedTuple):
    """A tensor, or several, on the way from one box to another.

    Attributes:
        source: Place of the box that it leaves.
        target: Place of the box that it enters.
        output: Which of the outputs of `source` it is.
        input: Which of the inputs of `target` it is.
    """

    source: int
    target: int
    output: int = 0
    input: int = 0


class Diagram(NamedTuple):
    """Boxes, in the order in which they run, and lines.

    Attributes:
        title: Name and class of the model.
        boxes: The boxes.
        lines: The lines between them.
        entries: For each input of the model, the places of the boxes that it enters.
        exits: For each of its outputs, the box that it leaves, and which output of it.
    """

    title: str
    boxes: list[Box]
    lines: list[Line]
    entries: list[list[int]]
    exits: list[tuple[int, int]]


def describe(model: Any, options: Options) -> Diagram:
    """Returns the diagram of a model."""
    graph = getattr(model, "_graph", None)
    if graph is not None:
        return _of_graph(model, graph, options)
    rows = hasattr(model, "_rows")  # a Sequential that knows no shapes yet
    boxes = [_box([Node(x)], options) for x in (model.layers if rows else [model])]
    chain = [Line(i, i + 1) for i in range(len(boxes) - 1)]
    ends = ([[0]], [(len(boxes) - 1, 0)]) if boxes else ([], [])
    return Diagram(_title(model), boxes, chain, *ends)


def _title(model: Any) -> str:
    return f"{model.name} ({type(model).__name__})"


def _of_graph(model: Any, graph: Any, options: Options) -> Diagram:
    shown = not hasattr(model, "_rows")  # a Sequential begins with its first layer
    inputs = [Node(None, outputs=start) for start in graph.starts] if shown else []
    groups = _grouped(graph.nodes, by_layer=True)
    if not _flows(groups):
        groups = _grouped(graph.nodes, by_layer=False)
    place = {id(n): len(inputs) + i for i, nodes in enumerate(groups) for n in nodes}
    made = {id(start): (i, 0) for i, start in enumerate(graph.starts)} if shown else {}
    for node in graph.nodes:
        for i, slot in enumerate(_tensors(node.outputs)):
            made.setdefault(id(slot), (place[id(node)], i))
    lines = [
        Line(made[id(t)][0], place[id(node)], made[id(t)][1], i)
        for node in graph.nodes
        for i, t in enumerate(node.inputs())
        if id(t) in made
    ]
    boxes = [
        _input_box(start, name, options)
        for start, name in zip(graph.starts, model.input_names, strict=False)
        if shown
    ]
    boxes += [_box(nodes, options) for nodes in groups]
    entries = [[i] for i in range(len(inputs))] if shown else _firsts(graph, place)
    exits = [made[id(end)] for end in tree.leaves(graph.outputs) if id(end) in made]
    lines = list(dict.fromkeys(lines))
    return Diagram(_title(model), boxes, lines, entries, exits)


def _firsts(graph: Any, place: dict[int, int]) -> list[list[int]]:
    """Returns the boxes that each input of a graph enters."""
    return [
        [place[id(n)] for n in graph.nodes if any(t is start for t in n.inputs())]
        for start in graph.starts
    ]


def _tensors(value: Any) -> list[Any]:
    return [leaf for leaf in tree.leaves(value) if leaf is not None]


def _grouped(nodes: Sequence[Any], by_layer: bool) -> list[list[Any]]:
    """Returns the calls that share a box: those of one layer, or each by itself."""
    found: dict[Hashable, list[Any]] = {}
    for node in nodes:
        together = by_layer and isinstance(node.function, Layer)
        found.setdefault(id(node.function) if together else id(node), []).append(node)
    return list(found.values())


def _flows(groups: list[list[Any]]) -> bool:
    """Tells whether no box depends on itself, as a layer called on its output would."""
    place = {id(node): i for i, nodes in enumerate(groups) for node in nodes}
    needs = [
        {place[id(t.node)] for node in nodes for t in node.inputs()
         if id(t.node) in place}
        for nodes in groups
    ]  # fmt: skip
    waiting = set(range(len(groups)))
    while waiting:
        ready = {i for i in waiting if not needs[i] & waiting}
        if not ready:
            return False
        waiting -= ready
    return True


# --- one box --------------------------------------------------------------------------


def _input_box(start: Any, name: str, options: Options) -> Box:
    rows = [("shape", str(start.shape))] if options.shapes else []
    rows += [("dtype", start.dtype)] if options.dtype else []
    shown = name if options.names else ""
    return Box("InputLayer", shown, tuple(rows), "InputLayer")


def _box(nodes: list[Any], options: Options) -> Box:
    thing = nodes[0].function
    if not isinstance(thing, Layer):
        words = _rows._operation(thing).split("_")
        kind = "".join(word.capitalize() for word in words)
        return Box(kind, "", tuple(_facts(None, nodes, options)), kind)
    kind = base = type(thing).__name__
    wrapped = getattr(thing, "layer", None) or getattr(thing, "forward_layer", None)
    if isinstance(wrapped, Layer):
        base = type(wrapped).__name__
        kind = f"{kind}({base})"
    inner = None
    if getattr(thing, "layers", None) and hasattr(thing, "_graph"):
        base = "model"
        if options.nested and (thing._graph is not None or hasattr(thing, "_rows")):
            inner = describe(thing, options)
    name = thing.name if options.names else ""
    return Box(kind, name, tuple(_facts(thing, nodes, options)), base, inner)


def _facts(layer: Any, nodes: list[Any], options: Options) -> list[tuple[str, str]]:
    """Returns what the options ask for, as pairs of texts."""
    ends = [t for node in nodes[:1] for t in _tensors(node.outputs)]
    starts = [t for node in nodes[:1] for t in node.inputs()] if ends else []
    found = []
    function = getattr(layer, "activation", None)
    if options.activations and function is not None:
        found.append(("activation", _function_name(function)))
    if options.shapes:
        found += _shapes("input", starts) + _shapes("output", ends)
    if options.dtype:
        kinds = [end.dtype for end in ends] or [getattr(layer, "compute_dtype", "?")]
        found.append(("dtype", ", ".join(dict.fromkeys(kinds))))
    if options.trainable and layer is not None and layer.weights:
        found.append(("trainable", "yes" if layer.trainable else "no"))
    if len(nodes) > 1:
        found.append(("calls", str(len(nodes))))
    return found


def _shapes(word: str, tensors: list[Any]) -> list[tuple[str, str]]:
    """Returns a line for each shape; equal ones in a row share one."""
    texts = []
    for text, same in groupby(str(tensor.shape) for tensor in tensors):
        count = len(list(same))
        texts.append(text if count == 1 else f"{text} × {count}")
    words = [word, *[""] * (len(texts) - 1)]
    return list(zip(words, texts or ["?"], strict=False))


def _function_name(function: Any) -> str:
    own = getattr(function, "__name__", None) or getattr(function, "name", None)
    return str(own or type(function).__name__)
