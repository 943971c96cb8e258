"""The states of recurrent layers: carried from batch to batch, or handed in and out."""

import functools
from collections import Counter
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import scope, stamp, tree
from keryx._core.carried import Carried
from keryx._core.errors import ArgumentError, StateError
from keryx._engine import data
from keryx._engine.program import PROGRAMS
from keryx._graph import walk
from keryx._graph.layer import Layer
from keryx._graph.pure import Pure, purify, Run
from keryx._graph.structure import token
from keryx.layers import RNN
from keryx.models._outputs import build

States = dict[str, list[jax.Array]]


def stateful(model: Any) -> list[Any]:
    """Returns the recurrent layers that carry their states from batch to batch."""
    return [layer for layer in recurrent(model).values() if layer.stateful]


def recurrent(model: Any) -> dict[str, Any]:
    """Returns the recurrent layers by their names, which are numbered if they recur."""
    used: Counter[str] = Counter()
    found = {}
    for layer in walk.all_layers(model, Layer):
        if isinstance(layer, RNN):
            count = used[layer.name]
            used[layer.name] += 1
            found[f"{layer.name}_{count}" if count else layer.name] = layer
    return found


def begin(model: Any, pure: Pure, batch_size: int, *, aside: bool) -> None:
    """Makes stateful layers ready for batches of a size.

    Layers that carry the states of batches of another size begin anew.

    Args:
        model: A built model.
        pure: Its variables.
        batch_size: Rows of a batch.
        aside: Whether for evaluation and prediction, not for training.
    """
    states = [v for v in pure.buffers if isinstance(v, Carried)]
    if all((v.aside if aside else v).shape[0] == batch_size for v in states):
        return
    for layer in stateful(model):
        layer.carry(batch_size, aside=aside)


def reset(model: Any) -> None:
    """Sets the carried states of all layers back to the beginning of a sequence."""
    for layer in walk.all_layers(model, Layer):
        back = getattr(layer, "reset_state", None)
        if layer is not model and back is not None:
            back()


def read(model: Any) -> States:
    """Returns the states that training carries, by layer."""
    return {
        name: [state.value for state in jax.tree.leaves(layer.states)]
        for name, layer in recurrent(model).items()
        if layer.stateful
    }


def write(model: Any, states: States) -> None:
    """Sets the states that stateful layers carry.

    Raises:
        ArgumentError: If a name is none of a stateful layer.
    """
    known = {n: layer for n, layer in recurrent(model).items() if layer.stateful}
    for name, values in states.items():
        if name not in known:
            raise ArgumentError(
                model, "states", expected=f"names among {list(known)}", got=name
            )
        for state, value in zip(
            jax.tree.leaves(known[name].states), values, strict=True
        ):
            state.assign(value)


def initial(model: Any, batch_size: int) -> States:
    """Returns the states with which all recurrent layers begin, by layer."""
    return {
        name: jax.tree.leaves(layer.get_initial_state(batch_size))
        for name, layer in recurrent(model).items()
    }


def _flow(layers: dict[str, Any], model: Any, x: Any, states: States) -> Any:
    """Calls a model with the states of its recurrent layers handed in and out."""
    here = scope.current()
    assert here is not None
    here.flow = {
        id(layer): states[name] for name, layer in layers.items() if name in states
    }
    outputs = model(x)
    after = {
        name: jax.tree.leaves(here.flow[id(layer)])
        for name, layer in layers.items()
        if id(layer) in here.flow
    }
    return outputs, after


class Stepper:
    """A model as a function of inputs and states.

    Args:
        model: A built model.
    """

    def __init__(self, model: Any) -> None:
        self.layers = recurrent(model)
        if not self.layers:
            raise StateError(
                f"`step` of model {model.name!r}",
                expected="a model with a recurrent layer",
                got="one without",
                fix="Use `predict`, or call the model.",
            )
        self.pure = purify(model, functools.partial(_flow, self.layers))
        self.key = ("step", token(model))

    def __call__(self, x: Any, states: States) -> tuple[Any, States]:
        args = (
            tuple(v._value for v in self.pure.params),
            tuple(v._value for v in self.pure.buffers),
            self.pure.read_hyper(),
            x,
            states,
        )
        program = PROGRAMS.get(self.key, self._make, args)
        outputs, after = program.run(*args)
        return outputs, after

    def _make(self) -> Any:
        def step(params: Any, buffers: Any, hyper: Any, x: Any, states: States) -> Any:
            run = Run(jnp.zeros(2, jnp.uint32), 0, False, hyper)
            return self.pure.apply(params, buffers, run, x, states).outputs

        return step

    @classmethod
    def of(cls, model: Any) -> "Stepper":
        """Returns the model's stepper, made anew if the model changed."""
        stepper: Stepper = stamp.kept(model, "_stepper", cls)
        return stepper


def step(model: Any, x: Any, states: States | None) -> tuple[Any, States]:
    """Runs a model on the next steps of sequences; see `Model.step`."""
    x = data.host_tree(x, "step: x")
    if not model.built:
        build(model, x)
    stepper = Stepper.of(model)
    if states is None:
        states = initial(model, tree.leaves(x)[0].shape[0])
    unknown = set(states) ^ set(stepper.layers)
    if unknown:
        raise ArgumentError(
            "step",
            "states",
            expected=f"what `step` or `initial_states` gave: {list(stepper.layers)}",
            got=sorted(states),
        )
    return stepper(x, states)
