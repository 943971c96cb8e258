"""All hostile files: what each stands for, and how it is made.

Nothing here imports the library: `attack.py` does, in a process of its own.
"""

from typing import Any, NamedTuple

from tests.files.hostile import archives, arrays, configs, packs
from tests.files.hostile.configs import (
    call,
    coded,
    compiled,
    dense,
    fixed,
    function,
    functional,
    GOOD,
    inside,
    keras2_code,
    keras3_code,
    lambda_layer,
    nested_list,
    row,
    sequential,
    step,
    stranger,
    STRANGERS,
    tensor,
    two_stage,
    without_module,
)  # fmt: skip


class Case(NamedTuple):
    """A hostile file.

    Attributes:
        row: The advisory or the class of problem that it stands for.
        kind: What `make` makes; it decides through which functions the file is read.
        make: Makes it.
        harmless: How the names of the ways begin in which it may be read, because
            what is hostile has no effect there; "" for all.
    """

    row: str
    kind: str
    make: Any
    harmless: tuple[str, ...] = ()


ALL = ("",)
WEIGHTS = ("load_weights", "skip_mismatch")  # do not look at the configuration
LAYERS = ("deserialize_layers",)  # do not look at what is between the layers
UNCOMPILED = ("model_from", "deserialize", "from_config", "clone_model")
LAMBDA = "CVE-2024-3660"
NAMED = "CVE-2025-1550"
GADGET = "CVE-2025-8747"
SWITCH = "CVE-2025-9906"
PICKLE = "CVE-2025-49655"
DIRECT = "CVE-2026-12481"
LOOKUP = "CVE-2025-12058"
EXTERNAL = "CVE-2026-1669"
LINK = "CVE-2026-9335"
VIRTUAL = "CVE-2026-12480"
SHAPE = "CVE-2026-0897"
SUM = "CVE-2026-12570"
NAME = "CVE-2026-12479"
YAML = "CVE-2021-37678"
ZIP = "zip bombs and archives that lie"
REGISTERED = "registered_name"
JSON = "JSON that is no configuration"
SIZE = "more memory than the file has"

_ROW_OF = {
    "torch_wrapper": PICKLE,
    "jax_layer": PICKLE,
    "tf_saved_model": "CVE-2026-1462",
    **dict.fromkeys(("unsafe_switch", "set_attribute", "load_model"), SWITCH),
    **dict.fromkeys(("our_load_model", "custom_scope"), SWITCH),
    **dict.fromkeys(
        ("string_lookup", "string_lookup_url", "string_lookup_bucket"), LOOKUP
    ),
    **dict.fromkeys(("integer_lookup", "text_vectorization"), LOOKUP),
    **dict.fromkeys(
        ("get_file", "our_get_file", "our_replacing", "plot_model"), GADGET
    ),
    **dict.fromkeys(("legacy_module", "csv_logger", "checkpoint", "backup"), GADGET),
    **dict.fromkeys(("monitor", "lambda_callback"), GADGET),
}


_IN_COMPILE = ("optimizer", "rate", "loss", "losses", "metric", "compile_option")
_IN_CALL = ("call", "call_option")


def _slot_spares(slot: str) -> tuple[str, ...]:
    return UNCOMPILED if slot in _IN_COMPILE else LAYERS if slot in _IN_CALL else ()


def _config_spares(name: str) -> tuple[str, ...]:
    if name in ("optimizer_no_config", "same_name_twice"):
        return ALL
    if name.startswith(("compile_", "optimizer_", "loss_", "metric_", "optax")):
        return UNCOMPILED
    whole = ("graph_", "units_", "integer_", "layers_of_numbers")
    return (
        UNCOMPILED
        if name == "graph_ends_in_itself"
        else (LAYERS if name.startswith(whole) else ())
    )


def _archive_spares(name: str) -> tuple[str, ...]:
    if name in ("zip_count", "json_duplicate_keys"):
        return ALL
    of_config = name.startswith(("json_", "zip_config", "config_"))
    return WEIGHTS if of_config or name == "zip_link_config" else ()


def _strangers() -> dict[str, Case]:
    """Each stranger as a layer and as a function; some in every place."""
    found = {}
    for name in STRANGERS:
        about = _ROW_OF.get(name, NAMED)
        found[f"{name}_as_layer"] = Case(about, "config", stranger(name, "layer"))
        make = stranger(name, "activation", as_function=True)
        found[f"{name}_as_function"] = Case(about, "config", make)
    for slot in configs.SLOTS:
        for name in ("os_system", "checkpoint"):
            about = _ROW_OF.get(name, NAMED)
            make, spares = stranger(name, slot), _slot_spares(slot)
            found[f"{name}_in_{slot}"] = Case(about, "config", make, spares)
    return found


def _lambdas() -> dict[str, Case]:
    found = {
        f"lambda_in_{slot}": Case(
            LAMBDA, "config", coded(keras3_code, slot), _slot_spares(slot)
        )
        for slot in configs.SLOTS
    }
    old = {
        "lambda_keras2": {"function_type": "lambda", "module": "evil"},
        "lambda_keras2_raw": {"function_type": "raw"},
        "lambda_keras2_untyped": {},
        "lambda_output_shape": {"output_shape_type": "lambda", "output_shape": ["4w"]},
    }
    for name, more in old.items():
        make = coded(keras2_code, "lambda", **more)
        found[name] = Case(LAMBDA, "config", make)
        found[f"{name}_no_module"] = Case(DIRECT, "config", without_module(make))
    make = coded(keras3_code, "lambda")
    found["lambda_no_module"] = Case(DIRECT, "config", without_module(make))
    for name in ("m.h5", "m.hdf5", "m.keras", "m", "m.weights.h5"):
        found[f"lambda_h5_called_{name}"] = Case("CVE-2025-9905", f"h5:{name}", make)
    for name in ("m.h5", "m", "m.zip"):
        found[f"lambda_zip_called_{name}"] = Case(LAMBDA, f"zip:{name}", make)
    return found


_BASE = dense()["config"]
_CALLED = step("dense", call(tensor("start", 0, 0)))


def _graph(*history: Any) -> Any:
    """Returns a model with a layer that is called on what some call gave."""
    return fixed(functional(step("dense", call(tensor(*history)))))


CONFIGS: dict[str, tuple[str, Any]] = {
    "two_stage": (SWITCH, two_stage),
    "fn_module": (
        NAMED,
        fixed(sequential(lambda_layer(function("system", "os"), fn_module="os"))),
    ),
    "function_type_function": (
        NAMED,
        fixed(
            sequential(lambda_layer("system", function_type="function", module="os"))
        ),
    ),
    "inner_config_no_dict": (REGISTERED, fixed(sequential(row("Dense", "x")))),
    "inner_config_list": (REGISTERED, fixed(sequential(row("Dense", [1, 2])))),
    "registered_custom": (
        REGISTERED,
        fixed(sequential(row("Dense", _BASE, "mine", registered_name="Custom>Dense"))),
    ),
    "registered_module": (
        REGISTERED,
        fixed(sequential(row("Dense", _BASE, None, registered_name="os>system"))),
    ),
    "registered_list": (
        REGISTERED,
        fixed(sequential(dense() | {"registered_name": ["Dense"]})),
    ),
    "registered_dunder": (
        REGISTERED,
        fixed(sequential(row("__init__", {}, registered_name="__class__"))),
    ),
    "dunder_argument": (NAMED, fixed(sequential(dense(__class__="x", __init__={})))),
    "argument_self": (NAMED, fixed(sequential(dense(self=1)))),
    "class_unhashable": (JSON, fixed(sequential(row(["Dense"], {})))),
    "class_dict": (JSON, fixed(sequential(row({"a": 1}, {})))),
    "class_number": (JSON, fixed(sequential(row(7, {})))),
    "module_list": (JSON, fixed(sequential(row("Dense", _BASE, ["keras"])))),
    "layers_no_list": (JSON, fixed(row("Sequential", {"layers": 7}, "keras"))),
    "layers_of_numbers": (JSON, fixed(sequential(1, 2, 3))),
    "layers_dict": (JSON, fixed(row("Sequential", {"layers": {"a": 1}}, "keras"))),
    "compile_no_dict": (JSON, fixed({**GOOD, "compile_config": [1]})),
    "compile_unknown_option": (JSON, fixed(compiled(evil=1))),
    "compile_numbers": (JSON, fixed(compiled(loss=7, metrics={"a": 1}))),
    "optimizer_no_config": (JSON, fixed(compiled(optimizer={"class_name": "SGD"}))),
    "optimizer_is_a_layer": (JSON, fixed(compiled(optimizer=dense()))),
    "optimizer_unknown": (
        JSON,
        fixed(compiled(optimizer=row("Evil", {}, "keras.optimizers"))),
    ),
    "optimizer_argument": (
        JSON,
        fixed(compiled(optimizer=row("SGD", {"evil": 1}, "keras.optimizers"))),
    ),
    "optax": (GADGET, fixed(compiled(optimizer=row("Optax", {}, "keras.optimizers")))),
    "loss_unknown": (JSON, fixed(compiled(loss="evil"))),
    "loss_is_os": (NAMED, fixed(compiled(loss="os.system"))),
    "metric_unknown": (JSON, fixed(compiled(metrics=["__import__"]))),
    "build_config_list": (JSON, fixed(sequential(dense() | {"build_config": [1]}))),
    "build_config_text": (
        JSON,
        fixed(sequential(dense() | {"build_config": {"input_shape": "evil"}})),
    ),
    "dtype_object": (JSON, fixed(sequential(dense(dtype="object")))),
    "dtype_text": (JSON, fixed(sequential(dense(dtype="U1000000000")))),
    "array_of_objects": (
        JSON,
        fixed(
            sequential(
                dense(
                    bias_initializer=row(
                        "Constant",
                        {"value": {"class_name": "__numpy__",
                                   "config": {"value": ["x"], "dtype": "object"}}},
                    )
                )
            )
        ),
    ),
    "nan_units": (JSON, fixed(sequential(dense(units=float("nan"))))),
    "negative_units": (JSON, fixed(sequential(dense(units=-3)))),
    "infinite_units": (JSON, fixed(sequential(dense(units=1e308)))),
    "integer_of_400_digits": (SIZE, fixed(sequential(dense(units=10**400)))),
    "units_trillion": (SIZE, fixed(sequential(dense(units=10**12)))),
    "units_overflow": (SIZE, fixed(sequential(dense(units=2**62)))),
    "depth_300": (JSON, fixed(inside(300))),
    "depth_of_lists": (JSON, fixed(sequential(dense(activation=nested_list(800))))),
    "graph_cycle": (
        JSON,
        fixed(
            functional(
                step("a", call(tensor("b", 0, 0))),
                step("b", call(tensor("a", 0, 0))),
                step("dense", call(tensor("b", 0, 0))),
            )
        ),
    ),
    "graph_itself": (JSON, _graph("dense", 0, 0)),
    "graph_missing": (JSON, _graph("no", 0, 0)),
    "graph_index": (JSON, _graph("start", 0, 9)),
    "graph_negative": (JSON, _graph("start", -1, -1)),
    "graph_history": (JSON, _graph()),
    "graph_history_unhashable": (JSON, _graph(["x"], {}, 0)),
    "graph_end": (
        JSON,
        fixed(functional(_CALLED, ends=(7, 7, 7))),
    ),
    "graph_ends_in_itself": (
        JSON,
        fixed(functional(_CALLED, ends=[])),
    ),
    "graph_name_unhashable": (
        JSON,
        fixed(functional(_CALLED | {"name": ["x"]})),
    ),
    "graph_calls_no_list": (
        JSON,
        fixed(functional(step("dense") | {"inbound_nodes": 7})),
    ),
    "graph_option": (
        NAMED,
        fixed(functional(step("dense", call(tensor("start", 0, 0), evil=1)))),
    ),
    "same_name_twice": (JSON, fixed(sequential(dense(units=4), dense()))),
}  # fmt: skip
# Names that could lead to a file elsewhere if they were part of a path.
NAMES = {
    "parent": "../../canary",
    "absolute": "/tmp/canary",
    "within": "a/../../canary",
    "backslash": "..\\canary",
    "nul": "a\0b",
    "long": "x" * 300,
    "look_alike": "..\u2215canary",
    "fullwidth": "..\uff0fcanary",
    "newline": "a\nb",
    "override": "a\u202eb",
    "dots": "..",
    "empty": "",
    "markup": "[link=file:///etc/passwd]x[/link]",
    "format": "{0.__class__}",
}
# A quarter of a gigabyte and more of weights in files of some kilobytes.
BOMBS: dict[str, Any] = {
    "dense": sequential(dense(units=100_000_000)),
    "embedding": sequential(
        row("Embedding", {"input_dim": 50_000_000, "output_dim": 8}), dense()
    ),
    "input": row(
        "Sequential",
        {
            "layers": [
                row("InputLayer", {"batch_shape": [None, 100_000_000]}),
                dense(kernel_initializer="zeros"),
            ]
        },
        "keras",
    ),
    "built": row(
        "Sequential",
        {"layers": [dense() | {"build_config": {"input_shape": [None, 10**8]}}]},
        "keras",
    ),
    "orthogonal": sequential(
        row("RepeatVector", {"n": 2}),
        row("Flatten", {}),
        dense(units=60_000_000, kernel_initializer="orthogonal"),
    ),
    "recurrent": sequential(
        row("Reshape", {"target_shape": [4, 1]}), row("LSTM", {"units": 8000}), dense()
    ),
    "convolution": sequential(
        row("Reshape", {"target_shape": [2, 2, 1]}),
        row("Conv2D", {"filters": 10**8, "kernel_size": 1}),
    ),
    "metric": compiled(
        metrics=[row("MeanIoU", {"num_classes": 10_000}, "keras.metrics")]
    ),
}

FOLDER_SPARES = {
    "folder_link_config": WEIGHTS,
    "folder_pipe_config": WEIGHTS,
    "folder_linked_asset": ALL,
}
TENSOR_SPARES = {"tensors_parent_name": ("skip_mismatch",)}
TABLE: dict[str, Case] = {
    **_strangers(),
    **_lambdas(),
    **{
        name: Case(about, "config", make, _config_spares(name))
        for name, (about, make) in CONFIGS.items()
    },
    **{
        f"name_{name}": Case(NAME, "config", fixed(sequential(dense(name=text))), ALL)
        for name, text in NAMES.items()
    },
    **{f"save_{name}": Case(NAME, "save", text, ALL) for name, text in NAMES.items()},
    **{
        # Variables of a metric are made when it is first used.
        f"bomb_{name}": Case(SIZE, "bomb", fixed(it), ALL if name == "metric" else ())
        for name, it in BOMBS.items()
    },
    **{
        name: Case(
            ZIP if "zip" in name else JSON, "archive", make, _archive_spares(name)
        )
        for name, make in archives.ARCHIVES.items()
    },
    **{
        name: Case("folders with links", "folder", make, FOLDER_SPARES.get(name, ()))
        for name, make in packs.FOLDERS.items()
    },
    **{
        name: Case("safetensors headers", "tensors", make, TENSOR_SPARES.get(name, ()))
        for name, make in packs.TENSORS.items()
    },
    **{
        name: Case("shard index", "shards", make) for name, make in packs.SHARDS.items()
    },
    **{name: Case("other files", "file", it) for name, it in packs.OTHERS.items()},
    "yaml_object": Case(
        YAML, "yaml", "!!python/object/apply:os.system ['touch canary']"
    ),
    "yaml_in_json": Case(YAML, "json", "!!python/object/apply:os.system ['ls']"),
    "yaml_tag": Case(
        YAML, "yaml", "%TAG !e! tag:yaml.org,2002:python/\n---\n!e!name:os.system x"
    ),
    "json_depth_text": Case(JSON, "json", "[" * 100_000),
    "json_huge_integer": Case(JSON, "json", "1" * 10_000),
    "json_no_text": Case(JSON, "json", b"\xff\xfe"),
}
CHANGE_ROWS = {
    "external_storage": EXTERNAL,
    "external": LINK,
    "soft": LINK,
    "user_defined": LINK,
    "virtual": VIRTUAL,
    "bomb": SHAPE,
    "many_bombs": SUM,
    "never_written": SUM,
    "names": NAME,
    "strange": NAME,
}
# What has no effect on weights, since only headers are unusual.
HARMLESS_CHANGES = (
    *("odd_attributes", "region_references", "names_with_slashes", "crowded"),
    *("strange_group_names", "huge_attribute", "twice"),
)


def _row_of(change: str) -> str:
    starts = [start for start in CHANGE_ROWS if change.startswith(start)]
    return CHANGE_ROWS[max(starts, key=len)] if starts else "unusual HDF5"


def _change_spares(name: str) -> tuple[str, ...]:
    if name in HARMLESS_CHANGES:
        return ALL
    return ("skip_mismatch",) if name == "named_type" else ()


TABLE |= {
    f"h5_{name}": Case(_row_of(name), "h5", name, _change_spares(name))
    for name in arrays.CHANGES
}
