"""Where a graph begins."""

from typing import Any

from keryx._core import serial
from keryx._core.dtypes import standardize_dtype
from keryx._core.errors import ArgumentError
from keryx._core.hook import hooked
from keryx._graph import naming
from keryx._graph.layer import Layer
from keryx._graph.node import KerasTensor, make_input


class InputLayer(Layer):
    """The place of an input in a model's list of layers; it computes nothing.

    Args:
        shape: Shape of one sample.
        batch_size: Fixed number of samples in a batch, or `None`.
        dtype: Element type.
        batch_shape: Shape with the batch axis, in place of `shape`.
        input_tensor: Symbolic tensor to stand for.
        optional: Whether the input may be `None`.
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name=name, **options)
        if batch_shape is None:
            if isinstance(shape, int):
                raise ArgumentError(
                    "Input",
                    "shape",
                    expected="a tuple of axis sizes",
                    got=shape,
                    fix=f"Write `shape=({shape},)`.",
                )
            source = input_tensor.shape[1:] if input_tensor is not None else shape
            if source is None:
                raise ArgumentError(
                    "Input", "shape", expected="given (or `batch_shape`)", got=None
                )
            batch_shape = (batch_size, *source)
        self.batch_shape = tuple(batch_shape)
        self._dtype = standardize_dtype(
            dtype or (input_tensor.dtype if input_tensor is not None else None)
        )
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.optional = optional
        self.built = True
        self.supports_masking = True
        node = make_input(self.batch_shape, self._dtype, self.name, self).node
        assert node is not None
        self._nodes.add(node)

    def call(self, inputs: Any) -> Any:
        return inputs

    @property
    def dtype(self) -> str:
        """Element type of the input."""
        return self._dtype

    @property
    def output(self) -> Any:
        """The symbolic tensor."""
        return self._only_node("output").outputs

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": serial.serialize(self._dtype),
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }

    def get_build_config(self) -> None:
        """Returns `None`: there is nothing to build."""


@hooked
def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """Returns a symbolic tensor, where the graph of a model begins.

    Example:
        >>> Input((28, 28)).shape
        (None, 28, 28)

    Args:
        shape: Shape of one sample; `None` for axes of any size.
        batch_size: Fixed number of samples in a batch, or `None`.
        dtype: Element type.
        sparse: Accepted for Keras's sake.
        batch_shape: Shape with the batch axis, in place of `shape`.
        name: Name; made up if `None`.
        tensor: Symbolic tensor to stand for.
        optional: Whether the input may be `None`.

    Raises:
        ArgumentError: If no shape is given.
    """
    layer = InputLayer(
        shape,
        batch_size,
        dtype,
        sparse=sparse,
        batch_shape=batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name or naming.of_class(InputLayer),
    )
    made: KerasTensor = layer.output
    return made
