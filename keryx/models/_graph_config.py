"""Graphs of layer calls as plain data, in the form of Keras 3's files."""

from typing import Any

from keryx._core import serial, tree
from keryx._core.errors import FileError
from keryx._graph import trace
from keryx._graph.call import signature
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor, Node

# Marks a call in a file of which the caller chose `training`.
FROZEN = "fixed_training"


def describe(model: Any) -> dict[str, Any]:
    """Returns the configuration of a model made from a graph."""
    graph = model._graph
    owners = _owners(model)
    numbers = _numbers(graph, owners)
    rows = []
    for layer in model._layers:
        data = serial.serialize(layer)
        calls = [node for node in graph.nodes if node.function is layer]
        rows.append(
            {
                **data,
                "name": layer.name,
                "inbound_nodes": [_call(node, numbers) for node in calls],
            }
        )
    return {
        "name": model.name,
        "trainable": model.trainable,
        "dtype": serial.serialize(model.dtype_policy),
        "layers": rows,
        "input_layers": _ends(graph.inputs, numbers),
        "output_layers": _ends(graph.outputs, numbers),
    }


def _owners(model: Any) -> set[int]:
    """Returns the ids of the layers that appear in the file.

    Raises:
        FileError: If an operation outside of a layer is part of the graph.
    """
    for node in model._graph.nodes:
        if not isinstance(node.function, Layer):
            name = getattr(node.function, "__name__", str(node.function))
            raise FileError(
                f"model {model.name!r}",
                expected="a graph of layers alone",
                got=f"the operation {name!r} between them",
                fix="Put it into a layer, or save the weights alone.",
            )
    return {id(layer) for layer in model._layers}


def _numbers(graph: Any, owners: set[int]) -> dict[int, list[Any]]:
    """Returns `[layer name, number of the call, number of the output]` per tensor."""
    numbers: dict[int, list[Any]] = {}
    for start in graph.starts:
        numbers[id(start)] = [start.node.function.name, 0, 0]
    calls: dict[int, int] = {}
    for node in graph.nodes:
        call = calls.get(id(node.function), 0)
        calls[id(node.function)] = call + 1
        for i, slot in enumerate(trace.symbols(node.outputs)):
            numbers.setdefault(id(slot), [node.function.name, call, i])
    return numbers


def _call(node: Node, numbers: dict[int, list[Any]]) -> dict[str, Any]:
    def place(tensor: KerasTensor) -> dict[str, Any]:
        return {
            "class_name": "__keras_tensor__",
            "config": {
                "shape": tensor.shape,
                "dtype": tensor.dtype,
                "keras_history": numbers[id(tensor)],
            },
        }

    data = {
        "args": serial.serialize(trace.substitute(list(node.args), place)),
        "kwargs": serial.serialize(trace.substitute(node.kwargs or {}, place)),
    }
    # Keras writes `training: false` for calls that did not say so; this one did.
    return {**data, FROZEN: True} if "training" in data["kwargs"] else data


def _ends(tensors: Any, numbers: dict[int, list[Any]]) -> Any:
    def place(tensor: KerasTensor) -> list[Any]:
        name, call, index = numbers[id(tensor)]
        function = tensor.node.function if tensor.node is not None else None
        return [name, call + _first_call(function), index]

    if isinstance(tensors, KerasTensor):
        return place(tensors)
    return trace.substitute(tensors, place)


def _first_call(layer: Any) -> int:
    """Returns the number that the ends of a graph give to the first call of a layer.

    There, and only there, Keras counts the making of a graph as a call of its model.
    """
    made_of_graph = getattr(layer, "_graph", None) is not None
    return int(made_of_graph and not hasattr(layer, "_rows"))


def restore(cls: Any, config: dict[str, Any], custom_objects: Any = None) -> Any:
    """Makes a model from `describe`'s result.

    Raises:
        FileError: If a call needs the output of a call that is not there.
    """
    layers: dict[str, Layer] = {}
    waiting: list[tuple[Layer, dict[str, Any]]] = []
    outputs: dict[tuple[str, int], Any] = {}
    for row in config["layers"]:
        data = {k: v for k, v in row.items() if k not in ("inbound_nodes", "name")}
        layer = serial.deserialize(data, custom_objects)
        name = row.get("name", layer.name)
        layers[name] = layer
        waiting += [(layer, call) for call in row.get("inbound_nodes", ())]
        if not row.get("inbound_nodes"):
            outputs[name, 0] = layer.output
    _replay(waiting, outputs, {id(layer): name for name, layer in layers.items()})

    inputs, ends = (
        _found(config[name], layers, outputs)
        for name in ("input_layers", "output_layers")
    )
    model = cls(inputs, ends, name=config.get("name"))
    model.trainable = config.get("trainable", True) if not _mixed(model) else True
    return model


def _found(place: Any, layers: dict[str, Layer], outputs: dict[Any, Any]) -> Any:
    """Returns the ends of a graph, nested as in the file."""
    if _is_place(place):
        name, call, index = place
        first = _first_call(layers.get(name))
        return _slot(outputs, [name, max(call - first, 0), index])
    if isinstance(place, dict):
        return {key: _found(item, layers, outputs) for key, item in place.items()}
    found = [_found(item, layers, outputs) for item in place]
    return found[0] if len(found) == 1 and _is_place(place[0]) else found


def _mixed(model: Any) -> bool:
    """Tells whether some layers are frozen, which the model's own flag must keep."""
    return any(not layer.trainable for layer in model.layers)


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 3
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _slot(outputs: dict[tuple[str, int], Any], place: Any) -> Any:
    name, call, index = place
    return trace.symbols(outputs[name, call])[index]


def _replay(
    waiting: list[tuple[Layer, dict[str, Any]]],
    outputs: dict[tuple[str, int], Any],
    names: dict[int, str],
) -> None:
    """Makes the calls in an order in which each finds its inputs."""
    done: dict[int, int] = {}
    while waiting:
        later = []
        for layer, call in waiting:
            places = _places(call)
            if any((p[0], p[1]) not in outputs for p in places):
                later.append((layer, call))
                continue
            args = _filled(call.get("args"), outputs)
            kwargs = _filled(_said(layer, call), outputs)
            number = done.get(id(layer), 0)
            done[id(layer)] = number + 1
            outputs[names[id(layer)], number] = layer(*(args or ()), **kwargs)
        if len(later) == len(waiting):
            raise FileError(
                "model configuration",
                expected="calls of which each has its inputs",
                got=f"{[names[id(layer)] for layer, _ in later]} waiting for others",
            )
        waiting = later


def _said(layer: Layer, call: dict[str, Any]) -> dict[str, Any]:
    """Returns a call's keyword arguments without a default that Keras filled in."""
    kwargs: dict[str, Any] = call.get("kwargs") or {}
    default = bool(signature(type(layer).call).training_default)
    if kwargs.get("training") is default and not call.get(FROZEN):
        return {key: item for key, item in kwargs.items() if key != "training"}
    return kwargs


def _is_tensor(value: Any) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _places(call: Any) -> list[Any]:
    """Returns the `[layer, call, output]` of every tensor in a call's arguments."""
    if _is_tensor(call):
        return [call["config"]["keras_history"]]
    if tree.is_nested(call):
        items = call.values() if isinstance(call, dict) else call
        return [place for item in items for place in _places(item)]
    return []


def _filled(value: Any, outputs: dict[tuple[str, int], Any]) -> Any:
    if _is_tensor(value):
        return _slot(outputs, value["config"]["keras_history"])
    if isinstance(value, dict):
        if "class_name" in value and "config" in value:
            return serial.deserialize(value)
        return {key: _filled(item, outputs) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_filled(item, outputs) for item in value)
    return value
