"""Schedules that fall along a cosine, once or again and again."""

import math
from typing import Any

import jax
import jax.numpy as jnp

from keryx.optimizers.schedules._decay import positive
from keryx.optimizers.schedules._schedule import as_float, LearningRateSchedule


class CosineDecay(LearningRateSchedule):
    """Falls along half a cosine, after a linear warm-up if one is asked for.

        peak · ((1 - alpha) · (1 + cos(π · step / decay_steps)) / 2 + alpha)

    `peak` is `initial_learning_rate`, or `warmup_target` if that is given; then `step`
    counts from the end of the warm-up.

    Example:
        >>> schedule = CosineDecay(0.0, 10, warmup_target=1.0, warmup_steps=4)
        >>> [round(float(schedule(step)), 3) for step in (1, 4, 9, 14)]
        [0.25, 1.0, 0.5, 0.0]

    Args:
        initial_learning_rate: Learning rate at step 0.
        decay_steps: Steps that the fall takes.
        alpha: Share of the peak that remains at the end.
        name: Name of the schedule.
        warmup_target: Learning rate at the end of the warm-up; `None` has no warm-up.
        warmup_steps: Steps that the warm-up takes.

    Raises:
        ArgumentError: If `decay_steps` is not positive.

    Source:
        Loshchilov & Hutter, "SGDR" (arXiv:1608.03983), equation 5 without restarts.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive(decay_steps, "decay_steps", self)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> jax.Array:
        step = as_float(step)
        if self.warmup_target is None:
            return self._fall(self.initial_learning_rate, step)
        done = step / max(self.warmup_steps, 1)
        climb = self.warmup_target - self.initial_learning_rate
        warming = self.initial_learning_rate + climb * done
        falling = self._fall(self.warmup_target, step - self.warmup_steps)
        return jnp.where(step < self.warmup_steps, warming, falling)

    def _fall(self, peak: float, step: jax.Array) -> jax.Array:
        wave = half_cosine(jnp.minimum(step / self.decay_steps, 1))
        return peak * ((1 - self.alpha) * wave + self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Falls along half a cosine and starts again, each period longer and lower.

    Period `i` takes `first_decay_steps · t_mul ^ i` steps and starts at
    `initial_learning_rate · m_mul ^ i`.

    Example:
        >>> schedule = CosineDecayRestarts(1.0, first_decay_steps=10, m_mul=0.5)
        >>> [round(float(schedule(step)), 3) for step in (0, 5, 10, 20)]
        [1.0, 0.5, 0.5, 0.25]

    Args:
        initial_learning_rate: Learning rate at step 0.
        first_decay_steps: Steps of the first period.
        t_mul: Length of a period over that of the one before.
        m_mul: First learning rate of a period over that of the one before.
        alpha: Share of `initial_learning_rate` below which it does not fall.
        name: Name of the schedule.

    Raises:
        ArgumentError: If `first_decay_steps` is not positive.

    Source:
        Loshchilov & Hutter, "SGDR" (arXiv:1608.03983), equation 5.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = positive(first_decay_steps, "first_decay_steps", self)
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        period, done = self._place(as_float(step) / self.first_decay_steps)
        wave = jnp.power(self.m_mul, period) * half_cosine(done)
        return self.initial_learning_rate * ((1 - self.alpha) * wave + self.alpha)

    def _place(self, periods: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Returns the period's number, and the share of it that has passed."""
        if self.t_mul == 1:
            return jnp.floor(periods), periods - jnp.floor(periods)
        # The first n periods together last (1 - t_mul^n) / (1 - t_mul) first ones.
        growth = jnp.log(1 - periods * (1 - self.t_mul)) / math.log(self.t_mul)
        period = jnp.floor(growth)
        before = (1 - jnp.power(self.t_mul, period)) / (1 - self.t_mul)
        return period, (periods - before) / jnp.power(self.t_mul, period)


def half_cosine(done: jax.Array) -> jax.Array:
    """Returns the curve that falls from 1 at 0 to 0 at 1."""
    return (1 + jnp.cos(jnp.pi * done)) / 2
