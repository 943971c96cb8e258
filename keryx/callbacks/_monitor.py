"""What the callbacks that monitor a value have in common."""

import math
import warnings
from typing import Any

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, KeryxWarning, nearest
from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback
from keryx.callbacks._names import AliasDict, direction, resolve, VALIDATION

MODES = ("auto", "min", "max")


class MonitorCallback(Callback):
    """Base class of callbacks that watch one of the logs get better or not.

    Args:
        monitor: Name of a log, in any spelling: "val_loss", "val_acc".
        mode: "min" if less is better, "max" if more is, "auto" to tell from the name.
        baseline: Value to beat at first; any value beats `None`.
        min_delta: Smallest change that counts as better, in the monitored units.

    Raises:
        ArgumentError: If `mode` is none of these.
    """

    reads_logs = True

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        baseline: float | None = None,
        min_delta: float = 0,
    ) -> None:
        super().__init__()
        self.monitor = monitor
        # Departs from Keras: an unknown mode is an error, not the same as "auto".
        self.mode = check.one_of(mode, MODES, "mode", self)
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._checked = False
        self._way: str | None = None if self.mode == "auto" else self.mode

    def check_monitor(self, known: list[str]) -> None:
        """Called before training with the names that the logs of an epoch will have.

        Raises:
            ArgumentError: If `monitor` is none of them.
        """
        if resolve(self.monitor, known) is None:
            raise ArgumentError(
                self,
                "monitor",
                expected=f"one of {', '.join(map(repr, known))}",
                got=self.monitor,
                fix=self._hint(known),
            )
        self._checked = True
        self.way()

    def _hint(self, known: list[str]) -> str:
        name = self.monitor
        bare = name.removeprefix(VALIDATION)
        if bare != name and resolve(bare, known) is not None:
            return (
                "There is no validation: give `fit` validation_data or "
                f"validation_split, or monitor {bare!r}."
            )
        return nearest(name, known).strip()

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """Returns the monitored value, or `None` if this epoch has none.

        Raises:
            ArgumentError: If the log is not a single number.
        """
        value = AliasDict(logs or {}).get(self.monitor)
        if value is None:
            self._complain(logs or {})
            return None
        if np.ndim(value):
            raise ArgumentError(
                self,
                "monitor",
                expected="the name of a log that is one number",
                got=self.monitor,
                fix="Average the metric, or monitor another one.",
            )
        return float(value)

    def _complain(self, logs: Logs) -> None:
        """Warns of a missing value, unless validation is merely not due each epoch."""
        if not self._checked:
            names = ", ".join(logs) or "none"
            warnings.warn(
                f"{type(self).__name__}: expected a log {self.monitor!r}, "
                f"but got {names}.",
                KeryxWarning,
                stacklevel=4,
            )

    def is_better(self, value: float, reference: float | None) -> bool:
        """Tells whether a value is better than another by `min_delta` or more.

        A number is better than none; a NaN is never better.
        """
        # Departs from Keras, in which nothing is better than a NaN that came first.
        if math.isnan(value):
            return False
        if reference is None or math.isnan(reference):
            return True
        if self.way() == "max":
            return bool(value - self.min_delta > reference)
        return bool(value + self.min_delta < reference)

    def way(self) -> str:
        """Returns "min" or "max", whichever is better."""
        if self._way is None:
            metrics = getattr(self.model, "metrics", None) or ()
            self._way = direction(self.monitor, metrics) or self._guess()
        return self._way

    def _guess(self) -> str:
        # Departs from Keras 3, which raises here; Keras 2 took the minimum silently.
        warnings.warn(
            f"{type(self).__name__}: whether less or more of {self.monitor!r} is "
            "better, its name does not tell; less is taken to be.\n"
            'Give mode="min" or mode="max".',
            KeryxWarning,
            stacklevel=5,
        )
        return "min"

    @property
    def monitor_op(self) -> Any:
        """The comparison that tells whether a first value is better than a second."""
        return np.greater if self.way() == "max" else np.less
