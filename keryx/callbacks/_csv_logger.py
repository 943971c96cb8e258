"""Writes the logs of each epoch to a table."""

import csv
import os
from pathlib import Path
from typing import Any, IO

import numpy as np

from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback
from keryx.callbacks._names import AliasDict

MISSING = "NA"


class CSVLogger(Callback):
    """Writes the logs of each epoch to a row of a CSV file.

    The first column is `epoch`, the others are in alphabetical order.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp(), "log.csv")
        >>> logger = CSVLogger(path)
        >>> logger.on_train_begin()
        >>> logger.on_epoch_end(0, {"loss": 0.5, "accuracy": 0.75})
        >>> logger.on_train_end()
        >>> print(path.read_text().strip())
        epoch,accuracy,loss
        0,0.75,0.5

    Args:
        filename: The file.
        separator: What stands between two columns.
        append: Whether to go on with a file that is there, in its columns.
    """

    reads_logs = True
    patient = True

    def __init__(
        self,
        filename: str | os.PathLike[str],
        separator: str = ",",
        append: bool = False,
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self.keys: list[str] | None = None
        self._known: list[str] = []

    def check_monitor(self, known: list[str]) -> None:
        """Notes the names that will come, those that the first epoch lacks included."""
        self._known = list(known)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.keys = self._old_keys() if self.append else None
        # Opened now, so that a path that cannot be written is an error before training.
        with self._open("a" if self.append else "w"):
            pass

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = AliasDict(logs or {})
        rows: list[list[Any]] = []
        if self.keys is None:
            # Departs from Keras: no columns for a validation that does not take place.
            self.keys = sorted({*logs, *self._known})
            rows = [["epoch", *self.keys]]
        rows.append([epoch, *(cell(logs.get(key, MISSING)) for key in self.keys)])
        with self._open("a") as file:
            writer = csv.writer(file, delimiter=self.separator, lineterminator="\n")
            writer.writerows(rows)

    def _open(self, mode: str) -> IO[str]:
        return Path(self.filename).open(mode, newline="", encoding="utf-8")

    def _old_keys(self) -> list[str] | None:
        """Returns the columns of the file that is there, or `None`."""
        path = Path(self.filename)
        if not path.exists():
            return None
        with path.open(newline="", encoding="utf-8") as file:
            titles = next(csv.reader(file, delimiter=self.separator), [])
        return titles[1:] or None


def cell(value: Any) -> Any:
    """Returns a value as it is written: arrays as lists in brackets."""
    if np.ndim(value):
        return f"[{', '.join(str(item) for item in np.ravel(value))}]"
    return value
