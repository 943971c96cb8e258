"""What the settings of layers hold: initializers, regularizers, types. Pure."""

from typing import Any, TYPE_CHECKING

from keryx import constraints, initializers, regularizers
from keryx._core import configurable
from keryx.dialects import _interpreter

if TYPE_CHECKING:
    from keryx.dialects._configs import Source

Config = dict[str, Any]
# Classes of parts under the names that files have had for them.
_NAMES = {
    "WeightRegularizer": "L1L2",
    "L1L2Regularizer": "L1L2",
    "L1Regularizer": "L1L2",
    "L2Regularizer": "L1L2",
    "ActivityRegularizer": "L1L2",
    "MaxNorm": "MaxNorm",
    "NonNeg": "NonNeg",
    "UnitNorm": "UnitNorm",
    "MinMaxNorm": "MinMaxNorm",
}
_GATES = ("activation", "recurrent_activation", "inner_activation")
SLOPE = "`hard_sigmoid` had the slope 0.2; it is `hard_sigmoid_02` here."


def part(key: str, value: Any, source: "Source") -> Any:
    """Returns one setting in today's form."""
    if key in _GATES:
        return _activation(value, source)
    if key == "dtype":
        return dtype(value)
    if isinstance(value, dict) and "class_name" in value:
        return _object(str(value["class_name"]), value.get("config", {}))
    if isinstance(value, dict) and value.get("name") in _NAMES:
        settings = {k: v for k, v in value.items() if k != "name"}
        return _object(str(value["name"]), settings)
    return value


def _activation(value: Any, source: "Source") -> Any:
    if value == "hard_sigmoid":
        source.note(SLOPE)
        return "hard_sigmoid_02"
    return value


def dtype(value: Any) -> Any:
    """Returns an element type, or a policy for it."""
    if isinstance(value, dict) and value.get("class_name", "").startswith("Policy"):
        return {
            "module": "keras",
            "class_name": "DTypePolicy",
            "config": {"name": value["config"]["name"]},
            "registered_name": None,
        }
    return value


def _object(name: str, config: Any) -> Config:
    """Returns an initializer, a regularizer or a constraint."""
    name = _NAMES.get(name, name)
    cls = _find(name)
    if cls is None or not isinstance(config, dict):
        return {"class_name": name, "config": config}
    allowed = configurable.parameters(cls)
    made = _interpreter.keywords(cls, config)
    return {
        "class_name": name,
        "config": {key: item for key, item in made.items() if key in allowed},
    }


def function(config: Config) -> Config:
    """Returns the settings of a Lambda: code is marked as such, and is never run."""
    made = {k: v for k, v in config.items() if not k.endswith(("_type", "module"))}
    for key in ("function", "mask", "output_shape"):
        kind = config.get(f"{key}_type")
        if kind == "lambda" or (key == "function" and isinstance(made.get(key), list)):
            made[key] = {"class_name": "__lambda__", "config": {}}
        elif kind == "raw":
            made.pop(key)
    return made


def _find(name: str) -> Any:
    for module in (initializers, regularizers, constraints):
        found = vars(module).get(name)
        if isinstance(found, type) and hasattr(found, "get_config"):
            return found
    return None


def old_defaults(name: str, source: "Source") -> Config:
    """Returns the defaults of a layer in the version of a file, where others now.

    Example:
        >>> from keryx.dialects._configs import source_of
        >>> old_defaults("BatchNormalization", source_of({}, "1.0.5"))
        {'epsilon': 1e-06, 'momentum': 0.9}
    """
    version = source.version
    second = version < (2, 3, 0)
    if name in ("LSTM", "LSTMCell", "ConvLSTM2D"):
        return {"recurrent_activation": "hard_sigmoid_02"} if second else {}
    if name in ("GRU", "GRUCell"):
        gate = {"recurrent_activation": "hard_sigmoid_02"} if second else {}
        return gate if source.tensorflow and not second else {
            **gate, "reset_after": False}  # fmt: skip
    if name == "BatchNormalization":
        return _batch_norm(version)
    return {}


def _batch_norm(version: tuple[int, int, int]) -> Config:
    found: Config = {}
    if version < (1, 2, 0):
        found["epsilon"] = 1e-6 if version <= (1, 0, 7) else 1e-5
    if version <= (1, 0, 6):
        found["momentum"] = 0.9
    return found
