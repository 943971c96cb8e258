"""The names that things got by themselves: `dense_1`, `maxpooling2d_1`, `input_1`."""

from keryx._core.registry import snake_case
from keryx.dialects import _era
from keryx.dialects._era import Era

# Classes that had another name when names were made of it, by era.
_ALWAYS = {"InputLayer": "Input", "Functional": "Model"}
_FIRST = {
    "Conv1D": "Convolution1D",
    "Conv2D": "Convolution2D",
    "Conv3D": "Convolution3D",
    "Conv2DTranspose": "Deconvolution2D",
    "SeparableConv2D": "SeparableConvolution2D",
}


def title(cls: type, row: bool) -> tuple[str, int]:
    """Returns what a name begins with in the era in force, and its first number.

    Number 0 is not written.

    Example:
        >>> from keryx.layers import MaxPooling2D
        >>> _era.set_era("1")
        >>> title(MaxPooling2D, False), title(MaxPooling2D, True)
        (('maxpooling2d', 1), ('maxpooling2d_input', 1))
        >>> _era.set_era("tf")
        >>> title(MaxPooling2D, False)
        ('max_pooling2d', 0)
        >>> _era.set_era(None)

    Args:
        cls: Class of a thing without a name.
        row: Whether the thing is the input of a row of layers that begins with one of
            the class. Keras 1 counted those, all others called them after the layer.
    """
    era = _era.in_force()
    name = _ALWAYS.get(cls.__name__, cls.__name__)
    if era is Era.K1:
        prefix = _FIRST.get(name, name).lower()
        return (f"{prefix}_input", 1) if row else (prefix, 1)
    prefix = snake_case(name)
    if row:
        return f"{prefix}_input", 0
    return prefix, int(era is Era.K2 or prefix == "input")
