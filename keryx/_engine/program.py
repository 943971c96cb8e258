"""Compiled programs, shared by everything of the same structure."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

import jax
import numpy as np

from keryx._engine import cache, compiler, eager

CAPACITY = 64

compiler.prepare()


class Program(NamedTuple):
    """One compiled program and what it cost.

    Attributes:
        run: The compiled function.
        seconds: Time to trace and compile it.
    """

    run: Callable[..., Any]
    seconds: float


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
            return Program(eager.plainly(make()), 0.0)
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
            run = traced.lower().compile(compiler.options(traced))
            made.set_result(Program(run, time.perf_counter() - start))
            self.compiled += 1
        except BaseException as error:
            with self._lock:
                self._programs.pop(key, None)
            made.set_exception(error)

    def clear(self) -> None:
        """Drops all programs."""
        with self._lock:
            self._programs.clear()


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
