"""Symbolic tensors computed: `function`, `gradients`, `eval`."""

import dataclasses
import weakref
from collections.abc import Iterable
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from keryx import random
from keryx._core import scope, tree
from keryx._core.errors import ArgumentError, StateError
from keryx._core.op import find_symbolic, op
from keryx._core.variable import Variable
from keryx.dialects.backend import _config
from keryx.dialects.backend._replay import is_symbolic, Replay
from keryx.dialects.backend._updates import Update
from keryx.layers import Layer


class Gradient:
    """Derivatives of a sum of losses, as a function of where the losses come from.

    Args:
        losses: Symbolic tensors; their elements are summed.
        tensors: Symbolic tensors on the way to them.
        variables: Weights that they depend on.
    """

    __name__ = "gradients"

    def __init__(
        self, losses: list[Any], tensors: list[Any], variables: list[Variable]
    ) -> None:
        self.replay = Replay(losses)
        # Those that the losses do not need have no value to nudge.
        self.points = Replay(tensors)
        self.tensors, self.variables = tensors, variables

    def __call__(self, sources: list[Any]) -> list[Any]:
        known = dict(zip(map(id, self.replay.sources), sources, strict=True))

        def total(nudges: list[Any], weights: list[Any]) -> Any:
            moved = dict(zip(map(id, self.tensors), nudges, strict=True))
            with scope.entered(_branch(self.variables, weights)):
                losses = self.replay.run(known, moved)
            return sum(jnp.sum(loss) for loss in losses)

        values = [variable.value for variable in self.variables]
        with scope.entered(_branch(self.variables, values)):
            points = self.points.run(known)
        # Nothing is added, and what is added does not cut the way further back.
        nudges = [jnp.zeros_like(point) for point in points]
        return [x for part in jax.grad(total, (0, 1))(nudges, values) for x in part]


def _branch(variables: list[Variable], values: list[Any]) -> scope.Scope:
    """A copy of the run's scope in which some variables have other values.

    Draws start again, so that dropout is the same as on the way forward.
    """
    here = scope.current() or scope.Scope()
    changed = dict(zip(map(id, variables), values, strict=True))
    return dataclasses.replace(
        here,
        values={**here.values, **changed},
        masks=dict(here.masks),
        losses=[],
        draws={},
    )


def gradients(loss: Any, variables: Any) -> list[Any]:
    """Derivatives of the sum of `loss`, as symbolic tensors.

    Args:
        loss: Symbolic tensor, or a list of them.
        variables: Symbolic tensors on the way to the loss, or weights; one or a list.

    Returns:
        One symbolic tensor for each of `variables`, in its shape; `None` for those
        that the loss does not depend on.

    Raises:
        StateError: If `loss` is an array, which does not know where it comes from.
    """
    losses = loss if isinstance(loss, list | tuple) else [loss]
    wanted = variables if isinstance(variables, list | tuple) else [variables]
    if not all(is_symbolic(one) for one in losses):
        raise StateError(
            "`gradients(loss, variables)`",
            expected="a loss computed from symbolic tensors, as `model.output` is one",
            got="an array",
            fix="Compute it outside of layers and losses, or use `jax.grad`.",
        )
    replay = Replay(losses)
    reached = {id(x) for node in replay.nodes for x in tree.leaves(node.outputs)}
    reached |= {id(x) for x in (*replay.sources, *variables_of(replay))}
    tensors = [x for x in wanted if is_symbolic(x) and id(x) in reached]
    weights = [x for x in wanted if isinstance(x, Variable) and id(x) in reached]
    if not tensors and not weights:
        return [None] * len(wanted)
    found = op(Gradient(list(losses), tensors, weights))(replay.sources)
    place = dict(zip(map(id, (*tensors, *weights)), found, strict=True))
    return [place.get(id(x)) for x in wanted]


def layers_of(replay: Replay) -> list[Layer]:
    """Returns the layers that a replay calls, those inside them included."""
    found: dict[int, Layer] = {}
    stack = [node.function for node in replay.nodes]
    while stack:
        part = stack.pop()
        if isinstance(part, Layer) and id(part) not in found:
            found[id(part)] = part
            stack.extend(tree.walk(list(vars(part).values())))
        elif isinstance(inner := getattr(part, "__wrapped__", None), Gradient):
            stack.extend(node.function for node in inner.replay.nodes)
    return list(found.values())


def variables_of(replay: Replay) -> list[Variable]:
    """Returns the variables that a replay reads, each once."""
    found = [x for layer in layers_of(replay) for x in layer.variables]
    replays = [replay]
    while replays:
        one = replays.pop()
        given = [(node.args, node.kwargs) for node in one.nodes]
        leaves = jax.tree.leaves((given, one.ends), is_leaf=is_symbolic)
        found += [x for x in leaves if isinstance(x, Variable)]
        inner = (getattr(node.function, "__wrapped__", None) for node in one.nodes)
        replays += [part.replay for part in inner if isinstance(part, Gradient)]
    return list({id(x): x for x in found}.values())


class Function:
    """A compiled function from arrays to NumPy arrays: what `function` returns."""

    def __init__(self, inputs: Any, outputs: Any, updates: Any = None) -> None:
        phase = _config.phase_symbol()
        given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        # A number is a learning phase that is fixed.
        if not all(is_symbolic(start) or isinstance(start, int) for start in given):
            raise ArgumentError(
                "function", "inputs", expected="symbolic tensors", got=given
            )
        self._starts = given
        self._updates = [Update.of(update) for update in updates or ()]
        ends = (outputs, [update.amount for update in self._updates])
        self._replay = Replay(tree.map_leaves(_plain, ends), given)
        _require([x for x in self._replay.sources if x is not phase], given)
        layers = layers_of(self._replay)
        held = [
            *variables_of(self._replay),
            *(update.variable for update in self._updates),
        ]
        self._variables = list({id(x): x for x in held}.values())
        self._hypers = [(layer, name) for layer in layers for name in layer.hyper_names]
        self._slots = _slots(layers)
        compute = weakref.WeakMethod(self._compute)  # of this, which holds the program
        self._compiled = jax.jit(
            lambda *args: cast(Any, compute())(*args), static_argnums=0
        )

    def __call__(self, inputs: Any = ()) -> Any:
        """Computes the outputs, then applies the updates."""
        values = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        if len(values) != len(self._starts):
            raise ArgumentError(
                "function",
                "inputs",
                expected=f"a list of {len(self._starts)} arrays",
                got=f"{len(values)} of them",
            )
        phase = _config.phase_now()
        arrays = []
        for start, value in zip(self._starts, values, strict=True):
            if start is _config.phase_symbol():
                phase = int(np.asarray(value).item())
            elif is_symbolic(start):
                arrays.append(np.asarray(value).astype(start.dtype))
        outputs, news = self._compiled(
            bool(phase),
            [variable.value for variable in self._variables],
            [np.float32(getattr(layer, name)) for layer, name in self._hypers],
            random.key_of(None),
            arrays,
        )
        for update, new in zip(self._updates, news, strict=True):
            update.variable.assign(new)
        return jax.tree.map(np.asarray, outputs)

    def _compute(
        self, training: bool, values: Any, hyper: Any, key: jax.Array, arrays: Any
    ) -> Any:
        names = [(id(layer), name) for layer, name in self._hypers]
        here = scope.Scope(
            values=dict(zip(map(id, self._variables), values, strict=True)),
            hyper=dict(zip(names, hyper, strict=True)),
            slots=self._slots,
            key=key,
            training=training,
        )
        phase = _config.phase_symbol()
        starts = [x for x in self._starts if is_symbolic(x) and x is not phase]
        known = dict(zip(map(id, starts), arrays, strict=True))
        known[id(phase)] = int(training)
        with scope.entered(here):
            outputs, amounts = self._replay.run(known)
            pairs = zip(self._updates, amounts, strict=True)
            return outputs, [update.new(amount) for update, amount in pairs]


def _plain(end: Any) -> Any:
    return end.variable if isinstance(end, Update) else end


def _require(sources: Iterable[Any], starts: list[Any]) -> None:
    given = {id(start) for start in starts}
    missing = [source for source in sources if id(source) not in given]
    if missing:
        raise StateError(
            "`function(inputs, outputs)`",
            expected="outputs that depend on `inputs` alone",
            got=f"one that also needs {missing[0].name!r}",
            fix="Add it to `inputs`.",
        )


def _slots(layers: list[Layer]) -> dict[int, int]:
    parts = [x for one in layers for x in tree.walk(list(vars(one).values()))]
    sources = [x for x in parts if isinstance(x, random.SeedGenerator)]
    return {id(source): place for place, source in enumerate(sources)}


def function(
    inputs: Any,
    outputs: Any,
    updates: Any = None,
    name: str | None = None,
    **options: Any,
) -> Function:
    """Returns a compiled function of arrays from some symbolic tensors to others.

    The learning phase may be one of the inputs; its value, 0 or 1, says whether layers
    behave as in training.

    Args:
        inputs: Symbolic tensors, in the order of the arrays to come.
        outputs: What to compute, nested.
        updates: Updates of variables, or pairs `(variable, new value)`, applied after
            the outputs are computed.
        name: Accepted for Keras's sake.
        options: Options of other backends, without a meaning here.

    Returns:
        A function of one list of arrays, whose result is nested like `outputs`.

    Raises:
        StateError: If the outputs need more than the inputs.
    """
    return Function(inputs, outputs, updates)


def eval(x: Any) -> Any:
    """Returns the value of a variable, an array or a symbolic tensor as NumPy's.

    Raises:
        StateError: If the symbolic tensor depends on inputs that have no value.
    """
    if isinstance(x, Update):
        return x.variable.numpy()
    if find_symbolic(x) is not None:
        return Function([], x)([])
    return x.numpy() if isinstance(x, Variable) else np.asarray(x)
