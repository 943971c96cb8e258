"""Layers that change the light in pictures: contrast, brightness, tone."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_picture import (
    as_value_range,
    between,
    Extent,
    factor_range,
    per_picture,
    Picture,
    PictureOptions,
)

BYTES = (0, 255)
Numbers = tuple[float, float] | list[float]


class RandomContrast(Picture):
    """Moves pixels away from their picture's mean, or towards it, in training.

        y = (x - mean) · c + mean,    c uniform in [1 - low, 1 + high]

    cut to the range of values; the mean is of each channel.

    Example:
        >>> import numpy as np
        >>> RandomContrast(0.5)(np.full((1, 2, 2, 1), 7.0)).tolist()[0][0]
        [[7.0], [7.0]]

    Args:
        factor: low and high, from 0 to 1; one number stands for (0, factor).
        value_range: Least and greatest value of a pixel.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        seed: int | None = None,
        **options: Unpack[PictureOptions],
    ) -> None:
        super().__init__(seed=seed, **options)
        self.factor = factor_range(factor, 0, 1, self)
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        low, high = self.factor
        factor = self._uniform(extent.batch, (1 - low, 1 + high))
        return {"contrast_factor": per_picture(factor)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        factor = jnp.asarray(drawn["contrast_factor"], images.dtype)
        mean = jnp.mean(images, (1, 2), keepdims=True)
        return jnp.clip((images - mean) * factor + mean, *self.value_range)


class RandomBrightness(Picture):
    """Adds a random number to all pixels of a picture in training.

    The result is cut to the range of values.

    Example:
        >>> import numpy as np
        >>> RandomBrightness((0.2, 0.2), (0, 1))(np.zeros((1, 1, 1, 1))).item()
        0.20000000298023224

    Args:
        factor: Two bounds of what is added, as part of the range of values, from -1 to
            1; one number stands for (-factor, factor).
        value_range: Least and greatest value of a pixel.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
    """

    keeps_type = True

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        seed: int | None = None,
        **options: Unpack[PictureOptions],
    ) -> None:
        super().__init__(seed=seed, **options)
        self.factor = factor_range(factor, -1, 1, self)
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        low, high = self.value_range
        part = self._uniform(extent.batch, self.factor)
        return {"rgb_delta": per_picture(part * (high - low))}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        delta = jnp.asarray(drawn["rgb_delta"], images.dtype)
        return jnp.clip(images + delta, *self.value_range)


class RandomInvert(Picture):
    """Inverts some of the pictures in training: `high - x + low`.

    Example:
        >>> import numpy as np
        >>> y = RandomInvert(seed=1)(np.zeros((64, 1, 1, 1)))
        >>> sorted(set(y.ravel().tolist()))
        [0.0, 255.0]

    Args:
        factor: Two bounds of the chance to be inverted, itself drawn for each picture;
            one number stands for (0, factor).
        value_range: Least and greatest value of a pixel, low and high.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Numbers = BYTES,
        seed: int | None = None,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = factor_range(factor, 0, 1, self)
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        return {"apply_inversion": self._chosen(extent.batch, self.factor)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        low, high = self.value_range
        chosen = per_picture(drawn["apply_inversion"])
        return jnp.where(chosen, high - images + low, images)


class Solarization(Picture):
    """Brightens pictures and inverts what is then bright, in training.

        z = x + a,     y = 255 - z where z is at least t, else z

    with a and t drawn for each picture, pixels from 0 to 255, and z cut to that range.

    Example:
        >>> import numpy as np
        >>> Solarization((0.2, 0.2), (1.0, 1.0))(np.zeros((1, 1, 1, 1))).item()
        51.0

    Args:
        addition_factor: Two bounds of a, as parts of 255, from 0 to 1; one number
            stands for (0, factor).
        threshold_factor: The same for t.
        value_range: Least and greatest value of a pixel in the inputs and outputs.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
    """

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Numbers = BYTES,
        seed: int | None = None,
        **options: Unpack[PictureOptions],
    ) -> None:
        super().__init__(seed=seed, **options)
        self.addition_factor = factor_range(
            addition_factor, 0, 1, self, "addition_factor"
        )
        self.threshold_factor = factor_range(
            threshold_factor, 0, 1, self, "threshold_factor"
        )
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        added = self._uniform(extent.batch, self.addition_factor)
        threshold = self._uniform(extent.batch, self.threshold_factor)
        return {
            "additions": 255 * per_picture(added),
            "thresholds": 255 * per_picture(threshold),
        }

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        added = jnp.asarray(drawn["additions"], images.dtype)
        threshold = jnp.asarray(drawn["thresholds"], images.dtype)
        bytes_ = between(images, self.value_range, BYTES)
        brighter = jnp.clip(bytes_ + added, *BYTES)
        inverted = jnp.where(brighter < threshold, brighter, 255 - brighter)
        return between(inverted, BYTES, self.value_range)
