"""Layers of tf.keras that gave pictures a random size."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import StateError
from keryx.layers._prepare_picture import (
    Extent,
    factor_range,
    Picture,
    PictureOptions,
)
from keryx.ops.image import resize


class _RandomSize(Picture):
    """Resizes all pictures of a batch to one random size in training.

    A program has fixed sizes: this works outside of compiled training, where a call is
    made with arrays, and in it only if both bounds of the factor give the same size.

    Args:
        factor: Two bounds of how much is added, as part of the size; one number stands
            for (-factor, factor).
        interpolation: As of `keryx.ops.image.resize`.
        seed: An integer, for draws independent of the global seed.
    """

    moves = True
    _axis = 1

    def __init__(
        self,
        factor: Any,
        interpolation: str = "bilinear",
        seed: int | None = None,
        **options: Unpack[PictureOptions],
    ) -> None:
        super().__init__(seed=seed, **options)
        self.factor = factor_range(factor, -1, float("inf"), self)
        self.interpolation = check.one_of(
            interpolation,
            ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
            "interpolation",
            self,
        )

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Returns the shape of the outputs, one axis of which is unknown."""
        shape = list(input_shape)
        first = self.data_format == "channels_first"
        shape[self._axis - (3 if first else 4)] = None
        return tuple(shape)

    def _draw(self, extent: Extent) -> int:
        size = extent[self._axis]
        low, high = (max(int(size * (1 + bound)), 1) for bound in self.factor)
        if low == high:
            return low
        drawn = size * (1 + self._uniform(1, self.factor)[0])
        if isinstance(drawn, jax.core.Tracer):
            raise StateError(
                f"layer {self.name!r} ({type(self).__name__})",
                expected="to be called outside of compiled training",
                got=f"a call inside, where sizes are fixed, with factor {self.factor}",
                fix="Use `RandomZoom`, which keeps the size; or call the layer on the "
                "data before the model.",
            )
        return max(int(drawn), 1)

    def _change(self, images: jax.Array, drawn: int) -> jax.Array:
        return self._resized(images, drawn, self.interpolation)

    def _change_masks(self, masks: jax.Array, drawn: int) -> jax.Array:
        return self._resized(masks, drawn, "nearest")

    def _resized(self, images: jax.Array, size: int, interpolation: str) -> jax.Array:
        sizes = list(images.shape[1:3])
        sizes[self._axis - 1] = size
        found = resize(images, sizes, interpolation, data_format="channels_last")
        return jnp.asarray(found)


class RandomHeight(_RandomSize):
    """Resizes pictures to a random height in training, as `_RandomSize` says.

    Example:
        >>> import numpy as np
        >>> RandomHeight((0.5, 0.5))(np.ones((1, 4, 4, 1)), training=True).shape
        (1, 6, 4, 1)

    Args:
        factor: Two bounds of how much is added, as part of the height; one number
            stands for (-factor, factor).
        interpolation: As of `keryx.ops.image.resize`.
        seed: An integer, for draws independent of the global seed.

    Raises:
        ArgumentError: If a bound is below -1, or the interpolation is unknown.
        StateError: In compiled training, if the height is random.
    """

    __module__ = "keryx.layers"
    _axis = 1


class RandomWidth(_RandomSize):
    """Resizes pictures to a random width in training: `RandomHeight` for the width."""

    __module__ = "keryx.layers"
    _axis = 2
