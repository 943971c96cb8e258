"""Layers that change the size of pictures."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_picture import Extent, Picture
from keryx.ops.image._resize import METHODS, resize


class Resizing(Picture):
    """Pictures of another size.

    Example:
        >>> import numpy as np
        >>> Resizing(2, 3)(np.ones((1, 4, 4, 1))).shape
        (1, 2, 3, 1)

    Args:
        height: New height, in pixels.
        width: New width, in pixels.
        interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5".
        crop_to_aspect_ratio: Whether to cut off what would distort the picture.
        pad_to_aspect_ratio: Whether to add borders instead of distorting the picture.
        fill_mode: How borders are filled: only "constant".
        fill_value: The value of the borders.
        antialias: Whether a smaller picture averages over the pixels that it replaces.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs:  `(..., height, width, channels)`, or channels first
        outputs: the same with the new height and width

    Raises:
        ArgumentError: If a size or an option is not one of these, or both cropping and
            padding are asked for.
    """

    random = False
    keeps_type = True
    moves = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format=data_format, **options)
        self.height = check.positive_int(height, "height", self)
        self.width = check.positive_int(width, "width", self)
        self.interpolation = check.one_of(interpolation, METHODS, "interpolation", self)
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ArgumentError(
                self,
                "pad_to_aspect_ratio",
                expected="False where `crop_to_aspect_ratio` is True",
                got=pad_to_aspect_ratio,
            )
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = check.one_of(fill_mode, ("constant",), "fill_mode", self)
        self.fill_value = fill_value
        self.antialias = antialias

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return self._resized(images, self.interpolation)

    def _change_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        return self._resized(masks, "nearest")

    def _resized(self, images: jax.Array, interpolation: str) -> jax.Array:
        return resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format="channels_last",
        )

    def _in_float(self, images: Any) -> jax.Array:
        return jnp.asarray(images)  # `resize` rounds for integers


class CenterCrop(Picture):
    """The middle of pictures.

    A picture that is too small is enlarged first, without distortion.

    Example:
        >>> import numpy as np
        >>> CenterCrop(1, 2)(np.arange(9.0).reshape(3, 3, 1))[..., 0]
        Array([[3., 4.]], dtype=float32)

    Args:
        height: Height of the middle, in pixels.
        width: Its width, in pixels.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs:  `(..., height, width, channels)`, or channels first
        outputs: the same with the new height and width

    Raises:
        ArgumentError: If a size is not a positive integer.
    """

    random = False
    moves = True

    def __init__(
        self,
        height: int,
        width: int,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(data_format=data_format, **options)
        self.height = check.positive_int(height, "height", self)
        self.width = check.positive_int(width, "width", self)

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return self._middle(images, "bilinear")

    def _change_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        return self._middle(masks, "nearest")

    def _middle(self, images: jax.Array, interpolation: str) -> jax.Array:
        top = (images.shape[1] - self.height) // 2
        left = (images.shape[2] - self.width) // 2
        if top < 0 or left < 0 or min(images.shape[1:3]) == 0:
            return _fitted(images, self.height, self.width, interpolation)
        return images[:, top : top + self.height, left : left + self.width]


def _fitted(
    images: jax.Array, height: int, width: int, interpolation: str = "bilinear"
) -> jax.Array:
    """Resizes pictures, cutting off what would distort them."""
    return resize(
        images,
        (height, width),
        interpolation,
        crop_to_aspect_ratio=True,
        data_format="channels_last",
    )


class RandomCrop(Picture):
    """A rectangle of each picture, from a random place in training.

    Otherwise, and where a picture is too small, the picture is resized to the
    rectangle's size, after what would distort it is cut off.

    Departs from Keras, which takes all rectangles of a batch from one place, and leaves
    pictures as they are when not training, against its own output shape.

    Example:
        >>> import numpy as np
        >>> RandomCrop(2, 3)(np.ones((1, 4, 4, 1))).shape
        (1, 2, 3, 1)

    Args:
        height: Height of the rectangle, in pixels.
        width: Its width, in pixels.
        seed: An integer, for draws independent of the global seed.
        data_format: "channels_last" or "channels_first"; `None` for the global default.

    Shapes:
        inputs:  `(..., height, width, channels)`, or channels first
        outputs: the same with the new height and width

    Raises:
        ArgumentError: If a size is not a positive integer.
    """

    moves = True

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, name=name, **options)
        self.height = check.positive_int(height, "height", self)
        self.width = check.positive_int(width, "width", self)

    def _idle(self, transformation: Any, training: bool | None) -> bool:
        return False

    def _draw(self, extent: Extent) -> Any:
        """Draws where each rectangle begins, as rows and columns."""
        room = (extent.height - self.height, extent.width - self.width)
        if min(room) < 0:
            return None
        shape = (extent.batch,)
        return tuple(
            jax.random.randint(self.seed_generator.next(), shape, 0, free + 1)
            for free in room
        )

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        return self._cut(images, drawn, "bilinear")

    def _change_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        return self._cut(masks, drawn, "nearest")

    def _cut(self, images: jax.Array, drawn: Any, interpolation: str) -> jax.Array:
        if drawn is None:
            return _fitted(images, self.height, self.width, interpolation)
        shape = (images.shape[0],)
        tops, lefts = (jnp.broadcast_to(jnp.asarray(d), shape) for d in drawn)
        size = (self.height, self.width, images.shape[-1])

        def cut(picture: jax.Array, top: jax.Array, left: jax.Array) -> jax.Array:
            return jax.lax.dynamic_slice(picture, (top, left, 0), size)

        return jax.vmap(cut)(images, tops, lefts)
