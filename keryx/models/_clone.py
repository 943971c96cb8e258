"""Copies of models, and models from JSON."""

import json
from collections.abc import Callable
from typing import Any

from keryx._core import serial
from keryx._core.errors import ArgumentError


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
    copies = {layer.name: clone_function(layer) for layer in model.layers}
    from keryx.models._sequential import Sequential

    if isinstance(model, Sequential):
        first = model._start.node.function if model._start is not None else None
        rows = [type(first).from_config(first.get_config())] if first else []
        return type(model)([*rows, *copies.values()], name=model.name)
    return type(model).from_config(model.get_config(), custom_objects=None)


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """Returns a model from `to_json`'s result.

    Args:
        json_string: The architecture.
        custom_objects: Classes and functions by the names that it uses.
    """
    return serial.deserialize(json.loads(json_string), custom_objects)
