"""Calls that a row of a table cannot say: functions from arguments to arguments."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx import metrics as metrics_package, models
from keryx._core.errors import StateError
from keryx.dialects import _era, _images
from keryx.dialects._convert import FULL
from keryx.dialects._load import load

Args = tuple[Any, ...]
Given = dict[str, Any]
Placed = tuple[Args, Given]
After = Callable[[Any], Any] | None

# Old names of classes, for showing a call in today's spelling.
RENAMED: dict[str, str] = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "Deconv2D": "Conv2DTranspose",
    "Deconv3D": "Conv3DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose",
    "Convolution1DTranspose": "Conv1DTranspose",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
}


def _numbers_joined(args: Args, kwargs: Given) -> Placed:
    """`Reshape(3, 4)` → `Reshape((3, 4))`."""
    if len(args) > 1 and all(hasattr(arg, "__index__") for arg in args):
        return (tuple(args),), kwargs
    return args, kwargs


def _sequential(args: Args, kwargs: Given) -> Placed:
    """`Sequential(layers, "name")` → `Sequential(layers, name="name")`."""
    if len(args) == 2 and isinstance(args[1], str):
        return args[:1], {**kwargs, "name": args[1]}
    return args, kwargs


def _is_metric(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_metric(item) for item in value)
    if isinstance(value, dict):
        return any(_is_metric(item) for item in value.values())
    return isinstance(value, str | metrics_package.Metric) or callable(value)


def compile_form(args: Args, kwargs: Given) -> Placed:
    """Third is `metrics` if it has names; "categorical" and "binary" had no effect."""
    if len(args) < 4 or not _is_metric(args[3]):
        return args, kwargs
    third, rest = args[3], args[4:]
    named: Given = dict(zip(("loss_weights", "sample_weight_mode"), rest, strict=False))
    if not isinstance(third, str):
        named["metrics"] = third
    return args[:3], {**named, **kwargs}


def _train_on_batch(args: Args, kwargs: Given) -> Placed:
    """A dict is `class_weight`, whichever place it has."""
    if len(args) > 3 and any(isinstance(arg, dict) for arg in args[3:5]):
        named: Given = {}
        for arg in args[3:5]:
            named["class_weight" if isinstance(arg, dict) else "sample_weight"] = arg
        named = {key: value for key, value in named.items() if value is not None}
        return args[:3], {**named, **kwargs}
    return args, kwargs


def _add_weight(args: Args, kwargs: Given) -> Placed:
    """`add_weight("W", (3, 4), …)` → `add_weight(shape=(3, 4), name="W", …)`."""
    if len(args) > 1 and isinstance(args[1], str):
        order = ("name", "shape", "dtype", "initializer", "regularizer", "trainable",
                 "constraint")  # fmt: skip
        return args[:1], {**dict(zip(order, args[1:], strict=False)), **kwargs}
    return args, kwargs


def _model(args: Args, kwargs: Given) -> Placed:
    """`Model(input=a, output=b)` → `Model(inputs=a, outputs=b)`."""
    today = {"input": "inputs", "output": "outputs"}
    return args, {today.get(key, key): value for key, value in kwargs.items()}


def _with_accuracy(args: Args, kwargs: Given) -> Placed:
    """`fit(X, y, show_accuracy=True)`: the model is compiled with the metric."""
    wanted = [kwargs.get(name) for name in ("show_accuracy", "accuracy")]
    compiled = vars(args[0]).get("_compiled") if args else None
    if not any(wanted) or compiled is None:
        return args, kwargs
    given = compiled.metrics
    row = [] if given is None else given if isinstance(given, list) else [given]
    if isinstance(given, dict) or {"acc", "accuracy"} & {m for m in row if m in _WORDS}:
        return args, kwargs
    compiled.metrics = [*row, "acc"]
    args[0].__dict__.pop("_engine", None)
    return args, kwargs


_WORDS = ("acc", "accuracy")


def _train_form(args: Args, kwargs: Given) -> Placed:
    return _train_on_batch(*_with_accuracy(args, kwargs))


def _first_weights(args: Args, kwargs: Given) -> Placed:
    """Keras 1 and 2 let a model keep the weights that there were no arrays for."""
    if len(args) != 2 or not isinstance(args[0], models.Model):
        return args, kwargs
    model, given = args[0], list(args[1])
    old = _era.in_force() in (_era.Era.K1, _era.Era.K2)
    if not old or len(given) >= len(model.weights):
        return args, kwargs
    return (model, [*given, *model.get_weights()[len(given) :]]), kwargs


def _atrous(args: Args, kwargs: Given) -> Placed:
    """`AtrousConvolution2D(4, (3, 3), rate=2)`, as `keras.legacy` had it."""
    today = {"rate": "dilation_rate"}
    return args, {today.get(key, key): value for key, value in kwargs.items()}


def _with_states(args: Args, kwargs: Given) -> Placed:
    """`lstm([x, h, c])` → `lstm(x, initial_state=[h, c])`."""
    given = args[1] if len(args) == 2 else None
    if not isinstance(given, list | tuple) or "initial_state" in kwargs:
        return args, kwargs
    if len(given) < 2 or not all(hasattr(item, "shape") for item in given):
        return args, kwargs  # numbers in lists
    if any(len(state.shape) != len(given[0].shape) - 1 for state in given[1:]):
        return args, kwargs  # several sequences: a mistake
    return (args[0], given[0]), {"initial_state": list(given[1:]), **kwargs}


FORMS: dict[str, Callable[[Args, Given], Placed]] = {
    **_images.FORMS,
    "Reshape": _numbers_joined,
    "Permute": _numbers_joined,
    "Sequential": _sequential,
    "Model": _model,
    "Trainable.compile": compile_form,
    "Trainable.fit": _with_accuracy,
    "Trainable.evaluate": _with_accuracy,
    "Trainable.test_on_batch": _with_accuracy,
    "Trainable.train_on_batch": _train_form,
    "WeightOwner.add_weight": _add_weight,
    "WeightOwner.set_weights": _first_weights,
    "RNN.__call__": _with_states,
    "Bidirectional.__call__": _with_states,
    **dict.fromkeys(
        (
            "AtrousConvolution1D",
            "AtrousConvolution2D",
            "AtrousConv1D",
            "AtrousConv2D",
        ),
        _atrous,
    ),
}


# Settings of optimizers that today's constructors have no argument for.
_LATER = ("decay", "schedule_decay")
_NORMS = ("clipnorm", "global_clipnorm")


def _optimizer_after(given: Given) -> tuple[Given, After]:
    """Sets `decay`, Nadam's schedule, and a second limit on gradients afterwards."""
    later = {name: given[name] for name in _LATER if name in given}
    limited = any(given.get(name) is not None for name in _NORMS)
    if limited and _era.in_force() is not None and given.get("clipvalue") is not None:
        later["clipvalue"] = given["clipvalue"]
    if not later:
        return given, None

    def settle(optimizer: Any) -> None:
        for name, value in later.items():
            setattr(optimizer, name, float(value))

    return {name: value for name, value in given.items() if name not in later}, settle


def check_form(cls: Any, args: Args, kwargs: Given) -> None:
    """Refuses a user's optimizer in the form of Keras 1 and 2.

    Their base class took no learning rate.

    Raises:
        StateError: If it is one.
    """
    rates = {"learning_rate", "lr"} & kwargs.keys()
    if cls.__name__ == "Optimizer" and not args and not rates:
        raise StateError(
            "`Optimizer()`",
            expected="`super().__init__(learning_rate)`, and a method `rule`",
            got="no learning rate, as in an optimizer of Keras 2 with `get_updates`",
            fix="`rule(grad, param, slots, hyper)` returns what is added to one "
            "parameter, and its new slots: see `Optimizer`.",
        )


def _output_padding(cls: type, given: Given) -> Given:
    """Finds what `output_shape` of Keras 1 says that kernel and strides do not.

    output = (input - 1) strides + kernel + extra            valid
    output = input strides                                   same, if it divides
    """
    given = dict(given)
    shape = given.pop("output_shape", None)
    if shape is None or "kernel_size" not in given:
        return given
    first = given.get("data_format") == "channels_first"
    sizes = tuple(shape)[2:] if first else tuple(shape)[-1 - _RANKS[cls.__name__] : -1]
    kernel = _each(given["kernel_size"], len(sizes))
    strides = _each(given.get("strides", 1), len(sizes))
    same = str(given.get("padding", "valid")).lower() == "same"
    rows = list(zip(sizes, kernel, strides, strict=True))
    if any(not size for size in sizes) or (
        same and all(n % s == 0 for n, _, s in rows)
    ):
        return given
    extra = tuple((n - k + (2 * (k // 2) if same else 0)) % s for n, k, s in rows)
    return {**given, "output_padding": extra} if same or any(extra) else given


_RANKS = {"Conv2DTranspose": 2, "Conv3DTranspose": 3}


def _each(value: Any, count: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,) * count


def _split_as_filed(function: Any, given: Given) -> Given:
    """Leaves `test_split` out where the file says by itself what is for testing."""
    known = inspect.signature(function).parameters
    return {k: v for k, v in given.items() if k != "test_split" or k in known}


# Changes that need to know the class, by kind of callable.
SPECIAL: dict[str, Callable[[Any, Given], Given]] = {
    **dict.fromkeys(_RANKS, _output_padding),
    "load_data": _split_as_filed,
}


def _typed(given: Given) -> tuple[Given, After]:
    """`to_categorical(y, 3, dtype="int8")`: the type is that of the result."""
    if "dtype" not in given:
        return given, None
    given = dict(given)
    dtype = given.pop("dtype")
    return given, lambda made: np.asarray(made).astype(dtype)


def _of_graph(model: Any) -> None:
    """Makes `Model(input=…, output=…)` the class that `Model(inputs, outputs)` gives.

    `Model.__new__` had to choose before the names were translated.
    """
    if type(model) is models.Model:
        model.__class__ = models.Functional


def _model_after(given: Given) -> tuple[Given, After]:
    return given, _of_graph if "outputs" in given else None


def _period(given: Given) -> tuple[Given, After]:
    """`ModelCheckpoint(period=n)`: it looks at every n-th epoch alone."""
    given = dict(given)
    period = int(given.pop("period", 1))

    def every(callback: Any) -> None:
        save = callback.on_epoch_end

        def on_epoch_end(epoch: int, logs: Any = None) -> None:
            if (epoch + 1) % period == 0:
                save(epoch, logs)

        callback.on_epoch_end = on_epoch_end

    return given, every if period > 1 else None


def _dropped_rows(given: Given) -> tuple[Given, After]:
    """`Embedding(dropout=p)`: whole rows of the table are left out in training."""
    given = dict(given)
    rate = given.pop("dropout", None)
    return given, (lambda layer: load("_legacy_normal").drop_rows(layer, rate)) if (
        rate
    ) else None


def _mode(given: Given) -> tuple[Given, After]:
    """`BatchNormalization(mode=1)`, and 2: without running statistics."""
    given = dict(given)
    mode = given.pop("mode", None)
    return given, (lambda layer: load("_legacy_normal").set_mode(layer, mode)) if (
        mode
    ) else None


def _full(given: Given) -> tuple[Given, After]:
    """`border_mode="full"`: the kernel less one is padded on both sides."""
    if given.get("padding") is not FULL:
        return given, None
    return {**given, "padding": "valid"}, lambda layer: load("_legacy_full").pad_fully(
        layer
    )


# Arguments that are about the result.
RESULTS: dict[str, Callable[[Given], tuple[Given, After]]] = {
    "to_categorical": _typed,
    "Model": _model_after,
    "ModelCheckpoint": _period,
    "Optimizer": _optimizer_after,
    "Embedding": _dropped_rows,
    "BatchNormalization": _mode,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _full),
}
