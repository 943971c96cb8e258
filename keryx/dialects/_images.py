"""How `keras.preprocessing.image` was called: rows, and functions for the rest."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keryx.dialects import _convert as to
from keryx.dialects._attributes_rows import Get, same
from keryx.dialects._rules import Drop, Given, Rename, Row, Value
from keryx.preprocessing.image._affine import Maps, picture_with_axes, warp

Args = tuple[Any, ...]
Placed = tuple[Args, Given]

_LAYOUT: tuple[Row, ...] = (
    Rename("dim_ordering", "data_format", to.data_format),
    Value("data_format", to.data_format),
)
_AXES: tuple[Row, ...] = (
    Rename("row_index", "row_axis"),
    Rename("col_index", "col_axis"),
    Rename("channel_index", "channel_axis"),
)
_X = (Rename("X", "x"),)
FUNCTIONS: dict[str, tuple[Row, ...]] = {
    "img_to_array": _LAYOUT,
    "array_to_img": _LAYOUT,
    "save_img": _LAYOUT,
    "ImageDataGenerator.__init__": _LAYOUT,
    "ImageDataGenerator.fit": _X,
    "Flows.flow": _X,
    "Flows.flow_from_dataframe": (
        Drop("has_ext", "names of files have their endings", (True, None)),
        Drop("drop_duplicates", "the table is taken as it is"),
        Drop("sort", "the table is taken as it is"),
        Value("class_mode", lambda mode: "raw" if mode == "other" else mode),
    ),
    "Iterator.__init__": (Rename("N", "n"),),
    "NumpyArrayIterator.__init__": (*_X, *_LAYOUT),
    "DirectoryIterator.__init__": _LAYOUT,
    "random_rotation": _AXES,
    "random_shift": _AXES,
    "random_shear": _AXES,
    "random_zoom": _AXES,
    "random_channel_shift": (
        Rename("channel_index", "channel_axis"),
        Rename("intensity", "intensity_range"),
    ),
}


def _load_img(args: Args, kwargs: Given) -> Placed:
    """`load_img(path, True, (28, 28))` → `load_img(path, "grayscale", (28, 28))`."""
    kwargs = dict(kwargs)
    grey = kwargs.pop("grayscale", None)
    if len(args) > 1 and not isinstance(args[1], str):
        grey, rest = args[1], args[2:]
        if rest and isinstance(rest[0], str):
            kwargs["color_mode"], rest = rest[0], rest[1:]
        names = ("target_size", "interpolation")
        args, kwargs = args[:1], {**dict(zip(names, rest, strict=False)), **kwargs}
    if grey:
        kwargs["color_mode"] = "grayscale"
    return args, kwargs


FORMS: dict[str, Callable[[Args, Given], Placed]] = {"load_img": _load_img}


def _generator_of_keras_1(args: Args, kwargs: Given) -> Placed:
    """`samplewise_…` was about the channels of each pixel; shear came in radians."""
    args[0].per_pixel = True
    return args, _in_degrees("shear_range", kwargs)


def _shear_of_keras_1(args: Args, kwargs: Given) -> Placed:
    if len(args) > 1:
        args = (args[0], float(np.rad2deg(args[1])), *args[2:])
    return args, _in_degrees("intensity", kwargs)


def _in_degrees(name: str, kwargs: Given) -> Given:
    if name not in kwargs:
        return kwargs
    return {**kwargs, name: float(np.rad2deg(kwargs[name]))}


# What was meant otherwise by Keras 1.
FIRST: dict[str, Callable[[Args, Given], Placed]] = {
    "ImageDataGenerator.__init__": _generator_of_keras_1,
    "random_shear": _shear_of_keras_1,
}

ITERATOR: dict[str, tuple[Get, str]] = {
    "nb_sample": (same("samples"), "samples"),
    "nb_class": (same("num_classes"), "num_classes"),
}
GENERATOR: dict[str, tuple[Get, str]] = {
    "principal_components": (same("zca_whitening_matrix"), "zca_whitening_matrix"),
    "channel_index": (same("channel_axis"), "channel_axis"),
    "row_index": (same("row_axis"), "row_axis"),
    "col_index": (same("col_axis"), "col_axis"),
}


def apply_transform(
    x: Any,
    transform_matrix: Any,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> Any:
    """Returns a picture whose points come from where a matrix says, interpolated.

    Args:
        x: A picture.
        transform_matrix: Maps `(row, column, 1)` to where a point comes from.
        channel_axis: The axis of channels.
        fill_mode: What lies beyond the edges: "nearest", "constant", "reflect", "wrap".
        cval: The value there, if constant.
    """
    row, column = (axis for axis in range(3) if axis != channel_axis % 3)
    axes = (row, column, channel_axis)
    picture, places = picture_with_axes(x, axes, "apply_transform")
    matrix = np.asarray(transform_matrix, float)
    maps = Maps(matrix[None, :2, :2], matrix[None, :2, 2])
    last = np.moveaxis(picture, places, (0, 1, 2))
    warped = warp(last[None], maps, mode=fill_mode, cval=cval)[0]
    return np.moveaxis(warped, (0, 1, 2), places)
