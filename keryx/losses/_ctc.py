"""The loss of sequences whose alignment is not known."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core.errors import DataError
from keryx._core.op import op
from keryx.losses._loss import Loss
from keryx.losses._reduce import to_float


@op
def ctc(y_true: ArrayLike, y_pred: ArrayLike) -> jax.Array:
    """Surprise about a sequence of labels, summed over all its alignments.

        - log sum over paths that collapse to y_true of  prod softmax(y_pred)[path]

    Example:
        >>> ctc([[1]], [[[0.0, 0.0]]]).round(4)
        Array([0.6931], dtype=float32)

    Args:
        y_true: Label ids from 1, `(batch, labels)`; 0 fills up shorter sequences.
        y_pred: Logits, `(batch, time, classes)`; class 0 is the blank.

    Returns:
        Losses, `(batch,)`, in nats.

    Raises:
        DataError: If the ranks are not 2 and 3.

    Source:
        Graves et al., "Connectionist Temporal Classification" (ICML 2006), section 4.
    """
    import optax  # type: ignore[import-untyped]  # it ships no types

    logits, labels = to_float(y_pred), jnp.asarray(y_true)
    if logits.ndim != 3 or labels.ndim != 2:
        raise DataError(
            "ctc",
            expected="targets (batch, labels) and logits (batch, time, classes)",
            got=f"{labels.shape} and {logits.shape}",
        )
    labels = labels.astype(jnp.int32)
    losses: jax.Array = optax.ctc_loss(
        logits, jnp.zeros(logits.shape[:2]), labels, (labels == 0).astype(logits.dtype)
    )
    return losses


class CTC(Loss):
    """Class form of `ctc`; the formula is there."""

    keeps_integers = True

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)

    def call(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        return ctc(y_true, y_pred)
