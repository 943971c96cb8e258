"""Stand-ins for TensorFlow's sessions and graphs."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

from keryx._core.errors import StateError
from keryx._core.op import Symbolic
from keryx.dialects.backend._function import Function


class Graph:
    """A stand-in for TensorFlow's graph: there is one, and it is always the default."""

    @contextlib.contextmanager
    def as_default(self) -> Iterator["Graph"]:
        """Does nothing, as the context of a `with` statement."""
        yield self

    def finalize(self) -> None:
        """Does nothing."""


class Session:
    """A stand-in for TensorFlow's session: `run` computes symbolic tensors."""

    def __init__(self) -> None:
        self.graph = Graph()
        # Ids of what is fed and fetched → the function, which keeps both alive.
        self._functions: dict[tuple[Any, ...], Function] = {}

    def run(self, fetches: Any, feed_dict: dict[Any, Any] | None = None) -> Any:
        """Computes symbolic tensors, nested, for the values of others."""
        feeds = feed_dict or {}
        nested = isinstance(fetches, list | tuple)
        names = (*map(id, feeds), None, *map(id, fetches if nested else [fetches]))
        if names not in self._functions:
            self._functions[names] = Function(list(feeds), fetches)
        return self._functions[names](list(feeds.values()))

    def as_default(self) -> "Session":
        """Returns the session, as the context of a `with` statement."""
        return self

    def list_devices(self) -> list[Any]:
        """Returns no devices: JAX knows them, as `jax.devices()`."""
        return []

    def close(self) -> None:
        """Does nothing."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: Any) -> None:
        return None


@functools.cache
def get_session() -> Session:
    """Returns a stand-in for TensorFlow's session."""
    return Session()


def set_session(session: Any) -> None:
    """Accepted for old programs: there are no sessions."""


def get_graph() -> Graph:
    """Returns a stand-in for TensorFlow's graph."""
    return get_session().graph


@contextlib.contextmanager
def name_scope(name: str, *values: Any) -> Iterator[str]:
    """Does nothing, as the context of a `with` statement; yields the name."""
    yield name


@contextlib.contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """Does nothing: what is assigned is assigned when the program says so."""
    yield


def symbolic(func: Any) -> Any:
    """Returns `func`: it is symbolic if its arguments are."""
    return func


def eager(func: Any) -> Any:
    """Returns `func`: it computes at once if its arguments have values."""
    return func


def is_symbolic(x: Any) -> bool:
    """Tells whether `x` is a symbolic tensor."""
    return isinstance(x, Symbolic)


def refuse_sparse(name: str) -> None:
    """Says that there are no sparse tensors.

    Raises:
        StateError: Always.
    """
    raise StateError(
        f"`{name}(sparse=True)`",
        expected="a dense tensor",
        got="a sparse one",
        fix="Make it dense, e.g. with SciPy's `matrix.toarray()`.",
    )
