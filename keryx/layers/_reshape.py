"""Layers that give the same numbers another shape."""

import math
from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check, config
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe, require_ndim
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor


class Flatten(Layer):
    """Makes one axis of all axes but the batch's.

    Example:
        >>> import numpy as np
        >>> Flatten()(np.ones((2, 3, 4))).shape
        (2, 12)

    Args:
        data_format: "channels_first" moves the channels last before flattening, so
            that both orders give the same numbers; `None` for the global default.

    Shapes:
        inputs:  `(batch, ...)`
        outputs: `(batch, features)`

    Raises:
        ArgumentError: If `data_format` is neither of the two.
    """

    def __init__(
        self, data_format: str | None = None, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        if inputs.ndim == 0:
            raise ShapeError(
                describe(self), expected="inputs with a batch axis", got="a scalar"
            )
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = jnp.moveaxis(inputs, 1, -1)
        return inputs.reshape(inputs.shape[0], math.prod(inputs.shape[1:]))


class Reshape(Layer):
    """Gives every sample another shape of as many elements.

    Example:
        >>> import numpy as np
        >>> Reshape((3, -1))(np.ones((2, 12))).shape
        (2, 3, 4)

    Args:
        target_shape: Shape of one output sample; one size may be -1, to be worked out.

    Shapes:
        inputs:  `(batch, ...)`
        outputs: `(batch, *target_shape)`

    Raises:
        ArgumentError: If `target_shape` is no tuple of sizes, or has -1 twice.
        ShapeError: On a call, if the inputs do not fit in the shape.
    """

    def __init__(self, target_shape: Any, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        if not isinstance(target_shape, list | tuple):
            raise ArgumentError(
                self,
                "target_shape",
                expected="a tuple of axis sizes without the batch axis",
                got=target_shape,
                fix=f"Write `target_shape=({target_shape},)`.",
            )
        self.target_shape = check.int_tuple(
            target_shape, len(target_shape), "target_shape", self, least=-1
        )
        if self.target_shape.count(-1) > 1:
            raise ArgumentError(
                self, "target_shape", expected="with -1 at most once", got=target_shape
            )

    def compute_output_spec(self, inputs: KerasTensor) -> KerasTensor:
        """Returns a symbolic output, leaving the graph as it was."""
        return KerasTensor(
            (inputs.shape[0], *self._resolve(inputs.shape)), inputs.dtype
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        return inputs.reshape(inputs.shape[0], *self._resolve(inputs.shape))

    def _resolve(self, shape: Shape) -> Any:
        """Returns the sample's target shape, -1 replaced by what it stands for."""
        target = self.target_shape
        if None in shape[1:]:
            return tuple(None if size == -1 else size for size in target)
        total = math.prod(size for size in shape[1:] if size is not None)
        rest = math.prod(size for size in target if size != -1)
        fits = total == rest if -1 not in target else rest and total % rest == 0
        if not fits:
            multiple = "a multiple of " if -1 in target else ""
            raise ShapeError(
                describe(self),
                expected=f"samples of {multiple}{rest} elements, for "
                f"target_shape={target}",
                got=f"inputs of shape {shape}, {total} elements a sample",
                fix="Leave one size open with -1, or change the layer before.",
            )
        return tuple(total // rest if size == -1 else size for size in target)


class Permute(Layer):
    """Orders the axes of every sample anew.

    Example:
        >>> import numpy as np
        >>> Permute((2, 1))(np.ones((2, 10, 64))).shape
        (2, 64, 10)

    Args:
        dims: For each output axis, which input axis it is; counted from 1, the batch
            axis left out.

    Shapes:
        inputs:  `(batch, ...)`
        outputs: `(batch, ...)`, the same sizes in another order

    Raises:
        ArgumentError: If `dims` is no order of 1, 2, …
        ShapeError: On a call, if the inputs have another number of axes.
    """

    def __init__(self, dims: Any, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(
                self,
                "dims",
                expected=f"the numbers 1 to {len(self.dims)} in some order",
                got=dims,
                fix="The batch axis stays first and is not counted.",
            )

    def call(self, inputs: jax.Array) -> jax.Array:
        ndim = len(self.dims) + 1
        require_ndim(
            self, inputs.shape, ndim, f"inputs of {ndim} axes, for dims={self.dims}"
        )
        return jnp.transpose(inputs, (0, *self.dims))


class RepeatVector(Layer):
    """Repeats a vector, to make a sequence of it.

    Example:
        >>> import numpy as np
        >>> RepeatVector(3)(np.ones((2, 5))).shape
        (2, 3, 5)

    Args:
        n: How often.

    Shapes:
        inputs:  `(batch, features)`
        outputs: `(batch, n, features)`

    Raises:
        ArgumentError: If `n` is not a positive integer.
        ShapeError: On a call, if the inputs do not have two axes.
    """

    def __init__(self, n: int, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.n = check.positive_int(n, "n", owner=self)

    def call(self, inputs: jax.Array) -> jax.Array:
        require_ndim(self, inputs.shape, 2, "inputs of shape (batch, features)")
        return jnp.repeat(inputs[:, None, :], self.n, axis=1)
