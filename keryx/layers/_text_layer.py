"""Layers that take text, which is on the host and never in a compiled program."""

from typing import Any

import jax
import numpy as np

from keryx._core.errors import ArgumentError, DataError, StateError
from keryx._core.shapes import Shape
from keryx._core.text import is_text
from keryx._graph.call import describe
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor


class TextLayer(Layer):
    """A layer whose inputs may be text.

    Called with text it computes at once, with NumPy. In a model whose input is text,
    `fit`, `evaluate` and `predict` call it with the data before the compiled program
    runs, where it only hands on what it gave.
    """

    takes_text = True
    # Whether it takes nothing but text.
    text_alone = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        first: Any = args[0] if args else None
        numbers = isinstance(first, np.ndarray) and not self.text_alone
        if numbers and first.dtype == np.int64:
            # Before its numbers are cut to 32 bits.
            if not self.built:
                self._finish_build(first.shape)
            return self.call(first)
        return super().__call__(*args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns a symbolic output for a symbolic input, text or not."""
        inputs = args[0] if args else kwargs["inputs"]
        given = inputs if isinstance(inputs, list | tuple) else [inputs]
        text = any(one.dtype == "string" for one in given)
        if text:
            self._text_in_graph = True
        if text or self.text_alone:
            return KerasTensor(*self._outcome([tuple(one.shape) for one in given]))
        return super().compute_output_spec(*args, **kwargs)

    @property
    def input_dtype(self) -> str | None:
        """Element type of the inputs of a model that begins with this layer."""
        return "string" if self.text_alone else None

    def _outcome(self, shapes: list[Shape]) -> tuple[Shape, str]:
        """Returns the shape and the element type of the output for text."""
        raise NotImplementedError

    def _is_prepared(self, inputs: Any) -> bool:
        """Tells whether a model's inputs went through this layer already.

        Raises:
            StateError: If text would have to come out of a compiled program.
        """
        if is_text(inputs):
            return False
        if "_text_in_graph" in self.__dict__:
            return True
        if self.text_alone and isinstance(inputs, jax.Array | jax.core.Tracer):
            raise DataError(
                describe(self),
                expected="text",
                got=f"numbers ({inputs.dtype})",
                fix="Declare the model's input with "
                '`Input(shape=(1,), dtype="string")`.',
            )
        return False


def need_values(layer: Layer, inputs: Any, what: str) -> None:
    """Refuses what cannot be computed in a compiled program.

    Raises:
        StateError: If there are no values.
    """
    if isinstance(inputs, jax.core.Tracer):
        raise StateError(
            describe(layer),
            expected="data with values",
            got=f"a compiled program, where there is no {what}",
            fix="Apply the layer to the data before or after the model.",
        )


def refuse(owner: Any, **options: Any) -> None:
    """Refuses `sparse` and `ragged` outputs.

    Raises:
        ArgumentError: If one of them is asked for.
    """
    for name, value in options.items():
        if value:
            raise ArgumentError(
                owner,
                name,
                expected="False",
                got=value,
                fix="Outputs are dense here: rows of text get one length with "
                "`output_sequence_length`, or by padding.",
            )
