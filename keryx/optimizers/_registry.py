"""Optimizers by name."""

from typing import Any

from keryx._core import serial
from keryx._core.registry import Registry
from keryx.optimizers._adadelta import Adadelta
from keryx.optimizers._adafactor import Adafactor
from keryx.optimizers._adagrad import Adagrad
from keryx.optimizers._adam import Adam, AdamW
from keryx.optimizers._adamax import Adamax
from keryx.optimizers._ftrl import Ftrl
from keryx.optimizers._lamb import Lamb
from keryx.optimizers._lion import Lion
from keryx.optimizers._nadam import Nadam
from keryx.optimizers._optax import is_transformation, Optax
from keryx.optimizers._optimizer import Optimizer
from keryx.optimizers._rmsprop import RMSprop
from keryx.optimizers._sgd import SGD

OPTIMIZERS = Registry("Optimizer", "keras.optimizers", instantiate=True)
for _class in (
    *(Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax),
    *(Ftrl, Lamb, Lion, Nadam, RMSprop, SGD),
):
    OPTIMIZERS.add(_class, _class.__name__.lower())


def serialize(optimizer: Optimizer) -> Any:
    """Returns an optimizer's class and configuration as plain data."""
    return serial.serialize(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the optimizer that `serialize` described.

    Example:
        >>> deserialize(serialize(SGD(momentum=0.5))).momentum
        0.5

    Args:
        config: Plain data.
        custom_objects: Classes by the names that the data uses.

    Raises:
        UnknownNameError: If it names no known optimizer.
    """
    return OPTIMIZERS.deserialize(config, custom_objects)


def get(identifier: Any) -> Any:
    """Returns the optimizer that an argument means.

    Example:
        >>> import optax
        >>> type(get("rmsprop")).__name__, type(get(optax.adam(1e-3))).__name__
        ('RMSprop', 'Optax')

    Args:
        identifier: A name in any case, a configuration, an optimizer, an optax
            transformation, or `None`, which is returned.

    Raises:
        UnknownNameError: If a string names no known optimizer.
        ArgumentError: If it is none of these.
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if is_transformation(identifier):
        return Optax(identifier)
    return OPTIMIZERS.get(identifier)
