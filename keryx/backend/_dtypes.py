"""Questions about element types."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import config
from keryx._core.dtypes import standardize_dtype


def result_type(*dtypes: Any) -> str:
    """Returns the element type of an operation on arrays of these types.

    Python's `bool`, `int` and `float` stand for single numbers, which adapt.

    Example:
        >>> result_type("int32", "float16"), result_type("int8", int), result_type()
        ('float16', 'int8', 'float32')

    Args:
        dtypes: Element types; none gives the default float type.

    Raises:
        UnknownNameError: If one is no element type.
    """
    if not dtypes:
        return config.floatx()
    numbers = (bool, int, float)
    found = [d if d in numbers else _narrow(d) for d in dtypes]
    return str(jnp.result_type(*found))


def _narrow(dtype: Any) -> Any:
    """Returns an element type as the engine has it: 64 bits only if it is told so."""
    return jax.dtypes.canonicalize_dtype(jnp.dtype(standardize_dtype(dtype)))


def is_float_dtype(dtype: Any) -> bool:
    """Tells whether an element type is one of floating-point numbers.

    Example:
        >>> is_float_dtype("bfloat16"), is_float_dtype("int8")
        (True, False)
    """
    return "float" in standardize_dtype(dtype)


def is_int_dtype(dtype: Any) -> bool:
    """Tells whether an element type is one of whole numbers.

    Example:
        >>> is_int_dtype("uint8"), is_int_dtype("bool")
        (True, False)
    """
    return "int" in standardize_dtype(dtype)
