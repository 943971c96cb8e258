"""Sets the learning rate at the start of each epoch."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError
from keryx._engine.state import Logs
from keryx.callbacks import _rate, _screen
from keryx.callbacks._callback import Callback


class LearningRateScheduler(Callback):
    """Sets the learning rate of each epoch to what a function returns.

    The rate joins the logs of the epoch as `learning_rate`.

    Example:
        >>> from types import SimpleNamespace
        >>> scheduler = LearningRateScheduler(lambda epoch, lr: lr / 2)
        >>> scheduler.set_model(
        ...     SimpleNamespace(optimizer=SimpleNamespace(learning_rate=0.1)))
        >>> scheduler.on_epoch_begin(0)
        >>> scheduler.model.optimizer.learning_rate
        0.05

    Args:
        schedule: `schedule(epoch, learning_rate)`, or `schedule(epoch)`, that returns
            the rate; epochs count from 0.
        verbose: 0 for silence, 1 for a line per epoch.

    Raises:
        ArgumentError: If `schedule` is no function; in training, if it returns
            something other than a number.
    """

    reads_logs = False
    adds_logs = (_rate.NAME,)

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise ArgumentError(
                self, "schedule", expected="a function of the epoch", got=schedule
            )
        self.schedule = schedule
        self.verbose = verbose
        self._takes_rate = takes_two(schedule)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        rate = _rate.read(self.model, self)
        wanted = (
            self.schedule(epoch, rate) if self._takes_rate else self.schedule(epoch)
        )
        rate = self._number(wanted)
        _rate.write(self.model, rate)
        if self.verbose > 0:
            _screen.say(f"Epoch {epoch + 1}: learning rate set to {rate:.6g}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs[_rate.NAME] = _rate.read(self.model, self)

    def _number(self, rate: Any) -> float:
        # Departs from Keras: integers and arrays of one number are accepted.
        try:
            if rate is not None and not isinstance(rate, str) and not np.ndim(rate):
                return float(rate)
        except (TypeError, ValueError):
            pass
        raise ArgumentError(
            self, "schedule", expected="a function that returns a number", got=rate
        )


def takes_two(function: Callable[..., Any]) -> bool:
    """Tells whether a function can be called with two arguments."""
    try:
        inspect.signature(function).bind(0, 0.0)
    except (TypeError, ValueError):
        return False
    return True
