"""Architectures as JSON or YAML."""

import json
from typing import Any

from keryx._core import registry, serial
from keryx._core.errors import FileError
from keryx._core.hook import Hook
from keryx.saving._build import make_model
from keryx.saving._legacy_h5 import parse_version
from keryx.saving._model_h5 import remember


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """Returns a model from the result of `to_json`, of Keras of any version.

    Example:
        >>> from keryx.layers import Dense, Input
        >>> from keryx.models import Sequential
        >>> model = Sequential([Input((3,)), Dense(2)])
        >>> model_from_json(model.to_json()).count_params()
        8

    Args:
        json_string: The architecture.
        custom_objects: Classes and functions by the names that it uses.

    Raises:
        FileError: If it is no JSON, or does not describe a model.
        UnknownNameError: If it names a class that is not known.
    """
    try:
        config = json.loads(json_string)
    except (TypeError, ValueError, RecursionError) as error:
        raise FileError("model_from_json", expected="JSON", got=f"{error}") from error
    return model_from_config(config, custom_objects)


def model_from_config(config: Any, custom_objects: Any = None) -> Any:
    """Returns a model from its class's name and its configuration.

    Args:
        config: What `to_json` gives, as data.
        custom_objects: Classes and functions by the names that it uses.

    Raises:
        FileError: If it does not describe a model.
        UnknownNameError: If it names a class that is not known.
    """
    config, notes = today(config)
    with registry.custom_object_scope(custom_objects):
        model = make_model(config, "model configuration")
    remember(model, notes)
    return model


def today(config: Any) -> tuple[Any, list[str]]:
    """Returns a configuration as of today, and what was changed.

    One of Keras 3 says in which module its class is; older ones say their version.
    """
    if not isinstance(config, dict) or "module" in config or Hook.config is None:
        return config, []
    version = str(config.get("keras_version", "1"))
    if parse_version(version) >= (3,):
        return config, []
    return Hook.config(config, version, config.get("backend"))


def to_yaml(model: Any, **options: Any) -> str:
    """Returns a model's architecture as YAML, if PyYAML is installed.

    Args:
        model: The model.
        options: Arguments of PyYAML's `safe_dump`.

    Raises:
        FileError: If PyYAML is not installed.
    """
    data = json.loads(json.dumps(serial.serialize(model)))
    return str(_yaml("to_yaml").safe_dump(data, **options))


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """Returns a model from YAML, as Keras 1 and 2 wrote it.

    Only plain data is read: YAML that asks for Python objects is refused.

    Args:
        yaml_string: The architecture.
        custom_objects: Classes and functions by the names that it uses.

    Raises:
        FileError: If PyYAML is not installed, or it is no YAML of plain data.
        UnknownNameError: If it names a class that is not known.
    """
    yaml = _yaml("model_from_yaml")
    if "!!python" in yaml_string or "tag:yaml.org,2002:python" in yaml_string:
        raise FileError(
            "model_from_yaml",
            expected="plain data",
            got="YAML that makes Python objects, which may run any program",
            fix="Write it as JSON where it was made: `model.to_json()`.",
        )
    try:
        config = yaml.load(yaml_string, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FileError("model_from_yaml", expected="YAML", got=f"{error}") from error
    return model_from_config(config, custom_objects)


def _yaml(function: str) -> Any:
    """Returns PyYAML, which is not one of our dependencies."""
    try:
        import yaml  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise FileError(
            f"`{function}`",
            expected="the package PyYAML",
            got="none",
            fix="Install it (`pip install pyyaml`), or use JSON: turn the YAML into "
            "JSON with any converter and call `model_from_json`.",
        ) from error
    return yaml
