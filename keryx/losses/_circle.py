"""Losses of embeddings: like to like, apart from the rest."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from keryx._core.op import op
from keryx.losses._loss import Loss
from keryx.losses._reduce import to_float


@op
def circle(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    ref_labels: ArrayLike | None = None,
    ref_embeddings: ArrayLike | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> jax.Array:
    """Pulls embeddings of one class together and pushes those of others away.

        s = min(y_pred · ref_embeddingsᵀ, 1)       p: pairs of one class, n: the others
        a_p = max(1 + margin - s_p, 0),  a_n = max(s_n + margin, 0)
        log(1 + sum exp(gamma a_n (s_n - margin))
                · sum exp(-gamma a_p (s_p - 1 + margin)))

    Example:
        >>> points = jnp.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
        >>> circle(jnp.array([0, 0, 1, 1]), points).round(3)
        Array([0., 0., 0., 0.], dtype=float32)

    Args:
        y_true: Class ids, `(batch,)` or `(batch, 1)`.
        y_pred: Embeddings of length 1, `(batch, features)`.
        ref_labels: Class ids of the references; `y_true` if `None`.
        ref_embeddings: Their embeddings, `(references, features)`; `y_pred` if `None`.
        remove_diagonal: Whether pair `(i, i)` is left out: an embedding and itself.
        gamma: Scale of the similarities.
        margin: How far from 1 and from 0 similarities may stay.

    Returns:
        Losses, `(batch,)`; 0 for a sample without another one of its class.

    Source:
        Sun et al., "Circle Loss: A Unified Perspective of Pair Similarity Optimization"
        (CVPR 2020), equations 4 to 8.
    """
    embeddings = to_float(y_pred)
    references = embeddings if ref_embeddings is None else to_float(ref_embeddings)
    labels = jnp.ravel(jnp.asarray(y_true))
    others = labels if ref_labels is None else jnp.ravel(jnp.asarray(ref_labels))
    alike = labels[:, None] == others[None, :]
    positive = _partners(alike, remove_diagonal)
    s = jnp.minimum(embeddings @ references.T, 1.0)
    pull = -gamma * jnp.maximum(1.0 + margin - s, 0.0) * (s - 1.0 + margin)
    push = gamma * jnp.maximum(s + margin, 0.0) * (s - margin)
    return jax.nn.softplus(_log_sum(pull, positive) + _log_sum(push, ~alike))


def _partners(alike: jax.Array, remove_diagonal: bool) -> jax.Array:
    """Returns which pairs are of one class, those of a sample with itself aside."""
    same = jnp.eye(len(alike), alike.shape[1], dtype=bool)
    return alike & ~same if remove_diagonal else alike


def _log_sum(exponents: jax.Array, chosen: jax.Array) -> jax.Array:
    """Logarithm of the sum of the chosen exponentials, very small for none."""
    # Not -inf: its gradient would be NaN.
    return jax.nn.logsumexp(jnp.where(chosen, exponents, -1e9), axis=1)


class Circle(Loss):
    """Class form of `circle`; the formula is there.

    A mean is over the samples that have another one of their class in the batch.
    """

    keeps_integers = True
    by_sample = False

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal

    def call(
        self,
        y_true: jax.Array,
        y_pred: jax.Array,
        ref_labels: jax.Array | None = None,
        ref_embeddings: jax.Array | None = None,
    ) -> jax.Array:
        return circle(
            y_true,
            y_pred,
            ref_labels,
            ref_embeddings,
            self.remove_diagonal,
            self.gamma,
            self.margin,
        )

    def target_mask(self, y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
        labels = jnp.ravel(y_true)
        alike = labels[:, None] == labels[None, :]
        return jnp.any(_partners(alike, self.remove_diagonal), axis=1)
