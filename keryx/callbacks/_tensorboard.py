"""Writes logs, weights and the model for TensorBoard."""

import json
import os
import time
from pathlib import Path
from typing import Any

from keryx._core import check
from keryx._core.errors import ArgumentError, KeryxError
from keryx._engine.state import Logs
from keryx.callbacks import _projector, _rate
from keryx.callbacks._callback import Callback
from keryx.callbacks._event_file import as_pictures, EventFile, need_package
from keryx.callbacks._names import VALIDATION
from keryx.callbacks._params import BatchLogs
from keryx.callbacks._trace import span, Trace

# What a model of a user's own class may say when asked for its configuration.
NO_CONFIG = (KeryxError, NotImplementedError, TypeError, ValueError, AttributeError)


class TensorBoard(Callback):
    """Writes the logs of a run to files that TensorBoard shows.

    Below `log_dir`, `train` has `epoch_loss`, `epoch_learning_rate` and the like, and
    `validation` what is measured by evaluation, by epoch and by step of the optimizer
    (`evaluation_loss_vs_iterations`). Look at them with `tensorboard --logdir logs`.

    Needs the package tensorboardX: `pip install keryx[tensorboard]`.

    Example:
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> board = TensorBoard(folder, write_graph=False)
        >>> board.on_train_begin()
        >>> board.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75})
        >>> board.on_train_end()
        >>> sorted(path.name for path in folder.iterdir())
        ['train', 'validation']

    Args:
        log_dir: Folder of the run. Runs in folders side by side can be compared.
        histogram_freq: After how many epochs to write histograms of the weights; 0 for
            never.
        write_graph: Whether to write the model: its graph, or, for a model of a class
            of its own, its summary as a text.
        write_images: Whether to write the weights as pictures, with the histograms.
            Each goes from its least value, black, to its greatest, white.
        write_steps_per_second: Whether to write the speed.
        update_freq: "epoch"; or "batch" or a number of batches, to write the logs
            inside epochs as well (`batch_loss`), which keeps training from running
            whole epochs in one call.
        profile_batch: Number of a batch to profile, from 1, or the first and last of
            some (a pair, or "10,20"); 0 for none. Training runs batch by batch with it.
        embeddings_freq: After how many epochs to write tables of the vectors of
            `Embedding` layers for the projector; 0 for never.
        embeddings_metadata: Path, seen from `log_dir`, of a file that names the rows of
            these tables; or paths by the names of the layers.

    Raises:
        StateError: If tensorboardX is not installed.
        ArgumentError: If one of the frequencies or `profile_batch` is none; before
            training, if `embeddings_metadata` names no layer.
    """

    # Departs from Keras: `update_freq=N` does not hold back the logs of epochs, the
    # evaluation after a run writes no second graph, and embeddings are written as
    # tables, which the projector can read, rather than as HDF5, which it cannot.

    every = "epoch"
    patient = True
    reads_logs = True

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        need_package(self)
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = period(histogram_freq, "histogram_freq", self)
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = frequency(update_freq, self)
        self.profile_batch = profile_batch
        self.embeddings_freq = period(embeddings_freq, "embeddings_freq", self)
        self.embeddings_metadata = embeddings_metadata
        self._files: dict[str, EventFile] = {}
        self._trace = Trace(span(profile_batch, self), Path(self.log_dir, "train"))
        self._training = False
        self._batches = 0
        self._began = self._batch_began = time.perf_counter()
        self._iterations = 0
        self._ask()

    def _ask(self) -> None:
        """Has training stop where there is something to look at, and only there."""
        # The class's own words stand otherwise: a subclass may look at more.
        if self.update_freq != "epoch" or self._trace.first:
            self.every = "batch"
        if self.histogram_freq or self.embeddings_freq or self.write_steps_per_second:
            self.patient = False

    def set_model(self, model: Any) -> None:
        """Takes the model that runs."""
        super().set_model(model)
        # The rate of a schedule has to be read when the epoch is over.
        if callable(getattr(getattr(model, "optimizer", None), "_rate", None)):
            self.patient = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._close()
        self._training = True
        self._batches = 0
        if self.write_graph and self.model is not None:
            self._write_model()
        if self.embeddings_freq:
            folder, names = Path(self.log_dir), self.embeddings_metadata
            _projector.write_config(folder, self.model, names, self)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._training = False
        self._trace.stop()
        self._close()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self.write_steps_per_second:
            self._began, self._iterations = time.perf_counter(), self._steps()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        found = dict(logs or {})
        train = {k: v for k, v in found.items() if not k.startswith(VALIDATION)}
        checked = {k.removeprefix(VALIDATION): v for k, v in found.items()
                   if k not in train}  # fmt: skip
        self._write("train", {**train, **self._rates()}, "epoch_{}", epoch)
        self._write("validation", checked, "epoch_{}", epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            _projector.write_tables(Path(self.log_dir), self.model)
        for file in self._files.values():
            file.flush()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._batch_began = time.perf_counter()
        self._trace.before(self._batches + 1)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += 1
        self._trace.after(self._batches)
        every = 1 if self.update_freq == "batch" else self.update_freq
        if every == "epoch" or self._batches % every:
            return
        found = logs.values_alone() if isinstance(logs, BatchLogs) else dict(logs or {})
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._batch_began
            found = {"steps_per_second": 1 / max(seconds, 1e-9), **found}
        self._write("train", found, "batch_{}", self._batches)

    def on_test_end(self, logs: Logs | None = None) -> None:
        found = dict(logs or {})
        self._write("validation", found, "evaluation_{}_vs_iterations", self._steps())
        if not self._training:
            self._close()

    def _steps(self) -> int:
        """Returns how many updates the optimizer has made."""
        return int(getattr(getattr(self.model, "optimizer", None), "iterations", 0))

    def _rates(self) -> Logs:
        """Returns the learning rate, and the speed if asked for."""
        rates: Logs = {}
        if (
            getattr(getattr(self.model, "optimizer", None), _rate.NAME, None)
            is not None
        ):
            rates[_rate.NAME] = _rate.read(self.model, self)
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._began
            steps = self._steps() - self._iterations
            rates["steps_per_second"] = steps / max(seconds, 1e-9)
        return rates

    def _file(self, name: str) -> EventFile:
        """Returns the file of "train" or "validation", opened when first needed."""
        if name not in self._files:
            self._files[name] = EventFile(Path(self.log_dir, name))
        return self._files[name]

    def _write(self, name: str, values: Logs, tag: str, step: int) -> None:
        for key, value in values.items():
            self._file(name).scalar(tag.format(key), value, step)

    def _write_weights(self, epoch: int) -> None:
        """Writes histograms of all weights, and pictures if asked for."""
        for weight in self.model.weights:
            value = weight.numpy()
            self._file("train").histogram(f"{weight.path}/histogram", value, epoch)
            stack = as_pictures(value) if self.write_images else None
            if stack is not None:
                self._file("train").pictures(f"{weight.path}/image", stack, epoch)

    def _write_model(self) -> None:
        """Writes the graph of a model, or its summary if it has none."""
        try:
            text = self.model.to_json()
            known = "layers" in json.loads(text)["config"]
        except NO_CONFIG:
            known = False
        if known:
            self._file("train").model(text)
        else:
            show = lambda text: self._file("train").text("model", text, 0)
            self.model.summary(print_fn=show, line_length=80)

    def _close(self) -> None:
        """Closes the files; what comes later goes into new ones."""
        files, self._files = self._files, {}
        for file in files.values():
            file.close()


def period(value: Any, name: str, owner: object) -> int:
    """Returns a number of epochs, 0 for never.

    Raises:
        ArgumentError: If it is none.
    """
    if isinstance(value, int) and value == 0:
        return 0
    try:
        return check.positive_int(value, name, owner)
    except ArgumentError:
        raise ArgumentError(
            owner, name, expected="a number of epochs, or 0 for never", got=value
        ) from None


def frequency(value: Any, owner: object) -> Any:
    """Returns "epoch", "batch" or a positive number of batches.

    Raises:
        ArgumentError: If it is none of these.
    """
    if isinstance(value, str):
        return check.one_of(value, ("epoch", "batch"), "update_freq", owner)
    return check.positive_int(value, "update_freq", owner)
