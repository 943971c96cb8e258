"""Graphs of layer calls in old files, and the layers that stood for several."""

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

if TYPE_CHECKING:
    from keryx.dialects._configs import Source

Config = dict[str, Any]
Translate = Callable[[Config, "Source"], Config]
Numbers = dict[str, int]
_CONSTANT = "_CONSTANT_VALUE"
# The class that a mode of Keras 1's Merge is today.
MODES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
    "cos": "MergeCosine",
}


def functional(config: Config, source: "Source", translate: Translate) -> Config:
    """Returns the settings of a model made of a graph."""
    rows = config["layers"]
    names = {_name(row) for row in rows}
    shifts = _shifts(config, rows)
    made = []
    for row in rows:
        data = translate({k: v for k, v in row.items() if k != "inbound_nodes"}, source)
        if data["class_name"] == "InputLayer":
            data["config"].setdefault("name", _name(row))
        nodes = row.get("inbound_nodes") or []
        calls = [_call(node, names, shifts, source) for node in nodes]
        made.append({**data, "name": _name(row), "inbound_nodes": calls})
    nested = {row["name"] for row in made if row["class_name"] == "Functional"}
    result: Config = {
        "name": config.get("name"),
        "trainable": config.get("trainable", True),
        "layers": made,
    }
    for key in ("input_layers", "output_layers"):
        result[key] = _ends(config[key], shifts, nested)
    return result


def _name(row: Config) -> str:
    inner = row.get("config", {})
    own = inner.get("name") if isinstance(inner, dict) else None
    return str(row.get("name") or own)


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and not isinstance(value[1], bool)
    )


def _places(value: Any) -> list[Any]:
    """Returns all `[layer, call, output]` in nested lists and dicts."""
    if _is_place(value):
        return [value[:3], *(_places(value[3]) if len(value) == 4 else [])]
    if isinstance(value, dict):
        value = list(value.values())
    return [p for item in value for p in _places(item)] if isinstance(
        value, list | tuple) else []  # fmt: skip


def _shifts(config: Config, rows: list[Config]) -> Numbers:
    """Returns how many calls too many each layer's calls are counted from.

    Some versions count the making of a nested model as its first call, some do not:
    the largest number that is referred to tells.
    """
    used: Numbers = {}
    found = [*(row.get("inbound_nodes") or [] for row in rows),
             config["output_layers"], config["input_layers"]]  # fmt: skip
    for name, call, _ in _places(found):
        used[name] = max(used.get(name, 0), call)
    calls = {_name(row): len(row.get("inbound_nodes") or []) for row in rows}
    return {name: max(0, top - max(calls.get(name, 1), 1) + 1)
            for name, top in used.items()}  # fmt: skip


def _tensor(place: Any, shifts: Numbers) -> Config:
    name, call, output = place[:3]
    history = [name, max(call - shifts.get(name, 0), 0), output]
    config = {"shape": None, "dtype": "float32", "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def _call(node: Any, names: set[str], shifts: Numbers, source: "Source") -> Config:
    """Returns one call of a layer."""
    if isinstance(node, dict) and "args" in node:
        return node
    entries = [node] if _is_place(node) else node
    kwargs: Config = {}
    if isinstance(entries, list):
        for entry in entries:
            if _is_place(entry) and len(entry) == 4:
                kwargs = {**kwargs, **(entry[3] or {})}

    def fill(value: Any) -> Any:
        if _is_place(value) and value[0] == _CONSTANT:
            return value[2]
        if _is_place(value) and value[0] in names:
            return _tensor(value, shifts)
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [fill(item) for item in value]
        return value

    first = fill(entries)
    if isinstance(first, list) and len(first) == 1:
        first = first[0]
    call: Config = {"args": [first], "kwargs": fill(kwargs)}
    if "training" in kwargs and not source.tensorflow:
        call["fixed_training"] = True  # only `tf.keras` wrote it unasked
    return call


def _ends(value: Any, shifts: Numbers, nested: set[str]) -> Any:
    """Returns where a graph begins or ends, counted as Keras 3 does."""
    if _is_place(value):
        name, call, output = value[:3]
        return [name, max(call - shifts.get(name, 0), 0) + (name in nested), output]
    if isinstance(value, dict):
        return {key: _ends(item, shifts, nested) for key, item in value.items()}
    return [_ends(item, shifts, nested) for item in value]


# --- layers that stood for several ----------------------------------------------------


def merge(config: Config, source: "Source", translate: Translate) -> Config:
    """Returns the layer that a Merge was, or the model if it had branches."""
    mode = config.get("mode", "sum")
    if mode not in MODES or config.get("mode_type", "raw") != "raw":
        return {"class_name": "Merge", "config": config}
    source.note(f"`Merge(mode={mode!r})` is `{MODES[mode]}` today.")
    made = joined(mode, config)
    branches = config.get("layers")
    return made if not branches else _branched(made, branches, source, translate)


def joined(mode: str, config: Config) -> Config:
    """Returns the configuration of the layer that joins tensors as a mode did."""
    inner: Config = {"name": config["name"]} if config.get("name") else {}
    if mode == "concat":
        inner["axis"] = config.get("concat_axis", -1)
    if mode in ("dot", "cos"):
        inner["axes"] = dot_axes(config.get("dot_axes", -1))
    return {"module": "keras.layers", "class_name": MODES[mode], "config": inner,
            "registered_name": None}  # fmt: skip


def dot_axes(axes: Any) -> Any:
    """Returns the axes of a dot product: Keras 0 had a list for each tensor.

    Example:
        >>> dot_axes([[1], [2]]), dot_axes(-1)
        ([1, 2], -1)
    """
    if isinstance(axes, list | tuple):
        return [a[0] if isinstance(a, list | tuple) else a for a in axes]
    return axes


def _branched(
    made: Config, branches: list[Config], source: "Source", translate: Translate
) -> Config:
    """Returns a model that feeds each branch an input of its own and joins them."""
    rows: list[Config] = []
    starts, ends = [], []
    known: dict[str, int] = {}
    for number, branch in enumerate(branches):
        data = translate(branch, source)
        inner = data["config"]
        name = str(inner.get("name") or f"branch_{number + 1}")
        inner["name"] = name
        shape, dtype = _input_of(data)
        start = f"{name}_input_{number + 1}"
        rows.append(_row("InputLayer", start, {
            "batch_shape": shape, "dtype": dtype, "name": start}, []))  # fmt: skip
        starts.append([start, 0, 0])
        call = {"args": [_tensor([start, 0, 0], {})], "kwargs": {}}
        if name in known:
            rows[known[name]]["inbound_nodes"].append(call)
        else:
            known[name] = len(rows)
            rows.append({**data, "name": name, "inbound_nodes": [call]})
        calls = len(rows[known[name]]["inbound_nodes"]) - 1
        ends.append(_tensor([name, calls, 0], {}))
    label = made["config"].setdefault("name", "merge")
    rows.append({**made, "name": label,
                 "inbound_nodes": [{"args": [ends], "kwargs": {}}]})  # fmt: skip
    config = {"name": f"{label}_branches", "trainable": True, "layers": rows,
              "input_layers": starts, "output_layers": [[label, 0, 0]]}  # fmt: skip
    return {"module": "keras.models", "class_name": "Functional", "config": config,
            "registered_name": None}  # fmt: skip


def _row(name: str, label: str, config: Config, calls: list[Any]) -> Config:
    return {"module": "keras.layers", "class_name": name, "config": config,
            "registered_name": None, "name": label,
            "inbound_nodes": calls}  # fmt: skip


def _input_of(data: Config) -> tuple[Any, Any]:
    """Returns the shape and the type that a branch takes."""
    layers = data["config"].get("layers") or [{}]
    first = layers[0].get("config", {})
    return first.get("batch_shape"), first.get("dtype", "float32")


def time_distributed(
    name: str, config: Config, source: "Source", translate: Translate
) -> Config:
    """Returns `TimeDistributed(Dense)` for Keras 1's `TimeDistributedDense`."""
    if name != "TimeDistributedDense":
        return {"class_name": name, "config": config}
    source.note("`TimeDistributedDense` is `TimeDistributed(Dense)` today.")
    label = str(config.get("name", "time_distributed"))
    inner = {**config, "name": f"{label}_dense"}
    inner = {k: v for k, v in inner.items() if k != "input_length"}
    data = translate({"class_name": "Dense", "config": inner}, source)
    made: Config = {"name": label, "layer": data}
    if "trainable" in config:
        made["trainable"] = config["trainable"]
    return {"module": "keras.layers", "class_name": "TimeDistributed", "config": made,
            "registered_name": None}  # fmt: skip
