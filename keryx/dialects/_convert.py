"""Values of arguments, from the old vocabulary to today's. Pure."""

import functools
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx import config

_FORMATS = {"th": "channels_first", "tf": "channels_last"}
_ONES = ("one", "ones")


class _Word(str):
    """A value that only an old spelling leads to."""


FULL = _Word("full")


def data_format(value: Any) -> Any:
    """Returns the layout of images that a `dim_ordering` means.

    Example:
        >>> data_format("th"), data_format("default")
        ('channels_first', None)
    """
    return None if value == "default" else _FORMATS.get(value, value)


def forget_bias(value: Any) -> Any:
    """Returns whether LSTM's forget gate starts open."""
    return value in _ONES


def padding(value: Any) -> Any:
    """Returns a padding by its name today; Theano's "full" has none, but a meaning."""
    if value == "full":
        return FULL
    return value.lower() if isinstance(value, str) else value


def initializer(value: Any) -> Any:
    """Lets an initializer written for Keras 1, `f(shape, name=...)`, be called today.

    Anything else is returned as it is.
    """
    if inspect.isclass(value) or not inspect.isroutine(value):
        return value
    try:
        names = list(inspect.signature(value).parameters)
        kinds = [p.kind for p in inspect.signature(value).parameters.values()]
    except (TypeError, ValueError):  # a function written in C
        return value
    wild = any(kind is inspect.Parameter.VAR_KEYWORD for kind in kinds)
    if "dtype" in names or (wild and "name" not in names):
        return value
    given = {key: None for key in ("name", "dim_ordering") if key in names}
    return functools.wraps(value)(
        lambda shape, dtype=None: _plain(value(shape, **given))
    )


def _plain(made: Any) -> Any:
    """Returns the array of what an initializer of Keras 1 made: a variable."""
    return getattr(made, "value", made)


def side_pads(value: Any) -> Any:
    """Returns the padding of images or sequences that a dict of sides means.

    Example:
        >>> side_pads({"top_pad": 1, "bottom_pad": 2, "left_pad": 3, "right_pad": 4})
        ((1, 2), (3, 4))
        >>> side_pads({"left_pad": 1, "right_pad": 2})
        (1, 2)
    """
    if not isinstance(value, dict):
        return value
    width = (value.get("left_pad", 0), value.get("right_pad", 0))
    if not {"top_pad", "bottom_pad"} & value.keys():
        return width
    return ((value.get("top_pad", 0), value.get("bottom_pad", 0)), width)


def sides_of_pair(value: Any) -> Any:
    """Returns `((top, bottom), (left, right))` for four numbers in a row."""
    if isinstance(value, list | tuple) and len(value) == 4:
        return (tuple(value[:2]), tuple(value[2:]))
    return value


def whole(value: Any) -> Any:
    """Returns a count of steps or epochs, rounded up, as an integer."""
    if value is None or isinstance(value, bool):
        return value
    return math.ceil(value) if isinstance(value, float | np.number) else value


def epsilon(value: Any) -> Any:
    """Returns the small number that `None` stands for."""
    return config.epsilon() if value is None else value


def class_weight(value: Any) -> Any:
    """Returns a dict of weights; what else was given had no effect."""
    return None if isinstance(value, str) else value


def single(value: Any) -> Any:
    """Returns the only element of a list of one."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def in_order(*names: str) -> Callable[[dict[str, Any]], Any]:
    """Returns a function that puts named numbers in a tuple, each at least once."""

    def make(parts: dict[str, Any]) -> Any:
        values = [parts[name] for name in names if name in parts]
        return tuple(values) if len(values) > 1 else values[0]

    return make


def steps_shape(parts: dict[str, Any]) -> Any:
    """Returns the shape of sequences from `input_length` and `input_dim`."""
    return (parts["input_length"], parts["input_dim"])


def length(value: Any) -> Any:
    """Returns the shape of rows of ids from their length."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def batch_of(parts: dict[str, Any]) -> Any:
    """Returns the shape of a batch from `batch_size` and `input_shape`."""
    return (parts["batch_size"], *parts["input_shape"])
