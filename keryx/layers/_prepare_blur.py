"""Layers that make pictures sharper or less sharp at random."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_light import BYTES, Numbers
from keryx.layers._prepare_picture import (
    as_value_range,
    Extent,
    factor_range,
    per_picture,
    Picture,
)

# Weights of the pixels around one, and of it, in a picture that is less sharp.
_SOFT = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13


def _weighted(images: jax.Array, weights: jax.Array, axis: int) -> jax.Array:
    """Weighs the pixels along an axis by a window for each picture, zeros around.

    Args:
        images: `(batch, height, width, channels)`.
        weights: `(batch, window)`.
        axis: 1 for the height, 2 for the width.
    """
    size, window = images.shape[axis], weights.shape[1]
    widths = [(0, 0)] * 4
    widths[axis] = ((window - 1) // 2, window // 2)
    framed = jnp.pad(images, widths)
    shifted = [
        per_picture(weights[:, i])
        * jax.lax.slice_in_dim(framed, i, i + size, axis=axis)
        for i in range(window)
    ]
    return sum(shifted[1:], shifted[0])


class RandomSharpness(Picture):
    """Makes each picture sharper or softer in training.

        y = 2 f x + (1 - 2 f) soft(x)

    where soft(x) weighs each pixel 5 and the eight around it 1, with zeros beyond the
    border. So f = 0 is soft, f = 1/2 leaves a picture as it is, and f = 1 is sharp.

    Example:
        >>> import numpy as np
        >>> RandomSharpness((0.5, 0.5))(np.eye(3)[..., None]).ravel().tolist()[:4]
        [1.0, 0.0, 0.0, 0.0]

    Args:
        factor: Two bounds of f, from 0 to 1; one number stands for (0, factor).
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
        self.factor = factor_range(factor, 0, 1, self)
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        return {"factor": self._uniform(extent.batch, self.factor)}

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        factor = 2 * per_picture(drawn["factor"]).astype(images.dtype)
        height, width = images.shape[1:3]
        framed = jnp.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
        parts = [
            weight * framed[:, i : i + height, j : j + width]
            for (i, j), weight in np.ndenumerate(_SOFT)
        ]
        soft = sum(parts[1:], parts[0])
        return jnp.clip(factor * images + (1 - factor) * soft, *self.value_range)


class RandomGaussianBlur(Picture):
    """Blurs some of the pictures in training, each by windows of its own.

    Beyond the border, pixels are 0.

    Departs from Keras, which draws one pair of deviations for the batch, and on JAX
    blurs the channels in place of the height.

    Example:
        >>> import numpy as np
        >>> RandomGaussianBlur(1.0)(np.ones((2, 4, 4, 1))).shape
        (2, 4, 4, 1)

    Args:
        factor: Two bounds of the chance of a picture to be blurred, itself drawn; one
            number stands for (0, factor).
        kernel_size: Height and width of the window, in pixels.
        sigma: Two bounds of the windows' standard deviations along height and width, in
            pixels; one number of at most 1 stands for (0, sigma).
        value_range: Least and greatest value of a pixel.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        inputs, outputs: `(..., height, width, channels)`, or channels first

    Raises:
        ArgumentError: If a bound is out of its interval, or a size is not positive.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Numbers = BYTES,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        self.factor = factor_range(factor, 0, 1, self)
        self.kernel_size = check.int_tuple(kernel_size, 2, "kernel_size", self)
        pair = isinstance(sigma, list | tuple)
        most = float("inf") if pair else 1.0
        self.sigma = factor_range(sigma, 0, most, self, "sigma")
        self.value_range = as_value_range(value_range, self)

    def _draw(self, extent: Extent) -> Any:
        pair = [self._uniform(extent.batch, self.sigma) for _ in range(2)]
        return {
            "should_apply_blur": self._chosen(extent.batch, self.factor),
            "blur_factor": jnp.stack(pair, -1),
        }

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        sigmas = jnp.broadcast_to(drawn["blur_factor"], (images.shape[0], 2))
        blurred = images
        for axis in (0, 1):
            weights = _window(self.kernel_size[axis], sigmas[:, axis])
            blurred = _weighted(blurred, weights.astype(images.dtype), axis + 1)
        blurred = jnp.clip(blurred, *self.value_range)
        return jnp.where(per_picture(drawn["should_apply_blur"]), blurred, images)


def _window(size: int, sigmas: jax.Array) -> jax.Array:
    """Returns Gaussian windows, `(batch, size)`, of the deviations `(batch,)`."""
    places = np.arange(size) - (size - 1) / 2
    # A deviation of 0 keeps the pixel, or the two, in the middle.
    ratio = (places**2 - np.min(places**2)) / jnp.maximum(sigmas, 1e-3)[:, None] ** 2
    weights = jnp.exp(-0.5 * ratio)
    return weights / jnp.sum(weights, 1, keepdims=True)
