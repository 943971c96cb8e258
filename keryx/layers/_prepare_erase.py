"""A layer that covers parts of pictures."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_light import BYTES, Numbers
from keryx.layers._prepare_picture import (
    as_value_range,
    Extent,
    factor_range,
    per_picture,
    Picture,
)


class RandomErasing(Picture):
    """Covers a rectangle of some of the pictures in training.

    Example:
        >>> import numpy as np
        >>> layer = RandomErasing((1.0, 1.0), (0.25, 0.25), fill_value=0.0)
        >>> float(layer(np.ones((1, 8, 8, 1))).mean())
        0.75

    Args:
        factor: Two bounds of the chance of a picture to be chosen, itself drawn; one
            number stands for (0, factor).
        scale: Two bounds of the rectangle's area, as part of the picture's, from 0 to
            1. Height and width are drawn apart, as roots of such numbers.
        fill_value: The value inside; normal numbers times 255, cut to the range of
            values, if `None`.
        value_range: Least and greatest value of a pixel.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.

    Source:
        Zhong et al., "Random Erasing Data Augmentation" (AAAI 2020), algorithm 1, but
        for the law of the sizes.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Numbers = BYTES,
        seed: int | None = None,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = factor_range(factor, 0, 1, self)
        self.scale = factor_range(scale, 0, 1, self, "scale")
        self.value_range = as_value_range(value_range, self)
        number = isinstance(fill_value, int | float)
        low, high = self.value_range
        if fill_value is not None and not (number and low <= fill_value <= high):
            raise ArgumentError(
                self, "fill_value", expected=f"a number in [{low}, {high}], or None",
                got=fill_value,
            )  # fmt: skip
        self.fill_value = fill_value

    def _draw(self, extent: Extent) -> Any:
        rows = self._span(extent.batch, extent.height)
        columns = self._span(extent.batch, extent.width)
        return {
            "apply_erasing": self._chosen(extent.batch, self.factor),
            "batch_masks": (rows[:, :, None] & columns[:, None, :])[..., None],
            "fill_value": self._filling(extent),
        }

    def _span(self, count: int, size: int) -> jax.Array:
        """Chooses a stretch of an axis for each picture, as booleans."""
        length = jnp.floor(jnp.sqrt(self._uniform(count, self.scale)) * size)
        start = jnp.floor(self._uniform(count, (0.0, 1.0)) * (size - length + 1))
        places = jnp.arange(size)
        return (places >= start[:, None]) & (places < (start + length)[:, None])

    def _filling(self, extent: Extent) -> jax.Array:
        if self.fill_value is not None:
            return jnp.asarray(self.fill_value, jnp.float32)
        key = self.seed_generator.next()
        normal = jax.random.normal(key, extent)
        return jnp.clip(255 * normal, *self.value_range)

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        covered = per_picture(drawn["apply_erasing"]) & jnp.asarray(
            drawn["batch_masks"]
        )
        filling = jnp.asarray(drawn["fill_value"], images.dtype)
        return jnp.where(covered, filling, images)
