"""A layer around another one."""

from typing import Any, Self, Unpack

from keryx._core import serial
from keryx._core.errors import ArgumentError
from keryx._graph.layer import Layer, LayerOptions


class Wrapper(Layer):
    """Base class of layers that hold another layer; calls it as it is.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import Dense
        >>> Wrapper(Dense(3))(np.ones((2, 4))).shape
        (2, 3)

    Args:
        layer: The layer inside.

    Raises:
        ArgumentError: If `layer` is no layer.
    """

    def __init__(self, layer: Any, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        if not isinstance(layer, Layer):
            raise ArgumentError(
                self,
                "layer",
                expected="a layer",
                got=layer,
                fix="Give an instance, such as `Dense(3)`.",
            )
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        if not self.layer.built and input_shape is not None:
            self.layer.build_from_config({"input_shape": input_shape})

    def call(self, *args: Any, **kwargs: Any) -> Any:
        return self.layer(*args, **kwargs)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer, and the one inside, from `get_config`'s result."""
        inner = serial.deserialize(config["layer"])
        return super().from_config({**config, "layer": inner})
