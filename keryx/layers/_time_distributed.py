"""A layer at every step of a sequence."""

from typing import Any

import jax

from keryx._core import tree
from keryx._core.errors import ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe, ensure_built, signature
from keryx._graph.node import KerasTensor
from keryx.layers._wrapper import Wrapper


class TimeDistributed(Wrapper):
    """Applies a layer to every step of a sequence, with the same weights.

    The steps become samples: the layer is called once, on `batch * time` of them.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import Conv2D
        >>> TimeDistributed(Conv2D(3, 2))(np.ones((2, 5, 8, 8, 1))).shape
        (2, 5, 7, 7, 3)

    Args:
        layer: The layer.

    Shapes:
        inputs:  `(batch, time, ...)`
        mask:    `(batch, time, ...)`
        outputs: `(batch, time, ...)`

    Raises:
        ArgumentError: If `layer` is no layer.
        ShapeError: If the inputs have no axis after time.

    Departs from Keras in layers that look at the whole batch, such as
    `BatchNormalization` in training: their batch here is all steps together.
    """

    def __init__(self, layer: Any, **options: Any) -> None:
        super().__init__(layer, **options)
        self.supports_masking = True

    def build(self, input_shape: Shape | None = None) -> None:
        if input_shape is None or len(input_shape) < 3:
            raise ShapeError(
                describe(self),
                expected="inputs of shape (batch, time, ...)",
                got=f"{input_shape}",
                fix="Without a time axis, use the layer itself.",
            )
        step = KerasTensor((input_shape[0], *input_shape[2:]), self.compute_dtype)
        ensure_built(self.layer, (step,), {})

    def call(
        self, inputs: jax.Array, training: bool | None = None, mask: Any = None
    ) -> Any:
        batch, time = inputs.shape[:2]
        given = {"training": training} if training is not None else {}
        if mask is not None and "mask" in signature(type(self.layer).call).names:
            given["mask"] = mask.reshape(batch * time, *mask.shape[2:])
        outputs = self.layer(inputs.reshape(batch * time, *inputs.shape[2:]), **given)
        return tree.map_leaves(lambda y: y.reshape(batch, time, *y.shape[1:]), outputs)
