"""What kind of tensor something is."""

from typing import Any

from keryx._graph import trace


def is_keras_tensor(x: Any) -> bool:
    """Tells whether `x` is a symbolic tensor, as `Input(...)` returns.

    Example:
        >>> is_keras_tensor(1.0)
        False
    """
    return trace.is_symbol(x)
