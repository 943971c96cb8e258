"""Arrays put together, taken apart and rearranged."""

import builtins
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import ops
from keryx._core import check
from keryx._core.op import op
from keryx.dialects.backend._config import normalize_data_format
from keryx.dialects.backend._legacy import legacy
from keryx.dialects.backend._record import exact, sized, sizes


@exact
def concatenate(tensors: Any, axis: int = -1) -> Any:
    """Joins arrays along an axis."""
    return ops.concatenate([jnp.asarray(x) for x in tensors], axis)


@exact
def stack(x: Any, axis: int = 0) -> Any:
    """Joins arrays along a new axis."""
    return ops.stack([jnp.asarray(one) for one in x], axis)


def pack(x: Any) -> Any:
    """Joins arrays along a new first axis."""
    return stack(x)


@sized("shape")
def reshape(x: Any, shape: Any) -> Any:
    """Returns the elements of `x` in another shape; one size may be -1, for the rest.

    Example:
        >>> reshape([[1, 2], [3, 4]], (4, -1)).shape
        (4, 1)
    """
    return ops.reshape(x, sizes(shape))


@op
def permute_dimensions(x: Any, pattern: Any) -> Any:
    """Returns `x` with its axes in the order of `pattern`."""
    return ops.transpose(x, tuple(pattern))


@op
def flatten(x: Any) -> Any:
    """Returns all elements in a row."""
    return ops.reshape(x, (-1,))


@op
def batch_flatten(x: Any) -> Any:
    """Returns the elements of each sample in a row."""
    return ops.reshape(x, (np.shape(x)[0], int(np.prod(np.shape(x)[1:]))))


@legacy(dim="axis")
@exact
def expand_dims(x: Any, axis: int = -1) -> Any:
    """Adds an axis of size 1."""
    return ops.expand_dims(x, axis)


@exact
def squeeze(x: Any, axis: Any) -> Any:
    """Takes an axis of size 1 away."""
    return ops.squeeze(x, axis)


@sized("rep")
def repeat_elements(x: Any, rep: Any, axis: int) -> Any:
    """Repeats each element along an axis, `rep` times."""
    return ops.repeat(x, int(rep), axis)


@sized("n")
def repeat(x: Any, n: Any) -> Any:
    """Repeats each sample along a new axis of time.

    Shapes:
        x:       `(batch, features)`
        outputs: `(batch, n, features)`
    """
    return ops.repeat(ops.expand_dims(x, 1), int(n), 1)


@sized("n")
def tile(x: Any, n: Any) -> Any:
    """Repeats the whole array, `n` times along each axis."""
    return ops.tile(x, sizes(n))


@sized("start", "stop", "step")
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = "int32") -> Any:
    """Returns the numbers from `start` to, not including, `stop`.

    With `start` alone, those from 0 to `start`.
    """
    return ops.convert_to_tensor(np.arange(start, stop, step), dtype)


@legacy(nb_classes="num_classes")
@sized("num_classes")
def one_hot(indices: Any, num_classes: Any) -> Any:
    """Returns 1 at the place of each index and 0 elsewhere, along a new last axis."""
    return ops.one_hot(ops.cast(indices, "int32"), int(num_classes))


@op
def reverse(x: Any, axes: Any) -> Any:
    """Returns `x` with the order along some axes reversed."""
    return ops.flip(x, axes if isinstance(axes, int) else tuple(axes))


@sized("start", "size")
def slice(x: Any, start: Any, size: Any) -> Any:
    """Returns `size` elements from `start` on, for each axis; -1 means all the rest."""
    array = jnp.asarray(x)
    starts, counts = sizes(start), sizes(size)
    ends = [
        length if count < 0 else begin + count
        for begin, count, length in zip(starts, counts, array.shape, strict=True)
    ]
    return array[tuple(map(builtins.slice, starts, ends))]


# --- images -----------------------------------------------------------------------


@legacy(dim_ordering="data_format")
@op
def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
    interpolation: str = "nearest",
) -> Any:
    """Enlarges images by whole factors.

    Args:
        x: Images.
        height_factor: Times the height.
        width_factor: Times the width.
        data_format: "channels_last" or "channels_first"; `None` means the global one.
        interpolation: "nearest" repeats points; "bilinear" mixes neighbours, with the
            centres of points at half sizes.

    Raises:
        ArgumentError: If `interpolation` is neither.
    """
    known = ("nearest", "bilinear")
    check.one_of(interpolation, known, "interpolation", "resize_images")
    return _enlarged(x, (height_factor, width_factor), data_format, interpolation)


@legacy(dim_ordering="data_format")
@op
def resize_volumes(
    x: Any,
    depth_factor: int,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
) -> Any:
    """Enlarges volumes by whole factors: points are repeated."""
    factors = (depth_factor, height_factor, width_factor)
    return _enlarged(x, factors, data_format, "nearest")


def _space(x: Any, data_format: str | None) -> range:
    """Returns the spatial axes."""
    first = 2 if normalize_data_format(data_format) == "channels_first" else 1
    return range(first, first + np.ndim(x) - 2)


def _enlarged(x: Any, factors: Any, data_format: str | None, way: str) -> Any:
    axes = _space(x, data_format)
    if way == "nearest":
        for axis, factor in zip(axes, factors, strict=True):
            x = ops.repeat(x, int(factor), axis)
        return x
    shape = list(np.shape(x))
    for axis, factor in zip(axes, factors, strict=True):
        shape[axis] *= int(factor)
    return jax.image.resize(jnp.asarray(x), shape, way, antialias=False)


def _padded(x: Any, padding: Any, data_format: str | None) -> Any:
    width = [(0, 0)] * np.ndim(x)
    axes = _space(x, data_format)
    for axis, pair in zip(axes, padding, strict=True):
        width[axis] = (pair, pair) if isinstance(pair, int) else tuple(pair)
    return ops.pad(x, width)


@op
def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """Adds zeros before and after in time; one number stands for both."""
    return _padded(x, [padding], "channels_last")


def asymmetric_temporal_padding(x: Any, left_pad: int = 1, right_pad: int = 1) -> Any:
    """Adds zeros before and after in time."""
    return temporal_padding(x, (left_pad, right_pad))


@legacy(dim_ordering="data_format")
@op
def spatial_2d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Adds zeros around images: a pair, or one number for both sides, for each axis."""
    return _padded(x, padding, data_format)


@legacy(dim_ordering="data_format")
def asymmetric_spatial_2d_padding(
    x: Any,
    top_pad: int = 1,
    bottom_pad: int = 1,
    left_pad: int = 1,
    right_pad: int = 1,
    data_format: str | None = None,
) -> Any:
    """Adds zeros around images."""
    padding = ((top_pad, bottom_pad), (left_pad, right_pad))
    return spatial_2d_padding(x, padding, data_format)


@legacy(dim_ordering="data_format")
@op
def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Adds zeros around volumes: a pair, or one number, for each axis."""
    return _padded(x, padding, data_format)
