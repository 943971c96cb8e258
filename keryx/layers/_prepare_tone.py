"""Layers that give the pixels of pictures other values by their place in the range."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_light import BYTES, Numbers
from keryx.layers._prepare_picture import (
    as_value_range,
    between,
    Extent,
    factor_range,
    per_picture,
    Picture,
    PictureOptions,
)


class RandomPosterization(Picture):
    """Keeps a random number of bits of the pixels of each picture in training.

    Example:
        >>> import numpy as np
        >>> RandomPosterization((2, 3))(np.full((1, 1, 1, 1), 255.0)).item()
        192.0

    Args:
        factor: Two bounds of the bits that are kept, from 1 to 8, the upper one not
            reached; one number stands for (1, factor).
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = factor_range(factor, 1, 8, self)
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        low, high = (int(bound) for bound in self.factor)
        kept = jax.random.randint(
            self.seed_generator.next(), (extent.batch,), low, max(high, low + 1)
        )
        return {"shift_factor": (8 - kept).astype(jnp.uint8)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        shift = per_picture(drawn["shift_factor"]).astype(jnp.uint8)
        pixels = between(images, self.value_range, BYTES).astype(jnp.uint8)
        kept = jnp.left_shift(jnp.right_shift(pixels, shift), shift)
        return between(kept.astype(images.dtype), BYTES, self.value_range)


class AutoContrast(Picture):
    """Stretches each channel of each picture to the full range of values.

    Example:
        >>> import numpy as np
        >>> AutoContrast()(np.array([[[3.0], [4.0], [5.0]]])).ravel().tolist()
        [0.0, 127.5, 255.0]

    Args:
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If `value_range` is not two numbers.
    """

    random = False

    def __init__(
        self, value_range: Numbers = BYTES, **options: Unpack[PictureOptions]
    ) -> None:
        super().__init__(**options)
        self.value_range = as_value_range(value_range, self)

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        low = jnp.min(images, (1, 2), keepdims=True)
        spread = jnp.max(images, (1, 2), keepdims=True) - low
        first, last = self.value_range
        share = (images - low) / jnp.where(spread > 0, spread, 1)
        stretched = jnp.clip(share * (last - first) + first, first, last)
        return jnp.where(spread > 0, stretched, images)


class Equalization(Picture):
    """Spreads the values of each channel evenly over the range.

        y = round(255 · (rank of x - least rank) / (pixels - least rank))

    where the rank of a pixel counts those in its bin and in the bins below.

    Departs from Keras, which counts the ranks over all pictures of a batch.

    Example:
        >>> import numpy as np
        >>> Equalization()(np.array([[[3.0], [4.0], [9.0]]])).ravel().tolist()
        [0.0, 128.0, 255.0]

    Args:
        value_range: Least and greatest value of a pixel.
        bins: Into how many bins the range is divided.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If `value_range` is not two numbers, or `bins` is not positive.
    """

    random = False

    def __init__(
        self,
        value_range: Numbers = BYTES,
        bins: int = 256,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format=data_format, **options)
        self.value_range = as_value_range(value_range, self)
        self.bins = check.positive_int(bins, "bins", self)

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        batch, height, width, channels = images.shape
        part = between(images, self.value_range, (0.0, 1.0))
        places = jnp.clip((part * (self.bins - 1)).astype(jnp.int32), 0, self.bins - 1)
        flat = jnp.moveaxis(places, -1, 1).reshape(-1, height * width)
        equal = jax.vmap(self._spread)(flat)
        spread = jnp.moveaxis(equal.reshape(batch, channels, height, width), 1, -1)
        even = between(spread, BYTES, self.value_range).astype(images.dtype)
        lowest = jnp.min(places, (1, 2), keepdims=True)
        one_bin = lowest == jnp.max(places, (1, 2), keepdims=True)
        return jnp.where(one_bin, images, even)

    def _spread(self, places: jax.Array) -> jax.Array:
        """Returns new values, from 0 to 255, for the pixels of one channel."""
        ranks = jnp.cumsum(jnp.zeros(self.bins, jnp.int32).at[places].add(1))[places]
        least = jnp.min(ranks)
        share = (ranks - least) / jnp.maximum(places.size - least, 1)
        return jnp.round(255 * share)
