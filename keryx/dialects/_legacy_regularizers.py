"""The regularizer of Keras 1 that looks at the largest eigenvalue."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx import regularizers

STEPS = 9


class EigenvalueRegularizer(regularizers.Regularizer):
    """Penalty of the largest eigenvalue of `WᵀW`, found by nine steps of iteration.

    Args:
        k: Strength of the penalty.

    Shapes:
        x: `(rows, columns)`
    """

    __module__ = "keryx.regularizers"

    def __init__(self, k: float) -> None:
        self.k = k

    def __call__(self, x: Any) -> jax.Array:
        matrix = jnp.asarray(getattr(x, "value", x))
        square = matrix.T @ matrix
        vector = jnp.ones((square.shape[0], 1), matrix.dtype)
        for _ in range(STEPS):
            vector = square @ vector
        share = (vector.T @ (square @ vector)) / (vector.T @ vector)
        return self.k * share[0, 0]
