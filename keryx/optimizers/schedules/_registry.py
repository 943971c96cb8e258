"""Schedules by name."""

from typing import Any

from keryx._core import serial
from keryx._core.registry import Registry
from keryx.optimizers.schedules._cosine import CosineDecay, CosineDecayRestarts
from keryx.optimizers.schedules._decay import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from keryx.optimizers.schedules._schedule import LearningRateSchedule

SCHEDULES = Registry("Learning-rate schedule", "keras.optimizers.schedules")
SCHEDULES.add_all(
    [
        CosineDecay,
        CosineDecayRestarts,
        ExponentialDecay,
        InverseTimeDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
    ]
)


def serialize(learning_rate_schedule: LearningRateSchedule) -> Any:
    """Returns a schedule's class and configuration as plain data."""
    return serial.serialize(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the schedule that `serialize` described.

    Example:
        >>> deserialize(serialize(ExponentialDecay(0.1, 10, 0.5))).decay_rate
        0.5

    Args:
        config: Plain data.
        custom_objects: Classes by the names that the data uses.

    Raises:
        UnknownNameError: If it names no known schedule.
    """
    return SCHEDULES.deserialize(config, custom_objects)
