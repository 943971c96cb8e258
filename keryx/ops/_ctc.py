"""Sequences whose alignment is not known: loss and decoding."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._make import as_array, as_float

IMPOSSIBLE = -1e30


@op
def ctc_loss(
    target: Any,
    output: Any,
    target_length: Any,
    output_length: Any,
    mask_index: int = 0,
) -> jax.Array:
    """Surprise about a sequence of labels, summed over all its alignments.

        - log sum over paths that collapse to target of  prod softmax(output)[path]

    Example:
        >>> ctc_loss([[1]], [[[0.0, 0.0]]], [1], [1]).round(4)
        Array([0.6931], dtype=float32)

    Args:
        target: Label ids, `(batch, labels)`.
        output: Logits, `(batch, time, classes)`.
        target_length: Number of labels of each sequence, `(batch,)`.
        output_length: Number of time steps of each sequence, `(batch,)`.
        mask_index: The class that is the blank.

    Returns:
        Losses, `(batch,)`, in nats.

    Raises:
        ShapeError: If the ranks are not 2 and 3.

    Source:
        Graves et al., "Connectionist Temporal Classification" (ICML 2006), section 4.
    """
    import optax  # type: ignore[import-untyped]  # it ships no types

    labels, logits = as_array(target).astype("int32"), as_float(output)
    if logits.ndim != 3 or labels.ndim != 2:
        raise ShapeError(
            "ctc_loss",
            expected="targets (batch, labels) and outputs (batch, time, classes)",
            got=f"{labels.shape} and {logits.shape}",
        )
    losses: jax.Array = optax.ctc_loss(
        logits,
        _beyond(output_length, logits.shape[1]),
        labels,
        _beyond(target_length, labels.shape[1]),
        blank_id=mask_index,
    )
    return losses


def _beyond(length: Any, size: int) -> jax.Array:
    """Returns 1.0 at the places that lie beyond each sequence's length."""
    return (jnp.arange(size) >= as_array(length)[:, None]).astype(float)


@op
def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[jax.Array, jax.Array]:
    """The most probable sequences of labels.

    Args:
        inputs: Scores, `(batch, time, classes)`; "beam_search" takes them as logits.
        sequence_lengths: Number of time steps of each sequence, `(batch,)`.
        strategy: "greedy" takes the best class of each step; "beam_search" adds up the
            alignments of the most probable sequences.
        beam_width: How many sequences "beam_search" keeps after each step.
        top_paths: How many of them it returns.
        merge_repeated: Whether "greedy" makes one label of a class that repeats.
        mask_index: The class that is the blank.

    Returns:
        Labels, `(top_paths, batch, time)`, filled up with -1, and scores,
        `(batch, top_paths)`: minus the sum of the best scores for "greedy", log
        probabilities for "beam_search".

    Raises:
        ArgumentError: If `strategy` is neither.

    Source:
        Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using
        Bi-Directional Recurrent DNNs", arXiv:1408.2873, algorithm 1 (without a language
        model).
    """
    known = ("greedy", "beam_search")
    strategy = check.one_of(strategy, known, "strategy", "ctc_decode")
    scores, lengths = as_float(inputs), as_array(sequence_lengths)
    if strategy == "greedy":
        return _greedy(scores, lengths, merge_repeated, mask_index)
    beam = check.positive_int(beam_width, "beam_width", "ctc_decode")
    paths = check.positive_int(top_paths, "top_paths", "ctc_decode")

    def decode(row: jax.Array, length: jax.Array) -> tuple[jax.Array, jax.Array]:
        labels, log_p = _beam_search(jax.nn.log_softmax(row), length, beam, mask_index)
        return labels[:paths], log_p[:paths]

    labels, log_p = jax.vmap(decode)(scores, lengths)
    return jnp.swapaxes(labels, 0, 1), log_p


def _greedy(
    scores: jax.Array, lengths: jax.Array, merge: bool, blank: int
) -> tuple[jax.Array, jax.Array]:
    best = jnp.argmax(scores, axis=-1).astype("int32")
    inside = jnp.arange(best.shape[1]) < lengths[:, None]
    kept = inside & (best != blank)
    if merge:
        before = jnp.pad(best[:, :-1], ((0, 0), (1, 0)), constant_values=-1)
        kept = kept & (best != before)
    # A stable sort of "left out" moves the labels to the front in their order.
    order = jnp.argsort(~kept, axis=1, stable=True)
    labels = jnp.take_along_axis(jnp.where(kept, best, -1), order, axis=1)
    total = jnp.sum(jnp.where(inside, jnp.max(scores, axis=-1), 0), axis=1)
    return labels[None], -total[:, None]


def _beam_search(
    log_p: jax.Array, length: jax.Array, beam: int, blank: int
) -> tuple[jax.Array, jax.Array]:
    """Decodes one sequence; keeps `beam` prefixes, best first.

    A prefix has two log probabilities: of alignments that end in its last label, and of
    those that end in a blank.
    """
    time, classes = log_p.shape

    def step(state: Any, inputs: Any) -> tuple[Any, None]:
        prefixes, sizes, label, space = state
        t, row = inputs
        new = _extended(prefixes, sizes, label, space, row, blank)
        new = _merged(new)
        total = jnp.logaddexp(new[2], new[3])
        best = jax.lax.top_k(total, beam)[1]
        chosen = tuple(part[best] for part in new)
        kept = jax.tree.map(lambda a, b: jnp.where(t < length, a, b), chosen, state)
        return kept, None

    first = jnp.full((beam,), IMPOSSIBLE, log_p.dtype)
    state = (
        jnp.full((beam, time), -1, "int32"),
        jnp.zeros((beam,), "int32"),
        first,
        first.at[0].set(0),
    )
    state, _ = jax.lax.scan(step, state, (jnp.arange(time), log_p))
    return state[0], jnp.logaddexp(state[2], state[3])


def _extended(
    prefixes: jax.Array,
    sizes: jax.Array,
    label: jax.Array,
    space: jax.Array,
    row: jax.Array,
    blank: int,
) -> tuple[jax.Array, ...]:
    """Returns every prefix as it was, and with every class appended."""
    beam, time = prefixes.shape
    classes = row.shape[0]
    total = jnp.logaddexp(label, space)
    index = jnp.maximum(sizes - 1, 0)[:, None]
    last = jnp.where(sizes > 0, jnp.take_along_axis(prefixes, index, 1)[:, 0], -1)
    again = jnp.where(sizes > 0, label + row[last], IMPOSSIBLE)
    symbols = jnp.arange(classes, dtype="int32")
    # A label that repeats is a new one only after a blank.
    source = jnp.where(symbols == last[:, None], space[:, None], total[:, None])
    grown = jnp.where(symbols == blank, IMPOSSIBLE, source + row)
    at_end = jnp.arange(time) == sizes[:, None]
    longer = jnp.where(at_end[:, None], symbols[:, None], prefixes[:, None])
    return (
        jnp.concatenate([prefixes, longer.reshape(-1, time)]),
        jnp.concatenate([sizes, jnp.repeat(sizes + 1, classes)]),
        jnp.concatenate([again, grown.ravel()]),
        jnp.concatenate([total + row[blank], jnp.full(beam * classes, IMPOSSIBLE)]),
    )


def _merged(candidates: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
    """Adds up the candidates that are one prefix, in the place of the first."""
    prefixes, sizes, label, space = candidates
    # Two random 32-bit sums tell prefixes apart; sorting by them costs less than by
    # all the labels.
    weights = jax.random.bits(jax.random.key(0), (prefixes.shape[1], 2), "uint32")
    sums = (prefixes + 1).astype("uint32") @ weights
    order = jnp.lexsort(sums.T)
    ordered = sums[order]
    new = jnp.any(ordered[1:] != ordered[:-1], axis=1)
    group = jnp.concatenate([jnp.zeros(1, "int32"), jnp.cumsum(new)])
    count = len(prefixes)
    first = jax.ops.segment_min(jnp.arange(count), group, count)
    there = order[jnp.clip(first, 0, count - 1)]

    def total(log_p: jax.Array) -> jax.Array:
        values = log_p[order]
        top = jax.ops.segment_max(values, group, count)
        top = jnp.maximum(top, IMPOSSIBLE)
        mass = jax.ops.segment_sum(jnp.exp(values - top[group]), group, count)
        return jnp.where(mass > 0, top + jnp.log(mass), IMPOSSIBLE)

    return prefixes[there], sizes[there], total(label), total(space)
