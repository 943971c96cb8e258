"""Whether a batch may be filled up with rows that do not count.

Then the smaller last batch of an epoch runs in the program of the others: what its
missing rows hold is of no consequence, if no layer, loss or metric lets one row see
another. That saves half of the time to compile.
"""

from collections.abc import Sequence
from typing import Any

from keryx._core.serial import is_ours
from keryx._graph import walk
from keryx._graph.layer import Layer
from keryx.layers import (
    BatchNormalization,
    Lambda,
    MixUp,
    RNN,
    SpectralNormalization,
)
from keryx.models import _custom
from keryx.models._compile import Head

# Layers of the library in which rows meet, in training at least, or which run the
# user's code.
_COUPLING = (BatchNormalization, Lambda, MixUp, SpectralNormalization)


def independent(model: Any, heads: Sequence[Head]) -> bool:
    """Tells whether no row of a batch has a part in what becomes of another.

    Args:
        model: A built model.
        heads: Its losses and metrics.
    """
    if _custom.has_own_loss(model):
        return False
    layers = walk.all_layers(model, Layer)
    return all(map(_apart, layers)) and all(map(_counts_rows, heads))


def _apart(layer: Any) -> bool:
    graph = getattr(layer, "_graph", None)
    if graph is not None and not all(
        isinstance(node.function, Layer) for node in graph.nodes
    ):
        return False  # a bare operation, such as a mean over the batch
    held = isinstance(layer, RNN) and layer.stateful
    return (
        is_ours(type(layer))
        and not isinstance(layer, _COUPLING)
        and layer.activity_regularizer is None
        and not held
    )


def _counts_rows(head: Head) -> bool:
    loss = head.loss
    if loss is not None:
        summed = loss.reduction not in (None, "none")
        if not (_known(loss) and loss.by_sample and summed):
            return False
    return all(_known(metric) for metric in (*head.metrics, *head.weighted))


def _known(thing: Any) -> bool:
    """Tells whether a loss or a metric is the library's, its function too."""
    function = getattr(thing, "fn", None)
    ours = is_ours(type(thing)) and (function is None or is_ours(function))
    return ours and getattr(thing, "ignore_class", None) is None
