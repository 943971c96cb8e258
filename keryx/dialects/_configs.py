"""Configurations of models in old files, in the form of today.

Nothing is imported by a name from a file: a class is looked up in the tables and among
the layers, and one that is in neither is left as it is, for the caller's
`custom_objects`.
"""

import inspect
from typing import Any, NamedTuple

from keryx import layers
from keryx._core import configurable
from keryx.dialects import _config_graph, _config_parts, _interpreter
from keryx.dialects._load import load
from keryx.dialects._tables_modules import CLASSES, LAYERS

Config = dict[str, Any]
GRAPHS = ("Model", "Functional", "Container", "Network")
# Settings of a first layer that say what comes in.
_SHAPES = ("batch_input_shape", "input_dtype", "input_shape", "batch_shape")
_NEUTRAL: tuple[Any, ...] = (None, False, [], {}, "raw", "")


class Source(NamedTuple):
    """Where a configuration comes from.

    Attributes:
        version: The version of Keras that wrote it, as numbers.
        tensorflow: Whether that was `tf.keras`.
        notes: Sentences about the conversions made.
    """

    version: tuple[int, int, int]
    tensorflow: bool
    notes: list[str]

    def note(self, sentence: str) -> None:
        """Adds a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def source_of(config: Any, keras_version: str | None) -> Source:
    """Returns what wrote a configuration, told by its form if no version is given.

    Example:
        >>> source_of({}, "2.2.4-tf")[:2]
        ((2, 2, 4), True)
    """
    text = keras_version
    if text is None and isinstance(config, dict):
        text = config.get("keras_version")
    if text is None:
        text = "3" if _is_new(config) else "1" if _is_first(config) else "2"
    text = text.decode() if isinstance(text, bytes) else str(text)
    numbers = [int("".join(c for c in part if c.isdigit()) or 0)
               for part in text.partition("-")[0].split(".")[:3]]  # fmt: skip
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    tensorflow = "tf" in text or (major == 2 and minor >= 4)
    return Source((major, minor, patch), tensorflow, [])


def _is_new(config: Any) -> bool:
    return isinstance(config, dict) and "registered_name" in config


def _is_first(config: Any) -> bool:
    """Tells whether some layer has an argument that only Keras 1 knew."""
    if isinstance(config, dict):
        first = {"init", "nb_filter", "inner_init", "border_mode", "custom_name"}
        return bool(first & config.keys()) or any(map(_is_first, config.values()))
    return isinstance(config, list) and any(map(_is_first, config))


def translate_config(
    config: Config, keras_version: str | None = None, backend: str | None = None
) -> tuple[Config, list[str]]:
    """Returns the configuration of a model in the form of Keras 3, and what changed.

    Settings whose default changed are written out, so that the model computes what it
    did: `hard_sigmoid` in recurrent layers, `reset_after` of a GRU, `epsilon` and
    `momentum` of a BatchNormalization.

    Example:
        >>> old = {"class_name": "Dense", "config": {"output_dim": 2, "init": "zero"}}
        >>> translate_config(old, "1.2.2")[0]["config"]
        {'units': 2, 'kernel_initializer': 'zero'}

    Args:
        config: The configuration: `class_name` and `config` of a model or a layer.
        keras_version: The version that wrote it; told by its form if `None`.
        backend: The backend that wrote it; its mark is on the weights alone.

    Returns:
        The configuration for `keryx.saving`, and sentences about the conversions.
    """
    source = source_of(config, keras_version)
    if source.version[0] >= 3 or not isinstance(config, dict):
        return config, []
    made = layer(config, source)
    return made, source.notes


def layer(row: Config, source: Source) -> Config:
    """Returns the configuration of one layer or model."""
    name, config = _parts(row)
    if name == "Sequential":
        return _described("Sequential", sequential(config, source))
    if name in GRAPHS and "layers" in config:
        return _described("Functional", _config_graph.functional(config, source, layer))
    if name == "Merge":
        return _config_graph.merge(config, source, layer)
    if name in ("TimeDistributedDense", "TimeDistributedMerge"):
        return _config_graph.time_distributed(name, config, source, layer)
    cls = known_class(name)
    if cls is None:
        return {**row, "class_name": name, "config": config}
    if name in CLASSES:
        config = {**CLASSES[name][1], **config}
    if cls.__name__ != name:
        source.note(f"`{name}` is `{cls.__name__}` today.")
    made = layer_config(cls, config, source)
    full = f"Full{cls.__name__}"  # of Theano; in classes of their own
    if full in LAYERS and made.get("padding") == "full":
        return _described(full, made)
    return _described(cls.__name__, made)


def _parts(row: Config) -> tuple[str, Any]:
    """Returns the class name and the settings of a layer; Keras 0 had them in one."""
    if "class_name" in row:
        return str(row["class_name"]), row.get("config", {})
    config = {k: v for k, v in row.items() if k not in ("name", "custom_name")}
    config = {**config, **row.get("config", {})}
    if row.get("custom_name"):
        config["name"] = row["custom_name"]
    return str(row.get("name", "")), config


def _described(name: str, config: Any) -> Config:
    module = "keras.layers"
    if name in ("Sequential", "Functional"):
        module = "keras.models"
    return {
        "module": module,
        "class_name": name,
        "config": config,
        "registered_name": None,
    }


def known_class(name: str) -> Any:
    """Returns the layer that a file names, or `None` if it is none of Keras's."""
    if name in LAYERS or name in CLASSES:
        return load("_modules").old_class(name)
    found = vars(layers).get(name)
    known = inspect.isclass(found) and issubclass(found, layers.Layer)
    return found if known else None


def layer_config(cls: type, config: Config, source: Source) -> Config:
    """Returns the settings of a layer under their names of today."""
    allowed = configurable.parameters(cls)
    config = _config_parts.function(config) if cls is layers.Lambda else config
    given = {}
    for key, value in config.items():
        if key == "input_dim" and "input_dim" in config and "output_dim" not in allowed:
            continue
        if key == "input_length" or (key in _SHAPES and key not in allowed):
            continue
        if key in ("input_shape", "batch_shape") and cls.__name__ != "InputLayer":
            continue
        given[key] = _value(key, value, source)
    if cls.__name__ == "InputLayer":
        given = _input(config)
    made = _interpreter.keywords(cls, given)
    made = {k: v for k, v in made.items()
            if k in allowed or not _is_neutral(v)}  # fmt: skip
    _tell(cls, given, made, source)
    return {**made, **_defaults(cls, made, source)}


def _is_neutral(value: Any) -> bool:
    return any(value is v or (type(value) is type(v) and value == v) for v in _NEUTRAL)


def _tell(cls: type, given: Config, made: Config, source: Source) -> None:
    """Notes the arguments that have other names today."""
    gone = [key for key in given if key not in made]
    come = [key for key in made if key not in given]
    if gone and come:
        source.note(f"{cls.__name__}: {', '.join(gone)} read as {', '.join(come)}.")


def _input(config: Config) -> Config:
    """Returns the settings of an input."""
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    if shape is None:
        sizes: Any = config.get("input_shape", config.get("shape", ()))
        shape = (None, *sizes)
    dtype = config.get("input_dtype") or config.get("dtype") or "float32"
    made = {"batch_shape": list(shape), "dtype": _config_parts.dtype(dtype)}
    return {**made, **{k: config[k] for k in ("name",) if k in config}}


def _value(key: str, value: Any, source: Source) -> Any:
    """Returns one setting of a layer in today's form."""
    if isinstance(value, dict) and key in ("layer", "cell", "backward_layer"):
        return layer(value, source)
    if key == "cells" and isinstance(value, list):
        return [layer(cell, source) for cell in value]
    return _config_parts.part(key, value, source)


def _defaults(cls: type, made: Config, source: Source) -> Config:
    """Returns settings that the file leaves out and that had another default."""
    missing = {}
    for key, value in _config_parts.old_defaults(cls.__name__, source).items():
        if key not in made:
            missing[key] = value
            source.note(f"{cls.__name__}: `{key}` was {value!r} by default.")
    return missing


def sequential(config: Any, source: Source) -> Config:
    """Returns the settings of a Sequential: a list of layers up to 2.2.2."""
    config = {"layers": config} if isinstance(config, list) else dict(config)
    old = list(config.get("layers", ()))
    rows = [layer(row, source) for row in old]
    start = _start(old, rows, config)
    made: Config = {"layers": [*start, *rows]}
    if config.get("name"):
        made["name"] = config["name"]
    shape = config.get("build_input_shape")
    if shape is not None and not start:
        made["build_input_shape"] = shape
    return made


def _start(old: list[Config], rows: list[Config], config: Config) -> list[Config]:
    """Returns the input that the first layer's settings ask for, in a list."""
    if not rows or rows[0]["class_name"] in ("InputLayer", "Functional", "Sequential"):
        return []
    _, first = _parts(old[0])
    while isinstance(first, dict) and "batch_input_shape" not in first:
        inner = first.get("layer")
        if not isinstance(inner, dict):
            break
        first = _parts(inner)[1]
    shape = first.get("batch_input_shape")
    if shape is None and "input_shape" in first:
        shape = (None, *first["input_shape"])
    if shape is None and "input_dim" in first and "output_dim" in first:
        shape = (
            None if "embeddings_initializer" in first else (None, first["input_dim"])
        )
    if shape is None:
        return []
    name = _parts(old[0])[1].get("name")
    dtype = first.get("input_dtype") or "float32"
    given = {"batch_input_shape": shape, "dtype": dtype}
    if name:
        given["name"] = f"{name}_input"
    return [_described("InputLayer", _input(given))]
