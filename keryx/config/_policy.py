"""The policy of the layers made from now on."""

from typing import Any

from keryx._core import dtypes


def set_dtype_policy(policy: Any) -> None:
    """Sets the element types in which layers made from now on compute.

    Args:
        policy: An element type's name, "mixed_float16", "mixed_bfloat16", or a
            `DTypePolicy`.

    Raises:
        UnknownNameError: If it names none.
    """
    dtypes.set_dtype_policy(policy)
