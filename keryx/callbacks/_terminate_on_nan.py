"""Stops training when the loss is no longer a number."""

import math

from keryx._core.errors import StateError
from keryx._engine.state import Logs
from keryx.callbacks import _screen
from keryx.callbacks._callback import Callback


class TerminateOnNaN(Callback):
    """Stops training when the loss is infinite or not a number.

    The loss is looked at after each call of a compiled program, which may run many
    batches, and is the mean of the epoch so far: the batch named is the last of the
    call.

    Example:
        >>> from types import SimpleNamespace
        >>> guard = TerminateOnNaN()
        >>> guard.set_model(SimpleNamespace(stop_training=False))
        >>> guard.on_epoch_begin(2)
        >>> guard.on_train_batch_end(9, {"loss": float("nan")})
        Epoch 3, batch 10: the loss is nan, training stops
        >>> guard.model.stop_training
        True

    Args:
        raise_error: Whether to raise an error, so that `on_train_end` is not called.

    Raises:
        StateError: In training, if `raise_error` and the loss is not finite.
    """

    every = "chunk"
    reads_logs = True

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        # Departs from Keras, which counts from 0 here and does not name the epoch.
        where = f"Epoch {self._epoch + 1}, batch {batch + 1}"
        if self.raise_error:
            raise StateError(
                where,
                expected="a finite loss",
                got=str(loss),
                fix="Lower the learning rate, clip gradients, or look at the data.",
            )
        _screen.say(f"{where}: the loss is {loss}, training stops")
        self.model.stop_training = True
