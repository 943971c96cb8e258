"""Whole models and weights in HDF5 files by layer, which Keras 2 and 3 read.

A configuration is spelled as both understand it: without settings that only Keras 3
has, where they change nothing, and with calls as lists of tensors. A graph that needs
more, such as a model inside of it, is spelled as Keras 3 has it, and Keras 2 does not
read that. An attribute of our own keeps the configuration as it is.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core import files
from keryx._core.variable import Variable
from keryx._graph import walk
from keryx.saving import _assets, _h5, _legacy_h5
from keryx.saving._keras_archive import describe, FORMAT, warn_unbuilt
from keryx.saving._legacy_arrays import own_order
from keryx.saving._old_config import both, training

# Attributes of our own: the configurations unchanged.
OWN_CONFIG, OWN_COMPILE = "keryx_config", "keryx_compile"
MAX_ATTRIBUTE = 64_512  # bytes of one list, which the format limits


def save(model: Any, path: Path) -> None:
    """Writes a whole model.

    Raises:
        FileError: If part of the model cannot be described as data.
    """
    warn_unbuilt(model, path)
    _assets.refuse(model, str(path))
    data = describe(model)
    compiled = data.pop("compile_config", None)
    with files.replacing(path) as part, _h5.library().File(part, "w") as file:
        _about(file)
        file.attrs["model_config"] = json.dumps(both(data))
        file.attrs[OWN_CONFIG] = json.dumps(data)
        if compiled:
            file.attrs["training_config"] = json.dumps(training(compiled))
            file.attrs[OWN_COMPILE] = json.dumps(compiled)
        _write_layers(file.create_group(_legacy_h5.WEIGHTS), model)
        if model.optimizer is not None and model.optimizer.variables:
            group = file.create_group(_legacy_h5.OPTIMIZER)
            _write_rows(group, model.optimizer.variables)


def save_weights(model: Any, path: Path) -> None:
    """Writes a model's weights alone."""
    with files.replacing(path) as part, _h5.library().File(part, "w") as file:
        _write_layers(file, model)


def _about(group: Any) -> None:
    group.attrs["keras_version"] = FORMAT.encode()
    group.attrs["backend"] = b"jax"


def _write_layers(group: Any, model: Any) -> None:
    _about(group)
    layers = list(model.layers)
    names = [_h5.storable(layer.name) for layer in layers]
    _write_names(group, "layer_names", names)
    for layer in layers:
        variables = own_order(layer.weights, now=True)
        _write_rows(group.create_group(layer.name), variables)
    own = walk.own_variables(model)
    _write_rows(group.create_group(_legacy_h5.TOP), own)


def _write_rows(group: Any, variables: Sequence[Variable]) -> None:
    names = _unique(variable.path for variable in variables)
    _write_names(group, "weight_names", names)
    for name, variable in zip(names, variables, strict=True):
        _h5.write(group, {name: variable})


def _unique(names: Iterable[str]) -> list[str]:
    """Returns names of which none is another, nor a group with another one in it."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        free, count = name, 0
        while free in taken or any(part in found for part in _above(free)):
            count += 1
            free = f"{name}_{count}"
        found.append(free)
        taken |= {free, *_above(free)}
    return found


def _above(name: str) -> list[str]:
    """Returns the groups that a name is in."""
    parts = name.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _write_names(group: Any, name: str, values: Sequence[str]) -> None:
    """Writes a list of names as an attribute, in pieces if it is long."""
    encoded = np.array([value.encode() for value in values] or [], dtype="S")
    if encoded.nbytes <= MAX_ATTRIBUTE:
        group.attrs[name] = encoded if len(values) else np.empty(0)
        return
    pieces = -(-encoded.nbytes // MAX_ATTRIBUTE)
    for number, piece in enumerate(np.array_split(encoded, pieces)):
        group.attrs[f"{name}{number}"] = piece
