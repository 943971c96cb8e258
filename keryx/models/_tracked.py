"""Values that layers report by `add_metric`, and symbolic tensors that metrics use."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import scope
from keryx._core.op import now, Symbolic
from keryx._core.serial import is_ours
from keryx._graph import walk
from keryx._graph.known import Known
from keryx._graph.layer import Layer
from keryx.models._compile import Head

# The attribute of a layer that names what it reports: name → symbolic tensor, or `None`
# for a value that comes from `call`.
KEPT = "_reported"


def report(layer: Layer, value: Any, name: str) -> None:
    """Notes a value for the logs: of a run, or a symbolic tensor outside of one."""
    here = scope.current()
    kept = layer.__dict__.get(KEPT, {})
    if name not in kept:
        promised = value if here is None and isinstance(value, Symbolic) else None
        setattr(layer, KEPT, {**kept, name: promised})
    if here is not None and here.known is not None:
        here.known.tracked[name] = value


def _reported(model: Any) -> dict[str, Any]:
    held = walk.all_layers(model, Layer)
    return {n: t for one in held for n, t in one.__dict__.get(KEPT, {}).items()}


def names(model: Any) -> tuple[str, ...]:
    """Returns the names under which a model and its layers report values, in order."""
    return tuple(_reported(model))


def values_of(model: Any, known: Known) -> list[jax.Array]:
    """Returns the values of a run in the order of `names`; zero for a missing one."""
    found = [
        known.tracked.get(name, 0.0 if promised is None else promised)
        for name, promised in _reported(model).items()
    ]
    return [jnp.mean(jnp.asarray(now(value), jnp.float32)) for value in found]


def needed(heads: Sequence[Head], known: Known) -> dict[int, Any] | None:
    """Returns the values of symbolic tensors if a metric is a function of the user's.

    It may close over some of them; what it does not use costs nothing.
    """
    rows = [metric for head in heads for metric in (*head.metrics, *head.weighted)]
    if all(is_ours(getattr(metric, "fn", type(metric))) for metric in rows):
        return None
    return {key: v for key, v in known.values.items() if isinstance(v, jax.Array)}
