"""Objects as plain data and back, in the form that Keras 3 files use.

Nothing is imported by a name from a file: a name is looked up among the library's own
classes, the registered ones and those that the caller passes.
"""

import enum
import inspect
from typing import Any

import numpy as np

from keryx._core import registry
from keryx._core.dtypes import DTypePolicy
from keryx._core.errors import FileError, UnknownNameError

_classes: dict[tuple[str, str], type] = {}
_functions: dict[Any, str] = {}
ROOT = __name__.partition(".")[0]


def is_ours(thing: Any) -> bool:
    """Tells whether a class or a function belongs to the library."""
    return str(getattr(thing, "__module__", "")).partition(".")[0] == ROOT


def public_module(thing: Any) -> str:
    """Returns the module that files name: `keryx.layers._dense` → `keras.layers`."""
    parts = thing.__module__.split(".")
    kept = [part for part in parts[1:] if not part.startswith("_")]
    return ".".join(["keras", *kept])


def publish(cls: type) -> None:
    """Makes one of the library's classes known to `deserialize`."""
    if is_ours(cls) and not cls.__name__.startswith("_"):
        _classes[public_module(cls), cls.__name__] = cls


def publish_function(function: Any) -> None:
    """Makes one of the library's functions serialize to its bare name."""
    _functions[function] = function.__name__


def serialize(value: Any) -> Any:
    """Returns `value` as lists, dicts, strings and numbers.

    Raises:
        FileError: If it is of a kind that no file can hold.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, list | tuple):
        return type(value)(serialize(item) for item in value)
    if isinstance(value, dict):
        return {str(key): serialize(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, DTypePolicy):
        return _described("keras", "DTypePolicy", value.get_config(), None)
    if inspect.isfunction(value) or inspect.isbuiltin(value):
        return _serialize_function(value)
    if hasattr(value, "get_config"):
        return _serialize_object(value)
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        config = {"value": array.tolist(), "dtype": array.dtype.name}
        return {"class_name": "__numpy__", "config": config}
    raise FileError(
        f"serialize({type(value).__name__})",
        expected="plain data, or an object with `get_config`",
        got=f"{type(value)}",
        fix="Give its class `get_config` and `from_config`.",
    )


def _described(
    module: str | None, name: str, config: Any, registered: str | None
) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": name,
        "config": config,
        "registered_name": registered,
    }


def _serialize_function(function: Any) -> Any:
    if function in _functions:
        return _functions[function]
    name = registry.get_registered_name(function)
    module = getattr(function, "__module__", None)
    return _described(module, "function", function.__name__, name)


def _serialize_object(value: Any) -> dict[str, Any]:
    cls = type(value)
    config = value.get_config()
    if is_ours(cls):
        data = _described(public_module(cls), cls.__name__, config, None)
    else:
        name = registry.get_registered_name(cls)
        data = _described(cls.__module__, cls.__name__, config, name)
    build = getattr(value, "get_build_config", None)
    if build is not None and build() is not None:
        data["build_config"] = build()
    return data


def find_class(module: str | None, name: str, registered: str | None = None) -> Any:
    """Returns the class or function that a configuration names.

    Raises:
        UnknownNameError: If neither the library nor the caller knows it.
    """
    custom = registry.find_custom(registered or name) or registry.find_custom(name)
    if custom is not None:
        return custom
    short = (module or "").replace("keras.src", "keras")
    for known in (short, ".".join(short.split(".")[:2])):
        if (known, name) in _classes:
            return _classes[known, name]
    matches = {cls for (_, own), cls in _classes.items() if own == name}
    if len(matches) == 1 and not registered:
        return matches.pop()
    raise UnknownNameError("Class", registered or name, {own for _, own in _classes})


def deserialize(data: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns what `serialize` described.

    Args:
        data: Plain data.
        custom_objects: Classes and functions by the names that the data uses.

    Raises:
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
    """
    with registry.custom_object_scope(custom_objects):
        return _deserialize(data)


def _deserialize(data: Any) -> Any:
    if isinstance(data, list | tuple):
        return type(data)(_deserialize(item) for item in data)
    if not isinstance(data, dict):
        return data
    if "class_name" not in data or "config" not in data:
        return {key: _deserialize(item) for key, item in data.items()}
    name, config = data["class_name"], data["config"]
    if name == "__tuple__":
        return tuple(_deserialize(item) for item in config["value"])
    if name == "__numpy__":
        return np.array(config["value"], dtype=config["dtype"])
    if name == "DTypePolicy":
        return DTypePolicy.from_config(config)
    if name == "function":
        return find_class(data.get("module"), config, data.get("registered_name"))
    cls: Any = find_class(data.get("module"), name, data.get("registered_name"))
    if not inspect.isclass(cls):
        return cls
    value = cls.from_config(config)
    build = data.get("build_config")
    if build and hasattr(value, "build_from_config"):
        value.build_from_config(build)
    return value
