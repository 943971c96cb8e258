"""Attributes and methods that objects had: what they give today, one row each."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from keryx import callbacks, layers, metrics, models, optimizers
from keryx._core import tree
from keryx._core.errors import StateError
from keryx._core.variable import Variable
from keryx._graph.node import KerasTensor, Node
from keryx.callbacks._params import RunParams
from keryx.dialects import _generators, _report
from keryx.models import _functional, _tracked
from keryx.preprocessing.text import Tokenizer

Get = Callable[[Any], Any]


def _same(name: str) -> Get:
    """The attribute under today's name."""
    return lambda thing: getattr(thing, name)


def _nothing(*args: Any, **kwargs: Any) -> None:
    """What had an effect only on graphs run by hand."""


def _do_nothing(thing: Any) -> Any:
    return _nothing


def _constant(value: Any) -> Get:
    return lambda thing: value() if callable(value) else value


class Gone(AttributeError):
    """An attribute that there is nothing for today."""


def _gone(instead: str) -> Get:
    """What was a tensor of a graph that TensorFlow or Theano ran."""

    def read(thing: Any) -> Any:
        raise Gone(f"There is no graph to run by hand: {instead}.")

    return read


# --- models --------------------------------------------------------------------------


def _predict_classes(model: Any) -> Any:
    def predict_classes(x: Any, batch_size: int = 32, verbose: Any = 0) -> Any:
        """Returns the classes of samples: the highest score, or score > 0.5."""
        scores = model.predict(x, batch_size=batch_size, verbose=verbose)
        if scores.shape[-1] > 1:
            return scores.argmax(axis=-1)
        return (scores > 0.5).astype("int32")

    return predict_classes


def _predict_proba(model: Any) -> Any:
    def predict_proba(x: Any, batch_size: int = 32, verbose: Any = 0) -> Any:
        """Returns the scores of samples."""
        return model.predict(x, batch_size=batch_size, verbose=verbose)

    return predict_proba


def _reset_states(model: Any) -> Any:
    def reset_states() -> None:
        """Sets the states of recurrent layers to zero."""
        for layer in model.layers:
            if hasattr(type(layer), "reset_state") and getattr(layer, "stateful", True):
                layer.reset_state()
            elif isinstance(layer, models.Model):
                layer.reset_states()

    return reset_states


def _to_yaml(model: Any) -> Any:
    def to_yaml(**options: Any) -> str:
        """Returns the architecture; JSON is YAML as well."""
        text: str = model.to_json(**options)
        return text

    return to_yaml


def _nodes(model: Any) -> Any:
    return {layer.name: layer for layer in model.layers}


def _validation_arrays(model: Any) -> Any:
    """Inputs, targets and weights of the validation, in one list."""
    batch = model.__dict__.get("_validation")
    if batch is None:
        return None
    inputs, targets = jax.tree.leaves(batch.x), jax.tree.leaves(batch.y)
    weights = jax.tree.leaves(batch.weight)
    weights = weights or [np.ones(len(y), np.float32) for y in targets]
    return [np.asarray(array) for array in (*inputs, *targets, *weights)]


MODEL: dict[str, tuple[Get, str]] = {
    "predict_classes": (_predict_classes, "predict(x).argmax(axis=-1)"),
    "predict_proba": (_predict_proba, "predict"),
    "fit_generator": (_generators.fit, "fit"),
    "evaluate_generator": (_generators.evaluate, "evaluate"),
    "predict_generator": (_generators.predict, "predict"),
    "reset_states": (_reset_states, "reset_state() of its layers"),
    "to_yaml": (_to_yaml, "to_json"),
    "model": (lambda model: model, ""),
    "nodes": (_nodes, "layers"),
    "flattened_layers": (_same("layers"), "layers"),
    "container_nodes": (_constant(set), ""),
    "regularizers": (_constant(list), ""),
    "constraints": (_constant(dict), ""),
    "metrics_tensors": (_constant(list), ""),
    "loss_functions": (lambda model: [h.loss for h in model._heads], "loss"),
    "targets": (_gone("`fit` is given them"), ""),
    "sample_weights": (_gone("`fit` is given them"), ""),
    "total_loss": (_gone("`compute_loss` returns it"), ""),
    "validation_data": (_validation_arrays, ""),
    "_make_predict_function": (_do_nothing, ""),
    "_make_train_function": (_do_nothing, ""),
    "_make_test_function": (_do_nothing, ""),
}

# --- layers --------------------------------------------------------------------------


def _at(read: Callable[[Any], Any]) -> Get:
    """A method that reads something of the layer's i-th call in a graph."""

    def make(layer: Any) -> Any:
        return lambda node_index=0: read(layer._nodes[node_index])

    return make


def _inputs(node: Any) -> Any:
    tensors = node.inputs() or [node.outputs]
    return tensors[0] if len(tensors) == 1 else tensors


def _shape(tensors: Any) -> Any:
    if isinstance(tensors, list | tuple):
        return [tensor.shape for tensor in tensors]
    return tensors.shape


def _apply(layer: Any) -> Any:
    return layer.__call__


def _reset_layer(layer: Any) -> Any:
    return layer.reset_state


def _add_metric(layer: Any) -> Any:
    def add_metric(value: Any, aggregation: Any = None, name: Any = None) -> None:
        """Puts a value of each batch into the logs, as the mean of an epoch."""
        word = name or getattr(value, "name", None) or "metric"
        _tracked.report(layer, value, str(word))

    return add_metric


LAYER: dict[str, tuple[Get, str]] = {
    "get_output_at": (_at(lambda node: node.outputs), "output"),
    "get_input_at": (_at(_inputs), "input"),
    "get_output_shape_at": (_at(lambda node: _shape(node.outputs)), "output.shape"),
    "get_input_shape_at": (_at(lambda node: _shape(_inputs(node))), "input.shape"),
    "get_output_mask_at": (_at(lambda node: None), ""),
    "get_input_mask_at": (_at(lambda node: None), ""),
    "output_shape": (lambda layer: _shape(layer.output), "output.shape"),
    "input_shape": (lambda layer: _shape(layer.input), "input.shape"),
    "output_mask": (_constant(None), ""),
    "input_mask": (_constant(None), ""),
    "get_output_shape_for": (_same("compute_output_shape"), "compute_output_shape"),
    "inbound_nodes": (_same("_nodes"), ""),
    "_inbound_nodes": (_same("_nodes"), ""),
    "outbound_nodes": (_constant(list), ""),
    "_outbound_nodes": (_constant(list), ""),
    "add_update": (_do_nothing, ""),
    "add_metric": (_add_metric, ""),
    "get_updates_for": (lambda layer: lambda inputs: [], ""),
    "get_losses_for": (lambda layer: lambda inputs: list(layer.losses), "losses"),
    "updates": (_constant(list), ""),
    "state_updates": (_constant(list), ""),
    "uses_learning_phase": (_constant(False), ""),
    "apply": (_apply, "__call__"),
    "reset_states": (_reset_layer, "reset_state"),
    "W": (_same("kernel"), "kernel"),
    "U": (_same("recurrent_kernel"), "recurrent_kernel"),
    "b": (_same("bias"), "bias"),
    "init": (_same("kernel_initializer"), "kernel_initializer"),
    "inner_init": (_same("recurrent_initializer"), "recurrent_initializer"),
    "inner_activation": (_same("recurrent_activation"), "recurrent_activation"),
    "W_regularizer": (_same("kernel_regularizer"), "kernel_regularizer"),
    "U_regularizer": (_same("recurrent_regularizer"), "recurrent_regularizer"),
    "b_regularizer": (_same("bias_regularizer"), "bias_regularizer"),
    "W_constraint": (_same("kernel_constraint"), "kernel_constraint"),
    "U_constraint": (_same("recurrent_constraint"), "recurrent_constraint"),
    "b_constraint": (_same("bias_constraint"), "bias_constraint"),
    "output_dim": (_same("units"), "units"),
    "nb_filter": (_same("filters"), "filters"),
    "nb_row": (lambda layer: layer.kernel_size[0], "kernel_size[0]"),
    "nb_col": (lambda layer: layer.kernel_size[1], "kernel_size[1]"),
    "filter_length": (lambda layer: layer.kernel_size[0], "kernel_size[0]"),
    "subsample": (_same("strides"), "strides"),
    "subsample_length": (lambda layer: layer.strides[0], "strides[0]"),
    "atrous_rate": (_same("dilation_rate"), "dilation_rate"),
    "border_mode": (_same("padding"), "padding"),
    "dim_ordering": (
        lambda layer: "th" if layer.data_format == "channels_first" else "tf",
        "data_format",
    ),
    "p": (_same("rate"), "rate"),
    "sigma": (_same("stddev"), "stddev"),
    "alpha": (_same("negative_slope"), "negative_slope"),
    "running_mean": (_same("moving_mean"), "moving_mean"),
    "running_std": (_same("moving_variance"), "moving_variance"),
    "batch_input_shape": (_same("_declared_shape"), "input.shape"),
}

# --- optimizers ----------------------------------------------------------------------


def _get_weights(optimizer: Any) -> Any:
    return lambda: [variable.numpy() for variable in optimizer.variables]


def _set_weights(optimizer: Any) -> Any:
    def set_weights(weights: Any) -> None:
        """Sets the optimizer's variables, in the order of `get_weights`."""
        for variable, value in zip(optimizer.variables, weights, strict=True):
            variable.assign(value)

    return set_weights


OPTIMIZER: dict[str, tuple[Get, str]] = {
    "lr": (_same("learning_rate"), "learning_rate"),
    "initial_decay": (_same("decay"), "decay"),
    "weights": (_same("variables"), "variables"),
    "get_weights": (_get_weights, "variables"),
    "get_state": (_get_weights, "variables"),
    "set_weights": (_set_weights, "variables"),
    "set_state": (_set_weights, "variables"),
    "updates": (_constant(list), ""),
}
METRIC: dict[str, tuple[Get, str]] = {
    "reset_states": (_same("reset_state"), "reset_state"),
    "weights": (_same("variables"), "variables"),
    "get_weights": (_get_weights, "variables"),
    "updates": (_constant(list), ""),
}


def _validation_data(callback: Any) -> Any:
    return getattr(callback.model, "validation_data", None)


CALLBACK: dict[str, tuple[Get, str]] = {
    "validation_data": (_validation_data, ""),
    "epsilon": (_same("min_delta"), "min_delta"),
    "period": (_constant(1), "save_freq"),
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
    "outbound_layer": (_same("function"), ""),
}
VARIABLE: dict[str, tuple[Get, str]] = {
    "get_value": (_same("numpy"), "numpy"),
    "read_value": (lambda variable: lambda: variable.value, "value"),
    "eval": (_same("numpy"), "numpy"),
    "set_value": (_same("assign"), "assign"),
    "get_shape": (lambda variable: lambda: Sizes(variable.shape), "shape"),
}
TENSOR: dict[str, tuple[Get, str]] = {
    "_keras_shape": (_same("shape"), "shape"),
    "_keras_history": (lambda tensor: (tensor.node.function, 0, tensor.index), ""),
    "_uses_learning_phase": (_constant(False), ""),
    "get_shape": (lambda tensor: lambda: Sizes(tensor.shape), "shape"),
    "set_shape": (_do_nothing, ""),
}
PARAMS: dict[str, tuple[Get, str]] = {
    "nb_epoch": (lambda params: params["epochs"], ""),
    "nb_sample": (_same("samples"), ""),
}
TABLES: tuple[tuple[type, dict[str, tuple[Get, str]]], ...] = (
    (models.Model, {**LAYER, **MODEL}),
    (layers.Layer, LAYER),
    (optimizers.Optimizer, OPTIMIZER),
    (metrics.Metric, METRIC),
    (callbacks.Callback, CALLBACK),
    (RunParams, PARAMS),
    (Variable, VARIABLE),
    (KerasTensor, TENSOR),
    (Node, NODE),
    (Tokenizer, {"nb_words": (_same("num_words"), "num_words")}),
)


def get(thing: Any, name: str) -> Any:
    """Returns the value of an old attribute.

    Raises:
        AttributeError: If things of this kind never had it.
    """
    table = next((rows for cls, rows in TABLES if isinstance(thing, cls)), {})
    if name not in table:
        return object.__getattribute__(thing, name)
    read, today = table[name]
    try:
        value = read(thing)
    except Gone:
        raise
    except AttributeError:
        return object.__getattribute__(thing, name)
    word = type(thing).__name__
    _report.note(f"{word}.{name}", f"{word}.{today or name}", silent=not today)
    return value


def put(thing: Any, name: str, value: Any) -> bool:
    """Takes an assignment to an old attribute over; `False` if it is none."""
    if isinstance(thing, optimizers.Optimizer):
        return _put_optimizer(thing, name, value)
    if isinstance(thing, layers.Layer) and name.endswith("trainable_weights"):
        weights = thing.__dict__.setdefault("_weights", [])
        known = {id(variable) for variable in weights}
        for variable in value:
            if name.startswith("non"):
                variable.trainable = False
            if id(variable) not in known:
                weights.append(variable)
        return True
    if isinstance(thing, models.Model) and name == "outputs":
        return _put_outputs(thing, value)
    return isinstance(thing, layers.Layer) and name == "updates"


def _put_outputs(model: Any, value: Any) -> bool:
    """Lets a model end earlier, as Keras 1 did after `model.layers.pop()`."""
    ends = list(tree.leaves(value))
    row = isinstance(model, models.Sequential)
    if row or [id(t) for t in ends] == [id(t) for t in model.outputs]:
        raise StateError(
            f"`model.outputs = ...` of model {model.name!r}",
            expected="the output of a layer before the last, of a model from a graph",
            got="a model that is a row of layers" if row else "the same outputs",
            fix="`model.pop()` takes the last layer off a row."
            if row
            else "`model.layers.pop()` changes a copy of the list: use "
            "`Model(model.inputs, model.layers[-2].output)`.",
        )
    _functional.set_graph(
        model, model._graph.inputs, ends[0] if len(ends) == 1 else ends
    )
    _report.note("model.outputs = ...", "model = Model(model.inputs, ...)")
    return True


def _put_optimizer(optimizer: Any, name: str, value: Any) -> bool:
    if name != "lr":
        return False
    optimizer.learning_rate = value
    word = type(optimizer).__name__
    _report.note(f"{word}.lr = ...", f"{word}.learning_rate = ...")
    return True
