"""More steps, pixels or voxels than there were: by repetition or interpolation."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check, config
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers import _spatial as spatial
from keryx.layers._spatial import Sizes

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class _UpSampling(Layer):
    """A layer that makes `rank` axes longer."""

    rank: int
    data_format: str

    def build(self, input_shape: Shape) -> None:
        spatial.require_space(self, input_shape, self.rank, self.data_format)

    def _repeat(self, inputs: jax.Array, factors: tuple[int, ...]) -> jax.Array:
        """Repeats each position `factors` times along its axes."""
        # Not `jnp.repeat`: its gradient scatters, the gradient of this one is a sum.
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        axes = spatial.space_axes(self.rank, self.data_format)
        times = dict(zip(axes, factors, strict=True))
        split = [n for axis, size in enumerate(inputs.shape) for n in (size, 1)]
        spread = list(split)
        for axis, factor in times.items():
            spread[2 * axis + 1] = factor
        wide = jnp.broadcast_to(inputs.reshape(split), spread)
        return wide.reshape(self._new_shape(inputs, factors))

    def _new_shape(
        self, inputs: jax.Array, factors: tuple[int, ...]
    ) -> tuple[int, ...]:
        shape = list(inputs.shape)
        axes = spatial.space_axes(self.rank, self.data_format)
        for axis, factor in zip(axes, factors, strict=True):
            shape[axis] *= factor
        return tuple(shape)


class UpSampling1D(_UpSampling):
    """Repeats each time step.

    Example:
        >>> import numpy as np
        >>> UpSampling1D(2)(np.array([[[1.0], [3.0]]]))[0, :, 0].tolist()
        [1.0, 1.0, 3.0, 3.0]

    Args:
        size: How often each step comes.

    Shapes:
        inputs:  `(batch, time, channels)`
        outputs: `(batch, time * size, channels)`

    Raises:
        ArgumentError: If `size` is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 1
    data_format = "channels_last"

    def __init__(self, size: int = 2, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.size = check.positive_int(size, "size", owner=self)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._repeat(inputs, (self.size,))


class UpSampling2D(_UpSampling):
    """Images with more pixels: repeated ones, or interpolated ones.

    Example:
        >>> import numpy as np
        >>> image = np.array([0.0, 4.0]).reshape(1, 1, 2, 1)
        >>> UpSampling2D((1, 2))(image)[0, :, :, 0].tolist()
        [[0.0, 0.0, 4.0, 4.0]]
        >>> UpSampling2D((1, 2), interpolation="bilinear")(image)[0, :, :, 0].tolist()
        [[0.0, 1.0, 3.0, 4.0]]

    Args:
        size: How many pixels become of one, along height and width; one number for
            both.
        data_format: "channels_last" or "channels_first"; the global one if `None`.
        interpolation: "nearest" (repeats), "bilinear", "bicubic", "lanczos3" or
            "lanczos5".

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: If a size is not a positive integer, or the interpolation is none
            of these.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 2

    def __init__(
        self,
        size: Sizes = 2,
        data_format: str | None = None,
        interpolation: str = "nearest",
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.size = check.int_tuple(size, self.rank, "size", self)
        self.data_format = config.standardize_data_format(data_format)
        self.interpolation = check.one_of(
            interpolation, INTERPOLATIONS, "interpolation", self
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        if self.interpolation == "nearest":
            return self._repeat(inputs, self.size)
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        shape = self._new_shape(inputs, self.size)
        outputs = jax.image.resize(inputs, shape, self.interpolation)
        return _in_type(outputs, inputs.dtype)


def _in_type(array: jax.Array, dtype: Any) -> jax.Array:
    """Returns floats as `dtype`: for integers rounded, and cut to their range."""
    if jnp.issubdtype(dtype, jnp.integer):
        info = np.iinfo(dtype)
        array = jnp.clip(jnp.round(array), info.min, info.max)
    return array.astype(dtype)


class UpSampling3D(_UpSampling):
    """Repeats each voxel along the three axes of volumes.

    Example:
        >>> import numpy as np
        >>> UpSampling3D((1, 2, 3))(np.ones((2, 3, 4, 5, 1))).shape
        (2, 3, 8, 15, 1)

    Args:
        size: How often each voxel comes along depth, height and width; one number for
            all.
        data_format: "channels_last" or "channels_first"; the global one if `None`.

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 3

    def __init__(
        self,
        size: Sizes = 2,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.size = check.int_tuple(size, self.rank, "size", self)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._repeat(inputs, self.size)
