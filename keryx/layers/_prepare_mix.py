"""Layers that mix the pictures of a batch, and their labels."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError
from keryx._graph.layer import LayerOptions
from keryx.layers._prepare_picture import (
    Extent,
    per_picture,
    Picture,
)


class _Mix(Picture):
    """Base class of layers in which pictures of a batch meet."""

    def transform_labels(
        self, labels: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """Returns the labels mixed like the pictures."""
        if self._idle(transformation, training):
            return labels
        own = jnp.asarray(labels).astype(self.compute_dtype)
        other = own[transformation["permutation_order"]]
        shape = (-1, *(1,) * (own.ndim - 1))
        weight = jnp.reshape(transformation["mix_weight"], shape).astype(own.dtype)
        return weight * own + (1 - weight) * other


class MixUp(_Mix):
    """Blends each picture with another of its batch in training, and the labels alike.

        y = w x + (1 - w) x',    w from the beta distribution of (alpha, alpha)

    Pictures come in a dictionary with their labels as probabilities of classes.

    Example:
        >>> import numpy as np
        >>> data = {"images": np.ones((2, 2, 2, 1)), "labels": np.eye(2)}
        >>> MixUp(seed=1)(data)["labels"].sum(axis=1).tolist()
        [1.0, 1.0]

    Args:
        alpha: Parameter of the distribution, from 0 to 1: the smaller, the closer are
            the weights to 0 and 1.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for draws independent of the global seed.

    Shapes:
        images: `(batch, height, width, channels)`, or channels first
        labels: `(batch, ...)`

    Raises:
        ArgumentError: If `alpha` is no positive number.

    Source:
        Zhang et al., "mixup: Beyond Empirical Risk Minimization" (ICLR 2018).
    """

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **options)
        if not isinstance(alpha, int | float) or alpha <= 0:
            raise ArgumentError(self, "alpha", expected="a positive number", got=alpha)
        self.alpha = alpha

    def _draw(self, extent: Extent) -> Any:
        generator, alpha = self.seed_generator, self.alpha
        shape = (extent.batch,)
        return {
            "mix_weight": jax.random.beta(generator.next(), alpha, alpha, shape),
            "permutation_order": jax.random.permutation(generator.next(), extent.batch),
        }

    def _change(self, images: jax.Array, drawn: Any) -> jax.Array:
        weight = per_picture(drawn["mix_weight"]).astype(images.dtype)
        other = images[drawn["permutation_order"]]
        return weight * images + (1 - weight) * other

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool | None = True
    ) -> Any:
        """Returns the masks blended like the pictures."""
        if self._idle(transformation, training):
            return segmentation_masks
        masks = jnp.asarray(segmentation_masks).astype(self.compute_dtype)
        return self._change(masks, transformation)
