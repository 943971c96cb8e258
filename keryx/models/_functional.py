"""Models made from a graph of layer calls."""

from typing import Any

import jax

from keryx._core import scope, tree
from keryx._core.dtypes import is_float
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.op import find_symbolic
from keryx._graph import masks
from keryx._graph.call import describe
from keryx._graph.graph import Graph
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor
from keryx.layers import InputLayer
from keryx.models._model import Model
from keryx.models._order import by_depth


class Functional(Model):
    """A model made from a graph: what `Model(inputs, outputs)` gives."""

    _graph: Graph

    @property
    def input(self) -> Any:
        """The symbolic inputs, nested as they were given."""
        return self._graph.inputs

    @property
    def output(self) -> Any:
        """The symbolic outputs, nested as they were given."""
        return self._graph.outputs

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, in a list."""
        return list(self._graph.starts)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, in a list."""
        found: list[KerasTensor] = tree.leaves(self._graph.outputs)
        return found

    @property
    def input_shape(self) -> Any:
        """Shapes of the inputs, batch axis included, nested alike."""
        return tree.map_leaves(lambda tensor: tensor.shape, self._graph.inputs)

    @property
    def output_shape(self) -> Any:
        """Shapes of the outputs, batch axis included, nested alike."""
        return tree.map_leaves(lambda tensor: tensor.shape, self._graph.outputs)


def set_graph(model: Model, inputs: Any, outputs: Any) -> None:
    """Makes a model run the graph between some symbolic tensors.

    Raises:
        ArgumentError: If `inputs` or `outputs` hold something else.
        StateError: If the outputs need more than the inputs.
    """
    for name, value in (("inputs", inputs), ("outputs", outputs)):
        for leaf in tree.leaves(value):
            if not isinstance(leaf, KerasTensor):
                raise ArgumentError(
                    "Model",
                    name,
                    expected="symbolic tensors from `Input(...)` and layers",
                    got=type(leaf).__name__,
                )
    starts = [_as_input(start) for start in tree.leaves(inputs)]
    graph = Graph(inputs, outputs)
    model._graph = graph
    begins = {
        id(given): start.node.function
        for given, start in zip(tree.leaves(inputs), starts, strict=True)
        if start.node is not None
    }
    model._layers = by_depth(graph, begins)
    model.input_names = [_name_of(start) for start in starts]
    model.output_names = [_name_of(end) for end in tree.leaves(outputs)]
    model.built = True
    model._build_shapes = None


def _as_input(tensor: KerasTensor) -> KerasTensor:
    """Gives an intermediate tensor that serves as an input an input layer."""
    if tensor.node is None or isinstance(tensor.node.function, InputLayer):
        return tensor
    layer = InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype)
    stand_in: KerasTensor = layer.output
    stand_in.name = tensor.name
    return stand_in


def _name_of(tensor: KerasTensor) -> str:
    function = tensor.node.function if tensor.node is not None else None
    return str(getattr(function, "name", tensor.name))


def run(model: Model, inputs: Any, mask: Any) -> Any:
    """Runs a model's graph on inputs nested like its own, or in their order."""
    graph = model._graph
    assert graph is not None
    values = _in_order(model, graph, inputs)
    values = [
        _cast(model, v, start) for v, start in zip(values, graph.starts, strict=True)
    ]
    if mask is not None:
        masks.put_all(values, mask)
    return graph.run(values)


def _in_order(model: Model, graph: Graph, inputs: Any) -> list[Any]:
    if isinstance(inputs, dict):
        keys = (
            sorted(graph.inputs)
            if isinstance(graph.inputs, dict)
            else model.input_names
        )
        missing = [key for key in keys if key not in inputs]
        if missing:
            raise ArgumentError(
                describe(model), "inputs", expected=f"keys {keys}", got=sorted(inputs)
            )
        return [inputs[key] for key in keys]
    values = tree.leaves(inputs)
    if len(values) != len(graph.starts):
        raise ShapeError(
            describe(model),
            expected=f"{len(graph.starts)} inputs ({', '.join(model.input_names)})",
            got=f"{len(values)}",
        )
    return values


def _cast(model: Model, value: Any, start: KerasTensor) -> Any:
    """Casts an array to its input's element type, and checks its shape."""
    if start.dtype == "string":
        return value  # text, or in a compiled run what the next layer made of it
    shape = tuple(value.shape)
    here = scope.current()
    # Where states are handed in and out, a sequence may come in pieces.
    first = 2 if here is not None and here.flow is not None else 1
    fits = len(shape) == len(start.shape) and all(
        want in (None, got) or got is None
        for want, got in zip(start.shape[first:], shape[first:], strict=True)
    )
    if not fits:
        raise ShapeError(
            f"{describe(model)}: input {_name_of(start)!r}",
            expected=f"samples of shape {start.shape[1:]}",
            got=f"{shape[1:]}",
            fix="Look at the layer before it: its output goes in here.",
        )
    wanted = jax.dtypes.canonicalize_dtype(start.dtype)  # of 32 bits, not 64
    if find_symbolic(value) is not None or value.dtype == wanted:
        return value
    if is_float(start.dtype) and is_float(value.dtype):
        return value  # the layers cast floats, each to its own type
    cast = value.astype(wanted)
    mask = masks.get(value)
    if mask is not None:
        masks.put(cast, mask)
    return cast


def layer_inputs(layer: Layer) -> Any:
    """Returns the symbolic inputs of a model, else of a layer's one call."""
    graph = getattr(layer, "_graph", None)
    return graph.inputs if graph is not None else layer.input
