"""Keras 1's `Merge` and `merge`, and the layers for every step of a sequence."""

import inspect
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from keryx import layers, models, utils
from keryx._core import check
from keryx.dialects import _report
from keryx.dialects._config_graph import dot_axes, MODES
from keryx.dialects._interpreter import keywords
from keryx.dialects._legacy_layers import MergeCosine


def joining(
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes_: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: Any = None,
    name: str | None = None,
) -> Any:
    """Returns the layer that joins tensors as a mode of Keras 1 did."""
    if callable(mode):
        return _by_function(mode, output_mask, arguments, name)
    mode = check.one_of(mode, tuple(MODES), "mode", owner="merge")
    if mode == "concat":
        return layers.Concatenate(axis=concat_axis, name=name)
    if mode == "dot":
        return layers.Dot(axes=dot_axes(dot_axes_), name=name)
    if mode == "cos":
        return MergeCosine(axes=dot_axes(dot_axes_), name=name)
    return getattr(layers, MODES[mode])(name=name)


def _by_function(mode: Any, output_mask: Any, arguments: Any, name: Any) -> Any:
    """A mode that is a function of the list of tensors."""
    takes_mask = "mask" in inspect.signature(mode).parameters

    def call(inputs: Any, mask: Any = None, **given: Any) -> Any:
        extra = {"mask": mask} if takes_mask else {}
        return mode(inputs, **extra, **given)

    return layers.Lambda(call, mask=output_mask, arguments=arguments, name=name)


def _old_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    names = ("mode", "concat_axis", "dot_axes", "output_shape", "output_mask",
             "arguments", "node_indices", "tensor_indices", "name")  # fmt: skip
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    given = {("dot_axes_" if k == "dot_axes" else k): v for k, v in given.items()}
    known = inspect.signature(joining).parameters
    return {key: value for key, value in given.items() if key in known}


def _note(what: str, mode: Any) -> None:
    word = mode if callable(mode) else repr(mode)
    old = _report.spelled(what, (), {"mode": mode})
    new = "Lambda" if callable(mode) else MODES.get(mode, word)
    _report.note(old, f"{new}()([...])")


def merge(inputs: Any, *args: Any, **kwargs: Any) -> Any:
    """Joins symbolic tensors: `merge([a, b], mode="concat")`.

    Args:
        inputs: The tensors.
        args: `mode, concat_axis, dot_axes, output_shape, output_mask, arguments`.
        kwargs: The same by name, and `name`.
    """
    given = _old_arguments(args, kwargs)
    _note("merge", given.get("mode", "sum"))
    return joining(**given)(inputs)


# What `keras.layers.merge` was to Keras 2: a module.
for _name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum",
              "Concatenate", "Dot", "add", "subtract", "multiply", "average", "maximum",
              "minimum", "concatenate", "dot"):  # fmt: skip
    setattr(merge, _name, getattr(layers, _name))


def Merge(layers: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Returns a layer that joins tensors, or a model that joins branches.

    Args:
        layers: Layers or models, each of which gets an input of its own; a branch that
            occurs twice is fed twice. With `None` it is a plain layer.
        args: As for `merge`.
        kwargs: As for `merge`.
    """
    given = _old_arguments(args, kwargs)
    _note("Merge", given.get("mode", "sum"))
    join = joining(**given)
    return join if not layers else branched(list(layers), join)


def branched(branches: list[Any], join: Callable[[Any], Any]) -> Any:
    """Returns a model that feeds each branch an input of its own and joins them."""
    inputs: list[Any] = []
    outputs = []
    for branch in branches:
        if utils.is_keras_tensor(branch):
            return join(branches)
        own = [layers.Input(batch_shape=shape) for shape in _shapes(branch)]
        inputs += own
        outputs.append(branch(own if len(own) > 1 else own[0]))
    return models.Model(inputs, join(outputs))


def _shapes(branch: Any) -> list[Any]:
    """Returns the shapes of what a branch takes."""
    declared = getattr(branch, "_declared_shape", None)
    if not isinstance(branch, models.Model):
        return [declared if declared is not None else branch.input.shape]
    graph: Any = branch._graph
    return [tensor.shape for tensor in graph.starts]


def TimeDistributedDense(output_dim: int, *args: Any, **kwargs: Any) -> Any:
    """Returns `TimeDistributed(Dense(output_dim))`: a Dense at every step."""
    order = ("init", "activation", "weights", "W_regularizer", "b_regularizer",
             "activity_regularizer", "W_constraint", "b_constraint", "bias",
             "input_dim", "input_length")  # fmt: skip
    given = {**dict(zip(order, args, strict=False)), **kwargs}
    outer: dict[str, Any] = {}
    if "input_dim" in given or "input_length" in given:
        length, size = given.pop("input_length", None), given.pop("input_dim", None)
        outer["input_shape"] = (length, size)
    if "input_shape" in given:
        outer["input_shape"] = given.pop("input_shape")
    if "batch_input_shape" in given:
        outer["batch_shape"] = given.pop("batch_input_shape")
    if "name" in given:
        outer["name"] = given.pop("name")
    weights = given.pop("weights", None)
    new = keywords(layers.Dense, {"output_dim": output_dim, **given})
    _report.note(
        _report.spelled("TimeDistributedDense", (output_dim, *args), kwargs),
        f"TimeDistributed({_report.spelled('Dense', (), new)})",
    )
    if weights is not None:
        outer["weights"] = weights
    return layers.TimeDistributed(layers.Dense(**new), **outer)


_REDUCE = {"sum": jnp.sum, "ave": jnp.mean, "mul": jnp.prod}


def TimeDistributedMerge(mode: str = "sum", **options: Any) -> Any:
    """Returns a layer that reduces the time axis by a sum, a mean or a product."""
    reduce = _REDUCE[check.one_of(mode, tuple(_REDUCE), "mode", owner="merge")]
    return layers.Lambda(lambda x: reduce(x, axis=1), **options)
