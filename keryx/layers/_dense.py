"""The fully connected layer."""

from typing import Any, Unpack

import jax

from keryx import activations, constraints, initializers, regularizers
from keryx._core import check
from keryx._core.errors import ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, WeightOptions
from keryx.layers._spatial import activate
from keryx.ops._product_rules import product


class Dense(Layer):
    """Affine map of the last axis: `activation(inputs @ kernel + bias)`.

    Example:
        >>> import numpy as np
        >>> Dense(3, kernel_initializer="ones")(np.ones((2, 4)))[0].tolist()
        [4.0, 4.0, 4.0]

    Args:
        units: Size of the output's last axis.
        activation: Elementwise function of the output; `None` leaves it as it is.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the kernel from its shape.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernel.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias.

    Shapes:
        inputs:  `(batch, ..., features)`
        kernel:  `(features, units)`
        bias:    `(units,)`
        outputs: `(batch, ..., units)`

    Raises:
        ArgumentError: If `units` is not a positive integer.
        ShapeError: On the first call, if the inputs have no last axis of known size.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Unpack[WeightOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.units = check.positive_int(units, "units", owner=self)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) < 2 or input_shape[-1] is None:
            raise ShapeError(
                describe(self),
                expected="inputs of shape (batch, ..., features)",
                got=f"{input_shape}",
                fix="Add a feature axis, e.g. with `keryx.layers.Reshape((-1, 1))`.",
            )
        self.features = input_shape[-1]
        self.kernel = self.add_weight((self.features, self.units), role="kernel")
        self.bias = (
            self.add_weight((self.units,), role="bias") if self.use_bias else None
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        if inputs.shape[-1] != self.features:
            raise ShapeError(
                describe(self),
                expected=f"{self.features} features on the last axis, as when built",
                got=f"{inputs.shape}",
            )
        outputs = product(inputs, self.kernel.value)
        return activate(outputs, self.bias, self.activation)
