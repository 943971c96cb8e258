"""New objects and results as the era in force had them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from keryx import callbacks, layers, optimizers
from keryx.dialects import _era
from keryx.dialects._era import Era
from keryx.dialects._old_words import worded
from keryx.models._compile import Compiled

_OLD = (Era.K1, Era.K2, Era.TF)


def done(thing: Any, result: Any) -> Any:
    """Returns a call's result, or a new object, as the era in force had it."""
    era = _era.in_force()
    for cls, eras, change in OBJECTS:
        if era in eras and isinstance(result, cls):
            change(result)
    eras, change_result = RESULTS.get(getattr(thing, "__qualname__", ""), ((), None))
    return change_result(result) if change_result and era in eras else result


def _root(optimizer: Any) -> None:
    """`epsilon` was added to the root; tf.keras with momentum had it inside."""
    moving = getattr(optimizer, "momentum", 0.0) > 0
    optimizer.epsilon_outside = not (moving and _era.in_force() is Era.TF)


def _schedule(optimizer: Any) -> None:
    if "schedule_decay" not in vars(optimizer):
        optimizer.schedule_decay = 0.004


def _one_more(callback: Any) -> None:
    """`patience` was compared before the epoch was counted."""
    if type(callback).on_epoch_end.__module__.startswith("keryx."):
        callback.patience += 1


def _reduces_late(callback: Any) -> None:
    """The epoch that lowered the rate was counted for the next time as well."""
    if not type(callback).on_epoch_end.__module__.startswith("keryx."):
        return
    _one_more(callback)
    reduce = callback._reduce

    def _reduce(epoch: int) -> None:
        reduce(epoch)
        callback.wait = min(callback.wait + 1, callback.patience)

    callback._reduce = _reduce


def _from_zero(callback: Any) -> None:
    callback.first_epoch = 0


def _sums(layer: Any) -> None:
    """The penalty of outputs was not divided by the size of the batch."""
    if layer.activity_regularizer is not None:
        layer.sums_penalty = True


def _norm(layer: Any) -> None:
    """Freezing stopped the updates of weights alone; later ones were unbiased."""
    era = _era.in_force()
    layer.learns_frozen = era is not Era.TF
    if era is Era.K2:
        layer.freedom = (1.0 + layer.epsilon,) * 2
    elif era is Era.TF:  # TensorFlow's own operation for images
        layer.freedom = (1.0, 0.0)


def _weighs(compiled: Any) -> None:
    """A sample of weight 0 did not count among those that a loss is the mean of."""
    compiled.over_weighted = True
    compiled.weighted_prefix = "weighted_"


# What changes in a new object: its class, the eras, and how.
OBJECTS: tuple[tuple[type, tuple[Era, ...], Callable[[Any], None]], ...] = (
    (optimizers.RMSprop, _OLD, _root),
    (optimizers.Adagrad, _OLD, _root),
    (optimizers.Nadam, _OLD, _schedule),
    (layers.Layer, (Era.K1, Era.K2), _sums),
    (layers.BatchNormalization, _OLD, _norm),
    (Compiled, (Era.K1, Era.K2), _weighs),
    (callbacks.EarlyStopping, (Era.K1,), _one_more),
    (callbacks.ReduceLROnPlateau, (Era.K1,), _reduces_late),
    (callbacks.ModelCheckpoint, (Era.K1,), _from_zero),
)


def _unpacked_beside(path: str) -> str:
    """Returns what `get_file` did for an archive, which it unpacked into its folder.

    What is in the archive is linked there. The path is that of the archive, or of the
    folder that a name without an ending means.
    """
    folder = Path(path)
    if not folder.is_dir():
        return path
    for entry in folder.iterdir():
        link = folder.parent / entry.name
        if not link.exists():
            link.symlink_to(entry, target_is_directory=entry.is_dir())
    stem = folder.name.removesuffix("_extracted")
    if stem == folder.name:
        inner = folder / stem
        return str(inner) if inner.is_dir() else path
    files = (file for file in sorted(folder.parent.iterdir()) if file.is_file())
    return str(next((f for f in files if f.name.startswith(f"{stem}.")), folder))


# The same for the results of functions.
RESULTS: dict[str, tuple[tuple[Era, ...], Callable[[Any], Any]]] = {
    "get_file": (_OLD, _unpacked_beside),
    "Configurable.get_config": ((Era.K1, Era.K2), worded),
    "Layer.get_config": ((Era.K1, Era.K2), worded),
}
