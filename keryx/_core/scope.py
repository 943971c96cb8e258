"""What a call sees besides its arguments: the one ContextVar of the library.

While `purify` runs a model as a pure function, the values of its variables, the random
key, the training flag and everything that layers hand up (added losses, masks) travel
in a `Scope`. A ContextVar holds it, so two threads can trace one model at a time.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import jax


@dataclass(slots=True)
class Scope:
    """The surroundings of the calls of one run of a model.

    Attributes:
        values: Variable's id → its value here; absent ids read the variable itself.
        hyper: (layer's id, attribute) → value of a hyperparameter.
        slots: Seed generator's id → its place in the model, which names its key.
        key: Root of the random keys of this run; `None` outside of `purify`.
        step: Training steps done; explicit seeds are folded with it.
        training: What `training=None` means for the layers called.
        cast: Float type in which variables are read (mixed precision).
        losses: What `add_loss` collected.
        masks: Array's id → (array, its mask).
        draws: Seed generator's id → how often it was asked in this run.
        names: Names of the layers being called, outermost first.
        abstract: Whether only shapes are wanted: what is assigned stays in here.
        logits: Array's id → (array, what it is the sigmoid or softmax of, which).
        flow: Layer's id → the states of a recurrent layer, before its call and after,
            where they are handed in and out; else `None`.
        building: Whether a layer's `build` is what runs, which may make variables.
        known: What symbolic tensors stand for in the run of a graph; else `None`.
    """

    values: dict[int, Any] = field(default_factory=dict)
    hyper: dict[tuple[int, str], Any] = field(default_factory=dict)
    slots: dict[int, int] = field(default_factory=dict)
    key: jax.Array | None = None
    step: Any = 0
    training: bool | None = None
    cast: str | None = None
    losses: list[Any] = field(default_factory=list)
    masks: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    draws: dict[int, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    abstract: bool = False
    logits: dict[int, tuple[Any, Any, str]] = field(default_factory=dict)
    flow: dict[int, Any] | None = None
    building: bool = False
    known: Any = None


_CURRENT: ContextVar[Scope | None] = ContextVar("keryx_scope", default=None)


def current() -> Scope | None:
    """Returns the scope of the run in progress, or `None` outside of one."""
    return _CURRENT.get()


def remember_logits(outputs: Any, logits: Any, kind: str) -> Any:
    """Notes what an array is the "sigmoid" or "softmax" of; returns the array."""
    here = _CURRENT.get()
    if here is not None and not here.abstract:
        here.logits[id(outputs)] = (outputs, logits, kind)
    return outputs


def logits_of(outputs: Any, kind: str) -> Any:
    """Returns what an array is the "sigmoid" or "softmax" of, if that was noted."""
    here = _CURRENT.get()
    held = here.logits.get(id(outputs)) if here is not None else None
    known = held is not None and held[0] is outputs and held[2] == kind
    return held[1] if held is not None and known else None


@contextlib.contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Makes `scope` the current one."""
    token = _CURRENT.set(scope)
    try:
        yield scope
    finally:
        _CURRENT.reset(token)


@contextlib.contextmanager
def ensured() -> Iterator[Scope]:
    """Yields the current scope, or an empty one for the outermost call."""
    scope = _CURRENT.get()
    if scope is not None:
        yield scope
        return
    with entered(Scope()) as scope:
        yield scope
