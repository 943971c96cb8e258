"""Configurations in the spelling that both Keras 2 and Keras 3 read in `.h5` files."""

from typing import Any

from keryx import losses
from keryx._core import tree

# Settings that Keras 2 does not know; left out where they have these values.
_NEWER: dict[str, Any] = {
    **dict.fromkeys(("input_axes", "output_axes", "loss_scale_factor"), None),
    **dict.fromkeys(("gradient_accumulation_steps", "quantization_config"), None),
    **{"zero_output_for_mask": False, "rms_scaling": False, "optional": False},
}
_NEWER_IN: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
                    {"seed": None}),
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell"), {"seed": None}),
    "ZeroPadding1D": {"data_format": "channels_last"},
}  # fmt: skip
# Settings of optimizers that those of Keras 2 do not have.
_SHARED: dict[str, Any] = {
    **dict.fromkeys(("weight_decay", "clipnorm", "clipvalue", "global_clipnorm"), None),
    **{"use_ema": False, "ema_momentum": 0.99, "ema_overwrite_frequency": None},
}
_MODELS = ("Sequential", "Functional", "Model")


class _NeedsKeras3(Exception):
    """A graph has a call that Keras 2 cannot spell."""


def both(data: dict[str, Any]) -> dict[str, Any]:
    """Returns a model's configuration as both read it, or else as Keras 3 does."""
    try:
        return _object(data, old=True)
    except _NeedsKeras3:
        return _object(data, old=False)


def training(config: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments of `compile` as both read them."""
    options = {k: _value(v, old=True) for k, v in config.items() if k != "optimizer"}
    options["loss"] = tree.map_leaves(_full_name, options.get("loss"))
    optimizer = _object(config["optimizer"], old=True)
    settings = optimizer["config"].items()
    kept = {k: v for k, v in settings if k not in _SHARED or v != _SHARED[k]}
    return {**options, "optimizer_config": {**optimizer, "config": kept}}


def _full_name(loss: Any) -> Any:
    """Returns a loss without its abbreviation, which Keras 3 takes for a metric's."""
    if not isinstance(loss, str):
        return loss
    return getattr(losses.get(loss), "__name__", loss)


def _object(data: dict[str, Any], *, old: bool) -> dict[str, Any]:
    """Returns a layer or an optimizer by the name of its class alone."""
    name = data["class_name"]
    custom = data.get("registered_name") if _is_custom(data) else None
    config = _config(name, data["config"], old=old)
    return {"class_name": custom or name, "config": config}


def _is_custom(data: dict[str, Any]) -> bool:
    return not str(data.get("module", "keras")).startswith("keras")


def _config(name: str, config: Any, *, old: bool) -> Any:
    if not isinstance(config, dict):
        return config
    newer = {**_NEWER, **_NEWER_IN.get(name, {})}
    kept = {
        key: _value(item, old=old)
        for key, item in config.items()
        if key != "layers" and not (key in newer and item == newer[key])
    }
    if name == "InputLayer" and old:
        kept["batch_input_shape"] = kept.pop("batch_shape")
        kept |= {"sparse": False, "ragged": False}
    if name == "Bidirectional":
        for part in ("layer", "backward_layer"):  # it sets this itself
            if isinstance(kept.get(part), dict):
                kept[part]["config"].pop("zero_output_for_mask", None)
    if "layers" in config:
        kept["layers"] = [_row(row, old=old) for row in config["layers"]]
        if old:  # Keras 2 has no such setting of a model
            kept.pop("dtype", None)
    return kept


def _row(row: dict[str, Any], *, old: bool) -> dict[str, Any]:
    """Returns a layer of a model, with its calls."""
    made = _object(row, old=old)
    if "inbound_nodes" not in row:
        return made
    calls = row["inbound_nodes"]
    if old and calls and row["class_name"] in _MODELS:
        # Keras 2 counts the calls of a model from 1, Keras 3 from 0.
        raise _NeedsKeras3
    shown = [_call(call) for call in calls] if old else _value(calls, old=False)
    return {**made, "name": row["name"], "inbound_nodes": shown}


def _call(call: dict[str, Any]) -> list[Any]:
    """Returns a call as the list of tensors that it takes."""
    args, kwargs = call["args"], call["kwargs"]
    options = {key: item for key, item in kwargs.items() if item is not None}
    if options.get("training") is False and not call.get("fixed_training"):
        del options["training"]
    if len(args) != 1 or not all(_is_plain(item) for item in options.values()):
        raise _NeedsKeras3
    tensors = args[0] if isinstance(args[0], list | tuple) else [args[0]]
    return [[*_place(tensor), options] for tensor in tensors]


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _place(tensor: Any) -> list[Any]:
    if not isinstance(tensor, dict) or tensor.get("class_name") != "__keras_tensor__":
        raise _NeedsKeras3
    return list(tensor["config"]["keras_history"])


def _value(value: Any, *, old: bool) -> Any:
    if isinstance(value, list | tuple):
        return [_value(item, old=old) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "DTypePolicy" and old:
        return value["config"]["name"]
    if "class_name" in value and "config" in value:
        return {
            **value,
            "config": _config(value["class_name"], value["config"], old=old),
        }
    return {key: _value(item, old=old) for key, item in value.items()}
