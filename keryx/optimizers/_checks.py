"""Checks of what every optimizer is given."""

import numbers
from typing import Any

from keryx._core import check
from keryx._core.errors import ArgumentError, StateError

_LIMITS = ("clipnorm", "clipvalue", "global_clipnorm")


def shared_settings(owner: Any) -> None:
    """Checks the settings that every optimizer has.

    Raises:
        ArgumentError: If one is out of range, or two limits on gradients are set.
    """
    check.in_interval(owner.ema_momentum, 0.0, 1.0, "ema_momentum", owner)
    steps, every = owner.gradient_accumulation_steps, owner.ema_overwrite_frequency
    if steps is not None and check.positive_int(steps, _STEPS, owner) < 2:
        raise ArgumentError(owner, _STEPS, expected="2 or more, or None", got=steps)
    if every is not None:
        check.positive_int(every, "ema_overwrite_frequency", owner)
    limits = [name for name in _LIMITS if getattr(owner, name) is not None]
    if len(limits) > 1:
        raise ArgumentError(
            owner,
            limits[1],
            expected=f"None when `{limits[0]}` is set",
            got=getattr(owner, limits[1]),
            fix="Keep one of the limits.",
        )


_STEPS = "gradient_accumulation_steps"


def is_built(owner: Any) -> None:
    """Checks that an optimizer has its variables.

    Raises:
        StateError: If it has not.
    """
    if not owner.built:
        raise StateError(
            f"optimizer {owner.name!r}",
            expected="to be built before its variables are used",
            got="no call of `build` so far",
            fix="Call `optimizer.build(trainable_variables)` first.",
        )


def learning_rate(value: Any, owner: object) -> Any:
    """Returns a number as a `float`, and a function or schedule as it is.

    Raises:
        ArgumentError: If it is neither.
    """
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value)
    if callable(value):
        return value
    if hasattr(value, "__float__") and getattr(value, "size", 1) == 1:
        return float(value)
    raise ArgumentError(
        owner,
        "learning_rate",
        expected="a number, a schedule or a function",
        got=value,
        fix="Schedules are in `keryx.optimizers.schedules`.",
    )


def unit(value: float, name: str, owner: object) -> float:
    """Returns a share, in [0, 1]."""
    return check.in_interval(value, 0.0, 1.0, name, owner)


def not_negative(value: float, name: str, owner: object) -> float:
    """Returns a number of zero or more."""
    return check.in_interval(value, 0.0, float("inf"), name, owner)


def not_positive(value: float, name: str, owner: object) -> float:
    """Returns a number of zero or less."""
    return check.in_interval(value, float("-inf"), 0.0, name, owner)


def share(value: float, name: str, owner: object) -> float:
    """Returns a share that is not zero, in (0, 1]."""
    if unit(value, name, owner) == 0:
        raise ArgumentError(owner, name, expected="a number in (0, 1]", got=value)
    return value
