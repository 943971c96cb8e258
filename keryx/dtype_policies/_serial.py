"""Policies from names and from plain data."""

from typing import Any

from keryx._core import dtypes, serial
from keryx._core.dtypes import DTypePolicy
from keryx._core.errors import ArgumentError


def get(identifier: Any) -> DTypePolicy:
    """Returns a policy.

    Example:
        >>> get("mixed_bfloat16").variable_dtype
        'float32'

    Args:
        identifier: A policy, a name, a configuration, or `None` for the one in force.

    Raises:
        UnknownNameError: If it names none.
    """
    return dtypes.policy(identifier)


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """Returns a policy as plain data.

    Example:
        >>> serialize(DTypePolicy("float16"))["config"]
        {'name': 'float16'}
    """
    described: dict[str, Any] = serial.serialize(dtype_policy)
    return described


def deserialize(
    config: dict[str, Any], custom_objects: dict[str, Any] | None = None
) -> DTypePolicy:
    """Returns the policy that `serialize` described.

    Args:
        config: Plain data.
        custom_objects: Classes by the names that the data uses.

    Raises:
        ArgumentError: If it describes something else.
    """
    policy = serial.deserialize(config, custom_objects)
    if not isinstance(policy, DTypePolicy):
        raise ArgumentError(
            "deserialize", "config", expected="a policy's", got=type(policy).__name__
        )
    return policy
