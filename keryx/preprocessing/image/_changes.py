"""Changes of one picture: of its levels, mirrored, or moved at random."""

from typing import Any, cast

import numpy as np

from keryx._core.errors import ArgumentError
from keryx._core.hook import hooked
from keryx.preprocessing.image._affine import apply_affine_transform
from keryx.preprocessing.image._arrays import array_to_img, img_to_array

Array = np.ndarray[Any, Any]


def make_random(seed: Any = None) -> np.random.RandomState:
    """Returns what draws for a seed; NumPy's global generator for `None`.

    It is NumPy's older generator, whose numbers are Keras's.
    """
    if seed is None:
        return cast(np.random.RandomState, np.random)
    return np.random.RandomState(int(seed) % 2**32)


def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> Array:
    """Returns a picture with a number added to all levels, within its own limits.

    Example:
        >>> apply_channel_shift(np.array([[[1.0, 5.0]]]), 2.0).tolist()
        [[[3.0, 5.0]]]

    Args:
        x: A picture.
        intensity: What to add, in the levels' units.
        channel_axis: The axis of channels; all of them are treated alike.
    """
    x = np.asarray(x)
    shifted: Array = shift_levels(x[None], np.array([intensity], float))[0]
    return shifted


def shift_levels(x: Array, intensities: Array) -> Array:
    """Adds a number to all levels of each picture, within the picture's own limits."""
    low = x.min(axis=(1, 2, 3), keepdims=True, initial=np.inf)
    high = x.max(axis=(1, 2, 3), keepdims=True, initial=-np.inf)
    added = x + intensities.reshape(-1, 1, 1, 1)
    shifted: Array = np.clip(added, low, high).astype(x.dtype)
    return shifted


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> Array:
    """Returns a picture that is brighter or darker, in 256 levels.

    Levels below 0 or above 255 are stretched to that range first.

    Example:
        >>> apply_brightness_shift(np.array([[[0.0], [100.0]]]), 0.5, False).ravel()
        array([ 0., 50.], dtype=float32)

    Args:
        x: A picture of 1, 3 or 4 channels, which come as configured.
        brightness: 0 makes it black, 1 leaves it as it is.
        scale: Whether to return 0 to 255, stretched; if not, the levels' own range.

    Raises:
        ShapeError: If `x` is not a picture of 1, 3 or 4 channels.
    """
    return brighten(np.asarray(x), brightness, scale, None)


def brighten(x: Array, brightness: float, scale: bool, layout: str | None) -> Array:
    """Returns what `apply_brightness_shift` does, for channels in a given place."""
    from PIL import ImageEnhance

    low, high = float(x.min()), float(x.max())
    beyond = low < 0 or high > 255
    picture = array_to_img(x, layout, scale=beyond or scale)
    enhanced = ImageEnhance.Brightness(picture).enhance(brightness)
    changed = img_to_array(enhanced, layout)
    if not scale and beyond:
        changed = changed / 255 * (high - low) + low
    return changed


def flip_axis(x: Any, axis: int) -> Array:
    """Returns a picture mirrored along an axis.

    Example:
        >>> flip_axis(np.arange(3), 0)
        array([2, 1, 0])
    """
    return np.flip(np.asarray(x), axis)


@hooked
def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Returns a picture turned by an angle from `-rg` to `rg`.

    Args:
        x: A picture.
        rg: The largest angle, in degrees.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        interpolation_order: Degree of the spline that interpolates.

    Raises:
        ShapeError: If `x` is not one picture with channels.
    """
    theta = make_random().uniform(-rg, rg)
    axes = (row_axis, col_axis, channel_axis)
    how = (fill_mode, cval, interpolation_order)
    return apply_affine_transform(x, theta, 0, 0, 0, 1, 1, *axes, *how)


@hooked
def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Returns a picture moved sideways and up or down.

    Departs from Keras 3: `wrg` moves sideways and `hrg` up and down, as their names
    say; there, it is the other way round.

    Args:
        x: A picture.
        wrg: The largest shift sideways, as part of the width.
        hrg: The largest shift up or down, as part of the height.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        interpolation_order: Degree of the spline that interpolates.

    Raises:
        ShapeError: If `x` is not one picture with channels.
    """
    x = np.asarray(x)
    random = make_random()
    down = random.uniform(-hrg, hrg) * np.shape(x)[row_axis]
    right = random.uniform(-wrg, wrg) * np.shape(x)[col_axis]
    axes = (row_axis, col_axis, channel_axis)
    how = (fill_mode, cval, interpolation_order)
    return apply_affine_transform(x, 0, right, down, 0, 1, 1, *axes, *how)


@hooked
def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Returns a picture sheared by an angle from `-intensity` to `intensity`.

    Args:
        x: A picture.
        intensity: The largest angle, in degrees.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        interpolation_order: Degree of the spline that interpolates.

    Raises:
        ShapeError: If `x` is not one picture with channels.
    """
    shear = make_random().uniform(-intensity, intensity)
    axes = (row_axis, col_axis, channel_axis)
    how = (fill_mode, cval, interpolation_order)
    return apply_affine_transform(x, 0, 0, 0, shear, 1, 1, *axes, *how)


@hooked
def random_zoom(
    x: Any,
    zoom_range: tuple[float, float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Returns a picture zoomed in each direction by a factor of its own.

    Args:
        x: A picture.
        zoom_range: The least and the largest factor; above one, things get smaller.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
        interpolation_order: Degree of the spline that interpolates.

    Raises:
        ArgumentError: If `zoom_range` is not two numbers.
        ShapeError: If `x` is not one picture with channels.
    """
    low, high = pair(zoom_range, "zoom_range", "random_zoom")
    zx = zy = 1.0
    if (low, high) != (1, 1):
        zx, zy = make_random().uniform(low, high, 2)
    axes = (row_axis, col_axis, channel_axis)
    how = (fill_mode, cval, interpolation_order)
    return apply_affine_transform(x, 0, 0, 0, 0, zx, zy, *axes, *how)


@hooked
def random_channel_shift(
    x: Any, intensity_range: float, channel_axis: int = 0
) -> Array:
    """Returns a picture with a number from ±`intensity_range` added to all levels.

    Args:
        x: A picture.
        intensity_range: The most to add, in the levels' units.
        channel_axis: The axis of channels; all of them are treated alike.
    """
    random = make_random()
    return apply_channel_shift(
        x, random.uniform(-intensity_range, intensity_range), channel_axis
    )


@hooked
def random_brightness(
    x: Any, brightness_range: tuple[float, float], scale: bool = True
) -> Array:
    """Returns a picture made brighter or darker by a factor from a range.

    Args:
        x: A picture of 1, 3 or 4 channels, which come as configured.
        brightness_range: The least and the largest factor.
        scale: Whether to return 0 to 255, stretched; if not, the levels' own range.

    Raises:
        ArgumentError: If `brightness_range` is not two numbers.
        ShapeError: If `x` is not a picture of 1, 3 or 4 channels.
    """
    low, high = pair(brightness_range, "brightness_range", "random_brightness")
    brightness = make_random().uniform(low, high)
    return apply_brightness_shift(x, brightness, scale)


def pair(value: Any, name: str, owner: object) -> tuple[float, float]:
    """Returns two numbers.

    Raises:
        ArgumentError: If it is something else.
    """
    try:
        low, high = (float(number) for number in value)
    except (TypeError, ValueError):
        raise ArgumentError(owner, name, expected="two numbers", got=value) from None
    return low, high
