"""The one door between mutable layers and pure functions."""

import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from keryx._core import scope
from keryx._core.op import now
from keryx._core.variable import Variable
from keryx._graph import masks, walk
from keryx._graph.layer import Layer

Params = tuple[jax.Array, ...]
Hyper = tuple[Any, ...]


class Run(NamedTuple):
    """What a pure call is given besides weights and inputs.

    Attributes:
        key: Root of this step's random keys.
        step: Training steps done, `()`, int32.
        training: Whether layers behave as in training.
        hyper: Values of the hyperparameters, in the order of `Pure.hypers`.
    """

    key: jax.Array | None = None
    step: Any = 0
    training: bool = False
    hyper: Hyper = ()


class Result(NamedTuple):
    """What a pure call gives.

    Attributes:
        outputs: Nested outputs.
        buffers: The non-trainable values afterwards.
        losses: What layers added, and the penalties of the regularizers.
        masks: Masks of the outputs, nested alike, or `None`.
    """

    outputs: Any
    buffers: Params
    losses: list[jax.Array]
    masks: Any


class Pure(NamedTuple):
    """A layer as a pure function of its weights.

    Arrays are tuples in the layer's own order, without names: two models of the same
    structure have the same trees, and so share compiled programs.

    Attributes:
        params: The variables that training changes.
        buffers: All other variables.
        hypers: (layer, attribute) of each hyperparameter.
        apply: `apply(params, buffers, run, *args, **kwargs) -> Result`.
    """

    params: tuple[Variable, ...]
    buffers: tuple[Variable, ...]
    hypers: tuple[tuple[Layer, str], ...]
    apply: Callable[..., Result]

    def read_hyper(self) -> Hyper:
        """Returns the hyperparameters' values as the layers have them now."""
        return tuple(np.float32(getattr(layer, name)) for layer, name in self.hypers)


def purify(layer: Layer, function: Callable[..., Any] | None = None) -> Pure:
    """Turns a built layer into a pure function that JAX can compile, map and scan.

    The layer may hold the function, which does not hold the layer.

    Args:
        layer: Whose variables become arguments.
        function: What to run with them, on the layer and further arguments; the
            layer's own call if `None`.

    Example:
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.scale = self.add_weight((), "ones")
        ...     def call(self, inputs):
        ...         return inputs * self.scale
        >>> layer = Scale()
        >>> _ = layer(np.ones(2))
        >>> purify(layer).apply((3.0,), (), Run(), np.ones(2)).outputs.tolist()
        [3.0, 3.0]
    """
    params = tuple(layer.trainable_variables)
    buffers = tuple(layer.non_trainable_variables)
    layers = list(walk.all_layers(layer, Layer))
    hypers = tuple((one, name) for one in layers for name in one.hyper_names)
    sources = [source for one in layers for source in walk.generators(one)]
    slots = {id(source): place for place, source in enumerate(sources)}
    run_on = function or type(layer).__call__
    owner = weakref.ref(layer)

    def apply(
        values: Params, rest: Params, run: Run, *args: Any, **kwargs: Any
    ) -> Result:
        layer = owner()
        assert layer is not None
        here = scope.Scope(
            values={
                id(v): value
                for v, value in zip((*params, *buffers), (*values, *rest), strict=True)
            },
            hyper={
                (id(one), name): value
                for (one, name), value in zip(hypers, run.hyper, strict=False)
            },
            slots=slots,
            key=run.key if run.key is not None else jax.random.PRNGKey(0),
            step=run.step,
            training=run.training,
        )
        with scope.entered(here):
            outputs = run_on(layer, *args, **kwargs)
            found = masks_of(outputs)
            losses = added_losses(layer)
        return Result(
            outputs, tuple(here.values[id(v)] for v in buffers), losses, found
        )

    return Pure(params, buffers, hypers, apply)


def added_losses(layer: Layer) -> list[jax.Array]:
    """Returns what layers added in the run in progress, and the regularizers' terms."""
    here = scope.current()
    found = here.losses if here else ()
    return [*map(now, (*found, *promised(layer))), *layer._penalties()]


def promised(layer: Layer) -> list[Any]:
    """Returns the symbolic tensors that were added to the loss outside of a run."""
    held = walk.all_layers(layer, Layer)
    return [term for one in held for term in one.__dict__.get("_promised", ())]


def masks_of(outputs: Any) -> Any:
    """Returns the outputs' masks, or `None` if none has one."""
    found = masks.get_all(outputs)
    return found if jax.tree.leaves(found) else None
