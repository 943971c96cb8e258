"""The eras of Keras, and which of them is in force. Tables of what depends on it."""

import enum
from typing import Any

from keryx._core import check
from keryx._core.hook import Hook
from keryx.dialects._load import load


class Era(enum.Enum):
    """A Keras that programs were written for.

    Attributes:
        K1: Keras 0.1 to 1.2.
        K2: Keras 2.0 to 2.3, of any backend.
        TF: `tf.keras` of TensorFlow 1 and 2, and `keras` 2.4 to 2.15.
        K3: Keras 3.
    """

    K1 = "1"
    K2 = "2"
    TF = "tf"
    K3 = "3"


class _Force:
    era: Era | None = None


_OLD = (Era.K1, Era.K2, Era.TF)


def in_force() -> Era | None:
    """Returns the era that calls are read in; `None` reads all of them as of today."""
    return _Force.era


def set_era(era: Era | str | None) -> None:
    """Chooses how calls are read that mean different things in different eras.

    Example:
        >>> set_era("1")
        >>> in_force()
        <Era.K1: '1'>
        >>> set_era(None)

    Args:
        era: "1", "2", "tf" or "3"; `None`, as at the start, for today's meaning
            wherever a call has one.

    Raises:
        ArgumentError: If it is none of these.
    """
    if era is not None and not isinstance(era, Era):
        era = Era(check.one_of(era, [e.value for e in Era], "era", owner="set_era"))
    _Force.era = era
    Hook.first = load("_first").first if era in _OLD else None
    Hook.done = load("_done").done if era in _OLD else None
    Hook.title = load("_titles").title if era in _OLD else None
    Hook.manners = frozenset(
        word for word, eras in MANNERS.items() if era is not None and era in eras
    )


# Strings whose meaning changed, and the eras of the old meaning.
MEANT_STRINGS: dict[str, tuple[Era, ...]] = {
    "hard_sigmoid": _OLD,
    "precision": (Era.K1,),
    "recall": (Era.K1,),
    "fbeta_score": (Era.K1,),
    "hinge": (Era.K1, Era.K2),
    "squared_hinge": (Era.K1, Era.K2),
    "glorot_normal": (Era.K1,),
    "he_normal": (Era.K1,),
    "l1l2": _OLD,
}
# What is done in another way, by the words of `Hook.manners`.
MANNERS: dict[str, tuple[Era, ...]] = {
    "batch logs": (Era.K1, Era.K2),
    "trainable first": (Era.K1, Era.K2),
}

_GATE = {"recurrent_activation": "hard_sigmoid"}
_SMALL = {"epsilon": 1e-8}
_FROM_ZERO = {"learning_rate": 0.01, "initial_accumulator_value": 0.0}
# Defaults that changed, by class: eras, and the defaults that they had.
DEFAULTS: dict[str, tuple[tuple[tuple[Era, ...], dict[str, Any]], ...]] = {
    "LSTM": (((Era.K1, Era.K2), _GATE),),
    "LSTMCell": (((Era.K1, Era.K2), _GATE),),
    "ConvLSTM2D": ((_OLD, _GATE),),
    "ConvLSTM2DCell": ((_OLD, _GATE),),
    "GRU": (((Era.K1, Era.K2), {**_GATE, "reset_after": False}),),
    "GRUCell": (((Era.K1, Era.K2), {**_GATE, "reset_after": False}),),
    "RMSprop": (((Era.K1,), _SMALL),),
    "Adam": (((Era.K1,), _SMALL),),
    "Adagrad": (
        ((Era.K1,), {**_FROM_ZERO, **_SMALL}),
        ((Era.K2,), _FROM_ZERO),
    ),
    "Adadelta": (
        ((Era.K1,), {"learning_rate": 1.0, **_SMALL}),
        ((Era.K2,), {"learning_rate": 1.0}),
    ),
    "Adamax": (
        ((Era.K1,), {"learning_rate": 0.002, **_SMALL}),
        ((Era.K2,), {"learning_rate": 0.002}),
    ),
    "Nadam": (
        ((Era.K1,), {"learning_rate": 0.002, **_SMALL}),
        ((Era.K2,), {"learning_rate": 0.002}),
    ),
    "Orthogonal": (((Era.K1,), {"gain": 1.1}),),
}

# Under which name the logs have a metric that `compile` was given by this string.
LOG_NAMES: dict[Era, dict[str, str]] = {
    Era.K1: {
        "accuracy": "acc",
        "mse": "mean_squared_error",
        "mae": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error",
        "msle": "mean_squared_logarithmic_error",
    },
}
LOG_NAMES[Era.K2] = LOG_NAMES[Era.K1]

# Whether `clipnorm` limits all gradients together.
GLOBAL_CLIPNORM = frozenset((Era.K1, Era.K2))
# Whether `Conv2D(32, 3, 3)` is a kernel of 3 x 3.
SQUARE_KERNELS = frozenset((Era.K1, Era.K2))
# Whether the third argument of a Sequential's `train_on_batch` is `class_weight`, and
# the second of `fit_generator` counts samples.
COUNTS_SAMPLES = frozenset((Era.K1,))
# Whether files without an ending are of HDF5.
HDF5 = frozenset(_OLD)
# What `K.categorical_crossentropy` takes first.
OUTPUT_FIRST = frozenset((Era.K1,))
# Which epochs a script trained for without `epochs=`.
EPOCHS: dict[Era, int] = {Era.K1: 10}


def defaults(era: Era | None, cls_name: str) -> dict[str, Any]:
    """Returns the defaults of a class that were others in an era.

    Example:
        >>> defaults(Era.K2, "GRU")
        {'recurrent_activation': 'hard_sigmoid', 'reset_after': False}
    """
    for eras, values in DEFAULTS.get(cls_name, ()):
        if era in eras:
            return values
    return {}
