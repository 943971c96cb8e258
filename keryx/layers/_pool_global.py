"""Pooling of all time steps or pixels into one vector of channels."""

from collections.abc import Callable
from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from keryx._core import config
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers import _spatial as spatial


class _GlobalPooling(Layer):
    """Pooling of `rank` axes with the reduction `reduce`."""

    rank: int
    reduce: ClassVar[Callable[..., jax.Array]]

    def __init__(
        self,
        data_format: str | None = None,
        keepdims: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.data_format = config.standardize_data_format(data_format)
        self.keepdims = keepdims

    def build(self, input_shape: Shape) -> None:
        spatial.require_space(self, input_shape, self.rank, self.data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        axes = spatial.space_axes(self.rank, self.data_format)
        return type(self).reduce(inputs, axis=axes, keepdims=self.keepdims)


class GlobalMaxPooling1D(_GlobalPooling):
    """Largest value over time, channel by channel.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling1D()(np.array([[[1.0, 2.0], [0.0, 5.0]]])).tolist()
        [[1.0, 5.0]]

    Args:
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        keepdims: Whether the axis stays, with size 1.

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, channels)` or
            `(batch, channels, 1)`

    Raises:
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 1
    reduce = staticmethod(jnp.max)


class GlobalMaxPooling2D(_GlobalPooling):
    """Largest value of the image, channel by channel.

    The arguments are those of `GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling2D()(np.ones((2, 4, 5, 3))).shape
        (2, 3)

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, 1, channels)` or
            `(batch, channels, 1, 1)`

    Raises:
        ShapeError: As of `GlobalMaxPooling1D`.
    """

    rank = 2
    reduce = staticmethod(jnp.max)


class GlobalMaxPooling3D(_GlobalPooling):
    """Largest value of the volume, channel by channel.

    The arguments are those of `GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling3D(keepdims=True)(np.ones((2, 4, 5, 6, 3))).shape
        (2, 1, 1, 1, 3)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, 1, 1, channels)` or
            `(batch, channels, 1, 1, 1)`

    Raises:
        ShapeError: As of `GlobalMaxPooling1D`.
    """

    rank = 3
    reduce = staticmethod(jnp.max)


class GlobalAveragePooling1D(_GlobalPooling):
    """Mean over time, channel by channel; over the real steps if there is a mask.

    The arguments are those of `GlobalMaxPooling1D`. The output has no mask.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [3.0], [100.0]]])
        >>> real = np.array([[True, True, False]])
        >>> GlobalAveragePooling1D()(steps, mask=real).tolist()
        [[2.0]]

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        mask:    `(batch, time)`, true at real steps
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, channels)` or
            `(batch, channels, 1)`

    Raises:
        ShapeError: As of `GlobalMaxPooling1D`.

    A sample without a real step gives zeros, where Keras gives NaN.
    """

    rank = 1
    reduce = staticmethod(jnp.mean)

    def __init__(
        self,
        data_format: str | None = None,
        keepdims: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format, keepdims, **options)
        self.supports_masking = True

    def call(self, inputs: jax.Array, mask: Any = None) -> jax.Array:
        if mask is None:
            return super().call(inputs)
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        time = 1 if self.data_format == "channels_last" else 2
        real = jnp.expand_dims(mask, 3 - time).astype(inputs.dtype)
        count = jnp.sum(real, axis=time, keepdims=self.keepdims)
        total = jnp.sum(inputs * real, axis=time, keepdims=self.keepdims)
        # Departs from Keras: a NaN here would reach every weight through the gradient,
        # even where the sample's own weight is zero.
        return total / jnp.where(count == 0, 1, count)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Returns `None`: the output has no time."""


class GlobalAveragePooling2D(_GlobalPooling):
    """Mean of the image, channel by channel.

    The arguments are those of `GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> image = np.arange(4.0).reshape(1, 2, 2, 1)
        >>> GlobalAveragePooling2D()(image).tolist()
        [[1.5]]

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, 1, channels)` or
            `(batch, channels, 1, 1)`

    Raises:
        ShapeError: As of `GlobalMaxPooling1D`.
    """

    rank = 2
    reduce = staticmethod(jnp.mean)


class GlobalAveragePooling3D(_GlobalPooling):
    """Mean of the volume, channel by channel.

    The arguments are those of `GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling3D()(np.ones((2, 4, 5, 6, 3))).shape
        (2, 3)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: `(batch, channels)`; with `keepdims`, `(batch, 1, 1, 1, channels)` or
            `(batch, channels, 1, 1, 1)`

    Raises:
        ShapeError: As of `GlobalMaxPooling1D`.
    """

    rank = 3
    reduce = staticmethod(jnp.mean)
