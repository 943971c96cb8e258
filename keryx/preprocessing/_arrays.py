"""Small changes to arrays before training."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, DataError
from keryx._core.hook import hooked


@hooked
def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Returns class numbers as rows with a single one.

    Departs from Keras: negative numbers are an error; there, they count from the end.

    Example:
        >>> to_categorical([0, 2, 1]).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]

    Args:
        x: Classes, from zero.
        num_classes: Length of the rows; the largest class and one if `None`.

    Shapes:
        x:       `(...)`, or `(..., 1)`
        outputs: `(..., classes)`

    Returns:
        An array of JAX if `x` is one, else of NumPy in double precision.

    Raises:
        DataError: If a class is not from 0 to `num_classes - 1`.
    """
    labels = np.asarray(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    labels = labels.astype("int64")
    classes = int(labels.max(initial=0)) + 1 if num_classes is None else num_classes
    check.positive_int(classes, "num_classes", "to_categorical")
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise DataError(
            "to_categorical",
            expected=f"classes from 0 to {classes - 1}",
            got=f"classes from {labels.min()} to {labels.max()}",
        )
    rows = np.eye(classes)[labels]
    return jnp.asarray(rows, jnp.float32) if isinstance(x, jax.Array) else rows


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """Scales vectors to length one.

        x / (Σ |x|^order)^(1/order)      zero vectors stay

    Departs from Keras: `axis=0` is the first axis; there, it means the last.

    Example:
        >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
        [[0.6, 0.8], [0.0, 0.0]]

    Args:
        x: Numbers; a single vector becomes a row.
        axis: The axis along which the vectors lie.
        order: Order of the norm.

    Raises:
        ArgumentError: If `order` is below one.
    """
    if not order >= 1:
        raise ArgumentError("normalize", "order", expected="1 or more", got=order)
    lib: Any = jnp if isinstance(x, jax.Array) else np
    array = lib.atleast_2d(lib.asarray(x))
    norm = lib.linalg.norm(array, order, axis=axis, keepdims=True)
    return array / lib.where(norm == 0, lib.ones_like(norm), norm)


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Returns inputs, targets and weights in the form of a batch.

    Example:
        >>> pack_x_y_sample_weight(1), pack_x_y_sample_weight(1, 2)
        (1, (1, 2))
    """
    if y is None:
        return x if not isinstance(x, list | tuple) else (x,)
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Returns inputs, targets and weights of a batch, `None` for those missing.

    Example:
        >>> unpack_x_y_sample_weight((1, 2))
        (1, 2, None)

    Raises:
        DataError: If it has more than three parts, or none.
    """
    parts = tuple(data) if isinstance(data, list | tuple) else (data,)
    if not 1 <= len(parts) <= 3:
        raise DataError(
            "unpack_x_y_sample_weight",
            expected="(x), (x, y) or (x, y, sample_weight)",
            got=f"{len(parts)} parts",
        )
    x, y, weight = (*parts, None, None)[:3]
    return x, y, weight
