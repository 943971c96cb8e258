"""Arrays of older files in the layouts of today.

A conversion looks at shapes alone; the arrays are read when they are needed.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from keryx import layers
from keryx._core.variable import Variable
from keryx.saving._legacy_h5 import Era, Row
from keryx.saving._restore import Array, Stored

Shape = tuple[int, ...]
Rows = list[Row]
# How many gates the first of them has in Keras 1, in its order, and their order today.
_LSTM_ORDER, _GRU_ORDER = (0, 2, 1, 3), (0, 1, 2)
_GATES: dict[type, tuple[int, ...]] = {
    layers.LSTM: _LSTM_ORDER,
    layers.ConvLSTM2D: _LSTM_ORDER,
    layers.GRU: _GRU_ORDER,
}
_CUDNN: dict[type, int] = {layers.LSTM: 4, layers.GRU: 3}
_TRANSPOSED = (layers.Conv2DTranspose, layers.Conv3DTranspose)
_CONVOLUTIONS = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.Conv2DTranspose),
    layers.ConvLSTM2D,
)
_SEPARABLE = (layers.SeparableConv2D, layers.DepthwiseConv2D)


class Converted(NamedTuple):
    """Arrays in today's layout, and what was done to them.

    Attributes:
        rows: The arrays.
        notes: A sentence for each conversion.
        flipped_layout: Whether kernels had the channels before the space, and the
            layer has them after it.
    """

    rows: Rows
    notes: list[str]
    flipped_layout: bool = False


def count(layer: Any, era: Era, *, old: bool) -> int:
    """Returns how many arrays a file has for a layer.

    Args:
        layer: The layer.
        era: Who wrote the file.
        old: Whether each gate had arrays of its own.
    """
    gates = _gates(layer)
    if old and era.before(2) and gates is not None:
        return 3 * len(gates)
    return len(layer.weights)


def _gates(layer: Any) -> tuple[int, ...] | None:
    found = (order for cls, order in _GATES.items() if isinstance(layer, cls))
    return next(found, None)


def convert(layer: Any, rows: Rows, era: Era) -> Converted:
    """Returns a layer's arrays in the layout that the layer has today.

    Args:
        layer: The layer.
        rows: What the file has for it.
        era: Who wrote the file.
    """
    notes: list[str] = []
    before = rows
    for rule in _RULES:
        rows, note = rule(layer, rows, era)
        if note:
            notes.append(f"layer {layer.name!r}: {note}.")
    flipped = (
        era.before(2)
        and isinstance(layer, _CONVOLUTIONS[1:3])
        and layer.data_format == "channels_last"
        and len(before) == len(rows) > 0
        and before[0][1].shape != rows[0][1].shape
    )
    return Converted(rows, notes, flipped)


Rule = Callable[[Any, Rows, Era], tuple[Rows, str | None]]


def _join_gates(layer: Any, rows: Rows, era: Era) -> tuple[Rows, str | None]:
    """Keras 1: input weights, recurrent weights and bias of one gate after another."""
    order = _gates(layer)
    if order is None or len(rows) != 3 * len(order) or len(rows) == len(layer.weights):
        return rows, None
    joined = []
    for part in range(3):
        pieces = [rows[3 * gate + part] for gate in order]
        shapes = {piece.shape[:-1] for _, piece in pieces}
        if len(shapes) != 1 or not all(piece.shape for _, piece in pieces):
            return rows, None
        joined.append(_joined(layer, pieces))
    return joined, f"{len(rows)} arrays of its gates joined into 3"


def _joined(layer: Any, pieces: Rows) -> Row:
    """Returns the arrays of all gates as one, gate after gate along the units."""
    stored = [piece for _, piece in pieces]
    # Kernels of Keras 1 for channels first have the units in front.
    front = len(stored[0].shape) == 4 and layer.data_format == "channels_first"
    axis = 0 if front else -1
    shape = list(stored[0].shape)
    shape[axis] = sum(piece.shape[axis] for piece in stored)

    def read() -> Array:
        return np.concatenate([piece.read() for piece in stored], axis=axis)

    name = "+".join(name for name, _ in pieces)
    certain = all(piece.certain for piece in stored)
    return name, Stored(tuple(shape), stored[0].dtype, read, certain)


def _from_cudnn(layer: Any, rows: Rows, era: Era) -> tuple[Rows, str | None]:
    """CuDNN's recurrent layers: two biases, transposed kernels."""
    gates = _CUDNN.get(_class(layer))
    if gates is None or len(rows) != 3:
        return rows, None
    kernel, recurrent, bias = (stored for _, stored in rows)
    if bias.shape != (2 * gates * layer.units,):
        return rows, None

    def each(array: Array, change: Callable[[Array], Array]) -> Array:
        return np.hstack([change(part) for part in np.hsplit(array, gates)])

    def of_bias(array: Array) -> Array:
        halves = array.reshape(2, -1)
        return halves if gates == 3 else halves.sum(axis=0)

    width = gates * layer.units
    changed = [
        _changed(
            kernel,
            kernel.shape,
            lambda a: each(a, lambda k: k.T.reshape(k.shape, order="F")),
        ),
        _changed(recurrent, recurrent.shape, lambda a: each(a, lambda k: k.T)),
        _changed(bias, (2, width) if gates == 3 else (width,), of_bias),
    ]
    names = [name for name, _ in rows]
    return list(zip(names, changed, strict=True)), "from the layout of cuDNN"


def _class(layer: Any) -> type:
    known = (cls for cls in _CUDNN if isinstance(layer, cls))
    return next(known, object)


def _transpose_kernels(layer: Any, rows: Rows, era: Era) -> tuple[Rows, str | None]:
    """Keras 1: kernels with the channels in front, or with an axis too many."""
    if not era.before(2) or not isinstance(
        layer, (*_CONVOLUTIONS, *_SEPARABLE, layers.Conv3DTranspose)
    ):
        return rows, None
    targets = [variable.shape for variable in layer.weights]
    changed, how = [], None
    for (name, stored), target in zip(rows, targets, strict=False):
        axes = _axes(layer, stored.shape, target)
        if axes is None:
            changed.append((name, stored))
            continue
        how = f"kernel of shape {stored.shape} transposed to {target}"
        changed.append((name, _transposed(stored, axes, target)))
    return [*changed, *rows[len(changed) :]], how


def _axes(layer: Any, shape: Shape, target: Shape) -> tuple[int, ...] | None:
    """Returns the order in which a kernel's axes have to come, if not as they are."""
    first = getattr(layer, "data_format", None) == "channels_first"
    options: list[tuple[int, ...]] = []
    if isinstance(layer, _TRANSPOSED) and len(shape) == 4:
        options = (
            [(2, 3, 0, 1), (0, 1, 3, 2)] if first else [(0, 1, 3, 2), (2, 3, 0, 1)]
        )
    elif isinstance(layer, layers.Conv1D) and len(shape) == 4:
        options = [(0, 1, 2, 3), (2, 3, 1, 0)]
    elif len(shape) in (4, 5) and len(shape) == len(target):
        space = tuple(range(2, len(shape)))
        plain = tuple(range(len(shape)))
        options = [(*space, 1, 0), plain] if first else [plain, (*space, 1, 0)]
    for axes in options:
        moved = tuple(shape[axis] for axis in axes)
        if moved == target or _is_line(layer, moved, target):
            same = axes == tuple(range(len(shape))) and moved == target
            return None if same else axes
    return None


def _is_line(layer: Any, shape: Shape, target: Shape) -> bool:
    """Tells whether a kernel over one axis has a second one of length 1."""
    return (
        isinstance(layer, layers.Conv1D)
        and len(shape) == 4
        and (shape[0], *shape[2:]) == target
        and shape[1] == 1
    )


def _transposed(stored: Stored, axes: Sequence[int], target: Shape) -> Stored:
    return _changed(stored, target, lambda a: a.transpose(axes).reshape(target))


def _flip(layer: Any, rows: Rows, era: Era) -> tuple[Rows, str | None]:
    """Theano's convolution turns the kernel round; XLA's does not."""
    if era.backend != "theano" or not isinstance(layer, _CONVOLUTIONS):
        return rows, None
    turned = 2 if isinstance(layer, layers.ConvLSTM2D) else 1
    kernels = [(name, flipped(stored)) for name, stored in rows[:turned]]
    return [*kernels, *rows[turned:]], "kernel turned round, as Theano does"


def flipped(stored: Stored) -> Stored:
    """Returns a kernel turned round along all axes but the last two."""
    axes = tuple(range(len(stored.shape) - 2))
    return _changed(stored, stored.shape, lambda a: np.flip(a, axes))


def _square_deviation(layer: Any, rows: Rows, era: Era) -> tuple[Rows, str | None]:
    """Keras up to 1.0.5 kept the standard deviation, later ones the variance."""
    old = (1, 0) <= era.version < (1, 0, 6)
    if not old or not isinstance(layer, layers.BatchNormalization) or len(rows) != 4:
        return rows, None
    epsilon = layer.epsilon
    name, stored = rows[3]
    # It divided by the deviation plus epsilon; today's root gives that again.
    variance = _changed(
        stored, stored.shape, lambda a: np.square(a + epsilon) - epsilon
    )
    return [*rows[:3], (name, variance)], "standard deviation squared to a variance"


def _changed(stored: Stored, shape: Shape, change: Callable[[Array], Array]) -> Stored:
    """Returns an array that is read, and then changed."""
    return stored._replace(shape=tuple(shape), read=lambda: change(stored.read()))


_RULES: tuple[Rule, ...] = (
    *(_join_gates, _from_cudnn, _transpose_kernels, _flip, _square_deviation),
)


def permuted_rows(stored: Stored, space: Shape) -> Stored:
    """Returns a dense kernel for inputs flattened with the channels last.

    Args:
        stored: The kernel for inputs flattened with the channels first.
        space: Shape of the inputs before they were flattened, channels last.
    """
    *sides, channels = space

    def change(array: Array) -> Array:
        units = array.shape[-1]
        cube = array.reshape(channels, *sides, units)
        return np.moveaxis(cube, 0, -2).reshape(array.shape)

    return _changed(stored, stored.shape, change)


def own_order(variables: list[Variable], *, now: bool) -> list[Variable]:
    """Returns variables in a file's order: trainable ones first.

    Args:
        variables: The variables.
        now: Whether those count that are trainable now, or were when they were made.
    """
    return sorted(
        variables, key=lambda v: not (v.trainable if now else v.born_trainable)
    )
