"""Strings that named something in an older Keras, and what they name today."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from keryx import constraints, initializers, losses, regularizers
from keryx._core import serial
from keryx._core.op import op
from keryx._core.registry import register_keras_serializable
from keryx.dialects import _era, _report
from keryx.dialects._load import load


@op
def hard_sigmoid_02(x: Any) -> Any:
    """Logistic function with straight lines, as all Keras before 3 had it.

        hard_sigmoid(x) = min(max(0.2 x + 1/2, 0), 1)

    Source:
        Courbariaux et al., "BinaryConnect" (NeurIPS 2015, arXiv:1511.00363), with the
        slope of Theano's `hard_sigmoid`.
    """
    return jnp.clip(0.2 * jnp.asarray(x) + 0.5, 0, 1)


@register_keras_serializable("keras2", "hinge")
def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of `max(1 - y_true y_pred, 0)`, whatever the targets are."""
    return jnp.mean(jnp.maximum(1 - y_true * y_pred, 0), axis=-1)


@register_keras_serializable("keras2", "squared_hinge")
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of `max(1 - y_true y_pred, 0)²`, whatever the targets are."""
    return jnp.mean(jnp.square(jnp.maximum(1 - y_true * y_pred, 0)), axis=-1)


serial.publish_function(hard_sigmoid_02)


def _legacy(module: str, name: str) -> Callable[[], Any]:
    return lambda: getattr(load(module), name)


def _untruncated(scale: float, mode: str) -> Callable[[], Any]:
    return lambda: initializers.VarianceScaling(scale, mode, "untruncated_normal")


def _both(l1: float, l2: float) -> Callable[[], Any]:
    return lambda: regularizers.L1L2(l1, l2)


_METRICS = {
    name: _legacy("_legacy_metrics", name)
    for name in ("fmeasure", "fbeta_score", "matthews_correlation")
}
_LOSSES: dict[str, Callable[[], Any]] = {
    "cosine_proximity": lambda: losses.cosine_similarity,
    "cosine": lambda: losses.cosine_similarity,
    "kullback_leibler_divergence": lambda: losses.kl_divergence,
    "logcosh": lambda: losses.log_cosh,
    "huber_loss": lambda: losses.huber,
    "crossentropy": lambda: losses.categorical_crossentropy,
}
# By the kind of registry, then by the old string: what it means, made when asked for.
STRINGS: dict[str, dict[str, Callable[[], Any]]] = {
    "Regularizer": {
        "l1_l2": _both(0.01, 0.01),
        "activity_l1": _both(0.01, 0.0),
        "activity_l2": _both(0.0, 0.01),
        "activity_l1l2": _both(0.01, 0.01),
        "WeightRegularizer": lambda: regularizers.L1L2,
        "ActivityRegularizer": lambda: regularizers.L1L2,
        "L1L2Regularizer": lambda: regularizers.L1L2,
    },
    "Constraint": {
        "maxnorm": lambda: constraints.MaxNorm,
        "nonneg": lambda: constraints.NonNeg,
        "unitnorm": lambda: constraints.UnitNorm,
        "minmaxnorm": lambda: constraints.MinMaxNorm,
    },
    "Loss": _LOSSES,
    "Metric": {**_LOSSES, **_METRICS},
    "Activation": {"hard_sigmoid_02": lambda: hard_sigmoid_02},
    "Function": {"hard_sigmoid_02": lambda: hard_sigmoid_02},
}
# Targets of 0 and 1 were not made into -1 and 1.
_HINGES: dict[str, Callable[[], Any]] = {
    "hinge": lambda: hinge,
    "squared_hinge": lambda: squared_hinge,
}
# Strings that name something today, and something else to the programs of an era.
IN_ERA: dict[str, dict[str, Callable[[], Any]]] = {
    "Activation": {"hard_sigmoid": lambda: hard_sigmoid_02},
    "Initializer": {
        "glorot_normal": _untruncated(1.0, "fan_avg"),
        "he_normal": _untruncated(2.0, "fan_in"),
    },
    "Regularizer": {"l1l2": _both(0.01, 0.01)},
    "Loss": _HINGES,
    "Metric": {
        **_HINGES,
        **{
            name: _legacy("_legacy_metrics", name)
            for name in ("precision", "recall", "fbeta_score")
        },
    },
}
_SILENT = ("hard_sigmoid_02",)


def named(kind: str, name: str) -> Any:
    """Returns what an old string means, or `None` if no Keras knew it.

    Args:
        kind: The kind of a registry, such as "Loss"; or "Class" or "Function" for what
            files name.
        name: The string.
    """
    if kind == "Class":
        return load("_modules").old_class(name)
    era = _era.in_force()
    if era is not None and era in _era.MEANT_STRINGS.get(name, ()):
        return IN_ERA[kind][name]() if name in IN_ERA.get(kind, {}) else None
    make = STRINGS.get(kind, {}).get(name)
    if make is None:
        return None
    made = make()
    if name not in _SILENT:
        _report.note(repr(name), repr(_word(made)))
    return made


def _word(made: Any) -> str:
    return str(getattr(made, "__name__", type(made).__name__))
