"""Attributes and methods that objects had: what they give today, one row each."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from keryx import callbacks, layers, metrics, models, optimizers
from keryx._core import tree
from keryx._core.errors import StateError
from keryx._core.op import Recorded, Symbolic
from keryx._core.variable import Variable
from keryx.callbacks._params import RunParams
from keryx.dialects import _generators, _report
from keryx.dialects._attributes_rows import (
    constant,
    do_nothing,
    Get,
    Gone,
    gone,
    METRIC,
    NODE,
    OPTIMIZER,
    PARAMS,
    same,
    TENSOR,
    VARIABLE,
)
from keryx.dialects._images import GENERATOR, ITERATOR
from keryx.dialects._load import load
from keryx.models import _functional, _tracked
from keryx.preprocessing.image import ImageDataGenerator, Iterator
from keryx.preprocessing.text import Tokenizer

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


def _losses(model: Any) -> list[Any]:
    return [head.loss for head in vars(model).get("_heads", ())]


def _validation_arrays(model: Any) -> Any:
    """Inputs, targets and weights of the validation, in one list."""
    batch = model.__dict__.get("_validation")
    if batch is None:
        return None
    inputs, targets = jax.tree.leaves(batch.x), jax.tree.leaves(batch.y)
    weights = jax.tree.leaves(batch.weight)
    weights = weights or [np.ones(len(y), np.float32) for y in targets]
    return [np.asarray(array) for array in (*inputs, *targets, *weights)]


def _save_spec(model: Any) -> Any:
    def save_spec(dynamic_batch: bool = True) -> Any:
        """Returns what the model is called with: arguments and keywords, as specs.

        `None` if it was never called.
        """
        spec = load("tensorflow._dtypes").TensorSpec
        built = model.built and hasattr(model, "inputs")
        shapes = model.inputs if built else ()
        if not shapes:
            return None
        found = [
            spec(t.shape if dynamic_batch else (1, *t.shape[1:]), t.dtype, t.name)
            for t in shapes
        ]
        return (found[0] if len(found) == 1 else found,), {}

    return save_spec


MODEL: dict[str, tuple[Get, str]] = {
    "predict_classes": (_predict_classes, "predict(x).argmax(axis=-1)"),
    "predict_proba": (_predict_proba, "predict"),
    "fit_generator": (_generators.fit, "fit"),
    "evaluate_generator": (_generators.evaluate, "evaluate"),
    "predict_generator": (_generators.predict, "predict"),
    "reset_states": (_reset_states, "reset_state() of its layers"),
    "save_spec": (_save_spec, "inputs"),
    "to_yaml": (_to_yaml, "to_json"),
    "model": (lambda model: model, ""),
    "nodes": (_nodes, "layers"),
    "flattened_layers": (same("layers"), "layers"),
    "container_nodes": (constant(set), ""),
    "regularizers": (constant(list), ""),
    "constraints": (constant(dict), ""),
    "metrics_tensors": (constant(list), ""),
    "loss_functions": (
        lambda model: [h.loss for h in vars(model).get("_heads", ())],
        "loss",
    ),
    "targets": (gone("`fit` is given them"), ""),
    "sample_weights": (gone("`fit` is given them"), ""),
    "total_loss": (gone("`compute_loss` returns it"), ""),
    "validation_data": (_validation_arrays, ""),
    "_make_predict_function": (do_nothing, ""),
    "_make_train_function": (do_nothing, ""),
    "_make_test_function": (do_nothing, ""),
}

# --- layers --------------------------------------------------------------------------


def _at(read: Callable[[Any], Any]) -> Get:
    """A method that reads something of the layer's i-th call in a graph."""

    def make(layer: Any) -> Any:
        return lambda node_index=0: read(_calls(layer)[node_index])

    return make


def _calls(layer: Any) -> Any:
    return layer._nodes.of(layer)


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
    "output_mask": (constant(None), ""),
    "input_mask": (constant(None), ""),
    "get_output_shape_for": (same("compute_output_shape"), "compute_output_shape"),
    "inbound_nodes": (_calls, ""),
    "_inbound_nodes": (_calls, ""),
    "outbound_nodes": (constant(list), ""),
    "_outbound_nodes": (constant(list), ""),
    "add_update": (do_nothing, ""),
    "add_metric": (_add_metric, ""),
    "get_updates_for": (lambda layer: lambda inputs: [], ""),
    "get_losses_for": (lambda layer: lambda inputs: list(layer.losses), "losses"),
    "updates": (constant(list), ""),
    "state_updates": (constant(list), ""),
    "uses_learning_phase": (constant(False), ""),
    "apply": (_apply, "__call__"),
    "reset_states": (_reset_layer, "reset_state"),
    "W": (same("kernel"), "kernel"),
    "U": (same("recurrent_kernel"), "recurrent_kernel"),
    "b": (same("bias"), "bias"),
    "init": (same("kernel_initializer"), "kernel_initializer"),
    "inner_init": (same("recurrent_initializer"), "recurrent_initializer"),
    "inner_activation": (same("recurrent_activation"), "recurrent_activation"),
    "W_regularizer": (same("kernel_regularizer"), "kernel_regularizer"),
    "U_regularizer": (same("recurrent_regularizer"), "recurrent_regularizer"),
    "b_regularizer": (same("bias_regularizer"), "bias_regularizer"),
    "W_constraint": (same("kernel_constraint"), "kernel_constraint"),
    "U_constraint": (same("recurrent_constraint"), "recurrent_constraint"),
    "b_constraint": (same("bias_constraint"), "bias_constraint"),
    "output_dim": (same("units"), "units"),
    "nb_filter": (same("filters"), "filters"),
    "nb_row": (lambda layer: layer.kernel_size[0], "kernel_size[0]"),
    "nb_col": (lambda layer: layer.kernel_size[1], "kernel_size[1]"),
    "filter_length": (lambda layer: layer.kernel_size[0], "kernel_size[0]"),
    "subsample": (same("strides"), "strides"),
    "subsample_length": (lambda layer: layer.strides[0], "strides[0]"),
    "atrous_rate": (same("dilation_rate"), "dilation_rate"),
    "border_mode": (same("padding"), "padding"),
    "dim_ordering": (
        lambda layer: "th" if layer.data_format == "channels_first" else "tf",
        "data_format",
    ),
    "p": (same("rate"), "rate"),
    "sigma": (same("stddev"), "stddev"),
    "alpha": (same("negative_slope"), "negative_slope"),
    "running_mean": (same("moving_mean"), "moving_mean"),
    "running_std": (same("moving_variance"), "moving_variance"),
    "batch_input_shape": (same("_declared_shape"), "input.shape"),
}


def _validation_data(callback: Any) -> Any:
    return getattr(callback.model, "validation_data", None)


CALLBACK: dict[str, tuple[Get, str]] = {
    "validation_data": (_validation_data, ""),
    "epsilon": (same("min_delta"), "min_delta"),
    "period": (constant(1), "save_freq"),
}
TABLES: tuple[tuple[type, dict[str, tuple[Get, str]]], ...] = (
    (models.Model, {**LAYER, **MODEL}),
    (layers.Layer, LAYER),
    (optimizers.Optimizer, OPTIMIZER),
    (metrics.Metric, METRIC),
    (callbacks.Callback, CALLBACK),
    (RunParams, PARAMS),
    (Variable, VARIABLE),
    (Symbolic, TENSOR),
    (Recorded, NODE),
    (Iterator, ITERATOR),
    (ImageDataGenerator, GENERATOR),
    (Tokenizer, {"nb_words": (same("num_words"), "num_words")}),
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
