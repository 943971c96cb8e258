"""The progress bar, and the callback that moves it."""

from collections.abc import Iterable
from typing import Any

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._engine.state import Logs
from keryx.callbacks import _line, _screen
from keryx.callbacks._callback import Callback
from keryx.callbacks._clock import duration, pace, StepClock
from keryx.callbacks._params import BatchLogs

# Seconds between two redraws of a bar during training: ten a second.
REDRAW = 0.1


def verbosity(verbose: Any, owner: object) -> int:
    """Returns 0 (silent), 1 (a bar where it can move) or 2 (lines) for any spelling.

    Raises:
        ArgumentError: If it is a string other than "auto".
    """
    if isinstance(verbose, str):
        check.one_of(verbose, ("auto", 0, 1, 2), "verbose", owner)
        return 1
    return min(int(verbose), 2)


class Progbar:
    """Shows how far something is, how long it will take, and values on the way.

    On a terminal or in a notebook it is a bar that moves:

        12/76 ━━━━━━━━━━━━━━━━━━━━ 3s 50ms/step - accuracy: 0.7812 - loss: 0.4512

    In a file or a pipe, or with `verbose=2`, it is one line at the end.

    Example:
        >>> bar = Progbar(3, verbose=2)
        >>> for step in range(3):
        ...     bar.add(1, [("loss", step)])  # doctest: +ELLIPSIS
        3/3 - 0s - ...us/step - loss: 1.0000

    Args:
        target: Number of steps; `None` if unknown.
        width: Length of the bar, in characters; less on a narrow terminal.
        verbose: 0 for silence, 1 or "auto" for a bar where one can move, 2 for a line.
        interval: Least time between two redraws, in seconds.
        stateful_metrics: Names of values that are shown as they are; of all others, the
            mean of the steps is.
        stateless_metrics: Names of the values that are averaged, if only some are.
        unit_name: What a step is called.

    Raises:
        ArgumentError: If `stateful_metrics` and `stateless_metrics` are both given.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: Any = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ArgumentError(
                self,
                "stateless_metrics",
                expected="left out when `stateful_metrics` is given",
                got=stateless_metrics,
            )
        self.target = target
        self.width = width
        self.verbose = verbosity(verbose, self)
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = stateless_metrics and set(stateless_metrics)
        self._all_stateful = stateless_metrics is not None
        self.unit_name = unit_name
        self.live = self.verbose == 1 and _screen.is_live()
        self.prefix = ""
        self.seen = 0
        self.clock = StepClock()
        self._values: dict[str, tuple[Any, int]] = {}
        self._drawn_at: float | None = None
        self._drawn_width = 0

    def update(
        self,
        current: int | None,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Shows that `current` steps are done.

        Args:
            current: Number of steps done.
            values: Names and values of the last step.
            finalize: Whether this is the last update; by default, whether `current`
                reaches the target.
        """
        current = current or 0
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            self._take(name, value, current - self.seen)
        self.seen = current
        self.clock.saw(current)
        if self.live:
            self._draw(finalize)
        elif self.verbose and finalize:
            _screen.write(self._plain() + "\n")

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Shows that `n` more steps are done; see `update`."""
        self.update(self.seen + n, values)

    def took(self, seconds: float) -> None:
        """Sets the clock back: what is shown began so long ago."""
        self.clock.began(seconds)

    def note(self, text: str) -> None:
        """Shows a text until the next update; nothing where the bar cannot move."""
        if self.live:
            room = _screen.columns() - 1
            self._redraw([_line.cut(text, room, _screen.glyphs())], "")

    def _take(self, name: str, value: Any, steps: int) -> None:
        """Takes in a value of so many new steps: averaged with the others, or as it is.

        A value that comes without new steps speaks for all of them.
        """
        # Departs from Keras: the last step's value is averaged like the others.
        if self._all_stateful:
            averaged = name in (self.stateless_metrics or ())
        else:
            averaged = name not in self.stateful_metrics
        if steps <= 0 or not averaged or isinstance(value, str):
            self._values[name] = (value, 1)
            return
        total, count = self._values.get(name, (0.0, 0))
        self._values[name] = (total + value * steps, count + steps)

    def _logs(self) -> list[str]:
        means = {
            name: total if count == 1 else total / count
            for name, (total, count) in self._values.items()
        }
        return [f"{name}: {_line.value_text(mean)}" for name, mean in means.items()]

    def _count(self) -> str:
        if self.target:
            return f"{self.seen:{len(str(self.target))}d}/{self.target}"
        return f"{self.seen}/Unknown" if self.seen else ""

    def _pace(self) -> str:
        seconds = self.clock.step_seconds()
        return "" if seconds is None else pace(seconds, self.unit_name)

    def _plain(self) -> str:
        """Returns the whole line for a file."""
        count = self._count().replace("Unknown", str(self.seen))
        parts = [count, duration(self.clock.elapsed()), self._pace(), *self._logs()]
        return self.prefix + _line.GAP.join(part for part in parts if part)

    def _state(self, finalize: bool) -> _line.Line:
        left = self.clock.elapsed()
        if self.target and not finalize:
            left = (self.clock.step_seconds() or 0.0) * (self.target - self.seen)
        done = self.seen / self.target if self.target else None
        return _line.Line(
            self._count(), done, duration(left), self._pace(), self._logs()
        )

    def _draw(self, finalize: bool) -> None:
        """Redraws the bar, unless that was done a moment ago."""
        now = self.clock.elapsed()
        waited = self._drawn_at is None or now - self._drawn_at >= self.interval
        if not waited and not finalize:
            return
        self._drawn_at = now
        line, room = self._state(finalize), _screen.columns() - 1
        glyphs = _screen.glyphs()
        make = _line.final if finalize else _line.live
        made = make(line, room, self.width, glyphs)
        rows = [made] if isinstance(made, str) else made
        self._redraw(rows, "\n" if finalize else "", line)

    def _redraw(
        self, rows: list[str], end: str, line: _line.Line | None = None
    ) -> None:
        """Writes rows over what stands on the line now."""
        blank = " " * (self._drawn_width - len(rows[0]))
        self._drawn_width = 0 if end else len(rows[0])
        first, *rest = rows
        if line is not None and _screen.has_colors():
            first = _line.painted(first, line)
        _screen.write("\r" + "\n".join([first + blank, *rest]) + end)


class ProgbarLogger(Callback):
    """Shows the progress of training, evaluation and prediction.

    On a terminal or in a notebook, each epoch has a bar that moves. In a file or a
    pipe, each epoch is one line. `fit` adds it unless `verbose` is 0.

    Example:
        >>> logger = ProgbarLogger()
        >>> logger.set_params({"verbose": 2, "epochs": 5, "steps": 30})
        >>> logger.on_epoch_begin(0)
        Epoch 1/5
        >>> logger.on_epoch_end(0, {"loss": 0.5})  # doctest: +ELLIPSIS
        30/30 - 0s - ...us/step - loss: 0.5000
    """

    every_test = every_predict = "epoch"
    reads_logs = True
    patient = True

    def __init__(self) -> None:
        super().__init__()
        self.verbose = 1
        self.epochs: int | None = 1
        self.target: int | None = None
        self.every = "epoch"
        self.progbar: Progbar | None = None
        self._in_fit = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes `verbose`, `epochs` and `steps` of the run that begins."""
        super().set_params(params)
        self.verbose = verbosity(params.get("verbose", 1), "fit")
        self.epochs = params.get("epochs")
        self.target = params.get("steps")
        self.every = "chunk" if self.verbose == 1 and _screen.is_live() else "epoch"
        self.reads_logs = self.verbose > 0

    def note(self, text: str) -> None:
        """Shows a text until the next sign of progress, if the bar can move."""
        if self.progbar is not None:
            self.progbar.note(text)

    def took(self, seconds: float) -> None:
        """Tells how long the epoch took that has just begun and is over."""
        if self.progbar is not None:
            self.progbar.took(seconds)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._in_fit = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        bar = self._new_bar()
        if self.verbose and (self.epochs or 1) > 1:
            title = f"Epoch {epoch + 1}/{self.epochs}"
            if self.verbose == 1 and not bar.live:
                bar.prefix = title + _line.GAP
            else:
                _screen.write(title + "\n")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._move(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        if not self._in_fit:
            self._new_bar()
        elif self.progbar is not None and self.target:
            # Validation begins: the time it takes is not that of training steps.
            self.progbar.clock.saw(self.target)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._in_fit:
            self._move(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        if not self._in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._new_bar()

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._move(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._finish(None)

    def _new_bar(self) -> Progbar:
        # The logs are means of the epoch so far: nothing is left to average.
        self.progbar = Progbar(
            self.target, verbose=self.verbose, interval=REDRAW, stateless_metrics=()
        )
        return self.progbar

    def _move(self, batch: int, logs: Logs | None) -> None:
        bar = self.progbar or self._new_bar()
        shown = logs.values_alone() if isinstance(logs, BatchLogs) else logs or {}
        bar.update(batch + 1, shown.items(), finalize=False)

    def _finish(self, logs: Logs | None) -> None:
        bar = self.progbar or self._new_bar()
        if self.target is None and bar.seen:
            self.target = bar.target = bar.seen
        bar.update(self._done(bar), (logs or {}).items(), finalize=True)
        self.progbar = None

    def _done(self, bar: Progbar) -> int | None:
        """Returns how many steps were done: fewer than planned if it was stopped."""
        stopped = getattr(self.model, "stop_training", False) and bar.seen
        return bar.seen if stopped else self.target
