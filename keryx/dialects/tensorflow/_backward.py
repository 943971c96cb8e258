"""The noted steps that lie between sources and targets, as a function."""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Refs = tuple[int, ...]


class Line(NamedTuple):
    """A step whose inputs and outputs are places instead of values."""

    run: Any
    inputs: Refs
    outputs: Refs


class Slice:
    """What leads from some sources to some targets.

    Values are numbered: first the constants (the sources among them), then the results
    of the steps.

    Args:
        steps: All that was noted, in order.
        targets: Arrays that were computed.
        sources: Arrays to differentiate by.

    Attributes:
        place: Source's id → its place among those that the targets depend on.
    """

    def __init__(
        self, steps: list[Any], targets: list[Any], sources: list[Any]
    ) -> None:
        chosen, reached = _between(steps, targets, sources)
        used = [s for s in {id(s): s for s in sources}.values() if id(s) in reached]
        self.place = {id(source): i for i, source in enumerate(used)}
        self.sources = used
        self.constants: list[Any] = []
        self.keys = [step.key for step in chosen]
        made = {id(x) for step in chosen for x in step.outputs}
        numbers: dict[int, int] = {}
        inputs = [x for step in chosen for x in step.inputs]
        for value in [*inputs, *used, *targets]:
            if id(value) not in made and id(value) not in numbers:
                numbers[id(value)] = len(self.constants)
                self.constants.append(value)
        lines = []
        for step in chosen:
            given = tuple(numbers[id(x)] for x in step.inputs)
            for x in step.outputs:
                numbers[id(x)] = len(numbers)
            outputs = tuple(numbers[id(x)] for x in step.outputs)
            lines.append(Line(step.run, given, outputs))
        self.form = Form(
            tuple(lines),
            tuple(numbers[id(source)] for source in used),
            tuple(numbers[id(target)] for target in targets),
        )

    def replay(self, constants: list[Any], nudges: list[Any]) -> list[Any]:
        """Computes the targets, with something added to each source."""
        return self.form.replay(constants, nudges)

    def nudges(self) -> list[Any]:
        """Returns what to add to each source: nothing."""
        return [jnp.zeros_like(source) for source in self.sources]

    def key(self) -> Any:
        """Returns what makes a program for this slice good for another one.

        Raises:
            TypeError: If something in it cannot be compared.
        """
        lines, sources, targets = self.form
        places = tuple((line.inputs, line.outputs) for line in lines)
        kinds = tuple(
            (name, *(_frozen(part) for part in rest)) for name, *rest in self.keys
        )
        key = (kinds, places, sources, targets)
        hash(key)
        return key


class Form(NamedTuple):
    """The steps of a slice, without values."""

    lines: tuple[Line, ...]
    sources: Refs
    targets: Refs

    def replay(self, constants: list[Any], nudges: list[Any]) -> list[Any]:
        """Computes the targets, with something added to each source."""
        values: dict[int, Any] = dict(enumerate(constants))
        moved = dict(zip(self.sources, nudges, strict=True))
        for place, nudge in moved.items():
            if place in values:
                values[place] = values[place] + nudge
        for line in self.lines:
            outputs = line.run(*(values[place] for place in line.inputs))
            for place, value in zip(line.outputs, outputs, strict=True):
                values[place] = value + moved[place] if place in moved else value
        return [values[place] for place in self.targets]


def _between(
    steps: list[Any], targets: list[Any], sources: list[Any]
) -> tuple[list[Any], set[int]]:
    """Returns the steps from sources to targets, and the ids that targets depend on."""
    moving = {id(source) for source in sources}
    forward = []
    for step in steps:
        if any(id(x) in moving for x in step.inputs):
            forward.append(step)
            moving.update(id(x) for x in step.outputs if _is_smooth(x))
    needed = {id(target) for target in targets}
    chosen = []
    for step in reversed(forward):
        if any(id(x) in needed for x in step.outputs):
            chosen.append(step)
            needed.update(id(x) for x in step.inputs)
    return chosen[::-1], needed


def _is_smooth(value: Any) -> bool:
    return bool(jnp.issubdtype(value.dtype, jnp.inexact))


def _frozen(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def pull_back(part: Slice, weights: list[Any]) -> list[Any]:
    """Returns the gradient of the targets' weighted sum by each source.

    Args:
        part: The steps.
        weights: Weights of each target's elements; none for ones.
    """
    nudges = part.nudges()
    if not nudges:
        return []
    values = [part.constants, nudges, weights]
    if any(isinstance(x, jax.core.Tracer) for x in jax.tree.leaves(values)):
        return _gradient(part.form, *values)
    try:
        program = _program(_Keyed(part.key(), part.form))
    except TypeError:
        return _gradient(part.form, *values)
    return list(program(*values))


def _gradient(form: Form, constants: Any, nudges: Any, weights: Any) -> list[Any]:
    outputs, back = jax.vjp(lambda moved: form.replay(constants, moved), nudges)
    ones = [jnp.ones_like(x) for x in outputs]
    given = [
        jnp.broadcast_to(jnp.asarray(w, x.dtype), x.shape)
        for w, x in zip(weights, outputs, strict=True)
    ] if weights else ones  # fmt: skip
    return list(back(given)[0])


class _Keyed:
    """A form that is equal to those with the same key."""

    def __init__(self, key: Any, form: Form) -> None:
        self.key, self.form = key, form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@functools.lru_cache(maxsize=64)
def _program(keyed: _Keyed) -> Any:
    return Program(keyed.form)


class Program:
    """The gradient of a form, compiled when it is wanted a second time.

    So a block that is never the same again costs no compilation.
    """

    def __init__(self, form: Form) -> None:
        self.run = functools.partial(_gradient, form)
        self.compiled: Any = None

    def __call__(self, *values: Any) -> list[Any]:
        if self.compiled is None:
            self.compiled = jax.jit(self.run)
            return self.run(*values)
        return list(self.compiled(*values))
