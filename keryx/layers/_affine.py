"""What the normalizing layers with `gamma` and `beta` share."""

from typing import Any, Unpack

import jax

from keryx import constraints, initializers, regularizers
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions


class _Affine(Layer):
    """Base of the normalizations that end in `gamma y + beta`.

    Each of the two is given as initializer, regularizer and constraint.
    """

    def __init__(
        self,
        axis: Any,
        epsilon: float,
        center: bool,
        scale: bool,
        *,
        beta: tuple[Any, Any, Any],
        gamma: tuple[Any, Any, Any],
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        if not isinstance(epsilon, int | float) or epsilon < 0:
            raise ArgumentError(
                self, "epsilon", expected="a number of 0 or more", got=epsilon
            )
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta[0])
        self.beta_regularizer = regularizers.get(beta[1])
        self.beta_constraint = constraints.get(beta[2])
        self.gamma_initializer = initializers.get(gamma[0])
        self.gamma_regularizer = regularizers.get(gamma[1])
        self.gamma_constraint = constraints.get(gamma[2])
        self.supports_masking = True

    def _declare(self, shape: Any, *, scale: bool, center: bool) -> None:
        """Declares `gamma` and `beta`, which stay float32 in mixed precision."""
        self.gamma = self.beta = None
        if scale:
            self.gamma = self.add_weight(shape, role="gamma", autocast=False)
        if center:
            self.beta = self.add_weight(shape, role="beta", autocast=False)

    def _finish(self, x: jax.Array, inverse: jax.Array, shape: Any) -> jax.Array:
        """Returns `gamma x inverse + beta` in the layer's type."""
        if self.gamma is not None:
            inverse = inverse * self.gamma.value.reshape(shape)
        y = x * inverse
        if self.beta is not None:
            y = y + self.beta.value.reshape(shape)
        return y.astype(self.compute_dtype)


def require_sizes(layer: Layer, shape: Shape, sizes: dict[int, int]) -> None:
    """Checks that inputs have the sizes for which the layer was built."""
    if any(axis >= len(shape) or shape[axis] != n for axis, n in sizes.items()):
        wanted = ", ".join(f"{n} at axis {axis}" for axis, n in sizes.items())
        raise ShapeError(
            describe(layer), expected=f"{wanted}, as when built", got=f"{shape}"
        )
