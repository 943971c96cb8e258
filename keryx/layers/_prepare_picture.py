"""What all layers that prepare pictures share."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Unpack

import jax
import jax.numpy as jnp

from keryx._core import config
from keryx._core.errors import ArgumentError, ShapeError
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions
from keryx.ops.image._layout import from_last, is_first, to_last
from keryx.random import SeedGenerator

# What a dictionary of data may hold besides pictures.
_NO_BOXES = "bounding_boxes"
Range = tuple[float, float]


class PictureOptions(LayerOptions, total=False):
    """The arguments that every layer of pictures takes besides its own.

    Attributes:
        data_format: "channels_last" or "channels_first"; `None` for the global default.
    """

    data_format: str | None


class Extent(NamedTuple):
    """How many pictures a batch has, their size in pixels, and their channels."""

    batch: int
    height: int
    width: int
    channels: int


class Picture(Layer):
    """Base class of layers that change pictures, one or a batch.

    A subclass computes in `_change(images, drawn)`, on a batch with channels last. What
    is random, it draws in `_draw(extent)`, per picture; a layer that draws only works
    in training. Pictures may come in a dictionary, as "images", with "labels" and
    "segmentation_masks" beside them.

    Args:
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.
    """

    # Whether it draws: then it leaves pictures as they are except in training.
    random = True
    # Whether pictures of integers stay such.
    keeps_type = False
    # Whether pixels move, so that masks of pictures move with them.
    moves = False

    def __init__(
        self,
        *,
        seed: int | None = None,
        data_format: str | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.data_format = config.standardize_data_format(data_format)
        if self.random:
            self.seed = seed
            self.seed_generator = SeedGenerator(seed)

    # --- what subclasses define -------------------------------------------------

    def _draw(self, extent: Extent) -> Any:
        """Draws what is random, for each picture of a batch."""
        return None

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Returns a changed batch, channels last."""
        raise NotImplementedError

    def _change_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Returns the masks of a changed batch: classes, which do not blend."""
        return self._change(masks, drawn)

    # --- what users call --------------------------------------------------------

    def call(self, data: Any, training: bool | None = True) -> Any:
        drawn = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            return self.transform_images(data, drawn, training=training)
        self._refuse_boxes(data)
        changes = {
            "images": self.transform_images,
            "labels": self.transform_labels,
            "segmentation_masks": self.transform_segmentation_masks,
        }
        found = dict(data)
        for name, change in changes.items():
            if name in data:
                found[name] = change(data[name], drawn, training=training)
        return found

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Returns what is random in a call: one draw per picture, or `None`.

        Args:
            data: The pictures, or a dictionary with them.
            training: Whether this is training; otherwise nothing is drawn.
            seed: Unused: the layer's own generator draws.
        """
        if not (training and self.random):
            return None
        images = data["images"] if isinstance(data, dict) else data
        return self._draw(self._extent(jnp.shape(images)))

    def transform_images(
        self, images: Any, transformation: Any, training: bool | None = True
    ) -> jax.Array:
        """Returns pictures changed by what `get_random_transformation` drew."""
        array = self._in_float(images)
        if self._idle(transformation, training):
            return array if not self.keeps_type else jnp.asarray(images)
        changed: jax.Array = self._whole(array, images, transformation, self._change)
        return changed

    def transform_labels(
        self, labels: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """Returns the labels of changed pictures: the same."""
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """Returns the masks of changed pictures."""
        if not self.moves or self._idle(transformation, training):
            return segmentation_masks
        array = jnp.asarray(segmentation_masks)
        changed = self._whole(
            array.astype(jnp.float32), array, transformation, self._change_masks
        )
        return changed.astype(array.dtype)

    # --- details ----------------------------------------------------------------

    def _idle(self, transformation: Any, training: bool | None) -> bool:
        return self.random and (not training or transformation is None)

    def _in_float(self, images: Any) -> jax.Array:
        return jnp.asarray(images).astype(self.compute_dtype)

    def _whole(self, array: jax.Array, given: Any, drawn: Any, change: Any) -> Any:
        """Applies a change of batches with channels last to what was given."""
        self._extent(array.shape)
        last = to_last(array, self.data_format)
        batch = last if last.ndim == 4 else last[None]
        changed = from_last(change(batch, drawn), self.data_format)
        found = changed if last.ndim == 4 else changed[0]
        dtype = jnp.asarray(given).dtype
        if self.keeps_type and not jnp.issubdtype(dtype, jnp.floating):
            return found.astype(dtype)
        return found.astype(array.dtype)

    def _extent(self, shape: Sequence[int]) -> Extent:
        """Returns the sizes of pictures.

        Raises:
            ShapeError: If they are neither one picture nor a batch of them.
        """
        first = is_first(self.data_format)
        axes = "channels, height, width" if first else "height, width, channels"
        if len(shape) not in (3, 4):
            raise ShapeError(
                describe(self),
                expected=f"pictures of shape (batch, {axes}), or one of them",
                got=f"{tuple(shape)}",
                fix="Gray pictures have one channel: add its axis with `x[..., None]`.",
            )
        batch = shape[0] if len(shape) == 4 else 1
        height, width, channels = shape[-3:]
        if first:
            channels, height, width = shape[-3:]
        return Extent(batch, height, width, channels)

    def _refuse_boxes(self, data: dict[str, Any]) -> None:
        if _NO_BOXES in data:
            # Departs from Keras: boxes are not moved.
            raise ArgumentError(
                self,
                "data",
                expected="pictures, labels and segmentation masks",
                got=f"{_NO_BOXES!r} among {sorted(data)}",
            )

    def _uniform(self, count: int, bounds: Range) -> jax.Array:
        """Draws one number for each picture."""
        low, high = bounds
        return jax.random.uniform(
            self.seed_generator.next(), (count,), minval=low, maxval=high
        )

    def _chosen(self, count: int, bounds: Range) -> jax.Array:
        """Chooses pictures, with a chance that is itself drawn within bounds."""
        chance = self._uniform(count, bounds)
        return self._uniform(count, (0.0, 1.0)) < chance

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        return {"data_format": self.data_format, **super().get_config()}


def factor_range(
    factor: Any, low: float, high: float, owner: object, name: str = "factor"
) -> Range:
    """Returns the bounds of a factor: two numbers as they are, or around 0.

    Args:
        factor: Two numbers, or one that stands for (-factor, factor), cut at `low`.
        low: Least bound.
        high: Greatest bound.
        owner: What messages call the layer.
        name: What messages call the argument.

    Raises:
        ArgumentError: If there are more numbers, or one is out of bounds.
    """
    single = isinstance(factor, int | float) and not isinstance(factor, bool)
    pair = (factor, factor) if single else factor
    numbers = isinstance(pair, list | tuple) and all(
        isinstance(n, int | float) for n in pair
    )
    if not numbers or len(pair) != 2 or not all(low <= n <= high for n in pair):
        raise ArgumentError(
            owner, name, expected=f"a number in [{low}, {high}], or two of them",
            got=factor,
        )  # fmt: skip
    if single:
        return max(-abs(factor), low), abs(factor)
    first, second = sorted(pair)
    return first, second


def as_value_range(value_range: Any, owner: object) -> Range:
    """Returns the least and greatest value that a pixel may have.

    Raises:
        ArgumentError: If it is not two numbers, the smaller one first.
    """
    pair = tuple(value_range) if isinstance(value_range, list | tuple) else ()
    if len(pair) != 2 or not pair[0] < pair[1]:
        raise ArgumentError(
            owner,
            "value_range",
            expected="two numbers, the smaller one first",
            got=value_range,
        )
    return pair


def per_picture(numbers: Any) -> jax.Array:
    """Returns one number per picture in a shape that fits a batch of them."""
    return jnp.reshape(jnp.asarray(numbers), (-1, 1, 1, 1))


def between(images: jax.Array, value_range: Range, new: Range) -> jax.Array:
    """Returns pixels of one range in another."""
    scale = (new[1] - new[0]) / (value_range[1] - value_range[0])
    return (images - value_range[0]) * scale + new[0]
