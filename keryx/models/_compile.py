"""What `compile` was given, settled into one loss and a row of metrics per output."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from keryx import losses, metrics as metrics_package, optimizers
from keryx._core import scope, tree
from keryx._core.errors import ArgumentError
from keryx._core.hook import Hook
from keryx._core.place import blank
from keryx._engine.state import Batch, Forward
from keryx._graph.known import Known

Tree = Any


class Compiled:
    """The arguments of `compile`.

    Args:
        optimizer: Name, object or Optax transformation.
        loss: Name, function or object; a list or dict of them for several outputs.
        loss_weights: Factors of the losses, nested like `loss`.
        metrics: Names, functions or objects; nested like `loss` for several outputs.
        weighted_metrics: The same for metrics that take the sample weights.
        options: Settings that change no numbers.
    """

    # What the names of weighted metrics begin with, and whether a loss is the mean over
    # the samples that have a weight: as older eras had it.
    weighted_prefix = ""
    over_weighted = False

    def __init__(
        self,
        optimizer: Any,
        loss: Any,
        loss_weights: Any,
        metrics: Any,
        weighted_metrics: Any,
        options: dict[str, Any],
    ) -> None:
        self.optimizer = optimizers.get(optimizer)
        # Names are looked up now, so that a wrong one is an error here.
        self.loss = tree.map_leaves(_settle_loss, loss)
        self.loss_weights = tree.map_leaves(_settle_weight, loss_weights)
        self.metrics = tree.map_leaves(_settle_metric, metrics)
        self.weighted_metrics = tree.map_leaves(_settle_metric, weighted_metrics)
        self.options = options
        if Hook.done is not None:
            Hook.done(Compiled, self)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments as plain data."""
        from keryx._core.serial import serialize

        return {
            "optimizer": serialize(self.optimizer),
            "loss": tree.map_leaves(_plain, self.loss),
            "loss_weights": serialize(self.loss_weights),
            "metrics": tree.map_leaves(_plain, self.metrics),
            "weighted_metrics": tree.map_leaves(_plain, self.weighted_metrics),
            **self.options,
        }


def _settle_loss(loss: Any) -> Any:
    if loss is not None:
        losses.as_loss(loss)
    return loss


def _settle_weight(weight: Any) -> Any:
    if weight is None or hasattr(weight, "__float__"):
        return weight
    raise ArgumentError("compile", "loss_weights", expected="numbers", got=weight)


_SHAPED = ("accuracy", "acc", "crossentropy", "ce")


def _settle_metric(metric: Any) -> Any:
    if isinstance(metric, str) and metric.lower() not in _SHAPED:
        metrics_package.get(metric)
    return metric


def _plain(value: Any) -> Any:
    from keryx._core.serial import serialize

    return value if isinstance(value, str) else serialize(value)


class Output(NamedTuple):
    """One output of a model, with what is known of it.

    Attributes:
        name: Its name.
        path: Where it is in nested outputs: key, index, or `None` for a single one.
        shape: Its shape, `None` for unknown axes.
        activation: Name of its activation, if known.
    """

    name: str
    path: Any
    shape: tuple[int | None, ...]
    activation: str | None = None


class Head(NamedTuple):
    """The loss and the metrics of one output.

    Attributes:
        output: What is known of the output.
        loss: Its loss, or `None`.
        weight: The loss's factor.
        metrics: Metrics of all samples alike.
        weighted: Metrics that take the sample weights.
        over_weighted: Whether the loss is a mean over samples of weight 0 left out.
    """

    output: Output
    loss: Any
    weight: float
    metrics: tuple[Any, ...]
    weighted: tuple[Any, ...]
    over_weighted: bool = False


def make_heads(
    compiled: Compiled, outputs: list[Output], y_shapes: list[Any]
) -> list[Head]:
    """Gives every output its loss, weight and metrics.

    Args:
        compiled: The arguments of `compile`.
        outputs: The model's outputs.
        y_shapes: Shape of the targets of each, or `None`.

    Raises:
        ArgumentError: If losses or metrics do not match the outputs.
    """
    spread = [
        _spread(compiled.loss, outputs, "loss"),
        _spread(compiled.loss_weights, outputs, "loss_weights"),
        _spread(compiled.metrics, outputs, "metrics", rows=True),
        _spread(compiled.weighted_metrics, outputs, "weighted_metrics", rows=True),
    ]
    heads = []
    for output, shape, loss, weight, plain, weighted in zip(
        outputs, y_shapes, *spread, strict=True
    ):
        settled = losses.as_loss(loss) if loss is not None else None
        resolve = _resolver(output, shape, settled)
        heads.append(
            Head(
                output,
                settled,
                1.0 if weight is None else float(weight),
                tuple(resolve(m) for m in _row(plain)),
                tuple(_prefixed(resolve(m), m, compiled) for m in _row(weighted)),
                compiled.over_weighted and not isinstance(loss, losses.Loss),
            )
        )
    return heads


def _prefixed(metric: Any, given: Any, compiled: Compiled) -> Any:
    """Returns a weighted metric under its name; one that came with a name keeps it."""
    if not isinstance(given, metrics_package.Metric):
        metric.name = compiled.weighted_prefix + metric.name
    return metric


def _row(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _resolver(output: Output, y_shape: Any, loss: Any) -> Callable[[Any], Any]:
    def resolve(metric: Any) -> Any:
        return metrics_package.as_metric(
            metric,
            y_shape=y_shape,
            output_shape=output.shape,
            loss_name=None if loss is None else loss.name,
        )

    return resolve


def _spread(
    given: Any, outputs: list[Output], what: str, *, rows: bool = False
) -> list[Any]:
    """Returns one entry of `given` per output.

    Raises:
        ArgumentError: If a list's length or a dict's keys do not match the outputs.
    """
    count, names = len(outputs), [output.name for output in outputs]
    if given is None:
        return [None] * count
    if isinstance(given, dict):
        keys = {output.path if isinstance(output.path, str) else output.name: i
                for i, output in enumerate(outputs)}  # fmt: skip
        unknown = [key for key in given if key not in keys and key not in names]
        if unknown:
            raise ArgumentError(
                "compile", what, expected=f"keyed by outputs {names}", got=unknown
            )
        by_key = dict(zip(keys, range(count), strict=True))
        found: list[Any] = [None] * count
        for key, value in given.items():
            found[by_key[key] if key in by_key else names.index(key)] = value
        return found
    nested = isinstance(given, list | tuple)
    # A dict in the list of one output is the configuration of a metric.
    inner = list | tuple | dict if count > 1 else list | tuple
    if rows and not (nested and any(isinstance(g, inner) for g in given)):
        return [given] * count
    if not nested:
        return [given] * count
    if len(given) != count:
        raise ArgumentError(
            "compile", what, expected=f"one entry for each of {names}", got=given
        )
    return list(given)


def pick(values: Any, output: Output) -> Any:
    """Returns one output's part of nested outputs, targets, weights or masks."""
    path = output.path
    if isinstance(values, dict):
        return values.get(path, values.get(output.name))
    if isinstance(values, list | tuple):
        index = path if isinstance(path, int) else 0
        return values[index] if index < len(values) else None
    return values


def batch_count(batch: Batch) -> Any:
    """Returns the number of samples of a batch that count."""
    if batch.real is not None:
        return jnp.sum(batch.real)
    return int(jax.tree.leaves(batch.x)[0].shape[0])


def counting(mask: Any, real: Any) -> Any:
    """Returns an output's mask without the rows that do not count."""
    if real is None:
        return mask
    if mask is None:
        return real
    return mask & real.reshape(-1, *(1,) * (mask.ndim - 1))


class Meter:
    """All metrics of a compiled model, the mean loss first, as pure functions.

    Args:
        heads: Losses and metrics by output.
        tracked: Names of the values that layers report themselves.
    """

    def __init__(self, heads: list[Head], tracked: tuple[str, ...] = ()) -> None:
        self.heads = heads
        self.many = len(heads) > 1
        self.parts = [h for h in heads if h.loss is not None] if self.many else []
        self.tracked = tracked

    def names(self) -> list[str]:
        """Returns the names of the logs, in order."""
        found = ["loss", *(f"{head.output.name}_loss" for head in self.parts)]
        for head in self.heads:
            for metric in (*head.metrics, *head.weighted):
                found.append(self._name(head, metric, found))
        return [*found, *self.tracked]

    def metric_names(self) -> list[str]:
        """Returns the names of the metrics that `compile` was given, in order."""
        first = 1 + len(self.parts)
        return self.names()[first : None if not self.tracked else -len(self.tracked)]

    def _name(self, head: Head, metric: Any, taken: list[str]) -> str:
        name = f"{head.output.name}_{metric.name}" if self.many else str(metric.name)
        count, base = 1, name
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        return name

    def init(self) -> Tree:
        """Returns the states before the first batch of an epoch."""
        zero = blank((), jnp.float32)
        zeros = [(zero, zero) for _ in range(1 + len(self.parts) + len(self.tracked))]
        return {
            "loss": zeros,
            "metrics": [
                [m.init() for m in (*head.metrics, *head.weighted)]
                for head in self.heads
            ],
        }

    def update(self, states: Tree, batch: Batch, forward: Forward) -> Tree:
        """Returns the states after one more batch."""
        count = jnp.asarray(batch_count(batch), jnp.float32)
        values = [forward.loss, *forward.parts]
        means = [
            (total + value.astype(jnp.float32) * count, rows + count)
            for (total, rows), value in zip(states["loss"], values, strict=True)
        ]
        here = scope.Scope(known=Known(forward.known) if forward.known else None)
        with scope.entered(here):
            rows = [
                _update_row(head, row, batch, forward)
                for head, row in zip(self.heads, states["metrics"], strict=True)
            ]
        return {"loss": means, "metrics": rows}

    def compute(self, states: Tree) -> dict[str, Any]:
        """Returns the values by name."""
        values = [total / jnp.maximum(rows, 1.0) for total, rows in states["loss"]]
        for head, row in zip(self.heads, states["metrics"], strict=True):
            metrics = (*head.metrics, *head.weighted)
            values += [m.compute(s) for m, s in zip(metrics, row, strict=True)]
        # What layers report comes last.
        first = 1 + len(self.parts)
        last = values[first : first + len(self.tracked)]
        values = [*values[:first], *values[first + len(last) :], *last]
        return dict(zip(self.names(), values, strict=True))


def _seen(head: Head, batch: Batch, forward: Forward) -> list[tuple[Any, Any, Any]]:
    """Returns the targets, the predictions and the weights that each metric sees."""
    y, y_pred = pick(batch.y, head.output), pick(forward.outputs, head.output)
    mask = pick(forward.masks, head.output)
    weight = losses.merge_mask(pick(batch.weight, head.output), mask, rescale=True)
    if batch.real is not None:
        mask = counting(mask, batch.real)
        weight = losses.merge_mask(weight, batch.real)
    # Departs from Keras: a mask reaches every metric, not only the weighted ones.
    weights = [mask] * len(head.metrics) + [weight] * len(head.weighted)
    return [(y, y_pred, weight) for weight in weights]


def _update_row(head: Head, row: Any, batch: Batch, forward: Forward) -> list[Any]:
    """Returns the states of one output's metrics after a batch."""
    metrics = (*head.metrics, *head.weighted)
    seen = _seen(head, batch, forward)
    return [m.update(s, *given) for m, s, given in zip(metrics, row, seen, strict=True)]


def update_head(head: Head, batch: Batch, forward: Forward) -> None:
    """Updates one output's metrics themselves."""
    metrics = (*head.metrics, *head.weighted)
    for metric, seen in zip(metrics, _seen(head, batch, forward), strict=True):
        y, y_pred, weight = seen
        more = {} if weight is None else {"sample_weight": weight}
        metric.update_state(y, y_pred, **more)


def _share_with_weight(head: Head, batch: Batch) -> Any:
    """Returns the share of an output's samples whose weight is not 0; 1 if none."""
    weight = pick(batch.weight, head.output)
    if weight is None:
        return 1.0
    some = (jnp.asarray(weight) != 0).astype(jnp.float32)
    rows = jnp.mean(some.reshape(some.shape[0], -1), axis=1)
    real = jnp.ones_like(rows) if batch.real is None else batch.real
    share = jnp.sum(rows * real) / jnp.sum(real)
    return jnp.where(share > 0, share, 1.0)


def total_loss(
    heads: list[Head], batch: Batch, outputs: Tree, masks: Tree, added: list[Any]
) -> tuple[jax.Array, list[jax.Array]]:
    """Returns what training minimizes, and each output's loss if there are several."""
    values, weighted = [], []
    for head in heads:
        if head.loss is None:
            continue
        value = head.loss(
            pick(batch.y, head.output),
            pick(outputs, head.output),
            pick(batch.weight, head.output),
            mask=counting(pick(masks, head.output), batch.real),
        )
        if head.over_weighted:
            value = value / _share_with_weight(head, batch)
        values.append(value)
        weighted.append(value * head.weight if head.weight != 1.0 else value)
    terms = [*weighted, *(jnp.sum(term) for term in added)]
    total = jnp.float32(0.0)
    for i, term in enumerate(terms):
        total = term.astype(jnp.float32) if i == 0 else total + term
    return total, values if len(heads) > 1 else []
