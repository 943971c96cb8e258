"""Whole models and weights in HDF5 files by layer: `.h5` of Keras 1, 2 and 3."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from keryx._core import registry
from keryx._core.errors import FileError
from keryx._core.hook import Hook
from keryx.saving import _h5, _legacy_h5, _legacy_optimizer
from keryx.saving._build import compile_model, make_model
from keryx.saving._h5_write import OWN_COMPILE, OWN_CONFIG
from keryx.saving._legacy_h5 import Era, Saved
from keryx.saving._match import match
from keryx.saving._restore import complain

CONFIG, TRAINING = "model_config", "training_config"


def load(path: Path, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """Returns the model that a file holds.

    Raises:
        FileError: If the file is damaged, unsafe, or does not fit together.
        UnknownNameError: If it names a class that is neither the library's, registered,
            nor passed.
    """
    where = str(path)
    with _h5.opened(path, where) as file:
        contents = _h5.contents(file, where)
        era = _legacy_h5.era(file, where)
        config, notes = architecture(file, era, where)
        saved = _legacy_h5.layers(contents, where)
        _settle_resets(config, saved)
        with registry.custom_object_scope(custom_objects):
            size = _h5.file_size(file)
            model = make_model(config, f"{CONFIG} in {where}", size)
            found = match(model, saved, era, where)
            complain(found.plan, where, model, skip_mismatch=False)
            found.plan.assign(fresh=True)
            notes += found.notes
            if compile:
                notes += _compile(model, file, era, where)
        if model.compiled and _legacy_h5.OPTIMIZER in contents.groups:
            rows = _legacy_h5.rows(contents, _legacy_h5.OPTIMIZER, where)
            _legacy_optimizer.restore(model.optimizer, rows, where, fresh=True)
    remember(model, notes)
    return model


def load_weights(
    model: Any, path: Path, *, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Reads weights by layer into a model.

    Args:
        model: The model.
        path: A file of weights or of a whole model.
        skip_mismatch: Whether to warn, and go on, if something does not fit.
        by_name: Whether layers are found by name instead of in order.
    """
    where = str(path)
    with _h5.opened(path, where) as file:
        contents = _h5.contents(file, where)
        era = _legacy_h5.era(file, where)
        saved = _legacy_h5.layers(contents, where)
        found = match(model, saved, era, where, by_name=by_name)
        complain(found.plan, where, model, skip_mismatch=skip_mismatch)
        found.plan.assign()
    remember(model, found.notes)


def remember(model: Any, notes: Sequence[str]) -> None:
    """Keeps what was converted, for `conversions`."""
    model.__dict__["_conversions"] = tuple(notes)


def conversions(model: Any) -> list[str]:
    """Returns what was converted when a model or its weights were last loaded.

    Files of older Keras spell arguments in other ways and lay arrays out otherwise;
    each change made to what a file says is one sentence here.

    Example:
        >>> from keryx.models import Sequential
        >>> conversions(Sequential())
        []

    Args:
        model: A model that was loaded, or that loaded weights.
    """
    return list(model.__dict__.get("_conversions", ()))


def architecture(file: Any, era: Era, where: str) -> tuple[Any, list[str]]:
    """Returns the configuration of a file's model as of today, and what was changed.

    Raises:
        FileError: If there is none.
    """
    own = read_json(file, OWN_CONFIG, where)
    config = read_json(file, CONFIG, where)
    if own is not None:
        return own, []
    if config is None:
        raise FileError(
            where,
            expected="the file of a whole model",
            got="weights alone",
            fix="Make the model, then call its `load_weights`.",
        )
    if Hook.config is None or not era.before(3):
        return config, []
    return Hook.config(config, era.text, era.backend)


def read_json(file: Any, name: str, where: str) -> Any:
    """Returns an attribute's text as data, or `None` if it is not there."""
    text = _h5.text(file, name, where)
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(
            f"{name} in {where}", expected="JSON", got=f"{error}"
        ) from error


def _compile(model: Any, file: Any, era: Era, where: str) -> list[str]:
    """Compiles a model as its file says, if it does; returns what was changed."""
    own = read_json(file, OWN_COMPILE, where)
    config = own or read_json(file, TRAINING, where)
    if not config:
        return []
    notes: list[str] = []
    _unregister(config)
    if Hook.training is not None and era.before(3):
        config, notes = Hook.training(config, era.text)
    if not isinstance(config, dict):
        raise FileError(
            f"{TRAINING} in {where}",
            expected="the arguments of `compile`",
            got=f"a {type(config).__name__}",
            fix="Load it with `compile=False`, and compile it yourself.",
        )
    config = dict(config)
    if "optimizer_config" in config:
        config["optimizer"] = config.pop("optimizer_config")
    compile_model(model, config, f"{TRAINING} in {where}", _h5.file_size(file))
    return notes


def _unregister(config: Any) -> None:
    """Calls an optimizer of tf.keras 2.11 by its own name: "Custom>Adam" → "Adam"."""
    found = config.get("optimizer_config") if isinstance(config, dict) else None
    name = found.get("class_name") if isinstance(found, dict) else None
    if not isinstance(name, str) or registry.find_custom(name) is not None:
        return
    config["optimizer_config"]["class_name"] = name.removeprefix("Custom>")


# --- GRU --------------------------------------------------------------------------


def _settle_resets(config: Any, saved: Sequence[Saved]) -> None:
    """Lets each GRU reset its state where the shape of its bias says it did."""
    biases = {one.name: _bias_ranks(one) for one in saved}
    for top in _layers(config):
        name = _name(top)
        ranks = biases.get(name) if name else None
        grus = [row for row in _walk(top) if row.get("class_name") == "GRU"]
        if ranks is None or len(ranks) != 1:
            continue
        for row in grus:
            row["config"]["reset_after"] = ranks == {2}


def _bias_ranks(saved: Saved) -> set[int]:
    """Returns how many axes the arrays called biases have."""
    names = ((name.rpartition("/")[2], array) for name, array in saved.rows)
    return {len(array.shape) for name, array in names if name.startswith("bias")}


def _layers(config: Any) -> list[Any]:
    inner = config.get("config") if isinstance(config, dict) else None
    rows = inner.get("layers") if isinstance(inner, dict) else inner
    return (
        [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def _name(row: Any) -> str | None:
    inner = row.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    name = name if name is not None else row.get("name")
    return name if isinstance(name, str) else None


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    """Yields the configurations of the objects in a configuration."""
    if isinstance(value, dict):
        if isinstance(value.get("config"), dict):
            yield value
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)
