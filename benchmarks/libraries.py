"""The libraries that are compared, and which of their options are tried."""

import importlib
import importlib.metadata
import importlib.util
import os
from typing import Any, NamedTuple

Options = dict[str, Any]


class Source(NamedTuple):
    """Where a side comes from.

    Attributes:
        module: The module that is its library.
        family: Which of a work's makes is its.
        packages: Modules that must be installed.
    """

    module: str
    family: str
    packages: tuple[str, ...]


SIDES = {
    "keryx": Source("keryx", "keras", ("keryx",)),
    "keras-jax": Source("keras", "keras", ("keras", "jax")),
    "keras-tensorflow": Source("keras", "keras", ("keras", "tensorflow")),
    "keras-torch": Source("keras", "keras", ("keras", "torch")),
    "torch": Source("torch", "torch", ("torch",)),
    "sklearn": Source("sklearn", "sklearn", ("sklearn",)),
    "jax": Source("jax", "jax", ("jax",)),
}
PACKAGES = ("keryx", "keras", "jax", "tensorflow", "torch", "scikit-learn", "numpy")
# What PyTorch may choose from: small networks are faster on one thread, and
# convolutions in the one or the other order of axes.
TORCH: tuple[Options, ...] = ({}, {"threads": 1})
TORCH_IMAGES: tuple[Options, ...] = ({}, {"channels_last": True})
# How a label tells an option.
WORDS = {
    "steps_per_execution": "{}",
    "jit_compile": "xla",
    "threads": "{} thread",
    "channels_last": "channels_last",
    "compile": "compiled",
}


def missing(name: str) -> str:
    """Returns what is not installed of a side's packages, or an empty string."""
    absent = [p for p in SIDES[name].packages if importlib.util.find_spec(p) is None]
    return " and ".join(absent)


def choices(
    name: str, executions: tuple[int, ...], torch: tuple[Options, ...]
) -> tuple[Options, ...]:
    """Returns the options of a side that are tried, the likeliest one last."""
    steps = tuple({"steps_per_execution": count} for count in executions)
    xla = tuple({**step, "jit_compile": True} for step in steps)
    tried = {"keras-jax": steps, "keras-tensorflow": steps + xla, "torch": torch}
    return tried.get(name) or ({},)


def label_of(name: str, options: Options) -> str:
    """Returns a side's name with its options.

    Example:
        >>> label_of("keras-tensorflow", {"steps_per_execution": 32})
        'keras-tensorflow/32'
    """
    return "/".join([name, *(WORDS[key].format(v) for key, v in options.items() if v)])


def environment(name: str) -> dict[str, str]:
    """Returns the environment in which a side's library is loaded."""
    settings = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    if name.startswith("keras-"):
        settings["KERAS_BACKEND"] = name.removeprefix("keras-")
    return settings


def load(name: str, options: Options) -> Any:
    """Returns the library of a side, on its backend."""
    os.environ.update(environment(name))
    library = importlib.import_module(SIDES[name].module)
    if "threads" in options:
        library.set_num_threads(options["threads"])
    return library


def versions() -> dict[str, str | None]:
    """Returns the versions of all packages, `None` for those that are not there."""
    found: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    return found
