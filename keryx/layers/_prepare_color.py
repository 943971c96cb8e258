"""Layers that change the colors of pictures at random."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_light import BYTES, Numbers, RandomBrightness, RandomContrast
from keryx.layers._prepare_picture import (
    as_value_range,
    between,
    Extent,
    factor_range,
    per_picture,
    Picture,
)
from keryx.ops.image._color import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv

_LAST = "channels_last"
_TINY = 1e-7
_RANGE = (0.0, 1.0)


class RandomGrayscale(Picture):
    """Takes the colors from some of the pictures in training; they keep three channels.

    Example:
        >>> import numpy as np
        >>> y = RandomGrayscale(1.0)(np.array([[[[255.0, 0.0, 0.0]]]]))
        >>> round(float(y[0, 0, 0, 2]), 2)
        76.22

    Args:
        factor: Chance of a picture to lose its colors, from 0 to 1.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, 3)`, or channels first

    Raises:
        ArgumentError: If `factor` is not from 0 to 1.
        ShapeError: On a call, if there are not three channels.
    """

    keeps_type = True

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = check.in_interval(factor, 0, 1, "factor", self)

    def _draw(self, extent: Extent) -> Any:
        return per_picture(self._uniform(extent.batch, _RANGE) < self.factor)

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return jnp.where(drawn, rgb_to_grayscale(images, _LAST), images)


class _Colored(Picture):
    """Base class of layers with one factor and a range of values.

    Args:
        factor: Two bounds, or one number.
        value_range: Least and greatest value of a pixel.
    """

    # Least bound of the factor.
    least = 0.0

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = factor_range(factor, self.least, 1, self)
        self.value_range = as_value_range(value_range, self)


class RandomColorDegeneration(_Colored):
    """Takes a random part of the colors from each picture in training.

        y = f · gray(x) + (1 - f) · x

    Example:
        >>> import numpy as np
        >>> RandomColorDegeneration(0.3)(np.ones((1, 2, 2, 3))).shape
        (1, 2, 2, 3)

    Args:
        factor: Two bounds of f, from -1 to 1; one number stands for (-factor, factor).
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, 3)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
        ShapeError: On a call, if there are not three channels.
    """

    least = -1.0

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **options)

    def _draw(self, extent: Extent) -> Any:
        return {"factor": per_picture(self._uniform(extent.batch, self.factor))}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        factor = jnp.asarray(drawn["factor"], images.dtype)
        mixed = factor * rgb_to_grayscale(images, _LAST) + (1 - factor) * images
        return jnp.clip(mixed, *self.value_range)


class RandomSaturation(_Colored):
    """Multiplies the saturation of each picture by a random number in training.

        new saturation = saturation · f / (1 - f),    cut to [0, 1]

    so that f = 1/2 leaves a picture as it is.

    Example:
        >>> import numpy as np
        >>> RandomSaturation((0.5, 0.5))(np.array([[[[51.0, 0, 0]]]])).round(2).tolist()
        [[[[51.0, 0.0, 0.0]]]]

    Args:
        factor: Two bounds of f, from -1 to 1, of which those below 0 act as 0; one
            number stands for (-factor, factor).
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, 3)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
        ShapeError: On a call, if there are not three channels.
    """

    least = -1.0

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **options)

    def _draw(self, extent: Extent) -> Any:
        part = self._uniform(extent.batch, self.factor)
        return {"factor": part / jnp.maximum(1 - part, _TINY)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        hsv = rgb_to_hsv(between(images, self.value_range, _RANGE), _LAST)
        factor = jnp.reshape(jnp.asarray(drawn["factor"], images.dtype), (-1, 1, 1))
        saturation = jnp.clip(hsv[..., 1] * factor, 0, 1)
        rgb = hsv_to_rgb(hsv.at[..., 1].set(saturation), _LAST)
        return between(rgb, _RANGE, self.value_range)


class RandomHue(_Colored):
    """Turns the hues of each picture by a random angle in training.

        new hue = hue ± f / 2,    modulo 1,    with f drawn within bounds

    Example:
        >>> import numpy as np
        >>> RandomHue((1.0, 1.0))(np.array([[[[51.0, 0, 0]]]])).round(2).tolist()
        [[[[0.0, 51.0, 51.0]]]]

    Args:
        factor: Two bounds of f, from 0 to 1; one number stands for (0, factor).
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, 3)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
        ShapeError: On a call, if there are not three channels.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **options)

    def _draw(self, extent: Extent) -> Any:
        turn = 0.5 * self._uniform(extent.batch, self.factor)
        back = self._uniform(extent.batch, _RANGE) < 0.5
        return {"factor": jnp.where(back, -turn, turn)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        hsv = rgb_to_hsv(between(images, self.value_range, _RANGE), _LAST)
        turn = jnp.reshape(jnp.asarray(drawn["factor"], images.dtype), (-1, 1, 1))
        hue = jnp.mod(hsv[..., 0] + turn, 1)
        rgb = hsv_to_rgb(hsv.at[..., 0].set(hue), _LAST)
        return between(rgb, _RANGE, self.value_range)


class RandomColorJitter(Picture):
    """`RandomBrightness`, `RandomContrast`, `RandomSaturation` and `RandomHue` in turn.

    Example:
        >>> import numpy as np
        >>> RandomColorJitter(hue_factor=0.1)(np.ones((1, 2, 2, 3))).shape
        (1, 2, 2, 3)

    Args:
        value_range: Least and greatest value of a pixel.
        brightness_factor: The factor of the first; left out if `None`.
        contrast_factor: The factor of the second; left out if `None`.
        saturation_factor: The factor of the third; left out if `None`.
        hue_factor: The factor of the last; left out if `None`.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first; three
            channels if saturation or hue change

    Raises:
        ArgumentError: If a factor is none for its layer.
    """

    def __init__(
        self,
        value_range: Numbers = BYTES,
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.value_range = as_value_range(value_range, self)
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        classes: dict[Any, Any] = {
            RandomBrightness: brightness_factor,
            RandomContrast: contrast_factor,
            RandomSaturation: saturation_factor,
            RandomHue: hue_factor,
        }
        self._steps = [
            cls(factor, value_range=value_range, data_format=_LAST, dtype="float32")
            for cls, factor in classes.items()
            if factor is not None
        ]
        for step in self._steps:
            step.seed_generator = self.seed_generator

    def _draw(self, extent: Extent) -> Any:
        return [step._draw(extent) for step in self._steps]

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        for step, own in zip(self._steps, drawn, strict=True):
            images = step._change(images, own)
        return images
