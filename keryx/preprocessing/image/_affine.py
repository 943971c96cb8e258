"""Rotating, shifting, shearing and zooming pictures: one interpolation for all."""

from typing import Any, NamedTuple

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, ShapeError

Array = np.ndarray[Any, Any]

MODES = ("nearest", "constant", "reflect", "wrap")
_PIECE = 32_768  # points interpolated at a time, so that they stay in the cache


class Maps(NamedTuple):
    """Where the points of pictures come from: `linear @ point + offset`.

    Attributes:
        linear: Matrices, `(batch, 2, 2)`.
        offset: Points, `(batch, 2)`: row and column.
    """

    linear: Array
    offset: Array


def make_maps(
    size: tuple[int, int],
    theta: Any = 0.0,
    tx: Any = 0.0,
    ty: Any = 0.0,
    shear: Any = 0.0,
    zx: Any = 1.0,
    zy: Any = 1.0,
) -> Maps:
    """Returns rotation · shift · shear · zoom about the centre of pictures.

    Args:
        size: Height and width.
        theta: Angles of rotation, in degrees; numbers, or one for each picture.
        tx: Shifts along the columns' axis, in pixels.
        ty: Shifts along the rows' axis, in pixels.
        shear: Angles of shear, in degrees.
        zx: Zoom of the columns' axis; above one makes things smaller.
        zy: Zoom of the rows' axis.
    """
    given = (theta, tx, ty, shear, zx, zy)
    theta, tx, ty, shear, zx, zy = np.atleast_1d(
        *np.broadcast_arrays(*(np.asarray(value, float) for value in given))
    )
    turn, slant = np.deg2rad(theta), np.deg2rad(shear)
    cos, sin = np.cos(turn), np.sin(turn)
    # The matrices of x and y, written down for rows, which are y, and columns.
    of_rows = (np.cos(turn + slant) * zy, sin * zx)
    of_columns = (-np.sin(turn + slant) * zy, cos * zx)
    linear = np.stack(
        [np.stack(of_rows, axis=-1), np.stack(of_columns, axis=-1)], axis=-2
    )
    shift = np.stack([sin * tx + cos * ty, cos * tx - sin * ty], axis=-1)
    centre = np.array(size) / 2 - 0.5
    return Maps(linear, shift + centre - linear @ centre)


def warp(
    pictures: Array, maps: Maps, *, mode: str = "nearest", cval: float = 0.0,
    order: int = 1,
) -> Array:  # fmt: skip
    """Returns pictures whose points come from elsewhere, interpolated.

    Args:
        pictures: `(batch, height, width, channels)`, of floating point numbers.
        maps: Where the points come from.
        mode: What lies beyond the edges: "nearest", "constant", "reflect" or "wrap".
        cval: The value beyond the edges, if constant.
        order: Degree of the spline that interpolates.
    """
    if order != 1 or pictures.dtype.kind != "f" or 0 in pictures.shape:
        return _warp_by_spline(pictures, maps, mode, cval, order)
    batch, height, width, _ = pictures.shape
    warped = np.empty(pictures.shape, pictures.dtype)
    step = max(1, _PIECE // (height * width))
    for i in range(0, batch, step):
        part = slice(i, i + step)
        piece = Maps(maps.linear[part], maps.offset[part])
        warped[part] = _warp_linearly(pictures[part], piece, mode, cval)
    return warped


def _warp_linearly(pictures: Array, maps: Maps, mode: str, cval: float) -> Array:
    """Interpolates between the four nearest points."""
    batch, height, width, channels = pictures.shape
    dtype = pictures.dtype
    row, above, row_outside = _places(maps, 0, (height, width), height, mode, dtype)
    column, left, outside = _places(maps, 1, (height, width), width, mode, dtype)
    base = np.arange(batch)[:, None, None] * (height * width)
    corner = base + row * width + column
    down, right = width * (height > 1), int(width > 1)
    points = pictures.reshape(-1) if channels == 1 else pictures.reshape(-1, channels)
    if channels > 1:
        above, left = above[..., None], left[..., None]

    def between(start: Array) -> Array:
        """Interpolates along the columns' axis."""
        here = points.take(start, axis=0, mode="clip")
        there = points.take(start + right, axis=0, mode="clip")
        there -= here
        there *= left
        there += here
        return there

    upper, lower = between(corner), between(corner + down)
    lower -= upper
    lower *= above
    lower += upper
    result = lower.reshape(pictures.shape)
    if mode == "constant":
        result[row_outside | outside] = cval
    return result


def _places(
    maps: Maps, axis: int, size: tuple[int, int], limit: int, mode: str, dtype: Any
) -> tuple[Array, Array, Any]:
    """Returns the points' places on an axis: whole part, rest, and what is outside."""
    first = maps.offset[:, axis, None] + maps.linear[:, axis, 0, None] * np.arange(
        size[0]
    )
    second = maps.linear[:, axis, 1, None] * np.arange(size[1])
    place = first[:, :, None] + second[:, None, :]
    outside = (place < 0) | (place > limit - 1) if mode == "constant" else None
    if mode in _INSIDE:
        place = _INSIDE[mode](place, limit)
    np.clip(place, 0, limit - 1, out=place)
    # The last point has none after it: it is the end of the last stretch.
    whole = np.minimum(place.astype(np.intp), max(limit - 2, 0))
    place -= whole
    return whole, place.astype(dtype), outside


def _reflected(place: Array, limit: int) -> Array:
    """`d c b a | a b c d | d c b a`."""
    turned = np.mod(place + 0.5, 2 * limit)
    reflected: Array = np.minimum(turned, 2 * limit - turned) - 0.5
    return reflected


def _wrapped(place: Array, limit: int) -> Array:
    """Repeats with a period of one point less, as SciPy does."""
    period = limit - 1
    if period == 0:
        return np.zeros_like(place)
    low = place + period * (np.floor(-place / period) + 1)
    high = place - period * np.floor(place / period)
    inside: Array = np.where(place > period, high, place)
    return np.where(place < 0, low, inside)


_INSIDE = {"reflect": _reflected, "wrap": _wrapped}


def _warp_by_spline(
    pictures: Array, maps: Maps, mode: str, cval: float, order: int
) -> Array:
    """Interpolates by splines of any degree, channel by channel."""
    from scipy import ndimage  # type: ignore[import-untyped]  # has no stubs

    warped = np.empty_like(pictures)
    for i, picture in enumerate(pictures):
        for channel in range(pictures.shape[-1]):
            warped[i, ..., channel] = ndimage.affine_transform(
                picture[..., channel],
                maps.linear[i],
                maps.offset[i],
                order=order,
                mode=mode,
                cval=cval,
            )
    return warped


def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Array:
    """Returns a picture rotated, shifted, sheared and zoomed about its centre.

        x'[p] = x[R T S Z (p - c) + c]      c: the centre

    Departs from Keras: what is not square turns about its centre as well.

    Example:
        >>> picture = np.arange(3.0).reshape(1, 1, 3)
        >>> apply_affine_transform(picture, tx=1).ravel()
        array([1., 2., 2.])

    Args:
        x: A picture.
        theta: Angle of the rotation R, in degrees.
        tx: Shift T along the columns' axis, in pixels; a positive one to the left.
        ty: Shift T along the rows' axis, in pixels; a positive one up.
        shear: Angle of the shear S, in degrees.
        zx: Zoom Z of the columns' axis; 2 shows twice as many columns.
        zy: Zoom Z of the rows' axis.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        order: Degree of the spline that interpolates, 0 to 5.

    Shapes:
        x:       `(channels, height, width)`, or as the axes say
        outputs: as `x`

    Raises:
        ShapeError: If `x` is not one picture with channels.
        ArgumentError: If the axes are not three, or an option is unknown.
    """
    picture, axes = picture_with_axes(
        x, (row_axis, col_axis, channel_axis), "apply_affine_transform"
    )
    mode = check.one_of(fill_mode, MODES, "fill_mode", "apply_affine_transform")
    order = check_order(order, "order", "apply_affine_transform")
    if (theta, tx, ty, shear, zx, zy) == (0, 0, 0, 0, 1, 1):
        return picture
    last = np.moveaxis(picture, axes, (0, 1, 2))
    maps = make_maps(last.shape[:2], theta, tx, ty, shear, zx, zy)
    warped = warp(last[None], maps, mode=mode, cval=cval, order=order)[0]
    return np.moveaxis(warped, (0, 1, 2), axes)


def picture_with_axes(
    x: Any, axes: tuple[int, int, int], owner: str
) -> tuple[Array, tuple[int, int, int]]:
    """Returns a picture as an array, and its axes counted from the first.

    Raises:
        ShapeError: If it has not three axes.
        ArgumentError: If the axes' numbers are not different ones from -3 to 2.
    """
    picture = np.asarray(x)
    if picture.ndim != 3:
        raise ShapeError(
            owner,
            expected="one picture: an array with axes for rows, columns and channels",
            got=f"shape {picture.shape}",
        )
    if not all(-3 <= axis < 3 for axis in axes) or len({a % 3 for a in axes}) < 3:
        raise ArgumentError(
            owner, "row_axis, col_axis, channel_axis",
            expected="three different axes", got=axes,
        )  # fmt: skip
    row, column, channel = (axis % 3 for axis in axes)
    return picture, (row, column, channel)


def check_order(value: int, name: str, owner: object) -> int:
    """Returns the degree of a spline.

    Raises:
        ArgumentError: If it is not from 0 to 5.
    """
    return int(check.one_of(value, (0, 1, 2, 3, 4, 5), name, owner))


def transform_matrix_offset_center(matrix: Any, x: int, y: int) -> Array:
    """Returns a map of points about the centre of a picture, from one about its corner.

    Example:
        >>> transform_matrix_offset_center(np.diag([2.0, 2.0, 1.0]), 3, 5)[:, 2]
        array([-1., -2.,  1.])

    Args:
        matrix: Maps `(row, column, 1)` to where a point comes from, `(3, 3)`.
        x: Height of the picture.
        y: Width of the picture.
    """
    there, back = np.eye(3), np.eye(3)
    there[:2, 2] = (x / 2 - 0.5, y / 2 - 0.5)
    back[:2, 2] = -there[:2, 2]
    centred: Array = there @ np.asarray(matrix) @ back
    return centred
