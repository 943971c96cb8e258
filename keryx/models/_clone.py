"""Copies of models."""

from collections.abc import Callable
from typing import Any

from keryx._core.errors import ArgumentError
from keryx._graph.node import KerasTensor
from keryx.layers import Input
from keryx.models._sequential import Sequential


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
) -> Any:
    """Returns a model of the same architecture with weights of its own.

    Example:
        >>> from keryx.layers import Dense, Input
        >>> from keryx.models import Sequential
        >>> model = Sequential([Input((3,)), Dense(2)])
        >>> clone_model(model).count_params()
        8

    Args:
        model: A model made of a row or a graph of layers, or with a configuration.
        input_tensors: Must be `None`; call the clone on tensors instead.
        clone_function: Returns the copy of a layer; from its configuration if `None`.

    Raises:
        ArgumentError: If `input_tensors` is given.
    """
    if input_tensors is not None:
        raise ArgumentError(
            "clone_model",
            "input_tensors",
            expected="None",
            got=input_tensors,
            fix="Call the clone on the tensors instead: `clone_model(m)(x)`.",
        )
    if clone_function is None:
        return type(model).from_config(model.get_config())
    if isinstance(model, Sequential):
        start = [] if model._start is None else [_fresh(model._start)]
        copies = [clone_function(layer) for layer in model.layers]
        return type(model)([*start, *copies], name=model.name)
    if model._graph is None:
        return clone_function(model)
    starts = [_fresh(start) for start in model._graph.starts]
    instead = {id(layer): clone_function(layer) for layer in model.layers}
    return type(model)(starts, model._graph.run(starts, instead), name=model.name)


def _fresh(start: KerasTensor) -> KerasTensor:
    """Returns an input like another one."""
    return Input(batch_shape=start.shape, dtype=start.dtype, name=start.name)
