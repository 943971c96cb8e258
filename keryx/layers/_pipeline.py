"""Layers one after the other, as one layer."""

from collections.abc import Sequence
from typing import Any, Self

from keryx._core import serial
from keryx._core.errors import ArgumentError
from keryx._graph.layer import Layer


class Pipeline(Layer):
    """Calls layers one after the other, e.g. those that prepare pictures.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import Rescaling
        >>> Pipeline([Rescaling(2.0), Rescaling(1.0, offset=1)])(np.ones(2)).tolist()
        [3.0, 3.0]

    Args:
        layers: The layers, first to last.
        name: Name; made up from the class if `None`.

    Shapes:
        inputs:  those of the first layer
        outputs: those of the last one

    Raises:
        ArgumentError: If one of them is no layer.
    """

    def __init__(self, layers: Sequence[Any], name: str | None = None) -> None:
        super().__init__(name=name)
        if not all(isinstance(layer, Layer) for layer in layers):
            raise ArgumentError(self, "layers", expected="a list of layers", got=layers)
        self.layers = list(layers)
        self.autocast = False  # each of them casts for itself

    def call(self, inputs: Any, training: bool | None = True, mask: Any = None) -> Any:
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        return {"layers": serial.serialize(self.layers), "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a pipeline, and its layers, from `get_config`'s result."""
        layers = [serial.deserialize(layer) for layer in config["layers"]]
        return cls(layers, name=config.get("name"))
