"""Attributes that anything but models and layers had, one row each."""

import functools
from collections.abc import Callable
from typing import Any

from keryx._core import tree
from keryx.dialects._load import load

Get = Callable[[Any], Any]


def same(name: str) -> Get:
    """The attribute under today's name."""
    return lambda thing: getattr(thing, name)


def nothing(*args: Any, **kwargs: Any) -> None:
    """What had an effect only on graphs run by hand."""


def do_nothing(thing: Any) -> Any:
    return nothing


def constant(value: Any) -> Get:
    return lambda thing: value() if callable(value) else value


class Gone(AttributeError):
    """An attribute that there is nothing for today."""


def gone(instead: str) -> Get:
    """What was a tensor of a graph that TensorFlow or Theano ran."""

    def read(thing: Any) -> Any:
        raise Gone(f"There is no graph to run by hand: {instead}.")

    return read


# --- optimizers ----------------------------------------------------------------------


def _get_weights(optimizer: Any) -> Any:
    return lambda: [variable.numpy() for variable in optimizer.variables]


def _set_weights(optimizer: Any) -> Any:
    def set_weights(weights: Any) -> None:
        """Sets the optimizer's variables, in the order of `get_weights`."""
        for variable, value in zip(optimizer.variables, weights, strict=True):
            variable.assign(value)

    return set_weights


def _optimizing(name: str) -> Get:
    """A function in a module of its own, with the optimizer as its first argument."""
    return lambda optimizer: functools.partial(
        getattr(load("_optimizing"), name), optimizer
    )


OPTIMIZER: dict[str, tuple[Get, str]] = {
    "lr": (same("learning_rate"), "learning_rate"),
    "initial_decay": (same("decay"), "decay"),
    "weights": (same("variables"), "variables"),
    "get_weights": (_get_weights, "variables"),
    "get_state": (_get_weights, "variables"),
    "set_weights": (_set_weights, "variables"),
    "set_state": (_set_weights, "variables"),
    "updates": (constant(list), ""),
    "get_gradients": (_optimizing("get_gradients"), ""),
    "get_updates": (_optimizing("get_updates"), ""),
    "get_slot": (_optimizing("get_slot"), ""),
    "minimize": (_optimizing("minimize"), "apply_gradients"),
}
METRIC: dict[str, tuple[Get, str]] = {
    "reset_states": (same("reset_state"), "reset_state"),
    "weights": (same("variables"), "variables"),
    "get_weights": (_get_weights, "variables"),
    "updates": (constant(list), ""),
}


# --- variables and symbolic tensors ---------------------------------------------------


class Sizes(tuple[Any, ...]):
    """A shape with the methods that TensorFlow's shapes have."""

    def as_list(self) -> list[Any]:
        """Returns the sizes as a list."""
        return list(self)

    @property
    def ndims(self) -> int:
        """Number of axes."""
        return len(self)


NODE: dict[str, tuple[Get, str]] = {
    "input_tensors": (lambda node: node.inputs() or [node.outputs], ""),
    "output_tensors": (lambda node: tree.leaves(node.outputs), ""),
    "input_shapes": (lambda node: [t.shape for t in node.inputs()], ""),
    "output_shapes": (lambda node: [t.shape for t in tree.leaves(node.outputs)], ""),
    "inbound_layers": (lambda node: [t.node.function for t in node.inputs()], ""),
    "outbound_layer": (same("function"), ""),
}
VARIABLE: dict[str, tuple[Get, str]] = {
    "get_value": (same("numpy"), "numpy"),
    "read_value": (lambda variable: lambda: variable.value, "value"),
    "eval": (same("numpy"), "numpy"),
    "set_value": (same("assign"), "assign"),
    "get_shape": (lambda variable: lambda: Sizes(variable.shape), "shape"),
}
TENSOR: dict[str, tuple[Get, str]] = {
    "_keras_shape": (same("shape"), "shape"),
    "_keras_history": (lambda tensor: (tensor.node.function, 0, tensor.index), ""),
    "_uses_learning_phase": (constant(False), ""),
    "get_shape": (lambda tensor: lambda: Sizes(tensor.shape), "shape"),
    "set_shape": (do_nothing, ""),
}
PARAMS: dict[str, tuple[Get, str]] = {
    "nb_epoch": (lambda params: params["epochs"], ""),
    "nb_sample": (same("samples"), ""),
}
