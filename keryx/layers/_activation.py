"""Activations as layers."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import activations, constraints, initializers, regularizers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import positive_axis, Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions


def _not_negative(value: Any, name: str, owner: Layer) -> float:
    """Returns `value` as a float if it is a number of zero or more."""
    if not isinstance(value, int | float) or value < 0:
        raise ArgumentError(owner, name, expected="a number of 0 or more", got=value)
    return float(value)


class Activation(Layer):
    """Applies an activation function: `activation(inputs)`.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]

    Args:
        activation: Name of a function of `keryx.activations`, or a function.

    Shapes:
        inputs, outputs: any, the same
    """

    def __init__(self, activation: Any, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        activated: jax.Array = self.activation(inputs)
        return activated


class ReLU(Layer):
    """Zero below a threshold, the input itself above it.

        y = max_value                            max_value <= x
            x                                    threshold <= x < max_value
            negative_slope (x - threshold)       x < threshold

    Example:
        >>> import numpy as np
        >>> ReLU(max_value=6.0)(np.array([-3.0, 2.0, 8.0])).tolist()
        [0.0, 2.0, 6.0]

    Args:
        max_value: Largest output; `None` for no limit.
        negative_slope: Slope below the threshold.
        threshold: Where the slope changes, in the units of the inputs.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If one of the three is negative.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.max_value = (
            None if max_value is None else _not_negative(max_value, "max_value", self)
        )
        self.negative_slope = _not_negative(negative_slope, "negative_slope", self)
        self.threshold = _not_negative(threshold, "threshold", self)
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        return activations.relu(
            inputs,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )


class LeakyReLU(Layer):
    """The input itself where it is positive, a fraction of it elsewhere.

        y = x                       x >= 0
            negative_slope x        x < 0

    Example:
        >>> import numpy as np
        >>> LeakyReLU(0.5)(np.array([-2.0, 3.0])).tolist()
        [-1.0, 3.0]

    Args:
        negative_slope: Slope below zero.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `negative_slope` is no number.

    Source:
        Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models"
        (ICML 2013), equation 2.
    """

    def __init__(
        self, negative_slope: float = 0.3, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        if not isinstance(negative_slope, int | float):
            raise ArgumentError(
                self, "negative_slope", expected="a number", got=negative_slope
            )
        self.negative_slope = negative_slope
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        return activations.leaky_relu(inputs, negative_slope=self.negative_slope)


class PReLU(Layer):
    """A leaky ReLU that learns its slopes: `max(x, 0) + alpha min(x, 0)`.

    Example:
        >>> import numpy as np
        >>> PReLU("ones")(np.array([[-2.0, 3.0]])).tolist()
        [[-2.0, 3.0]]

    Args:
        alpha_initializer: Makes the first slopes.
        alpha_regularizer: Penalty of the slopes.
        alpha_constraint: Projection of the slopes after each update.
        shared_axes: Axes along which all slopes are one; `[1, 2]` for images gives one
            slope per channel.

    Shapes:
        inputs:  `(batch, ...)`
        alpha:   `(...)`, with 1 at the shared axes
        outputs: `(batch, ...)`

    Raises:
        ShapeError: On the first call, if an axis that is not shared has no known size.

    Source:
        He et al., "Delving Deep into Rectifiers" (ICCV 2015), equation 1.
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if isinstance(shared_axes, int):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        ndim = len(input_shape)
        shared = {positive_axis(axis, ndim) for axis in self.shared_axes or ()}
        if not shared <= set(range(1, ndim)):
            raise ShapeError(
                describe(self),
                expected=f"inputs with the axes shared_axes={self.shared_axes}",
                got=f"{input_shape}",
                fix="Axis 0 is the batch: count from 1.",
            )
        sizes = [1 if i in shared else input_shape[i] for i in range(1, ndim)]
        self.alpha = self.add_weight(sizes, role="alpha")

    def call(self, inputs: jax.Array) -> jax.Array:
        return jax.nn.relu(inputs) - self.alpha.value * jax.nn.relu(-inputs)


class ELU(Layer):
    """The input itself where it is positive, an exponential elsewhere.

        y = x                       x > 0
            alpha (exp(x) - 1)      x <= 0

    Example:
        >>> import numpy as np
        >>> ELU()(np.array([-1e9, 3.0])).tolist()
        [-1.0, 3.0]

    Args:
        alpha: Minus the limit for inputs that go to minus infinity.

    Shapes:
        inputs, outputs: any, the same

    Source:
        Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear
        Units" (ICLR 2016), equation 15.
    """

    def __init__(self, alpha: float = 1.0, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.alpha = alpha
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        return activations.elu(inputs, alpha=self.alpha)


class Softmax(Layer):
    """Probabilities in proportion to the exponentials of the scores.

        yᵢ = mᵢ exp(xᵢ) / Σⱼ mⱼ exp(xⱼ),   m = 1 without a mask

    Where the mask leaves nothing, the outputs are zero.

    Example:
        >>> import numpy as np
        >>> mask = np.array([True, True, False])
        >>> Softmax()(np.zeros(3), mask=mask).tolist()
        [0.5, 0.5, 0.0]

    Args:
        axis: Axis, or axes together, along which the outputs sum to one.

    Shapes:
        inputs, mask, outputs: any, the same
    """

    def __init__(self, axis: Any = -1, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.axis = axis
        self.supports_masking = True

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        if mask is None:
            return activations.softmax(inputs, axis=axis)
        kept = jnp.asarray(mask, bool)
        # The lowest finite number: a row of -inf alone would give NaN.
        lowest = jnp.nan_to_num(jnp.asarray(-jnp.inf, inputs.dtype))
        scores = jnp.where(kept, inputs, lowest)
        return jnp.where(kept, activations.softmax(scores, axis=axis), 0)
