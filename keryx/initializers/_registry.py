"""Initializers by name."""

from typing import Any

from keryx._core import serial
from keryx._core.registry import Registry
from keryx._core.variable import Variable
from keryx.initializers._constant import Constant, Identity, Ones, STFT, Zeros
from keryx.initializers._random import (
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from keryx.initializers._variance import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

registry = Registry("Initializer", "keras.initializers", instantiate=True)
registry.add(Zeros, "zeros", "zero")
registry.add(Ones, "ones", "one")
registry.add(Constant, "constant")
registry.add(Identity, "identity", "IdentityInitializer")
registry.add(STFT, "stft", "STFTInitializer")
registry.add(RandomNormal, "random_normal", "normal")
registry.add(RandomUniform, "random_uniform", "uniform")
registry.add(TruncatedNormal, "truncated_normal")
registry.add(Orthogonal, "orthogonal", "OrthogonalInitializer")
registry.add(VarianceScaling, "variance_scaling")
registry.add(GlorotNormal, "glorot_normal")
registry.add(GlorotUniform, "glorot_uniform")
registry.add(HeNormal, "he_normal")
registry.add(HeUniform, "he_uniform")
registry.add(LecunNormal, "lecun_normal")
registry.add(LecunUniform, "lecun_uniform")

deserialize = registry.deserialize
serialize = serial.serialize


def get(identifier: Any) -> Any:
    """Returns the initializer that an argument means.

    Example:
        >>> type(get("he_normal")).__name__, get(None)
        ('HeNormal', None)

    Args:
        identifier: A name in any case; a configuration; a class; an initializer or any
            function `(shape, dtype=None) -> array`, returned as it is; an array, for
            that value.

    Raises:
        UnknownNameError: If a string names nothing known.
        ArgumentError: If it is none of these.
    """
    is_array = isinstance(identifier, Variable) or hasattr(identifier, "__array__")
    if is_array and not callable(identifier):
        return Constant(identifier)
    return registry.get(identifier)
