"""Losses by name."""

import functools
from typing import Any

from keryx._core import serial
from keryx.losses import (
    _circle,
    _crossentropy,
    _ctc,
    _focal,
    _hinge,
    _overlap,
    _probability,
    _regression,
)
from keryx.losses._loss import FunctionLoss, KNOWN, Loss

# Function, its class, short names.
TABLE: tuple[tuple[Any, type[Loss], tuple[str, ...]], ...] = (
    (_regression.mean_squared_error, _regression.MeanSquaredError, ("mse", "MSE")),
    (_regression.mean_absolute_error, _regression.MeanAbsoluteError, ("mae", "MAE")),
    (
        _regression.mean_absolute_percentage_error,
        _regression.MeanAbsolutePercentageError,
        ("mape", "MAPE"),
    ),
    (
        _regression.mean_squared_logarithmic_error,
        _regression.MeanSquaredLogarithmicError,
        ("msle", "MSLE"),
    ),
    (_regression.huber, _regression.Huber, ()),
    (_regression.log_cosh, _regression.LogCosh, ()),
    (_regression.cosine_similarity, _regression.CosineSimilarity, ()),
    (_hinge.hinge, _hinge.Hinge, ()),
    (_hinge.squared_hinge, _hinge.SquaredHinge, ()),
    (_hinge.categorical_hinge, _hinge.CategoricalHinge, ()),
    (
        _crossentropy.binary_crossentropy,
        _probability.BinaryCrossentropy,
        ("bce", "BCE"),
    ),
    (_crossentropy.categorical_crossentropy, _probability.CategoricalCrossentropy, ()),
    (
        _crossentropy.sparse_categorical_crossentropy,
        _probability.SparseCategoricalCrossentropy,
        (),
    ),
    (
        _crossentropy.categorical_generalized_cross_entropy,
        _probability.CategoricalGeneralizedCrossEntropy,
        (),
    ),
    (_crossentropy.kl_divergence, _probability.KLDivergence, ("kld", "KLD")),
    (_crossentropy.poisson, _probability.Poisson, ()),
    (_focal.binary_focal_crossentropy, _focal.BinaryFocalCrossentropy, ()),
    (_focal.categorical_focal_crossentropy, _focal.CategoricalFocalCrossentropy, ()),
    (_overlap.dice, _overlap.Dice, ()),
    (_overlap.tversky, _overlap.Tversky, ()),
    (_circle.circle, _circle.Circle, ()),
    (_ctc.ctc, _ctc.CTC, ()),
)
CLASS_OF = {function: cls for function, cls, _ in TABLE}

for _function, _, _aliases in TABLE:
    KNOWN.add(_function, *_aliases)
    serial.publish_function(_function)
KNOWN.add_all(cls for _, cls, _ in TABLE)
KNOWN.add(FunctionLoss, "LossFunctionWrapper")


def get(identifier: Any) -> Any:
    """Returns the loss that an argument means: a function or a `Loss`.

    Example:
        >>> get("mse") is get("mean_squared_error"), get("Huber").delta
        (True, 1.0)

    Args:
        identifier: The name of a function or of a class, a configuration, or a loss.

    Raises:
        UnknownNameError: If a string names nothing known.
    """
    return KNOWN.get(identifier)


def serialize(loss: Any) -> Any:
    """Returns a loss as plain data: the name of a function, else a configuration."""
    return serial.serialize(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the loss that a configuration or a name describes.

    Args:
        name: The configuration or the name.
        custom_objects: Classes and functions by the names that it uses.

    Raises:
        UnknownNameError: If it names nothing known.
    """
    return KNOWN.deserialize(name, custom_objects)


def as_loss(identifier: Any) -> Loss:
    """Returns a loss as an object, whatever form it was given in.

    Example:
        >>> as_loss("mse").name, as_loss(lambda y_true, y_pred: y_pred).name
        ('mean_squared_error', '<lambda>')

    Args:
        identifier: As for `get`; a plain function is wrapped in `FunctionLoss`.

    Raises:
        UnknownNameError: If a string names nothing known.
        ArgumentError: If it is neither a name, a configuration nor callable.
    """
    loss = get(identifier)
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, functools.partial) and loss in CLASS_OF:
        # The class checks its targets; the function alone could not.
        return CLASS_OF[loss](name=loss.__name__)
    return FunctionLoss(loss)
