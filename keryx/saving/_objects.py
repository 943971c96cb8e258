"""Objects as plain data and back, under the names that Keras gives these functions."""

from typing import Any

from keryx._core import registry, serial
from keryx.saving._build import from_file

CustomObjectScope = registry.custom_object_scope


def serialize_keras_object(obj: Any) -> Any:
    """Returns an object as lists, dicts, strings and numbers.

    Example:
        >>> from keryx.regularizers import L2
        >>> serialize_keras_object(L2(0.5))["config"]
        {'l2': 0.5}

    Args:
        obj: Plain data, a registered function, or anything with `get_config`.

    Raises:
        FileError: If it is of a kind that no file can hold.
    """
    return serial.serialize(obj)


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """Returns the object that `serialize_keras_object` described.

    Example:
        >>> from keryx.regularizers import L2
        >>> float(deserialize_keras_object(serialize_keras_object(L2(0.5))).l2)
        0.5

    Args:
        config: Plain data.
        custom_objects: Classes and functions by the names that it uses, besides those
            registered.
        safe_mode: Accepted for Keras's sake; code from a file is never run.

    Raises:
        FileError: If it holds code, or is damaged.
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
    """
    with from_file("deserialize_keras_object"):
        return serial.deserialize(config, custom_objects)
