"""The training loop: epochs of pieces, each one call of a compiled program."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import jax
import numpy as np

from keryx._engine.epoch import make_loop
from keryx._engine.plan import Plan
from keryx._engine.program import Account, Program, PROGRAMS
from keryx._engine.session import Session
from keryx._engine.source import Piece, Source
from keryx._engine.state import Logs, Meters, Step


class Events(Protocol):
    """What the loop needs of the callbacks, taken together.

    `every` names the finest moment that one of them looks at: "epoch", "chunk" or
    "batch". `patient` tells whether all of them may be told of several epochs at once,
    when these are over. `eager` tells whether one of them reads the values of an
    epoch's logs before the run ends.
    """

    every: str
    patient: bool
    eager: bool
    stop: bool

    def took(self, seconds: float) -> None:
        """Tells how long the epoch took that is told of afterwards."""

    def on_train_begin(self, logs: Logs | None = None) -> None: ...
    def on_train_end(self, logs: Logs | None = None) -> None: ...
    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None: ...
    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None: ...
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None: ...
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None: ...


@dataclass
class Job:
    """A step that can be run on a model.

    Attributes:
        session: The state.
        step: One step.
        meters: The metrics.
        key: Structure of all that the step closes over; equal keys, equal programs.
        plan: How many steps a call runs.
        account: What is told of its programs.
        note: Called with a line of text before something takes long.
        fill: Whether a smaller last batch may be filled up with rows that do not count.
    """

    session: Session
    step: Step
    meters: Meters
    key: Any
    plan: Plan = field(default_factory=Plan)
    account: Account = field(default_factory=Account)
    note: Callable[[str], None] = lambda text: None
    fill: bool = False

    def program(self, piece: Piece, args: tuple[Any, ...]) -> Program:
        """Returns the program that runs batches like this piece's."""
        before = PROGRAMS.compiled
        program = PROGRAMS.get(
            ("train", self.key, piece.sizes(fill=self.fill), piece.room),
            lambda: self._make(piece),
            args,
            donate=(0,),
        )
        new = PROGRAMS.compiled != before
        self.account.add(program.made, piece.batch_size, new=new)
        return program

    def _make(self, piece: Piece) -> Callable[..., Any]:
        sizes = piece.sizes(fill=self.fill)
        self.note(f"compiling the training step for batches of {sizes.batch} …")
        return make_loop(self.step, self.meters, sizes, piece.room)


def fit(
    job: Job,
    source: Source,
    events: Events,
    epochs: range,
    validate: Callable[[int], Logs] | None = None,
) -> None:
    """Runs epochs until they are done or a callback stops them.

    Args:
        job: What to run.
        source: Where the batches come from.
        events: Who is told.
        epochs: Numbers of the epochs.
        validate: Returns the validation's logs after an epoch, `{}` if none is due.
    """
    logs: Logs = {}
    events.on_train_begin()
    spans = events.patient and validate is None and events.every != "batch"
    job.plan.room = source.room if spans else 1
    epoch = epochs.start
    while epoch < epochs.stop and not (events.stop and epoch > epochs.start):
        count = job.plan.epochs(epochs.stop - epoch, source.steps)
        if count > 1:
            logs = run_span(job, source, events, range(epoch, epoch + count))
        else:
            logs = _one_epoch(job, source, events, epoch, validate)
        epoch += count
    events.on_train_end(logs)


def _one_epoch(
    job: Job, source: Source, events: Events, epoch: int, validate: Any
) -> Logs:
    """Runs an epoch and tells of it; returns its logs, the validation's among them."""
    events.on_epoch_begin(epoch)
    logs = run_epoch(job, source, events, epoch)
    if events.eager:
        logs = values(logs)
    if validate is not None:
        checked = validate(epoch)
        logs = {**logs, **{f"val_{name}": v for name, v in checked.items()}}
    events.on_epoch_end(epoch, logs)
    return logs


def run_epoch(job: Job, source: Source, events: Events, epoch: int) -> Logs:
    """Runs one epoch; returns its logs, still on the device."""
    logs: Logs = {}
    every = job.plan.every
    timed = every == "chunk" or job.plan.room > 1
    for piece in source.pieces(epoch, job.plan):
        if every == "batch":
            events.on_train_batch_begin(piece.first)
        logs = run_piece(job, piece, timed=timed)
        if every != "epoch":
            events.on_train_batch_end(piece.first + piece.count - 1, values(logs))
        if events.stop:
            break
    return logs


def run_span(job: Job, source: Source, events: Events, epochs: range) -> Logs:
    """Runs several epochs as one call, then tells of each; returns the last's logs."""
    start = time.perf_counter()
    logs: Logs = {}
    for piece in source.pieces(epochs.start, job.plan, len(epochs)):
        rows = jax.device_get(_run(job, piece, timed=True))
        seconds = (time.perf_counter() - start) / len(epochs)
        for row, epoch in enumerate(epochs):
            logs = {name: number(rows[name][row]) for name in job.meters.names()}
            events.on_epoch_begin(epoch)
            events.took(seconds)
            if events.every != "epoch":
                events.on_train_batch_end(piece.count - 1, logs)
            events.on_epoch_end(epoch, logs)
    return logs


def run_piece(job: Job, piece: Piece, *, timed: bool = False) -> Logs:
    """Runs a piece of one epoch on the job's state; returns the logs so far."""
    logs = _run(job, piece, timed=timed)
    if piece.room > 1:  # on the host: the device would compile the indexing
        rows = jax.device_get(logs)
        logs = {name: number(value[0]) for name, value in rows.items()}
    return ordered(job.meters, logs)


def _run(job: Job, piece: Piece, *, timed: bool) -> Logs:
    """Runs one call of a program; returns the logs, a row for each epoch."""
    args = arguments_of(job, piece)
    program = job.program(piece, args)
    start = time.perf_counter()
    logs: Logs
    state, logs = program.run(*args)
    job.session.write(state)
    if timed:
        jax.block_until_ready(logs)
        steps = piece.count * piece.extent.epochs
        job.plan.measured(steps, time.perf_counter() - start)
    return logs


def arguments_of(job: Job, piece: Piece) -> tuple[Any, ...]:
    """Returns what a program is called with to run a piece."""
    return job.session.read(), piece.data, piece.order, piece.extent.array()


def ordered(meters: Meters, logs: Logs) -> Logs:
    """Returns logs in the metrics' order, which a program's output does not keep."""
    return {name: logs[name] for name in meters.names()}


def values(logs: Logs) -> Logs:
    """Returns logs as Python numbers (arrays for metrics that have several)."""
    host = jax.device_get(logs)  # which sorts by name
    return {name: number(host[name]) for name in logs}


def number(value: Any) -> Any:
    """Returns a scalar array as a float, anything else as it is."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value)
