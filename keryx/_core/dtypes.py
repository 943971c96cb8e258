"""Names of element types, and the pair of them that a layer computes with."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from keryx._core import config
from keryx._core.errors import UnknownNameError

KNOWN = (
    ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    + config.FLOATS
    + ("complex64", "complex128", "string")
)
_ALIASES = {"int": "int32", "float": "float32", "half": "float16", "double": "float64"}


def standardize_dtype(dtype: Any) -> str:
    """Returns the name of an element type; `None` gives the default float type.

    Example:
        >>> standardize_dtype(None), standardize_dtype(np.int64)
        ('float32', 'int64')

    Raises:
        UnknownNameError: If it names no element type.
    """
    if dtype is None:
        return config.floatx()
    if isinstance(dtype, str) and dtype in KNOWN:
        return dtype
    if isinstance(dtype, type) and dtype in (bool, int, float):
        dtype = dtype.__name__
    if isinstance(dtype, str) and dtype in _ALIASES:
        return _ALIASES[dtype]
    name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None)
    if name is None or name not in KNOWN:
        # e.g. `torch.float32`, `tf.float32`, `np.dtype("<f4")`
        name = str(dtype).rpartition(".")[2]
    if name not in KNOWN:
        raise UnknownNameError("Element type", dtype, KNOWN)
    return str(name)


def is_float(dtype: Any) -> bool:
    """Tells whether elements of this type are floating-point numbers."""
    return bool(jnp.issubdtype(dtype, jnp.floating))


def default_float(array: Any) -> np.dtype[Any]:
    """Returns the type in which fed data is used: floats become `floatx`."""
    return np.dtype(config.floatx()) if is_float(array.dtype) else np.dtype(array.dtype)


class DTypePolicy:
    """The float type a layer computes in, and the one its weights are kept in.

    Example:
        >>> policy = DTypePolicy("mixed_bfloat16")
        >>> policy.compute_dtype, policy.variable_dtype
        ('bfloat16', 'float32')

    Args:
        name: An element type's name, for both; or "mixed_float16" or "mixed_bfloat16":
            compute in 16 bits, keep weights in float32.

    Raises:
        UnknownNameError: If `name` is no such name.
    """

    def __init__(self, name: str | None = None) -> None:
        if name in ("mixed_float16", "mixed_bfloat16"):
            self.name = str(name)
            self.compute_dtype = self.name.removeprefix("mixed_")
            self.variable_dtype = "float32"
        else:
            self.name = standardize_dtype(name)
            self.compute_dtype = self.variable_dtype = self.name

    def __repr__(self) -> str:
        return f"<DTypePolicy {self.name!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal policy."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DTypePolicy":
        """Makes a policy from `get_config`'s result."""
        return cls(**config)


def policy(value: Any) -> DTypePolicy:
    """Returns a policy from a policy, a name, a configuration, or `None` (global)."""
    if value is None:
        return _GLOBAL.policy or DTypePolicy(config.floatx())
    if isinstance(value, DTypePolicy):
        return value
    if isinstance(value, dict):
        return DTypePolicy(**value.get("config", value))
    return DTypePolicy(value if isinstance(value, str) else standardize_dtype(value))


class _Global:
    policy: DTypePolicy | None = None


_GLOBAL = _Global()


def set_dtype_policy(value: Any) -> None:
    """Sets the policy of the layers made from now on."""
    _GLOBAL.policy = policy(value)


def dtype_policy() -> DTypePolicy:
    """Returns the policy of the layers made from now on."""
    return policy(None)
