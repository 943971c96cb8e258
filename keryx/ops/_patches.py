"""Blocks of images: to columns and back, to channels and back."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.config import DATA_FORMATS
from keryx._core.op import op
from keryx.ops._make import as_array


@op
def depth_to_space(
    x: Any, block_size: int, data_format: str = "channels_last"
) -> jax.Array:
    """Spreads channels over blocks of pixels: sub-pixel upscaling.

    Example:
        >>> depth_to_space([[[[1, 2, 3, 4]]]], 2)[0, :, :, 0]
        Array([[1, 2],
               [3, 4]], dtype=int32)

    Args:
        x: Images, with a multiple of `block_size²` channels.
        block_size: Pixels along each side of a block.
        data_format: Where the channels are. Of the channels that make one block, those
            of one pixel follow each other for "channels_last", those of one output
            channel for "channels_first".

    Source:
        Shi et al., "Real-Time Single Image and Video Super-Resolution Using an
        Efficient Sub-Pixel Convolutional Neural Network", arXiv:1609.05158, equation 4.
    """
    array = as_array(x)
    b = check.positive_int(block_size, "block_size", "depth_to_space")
    if _is_first(data_format, "depth_to_space"):
        n, c, h, w = array.shape
        blocks = array.reshape(n, c // b**2, b, b, h, w).transpose(0, 1, 4, 2, 5, 3)
        return blocks.reshape(n, c // b**2, h * b, w * b)
    n, h, w, c = array.shape
    blocks = array.reshape(n, h, w, b, b, c // b**2).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, h * b, w * b, c // b**2)


@op
def space_to_depth(
    x: Any, block_size: int, data_format: str = "channels_last"
) -> jax.Array:
    """Gathers blocks of pixels into channels; the inverse of `depth_to_space`."""
    array = as_array(x)
    b = check.positive_int(block_size, "block_size", "space_to_depth")
    if _is_first(data_format, "space_to_depth"):
        n, c, h, w = array.shape
        blocks = array.reshape(n, c, h // b, b, w // b, b).transpose(0, 1, 3, 5, 2, 4)
        return blocks.reshape(n, c * b**2, h // b, w // b)
    n, h, w, c = array.shape
    blocks = array.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(n, h // b, w // b, c * b**2)


def _is_first(data_format: str, owner: str) -> bool:
    named = check.one_of(data_format, DATA_FORMATS, "data_format", owner)
    return bool(named == "channels_first")


def _columns(x: jax.Array, sizes: tuple[Any, Any, Any, Any]) -> jax.Array:
    """Cuts `(batch, channels, height, width)` into columns, one per window."""
    kernel, dilation, padding, stride = sizes
    patches = jax.lax.conv_general_dilated_patches(
        x,
        filter_shape=kernel,
        window_strides=stride,
        padding=[(side, side) for side in padding],
        rhs_dilation=dilation,
        precision=jax.lax.Precision.HIGHEST,
    )
    return patches.reshape(*patches.shape[:2], -1)


def _sizes(
    kernel_size: Any, dilation: Any, padding: Any, stride: Any, owner: str
) -> tuple[Any, Any, Any, Any]:
    return (
        check.int_tuple(kernel_size, 2, "kernel_size", owner),
        check.int_tuple(dilation, 2, "dilation", owner),
        check.int_tuple(padding, 2, "padding", owner, least=0),
        check.int_tuple(stride, 2, "stride", owner),
    )


@op
def unfold(
    x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> jax.Array:
    """Columns of the windows that a convolution would see.

    Example:
        >>> unfold([[[[1.0, 2.0], [3.0, 4.0]]]], (1, 2))[0]
        Array([[1., 3.],
               [2., 4.]], dtype=float32)

    Args:
        x: Images, channels first.
        kernel_size: Height and width of a window, in pixels.
        dilation: Pixels from one of a window to the next.
        padding: Zeros around the image, on each side.
        stride: Pixels from one window to the next.

    Shapes:
        x:       `(batch, channels, height, width)`
        outputs: `(batch, channels · kernel height · kernel width, windows)`
    """
    sizes = _sizes(kernel_size, dilation, padding, stride, "unfold")
    return _columns(as_array(x), sizes)


@op
def fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> jax.Array:
    """Images that are the sums of the columns of `unfold`: its transpose.

    Args:
        x: Columns, `(batch, channels · kernel height · kernel width, windows)`.
        output_size: Height and width of the images, in pixels.
        kernel_size: As given to `unfold`.
        dilation: As given to `unfold`.
        padding: As given to `unfold`.
        stride: As given to `unfold`.

    Returns:
        Images, `(batch, channels, height, width)`.
    """
    x, sizes = as_array(x), _sizes(kernel_size, dilation, padding, stride, "fold")
    height, width = check.int_tuple(output_size, 2, "output_size", "fold")
    channels = x.shape[1] // (sizes[0][0] * sizes[0][1])
    image = jax.ShapeDtypeStruct((x.shape[0], channels, height, width), x.dtype)
    (folded,) = jax.linear_transpose(lambda y: _columns(y, sizes), image)(x)
    return jnp.asarray(folded)
