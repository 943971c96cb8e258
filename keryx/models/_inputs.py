"""The user's inputs in the order and rank in which the model takes them."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx._core import tree
from keryx._core.errors import DataError, ShapeError


def standardize(model: Any, x: Any, where: str) -> Any:
    """Returns the inputs nested as the model's, with their ranks adjusted.

    Raises:
        DataError: If their number or their names differ from the model's inputs.
        ShapeError: If a shape does.
    """
    graph = getattr(model, "_graph", None)
    if graph is None:
        shape = getattr(model, "_declared_inputs", None)
        return x if shape is None else x
    names = model.input_names
    values = _ordered(model, graph, names, x, where)
    fitted = [
        _fit_rank(value, start, name, model, where)
        for value, start, name in zip(values, graph.starts, names, strict=True)
    ]
    if isinstance(graph.inputs, dict):
        return dict(zip(sorted(graph.inputs), fitted, strict=True))
    return fitted if isinstance(graph.inputs, list | tuple) else fitted[0]


def _ordered(model: Any, graph: Any, names: list[str], x: Any, where: str) -> list[Any]:
    """Returns the values in the order of the graph's inputs."""
    if isinstance(x, dict):
        keys = sorted(graph.inputs) if isinstance(graph.inputs, dict) else names
        missing = [key for key in keys if key not in x]
        if not missing:
            return [x[key] for key in keys]
        if len(keys) == 1 and len(x) == 1:
            return list(x.values())
        raise DataError(
            f"{where}: inputs of model {model.name!r}",
            expected=f"arrays for {keys}",
            got=f"a dict with {sorted(map(str, x))}",
            fix=f"Name the missing ones: {missing}.",
        )
    values = tree.leaves(x)
    if len(values) != len(names):
        raise DataError(
            f"{where}: inputs of model {model.name!r}",
            expected=f"one array for each of {names}",
            got=f"{len(values)}",
            fix="Pass a list with one array for each input."
            if len(names) > 1
            else "Pass one array.",
        )
    return values


def _fit_rank(value: Any, start: Any, name: str, model: Any, where: str) -> Any:
    """Adds or takes off a last axis of size 1 where only that is missing."""
    if start.dtype == "string":
        return value  # `_text` made numbers of it
    wanted, shape = start.shape, tuple(np.shape(value))
    library = np if isinstance(value, np.ndarray) else jnp
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        value = library.expand_dims(value, -1)
    elif len(shape) == len(wanted) + 1 and shape[-1] == 1:
        value = library.squeeze(value, -1)
    shape = tuple(np.shape(value))
    fits = len(shape) == len(wanted) and all(
        w is None or w == s for w, s in zip(wanted[1:], shape[1:], strict=True)
    )
    if not fits:
        raise ShapeError(
            f"{where}: input {name!r} of model {model.name!r}",
            expected=f"shape {wanted}",
            got=f"{shape}",
            fix=_advice(wanted, shape),
        )
    return value


def _advice(wanted: Any, shape: Any) -> str:
    """Says what is probably wrong with a shape."""
    rest = tuple(wanted[1:])
    if len(shape) == len(wanted) - 1 and shape == tuple(rest):
        return "The batch axis is missing: pass `x[None]` for one sample."
    if len(shape) == len(wanted) - 1:
        return (
            "An axis is missing. Images without a channel axis get one with "
            "`x[..., None]`."
        )
    if len(wanted) == 2 and len(shape) > 2:
        return "Flatten the samples: `x.reshape(len(x), -1)`, or add a Flatten layer."
    if len(shape) == len(wanted) and sorted(shape[1:]) == sorted(
        s for s in rest if s is not None
    ):
        return "The axes are in another order: use `numpy.moveaxis`."
    return "Change the data, or the shape in the model's first layer."
