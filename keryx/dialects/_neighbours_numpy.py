"""Functions that NumPy had."""

from typing import Any

import numpy as np


def asscalar(a: Any) -> Any:
    """Returns an array of one element as a number of Python."""
    return np.asarray(a).item()


def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """Returns an array of floating point numbers."""
    inexact = np.issubdtype(dtype, np.inexact)
    return np.asarray(a, dtype=dtype if inexact else np.float64)


def msort(a: Any) -> Any:
    """Returns an array sorted along its first axis."""
    return np.sort(a, axis=0)
