"""Text on its way to a model: the layers that take it run first, on the host.

A compiled program knows numbers alone. So a layer that takes text is called with the
data before; in the program it hands on what it made.
"""

from typing import Any

import numpy as np

from keryx._core.errors import DataError
from keryx._core.text import is_text, texts


def prepared(model: Any, x: Any, where: str) -> Any:
    """Returns inputs with text replaced by what the model's first layers make of it.

    Raises:
        DataError: If a text goes to several layers, or to one that takes none.
    """
    if not model.takes_text:
        return x
    if model._graph is None:
        array = texts(x) if is_text(x) else None
        if array is None:
            return x
        model.build((None, *array.shape[1:]))
    graph = model._graph
    if is_text(x) and not _several(x):
        x = texts(x)
    if not is_data(x):
        return x
    values = _by_start(model, x)
    if values is None:  # its structure is wrong, which is said elsewhere
        return x
    made = [
        _made(model, graph, start, value, where)
        if start.dtype == "string" and is_text(value)
        else value
        for start, value in zip(graph.starts, values, strict=True)
    ]
    if isinstance(x, dict):
        keys = (
            sorted(graph.inputs)
            if isinstance(graph.inputs, dict)
            else (model.input_names)
        )
        return dict(zip(keys, made, strict=True))
    return made if isinstance(x, list | tuple) else made[0]


def prepared_item(model: Any, item: Any, where: str) -> Any:
    """Returns what a source of batches gave, its inputs prepared."""
    if not model.takes_text:
        return item
    if isinstance(item, tuple) and len(item) in (1, 2, 3):
        return (prepared(model, item[0], where), *item[1:])
    return prepared(model, item, where)


def is_data(x: Any) -> bool:
    """Tells whether inputs are in memory rather than a source of batches."""
    leaves = x.values() if isinstance(x, dict) else x
    if hasattr(x, "__array__"):
        return True
    if not isinstance(x, dict | list | tuple):
        return False
    return all(hasattr(v, "__array__") or isinstance(v, list | tuple) for v in leaves)


def _several(x: Any) -> bool:
    return isinstance(x, list | tuple) and any(hasattr(v, "shape") for v in x)


def _by_start(model: Any, x: Any) -> list[Any] | None:
    """Returns the values in the order of the graph's inputs, if they fit."""
    graph = model._graph
    if isinstance(x, dict):
        keys = (
            sorted(graph.inputs)
            if isinstance(graph.inputs, dict)
            else (model.input_names)
        )
        return [x[key] for key in keys] if set(keys) <= set(x) else None
    values = list(x) if isinstance(x, list | tuple) else [x]
    return values if len(values) == len(graph.starts) else None


def _made(model: Any, graph: Any, start: Any, value: Any, where: str) -> Any:
    """Returns what the one layer after an input makes of text."""
    after = [node for node in graph.nodes if any(t is start for t in node.inputs())]
    layers = [node.function for node in after]
    alone = len(after) == 1 and len(after[0].inputs()) == 1
    if not alone or not getattr(layers[0], "takes_text", False):
        names = ", ".join(repr(getattr(layer, "name", "?")) for layer in layers)
        raise DataError(
            f"{where}: input {start.node.function.name!r} of model {model.name!r}",
            expected="text that goes to one layer for text",
            got=f"text that goes to {names or 'none'}",
            fix="Apply these layers to the data first, or give each an `Input` of its "
            "own.",
        )
    array = _fitted(texts(value), start.shape)
    return np.asarray(layers[0](array))


def _fitted(array: Any, wanted: Any) -> Any:
    """Adds or takes off a last axis of size 1 where only that is missing."""
    if len(wanted) == array.ndim + 1 and wanted[-1] == 1:
        return array[..., None]
    if len(wanted) == array.ndim - 1 and array.shape[-1] == 1:
        return array[..., 0]
    return array
