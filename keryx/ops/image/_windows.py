"""Windows of pictures: patches, blur and edges."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._make import as_array
from keryx.ops.image._layout import (
    from_last,
    in_type,
    is_first,
    require_pictures,
    to_last,
)

_PADDINGS = ("valid", "same")


@op
def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Rectangles of pictures, each in the channels of one pixel.

    Example:
        >>> picture = jnp.arange(16.0).reshape(4, 4, 1)
        >>> extract_patches(picture, 2)[0, 0]
        Array([0., 1., 4., 5.], dtype=float32)

    Args:
        images: One picture or a batch.
        size: Height and width of a patch, in pixels; one number for both.
        strides: Pixels from patch to patch; the patch's size if `None`.
        dilation_rate: Pixels from one of a patch to the next.
        padding: "valid" for patches inside the picture; "same" for as many as there
            are strides, with zeros beyond the border.
        data_format: Where the channels are; the global setting if `None`.

    Shapes:
        images:  `(..., height, width, channels)`, or channels first
        outputs: `(..., rows, columns, patch height · patch width · channels)`, or these
            first

    Raises:
        ArgumentError: If an option or a size is not one of these.
        ShapeError: If `images` are no pictures.
    """
    array = require_pictures(images, "extract_patches")
    return _patches(
        array, 2, size, strides, dilation_rate, padding, data_format, "extract_patches"
    )


@op
def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> jax.Array:
    """Blocks of volumes: `extract_patches` with one axis more.

    Example:
        >>> extract_patches_3d(jnp.ones((1, 4, 4, 4, 2)), 2).shape
        (1, 2, 2, 2, 16)

    Args:
        volumes: One volume or a batch.
        size: Depth, height and width of a block; one number for all.
        strides: As of `extract_patches`.
        dilation_rate: As of `extract_patches`.
        padding: As of `extract_patches`.
        data_format: As of `extract_patches`.

    Raises:
        ArgumentError: If an option or a size is not one of these.
        ShapeError: If `volumes` do not have four or five axes.
    """
    owner = "extract_patches_3d"
    array = as_array(volumes)
    if array.ndim not in (4, 5):
        raise ShapeError(
            owner,
            expected="one volume (four axes) or a batch of them (five)",
            got=f"{array.shape}",
        )
    return _patches(array, 3, size, strides, dilation_rate, padding, data_format, owner)


def _patches(
    array: jax.Array,
    rank: int,
    size: Any,
    strides: Any,
    dilation_rate: Any,
    padding: str,
    data_format: str | None,
    owner: str,
) -> jax.Array:
    sizes = check.int_tuple(size, rank, "size", owner)
    steps = check.int_tuple(sizes if strides is None else strides, rank, "strides",
                            owner)  # fmt: skip
    rates = check.int_tuple(dilation_rate, rank, "dilation_rate", owner)
    named = check.one_of(padding, _PADDINGS, "padding", owner)
    first = is_first(data_format)
    batch = array if array.ndim == rank + 2 else array[None]
    channels_first = batch if first else jnp.moveaxis(batch, -1, 1)
    found = jax.lax.conv_general_dilated_patches(
        channels_first,
        filter_shape=sizes,
        window_strides=steps,
        padding=named.upper(),
        rhs_dilation=rates,
        precision=jax.lax.Precision.HIGHEST,
    )
    # From channel by channel to pixel by pixel.
    channels, places = channels_first.shape[1], found.shape[2:]
    split = found.reshape(batch.shape[0], channels, -1, *places)
    joined = jnp.swapaxes(split, 1, 2).reshape(found.shape)
    patches = joined if first else jnp.moveaxis(joined, 1, -1)
    return patches if array.ndim == rank + 2 else patches[0]


def gaussian_kernel(size: int, sigma: Any) -> jax.Array:
    """Returns the weights of one axis of a Gaussian window; they sum to 1."""
    places = jnp.arange(size, dtype=jnp.float32) - (size - 1) / 2
    weights = jnp.exp(-0.5 * (places / sigma) ** 2)
    return weights / jnp.sum(weights)


def filtered(
    images: jax.Array, rows: jax.Array, columns: jax.Array, padding: str = "SAME"
) -> jax.Array:
    """Weighs each channel of a batch by a window along the height and one along width.

    Args:
        images: Floats, `(batch, height, width, channels)`.
        rows: Weights along the height.
        columns: Weights along the width.
        padding: "SAME" (zeros beyond the border) or "VALID".
    """
    channels = images.shape[-1]
    for window in (rows[:, None], columns[None, :]):
        kernel = jnp.broadcast_to(
            window[..., None, None], (*window.shape, 1, channels)
        ).astype(images.dtype)
        images = jax.lax.conv_general_dilated(
            images,
            kernel,
            (1, 1),
            padding,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=channels,
            precision=jax.lax.Precision.HIGHEST,
        )
    return images


def _as_floats(images: jax.Array) -> jax.Array:
    floats = jnp.issubdtype(images.dtype, jnp.floating)
    return images if floats else images.astype(jnp.float32)


@op
def gaussian_blur(
    images: Any,
    kernel_size: Any = (3, 3),
    sigma: Any = (1.0, 1.0),
    data_format: str | None = None,
) -> jax.Array:
    """Pictures whose pixels are means of those around, near ones counting more.

        weight of a pixel at a distance of (dy, dx)
            ∝ exp(-dy² / (2 sigma₀²) - dx² / (2 sigma₁²))

    Beyond the border, pixels are 0.

    Departs from Keras, which on JAX blurs the channels in place of the height.

    Example:
        >>> dot = jnp.zeros((3, 3, 1)).at[1, 1, 0].set(1.0)
        >>> float(gaussian_blur(dot).sum().round(5))
        1.0

    Args:
        images: One picture or a batch.
        kernel_size: Height and width of the window, in pixels.
        sigma: Standard deviations along height and width, in pixels.
        data_format: Where the channels are; the global setting if `None`.

    Raises:
        ArgumentError: If a size is not a positive integer.
        ShapeError: If `images` are no pictures.
    """
    array = to_last(require_pictures(images, "gaussian_blur"), data_format)
    height, width = check.int_tuple(kernel_size, 2, "kernel_size", "gaussian_blur")
    sigmas = as_array(sigma)
    down, across = (sigmas, sigmas) if sigmas.ndim == 0 else (sigmas[0], sigmas[1])
    batch = array if array.ndim == 4 else array[None]
    blurred = filtered(
        _as_floats(batch), gaussian_kernel(height, down), gaussian_kernel(width, across)
    )
    result = in_type(blurred, array.dtype).reshape(array.shape)
    return from_last(result, data_format)


@op
def sobel_edges(images: Any, data_format: str | None = None) -> jax.Array:
    """How pictures change along height and width, by Sobel's windows.

    Beyond the border, pixels are 0.

    Args:
        images: One picture or a batch.
        data_format: Where the channels are; the global setting if `None`.

    Shapes:
        images:  `(..., height, width, channels)`, or channels first
        outputs: the same, with a last axis of 2: along the height, along the width

    Raises:
        ShapeError: If `images` are no pictures.
    """
    array = to_last(require_pictures(images, "sobel_edges"), data_format)
    batch = _as_floats(array if array.ndim == 4 else array[None])
    slope, smooth = jnp.array([-1.0, 0.0, 1.0]), jnp.array([1.0, 2.0, 1.0])
    pairs = ((slope, smooth), (smooth, slope))
    found = [
        from_last(filtered(batch, *pair).reshape(array.shape), data_format)
        for pair in pairs
    ]
    return jnp.stack(found, -1)
