"""Convolutions whose kernel is another one at every place."""

import itertools
import math
from typing import Any

import jax
import jax.numpy as jnp

from keryx import activations, config, constraints, initializers, layers, regularizers
from keryx._core import check
from keryx._core.errors import ArgumentError, ShapeError

Shape = tuple[int | None, ...]


class _Local(layers.Layer):
    """A layer without shared weights over `rank` axes; see the public classes."""

    rank: int

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.filters = check.positive_int(filters, "filters", owner=self)
        self.kernel_size = self._sizes(kernel_size, "kernel_size")
        self.strides = self._sizes(strides, "strides")
        if str(padding).lower() != "valid":
            raise ArgumentError(self, "padding", expected="'valid'", got=padding)
        self.padding = "valid"
        self.data_format = data_format or config.image_data_format()
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.implementation = implementation

    def _sizes(self, value: Any, name: str) -> tuple[int, ...]:
        values = value if isinstance(value, list | tuple) else [value] * self.rank
        return tuple(check.positive_int(v, name, owner=self) for v in values)

    def _last(self) -> bool:
        return self.data_format == "channels_last"

    def build(self, input_shape: Shape) -> None:
        spatial = input_shape[1:-1] if self._last() else input_shape[2:]
        channels = input_shape[-1 if self._last() else 1]
        if None in spatial or channels is None:
            raise ShapeError(
                f"layer {self.name!r} ({type(self).__name__})",
                expected="inputs of known sizes: each place has its own weights",
                got=f"{input_shape}",
            )
        rows = zip(spatial, self.kernel_size, self.strides, strict=True)
        self.places = tuple((int(n or 0) - k) // s + 1 for n, k, s in rows)
        features = math.prod(self.kernel_size) * channels
        shape = (math.prod(self.places), features, self.filters)
        self.kernel = self.add_weight(shape, role="kernel")
        self.bias = None
        if self.use_bias:
            last = (*self.places, self.filters)
            self.bias = self.add_weight(
                last if self._last() else (self.filters, *self.places), role="bias"
            )

    def call(self, inputs: jax.Array) -> jax.Array:
        x = inputs if self._last() else jnp.moveaxis(inputs, 1, -1)
        windows = self._windows(x)
        # (batch, places, features) with the features in the order of the files
        sums = jnp.einsum("bpf,pfo->bpo", windows, self.kernel.value)
        outputs = sums.reshape(x.shape[0], *self.places, self.filters)
        if not self._last():
            outputs = jnp.moveaxis(outputs, -1, 1)
        if self.bias is not None:
            outputs = outputs + self.bias.value
        activated: jax.Array = self.activation(outputs)
        return activated

    def _windows(self, x: jax.Array) -> jax.Array:
        """Returns what each place sees, `(batch, places, features)`."""
        parts = []
        for offsets in itertools.product(*(range(k) for k in self.kernel_size)):
            cut = tuple(
                slice(o, o + s * (n - 1) + 1, s)
                for o, s, n in zip(offsets, self.strides, self.places, strict=True)
            )
            parts.append(x[(slice(None), *cut)])
        axis = -2 if self._last() else -1
        stacked = jnp.stack(parts, axis=axis)
        return stacked.reshape(x.shape[0], math.prod(self.places), -1)


class LocallyConnected1D(_Local):
    """A convolution over time that has a kernel of its own at every step.

    Args:
        filters: Channels of the output.
        kernel_size: Length of the kernels, in steps.
        strides: Steps from one kernel to the next.
        padding: "valid".
        data_format: "channels_last" or "channels_first".
        activation: Elementwise function of the output.
        use_bias: Whether to add a bias, one at every place.
        kernel_initializer: Makes the kernels.
        bias_initializer: Makes the bias.
        kernel_regularizer: Penalty of the kernels.
        bias_regularizer: Penalty of the bias.
        activity_regularizer: Penalty of the output.
        kernel_constraint: Projection of the kernels after each update.
        bias_constraint: Projection of the bias.
        implementation: Accepted: there is one, with the weights of number 1.

    Shapes:
        inputs:  `(batch, time, channels)`
        kernel:  `(places, kernel_size * channels, filters)`
        bias:    `(places, filters)`
        outputs: `(batch, places, filters)`
    """

    __module__ = "keryx.layers"
    rank = 1


class LocallyConnected2D(_Local):
    """A convolution over images that has a kernel of its own at every place.

    Arguments are those of `LocallyConnected1D`, sizes being pairs.

    Shapes:
        inputs:  `(batch, height, width, channels)`
        kernel:  `(places, kernel area * channels, filters)`
        bias:    `(*places, filters)`
        outputs: `(batch, *places, filters)`
    """

    __module__ = "keryx.layers"
    rank = 2
