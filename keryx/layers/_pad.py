"""Zeros around the inputs, and rims cut off."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
from jax import lax

from keryx._core import check, config
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers import _spatial as spatial

Pair = tuple[int, int]
Rims = int | tuple[int | Pair, ...]


def _is_int(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _pairs(value: Any, rank: int, name: str, owner: Layer) -> tuple[Pair, ...]:
    """Returns how much there is before and behind, for each axis.

    Raises:
        ArgumentError: If `value` is neither an integer, nor one integer or pair per
            axis, or an integer is negative.
    """
    sides = (value,) * rank if _is_int(value) else value
    if not isinstance(sides, list | tuple) or len(sides) != rank:
        raise ArgumentError(
            owner,
            name,
            expected=f"an integer, {rank} integers, or {rank} pairs of integers",
            got=value,
        )
    return tuple(_pair(side, name, owner) for side in sides)


def _pair(value: Any, name: str, owner: Layer) -> Pair:
    before, behind = check.int_tuple(value, 2, name, owner, least=0)
    return before, behind


class _Rim(Layer):
    """A layer that changes the rims of `rank` axes."""

    rank: int
    data_format: str

    def build(self, input_shape: Shape) -> None:
        spatial.require_space(self, input_shape, self.rank, self.data_format)

    def _pad(self, inputs: jax.Array, rims: tuple[Pair, ...]) -> jax.Array:
        """Puts zeros around the axes of space."""
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        widths = [(0, 0)] * inputs.ndim
        axes = spatial.space_axes(self.rank, self.data_format)
        for axis, rim in zip(axes, rims, strict=True):
            widths[axis] = rim
        return jnp.pad(inputs, widths)

    def _crop(self, inputs: jax.Array, rims: tuple[Pair, ...]) -> jax.Array:
        """Cuts off the rims of the axes of space."""
        spatial.require_space(self, inputs.shape, self.rank, self.data_format)
        axes = spatial.space_axes(self.rank, self.data_format)
        for axis, (before, behind) in zip(axes, rims, strict=True):
            size = inputs.shape[axis]
            if before + behind >= size:
                raise ShapeError(
                    describe(self),
                    expected=f"more than {before} + {behind} positions on axis {axis}",
                    got=f"{inputs.shape}",
                    fix="Crop less: something must be left.",
                )
            inputs = lax.slice_in_dim(inputs, before, size - behind, axis=axis)
        return inputs


class ZeroPadding1D(_Rim):
    """Zeros before and behind the time axis.

    Example:
        >>> import numpy as np
        >>> ZeroPadding1D((2, 0))(np.ones((1, 3, 1)))[0, :, 0].tolist()
        [0.0, 0.0, 1.0, 1.0, 1.0]

    Args:
        padding: Steps before and behind; one number for both.
        data_format: "channels_last" or "channels_first"; the global one if `None`.

    Shapes:
        inputs:  `(batch, time, channels)`, or `(batch, channels, time)`
        outputs: the same axes

    Raises:
        ArgumentError: If `padding` is not one or two integers, of 0 or more.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 1

    def __init__(
        self,
        padding: int | Pair = 1,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.padding = _pair(padding, "padding", self)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._pad(inputs, (self.padding,))


class _ZeroPadding(_Rim):
    """Zeros around images or volumes."""

    def __init__(
        self,
        padding: Rims = 1,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.padding = _pairs(padding, self.rank, "padding", self)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._pad(inputs, self.padding)


class ZeroPadding2D(_ZeroPadding):
    """Zeros around images.

    Example:
        >>> import numpy as np
        >>> ZeroPadding2D(((1, 0), (2, 2)))(np.ones((1, 3, 3, 1))).shape
        (1, 4, 7, 1)

    Args:
        padding: Pixels on all sides; or one number for above and below, and one for
            left and right; or `((above, below), (left, right))`.
        data_format: "channels_last" or "channels_first"; the global one if `None`.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: If `padding` is none of these, or a number is negative.
        ShapeError: On the first call, if the inputs have other axes than these.
    """

    rank = 2


class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes: `ZeroPadding2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> ZeroPadding3D((0, 1, 2))(np.ones((1, 3, 3, 3, 1))).shape
        (1, 3, 5, 7, 1)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: As of `ZeroPadding2D`.
        ShapeError: As of `ZeroPadding2D`.
    """

    rank = 3


class Cropping1D(_Rim):
    """Cuts steps off both ends of the time axis.

    Example:
        >>> import numpy as np
        >>> Cropping1D((2, 0))(np.arange(4.0).reshape(1, 4, 1))[0, :, 0].tolist()
        [2.0, 3.0]

    Args:
        cropping: Steps before and behind; one number for both.

    Shapes:
        inputs:  `(batch, time, channels)`
        outputs: `(batch, new_time, channels)`

    Raises:
        ArgumentError: If `cropping` is not one or two integers, of 0 or more.
        ShapeError: On a call, if the inputs have other axes than these, or nothing
            would be left of them.
    """

    rank = 1
    data_format = "channels_last"

    def __init__(
        self, cropping: int | Pair = (1, 1), **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        self.cropping = _pair(cropping, "cropping", self)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._crop(inputs, (self.cropping,))


class Cropping2D(_Rim):
    """Cuts the rims off images.

    Example:
        >>> import numpy as np
        >>> Cropping2D(((1, 0), (2, 2)))(np.ones((1, 8, 8, 1))).shape
        (1, 7, 4, 1)

    Args:
        cropping: Pixels on all sides; or one number for above and below, and one for
            left and right; or `((above, below), (left, right))`.
        data_format: "channels_last" or "channels_first"; the global one if `None`.

    Shapes:
        inputs:  `(batch, height, width, channels)`, or
            `(batch, channels, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: If `cropping` is none of these, or a number is negative.
        ShapeError: On a call, if the inputs have other axes than these, or nothing
            would be left of them.
    """

    rank = 2

    def __init__(
        self,
        cropping: Rims = ((0, 0), (0, 0)),
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.cropping = _pairs(cropping, self.rank, "cropping", self)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._crop(inputs, self.cropping)


class Cropping3D(_Rim):
    """Cuts the rims off volumes: `Cropping2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> Cropping3D((0, 1, 2))(np.ones((1, 8, 8, 8, 1))).shape
        (1, 8, 6, 4, 1)

    Shapes:
        inputs:  `(batch, depth, height, width, channels)`, or
            `(batch, channels, depth, height, width)`
        outputs: the same axes

    Raises:
        ArgumentError: As of `Cropping2D`.
        ShapeError: As of `Cropping2D`.
    """

    rank = 3

    def __init__(
        self,
        cropping: Rims = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.cropping = _pairs(cropping, self.rank, "cropping", self)
        self.data_format = config.standardize_data_format(data_format)

    def call(self, inputs: jax.Array) -> jax.Array:
        return self._crop(inputs, self.cropping)
