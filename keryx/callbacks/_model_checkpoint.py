"""Saves the model while it trains."""

import os
import string
from pathlib import Path
from typing import Any

from keryx._core import check
from keryx._core.errors import ArgumentError, FileError
from keryx._core.hook import Hook
from keryx._engine.state import Logs
from keryx.callbacks import _screen
from keryx.callbacks._monitor import MonitorCallback
from keryx.callbacks._names import AliasDict

# Departs from Keras: the endings of older programs are accepted as well.
MODEL_ENDINGS = (".keras", ".h5", ".hdf5")
WEIGHT_ENDINGS = (".weights.h5", ".h5", ".hdf5")
COUNTERS = ("epoch", "batch")


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after epochs or every so many batches.

    Example:
        >>> from types import SimpleNamespace
        >>> checkpoint = ModelCheckpoint("best-{epoch:02d}-{val_acc:.2f}.keras")
        >>> save = lambda path, overwrite: print("saved", path)
        >>> checkpoint.set_model(SimpleNamespace(save=save))
        >>> checkpoint.on_epoch_end(4, {"val_accuracy": 0.875})
        saved best-05-0.88.keras

    Args:
        filepath: Where to; may have `{epoch}`, `{batch}` and names of logs in braces,
            with formats: `"{epoch:02d}-{val_loss:.2f}.keras"`. Epochs count from 1.
        monitor: Name of a log, in any spelling.
        verbose: 0 for silence, 1 for a line when it saves.
        save_best_only: Whether to save only when `monitor` was improved.
        save_weights_only: Whether to save only the weights.
        mode: "min" if less is better, "max" if more is, "auto" to tell from the name.
        save_freq: "epoch", or a number of batches.
        initial_value_threshold: Value that the first one saved has to beat.

    Raises:
        ArgumentError: If `filepath` ends in something that says no format, or one of
            the others is none of these; before training, if `monitor` or a name in
            braces is no log.
        FileError: Before training, if the folder cannot be written.
    """

    every = "epoch"
    # What `{epoch}` counts from.
    first_epoch = 1

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = frequency(save_freq, self)
        self.initial_value_threshold = initial_value_threshold
        self._check_ending()
        self.every = "epoch" if self.save_freq == "epoch" else "batch"
        self.reads_logs = save_best_only or bool(self._names())
        self._epoch = 0
        self._batches = 0

    def _check_ending(self) -> None:
        endings = WEIGHT_ENDINGS if self.save_weights_only else MODEL_ENDINGS
        # To an old era, a name without an ending says HDF5.
        if Hook.first is None and not self.filepath.endswith(endings):
            raise ArgumentError(
                self,
                "filepath",
                expected=f"a path that ends in {' or '.join(endings)}",
                got=self.filepath,
                fix=f"Append {endings[0]!r}.",
            )

    def _names(self) -> list[str]:
        """Returns the names of logs in the braces of the path."""
        fields = [field for _, field, _, _ in string.Formatter().parse(self.filepath)]
        names = [field.partition("[")[0].partition(".")[0] for field in fields if field]
        return [name for name in names if name not in COUNTERS]

    def check_monitor(self, known: list[str]) -> None:
        """Called before training with the names that the logs of an epoch will have.

        Raises:
            ArgumentError: If `monitor` or a name in braces is none of them.
            FileError: If the folder cannot be written.
        """
        if self.save_best_only:
            super().check_monitor(known)
        unknown = [
            name for name in self._names() if name not in AliasDict.fromkeys(known)
        ]
        if unknown:
            raise ArgumentError(
                self,
                "filepath",
                expected=f"a path with {{epoch}} or a log among {', '.join(known)}",
                got=self.filepath,
                fix=f"No log is called {unknown[0]!r}.",
            )

    def on_train_begin(self, logs: Logs | None = None) -> None:
        fixed = Path(self.filepath.partition("{")[0] + "x").parent
        try:
            fixed.mkdir(parents=True, exist_ok=True)
            writable = os.access(fixed, os.W_OK) and not Path(self.filepath).is_dir()
        except OSError:
            writable = False
        if not writable:
            raise FileError(
                "ModelCheckpoint",
                expected="a file in a folder that can be written",
                got=self.filepath,
            )

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches >= self.save_freq:
            self._batches = 0
            self._consider(self._epoch, {**(logs or {}), "batch": batch + 1})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._consider(epoch, logs or {})

    def _consider(self, epoch: int, logs: Logs) -> None:
        """Saves the model if it is worth it."""
        path = self.filepath.format_map(
            AliasDict({**logs, "epoch": epoch + self.first_epoch})
        )
        if not self.save_best_only:
            self._save(path)
            self._say(epoch, f"saved to {path}")
            return
        current = self.get_monitor_value(logs)
        # Departs from Keras, which saves when there is no value to judge by.
        if current is None:
            return
        if not self.is_better(current, self.best):
            self._say(epoch, f"{self.monitor} is no better than {number(self.best)}")
            return
        old, self.best = self.best, current
        self._save(path)
        self._say(
            epoch,
            f"{self.monitor} improved from {number(old)} to {number(current)}, "
            f"saved to {path}",
        )

    def _say(self, epoch: int, text: str) -> None:
        if self.verbose > 0:
            _screen.say(f"Epoch {epoch + 1}: {text}")

    def _save(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)


def number(value: float | None) -> str:
    """Returns a monitored value in words."""
    return "nothing" if value is None else f"{value:.5f}"


def frequency(value: Any, owner: object) -> Any:
    """Returns "epoch" or a positive number of batches.

    Raises:
        ArgumentError: If it is neither.
    """
    if isinstance(value, str):
        return check.one_of(value, ("epoch",), "save_freq", owner)
    return check.positive_int(value, "save_freq", owner)
