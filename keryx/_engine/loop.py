"""The training loop: epochs of pieces, each one call of a compiled program."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import jax
import numpy as np

from keryx._engine.epoch import make_loop
from keryx._engine.plan import Plan
from keryx._engine.program import Program, PROGRAMS
from keryx._engine.session import Session
from keryx._engine.source import Piece, Source
from keryx._engine.state import Logs, Meters, Step


class Events(Protocol):
    """What the loop needs of the callbacks, taken together.

    `every` names the finest moment that one of them looks at: "epoch", "chunk" or
    "batch". `eager` tells whether one of them reads the values of an epoch's logs
    before the run ends.
    """

    every: str
    eager: bool
    stop: bool

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
        compile_seconds: Time spent compiling so far.
        note: Called with a line of text before something takes long.
    """

    session: Session
    step: Step
    meters: Meters
    key: Any
    plan: Plan = field(default_factory=Plan)
    compile_seconds: float = 0.0
    note: Callable[[str], None] = lambda text: None

    def program(self, piece: Piece, args: tuple[Any, ...]) -> Program:
        """Returns the program that runs batches like this piece's."""
        before = PROGRAMS.compiled
        program = PROGRAMS.get(
            ("train", self.key, piece.batch_size),
            lambda: self._make(piece.batch_size),
            args,
            donate=(0,),
        )
        if PROGRAMS.compiled != before:
            self.compile_seconds += program.seconds
        return program

    def _make(self, batch_size: int) -> Callable[..., Any]:
        self.note(f"compiling the training step for batches of {batch_size} …")
        return make_loop(self.step, self.meters, batch_size)


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
    prepare_tail(job, source)
    for epoch in epochs:
        events.on_epoch_begin(epoch)
        logs = run_epoch(job, source, events, epoch)
        if events.eager:
            logs = values(logs)
        if validate is not None:
            checked = validate(epoch)
            logs = {**logs, **{f"val_{name}": v for name, v in checked.items()}}
        events.on_epoch_end(epoch, logs)
        if events.stop:
            break
    events.on_train_end(logs)


def prepare_tail(job: Job, source: Source) -> None:
    """Compiles the program of a smaller last batch beside that of the others."""
    tail = source.tail()
    if tail is None:
        return
    arguments = arguments_of(job, tail, np.bool_(False))
    shapes = jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), arguments)

    def work() -> None:
        # An error comes up again where the program is needed.
        with contextlib.suppress(Exception):
            job.program(tail, shapes)

    threading.Thread(target=work, name="keryx-compile").start()


def run_epoch(job: Job, source: Source, events: Events, epoch: int) -> Logs:
    """Runs one epoch; returns its logs, still on the device."""
    logs: Logs = {}
    every = job.plan.every
    for piece in source.pieces(epoch, job.plan):
        fresh = np.bool_(piece.first == 0)
        if every == "batch":
            events.on_train_batch_begin(piece.first)
        logs = run_piece(job, piece, fresh, timed=every == "chunk")
        if every != "epoch":
            events.on_train_batch_end(piece.first + piece.count - 1, values(logs))
        if events.stop:
            break
    return logs


def run_piece(job: Job, piece: Piece, fresh: Any, *, timed: bool = False) -> Logs:
    """Runs one call of a program on the job's state; returns the logs so far."""
    args = arguments_of(job, piece, fresh)
    program = job.program(piece, args)
    start = time.perf_counter()
    state, logs = program.run(*args)
    job.session.write(state)
    if timed:
        jax.block_until_ready(logs)
        job.plan.measured(piece.count, time.perf_counter() - start)
    return ordered(job.meters, logs)


def arguments_of(job: Job, piece: Piece, fresh: Any) -> tuple[Any, ...]:
    """Returns what a program is called with to run a piece."""
    place = (np.int32(piece.start), np.int32(piece.count), fresh)
    return (job.session.read(), piece.data, piece.order, *place)


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
