"""The contract of learning-rate schedules."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.configurable import Configurable


class LearningRateSchedule(Configurable):
    """Base class: a learning rate as a function of the number of steps done.

    A subclass stores its arguments and writes `__call__`, in operations that can be
    traced; the step is an integer array inside a compiled run.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.5**step
        >>> Halving()(3)
        0.125
    """

    name: str | None = None

    def __call__(self, step: Any) -> jax.Array:
        """Returns the learning rate of the update that follows `step` updates."""
        raise NotImplementedError(f"{type(self).__name__} does not define `__call__`")


def as_float(step: Any) -> jax.Array:
    """Returns a number of steps in the float type of the schedules."""
    return jnp.asarray(step).astype(jnp.float32)
