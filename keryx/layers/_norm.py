"""Normalization of each sample by its own statistics."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers._affine import _Affine, require_sizes
from keryx.layers._moments import at_least_float32, axes_of, moments, unit


class LayerNormalization(_Affine):
    """Standardizes every sample over the given axes.

        y = gamma (x - mean) / sqrt(variance + epsilon) + beta

    Example:
        >>> import numpy as np
        >>> y = LayerNormalization()(np.array([[1.0, 3.0]]))
        >>> np.asarray(y).round(2).tolist()
        [[-1.0, 1.0]]

    Args:
        axis: Axis, or axes together, to standardize over.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Makes `beta`.
        gamma_initializer: Makes `gamma`.
        beta_regularizer: Penalty of `beta`.
        gamma_regularizer: Penalty of `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma`.
        rms_scaling: Old setting of Keras: the mean is not taken off the inputs, and
            `beta` is not used. `RMSNormalization` is what it meant to be.

    Shapes:
        inputs, outputs: `(batch, ...)`
        gamma, beta:     the sizes of the axes

    Raises:
        ArgumentError: If `epsilon` is negative.
        ShapeError: If the inputs do not have the axes.

    Source:
        Ba et al., "Layer Normalization" (arXiv:1607.06450), equation 4.
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        *,
        rms_scaling: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            axis if isinstance(axis, int) else list(axis),
            epsilon,
            center,
            scale,
            beta=(beta_initializer, beta_regularizer, beta_constraint),
            gamma=(gamma_initializer, gamma_regularizer, gamma_constraint),
            **options,
        )
        self.autocast = False
        self.rms_scaling = rms_scaling

    def build(self, input_shape: Shape) -> None:
        axes = axes_of(self, self.axis, input_shape)
        self._sizes = {axis: int(input_shape[axis] or 0) for axis in axes}
        self._declare(
            tuple(self._sizes.values()),
            scale=self.scale or self.rms_scaling,
            center=self.center and not self.rms_scaling,
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        require_sizes(self, inputs.shape, self._sizes)
        x = at_least_float32(inputs)
        mean, variance = moments(x, tuple(self._sizes))
        inverse = jax.lax.rsqrt(variance + self.epsilon)
        shape = [self._sizes.get(axis, 1) for axis in range(x.ndim)]
        return self._finish(x if self.rms_scaling else x - mean, inverse, shape)


class GroupNormalization(_Affine):
    """Standardizes groups of channels within every sample.

        y = gamma (x - mean) / sqrt(variance + epsilon) + beta

    One group is layer normalization over everything; as many groups as channels are
    instance normalization.

    Example:
        >>> import numpy as np
        >>> GroupNormalization(groups=2)(np.ones((1, 5, 4))).shape
        (1, 5, 4)

    Args:
        groups: Number of groups; -1 for one per channel.
        axis: Axis of the channels.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Makes `beta`.
        gamma_initializer: Makes `gamma`.
        beta_regularizer: Penalty of `beta`.
        gamma_regularizer: Penalty of `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma`.

    Shapes:
        inputs, outputs: `(batch, ..., channels)`
        gamma, beta:     `(channels,)`

    Raises:
        ArgumentError: If `groups` is neither a positive integer nor -1.
        ShapeError: On the first call, if the groups do not divide the channels.

    Source:
        Wu & He, "Group Normalization" (ECCV 2018), equations 1 to 7.
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            axis,
            epsilon,
            center,
            scale,
            beta=(beta_initializer, beta_regularizer, beta_constraint),
            gamma=(gamma_initializer, gamma_regularizer, gamma_constraint),
            **options,
        )
        if not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ArgumentError(
                self, "groups", expected="a positive integer, or -1", got=groups
            )
        self.groups = groups
        self.autocast = False

    def build(self, input_shape: Shape) -> None:
        (axis,) = axes_of(self, self.axis, input_shape)
        channels = int(input_shape[axis] or 0)
        self._sizes = {axis: channels}
        self._split = channels if self.groups == -1 else self.groups
        if axis == 0 or channels % self._split:
            raise ShapeError(
                describe(self),
                expected=f"channels at axis {self.axis} that groups={self.groups} "
                "divides",
                got=f"{input_shape}, {channels} there",
            )
        self._declare((channels,), scale=self.scale, center=self.center)

    def call(self, inputs: jax.Array) -> jax.Array:
        require_sizes(self, inputs.shape, self._sizes)
        x = at_least_float32(inputs)
        ((axis, channels),) = self._sizes.items()
        groups = (self._split, channels // self._split)
        grouped = x.reshape(*x.shape[:axis], *groups, *x.shape[axis + 1 :])
        axes = tuple(i for i in range(1, grouped.ndim) if i != axis)
        mean, variance = moments(grouped, axes)
        inverse = jax.lax.rsqrt(variance + self.epsilon)
        y = ((grouped - mean) * inverse).reshape(x.shape)
        shape = [self._sizes.get(i, 1) for i in range(x.ndim)]
        return self._finish(y, jnp.ones((), y.dtype), shape)


class RMSNormalization(Layer):
    """Divides every sample by its root mean square over the given axes.

        y = scale x / sqrt(mean(x²) + epsilon)

    Example:
        >>> import numpy as np
        >>> y = RMSNormalization()(np.array([[3.0, -3.0]]))
        >>> np.asarray(y).round(3).tolist()
        [[1.0, -1.0]]

    Args:
        axis: Axis, or axes together.
        epsilon: Added to the mean square.

    Shapes:
        inputs, outputs: `(batch, ...)`
        scale:           the sizes of the axes

    Raises:
        ShapeError: If the inputs do not have the axes.

    Source:
        Zhang & Sennrich, "Root Mean Square Layer Normalization" (NeurIPS 2019),
        equation 4.
    """

    def __init__(
        self, axis: Any = -1, epsilon: float = 1e-6, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = epsilon

    def build(self, input_shape: Shape) -> None:
        axes = axes_of(self, self.axis, input_shape)
        self._sizes = {axis: int(input_shape[axis] or 0) for axis in axes}
        sizes = tuple(self._sizes.values())
        self.scale = self.add_weight(sizes, "ones", autocast=False, name="scale")

    def call(self, inputs: jax.Array) -> jax.Array:
        require_sizes(self, inputs.shape, self._sizes)
        x = at_least_float32(inputs)
        square = jnp.mean(jnp.square(x), tuple(self._sizes), keepdims=True)
        shape = [self._sizes.get(axis, 1) for axis in range(x.ndim)]
        y = x * jax.lax.rsqrt(square + self.epsilon) * self.scale.value.reshape(shape)
        return y.astype(self.compute_dtype)


class UnitNormalization(Layer):
    """Divides by the Euclidean length along the given axes; zero stays zero.

    Example:
        >>> import numpy as np
        >>> np.asarray(UnitNormalization()(np.array([[3.0, 4.0]]))).round(2)
        array([[0.6, 0.8]], dtype=float32)

    Args:
        axis: Axis, or axes together.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `axis` is neither an integer nor several.
        ShapeError: If the inputs do not have the axes.
    """

    def __init__(self, axis: Any = -1, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        if not isinstance(axis, int | list | tuple):
            raise ArgumentError(
                self, "axis", expected="an integer, or a list of them", got=axis
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        return unit(inputs, axes_of(self, self.axis, inputs.shape))
