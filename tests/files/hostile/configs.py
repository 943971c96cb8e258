"""Hostile configurations: what `config.json`, `model_config` or a JSON text may say."""

import base64
import copy
import marshal
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

Config = dict[str, Any]
MARK = "<hostile>"  # file name of all hostile code


def row(name: str, config: Any, module: Any = "keras.layers", **more: Any) -> Config:
    """Returns the serialized form of an object, as Keras 3 writes it."""
    data = {"module": module, "class_name": name, "config": config}
    return {**data, "registered_name": None, **more}


def function(name: Any, module: str = "builtins") -> Config:
    return row("function", name, module, registered_name="function")


START = row("InputLayer", {"batch_shape": [None, 4], "name": "start"})


def dense(**changes: Any) -> Config:
    return row("Dense", {"name": "dense", "units": 3, **changes})


def sequential(*layers: Any, **more: Any) -> Config:
    inner = {"name": "m", "trainable": True, "layers": [START, *layers]}
    return row("Sequential", inner, "keras", **more)


GOOD = sequential(dense(), compile_config={"optimizer": "sgd", "loss": "mse"})


def compiled(**changes: Any) -> Config:
    return sequential(
        dense(), compile_config={"optimizer": "sgd", "loss": "mse", **changes}
    )


def tensor(*history: Any) -> Config:
    inner = {"shape": [None, 4], "dtype": "float32", "keras_history": list(history)}
    return {"class_name": "__keras_tensor__", "config": inner}


def call(*args: Any, **kwargs: Any) -> Config:
    return {"args": list(args), "kwargs": kwargs}


def functional(*layers: Any, ends: Any = ("dense", 0, 0), **more: Any) -> Config:
    inner = {
        "name": "m",
        "layers": [{**START, "name": "start", "inbound_nodes": []}, *layers],
        "input_layers": ["start", 0, 0],
        "output_layers": list(ends),
    }
    return row("Functional", {**inner, **more}, "keras.src.models.functional")


def step(name: str, *calls: Any, **changes: Any) -> Config:
    layer = dense(**{"name": name, "units": 4, **changes})
    return {**layer, "name": name, "inbound_nodes": list(calls)}


def lambda_layer(code: Any, **more: Any) -> Config:
    return row("Lambda", {"name": "lambda", "function": code, **more})


SLOTS: dict[str, Callable[[Any], Config]] = {
    "layer": lambda it: sequential(it, dense()),
    "activation": lambda it: sequential(dense(activation=it)),
    "initializer": lambda it: sequential(dense(kernel_initializer=it)),
    "regularizer": lambda it: sequential(dense(kernel_regularizer=it)),
    "activity": lambda it: sequential(dense(activity_regularizer=it)),
    "constraint": lambda it: sequential(dense(bias_constraint=it)),
    "dtype": lambda it: sequential(dense(dtype=it)),
    "wrapped": lambda it: sequential(row("TimeDistributed", {"layer": it}), dense()),
    "lambda": lambda it: sequential(lambda_layer(it), dense()),
    "lambda_mask": lambda it: sequential(lambda_layer("relu", mask=it), dense()),
    "call": lambda it: functional(step("dense", call(tensor("start", 0, 0), it))),
    "call_option": lambda it: functional(
        step("dense", call(tensor("start", 0, 0), training=it))
    ),
    "optimizer": lambda it: compiled(optimizer=it),
    "rate": lambda it: compiled(
        optimizer=row("SGD", {"learning_rate": it}, "keras.optimizers")
    ),
    "loss": lambda it: compiled(loss=it),
    "losses": lambda it: compiled(loss={"dense": it}),
    "metric": lambda it: compiled(metrics=[it]),
    "compile_option": lambda it: compiled(jit_compile=it),
    "model": lambda it: it,
}


# --- code ---------------------------------------------------------------------------


def bytecode(canary: Path) -> str:
    """Returns the code of a function that writes the canary, as Lambdas hold it."""
    text = f"lambda x: open({str(canary)!r}, 'w').write('run')"
    code = compile(text, MARK, "eval").co_consts[0]
    return base64.b64encode(marshal.dumps(code)).decode()


def keras3_code(canary: Path) -> Config:
    inner = {"code": bytecode(canary), "defaults": None, "closure": None}
    return {"class_name": "__lambda__", "config": inner}


def keras2_code(canary: Path) -> list[Any]:
    return [bytecode(canary), None, None]


class Trap:
    """Writes the canary when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        return exec, (f"open({str(self.canary)!r}, 'w').write('run')",)


def pickled(canary: Path) -> str:
    return base64.b64encode(pickle.dumps(Trap(canary))).decode()


# --- objects that do something ------------------------------------------------------

COMMAND = "touch canary"
STRANGERS: dict[str, Any] = {
    "os_system": ("os", "system", {"command": COMMAND}),
    "subprocess": ("subprocess", "Popen", {"args": ["touch", "canary"]}),
    "builtins_eval": ("builtins", "eval", {"source": "open('canary', 'w')"}),
    "builtins_exec": ("builtins", "exec", ["open('canary', 'w')"]),
    "evil_module": ("evil", "Evil", {}),
    "module_path": ("evil.Evil", "run", {}),
    "pathlib": ("pathlib", "Path", {"name": "/etc/passwd"}),
    "get_file": (
        *("keras.utils", "get_file"),
        {"fname": "canary", "origin": "http://127.0.0.1:9/x"},
    ),
    "unsafe_switch": ("keras.config", "enable_unsafe_deserialization", {}),
    "set_attribute": (
        *("keras.src.backend.common.global_state", "set_global_attribute"),
        {"name": "safe_mode_saving", "value": False},
    ),
    "load_model": (
        *("keras.saving", "load_model"),
        {"filepath": "{outside}/secret.keras", "safe_mode": False},
    ),
    "our_load_model": (
        "keryx.saving._api",
        "load_model",
        {"filepath": "{outside}/secret.keras"},
    ),
    "our_replacing": ("keryx._core.files", "replacing", {"path": "{outside}/x"}),
    "our_get_file": (
        "keryx._core.get_file",
        "get_file",
        {"fname": "canary", "origin": "file://{outside}/secret.txt"},
    ),
    "custom_scope": ("keras.saving", "CustomObjectScope", {"custom_objects": {}}),
    "plot_model": ("keras.utils", "plot_model", {"to_file": "{outside}/x.png"}),
    "legacy_module": ("keras.utils.data_utils", "get_file", {"fname": "x"}),
    "tf_saved_model": (
        *("keras.layers", "TFSMLayer"),
        {"filepath": "{outside}/saved_model", "call_endpoint": "serve"},
    ),
    "torch_wrapper": (
        "keras.layers",
        "TorchModuleWrapper",
        {"module": "{pickle}", "name": "torch"},
    ),
    "jax_layer": (
        "keras.layers",
        "JaxLayer",
        {"call_fn": function("system", "os"), "name": "jax"},
    ),
    "string_lookup": (
        *("keras.layers", "StringLookup"),
        {"vocabulary": "{outside}/secret.txt"},
    ),
    "string_lookup_url": (
        "keras.layers",
        "StringLookup",
        {"vocabulary": "http://127.0.0.1:9/x"},
    ),
    "string_lookup_bucket": (
        "keras.layers",
        "StringLookup",
        {"vocabulary": "gs://bucket/x"},
    ),
    "integer_lookup": (
        *("keras.layers", "IntegerLookup"),
        {"vocabulary": "file://{outside}/secret.txt"},
    ),
    "text_vectorization": (
        *("keras.layers", "TextVectorization"),
        {"vocabulary": "{outside}/secret.txt"},
    ),
    "csv_logger": ("keras.callbacks", "CSVLogger", {"filename": "{outside}/x.csv"}),
    "checkpoint": (
        *("keras.callbacks", "ModelCheckpoint"),
        {"filepath": "{outside}/x.keras"},
    ),
    "backup": ("keras.callbacks", "BackupAndRestore", {"backup_dir": "{outside}/b"}),
    "monitor": ("keras.callbacks", "RemoteMonitor", {"root": "http://127.0.0.1:9"}),
    "lambda_callback": (
        "keras.callbacks",
        "LambdaCallback",
        {"on_train_begin": function("system", "os")},
    ),
}


def filled(value: Any, outside: Path) -> Any:
    """Returns a configuration with places and code in it."""
    if isinstance(value, str):
        if value == "{pickle}":
            return pickled(outside / "canary")
        return value.replace("{outside}", str(outside))
    if isinstance(value, dict):
        return {key: filled(item, outside) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, outside) for item in value]
    return value


def stranger(name: str, slot: str, *, as_function: bool = False) -> Any:
    """Returns the maker of a configuration that names what no file may name."""
    module, own, config = STRANGERS[name]
    it = function(own, module) if as_function else row(own, config, module)

    def make(outside: Path) -> Config:
        return filled(SLOTS[slot](copy.deepcopy(it)), outside)

    return make


def coded(code: Callable[[Path], Any], slot: str, **more: Any) -> Any:
    """Returns the maker of a configuration that holds code in a place."""

    def make(outside: Path) -> Config:
        it = code(outside / "canary")
        data = SLOTS[slot](it)
        if slot == "lambda":
            data["config"]["layers"][1]["config"].update(more)
        return data

    return make


def fixed(config: Any) -> Any:
    """Returns the maker of a configuration that says the same always."""
    return lambda outside: filled(copy.deepcopy(config), outside)


def without_module(make: Any) -> Any:
    """Returns a maker of the same configuration as older versions wrote it."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            left_out = ("module", "registered_name") if "class_name" in value else ()
            return {k: strip(v) for k, v in value.items() if k not in left_out}
        return [strip(item) for item in value] if isinstance(value, list) else value

    return lambda outside: strip(make(outside))


def two_stage(outside: Path) -> Config:
    switch = filled(row("enable_unsafe_deserialization", {}, "keras.config"), outside)
    return sequential(switch, lambda_layer(keras3_code(outside / "canary")), dense())


def inside(depth: int, wrapper: str = "TimeDistributed") -> Config:
    """Returns a model with a layer in that many others."""
    layer = dense()
    for _ in range(depth):
        layer = row(wrapper, {"layer": layer})
    return sequential(layer)


def nested_list(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value
