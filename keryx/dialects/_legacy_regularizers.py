"""Regularizers of Keras 1: of the largest eigenvalue, and with other defaults."""

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


def l1l2(l1: float = 0.01, l2: float = 0.01) -> regularizers.L1L2:
    """Returns the penalty of absolute values and squares with the defaults of Keras 1.

    Args:
        l1: Strength of the penalty of absolute values.
        l2: Strength of the penalty of squares.
    """
    return regularizers.L1L2(l1, l2)
