"""What targets must be like, looked at before anything is compiled.

Each rule is a function `(loss, y, output_shape, where)` that raises or warns. Sizes
that are `None` fit anything, and the batch axis is not compared.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx._core.errors import DataError, KeryxWarning, sentence

Array = np.ndarray[Any, Any]
Shape = tuple[int | None, ...]
Rule = Callable[[Any, Array, Shape, str], None]
# How far rounding may carry a probability beyond 0 or 1.
ROUNDING = 1e-4


def numbers(y: Array, where: str) -> None:
    """Refuses texts and objects."""
    if y.dtype.kind not in "biufc" and "float" not in y.dtype.name:
        raise DataError(
            where,
            expected="targets that are numbers",
            got=f"elements of type {y.dtype}",
            fix="Number the classes: `classes, y = numpy.unique(y, "
            "return_inverse=True)`.",
        )


def activation(loss: Any, output: Shape, where: str, name: str | None) -> None:
    """Refuses a softmax of one output; warns of one that is taken for logits."""
    if name == "softmax" and output and output[-1] == 1:
        raise DataError(
            where,
            expected="two or more outputs under softmax",
            got="one, which softmax makes 1 whatever the input",
            fix='Use `Dense(1, activation="sigmoid")` with "binary_crossentropy", or '
            "one output per class.",
        )
    if name in ("softmax", "sigmoid") and getattr(loss, "from_logits", False):
        warn(
            where,
            expected="logits, as from_logits=True says",
            got=f"an output that {name} has already made probabilities",
            fix=f"Leave out from_logits=True, or the {name} of the last layer.",
        )


def warn(where: str, *, expected: str, got: str, fix: str) -> None:
    """Gives a warning in the form of the errors."""
    warnings.warn(sentence(where, expected, got, fix), KeryxWarning, stacklevel=5)


def anything(loss: Any, y: Array, output: Shape, where: str) -> None:
    """Accepts every target: the rule of losses that users write."""


def elementwise(loss: Any, y: Array, output: Shape, where: str) -> None:
    """One target for each output."""
    same_shape(y, output, where)
    if np.isnan(extent(y)[0]):
        warn(
            where,
            expected="targets without gaps",
            got="NaN among them, which makes the loss NaN",
            fix="Drop or fill the missing ones: `numpy.isnan(y)` finds them.",
        )


def binary(loss: Any, y: Array, output: Shape, where: str) -> None:
    """One probability for each output."""
    same_shape(y, output, where)
    low, high = extent(y)
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):
        raise DataError(
            where,
            expected="targets from 0 to 1",
            got=f"values from {low:g} to {high:g}",
            fix=_binary_fix(y, low, high),
        )


def _binary_fix(y: Array, low: float, high: float) -> str:
    if np.isnan(low):
        return "Drop or fill the missing ones: `numpy.isnan(y)` finds them."
    if (low, high) == (-1, 1):
        return 'Use `(y + 1) / 2`, or the loss "hinge", whose classes are -1 and 1.'
    if y.dtype.kind in "iu" and low >= 0 and high < 256:
        return (
            f"For class ids use {high + 1:g} softmax outputs and the loss "
            '"sparse_categorical_crossentropy"; for pixels divide by 255.'
        )
    return 'Scale them to 0…1, or use "mean_squared_error".'


def one_hot(loss: Any, y: Array, output: Shape, where: str) -> None:
    """One row of probabilities for each row of outputs."""
    axis = getattr(loss, "axis", -1)
    classes = output[axis] if output else None
    ids = y.ndim == len(output) - 1 or (y.ndim == len(output) and y.shape[axis] == 1)
    if classes != 1 and ids:
        raise DataError(
            where,
            expected=f"one row of {classes} class probabilities (one-hot) per target",
            got=f"class ids of shape {y.shape}",
            fix='Use the loss "sparse_categorical_crossentropy", or '
            f"`keryx.utils.to_categorical(y, {classes})`.",
        )
    same_shape(y, output, where)
    if classes == 1:
        warn(
            where,
            expected="two or more classes",
            got="one output, whose loss is always zero",
            fix='Use "binary_crossentropy" and a sigmoid, or one output per class.',
        )


def sparse(loss: Any, y: Array, output: Shape, where: str) -> None:
    """One class id for each row of outputs."""
    axis = getattr(loss, "axis", -1) % len(output)
    classes = output[axis]
    if y.ndim == len(output) and y.shape[axis] == classes and classes != 1:
        raise DataError(
            where,
            expected=f"class ids, one per row of {classes} outputs",
            got=f"an array of shape {y.shape}, which looks one-hot",
            fix='Use the loss "categorical_crossentropy" (CategoricalCrossentropy), or '
            f"`y.argmax(axis={axis})`.",
        )
    rows = output[:axis] + output[axis + 1 :]
    kept = y.shape[:axis] + y.shape[axis + 1 :] if y.ndim == len(output) else y.shape
    if y.ndim == len(output) and y.shape[axis] != 1 or not fits(kept, rows):
        raise DataError(
            where,
            expected=f"class ids of shape {text(rows)}",
            got=f"shape {y.shape}",
            fix="Reshape the targets, or change the last layer.",
        )
    _class_ids(loss, y, classes, where)


def _class_ids(loss: Any, y: Array, classes: int | None, where: str) -> None:
    """Refuses class ids without an output of their own."""
    if classes is None:
        return
    row = f"{classes} value{'s' if classes > 1 else ''} per row"
    ignored = getattr(loss, "ignore_class", None)
    low, high = extent(y if ignored is None else y[y != ignored])
    if low >= 0 and high < classes:
        return
    if np.isnan(low):
        fix = "Drop the unlabelled samples: `numpy.isnan(y)` finds them."
    elif low < 0:
        fix = "If a negative id means 'no label', pass it as `ignore_class=...`."
    elif low >= 1 and high == classes:
        fix = "Ids start at 0: use `y - 1`."
    else:
        fix = f"Give the last layer {high + 1:g} outputs, one per class."
    if classes == 1:
        fix += ' One output and a sigmoid want the loss "binary_crossentropy".'
    raise DataError(
        where,
        expected=f"class ids from 0 to {classes - 1}, as the output has {row}",
        got=f"ids from {low:g} to {high:g}",
        fix=fix,
    )


def classes(loss: Any, y: Array, output: Shape, where: str) -> None:
    """One class id, or one row of probabilities, for each row of outputs."""
    if not fits(y.shape, output) or output[-1] == 1:
        sparse(loss, y, output, where)


def same_shape(y: Array, output: Shape, where: str) -> None:
    """Refuses shapes that would be broadcast; a last axis of size 1 may be missing."""
    shapes = {y.shape, (*y.shape, 1)}
    if y.shape[-1:] == (1,):
        shapes.add(y.shape[:-1])
    if any(fits(shape, output) for shape in shapes):
        return
    last = y.shape[-1] if y.ndim == len(output) else 1
    raise DataError(
        where,
        expected=f"targets of the output's shape {text(output)}",
        got=f"{y.shape}",
        fix=f"Give the last layer {last} outputs per target, or reshape the targets."
        if y.ndim > 1
        else "Give each sample as many target values as the last layer has outputs.",
    )


def fits(shape: Shape, output: Shape) -> bool:
    """Tells whether all known sizes agree, the batch's aside."""
    return len(shape) == len(output) and all(
        None in (own, size) or own == size
        for own, size in zip(shape[1:], output[1:], strict=True)
    )


def text(shape: Shape) -> str:
    """Returns a shape with its batch axis named: `(batch, 3)`."""
    sizes = ["batch", *("?" if size is None else str(size) for size in shape[1:])]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def extent(y: Array) -> tuple[float, float]:
    """Returns the least and the greatest value, NaN if one is; (0, 0) for none."""
    if y.size == 0 or y.dtype.kind == "c":
        return 0.0, 0.0
    return float(y.min()), float(y.max())


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (anything, elementwise, binary, one_hot, sparse, classes)
}
