"""Lowers the learning rate when training gets no better."""

import numpy as np

from keryx._core.errors import ArgumentError
from keryx._engine.state import Logs
from keryx.callbacks import _rate, _screen
from keryx.callbacks._monitor import MonitorCallback


class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate when a value was not improved for some epochs.

        learning_rate ← max(factor · learning_rate, min_lr)

    The rate of each epoch joins its logs as `learning_rate`.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(learning_rate=0.1)
        >>> reduce = ReduceLROnPlateau("loss", factor=0.5, patience=2)
        >>> reduce.set_model(SimpleNamespace(optimizer=optimizer))
        >>> reduce.on_train_begin()
        >>> for epoch, loss in enumerate([0.5, 0.5, 0.5, 0.4]):
        ...     reduce.on_epoch_end(epoch, {"loss": loss})
        >>> optimizer.learning_rate
        0.05

    Args:
        monitor: Name of a log, in any spelling.
        factor: What the learning rate is multiplied by, in [0, 1).
        patience: Epochs without improvement after which the rate is lowered.
        verbose: 0 for silence, 1 for a line when it is.
        mode: "min" if less is better, "max" if more is, "auto" to tell from the name.
        min_delta: Smallest change that counts as better, in the monitored units.
        cooldown: Epochs after a change that are not counted.
        min_lr: Rate that is not gone below.

    Raises:
        ArgumentError: If `factor` is not in [0, 1), or `mode` is none of these; before
            training, if `monitor` names no log.
    """

    adds_logs = (_rate.NAME,)

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if not 0 <= factor < 1:
            raise ArgumentError(
                self, "factor", expected="a number in [0, 1)", got=factor
            )
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0

    def in_cooldown(self) -> bool:
        """Tells whether the last change is too recent for another."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = {} if logs is None else logs
        logs[_rate.NAME] = _rate.read(self.model, self)
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_better(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        """Lowers the rate, unless it is as low as it may be."""
        rate = _rate.read(self.model, self)
        # In float32, in which the rate is kept: else it could stay above `min_lr`.
        if rate <= np.float32(self.min_lr):
            return
        lower = max(rate * self.factor, self.min_lr)
        _rate.write(self.model, lower)
        if self.verbose > 0:
            _screen.say(f"Epoch {epoch + 1}: learning rate reduced to {lower:.6g}")
        self.cooldown_counter = self.cooldown
        self.wait = 0
