"""The record of a run: the logs of every epoch."""

from typing import Any

import jax

from keryx._engine.loop import values
from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback
from keryx.callbacks._names import AliasDict


class History(Callback):
    """Keeps the logs of every epoch; `fit` returns it.

    `history` is a dict of lists, one entry per epoch. It answers to every spelling of a
    metric's name: `history["acc"]` is `history["accuracy"]`. While a run lasts, values
    stay on the device until somebody looks at them.

    Example:
        >>> history = History()
        >>> history.on_train_begin()
        >>> history.on_epoch_end(0, {"loss": 0.5, "accuracy": 0.8})
        >>> history.epoch, history.history
        ([0], {'loss': [0.5], 'accuracy': [0.8]})
        >>> history.history["acc"]
        [0.8]
    """

    # The model holds its history, and this holds the model: see `Hold`.
    __slots__ = ("_model",)

    reads_logs = False
    patient = True

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self._history = AliasDict()
        self._waiting: list[Logs] = []

    @property
    def history(self) -> AliasDict:
        """The values by name, as numbers in the host's memory."""
        self._fetch()
        return self._history

    @history.setter
    def history(self, value: dict[str, list[Any]]) -> None:
        self._waiting = []
        self._history = AliasDict(value)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        self._waiting.append(dict(logs or {}))

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._fetch()

    def _fetch(self) -> None:
        """Brings the waiting values from the device, all in one transfer."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        flat: dict[Any, Any] = {
            (place, name): value
            for place, logs in enumerate(waiting)
            for name, value in logs.items()
        }
        flat |= values({k: v for k, v in flat.items() if isinstance(v, jax.Array)})
        for (_, name), value in flat.items():
            self._history.setdefault(name, []).append(value)

    def __getstate__(self) -> dict[str, Any]:
        # The history goes on without the model, which may be large.
        self._fetch()
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({**state, "_history": AliasDict(state["_history"])})
        self._model = None
