"""Devices, sessions, graphs and logs: what programs ask for before they compute."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax

from keryx._core import tree
from keryx._core.errors import StateError
from keryx._core.variable import Variable
from keryx.dialects import backend
from keryx.dialects.tensorflow._control import scope
from keryx.dialects.tensorflow._dtypes import as_dtype

VERSION = "2.15.0"


class PhysicalDevice(NamedTuple):
    """A device, by TensorFlow's name."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device, by TensorFlow's name."""

    name: str
    device_type: str


def _devices(kind: str) -> list[str]:
    """Returns the numbers of JAX's devices of a kind: "CPU", "GPU" or "TPU"."""
    platform = {"CPU": "cpu", "GPU": "gpu", "TPU": "tpu"}.get(kind.upper())
    own = "gpu" if jax.default_backend() in ("cuda", "rocm") else jax.default_backend()
    if platform not in ("cpu", own):
        return []
    return [str(device.id) for device in jax.devices(platform)]


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Returns the devices that JAX sees."""
    kinds = ("CPU", "GPU", "TPU") if device_type is None else (device_type.upper(),)
    return [
        PhysicalDevice(f"/physical_device:{kind}:{number}", kind)
        for kind in kinds
        for number in _devices(kind)
    ]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """Returns the devices that JAX sees."""
    return [
        LogicalDevice(device.name.replace("physical_", ""), device.device_type)
        for device in list_physical_devices(device_type)
    ]


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Returns the devices that JAX sees."""
    return list_physical_devices(device_type)


def ignored(*args: Any, **options: Any) -> None:
    """Does nothing: JAX has no such setting."""


def get_memory_growth(device: Any) -> bool:
    """Returns `True`."""
    return True


def get_memory_info(device: Any) -> dict[str, int]:
    """Returns the bytes in use on the first device, now and at most."""
    found = jax.devices()[0].memory_stats() or {}
    now = int(found.get("bytes_in_use", 0))
    return {"current": now, "peak": int(found.get("peak_bytes_in_use", now))}


def get_device_details(device: Any) -> dict[str, Any]:
    """Returns the name of the first device."""
    return {"device_name": jax.devices()[0].device_kind}


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Does nothing: `tf.function` runs line by line in any case."""


class LogicalDeviceConfiguration:
    """Accepted for old programs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.memory_limit = options.get("memory_limit")


def is_gpu_available(*args: Any, **options: Any) -> bool:
    """Tells whether JAX computes on a GPU."""
    return bool(_devices("GPU"))


def gpu_device_name() -> str:
    """Returns the first GPU's name, or nothing."""
    return "/device:GPU:0" if is_gpu_available() else ""


def executing_eagerly() -> bool:
    """Returns `True`, as operations compute at once."""
    return True


# --- TensorFlow 1 ---------------------------------------------------------------------


class ConfigProto:
    """A bag of settings, all without a meaning here."""

    def __init__(self, **options: Any) -> None:
        vars(self).update(options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = ConfigProto()
        setattr(self, name, made)
        return made


GPUOptions = ConfigProto


def Session(target: str = "", graph: Any = None, config: Any = None) -> Any:
    """Returns a stand-in for a session: `run` computes symbolic tensors."""
    return backend.get_session()


def get_default_graph() -> Any:
    """Returns a stand-in for the graph."""
    return backend.get_graph()


def reset_default_graph() -> None:
    """Starts the names of layers anew."""
    backend.clear_session()


def global_variables_initializer() -> list[Any]:
    """Returns nothing to run: variables have values from the start."""
    return []


def placeholder(dtype: Any, shape: Any = None, name: Any = None) -> Any:
    """Returns a symbolic tensor that nothing computes."""
    return backend.placeholder(shape, dtype=as_dtype(dtype).name, name=name)


# --- logs -----------------------------------------------------------------------------

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50


def get_logger() -> logging.Logger:
    """Returns the logger called "tensorflow"."""
    return logging.getLogger("tensorflow")


def set_verbosity(*args: Any, **options: Any) -> None:
    """Sets the level of the logger called "tensorflow", if a level is given."""
    if args and isinstance(args[0], int):
        get_logger().setLevel(args[0])


def _logged(name: str) -> Any:
    def log(message: Any, *args: Any, **options: Any) -> None:
        getattr(get_logger(), name)(message, *args)

    log.__doc__ = f"Logs a message as `logging.{name}` does."
    return log


info, debug, warning, error = map(_logged, ("info", "debug", "warning", "error"))


# --- several devices ------------------------------------------------------------------


class Strategy:
    """A stand-in for a strategy: one replica, on the default device."""

    num_replicas_in_sync = 1

    def __init__(self, *args: Any, **options: Any) -> None:
        self.extended = self

    @contextlib.contextmanager
    def scope(self) -> Iterator["Strategy"]:
        """Does nothing, as the context of a `with` statement."""
        yield self

    def run(self, fn: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Calls a function."""
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: Any, value: Any, axis: Any = None) -> Any:
        """Returns the value of the one replica."""
        if axis is None:
            return value
        mean = "mean" in str(reduce_op).lower()
        return value.mean(axis) if mean else value.sum(axis)

    def experimental_distribute_dataset(self, dataset: Any, *options: Any) -> Any:
        """Returns the data set."""
        return dataset

    def experimental_local_results(self, value: Any) -> tuple[Any]:
        """Returns the value of the one replica."""
        return (value,)


class ReduceOp:
    """How values of replicas become one."""

    SUM, MEAN = "SUM", "MEAN"


def get_strategy() -> Strategy:
    """Returns the strategy of one replica."""
    return Strategy()


# --- what is not here -----------------------------------------------------------------


def refuse_saved_model(*args: Any, **options: Any) -> Any:
    """Says that there are no SavedModels here.

    Raises:
        StateError: Always.
    """
    raise StateError(
        "tf.saved_model", expected="a file of Keras's (.keras, .h5)",
        got="TensorFlow's SavedModel",
        fix="Use `model.save('name.keras')` and `keras.models.load_model`.",
    )  # fmt: skip


class _Writer:
    def as_default(self, step: Any = None) -> Any:
        """Does nothing, as the context of a `with` statement."""
        return scope(self)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *error: Any) -> None:
        """Does nothing."""

    def flush(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


def create_file_writer(*args: Any, **options: Any) -> Any:
    """Returns a writer that writes nothing: use the `TensorBoard` callback."""
    return _Writer()


class Module:
    """Something that holds variables and other modules.

    Args:
        name: Name.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or type(self).__name__.lower()

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that it and what it holds have."""
        found: dict[int, Any] = {}
        for part in tree.walk(list(vars(self).values())):
            own = (
                [part] if isinstance(part, Variable) else getattr(part, "variables", [])
            )
            found.update({id(v): v for v in own})
        return tuple(found.values())

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """Those that gradient descent may change."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules that it holds."""
        own = [m for m in vars(self).values() if isinstance(m, Module)]
        return tuple(x for m in own for x in (m, *m.submodules))
