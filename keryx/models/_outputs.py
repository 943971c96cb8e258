"""What is known of a model's outputs before it runs."""

from typing import Any

import jax
import numpy as np

from keryx._core import tree
from keryx._engine import eager
from keryx._graph import trace
from keryx._graph.node import Calls, KerasTensor
from keryx.models._compile import Output


def symbols_like(x: Any) -> Any:
    """Returns symbolic tensors in the shapes of the rows of `x`."""
    return jax.tree.map(
        lambda a: KerasTensor((None, *np.shape(a)[1:]), str(a.dtype)), x
    )


def build(model: Any, x: Any) -> None:
    """Declares a model's weights for inputs like `x`, if that was not done yet."""
    if model.built:
        return
    if eager.is_on():
        model(x)
        return
    model(symbols_like(x))
    model._nodes = Calls()  # that of the shapes is none in a graph


def computes(model: Any) -> bool:
    """Tells whether a model can be called; some only have a `train_step`."""
    graph = getattr(model, "_graph", None)
    return graph is not None or type(model).call.__module__ != "keryx.models._model"


def outputs_of(model: Any, x: Any) -> list[Output]:
    """Returns what is known of a model's outputs for inputs like `x`."""
    if not computes(model):
        return []
    graph = getattr(model, "_graph", None)
    if graph is not None:
        return named(graph.outputs, model.output_names)
    if eager.is_on():
        return named(symbols_like(model(x)))
    return named(model.compute_output_spec(symbols_like(x)))


def named(made: Any, names: list[str] | None = None) -> list[Output]:
    """Returns what is known of nested outputs: symbolic tensors, or arrays."""
    paths = _paths(made)
    flat = tree.leaves(made)
    if names is None:
        single = len(flat) == 1
        names = [p if isinstance(p, str) else "output" if single else f"output_{i + 1}"
                 for i, p in enumerate(paths)]  # fmt: skip
    return [
        Output(name, path, tuple(tensor.shape), _activation(tensor))
        for name, path, tensor in zip(names, paths, flat, strict=True)
    ]


def _paths(made: Any) -> list[Any]:
    if isinstance(made, dict):
        return sorted(made)
    if isinstance(made, list | tuple):
        return list(range(len(made))) if len(made) > 1 else [None]
    return [None]


def _activation(tensor: Any) -> str | None:
    """Returns the name of the activation that made a symbolic tensor, if any."""
    node = getattr(tensor, "node", None)
    layer = node.function if node is not None else None
    layer = _last(layer)
    activation = getattr(layer, "activation", None)
    if activation is None and type(layer).__name__ == "Softmax":
        return "softmax"
    return getattr(activation, "__name__", None)


def _last(layer: Any) -> Any:
    """Returns the layer that computes a model's last output; a plain layer itself."""
    graph = getattr(layer, "_graph", None)
    ends = trace.symbols(graph.outputs) if graph is not None else []
    return _last(ends[0].node.function) if len(ends) == 1 and ends[0].node else layer
