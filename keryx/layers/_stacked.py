"""Cells on top of each other."""

from typing import Any, Self, Unpack

import jax
import jax.numpy as jnp

from keryx._core import serial
from keryx._core.errors import ArgumentError
from keryx._core.shapes import Shape
from keryx._graph.call import ensure_built
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor
from keryx.layers._cell import RecurrentCell
from keryx.layers._loop import as_list, Called, Looped


class StackedRNNCells(Layer):
    """Makes one cell of several: each reads the output of the one before.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import GRUCell, LSTMCell, RNN
        >>> RNN(StackedRNNCells([LSTMCell(4), GRUCell(3)]))(np.ones((2, 5, 1))).shape
        (2, 3)

    Args:
        cells: The cells, the first at the inputs.

    Shapes:
        inputs:  `(batch, ...)`
        states:  a list of one entry per cell, each a list of that cell's states
        outputs: the last cell's

    Returns:
        `(output, states)`.

    Raises:
        ArgumentError: If `cells` is empty or one has no `state_size`.
    """

    def __init__(self, cells: Any, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.cells: list[Any] = list(cells)
        for cell in self.cells or [None]:
            if not isinstance(cell, Layer) or not hasattr(cell, "state_size"):
                raise ArgumentError(
                    self, "cells", expected="layers with a `state_size`", got=cell
                )

    @property
    def state_size(self) -> list[Any]:
        """The cells' sizes of state."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """Size of the output."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Returns the cells' initial states."""
        return [_initial(cell, batch_size) for cell in self.cells]

    def build(self, input_shape: Shape) -> None:
        shapes = self._input_shapes(tuple(input_shape))
        for cell, shape in zip(self.cells, shapes, strict=True):
            ensure_built(cell, (KerasTensor(shape, self.compute_dtype),), {})

    def _input_shapes(self, shape: Any) -> list[Any]:
        """Returns the shape of each cell's inputs, given the first one's."""
        sizes = [as_list(_output_size(cell)) for cell in self.cells[:-1]]
        return [shape, *((shape[0], *size) for size in sizes)]

    def call(
        self, inputs: jax.Array, states: Any, training: bool | None = False
    ) -> Any:
        ready = self.prepare(inputs.shape, training)
        return self.step(ready, self.project(ready, inputs), states)

    def prepare(self, shape: tuple[int, ...], training: bool | None) -> Any:
        """Reads the weights and draws the masks of all cells."""
        pairs = zip(self._parts(), self._input_shapes(shape), strict=True)
        return [part.prepare(own, training) for part, own in pairs]

    def project(self, ready: Any, inputs: jax.Array) -> jax.Array:
        """Does what the first cell needs only the inputs for."""
        return self._parts()[0].project(ready[0], inputs)

    def step(self, ready: Any, projected: jax.Array, states: Any) -> Any:
        """Returns the last cell's output and all states of one step."""
        after = []
        for place, part in enumerate(self._parts()):
            if place:
                projected = part.project(ready[place], projected)
            projected, new = part.step(ready[place], projected, as_list(states[place]))
            after.append(as_list(new))
        return projected, after

    def _parts(self) -> list[Looped]:
        return [
            cell
            if isinstance(cell, RecurrentCell) and type(cell).call is RecurrentCell.call
            else Called(cell)
            for cell in self.cells
        ]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer, and its cells, from `get_config`'s result."""
        cells = [serial.deserialize(cell) for cell in config["cells"]]
        return super().from_config({**config, "cells": cells})


def _output_size(cell: Any) -> Any:
    """Returns a cell's size of output: if it says none, that of its first state."""
    size = getattr(cell, "output_size", None)
    return size if size is not None else as_list(cell.state_size)[0]


def _initial(cell: Any, batch_size: int | None) -> list[Any]:
    make = getattr(cell, "get_initial_state", None)
    if make is not None:
        made: list[Any] = as_list(make(batch_size=batch_size))
        return made
    sizes = as_list(cell.state_size)
    return [jnp.zeros((batch_size, size), cell.compute_dtype) for size in sizes]
