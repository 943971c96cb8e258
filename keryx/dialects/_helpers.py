"""Functions of old helper modules that no public package of today has."""

import enum
import inspect
import json
import string
from collections.abc import Iterable
from typing import Any

import numpy as np

from keryx import callbacks, config, models
from keryx._core import serial
from keryx._core.errors import FileError
from keryx._core.hook import hooked
from keryx.dialects._configs import layer, source_of


class Reduction(enum.StrEnum):
    """How `tf.keras` made one number of the losses of a batch."""

    AUTO = "sum_over_batch_size"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    SUM = "sum"
    NONE = "none"


class BaseLogger(callbacks.Callback):
    """Accepted: the epoch's means are there without it."""

    def __init__(self, stateful_metrics: Any = None) -> None:
        super().__init__()
        self.stateful_metrics = stateful_metrics


def multi_gpu_model(model: Any, *args: Any, **kwargs: Any) -> Any:
    """Returns the model: batches are spread over devices without it."""
    return model


def layer_from_config(data: dict[str, Any], custom_objects: Any = None) -> Any:
    """Returns the layer or model of a configuration of any era."""
    return serial.deserialize(layer(data, source_of(data, None)), custom_objects)


model_from_config = layer_from_config


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """Returns the model of a text that is YAML; only its JSON part is read safely.

    Raises:
        FileError: If it is YAML that is no JSON, and there is no reader for it.
    """
    try:
        data = json.loads(yaml_string)
    except ValueError:
        data = _yaml(yaml_string)
    return layer_from_config(data, custom_objects)


def _yaml(text: str) -> Any:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]  # not everywhere
    except ImportError:
        raise FileError(
            "model_from_yaml",
            expected="JSON, or the package PyYAML to be there",
            got="YAML",
            fix="`pip install pyyaml`, or save the model with `to_json`.",
        ) from None
    return yaml.safe_load(text)


def categorical_probas_to_classes(p: Any) -> Any:
    """Returns the class of each row of scores."""
    return np.argmax(p, axis=1)


def probas_to_classes(y_pred: Any) -> Any:
    """Returns the class of each row of scores; of a single column, score > 0.5."""
    y_pred = np.asarray(y_pred)
    if y_pred.ndim > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if p > 0.5 else 0 for p in y_pred.reshape(-1)])


def accuracy(p: Any, y: Any) -> Any:
    """Returns the share of places where two arrays agree."""
    return np.mean(np.equal(p, y))


def get_source_inputs(tensor: Any) -> list[Any]:
    """Returns the inputs that a symbolic tensor was made from."""
    node = getattr(tensor, "node", None)
    if node is None or not node.inputs():
        return [tensor]
    found: dict[int, Any] = {}
    for start in node.inputs():
        found.update({id(t): t for t in get_source_inputs(start)})
    return list(found.values())


def convert_all_kernels_in_model(model: Any) -> None:
    """Flips the kernels of a model's convolutions: Theano's to all others', or back."""
    for part in model.layers:
        if "Conv" in type(part).__name__ and hasattr(part, "kernel"):
            kernel = part.kernel.numpy()
            part.kernel.assign(np.flip(kernel, tuple(range(kernel.ndim - 2))))


def convert_dense_weights_data_format(
    dense: Any,
    previous_feature_map_shape: Any,
    target_data_format: str = "channels_first",
) -> None:
    """Reorders the rows of a Dense after a Flatten for the other layout of images.

    Args:
        dense: The layer.
        previous_feature_map_shape: Shape of what Flatten gets, in the new layout.
        target_data_format: The new layout.
    """
    shape = tuple(previous_feature_map_shape)
    kernel = dense.kernel.numpy()
    if target_data_format == "channels_first":
        channels, rows, columns = shape
        moved = kernel.reshape(rows, columns, channels, -1).transpose(2, 0, 1, 3)
    else:
        rows, columns, channels = shape
        moved = kernel.reshape(channels, rows, columns, -1).transpose(1, 2, 0, 3)
    dense.kernel.assign(moved.reshape(kernel.shape))


def count_params(weights: Any) -> int:
    """Returns the number of elements of a model's or a list's weights."""
    if isinstance(weights, models.Model):
        return weights.count_params()
    return int(sum(int(np.prod(w.shape)) for w in weights))


def to_list(x: Any, allow_tuple: bool = False) -> list[Any]:
    """Returns a list: `x` itself, or the only element."""
    if isinstance(x, list):
        return x
    return list(x) if allow_tuple and isinstance(x, tuple) else [x]


def unpack_singleton(x: Any) -> Any:
    """Returns the only element of a list of one, else the list."""
    return x[0] if len(x) == 1 else x


def slice_arrays(arrays: Any, start: Any = None, stop: int | None = None) -> Any:
    """Returns rows of an array, or of each array in a list."""
    take: Any = start if hasattr(start, "__len__") else slice(start, stop)
    if isinstance(arrays, list):
        return [None if array is None else array[take] for array in arrays]
    return arrays[take]


def has_arg(fn: Any, name: str, accept_all: bool = False) -> bool:
    """Tells whether a function takes an argument."""
    parameters = inspect.signature(fn).parameters
    if accept_all and any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return True
    return name in parameters


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """Returns where batches begin and end."""
    return [(i, min(size, i + batch_size)) for i in range(0, size, batch_size)]


@hooked
def get_test_data(
    num_train: int = 1000,
    num_test: int = 500,
    input_shape: Iterable[int] = (10,),
    output_shape: Iterable[int] = (2,),
    classification: bool = True,
    num_classes: int = 2,
) -> Any:
    """Returns random data: class numbers that show, or targets."""
    count = num_train + num_test
    shape = tuple(input_shape)
    if classification:
        y = np.random.randint(0, num_classes, size=(count,))
        x = np.zeros((count, *shape), np.float32)
        x += y.reshape(-1, *([1] * len(shape))) + np.random.normal(0, 0.7, x.shape)
    else:
        x = np.random.normal(0, 1, (count, *shape)).astype(np.float32)
        y = np.random.normal(0, 1, (count, *output_shape)).astype(np.float32)
    return (x[:num_train], y[:num_train]), (x[num_train:], y[num_train:])


def conv_output_length(
    input_length: int | None,
    filter_size: int,
    padding: str,
    stride: int,
    dilation: int = 1,
) -> int | None:
    """Returns the length of a convolution's output."""
    if input_length is None:
        return None
    dilated = filter_size + (filter_size - 1) * (dilation - 1)
    lengths = {
        "same": input_length,
        "causal": input_length,
        "valid": input_length - dilated + 1,
        "full": input_length + dilated - 1,
    }
    return (lengths[padding] + stride - 1) // stride


def conv_input_length(
    output_length: int | None, filter_size: int, padding: str, stride: int
) -> int | None:
    """Returns the length of input that gives an output of a length."""
    if output_length is None:
        return None
    pad = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[padding]
    return (output_length - 1) * stride - 2 * pad + filter_size


def normalize_padding(value: str) -> str:
    """Returns a padding in lower case."""
    return value.lower()


def normalize_data_format(value: str | None) -> str:
    """Returns a layout of images, the global default for `None`."""
    return (value or config.image_data_format()).lower()


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """Returns `n` integers."""
    return (value,) * n if isinstance(value, int) else tuple(value)


def base_filter() -> str:
    """Returns the characters that Keras 0 and 1 left out of texts."""
    return string.punctuation.replace("'", "") + "\t\n"
