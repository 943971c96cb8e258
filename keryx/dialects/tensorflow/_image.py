"""`tf.image`: sizes, flips and cuts of `(height, width, channels)`, or of batches."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import random
from keryx._core import check
from keryx._core.op import op
from keryx.dialects.tensorflow._dtypes import narrow
from keryx.dialects.tensorflow._random import key

METHODS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


class ResizeMethod:
    """Names of the ways to resize."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"


@op
def resize(
    images: Any,
    size: Any,
    method: Any = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: Any = None,
) -> Any:
    """Returns images in another size; floats, unless the method is "nearest".

    Args:
        images: One image or a batch.
        size: Height and width.
        method: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        preserve_aspect_ratio: Whether the size is a limit and the ratio stays.
        antialias: Whether fine detail is smoothed away when an image gets smaller.
        name: Accepted for TensorFlow's sake.
    """
    way = check.one_of(method, METHODS, "method", "tf.image.resize")
    array = jnp.asarray(images)
    height, width = (int(n) for n in np.asarray(size))
    if preserve_aspect_ratio:
        scale = min(height / array.shape[-3], width / array.shape[-2])
        height, width = (round(n * scale) for n in array.shape[-3:-1])
    shape = (*array.shape[:-3], height, width, array.shape[-1])
    if way == "nearest":
        return jax.image.resize(array, shape, way)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        array = array.astype("float32")
    return jax.image.resize(array, shape, way, antialias=antialias)


@op
def resize_with_pad(
    image: Any,
    target_height: int,
    target_width: int,
    method: Any = "bilinear",
    antialias: bool = False,
) -> Any:
    """Returns images in another size and the same ratio, with zeros around."""
    target = (int(target_height), int(target_width))
    small = resize(image, target, method, True, antialias)
    return resize_with_crop_or_pad(small, *target)


@op
def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Any:
    """Cuts images around their centre, or puts zeros around them."""
    array = jnp.asarray(image)
    for axis, target in (
        (array.ndim - 3, target_height),
        (array.ndim - 2, target_width),
    ):
        given, wanted = array.shape[axis], int(target)
        if given > wanted:
            start = (given - wanted) // 2
            array = jax.lax.slice_in_dim(array, start, start + wanted, axis=axis)
        else:
            widths = [(0, 0)] * array.ndim
            before = (wanted - given) // 2
            widths[axis] = (before, wanted - given - before)
            array = jnp.pad(array, widths)
    return array


@op
def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, height: int, width: int
) -> Any:
    """Returns a part of images."""
    top, left = int(offset_height), int(offset_width)
    return jnp.asarray(image)[..., top : top + int(height), left : left + int(width), :]


@op
def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, height: int, width: int
) -> Any:
    """Puts zeros around images until they have a size."""
    array = jnp.asarray(image)
    down = int(height) - int(offset_height) - array.shape[-3]
    right = int(width) - int(offset_width) - array.shape[-2]
    around = [(int(offset_height), down), (int(offset_width), right), (0, 0)]
    return jnp.pad(array, [(0, 0)] * (array.ndim - 3) + around)


@op
def central_crop(image: Any, central_fraction: float) -> Any:
    """Returns the middle of images: a fraction of each side."""
    array = jnp.asarray(image)
    top, left = (int((n - n * central_fraction) / 2) for n in array.shape[-3:-1])
    bottom, right = array.shape[-3] - top, array.shape[-2] - left
    return array[..., top:bottom, left:right, :]


@op
def flip_left_right(image: Any) -> Any:
    """Returns mirror images."""
    return jnp.flip(jnp.asarray(image), -2)


@op
def flip_up_down(image: Any) -> Any:
    """Returns images upside down."""
    return jnp.flip(jnp.asarray(image), -3)


@op
def rot90(image: Any, k: int = 1, name: Any = None) -> Any:
    """Turns images a quarter, `k` times, against the clock."""
    return jnp.rot90(jnp.asarray(image), k, axes=(-3, -2))


@op
def transpose(image: Any, name: Any = None) -> Any:
    """Swaps height and width."""
    return jnp.swapaxes(jnp.asarray(image), -3, -2)


def _random_flip(axis: int) -> Any:
    def flip(image: Any, seed: Any = None) -> Any:
        """Flips each image or leaves it, by the toss of a coin."""
        array = jnp.asarray(image)
        toss = random.uniform(array.shape[:-3], seed=key(seed)) < 0.5
        return jnp.where(toss[..., None, None, None], jnp.flip(array, axis), array)

    flip.__name__ = "random_flip_left_right" if axis == -2 else "random_flip_up_down"
    return op(flip)


random_flip_left_right, random_flip_up_down = _random_flip(-2), _random_flip(-3)


@op
def random_crop(value: Any, size: Any, seed: Any = None, name: Any = None) -> Any:
    """Returns a part of a given size at a random place."""
    array = jnp.asarray(value)
    shape = tuple(int(n) for n in np.asarray(size))
    room = np.subtract(array.shape, shape) + 1
    starts = jnp.floor(random.uniform((array.ndim,), seed=key(seed)) * room)
    return jax.lax.dynamic_slice(array, list(starts.astype("int32")), shape)


@op
def per_image_standardization(image: Any) -> Any:
    """Returns images of mean 0 and variance 1, each by itself."""
    array = jnp.asarray(image)
    array = (
        array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype("float32")
    )
    axes = (-3, -2, -1)
    mean = jnp.mean(array, axes, keepdims=True)
    spread = jnp.std(array, axes, keepdims=True)
    # A flat image has no spread; it is divided as if that of its pixels' number.
    least = 1 / np.sqrt(np.prod(array.shape[-3:]))
    return (array - mean) / jnp.maximum(spread, least)


@op
def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: Any = None
) -> Any:
    """Converts between floats from 0 to 1 and the full range of whole numbers."""
    array, kind = jnp.asarray(image), narrow(dtype)
    whole_from = jnp.issubdtype(array.dtype, jnp.integer)
    whole_to = jnp.issubdtype(kind, jnp.integer)
    if array.dtype == kind:
        return array
    if whole_from and whole_to:
        old, new = np.iinfo(array.dtype).max, np.iinfo(kind).max
        if old > new:
            return (array // ((old + 1) // (new + 1))).astype(kind)
        return array.astype(kind) * ((new + 1) // (old + 1))
    if whole_from:
        return array.astype(kind) * (1.0 / np.iinfo(array.dtype).max)
    if not whole_to:
        return array.astype(kind)
    top = np.iinfo(kind).max
    scaled = array * (top + 0.5)
    return jnp.clip(scaled, np.iinfo(kind).min, top).astype(kind)


@op
def total_variation(images: Any, name: Any = None) -> Any:
    """Returns the sum of differences between neighbouring pixels, for each image."""
    array = jnp.asarray(images)
    axes = (-3, -2, -1)
    down = jnp.abs(array[..., 1:, :, :] - array[..., :-1, :, :])
    right = jnp.abs(array[..., :, 1:, :] - array[..., :, :-1, :])
    return jnp.sum(down, axes) + jnp.sum(right, axes)


@op
def psnr(a: Any, b: Any, max_val: float, name: Any = None) -> Any:
    """Returns the ratio of peak to noise, in decibels, for each image."""
    error = jnp.mean(jnp.square(jnp.asarray(a) - jnp.asarray(b)), (-3, -2, -1))
    return 20 * jnp.log10(max_val) - 10 * jnp.log10(error)


@op
def image_gradients(image: Any) -> Any:
    """Returns the differences to the next pixel, down and to the right."""
    array = jnp.asarray(image)
    down = jnp.pad(jnp.diff(array, axis=-3), [(0, 0), (0, 1), (0, 0), (0, 0)])
    right = jnp.pad(jnp.diff(array, axis=-2), [(0, 0), (0, 0), (0, 1), (0, 0)])
    return down, right
