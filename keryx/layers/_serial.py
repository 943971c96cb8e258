"""Layers as plain data."""

from typing import Any

from keryx._core import serial
from keryx._core.errors import ArgumentError
from keryx._graph.layer import Layer


def serialize(layer: Layer) -> dict[str, Any]:
    """Returns a layer's class and configuration as plain data.

    Args:
        layer: The layer; its weights are not part of it.
    """
    described: dict[str, Any] = serial.serialize(layer)
    return described


def deserialize(
    config: dict[str, Any], custom_objects: dict[str, Any] | None = None
) -> Layer:
    """Returns a new layer as `serialize` described it.

    Example:
        >>> from keryx.layers import Dense
        >>> deserialize(serialize(Dense(3))).units
        3

    Args:
        config: Plain data.
        custom_objects: Classes and functions by the names that the data uses.

    Raises:
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
        ArgumentError: If it describes something else than a layer.
    """
    layer = serial.deserialize(config, custom_objects)
    if not isinstance(layer, Layer):
        raise ArgumentError(
            "deserialize", "config", expected="a layer's", got=type(layer).__name__
        )
    return layer
