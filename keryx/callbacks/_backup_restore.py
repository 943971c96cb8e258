"""Lets a run that was interrupted go on where it was."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from keryx._core.errors import ArgumentError, FileError
from keryx._core.files import replacing
from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback
from keryx.callbacks._model_checkpoint import frequency

RECORD = "training_metadata.json"


class BackupAndRestore(Callback):
    """Saves the run as it goes, and restores it when the script is started again.

    After an interruption, the same `fit` loads the weights and begins with the first
    epoch that was not finished. A backup is either complete or not there: the record
    that names its file of weights is written last.

    Example:
        >>> import tempfile
        >>> backup = BackupAndRestore(tempfile.mkdtemp(), delete_checkpoint=False)
        >>> backup.restore()
        0

    Args:
        backup_dir: Folder of the backup, used by no other run.
        save_freq: "epoch", or a number of batches.
        double_checkpoint: Whether to keep the backup before the last as well; it is
            used if the last cannot be read.
        delete_checkpoint: Whether to remove the backup when training is finished.

    Raises:
        ArgumentError: If `backup_dir` is empty, or `save_freq` is none of these.
        FileError: Before training, if there is a backup that cannot be read.
    """

    every = "epoch"
    reads_logs = False

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not os.fspath(backup_dir):
            raise ArgumentError(
                self, "backup_dir", expected="the path of a folder", got=backup_dir
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = frequency(save_freq, self)
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.every = "epoch" if self.save_freq == "epoch" else "batch"
        self._epoch = 0
        self._batches = 0
        self._restored = False

    def restore(self) -> int:
        """Loads the backup, if there is one.

        Returns:
            The first epoch that it has not seen finished; 0 without a backup.

        Raises:
            FileError: If it cannot be read.
        """
        self._restored = True
        records = self._records()
        for place, record in enumerate(records):
            try:
                self.model.load_weights(self._folder / record["weights"])
            except OSError as error:
                if place + 1 == len(records):
                    raise FileError(
                        f"backup in {self.backup_dir!r}",
                        expected="weights that can be read",
                        got=str(error),
                        fix="Remove the folder to begin anew.",
                    ) from error
            else:
                return int(record["epoch"])
        return 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        if not self._restored:
            self.restore()
        self._restored = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches >= self.save_freq:
            self._batches = 0
            self._save(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch + 1, 0)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if not self.delete_checkpoint:
            return
        # Departs from Keras: what else is in the folder stays.
        for path in (self._folder / RECORD, *self._weights()):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    @property
    def _folder(self) -> Path:
        return Path(self.backup_dir)

    def _records(self) -> list[dict[str, Any]]:
        """Returns what the backups hold, the last one first."""
        path = self._folder / RECORD
        if not path.exists():
            return []
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            found = [record, *record.get("before", [])]
            return [{"weights": "latest.weights.h5", **one} for one in found]
        except (ValueError, TypeError, AttributeError) as error:
            raise FileError(
                str(path), expected="the record of a backup", got=str(error)
            ) from error

    def _save(self, epoch: int, batch: int) -> None:
        """Writes weights under a new name, then the record; drops older weights."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._records()[:1] if self.double_checkpoint else []
        before = [{k: v for k, v in one.items() if k != "before"} for one in before]
        name = f"epoch-{epoch}-batch-{batch}.weights.h5"
        self.model.save_weights(self._folder / name, overwrite=True)
        record = {"epoch": epoch, "batch": batch, "weights": name, "before": before}
        with replacing(self._folder / RECORD) as part:
            part.write_text(json.dumps(record), encoding="utf-8")
        kept = {name, *(one["weights"] for one in before)}
        for path in self._weights():
            if path.name not in kept:
                path.unlink()

    def _weights(self) -> list[Path]:
        """Returns the files of weights of all backups."""
        return list(self._folder.glob("epoch-*-batch-*.weights.h5"))
