"""Pooling: the largest or the mean value of each window."""

from collections.abc import Callable
from typing import Any, ClassVar, TypedDict, Unpack

import jax

from keryx._core import check, config
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes
from keryx.ops._pool import average_pool, max_pool


class UnnamedOptions(TypedDict, total=False):
    """`LayerOptions` for layers that spell out `name`."""

    trainable: bool
    dtype: Any
    autocast: bool
    activity_regularizer: Any
    input_shape: Any
    batch_shape: Any
    input_dim: int | None


class _Pooling(Layer):
    """Pooling over windows of `rank` axes with the operation `pool`."""

    rank: int
    pool: ClassVar[Callable[..., jax.Array]]

    # Departs from Keras: its average pooling has no default for `pool_size`; it is 2 in
    # Keras 1, Keras 2 and in max pooling, and so here.
    def __init__(
        self,
        pool_size: Sizes = 2,
        strides: Sizes | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **options: Unpack[UnnamedOptions],
    ) -> None:
        super().__init__(name=name, **options)
        self.pool_size = check.int_tuple(pool_size, self.rank, "pool_size", self)
        strides = self.pool_size if strides is None else strides
        self.strides = check.int_tuple(strides, self.rank, "strides", self)
        self.padding = check.one_of(padding, ("valid", "same"), "padding", self)
        self.data_format = config.standardize_data_format(data_format)

    def build(self, input_shape: Shape) -> None:
        spatial.require_space(self, input_shape, self.rank, self.data_format)
        spatial.require_room(self, input_shape, self.pool_size)

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        # Departs from Keras: it gives an empty output where the window is too large.
        spatial.require_room(self, inputs.shape, self.pool_size)
        return type(self).pool(
            inputs, self.pool_size, self.strides, self.padding, self.data_format
        )


class MaxPooling1D(_Pooling):
    """Largest value of each window over time: `MaxPooling2D` with one axis.

    Example:
        >>> import numpy as np
        >>> MaxPooling1D(2)(np.array([[[1.0], [4.0], [2.0], [3.0]]]))[0, :, 0].tolist()
        [4.0, 3.0]

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: `(batch, new_time, channels)`, or `(batch, channels, new_time)`

    Raises:
        ArgumentError: As of `MaxPooling2D`.
        ShapeError: As of `MaxPooling2D`.
    """

    rank = 1
    pool = staticmethod(max_pool)


class MaxPooling2D(_Pooling):
    """Largest value of each window of an image, channel by channel.

    Example:
        >>> import numpy as np
        >>> image = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> MaxPooling2D()(image)[0, :, :, 0].tolist()
        [[5.0, 7.0], [13.0, 15.0]]

    Args:
        pool_size: Height and width of the window, in pixels; one number for both.
        strides: Pixels from one window to the next; `pool_size` if `None`.
        padding: "valid" (whole windows only) or "same" (as many outputs as inputs /
            strides; what lies outside counts for nothing).
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        name: Name; made up from the class if `None`.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, new_height, new_width, channels)`, or
            `(batch, channels, new_height, new_width)`

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these, or the
            window is larger than they.
    """

    rank = 2
    pool = staticmethod(max_pool)


class MaxPooling3D(_Pooling):
    """Largest value of each window of a volume: `MaxPooling2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> MaxPooling3D((1, 2, 2))(np.ones((2, 3, 4, 4, 1))).shape
        (2, 3, 2, 2, 1)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: As of `MaxPooling2D`.
        ShapeError: As of `MaxPooling2D`.
    """

    rank = 3
    pool = staticmethod(max_pool)


class AveragePooling1D(_Pooling):
    """Mean of each window over time: `AveragePooling2D` with one axis.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [4.0], [2.0]]])
        >>> AveragePooling1D(2, padding="same")(steps)[0, :, 0].tolist()
        [2.5, 2.0]

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: `(batch, new_time, channels)`, or `(batch, channels, new_time)`

    Raises:
        ArgumentError: As of `MaxPooling2D`.
        ShapeError: As of `MaxPooling2D`.
    """

    rank = 1
    pool = staticmethod(average_pool)


class AveragePooling2D(_Pooling):
    """Mean of each window of an image, channel by channel.

    With `padding="same"` what lies outside is not counted, neither in the sum nor in
    the number. The arguments are those of `MaxPooling2D`.

    Example:
        >>> import numpy as np
        >>> image = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> AveragePooling2D(2)(image)[0, :, :, 0].tolist()
        [[2.5, 4.5], [10.5, 12.5]]

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, new_height, new_width, channels)`, or
            `(batch, channels, new_height, new_width)`

    Raises:
        ArgumentError: As of `MaxPooling2D`.
        ShapeError: As of `MaxPooling2D`.
    """

    rank = 2
    pool = staticmethod(average_pool)


class AveragePooling3D(_Pooling):
    """Mean of each window of a volume: `AveragePooling2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> AveragePooling3D((1, 2, 2))(np.ones((2, 3, 4, 4, 1))).shape
        (2, 3, 2, 2, 1)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: As of `MaxPooling2D`.
        ShapeError: As of `MaxPooling2D`.
    """

    rank = 3
    pool = staticmethod(average_pool)
