"""Recurrent layers that make their cell themselves."""

from typing import Any

from keryx._core import serial
from keryx._graph.layer import WeightOptions
from keryx.layers._rnn import RNN


class RecurrentOptions(WeightOptions, total=False):
    """`LayerOptions`, and the one of `RNN`'s that is not spelled out."""

    zero_output_for_mask: bool


class OfCell:
    """An attribute that is the cell's."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        return self if layer is None else getattr(layer.cell, self.name)

    def __set__(self, layer: Any, value: Any) -> None:
        setattr(layer.cell, self.name, value)


class CellLayer(RNN):
    """What these layers share: their arguments live in the cell."""

    activation = OfCell()
    use_bias = OfCell()
    kernel_initializer = OfCell()
    recurrent_initializer = OfCell()
    bias_initializer = OfCell()
    kernel_regularizer = OfCell()
    recurrent_regularizer = OfCell()
    bias_regularizer = OfCell()
    kernel_constraint = OfCell()
    recurrent_constraint = OfCell()
    bias_constraint = OfCell()
    dropout = OfCell()
    recurrent_dropout = OfCell()
    seed = OfCell()

    def _arguments(self) -> list[tuple[str, Any]]:
        pairs = [pair for pair in super()._arguments() if pair[0] != "use_cudnn"]
        if serial.is_ours(type(self)):
            pairs.append(("zero_output_for_mask", self.zero_output_for_mask))
        return pairs
