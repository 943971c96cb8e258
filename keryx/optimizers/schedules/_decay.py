"""Schedules that fall along one curve."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx.optimizers.schedules._schedule import as_float, LearningRateSchedule


class ExponentialDecay(LearningRateSchedule):
    """Multiplies the learning rate by a factor every so many steps.

        initial_learning_rate · decay_rate ^ (step / decay_steps)

    Example:
        >>> float(ExponentialDecay(0.5, decay_steps=10, decay_rate=0.5)(20))
        0.125

    Args:
        initial_learning_rate: Learning rate at step 0.
        decay_steps: Steps over which `decay_rate` acts once.
        decay_rate: The factor.
        staircase: Whether the exponent is rounded down to an integer.
        name: Name of the schedule.

    Raises:
        ArgumentError: If `decay_steps` is not positive.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive(decay_steps, "decay_steps", self)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        periods = as_float(step) / self.decay_steps
        periods = jnp.floor(periods) if self.staircase else periods
        return self.initial_learning_rate * jnp.power(self.decay_rate, periods)


class InverseTimeDecay(LearningRateSchedule):
    """Divides the learning rate by a linear function of the step.

        initial_learning_rate / (1 + decay_rate · step / decay_steps)

    Example:
        >>> float(InverseTimeDecay(1.0, decay_steps=1, decay_rate=0.5)(2))
        0.5

    Args:
        initial_learning_rate: Learning rate at step 0.
        decay_steps: Steps over which the divisor grows by `decay_rate`.
        decay_rate: That growth.
        staircase: Whether `step / decay_steps` is rounded down to an integer.
        name: Name of the schedule.

    Raises:
        ArgumentError: If `decay_steps` is not positive.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive(decay_steps, "decay_steps", self)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        periods = as_float(step) / self.decay_steps
        periods = jnp.floor(periods) if self.staircase else periods
        return self.initial_learning_rate / (1 + self.decay_rate * periods)


class PolynomialDecay(LearningRateSchedule):
    """Falls from one learning rate to another along a power of the time left.

        (initial - end) · (1 - step / decay_steps) ^ power + end

    Example:
        >>> float(PolynomialDecay(1.0, decay_steps=4, end_learning_rate=0.0)(3))
        0.25

    Args:
        initial_learning_rate: Learning rate at step 0.
        decay_steps: Steps until `end_learning_rate` is reached.
        end_learning_rate: Learning rate from then on.
        power: 1 is a straight line; larger ones fall faster at first.
        cycle: Whether to start again at the end, each time stretching the curve to the
            next multiple of `decay_steps`.
        name: Name of the schedule.

    Raises:
        ArgumentError: If `decay_steps` is not positive.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive(decay_steps, "decay_steps", self)
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        done = as_float(step) / self.decay_steps
        done = done / jnp.maximum(1, jnp.ceil(done)) if self.cycle else done
        left = 1 - jnp.minimum(done, 1)
        height = self.initial_learning_rate - self.end_learning_rate
        return height * jnp.power(left, self.power) + self.end_learning_rate


class PiecewiseConstantDecay(LearningRateSchedule):
    """Holds the learning rate constant between given steps.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [0.5, 0.25, 0.125])
        >>> [float(schedule(step)) for step in (100, 101, 201)]
        [0.5, 0.25, 0.125]

    Args:
        boundaries: Last step of each piece but the last one, increasing.
        values: Learning rate of each piece, one more than `boundaries`.
        name: Name of the schedule.

    Raises:
        ArgumentError: If `values` has not one element more than `boundaries`.
    """

    def __init__(
        self, boundaries: Any, values: Any, name: str = "PiecewiseConstant"
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ArgumentError(
                self,
                "values",
                expected=f"one longer than `boundaries` ({len(boundaries) + 1} values)",
                got=values,
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        passed = jnp.asarray(step) > jnp.asarray(self.boundaries)
        return jnp.asarray(self.values, jnp.float32)[jnp.sum(passed)]


def positive(value: float, name: str, owner: object) -> float:
    """Returns a number of steps that one can divide by."""
    check.in_interval(value, 0.0, float("inf"), name, owner)
    if value == 0:
        raise ArgumentError(owner, name, expected="a positive number", got=value)
    return value
