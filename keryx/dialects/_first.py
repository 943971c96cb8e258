"""Calls that bind today but meant something else in the era in force."""

import inspect
from typing import Any

from keryx import activations, layers, metrics, models, optimizers, regularizers
from keryx._core import configurable
from keryx.dialects import _era, _forms, _images, _interpreter
from keryx.dialects._positional import kernel_of_era
from keryx.dialects._strings import hard_sigmoid_02

Args = tuple[Any, ...]
Given = dict[str, Any]


def first(thing: Any, args: Args, kwargs: Given) -> tuple[Args, Given]:
    """Returns a call as the era in force meant it, in today's spelling."""
    if not inspect.isclass(thing):
        return _function(thing, args, kwargs)
    if not thing.__module__.startswith("keryx."):
        return args, kwargs
    era = _era.in_force()
    old = args, kwargs
    if issubclass(thing, layers.Layer) and era in _era.SQUARE_KERNELS:
        args, kwargs = _kernel(thing, args, kwargs)
        args, kwargs = _steps(thing, args, kwargs)
    if issubclass(thing, optimizers.Optimizer) and era in _era.GLOBAL_CLIPNORM:
        kwargs = _clipnorm(kwargs)
    if (args, kwargs) != old:
        known = _interpreter.plan(thing)
        _interpreter.show(thing.__name__, known, old, (args, kwargs))
    if issubclass(thing, layers.Layer):
        args, kwargs = _gentler(args, kwargs)
    if thing is regularizers.L1L2 and not args and not kwargs:
        kwargs = {"l1": 0.01, "l2": 0.01}  # of the function `l1_l2`
    return args, _defaulted(thing, args, kwargs)


def _gentler(args: Args, kwargs: Given) -> tuple[Args, Given]:
    """Gives a layer the `hard_sigmoid` of the era where it is given the function."""

    def of_era(value: Any) -> Any:
        return hard_sigmoid_02 if value is activations.hard_sigmoid else value

    return tuple(map(of_era, args)), {k: of_era(v) for k, v in kwargs.items()}


def _slope(args: Args, kwargs: Given) -> tuple[Args, Given]:
    """0.2 x + 1/2 was the line; today it is x / 6 + 1/2."""
    if args:
        return (1.2 * args[0], *args[1:]), kwargs
    return args, {key: 1.2 * value for key, value in kwargs.items()}


def _kernel(cls: type, args: Args, kwargs: Given) -> tuple[Args, Given]:
    """`Conv2D(32, 3, 3)` → `Conv2D(32, (3, 3))`."""
    if kernel_of_era(cls.__name__, args, kwargs):
        return (args[0], tuple(args[1:3])), kwargs
    return args, kwargs


_SEQUENCES = ("SimpleRNN", "LSTM", "GRU", "RNN", "Conv1D", "LocallyConnected1D")


def _steps(cls: type, args: Args, kwargs: Given) -> tuple[Args, Given]:
    """`LSTM(8, input_dim=3)` → `LSTM(8, input_shape=(None, 3))`."""
    if cls.__name__ in _SEQUENCES and "input_dim" in kwargs:
        kwargs = dict(kwargs)
        kwargs["input_shape"] = (
            kwargs.pop("input_length", None),
            kwargs.pop("input_dim"),
        )
    return args, kwargs


def _clipnorm(kwargs: Given) -> Given:
    """`clipnorm` was the norm of all gradients together."""
    if kwargs.get("clipnorm") is None:
        return kwargs
    return {("global_clipnorm" if k == "clipnorm" else k): v for k, v in kwargs.items()}


def _defaulted(cls: type, args: Args, kwargs: Given) -> Given:
    """Adds the defaults of the era to those arguments that were not given."""
    values = _era.defaults(_era.in_force(), cls.__name__)
    if not values:
        return kwargs
    given = _interpreter.keywords(cls, kwargs)
    placed = list(configurable.parameters(cls))[: len(args)]
    decay = "decay" in kwargs or "lr" in kwargs
    missing = {
        name: value
        for name, value in values.items()
        if name not in given and name not in placed
        and not (decay and name == "learning_rate" and "lr" in kwargs)
    }  # fmt: skip
    return {**kwargs, **missing}


def _function(function: Any, args: Args, kwargs: Given) -> tuple[Args, Given]:
    name = function.__qualname__
    era = _era.in_force()
    if name in _images.FIRST and era is _era.Era.K1:
        return _images.FIRST[name](args, kwargs)
    if name == "hard_sigmoid":
        return _slope(args, kwargs)
    if name == "Trainable.compile":
        new = _forms.compile_form(args, kwargs)
        return _renamed_logs(era, *_by_loss(*new))
    if name == "Trainable.fit" and era in _era.EPOCHS:
        named = "epochs" in kwargs or "nb_epoch" in kwargs or len(args) > 4
        if not named and isinstance(args[0], models.Model):
            return args, {**kwargs, "epochs": _era.EPOCHS[era]}
    if name in _SAVING and era in _era.HDF5:
        return _saved_as_hdf5(args, kwargs)
    return args, kwargs


_SAVING = ("Model.save", "Model.save_weights", "save_model")
_ENDINGS = (".keras", ".h5", ".hdf5", ".json", ".safetensors")


def _saved_as_hdf5(args: Args, kwargs: Given) -> tuple[Args, Given]:
    """A file without an ending that says something else was one of HDF5."""
    path = kwargs.get("filepath", args[1] if len(args) > 1 else "")
    if str(path).endswith(_ENDINGS):
        return args, kwargs
    return args, {"save_format": "h5", **kwargs}


_ACCURACY = ("accuracy", "acc")


def _by_loss(args: Args, kwargs: Given) -> tuple[Args, Given]:
    """Accuracy with binary crossentropy was that of each output on its own."""
    loss = kwargs.get("loss", args[2] if len(args) > 2 else None)
    given = kwargs.get("metrics")
    if isinstance(given, dict) and isinstance(loss, dict):
        made: Any = {k: _binary(loss.get(k), row) for k, row in given.items()}
    elif isinstance(loss, dict | list | tuple):
        return args, kwargs
    else:
        made = _binary(loss, given)
    return (args, kwargs) if made is given else (args, {**kwargs, "metrics": made})


def _binary(loss: Any, row: Any) -> Any:
    """Returns metrics with "accuracy" settled, if the loss settles it."""
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "")
    if name != "binary_crossentropy":
        return row
    if isinstance(row, str) and row in _ACCURACY:
        names = _era.LOG_NAMES.get(_era.in_force() or _era.Era.K3, {})
        return metrics.BinaryAccuracy(name=names.get(row, row))
    if isinstance(row, list | tuple):
        return [_binary(loss, item) for item in row]
    return row


def _renamed_logs(
    era: _era.Era | None, args: Args, kwargs: Given
) -> tuple[Args, Given]:
    """Names metrics as the logs of the era did: `acc` for "accuracy"."""
    table = _era.LOG_NAMES.get(era, {}) if era is not None else {}
    if not table:
        return args, kwargs

    def word(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [word(item) for item in value]
        if isinstance(value, dict):
            return {key: word(item) for key, item in value.items()}
        return table.get(value, value) if isinstance(value, str) else value

    rows = {key: word(kwargs[key]) for key in _METRICS if key in kwargs}
    return args, {**kwargs, **rows}


_METRICS = ("metrics", "weighted_metrics")
