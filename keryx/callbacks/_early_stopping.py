"""Stops training when it gets no better."""

from typing import Any

from keryx._engine.state import Logs
from keryx.callbacks import _screen
from keryx.callbacks._monitor import MonitorCallback


class EarlyStopping(MonitorCallback):
    """Stops training when a value was not improved for some epochs.

    Example:
        >>> from types import SimpleNamespace
        >>> stopping = EarlyStopping("loss", patience=2)
        >>> stopping.set_model(SimpleNamespace(stop_training=False))
        >>> stopping.on_train_begin()
        >>> for epoch, loss in enumerate([0.5, 0.4, 0.6, 0.5]):
        ...     stopping.on_epoch_end(epoch, {"loss": loss})
        >>> stopping.model.stop_training, stopping.stopped_epoch, stopping.best_epoch
        (True, 3, 1)

    Args:
        monitor: Name of a log, in any spelling.
        min_delta: Smallest change that counts as better, in the monitored units.
        patience: Epochs without improvement after which training stops.
        verbose: 0 for silence, 1 for a line when it stops.
        mode: "min" if less is better, "max" if more is, "auto" to tell from the name.
        baseline: Value that has to be beaten within `patience` epochs.
        restore_best_weights: Whether to end with the weights of the best epoch.
        start_from_epoch: Epochs at the beginning that are not looked at.

    Raises:
        ArgumentError: If `mode` is none of these; before training, if `monitor` names
            no log.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._restart()

    def _restart(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best: float | None = None
        self.best_epoch = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._restart()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self.is_better(current, self.best):
            self.best = current
            self._keep(epoch)
            if self.baseline is None or self.is_better(current, self.baseline):
                self.wait = 0
            return
        if self.best is None and self.best_weights is None:
            self._keep(epoch)
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            _screen.say(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose > 0:
                _screen.say(
                    f"Weights are those of the best epoch, {self.best_epoch + 1}"
                )
            self.model.set_weights(self.best_weights)
