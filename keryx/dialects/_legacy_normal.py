"""`Embedding(dropout=…)` and `BatchNormalization(mode=…)` of Keras 1."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx import layers
from keryx._core import check
from keryx.random import SeedGenerator


class DroppedEmbedding(layers.Embedding):
    """An embedding that leaves a random part of its rows out in training.

        y = rows / (1 - dropout)    for words that are kept
            0                       for all others, wherever they are in the batch

    Args:
        input_dim: Number of rows.
        output_dim: Size of a row.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: As for
            `Embedding`.
        mask_zero: Whether id 0 means "nothing".
        dropout: Share of rows to leave out, in [0, 1).

    Source:
        Gal & Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent
        Neural Networks" (NeurIPS 2016), section 4.2.
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        dropout: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **options,
        )
        self._leave_out(dropout)

    def _leave_out(self, rate: float) -> None:
        self.dropout = check.in_interval(rate, 0.0, 1.0, "dropout", self)
        self.seed_generator = SeedGenerator()

    def call(self, inputs: jax.Array, training: bool | None = False) -> jax.Array:
        rows = super().call(inputs)
        if not training or not self.dropout:
            return rows
        key, share = self.seed_generator.next(), 1 - self.dropout
        kept = jax.random.bernoulli(key, share, (self.input_dim, 1)) / share
        return rows * jnp.take(kept, inputs.astype("int32"), axis=0).astype(rows.dtype)


class BatchNormalizationByMode(layers.BatchNormalization):
    """Batch normalization without running statistics, as Keras 1 had two more kinds.

        y = gamma (x - mean) / (√(variance + epsilon) + epsilon) + beta     mode 1
        y = gamma (x - mean) / √(variance + epsilon) + beta                 mode 2

    Args:
        mode: 1 for the statistics of each sample over its last axis; 2 for those of the
            batch, at test time as well.
        axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer,
            moving_mean_initializer, moving_variance_initializer, beta_regularizer,
            gamma_regularizer, beta_constraint, gamma_constraint: As for
            `BatchNormalization`.
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        mode: int = 2,
        **options: Any,
    ) -> None:
        given = {k: v for k, v in locals().items() if k not in ("self", "__class__")}
        options, mode = given.pop("options"), given.pop("mode")
        super().__init__(**given, **options)
        self.mode = mode_of(mode, self)

    def call(
        self,
        inputs: jax.Array,
        training: bool | None = None,
        mask: jax.Array | None = None,
    ) -> jax.Array:
        axes = (-1,) if self.mode == 1 else self._others(inputs.ndim)
        mean = jnp.mean(inputs, axes, keepdims=True)
        root = jnp.sqrt(jnp.var(inputs, axes, keepdims=True) + self.epsilon)
        root = root + self.epsilon if self.mode == 1 else root
        shape = [self._sizes.get(axis, 1) for axis in range(inputs.ndim)]
        return self._finish(inputs - mean, 1 / root, shape)

    def _others(self, ndim: int) -> tuple[int, ...]:
        return tuple(axis for axis in range(ndim) if axis not in self._sizes)


def mode_of(mode: Any, owner: Any) -> int:
    """Returns one of the two modes that have a class of their own."""
    return int(check.one_of(str(mode), ("1", "2"), "mode", owner))


def drop_rows(layer: Any, rate: float) -> None:
    """Makes an `Embedding` one whose rows drop out."""
    layer.__class__ = DroppedEmbedding
    layer._leave_out(rate)


def set_mode(layer: Any, mode: int) -> None:
    """Makes a `BatchNormalization` one of another mode."""
    layer.__class__ = BatchNormalizationByMode
    layer.mode = mode_of(mode, layer)
