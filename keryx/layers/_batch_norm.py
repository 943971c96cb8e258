"""Normalization by the statistics of the batch."""

import math
from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import initializers
from keryx._core import config
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import LayerOptions
from keryx.layers._affine import _Affine, require_sizes
from keryx.layers._moments import as_list, at_least_float32, axes_of, moments


class BatchNormalization(_Affine):
    """Standardizes every channel over the batch.

        y = gamma (x - mean) / sqrt(variance + epsilon) + beta
        moving ← momentum moving + (1 - momentum) batch          mean and variance

    In training, mean and variance are the batch's, and the moving ones follow them;
    otherwise they are the moving ones. A layer with `trainable=False` never uses the
    batch's.

    Example:
        >>> import numpy as np
        >>> layer = BatchNormalization()
        >>> y = layer(np.array([[1.0], [3.0]]), training=True)
        >>> np.asarray(y).round(2).tolist(), layer.moving_mean.numpy().round(2)
        ([[-1.0], [1.0]], array([0.02], dtype=float32))

    Args:
        axis: Axis of the channels.
        momentum: Part of the moving statistics that a batch leaves.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Makes `beta`.
        gamma_initializer: Makes `gamma`.
        moving_mean_initializer: Makes the moving mean.
        moving_variance_initializer: Makes the moving variance.
        beta_regularizer: Penalty of `beta`.
        gamma_regularizer: Penalty of `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma`.
        renorm: Must be false: batch renormalization is not there.
        renorm_clipping: Unused, as `renorm`.
        renorm_momentum: Unused, as `renorm`.
        synchronized: Accepted for Keras's sake: a batch that is spread over devices is
            one batch.

    Shapes:
        inputs:  `(batch, ..., channels)`
        mask:    `(batch, ...)`, true where a position counts
        outputs: `(batch, ..., channels)`
        gamma, beta, moving_mean, moving_variance: `(channels,)`

    Raises:
        ArgumentError: If `epsilon` is negative, `momentum` is not a number, or `renorm`
            is true.
        ShapeError: If the inputs do not have the axis, in its size on the first call,
            or the mask does not fit them.

    Source:
        Ioffe & Szegedy, "Batch Normalization" (ICML 2015), algorithms 1 and 2. Departs
        from it, as Keras does, in that the moving variance is that of the batch and
        not its unbiased estimate.
    """

    # Whether it uses the batch's statistics, and learns them, even if it is frozen.
    learns_frozen = False
    # What is taken off the number of values in the batch where the moving variance
    # follows its unbiased estimate: of images, and of all else.
    freedom = (0.0, 0.0)

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        # Files of Keras 2 hold a list of one axis.
        (axis,) = as_list(axis)
        super().__init__(
            axis,
            epsilon,
            center,
            scale,
            beta=(beta_initializer, beta_regularizer, beta_constraint),
            gamma=(gamma_initializer, gamma_regularizer, gamma_constraint),
            **options,
        )
        self._check(momentum, renorm)
        self.momentum = momentum
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm = renorm
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized

    def _check(self, momentum: Any, renorm: Any) -> None:
        if not isinstance(momentum, int | float):
            raise ArgumentError(self, "momentum", expected="a number", got=momentum)
        if renorm:
            # Departs from Keras: there is no batch renormalization.
            raise ArgumentError(self, "renorm", expected="False", got=renorm)

    def build(self, input_shape: Shape) -> None:
        (axis,) = axes_of(self, self.axis, input_shape)
        channels = int(input_shape[axis] or 0)
        self._sizes = {axis: channels}
        self._declare((channels,), scale=self.scale, center=self.center)
        self.moving_mean = self._statistic("moving_mean", channels)
        self.moving_variance = self._statistic("moving_variance", channels)

    def _statistic(self, role: str, channels: int) -> Any:
        return self.add_weight((channels,), role=role, trainable=False, autocast=False)

    def call(
        self,
        inputs: jax.Array,
        training: bool | None = None,
        mask: jax.Array | None = None,
    ) -> jax.Array:
        require_sizes(self, inputs.shape, self._sizes)
        x = at_least_float32(inputs)
        shape = [self._sizes.get(axis, 1) for axis in range(x.ndim)]
        if training and (self.trainable or self.learns_frozen):
            axes = tuple(axis for axis in range(x.ndim) if axis not in self._sizes)
            mean, variance = moments(x, axes, self._shares(x, mask, axes))
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, self._unbiased(variance, x))
        else:
            mean = self.moving_mean.value.reshape(shape)
            variance = self.moving_variance.value.reshape(shape)
        inverse = jax.lax.rsqrt(variance + self.epsilon)
        return self._finish(x - mean, inverse, shape)

    def _unbiased(self, variance: jax.Array, x: jax.Array) -> jax.Array:
        """Returns what the moving variance follows: the batch's, unless eras differ."""
        lost = self.freedom[x.ndim != 4]
        if not lost:
            return variance
        count = x.size / math.prod(self._sizes.values())
        # Half a value is left of a batch of one, the variance of which is zero.
        return variance * (count / max(count - lost, 0.5))

    def _follow(self, moving: Any, batch: jax.Array) -> None:
        batch = batch.reshape(moving.shape)
        moving.assign(moving.value * self.momentum + batch * (1 - self.momentum))

    def _shares(
        self, x: jax.Array, mask: jax.Array | None, axes: tuple[int, ...]
    ) -> jax.Array | None:
        """Returns how much each position counts in the statistics."""
        if mask is None:
            return None
        if mask.ndim != x.ndim - 1:
            raise ShapeError(
                describe(self),
                expected=f"a mask of {x.ndim - 1} axes, for inputs of shape {x.shape}",
                got=f"one of shape {mask.shape}",
            )
        weights = jnp.broadcast_to(mask[..., None].astype(x.dtype), x.shape)
        total = jnp.sum(weights, axes, keepdims=True)
        return weights / (total + config.epsilon())
