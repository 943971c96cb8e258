"""Layers that flip, turn, zoom, shift and shear pictures at random."""

import math
from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_picture import (
    Extent,
    factor_range,
    per_picture,
    Picture,
    PictureOptions,
    Range,
)
from keryx.ops.image._geometry import affine_transform
from keryx.ops.image._layout import FILL_MODES, INTERPOLATIONS

FLIPS = {
    "horizontal": (2,),
    "vertical": (1,),
    "horizontal_and_vertical": (1, 2),
}


class RandomFlip(Picture):
    """Mirrors half of the pictures in training.

    "horizontal_and_vertical" mirrors the same pictures both ways, as Keras does: they
    are turned by 180 degrees. For independent ones, use two layers.

    Example:
        >>> import numpy as np
        >>> x = np.tile([[[1.0], [2.0]]], (9, 1, 1, 1))
        >>> y = RandomFlip("horizontal", seed=1)(x)
        >>> sorted(set(y[:, 0, 0, 0].tolist()))
        [1.0, 2.0]

    Args:
        mode: "horizontal" (left becomes right), "vertical" (top becomes bottom) or
            "horizontal_and_vertical".
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If `mode` is none of these.
    """

    moves = True

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.mode = check.one_of(mode, tuple(FLIPS), "mode", self)

    def _draw(self, extent: Extent) -> Any:
        return {"flips": per_picture(self._uniform(extent.batch, (0.0, 1.0)) < 0.5)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return jnp.where(drawn["flips"], jnp.flip(images, FLIPS[self.mode]), images)


class _Moved(Picture):
    """Base class of layers whose pixels come from elsewhere in the picture.

    Args:
        fill_mode: What lies beyond the border.
        interpolation: "nearest" or "bilinear".
        fill_value: The value there, for "constant".
    """

    moves = True

    def __init__(
        self,
        fill_mode: str,
        interpolation: str,
        fill_value: float,
        seed: int | None,
        **options: Unpack[PictureOptions],
    ) -> None:
        super().__init__(seed=seed, **options)
        self.fill_mode = check.one_of(fill_mode, FILL_MODES, "fill_mode", self)
        self.interpolation = check.one_of(
            interpolation, INTERPOLATIONS, "interpolation", self
        )
        self.fill_value = fill_value

    def _matrix(self, drawn: Any, height: int, width: int) -> list[Any]:
        """Returns `a0, a1, a2, b0, b1, b2` of `affine_transform`."""
        raise NotImplementedError

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return self._moved(images, drawn, self.interpolation, self.fill_mode)

    def _change_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        return self._moved(masks, drawn, "nearest", self.fill_mode)

    def _moved(
        self, images: jax.Array, drawn: Any, interpolation: str, fill_mode: str
    ) -> jax.Array:
        batch, height, width, _ = images.shape
        rows = self._matrix(drawn, height, width)
        columns = [
            jnp.broadcast_to(jnp.asarray(value, jnp.float32), (batch,))
            for value in (*rows, 0.0, 0.0)
        ]
        return affine_transform(
            images,
            jnp.stack(columns, -1),
            interpolation=interpolation,
            fill_mode=fill_mode,
            fill_value=self.fill_value,
            data_format="channels_last",
        )


class RandomRotation(_Moved):
    """Turns each picture by a random angle about its middle in training.

    Example:
        >>> import numpy as np
        >>> RandomRotation(0.1)(np.ones((2, 4, 4, 1))).shape
        (2, 4, 4, 1)

    Args:
        factor: Two bounds of the angle in full turns, positive ones counterclockwise;
            one number stands for (-factor, factor).
        fill_mode: What lies beyond the border: "constant", "nearest" (the border
            itself), "wrap" (the other side), "reflect" (a mirror at the border's edge)
            or "mirror" (a mirror in the middle of its pixels).
        interpolation: "nearest" or "bilinear".
        seed: An integer, for draws independent of the global seed.
        fill_value: The value beyond the border, for "constant".
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If an option is none of these, or a bound is not from -1 to 1.
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode,
            interpolation,
            fill_value,
            seed,
            data_format=data_format,
            **options,
        )
        self.factor = factor_range(factor, -1, 1, self)

    def _draw(self, extent: Extent) -> Any:
        low, high = self.factor
        return {"angle": self._uniform(extent.batch, (360 * low, 360 * high))}

    def _matrix(self, drawn: Any, height: int, width: int) -> list[Any]:
        angle = jnp.asarray(drawn["angle"]) * (math.pi / 180)
        sine, cosine = jnp.sin(angle), jnp.cos(angle)
        x, y = (width - 1) / 2, (height - 1) / 2
        right = x - (cosine * x - sine * y)
        down = y - (sine * x + cosine * y)
        return [cosine, -sine, right, sine, cosine, down]


class RandomZoom(_Moved):
    """Enlarges each picture, or makes it smaller, by random factors in training.

    Example:
        >>> import numpy as np
        >>> RandomZoom(0.1)(np.ones((2, 4, 4, 1))).shape
        (2, 4, 4, 1)

    Args:
        height_factor: Two bounds of how much more of the height is seen, as part of it;
            negative ones enlarge. One number stands for (-factor, factor).
        width_factor: The same for the width; as the height, so that nothing is
            distorted, if `None`.
        fill_mode: As of `RandomRotation`.
        interpolation: "nearest" or "bilinear".
        seed: An integer, for draws independent of the global seed.
        fill_value: The value beyond the border, for "constant".
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If an option is none of these, or a bound is not from -1 to 1.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode,
            interpolation,
            fill_value,
            seed,
            data_format=data_format,
            **options,
        )
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height = factor_range(height_factor, -1, 1, self, "height_factor")
        self._width: Range | None = None
        if width_factor is not None:
            self._width = factor_range(width_factor, -1, 1, self, "width_factor")

    def _draw(self, extent: Extent) -> Any:
        down = 1 + self._uniform(extent.batch, self._height)[:, None]
        across = down
        if self._width is not None:
            across = 1 + self._uniform(extent.batch, self._width)[:, None]
        return {"height_zoom": down, "width_zoom": across}

    def _matrix(self, drawn: Any, height: int, width: int) -> list[Any]:
        down = jnp.reshape(drawn["height_zoom"], (-1,))
        across = jnp.reshape(drawn["width_zoom"], (-1,))
        right = (1 - across) * ((width - 1) / 2)
        below = (1 - down) * ((height - 1) / 2)
        return [across, 0.0, right, 0.0, down, below]


class RandomTranslation(_Moved):
    """Shifts each picture by a random part of its size in training.

    Example:
        >>> import numpy as np
        >>> RandomTranslation(0.1, 0.2)(np.ones((2, 4, 4, 1))).shape
        (2, 4, 4, 1)

    Args:
        height_factor: Two bounds of the shift downwards, as part of the height; one
            number stands for (-factor, factor).
        width_factor: The same to the right, as part of the width.
        fill_mode: As of `RandomRotation`.
        interpolation: "nearest" or "bilinear".
        seed: An integer, for draws independent of the global seed.
        fill_value: The value beyond the border, for "constant".
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If an option is none of these, or a bound is not from -1 to 1.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode,
            interpolation,
            fill_value,
            seed,
            data_format=data_format,
            **options,
        )
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._height = factor_range(height_factor, -1, 1, self, "height_factor")
        self._width = factor_range(width_factor, -1, 1, self, "width_factor")

    def _draw(self, extent: Extent) -> Any:
        down = self._uniform(extent.batch, self._height) * extent.height
        right = self._uniform(extent.batch, self._width) * extent.width
        return {"translations": jnp.stack([right, down], -1)}

    def _matrix(self, drawn: Any, height: int, width: int) -> list[Any]:
        shift = jnp.asarray(drawn["translations"])
        return [1.0, 0.0, -shift[:, 0], 0.0, 1.0, -shift[:, 1]]


class RandomShear(_Moved):
    """Shears each picture by random angles, of either sign, in training.

    Example:
        >>> import numpy as np
        >>> RandomShear(0.1, 0.2)(np.ones((2, 4, 4, 1))).shape
        (2, 4, 4, 1)

    Args:
        x_factor: Two bounds of how far rows move per row, in pixels; one number stands
            for (0, factor).
        y_factor: The same for columns.
        interpolation: "nearest" or "bilinear".
        fill_mode: As of `RandomRotation`.
        fill_value: The value beyond the border, for "constant".
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If an option is none of these, or a bound is not from 0 to 1.
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(
            fill_mode,
            interpolation,
            fill_value,
            seed,
            data_format=data_format,
            **options,
        )
        self.x_factor = x_factor
        self.y_factor = y_factor
        self._x = _size_range(x_factor, self, "x_factor")
        self._y = _size_range(y_factor, self, "y_factor")

    def _draw(self, extent: Extent) -> Any:
        pair = [self._signed(extent.batch, bounds) for bounds in (self._x, self._y)]
        return {"shear_factor": jnp.stack(pair, -1)}

    def _signed(self, count: int, bounds: Range) -> jax.Array:
        size = self._uniform(count, bounds)
        return jnp.where(self._uniform(count, (0.0, 1.0)) < 0.5, -size, size)

    def _matrix(self, drawn: Any, height: int, width: int) -> list[Any]:
        x, y = jnp.moveaxis(jnp.asarray(drawn["shear_factor"]), -1, 0)
        return [1.0, x, 0.0, y, 1.0, 0.0]


def _size_range(factor: Any, owner: object, name: str) -> Range:
    """Returns the bounds of a size; (-size, size) stands for (0, size)."""
    if isinstance(factor, list | tuple) and len(factor) == 2 and factor[0] < 0:
        factor = factor[1] if factor[0] == -factor[1] else factor
    return factor_range(factor, 0, 1, owner, name)
