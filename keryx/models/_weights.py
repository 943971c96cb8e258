"""Weights of samples: the user's own times those of their classes."""

from typing import Any

import numpy as np

from keryx._core import tree
from keryx._core.errors import ArgumentError, DataError


def merge(
    y: Any, weight: Any, class_weight: dict[int, float] | None, where: str
) -> Any:
    """Returns the sample weights, with class weights multiplied in.

    Args:
        y: Targets: class ids, or one-hot rows.
        weight: The user's sample weights, or `None`.
        class_weight: Weight by class id; classes left out weigh 1.
        where: How messages name the call.

    Raises:
        ArgumentError: If `class_weight` is no dict.
        DataError: If the targets name no classes, or there are several outputs.
    """
    if not class_weight:
        return weight
    if not isinstance(class_weight, dict):
        raise ArgumentError(
            where, "class_weight", expected="a dict by class id", got=class_weight
        )
    if y is None or tree.is_nested(y):
        raise DataError(
            where,
            expected="`class_weight` with a single output and targets",
            got="no targets" if y is None else "several outputs",
            fix="Give `sample_weight` instead.",
        )
    classes = np.asarray(y)
    if classes.ndim > 1 and classes.shape[-1] > 1:
        classes = classes.argmax(axis=-1)
    elif classes.ndim > 1:
        classes = classes[..., 0]
    ids = np.rint(classes).astype(np.int64)
    table = np.ones(
        max(int(ids.max(initial=0)), *map(int, class_weight)) + 1, np.float32
    )
    for label, value in class_weight.items():
        table[int(label)] = value
    weights = table[ids]
    return weights if weight is None else weights * np.asarray(weight, np.float32)
