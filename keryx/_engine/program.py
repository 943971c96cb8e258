"""Compiled programs, shared by everything of the same structure."""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.monitoring
import numpy as np

from keryx._engine import cache, compiler, eager

CAPACITY = 64
HIT = "/jax/compilation_cache/cache_hits"  # JAX tells of this event

compiler.prepare()


class Made(NamedTuple):
    """How a program came to be.

    Attributes:
        seconds: Time to trace and compile it.
        found: Whether it was on the disk, compiled.
        forms: How it computes, in words.
    """

    seconds: float = 0.0
    found: bool = False
    forms: tuple[str, ...] = ()


class Program(NamedTuple):
    """One compiled program.

    Attributes:
        run: The compiled function.
        made: How it came to be.
    """

    run: Callable[..., Any]
    made: Made


@dataclass
class Account:
    """What is told of the programs of a run.

    Attributes:
        batch: Rows of a batch of the first one.
        first: How the first one came to be, perhaps in another run.
        new: How those came to be that were compiled for this run.
    """

    batch: int = 0
    first: Made = Made()
    new: list[Made] = field(default_factory=list)

    def add(self, made: Made, batch: int, *, new: bool) -> None:
        """Takes in a program that is about to run."""
        if not self.batch:
            self.batch, self.first = batch, made
        if new:
            self.new.append(made)


class ProgramCache:
    """Programs by key; the least recently used one is dropped when it is full.

    Threads that ask for one program wait for the one that compiles it; different
    programs compile at the same time.

    Args:
        capacity: Most programs kept.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.compiled = 0
        self._programs: OrderedDict[Any, Future[Program]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self,
        key: Any,
        make: Callable[[], Callable[..., Any]],
        args: tuple[Any, ...],
        *,
        donate: tuple[int, ...] = (),
    ) -> Program:
        """Returns the program for `key` and the shapes of `args`, compiled if need be.

        The function that `make` builds is dropped once it is compiled, and with it the
        model whose weights it closes over. Where `eager` asks for that, it is not.
        """
        if eager.is_on():
            return Program(eager.plainly(make()), Made())
        key = (key, donate, signature(args))
        with self._lock:
            made = self._programs.get(key)
            mine = made is None
            if made is None:
                made = self._programs[key] = Future()
                if len(self._programs) > self.capacity:
                    self._programs.popitem(last=False)
            else:
                self._programs.move_to_end(key)
        if mine:
            self._fill(key, made, make, args, donate)
        return made.result()

    def _fill(
        self,
        key: Any,
        made: "Future[Program]",
        make: Callable[[], Callable[..., Any]],
        args: tuple[Any, ...],
        donate: tuple[int, ...],
    ) -> None:
        """Compiles a program that other threads may be waiting for."""
        try:
            cache.enable()
            start = time.perf_counter()
            traced = jax.jit(make(), donate_argnums=donate).trace(*args)
            contents = compiler.contents_of(traced)
            lowered = traced.lower()
            with _events() as seen:
                run = lowered.compile(compiler.options(contents))
            seconds = time.perf_counter() - start
            told = Made(seconds, HIT in seen, compiler.forms(contents))
            made.set_result(Program(run, told))
            self.compiled += 1
        except BaseException as error:
            with self._lock:
                self._programs.pop(key, None)
            made.set_exception(error)

    def clear(self) -> None:
        """Drops all programs."""
        with self._lock:
            self._programs.clear()


@contextlib.contextmanager
def _events() -> Iterator[set[str]]:
    """Collects what JAX tells of this thread's work in a `with` block."""
    here, seen = threading.get_ident(), set[str]()

    def note(event: str, **_: Any) -> None:
        if threading.get_ident() == here:
            seen.add(event)

    jax.monitoring.register_event_listener(note)
    try:
        yield seen
    finally:
        jax.monitoring.unregister_event_listener(note)


def signature(args: Any) -> Any:
    """Returns the tree of `args` with the shape and type of each leaf; hashable."""
    leaves, tree = jax.tree.flatten(args)
    kinds = []
    for leaf in leaves:
        try:
            kinds.append((leaf.shape, leaf.dtype))
        except AttributeError:
            kinds.append((np.shape(leaf), type(leaf)))
    return tree, tuple(kinds)


PROGRAMS = ProgramCache()
