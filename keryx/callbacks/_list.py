"""All callbacks of a run, called as one."""

import inspect
from collections.abc import Iterable
from typing import Any

from keryx._core.errors import ArgumentError
from keryx._core.tree import walk
from keryx._engine.state import Logs
from keryx.callbacks import _needs
from keryx.callbacks._backup_restore import BackupAndRestore
from keryx.callbacks._callback import Callback
from keryx.callbacks._history import History
from keryx.callbacks._names import AliasDict
from keryx.callbacks._params import BatchLogs, RunParams
from keryx.callbacks._progress import ProgbarLogger

MOMENTS = {"batch": "single batches", "chunk": "pieces of an epoch"}
NOBODY = "nothing looks inside an epoch"


class Broadcast(Callback):
    """Hands every hook on to several callbacks, in their order."""

    callbacks: list[Any]

    def _tell(self, hook: str, *args: Any) -> None:
        # One dict for all: what a callback adds to the logs, the next ones see.
        *place, given = args
        logs = AliasDict(given or {})
        if "batch" in hook:
            logs = BatchLogs(logs, place[0], self.params)
        for callback in self.callbacks:
            getattr(callback, hook)(*place, logs)
        if given is not None:
            given.update(logs.values_alone() if isinstance(logs, BatchLogs) else logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._tell("on_train_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._tell("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._tell("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_train_batch_end", batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_batch_end", batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._tell("on_test_end", logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_test_batch_end", batch, logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._tell("on_predict_end", logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_predict_batch_end", batch, logs)


class CallbackList(Broadcast):
    """The callbacks of a run, in the order in which they are called.

    Example:
        >>> class EachBatch(Callback):
        ...     def on_train_batch_end(self, batch, logs=None):
        ...         print(batch, logs)
        >>> events = CallbackList([EachBatch()], add_history=True)
        >>> events.on_train_batch_end(0, {"loss": 0.5})
        0 {'loss': 0.5}
        >>> events.every, events.who
        ('batch', 'EachBatch looks at single batches')

    Args:
        callbacks: Callbacks, nested in any way, or one.
        add_history: Whether to add a `History` if there is none.
        add_progbar: Whether to add a `ProgbarLogger` if there is none.
        model: The model that runs.
        params: `verbose`, `epochs` and `steps` of the run.

    Attributes:
        every: The finest moment of training that one of them looks at: "epoch", "chunk"
            or "batch".
        every_test: The same for evaluation.
        every_predict: The same for prediction.
        patient: Whether all of them may be told of several epochs at once.
        eager: Whether one of them reads the values of logs before training ends.
        who: Who needs `every`, in words.

    Raises:
        ArgumentError: If one of them is no callback.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks = [checked(one) for one in walk(callbacks) if one is not None]
        self._stop = False
        if add_history and self._first(History) is None:
            self.callbacks.append(History())
        if add_progbar and self._first(ProgbarLogger) is None:
            self.callbacks.append(ProgbarLogger())
        self.set_model(model)
        self.set_params(RunParams(params) if params else params)

    def _first(self, cls: type) -> Any:
        return next((one for one in self.callbacks if isinstance(one, cls)), None)

    def append(self, callback: Any) -> None:
        """Adds a callback behind the others."""
        self.callbacks.append(checked(callback))
        self.set_model(self.model)
        self.set_params(self.params or {})

    def set_params(self, params: dict[str, Any]) -> None:
        """Hands `verbose`, `epochs` and `steps` of the run to all."""
        self.params = params
        for callback in self.callbacks if params else ():
            callback.set_params(params)
        self._settle()

    def set_model(self, model: Any) -> None:
        """Hands the model that runs to all; its `history` is the one among them."""
        if model is None:
            return
        self._model = model
        history = self._first(History)
        if history is not None:
            model.history = history
        for callback in self.callbacks:
            callback.set_model(model)

    def _settle(self) -> None:
        """Works out what the callbacks need, taken together."""
        own = self.callbacks
        self.every = _needs.finest([_needs.every(one) for one in own])
        self.every_test = _needs.finest([_needs.every(o, "every_test") for o in own])
        self.every_predict = _needs.finest(
            [_needs.every(one, "every_predict") for one in own]
        )
        self.eager = any(_needs.reads_logs(one) for one in own)
        self.patient = all(_needs.patient(one) for one in own)
        self.who = NOBODY
        if self.every != "epoch":
            need = [name(one) for one in own if _needs.every(one) == self.every]
            names = ", ".join(dict.fromkeys(need))
            self.who = f"{names} looks at {MOMENTS[self.every]}"

    @property
    def stop(self) -> bool:
        """Whether training shall stop: the model's `stop_training`."""
        return bool(getattr(self.model, "stop_training", self._stop))

    @stop.setter
    def stop(self, value: bool) -> None:
        self._stop = value
        if self.model is not None:
            self.model.stop_training = value

    def check_monitors(self, known: Iterable[str], complete: bool = True) -> None:
        """Has every callback check the names of logs that it relies on.

        A name that is not known is no error behind a callback of the user's that may
        add it to the logs of an epoch.

        Args:
            known: Names of the logs of an epoch, those of validation included.
            complete: Whether there will be no others.

        Raises:
            ArgumentError: If a name is not known.
        """
        names = list(known)
        for callback in self.callbacks:
            names += [new for new in added(callback) if new not in names]
            check = getattr(callback, "check_monitor", None)
            if check is not None:
                try:
                    check(names)
                except ArgumentError:
                    if complete:
                        raise
            complete = complete and not may_add(callback)

    def check_monitor(self, known: list[str]) -> None:
        self.check_monitors(known)

    def restore(self) -> int:
        """Loads the backup of an interrupted run, if a callback has one.

        Returns:
            The epoch to go on with; 0 for a new run.
        """
        backup = self._first(BackupAndRestore)
        return 0 if backup is None else int(backup.restore())

    def took(self, seconds: float) -> None:
        """Tells how long the epoch took that is told of afterwards."""
        bar = self._first(ProgbarLogger)
        if bar is not None:
            bar.took(seconds)

    def note(self, text: str) -> None:
        """Shows a text until the next sign of progress, on a live progress bar only."""
        bar = self._first(ProgbarLogger)
        if bar is not None:
            bar.note(text)


def name(callback: Any) -> str:
    """Returns what a callback is called in messages."""
    own = isinstance(callback, ProgbarLogger)
    return "the progress bar" if own else type(callback).__name__


def added(callback: Any) -> tuple[str, ...]:
    """Returns the names of the logs that a callback says it adds."""
    names = getattr(callback, "adds_logs", ())
    return tuple(names) if isinstance(names, tuple | list) else ()


def may_add(callback: Any) -> bool:
    """Tells whether a callback may add further logs: only a user's can."""
    hook = getattr(callback, "on_epoch_end", None)
    return not str(getattr(hook, "__module__", "")).startswith("keryx.")


def checked(callback: Any) -> Any:
    """Returns a callback, ours or one that has all of its hooks.

    Raises:
        ArgumentError: If it is something else.
    """
    if inspect.isclass(callback) or not hasattr(callback, "on_train_batch_end"):
        called = inspect.isclass(callback) and issubclass(callback, Callback)
        fix = f"Write `{callback.__name__}()`." if called else (
            "A function becomes one with `LambdaCallback(on_epoch_end=...)`."
            if callable(callback) else ""
        )  # fmt: skip
        raise ArgumentError(
            "fit", "callbacks", expected="callbacks", got=callback, fix=fix
        )
    return callback
