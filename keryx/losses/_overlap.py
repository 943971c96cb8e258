"""Losses of how much two masks overlap."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core import config
from keryx._core.op import op
from keryx.losses._loss import Loss
from keryx.losses._reduce import pair

Axes = int | tuple[int, ...] | list[int] | None


@op
def dice(y_true: ArrayLike, y_pred: ArrayLike, axis: Axes = None) -> jax.Array:
    """One minus the Dice coefficient of two masks.

        1 - 2 sum(y_true · y_pred) / (sum y_true + sum y_pred + epsilon)

    Example:
        >>> dice([[1.0, 1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0, 0.0]]).round(4)
        Array(0.3333, dtype=float32)

    Args:
        y_true: Masks from 0 to 1, `(batch, ...)`.
        y_pred: Predicted masks, of the same shape.
        axis: Axes over which a mask extends; `None` for all, the batch's too.

    Returns:
        Losses of the axes that are left, from 0 to 1.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Milletari et al., "V-Net" (3DV 2016), section 3, with plain sums below the
        fraction bar.
    """
    targets, masks = pair(y_true, y_pred, "dice")
    axes = tuple(axis) if isinstance(axis, list) else axis
    common = jnp.sum(targets * masks, axis=axes)
    sizes = jnp.sum(targets, axis=axes) + jnp.sum(masks, axis=axes)
    return 1.0 - 2.0 * common / (sizes + config.epsilon())


@op
def tversky(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: Axes = None,
) -> jax.Array:
    """One minus the Tversky index: Dice with a price for each kind of error.

        common = sum(y_true · y_pred)
        1 - common / (common + alpha · sum(y_true · (1 - y_pred))
                             + beta · sum((1 - y_true) · y_pred) + epsilon)

    Example:
        >>> tversky([[1.0, 1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0, 0.0]], alpha=1.0).round(4)
        Array(0.5, dtype=float32)

    Args:
        y_true: Masks from 0 to 1, `(batch, ...)`.
        y_pred: Predicted masks, of the same shape.
        alpha: Price of what is missed.
        beta: Price of what is predicted wrongly.
        axis: Axes over which a mask extends; `None` for all, the batch's too.

    Returns:
        Losses of the axes that are left, from 0 to 1.

    Raises:
        DataError: If the shapes would be broadcast.

    Source:
        Salehi et al., "Tversky loss function for image segmentation using 3D fully
        convolutional deep networks" (arXiv:1706.05721), equation 4, with `alpha` and
        `beta` in the roles that Keras gives them, the opposite of the paper's.
    """
    targets, masks = pair(y_true, y_pred, "tversky")
    axes = tuple(axis) if isinstance(axis, list) else axis
    common = jnp.sum(targets * masks, axis=axes)
    missed = jnp.sum(targets * (1.0 - masks), axis=axes)
    extra = jnp.sum((1.0 - targets) * masks, axis=axes)
    price = alpha * missed + beta * extra
    return 1.0 - common / (common + price + config.epsilon())


class Dice(Loss):
    """Class form of `dice`; the formula is there."""

    rule = "elementwise"
    by_sample = False

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return dice(y_true, y_pred, self.axis)


class Tversky(Loss):
    """Class form of `tversky`; the formula is there."""

    rule = "elementwise"
    by_sample = False

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return tversky(y_true, y_pred, self.alpha, self.beta, self.axis)
