"""The arguments of `compile` in old files, in the form of today."""

from typing import Any

from keryx import losses, metrics, optimizers
from keryx._core import configurable
from keryx.dialects import _interpreter
from keryx.dialects._configs import Source, source_of
from keryx.optimizers.schedules import InverseTimeDecay

Config = dict[str, Any]
NAMES = {
    "kullback_leibler_divergence": "kl_divergence",
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
}
_REDUCTIONS = {"auto": "sum_over_batch_size", "sum_over_batch_size":
               "sum_over_batch_size", "sum": "sum", "none": None}  # fmt: skip


def translate_training(
    training_config: Config, keras_version: str | None = None
) -> tuple[Config, list[str]]:
    """Returns the arguments of `compile` in today's form, and what changed.

    Example:
        >>> old = {"optimizer_config": {"class_name": "SGD", "config": {"lr": 0.1}},
        ...        "loss": "mse", "metrics": ["accuracy"], "sample_weight_mode": None}
        >>> new, notes = translate_training(old, "2.1.5")
        >>> new["optimizer"]["config"], new["metrics"]
        ({'learning_rate': 0.1}, ['accuracy'])

    Args:
        training_config: `optimizer_config`, `loss`, `metrics` and so on.
        keras_version: The version that wrote it.

    Returns:
        What `compile_from_config` takes, and sentences about the conversions.
    """
    source = source_of(training_config, keras_version or "2")
    if source.version[0] >= 3:
        today = {"optimizer_config": "optimizer"}  # so in Keras 3's HDF5 files as well
        return {today.get(k, k): v for k, v in training_config.items()}, []
    made: Config = {
        "loss": _each(_loss, training_config.get("loss")),
        "loss_weights": training_config.get("loss_weights"),
        "metrics": _row(_each(_metric, training_config.get("metrics"))),
        "weighted_metrics": _row(
            _each(_metric, training_config.get("weighted_metrics"))
        ),
    }
    optimizer = _optimizer(training_config.get("optimizer_config") or {}, source)
    if optimizer is not None:
        made["optimizer"] = optimizer
    if training_config.get("sample_weight_mode") is not None:
        source.note("`sample_weight_mode` is left out: weights may have a time axis.")
    return {k: v for k, v in made.items() if v is not None}, source.notes


def _optimizer(row: Config, source: Source) -> Config | None:
    """Returns the optimizer, `decay` and the old meaning of `clipnorm` included."""
    name = str(row.get("class_name") or row.get("name") or "")
    config = row.get("config") or {k: v for k, v in row.items() if k != "name"}
    cls = vars(optimizers).get(name) or vars(optimizers).get(name.capitalize())
    if not isinstance(cls, type):
        if name:
            source.note(f"The optimizer {name!r} is none of Keras's; it is left out.")
        return None
    config = dict(config)
    if source.version[0] < 2 or not source.tensorflow:
        config = {("global_clipnorm" if k == "clipnorm" else k): v
                  for k, v in config.items()}  # fmt: skip
    config["learning_rate"] = _rate(cls, config, source)
    for key in ("lr", "decay"):
        config.pop(key, None)
    if cls.__name__ == "Adagrad" and not source.tensorflow:
        config.setdefault("initial_accumulator_value", 0.0)
    allowed = configurable.parameters(cls)
    made = _interpreter.keywords(cls, config)
    made = {key: value for key, value in made.items() if key in allowed}
    return {"module": "keras.optimizers", "class_name": cls.__name__, "config": made,
            "registered_name": None}  # fmt: skip


def _rate(cls: type, config: Config, source: Source) -> Any:
    default = configurable.parameters(cls)["learning_rate"].default
    rate = config.get("lr", config.get("learning_rate", default))
    if isinstance(rate, dict) or not config.get("decay"):
        return rate
    source.note("`decay` is an `InverseTimeDecay` of the learning rate today.")
    schedule = InverseTimeDecay(float(rate), 1, float(config["decay"]))
    return {"module": "keras.optimizers.schedules", "class_name": "InverseTimeDecay",
            "config": schedule.get_config(), "registered_name": None}  # fmt: skip


def _each(change: Any, value: Any) -> Any:
    """Changes every loss or metric in nested lists and dicts."""
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _each(change, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(change, item) for item in value]
    return change(value)


def _loss(value: Any) -> Any:
    if isinstance(value, str):
        return NAMES.get(value, value)
    if not isinstance(value, dict):
        return value
    return _object(value, losses, "Loss")


def _metric(value: Any) -> Any:
    if isinstance(value, str):
        return NAMES.get(value, value)
    if not isinstance(value, dict):
        return value
    config = value.get("config", {})
    function = config.get("fn")
    if value["class_name"] == "MeanMetricWrapper" and isinstance(function, str):
        return _of_function(NAMES.get(function, function), config.get("name"))
    return _object(value, metrics, "Metric")


def _of_function(function: str, name: Any) -> Any:
    """Returns the class of a metric that was a function: it knows its shapes."""
    cls = type(metrics.deserialize(function))
    known = vars(metrics).get("".join(w.capitalize() for w in function.split("_")))
    if isinstance(known, type):
        cls = known
    if cls.__module__.startswith("keryx.") and cls.__name__ in vars(metrics):
        return {"module": "keras.metrics", "class_name": cls.__name__,
                "config": {"name": name or function},
                "registered_name": None}  # fmt: skip
    return function


def _object(value: Config, module: Any, kind: str) -> Config:
    """Returns a loss or a metric with those settings that it has today."""
    name, config = str(value["class_name"]), dict(value.get("config") or {})
    cls = vars(module).get(name)
    if not isinstance(cls, type):
        return value
    if "reduction" in config:
        reduction = config["reduction"]
        config["reduction"] = _REDUCTIONS.get(str(reduction), reduction)
    allowed = configurable.parameters(cls)
    return {
        "module": f"keras.{kind.lower()}{'es' if kind == 'Loss' else 's'}",
        "class_name": name,
        "config": {k: v for k, v in config.items() if k in allowed},
        "registered_name": None,
    }


def _row(value: Any) -> Any:
    """Returns the metrics of a single output without the list around them."""
    single = isinstance(value, list) and len(value) == 1 and isinstance(value[0], list)
    return value[0] if single else value
