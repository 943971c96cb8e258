"""Objects as plain data and back, in the form that Keras 3 files use.

Nothing is imported by a name from a file: a name is looked up among the library's own
classes, the registered ones and those that the caller passes.
"""

import enum
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx._core import registry
from keryx._core.dtypes import DTypePolicy, standardize_dtype
from keryx._core.errors import FileError, UnknownNameError
from keryx._core.hook import named

_classes: dict[tuple[str, str], type] = {}
_functions: dict[Any, str] = {}
_named: dict[str, Any] = {}
ROOT = __name__.partition(".")[0]
# Where Keras's files look for a class, if not in the package that it is in.
_PLACES = {
    "Functional": "keras.src.models.functional",
    "Loss": "keras",
    "Metric": "keras",
    "Initializer": "keras",
    "Layer": "keras",
    "Model": "keras",
    "Sequential": "keras",
}
# Settings in Keras's files that change nothing as long as they have these values.
_NEUTRAL = {"sparse": False, "ragged": False, "optional": False, "lora_alpha": None}
_BASE = ("name", "trainable", "dtype")


def is_ours(thing: Any) -> bool:
    """Tells whether a class or a function belongs to the library."""
    return str(getattr(thing, "__module__", "")).partition(".")[0] == ROOT


def public_module(thing: Any) -> str:
    """Returns the module that files name: `keryx.layers._dense` → `keras.layers`."""
    if thing.__name__ in _PLACES:
        return _PLACES[thing.__name__]
    parts = thing.__module__.split(".")
    kept = [part for part in parts[1:] if not part.startswith("_")]
    return ".".join(["keras", *kept])


def publish(cls: type) -> None:
    """Makes one of the library's classes known to `deserialize`.

    Callbacks are not: they write files, and no file of a model has any.
    """
    active = public_module(cls) == "keras.callbacks"
    if is_ours(cls) and not cls.__name__.startswith("_") and not active:
        _classes[public_module(cls), cls.__name__] = cls


def publish_function(function: Any) -> None:
    """Makes one of the library's functions serialize to its bare name."""
    _functions[function] = function.__name__
    _named.setdefault(function.__name__, function)


def serialize(value: Any) -> Any:
    """Returns `value` as lists, dicts, strings and numbers.

    Raises:
        FileError: If it is of a kind that no file can hold.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, enum.Enum) else value
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, slice):
        ends = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": serialize(ends)}
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
    return _described("builtins", "function", name, "function")


def _serialize_object(value: Any) -> dict[str, Any]:
    cls = type(value)
    config = value.get_config()
    if is_ours(cls):
        module = public_module(cls)
        registered = cls.__name__ if ".src." in module else None
        data = _described(module, cls.__name__, config, registered)
    else:
        name = registry.get_registered_name(cls)
        data = _described(cls.__module__, cls.__name__, config, name)
    build = getattr(value, "get_build_config", None)
    if build is not None and build() is not None:
        data["build_config"] = build()
    return data


def find_class(module: str | None, name: str, registered: str | None = None) -> Any:
    """Returns the class that a configuration names.

    Raises:
        UnknownNameError: If neither the library nor the caller knows it.
    """
    custom = registry.find_custom(registered or name) or registry.find_custom(name)
    if custom is not None:
        return custom
    short = (module or "").replace("keras.src", "keras")
    for known in (module or "", short, ".".join(short.split(".")[:2])):
        if (known, name) in _classes:
            return _classes[known, name]
    matches = {cls for (_, own), cls in _classes.items() if own == name}
    if len(matches) == 1 and not registered:
        return matches.pop()
    old = named("Class", name)
    if old is not None:
        return old
    raise _unknown("Class", registered or name, {own for _, own in _classes})


def find_function(name: str) -> Any:
    """Returns the function that a configuration names.

    Raises:
        UnknownNameError: If neither the library nor the caller knows it.
    """
    found = registry.find_custom(str(name)) or _named.get(str(name))
    found = found or named("Function", str(name))
    if found is None:
        raise _unknown("Function", name, {*_named, *registry.get_custom_objects()})
    return found


def _unknown(kind: str, name: str, known: set[str]) -> UnknownNameError:
    error = UnknownNameError(kind, name, known)
    error.add_note(
        "If it is your own, register it with "
        "`keryx.saving.register_keras_serializable` or pass it in `custom_objects`."
    )
    return error


def deserialize(data: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns what `serialize` described.

    Args:
        data: Plain data.
        custom_objects: Classes and functions by the names that the data uses.

    Raises:
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
        FileError: If it holds the code of a function.
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
    if name in _SPECIAL:
        return _SPECIAL[name](config)
    cls: Any = find_class(data.get("module"), name, data.get("registered_name"))
    if not inspect.isclass(cls):
        return cls
    value = _make(cls, config)
    build = data.get("build_config")
    if build and hasattr(value, "build_from_config"):
        value.build_from_config(build)
    return value


def _array(config: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array(config["value"], dtype=standardize_dtype(config["dtype"]))


def _slice(config: dict[str, Any]) -> slice:
    return slice(*(_deserialize(config[key]) for key in ("start", "stop", "step")))


def _code(config: Any) -> Any:
    raise FileError(
        "deserialize",
        expected="the name of a function",
        got="the code of a `lambda`, which is never run from a file",
        fix="Define the function with `def`, register it, and save the model again.",
    )


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "DTypePolicy": DTypePolicy.from_config,
    "function": find_function,
    "__tuple__": lambda config: tuple(_deserialize(v) for v in config["value"]),
    "__numpy__": _array,
    "__tensor__": _array,
    "__ellipsis__": lambda config: Ellipsis,
    "__slice__": _slice,
    "__lambda__": _code,
}


def _make(cls: Any, config: Any) -> Any:
    """Calls `from_config`, without settings that the constructor need not know."""
    # Imported here because that module builds on this one.
    from keryx._core.configurable import Configurable, parameters

    if not (isinstance(config, dict) and issubclass(cls, Configurable)):
        return cls.from_config(config)
    if not is_ours(getattr(cls.from_config, "__func__", cls)):
        return cls.from_config(config)
    unknown = set(config) - set(parameters(cls))
    inert = {k for k in unknown if config[k] is None or _NEUTRAL.get(k) == config[k]}
    if is_ours(cls):
        return cls.from_config(_without(config, inert))
    # A user's class, whose constructor need not take what every layer has.
    base = {key: config[key] for key in _BASE if key in unknown}
    given = _without(config, inert | set(base))
    if is_ours(cls.get_config):
        given = {key: _deserialize(item) for key, item in given.items()}
    value = cls.from_config(given)
    for key, item in base.items():
        if key != "dtype":
            setattr(value, key, item)
    return value


def _without(config: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: item for key, item in config.items() if key not in keys}
