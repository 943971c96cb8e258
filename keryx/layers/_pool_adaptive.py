"""Pooling to a given size, whatever the size of the inputs."""

from collections.abc import Callable
from typing import ClassVar, Unpack

import jax

from keryx._core import budget, check, config
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes
from keryx.ops._pool import adaptive_average_pool, adaptive_max_pool


class _AdaptivePooling(Layer):
    """Pooling of `rank` axes to `output_size` with the operation `pool`."""

    rank: int
    pool: ClassVar[Callable[..., jax.Array]]

    def __init__(
        self,
        output_size: Sizes,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.output_size = check.int_tuple(output_size, self.rank, "output_size", self)
        budget.spend(self.output_size, "float32")
        self.data_format = config.standardize_data_format(data_format)

    def build(self, input_shape: Shape) -> None:
        spatial.require_space(self, input_shape, self.rank, self.data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        return type(self).pool(inputs, self.output_size, self.data_format)


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """Largest value of each of `output_size` stretches of time.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [4.0], [2.0], [3.0]]])
        >>> AdaptiveMaxPooling1D(2)(steps)[0, :, 0].tolist()
        [4.0, 3.0]

    Args:
        output_size: Number of outputs along the axis.
        data_format: "channels_last" or "channels_first"; the global one if `None`.

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: `(batch, output_size, channels)`, or `(batch, channels, output_size)`

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 1
    pool = staticmethod(adaptive_max_pool)


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """Largest value of each of `output_size` parts of an image.

    Output `i` of `n` sees the inputs from `floor(i·size/n)` up to `ceil((i+1)·size/n)`
    along each axis. The arguments are those of `AdaptiveMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling2D(2)(np.ones((2, 5, 7, 3))).shape
        (2, 2, 2, 3)

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, *output_size, channels)`, or
            `(batch, channels, *output_size)`

    Raises:
        ArgumentError: As of `AdaptiveMaxPooling1D`.
        ShapeError: As of `AdaptiveMaxPooling1D`.
    """

    rank = 2
    pool = staticmethod(adaptive_max_pool)


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """Largest value of each of `output_size` parts of a volume.

    `AdaptiveMaxPooling2D` with one axis more; see there.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling3D(2)(np.ones((2, 4, 5, 7, 3))).shape
        (2, 2, 2, 2, 3)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: `(batch, *output_size, channels)`, or
            `(batch, channels, *output_size)`

    Raises:
        ArgumentError: As of `AdaptiveMaxPooling1D`.
        ShapeError: As of `AdaptiveMaxPooling1D`.
    """

    rank = 3
    pool = staticmethod(adaptive_max_pool)


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """Mean of each of `output_size` stretches of time; see `AdaptiveMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [4.0], [2.0], [3.0]]])
        >>> AdaptiveAveragePooling1D(2)(steps)[0, :, 0].tolist()
        [2.5, 2.5]

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: `(batch, output_size, channels)`, or `(batch, channels, output_size)`

    Raises:
        ArgumentError: As of `AdaptiveMaxPooling1D`.
        ShapeError: As of `AdaptiveMaxPooling1D`.
    """

    rank = 1
    pool = staticmethod(adaptive_average_pool)


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """Mean of each of `output_size` parts of an image; see `AdaptiveMaxPooling2D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling2D((1, 2))(np.ones((2, 5, 7, 3))).shape
        (2, 1, 2, 3)

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: `(batch, *output_size, channels)`, or
            `(batch, channels, *output_size)`

    Raises:
        ArgumentError: As of `AdaptiveMaxPooling1D`.
        ShapeError: As of `AdaptiveMaxPooling1D`.
    """

    rank = 2
    pool = staticmethod(adaptive_average_pool)


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """Mean of each of `output_size` parts of a volume; see `AdaptiveMaxPooling2D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling3D(1)(np.ones((2, 4, 5, 7, 3))).shape
        (2, 1, 1, 1, 3)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: `(batch, *output_size, channels)`, or
            `(batch, channels, *output_size)`

    Raises:
        ArgumentError: As of `AdaptiveMaxPooling1D`.
        ShapeError: As of `AdaptiveMaxPooling1D`.
    """

    rank = 3
    pool = staticmethod(adaptive_average_pool)
