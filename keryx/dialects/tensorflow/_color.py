"""`tf.image`: colours and brightness."""

import functools
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from keryx import random
from keryx._core.op import op
from keryx.dialects.tensorflow._image import convert_image_dtype
from keryx.dialects.tensorflow._random import key

GREY = (0.2989, 0.587, 0.114)


def _in_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a function of images of floats take images of whole numbers as well."""

    @functools.wraps(function)
    def call(image: Any, *args: Any, **kwargs: Any) -> Any:
        array = jnp.asarray(image)
        if jnp.issubdtype(array.dtype, jnp.floating):
            return function(array, *args, **kwargs)
        changed = function(convert_image_dtype(array, "float32"), *args, **kwargs)
        return convert_image_dtype(changed, array.dtype, saturate=True)

    return op(call)


@_in_floats
def rgb_to_grayscale(images: Any, name: Any = None) -> Any:
    """Returns images with one channel: how bright the colours are to the eye."""
    return jnp.sum(images * jnp.asarray(GREY, images.dtype), -1, keepdims=True)


@op
def grayscale_to_rgb(images: Any, name: Any = None) -> Any:
    """Repeats the channel three times."""
    array = jnp.asarray(images)
    return jnp.broadcast_to(array, (*array.shape[:-1], 3))


@_in_floats
def adjust_brightness(image: Any, delta: Any) -> Any:
    """Adds a number to all pixels; of whole numbers, a share of their range."""
    return image + delta


@_in_floats
def adjust_contrast(images: Any, contrast_factor: Any) -> Any:
    """Moves pixels away from their channel's mean, or towards it."""
    mean = jnp.mean(images, (-3, -2), keepdims=True)
    return (images - mean) * contrast_factor + mean


@_in_floats
def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """Returns gain · image ^ gamma."""
    return gain * image**gamma


@_in_floats
def adjust_saturation(image: Any, saturation_factor: Any, name: Any = None) -> Any:
    """Multiplies the saturation."""
    hue, saturation, value = jnp.moveaxis(rgb_to_hsv(image), -1, 0)
    saturation = jnp.clip(saturation * saturation_factor, 0, 1)
    return hsv_to_rgb(jnp.stack([hue, saturation, value], -1))


@_in_floats
def adjust_hue(image: Any, delta: Any, name: Any = None) -> Any:
    """Turns the circle of hues, by a share of a full turn."""
    hue, saturation, value = jnp.moveaxis(rgb_to_hsv(image), -1, 0)
    return hsv_to_rgb(jnp.stack([jnp.mod(hue + delta, 1.0), saturation, value], -1))


@op
def rgb_to_hsv(images: Any, name: Any = None) -> Any:
    """Returns hue, saturation and value, from 0 to 1, of red, green and blue."""
    red, green, blue = jnp.moveaxis(jnp.asarray(images), -1, 0)
    value = jnp.maximum(jnp.maximum(red, green), blue)
    width = value - jnp.minimum(jnp.minimum(red, green), blue)
    safe = jnp.where(width == 0, 1, width)
    turn = jnp.where(
        value == red,
        (green - blue) / safe,
        jnp.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = jnp.where(width == 0, 0, jnp.mod(turn / 6, 1.0))
    saturation = jnp.where(value > 0, width / jnp.where(value > 0, value, 1), 0)
    return jnp.stack([hue, saturation, value], -1)


@op
def hsv_to_rgb(images: Any, name: Any = None) -> Any:
    """Returns red, green and blue of hue, saturation and value."""
    hue, saturation, value = jnp.moveaxis(jnp.asarray(images), -1, 0)

    def channel(number: int) -> Any:
        place = jnp.mod(number + hue * 6, 6)
        near = jnp.clip(jnp.minimum(place, 4 - place), 0, 1)
        return value - value * saturation * near

    return jnp.stack([channel(5), channel(3), channel(1)], -1)


def _drawn(function: Any, name: str, symmetric: bool) -> Any:
    """Returns the random form of a function: its amount is drawn from an interval."""

    def both(image: Any, max_delta: float, seed: Any = None) -> Any:
        amount = random.uniform((), -max_delta, max_delta, seed=key(seed))
        return function(image, amount)

    def between(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
        return function(image, random.uniform((), lower, upper, seed=key(seed)))

    call = both if symmetric else between
    call.__name__ = name
    call.__doc__ = f"`{function.__name__}` by a random amount."
    return op(call)


random_brightness = _drawn(adjust_brightness, "random_brightness", True)
random_hue = _drawn(adjust_hue, "random_hue", True)
random_contrast = _drawn(adjust_contrast, "random_contrast", False)
random_saturation = _drawn(adjust_saturation, "random_saturation", False)
