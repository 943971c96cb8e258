"""Connectionist temporal classification: labels of sequences that are not aligned."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from keryx import config, ops
from keryx._core.op import op


class SparseLabels(NamedTuple):
    """Labels and where they stand.

    Attributes:
        indices: Sequence and place of each label, `(count, 2)`.
        values: The labels, `(count,)`.
        dense_shape: Number of sequences and of places.
    """

    indices: Any
    values: Any
    dense_shape: tuple[int, ...]


def _logs(y_pred: Any) -> Any:
    return jnp.log(jnp.asarray(y_pred) + config.epsilon())


def _flat(length: Any) -> Any:
    return jnp.reshape(jnp.asarray(length), (-1,)).astype("int32")


@op
def ctc_batch_cost(
    y_true: Any, y_pred: Any, input_length: Any, label_length: Any
) -> Any:
    """Surprise about each sequence of labels, summed over its alignments.

    Args:
        y_true: Labels; the last class is the blank.
        y_pred: Probabilities of the classes at each step.
        input_length: Number of steps of each sequence.
        label_length: Number of its labels.

    Shapes:
        y_true:  `(batch, labels)`
        y_pred:  `(batch, time, classes)`
        lengths: `(batch, 1)`
        outputs: `(batch, 1)`
    """
    logs = _logs(y_pred)
    lengths = _flat(label_length), _flat(input_length)
    losses = ops.ctc_loss(y_true, logs, *lengths, mask_index=logs.shape[-1] - 1)
    return losses[:, None]


@op
def _decoded(
    y_pred: Any, length: Any, greedy: bool, beam: int, paths: int, merge: bool
) -> Any:
    logs = _logs(y_pred)
    labels, scores = ops.ctc_decode(
        logs,
        _flat(length),
        strategy="greedy" if greedy else "beam_search",
        beam_width=beam,
        top_paths=1 if greedy else paths,
        # The greedy decoder of TensorFlow merges, whatever was asked of the other one.
        merge_repeated=True if greedy else merge,
        mask_index=logs.shape[-1] - 1,
    )
    return list(labels), scores


def ctc_decode(
    y_pred: Any,
    input_length: Any,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = False,
) -> tuple[list[Any], Any]:
    """The most probable sequences of labels.

    Args:
        y_pred: Probabilities of the classes at each step, the last one the blank,
            `(batch, time, classes)`.
        input_length: Number of steps of each sequence, `(batch,)`.
        greedy: Whether to take the best class of each step, rather than search.
        beam_width: How many sequences the search keeps.
        top_paths: How many it returns.
        merge_repeated: Accepted for Keras's sake.

    Returns:
        A list of `top_paths` arrays of labels, `(batch, places)`, filled up with -1,
        and their scores. As many places as the longest needs; in a compiled run, as
        many as there are steps.
    """
    found, scores = _decoded(
        y_pred, input_length, greedy, beam_width, top_paths, merge_repeated
    )
    return [_trimmed(labels) for labels in found], scores


def _trimmed(labels: Any) -> Any:
    if isinstance(labels, jax.core.Tracer) or not isinstance(labels, jax.Array):
        return labels
    longest = int(jnp.max(jnp.sum(labels >= 0, axis=1), initial=0))
    return labels[:, :longest]


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> SparseLabels:
    """Returns the labels that lie within each sequence's length, and where.

    Example:
        >>> ctc_label_dense_to_sparse([[5, 6], [7, 0]], [2, 1]).values.tolist()
        [5, 6, 7]
    """
    array, lengths = np.asarray(labels), np.asarray(label_lengths).reshape(-1, 1)
    inside = np.arange(array.shape[1]) < lengths
    return SparseLabels(np.argwhere(inside), array[inside], array.shape)
