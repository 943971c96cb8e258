"""What runs between two lines of a program, noted down primitive by primitive.

JAX hands every primitive to the current trace. The one here lets the trace below it
compute, so that results are what they would be anyway (arrays, or the tracers of a
surrounding `jit`), and notes the step. Nothing escapes that belongs to it.

This module alone knows JAX's traces, which are not part of its public interface.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax._src import core
from jax.extend.core import jaxpr_as_fun

from keryx._core.hook import Hook


class Step(NamedTuple):
    """One primitive that ran.

    Attributes:
        run: Computes it from its inputs; returns a list.
        key: What makes `run` the same as another step's, hashable or not.
        inputs: Its arguments.
        outputs: Its results.
    """

    run: Callable[..., list[Any]]
    key: tuple[Any, ...]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]


class Recorder(core.Trace):
    """A trace that computes at once, by the trace below, and keeps the steps.

    Args:
        below: The trace that was current before.
    """

    def __init__(self, below: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # JAX's
        self.below = below
        self.requires_low = False
        self.steps: list[Step] = []

    def process_primitive(self, primitive: Any, inputs: Any, params: Any, /) -> Any:
        """Computes and notes a primitive."""
        run = functools.partial(_bound, primitive, params)
        with core.set_current_trace(self.below):
            outputs = _fresh(run(*inputs), inputs)
        self._note(run, (primitive, params), inputs, outputs)
        return outputs if primitive.multiple_results else outputs[0]

    def process_custom_jvp_call(
        self, primitive: Any, function: Any, rule: Any, inputs: Any, /, **settings: Any
    ) -> Any:
        """Computes and notes a function that has its own derivative."""
        way = "process_custom_jvp_call"
        return self._custom(way, primitive, (function, rule), inputs, settings)

    def process_custom_vjp_call(
        self,
        primitive: Any,
        function: Any,
        forward: Any,
        backward: Any,
        inputs: Any,
        /,
        **settings: Any,
    ) -> Any:
        """Computes and notes a function that has its own gradient."""
        functions = (function, forward, backward)
        way = "process_custom_vjp_call"
        return self._custom(way, primitive, functions, inputs, settings)

    def stage_value(self, value: Any) -> Any:
        """Leaves constants to the trace below."""
        return self.below.stage_value(value)

    def _custom(
        self, way: str, primitive: Any, functions: Any, inputs: Any, settings: Any
    ) -> Any:
        """The functions can be called once; what they do is kept as a program."""
        avals = tuple(core.typeof(x) for x in inputs)
        call = _Custom(way, primitive, functions, avals, settings)
        with core.set_current_trace(self.below):
            program = call.program()
            run = jaxpr_as_fun(program)
            outputs = _fresh(run(*inputs), inputs)
        self._note(run, (program,), inputs, outputs)
        return outputs

    def _note(self, run: Any, key: Any, inputs: Any, outputs: Any) -> None:
        self.steps.append(Step(run, key, tuple(inputs), tuple(outputs)))


class _Custom:
    """A call of a function with its own derivative, equal to other calls of it."""

    def __init__(
        self, way: str, primitive: Any, functions: Any, avals: Any, settings: Any
    ) -> None:
        self.way, self.primitive, self.functions = way, primitive, functions
        self.avals, self.settings = avals, settings
        own = tuple(f.f for f in functions)
        self.key = way, own, _unboxed(functions[0].transforms), avals

    def program(self) -> Any:
        """Returns what the call does; from memory if its like was called before."""
        if not self._is_lasting():
            return self.staged()
        first, program = _first(self)
        own = self.functions[0].stores
        if first is not self:  # its caller looks there for the form of the results
            for store, other in zip(own, first.functions[0].stores, strict=True):
                if store is not None:
                    store.store(other.val)
        return program

    def _is_lasting(self) -> bool:
        """Tells whether the call depends on its arguments alone.

        It does for a function of JAX's or keryx's own without free variables; a user's
        may read what changes.
        """
        own = inspect.unwrap(self.functions[0].f)
        home = str(getattr(own, "__module__", "")).partition(".")[0]
        if home not in ("jax", "keryx") or getattr(own, "__closure__", None):
            return False
        try:
            hash(self.key)
        except TypeError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Custom) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def staged(self) -> Any:
        """Returns what the call does as a program."""

        def call(*inputs: Any) -> Any:
            process = getattr(core.trace_ctx.trace, self.way)
            return process(self.primitive, *self.functions, inputs, **self.settings)

        structs = (
            jax.ShapeDtypeStruct(a.shape, a.dtype, weak_type=a.weak_type)
            for a in self.avals
        )
        return jax.make_jaxpr(call)(*structs)


def _unboxed(value: Any) -> Any:
    """Returns a function's settings without the box that takes their hash away."""
    if isinstance(value, tuple):
        return tuple(_unboxed(item) for item in value)
    return _unboxed(value.val) if type(value).__name__ == "Unhashable" else value


def _fresh(outputs: list[Any], inputs: Any) -> list[Any]:
    """Copies results that are arguments passed on: a step is known by its results."""
    known = {id(x) for x in inputs if jnp.issubdtype(core.typeof(x).dtype, jnp.inexact)}
    return [jnp.array(x, copy=True) if id(x) in known else x for x in outputs]


def _bound(primitive: Any, params: dict[str, Any], *inputs: Any) -> list[Any]:
    found = primitive.bind(*inputs, **params)
    return list(found) if primitive.multiple_results else [found]


@functools.lru_cache(maxsize=256)
def _first(call: _Custom) -> tuple[_Custom, Any]:
    """Returns the first call equal to this one, and its program."""
    return call, call.staged()


def start() -> tuple[Recorder, Any]:
    """Makes a recorder the current trace.

    Returns:
        The recorder, and what `stop` wants.
    """
    recorder = Recorder(core.trace_ctx.trace)
    context = core.set_current_trace(recorder)
    context.__enter__()
    Hook.recording += 1
    return recorder, context


def stop(context: Any) -> None:
    """Makes the trace from before `start` current again."""
    Hook.recording -= 1
    context.__exit__(None, None, None)


def paused(recorder: Recorder) -> Any:
    """Returns a context in which a recorder, if it is the current one, rests."""
    current = core.trace_ctx.trace
    return core.set_current_trace(recorder.below if current is recorder else current)
