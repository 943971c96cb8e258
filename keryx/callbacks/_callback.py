"""The contract of a callback: hooks that training, evaluation and prediction call."""

from typing import Any

from keryx._core.configurable import Configurable
from keryx._core.hook import missing
from keryx._engine.state import Logs

EVERY = ("epoch", "chunk", "batch")


class Callback(Configurable):
    """Base class of everything that looks on while a model runs, or steps in.

    A subclass overrides the hooks it needs. The model that it sees is live: between any
    two hooks its weights, its optimizer and `stop_training` can be read and assigned.

    Training runs many batches in one call of a compiled program. How many is up to the
    callbacks: one that overrides a hook of training batches is called for each batch,
    which keeps the calls as short as that. A class that is content with less says so
    in `every`.

    Example:
        >>> class Shout(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(f"epoch {epoch + 1}: {logs['loss']:.1f}!")
        >>> Shout().on_epoch_end(0, {"loss": 0.5})
        epoch 1: 0.5!

    Attributes:
        every: The finest moment that it has to be called at: "batch"; "chunk", after
            each call of a program, with the number of the last batch done; or "epoch".
        patient: Whether it may be told of several short epochs when all of them are
            over. A class that overrides a hook of epochs is not, unless it says so.
        reads_logs: Whether it looks at the values of logs. While no callback does,
            training does not wait for the device.
        adds_logs: Names of logs that it adds in `on_epoch_end`; a user's callback may
            add others as well.
        params: `verbose`, `epochs` and `steps` of the run.
    """

    every = "epoch"
    reads_logs = False
    adds_logs: tuple[str, ...] = ()
    params: dict[str, Any] | None = None
    _model: Any = None

    __getattr__ = missing

    def __init__(self) -> None:
        self.params = None
        self._model = None

    @property
    def model(self) -> Any:
        """The model that runs, live; `None` outside of a run."""
        return self._model

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes `verbose`, `epochs` and `steps` of the run that begins."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Takes the model that runs."""
        self._model = model

    def check_monitor(self, known: list[str]) -> None:
        """Called before training with the names that the logs of an epoch will have.

        Raises:
            ArgumentError: If the callback relies on a name that is none of them.
        """

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called before training."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called after training, with the logs of the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before an epoch; `epoch` counts from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after an epoch and its validation, with the logs of both.

        What it adds to `logs`, the callbacks after it see, and the history keeps.
        """

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a training step; `batch` counts from 0 in each epoch."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a training step, with the epoch's means up to it."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """An older name of `on_train_batch_end`."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Called before an evaluation; validation during training is one."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Called after an evaluation, with its logs."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a batch of an evaluation."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Called before a prediction."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Called after a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Called before a batch of a prediction."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after a batch of a prediction, with its `outputs`."""


HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))
