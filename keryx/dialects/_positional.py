"""Positional arguments whose meaning is told by their values, or by what is with them.

Each function looks at a call of one class and says which old signature it follows, or
`None` if it is in today's order.
"""

from collections.abc import Callable
from typing import Any

from keryx import activations, initializers
from keryx._core.errors import UnknownNameError
from keryx.dialects._tables_layers import POSITIONS

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
_TODAY = frozenset(
    ("padding", "strides", "data_format", "kernel_size", "dilation_rate", "use_bias",
     "kernel_initializer", "groups")
)  # fmt: skip
# What no initializer ever was.
_EITHER = ("linear",)


def _ints(args: Args) -> int:
    """Returns how many integers a call begins with."""
    count = 0
    for arg in args:
        if isinstance(arg, bool) or not hasattr(arg, "__index__"):
            break
        count += 1
    return count


def _names_initializer(value: Any) -> bool:
    if not isinstance(value, str) or value in _EITHER:
        return False
    return _knows(initializers.get, value) and not _knows(activations.get, value)


def _knows(get: Callable[[str], Any], name: str) -> bool:
    try:
        get(name)
    except UnknownNameError:
        return False
    return True


def _initializer_second(args: Args, kwargs: Kwargs) -> bool:
    return len(args) > 1 and _names_initializer(args[1])


def _square(args: Args, kwargs: Kwargs) -> bool:
    """`(32, 3, 3, 'uniform')`, but not `(32, 3, 3, padding='same')`."""
    return (
        len(args) > 3
        and _ints(args) == 3
        and isinstance(args[3], str)
        and args[3].lower() not in ("valid", "same", "causal")
        and not _TODAY & kwargs.keys()
    )


def _cube(args: Args, kwargs: Kwargs) -> bool:
    return _ints(args) >= 4


def _rates(args: Args, kwargs: Kwargs) -> bool:
    return bool(args) and isinstance(args[0], float)


def _length_fourth(args: Args, kwargs: Kwargs) -> bool:
    return len(args) > 3 and _ints(args[3:4]) == 1


def _string_third(args: Args, kwargs: Kwargs) -> bool:
    """`(64, 3, 'uniform')` of a convolution of sequences."""
    return len(args) > 2 and _names_initializer(args[2])


def _shape_after_kernel(args: Args, kwargs: Kwargs) -> bool:
    """`Deconvolution2D(8, 3, 3, (None, 14, 14, 8))`."""
    size = _ints(args)
    return size > 2 and len(args) > size and isinstance(args[size], list | tuple)


# When the positions are those of Keras 1, whatever the era.
MEANT: dict[str, Callable[[Args, Kwargs], bool]] = {
    "Dense": _initializer_second,
    "LSTM": _initializer_second,
    "GRU": _initializer_second,
    "SimpleRNN": _initializer_second,
    "Conv1D": _string_third,
    "Conv2D": _square,
    "Conv3D": _cube,
    "BatchNormalization": _rates,
    "Embedding": _length_fourth,
    "Conv2DTranspose": _shape_after_kernel,
    "Conv3DTranspose": _shape_after_kernel,
}


def _first_keras(name: str, args: Args) -> tuple[str, ...] | None:
    """Returns the positions of Keras 0.1 if the call can have no others."""
    if name == "Dense" and _ints(args) >= 2:
        return ("input_dim", "output_dim", *POSITIONS["Dense"][1:])
    if name == "Conv2D" and _ints(args) == 4:
        return ("nb_filter", "stack_size", *POSITIONS["Conv2D"][1:])
    return None


def old_positions(
    names: list[str], args: Args, kwargs: Kwargs, sure: bool
) -> tuple[str, ...] | None:
    """Returns the old signature that a call's positional arguments follow, or `None`.

    Args:
        names: The names that the class goes by: the one it was called by, its own and
            those of its bases.
        args: Positional arguments.
        kwargs: Keyword arguments.
        sure: Whether something else tells that the call is of Keras 1.
    """
    for name in names:
        found = _first_keras(name, args)
        if found is not None:
            return found
        if name in POSITIONS:
            meant = MEANT.get(name)
            if sure or (meant is not None and meant(args, kwargs)):
                return POSITIONS[name]
            return None
    return None


def kernel_of_era(name: str, args: Args, kwargs: Kwargs) -> bool:
    """Tells whether `Conv2D(32, 3, 3)` is a kernel of 3 x 3 for an old program."""
    three = name in ("Conv2D", "SeparableConv2D", "Conv2DTranspose")
    return three and _ints(args) == 3 and not _TODAY & kwargs.keys()
