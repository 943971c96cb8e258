"""Projections of weights, applied after each update."""

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check, config, serial
from keryx._core.configurable import Configurable
from keryx._core.errors import ArgumentError
from keryx._core.op import unwrap
from keryx._core.registry import Registry

Axis = int | Sequence[int] | None


class Constraint(Configurable):
    """Base class: a subclass defines `__call__(self, w)`, the projection of a weight.

    Example:
        >>> class Whole(Constraint):
        ...     def __call__(self, w):
        ...         return jnp.round(w)
        >>> Whole()(jnp.array([0.2, 1.9])).tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: Any) -> jax.Array:
        """Returns `w`, or what is allowed in its place, in the same shape."""
        raise NotImplementedError(f"{type(self).__name__} must define `__call__`.")


def _norm(w: jax.Array, axis: Axis) -> jax.Array:
    """Euclidean norms along `axis`, which is kept with size one.

    At least in float32: in float16 squares overflow, and epsilon rounds to zero.
    """
    w = w.astype(jnp.promote_types(w.dtype, jnp.float32))
    axes = axis if axis is None or isinstance(axis, int) else tuple(axis)
    norm: jax.Array = jnp.sqrt(jnp.sum(jnp.square(w), axis=axes, keepdims=True))
    return norm


def _rescaled(w: jax.Array, norm: jax.Array, target: jax.Array | float) -> jax.Array:
    """`w` with the norm `target` where it has `norm`; zeros stay zeros."""
    return (w * target / (config.epsilon() + norm)).astype(w.dtype)


class MaxNorm(Constraint):
    """Shrinks vectors that are too long.

        w ← w min(‖w‖, max_value) / ‖w‖

    Example:
        >>> MaxNorm(5.0)(jnp.array([[6.0], [8.0]])).round(4).tolist()
        [[3.0], [4.0]]

    Args:
        max_value: The largest norm allowed.
        axis: Axis, or axes together, of the vectors: 0 for the weights of each unit of
            a dense layer, `[0, 1, 2]` for each filter of a 2D convolution; `None` for
            the whole weight.

    Shapes:
        w: any

    Returns:
        When called: the projected weight, in the shape of `w`.

    Raises:
        ArgumentError: If `max_value` is negative.

    Source:
        Srebro et al., "Maximum-Margin Matrix Factorization" (NeurIPS 2004); with
        dropout: Srivastava et al., "Dropout", JMLR 15 (2014).
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        check.in_interval(max_value, 0, math.inf, "max_value", self)
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> jax.Array:
        w = jnp.asarray(unwrap(w))
        norm = _norm(w, self.axis)
        return _rescaled(w, norm, jnp.minimum(norm, self.max_value))


class MinMaxNorm(Constraint):
    """Moves the lengths of vectors into an interval, or part of the way there.

        target = rate min(max(‖w‖, min_value), max_value) + (1 - rate) ‖w‖
        w ← w target / ‖w‖

    Example:
        >>> MinMaxNorm(1.0, 5.0)(jnp.array([[0.0, 6.0], [0.5, 8.0]])).round(4).tolist()
        [[0.0, 3.0], [1.0, 4.0]]

    Args:
        min_value: The smallest norm wanted.
        max_value: The largest norm wanted.
        rate: Share of the way to go at each update, from 0 to 1.
        axis: Axis, or axes together, of the vectors; `None` for the whole weight.

    Shapes:
        w: any

    Returns:
        When called: the projected weight, in the shape of `w`.

    Raises:
        ArgumentError: If not `0 <= min_value <= max_value`, or `rate` is outside of
            [0, 1].
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: Axis = 0,
    ) -> None:
        check.in_interval(min_value, 0, math.inf, "min_value", self)
        if not max_value >= min_value:
            raise ArgumentError(
                self,
                "max_value",
                expected=f"min_value ({min_value}) or more",
                got=max_value,
            )
        check.in_interval(rate, 0, 1, "rate", self)
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> jax.Array:
        w = jnp.asarray(unwrap(w))
        norm = _norm(w, self.axis)
        wanted = jnp.clip(norm, self.min_value, self.max_value)
        return _rescaled(w, norm, self.rate * wanted + (1 - self.rate) * norm)


class NonNeg(Constraint):
    """Sets negative weights to zero.

        w ← max(w, 0)

    Example:
        >>> NonNeg()(jnp.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: Any) -> jax.Array:
        return jnp.maximum(jnp.asarray(unwrap(w)), 0)


class UnitNorm(Constraint):
    """Gives vectors the length one.

        w ← w / ‖w‖

    Example:
        >>> UnitNorm()(jnp.array([[3.0], [4.0]])) * 5
        Array([[3.],
               [4.]], dtype=float32)

    Args:
        axis: Axis, or axes together, of the vectors; `None` for the whole weight.

    Shapes:
        w: any

    Returns:
        When called: the projected weight, in the shape of `w`.
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> jax.Array:
        w = jnp.asarray(unwrap(w))
        return _rescaled(w, _norm(w, self.axis), 1)


registry = Registry("Constraint", "keras.constraints", instantiate=True)
registry.add(MaxNorm, "max_norm")
registry.add(MinMaxNorm, "min_max_norm")
registry.add(NonNeg, "non_neg")
registry.add(UnitNorm, "unit_norm")

get = registry.get
deserialize = registry.deserialize
serialize = serial.serialize
