"""Penalties of weights and activations, added to the loss."""

import math
import numbers
from typing import Any

import jax
import jax.numpy as jnp

from keryx._core import check, serial
from keryx._core.configurable import Configurable
from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.op import unwrap
from keryx._core.registry import Registry


def _factor(value: Any, name: str, owner: object) -> float:
    """Returns the strength of a penalty if it can be one."""
    if isinstance(value, numbers.Real) and 0 <= float(value) < math.inf:
        return float(value)
    raise ArgumentError(owner, name, expected="a finite number >= 0", got=value)


class Regularizer(Configurable):
    """Base class: a subclass defines `__call__(self, x)`, the penalty of an array.

    Example:
        >>> class Largest(Regularizer):
        ...     def __call__(self, x):
        ...         return jnp.max(jnp.abs(x))
        >>> float(Largest()(jnp.array([1.0, -3.0])))
        3.0
    """

    def __call__(self, x: Any) -> jax.Array:
        """Returns the penalty of `x`, a single number."""
        raise NotImplementedError(f"{type(self).__name__} must define `__call__`.")


class L1L2(Regularizer):
    """Penalty of absolute values and of squares.

        penalty = l1 Σ |x| + l2 Σ x²

    Example:
        >>> float(L1L2(l1=0.5, l2=2.0)(jnp.array([1.0, -3.0])))
        22.0

    Args:
        l1: Strength of the penalty of absolute values.
        l2: Strength of the penalty of squares.

    Returns:
        When called: the penalty, `()`.

    Raises:
        ArgumentError: If a strength is negative or not finite.

    Source:
        Zou & Hastie, "Regularization and Variable Selection via the Elastic Net",
        J. R. Stat. Soc. B 67 (2005).
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _factor(0.0 if l1 is None else l1, "l1", self)
        self.l2 = _factor(0.0 if l2 is None else l2, "l2", self)

    def __call__(self, x: Any) -> jax.Array:
        x = jnp.asarray(unwrap(x))
        penalty = jnp.zeros((), x.dtype)
        # Not `0 * ...`: where the weights overflow, that would be NaN.
        if self.l1:
            penalty = penalty + self.l1 * jnp.sum(jnp.abs(x))
        if self.l2:
            penalty = penalty + self.l2 * jnp.sum(jnp.square(x))
        return penalty


class L1(Regularizer):
    """Penalty of absolute values.

        penalty = l1 Σ |x|

    The slope at zero is taken to be `l1`, as JAX does.

    Example:
        >>> float(L1(0.5)(jnp.array([1.0, -3.0])))
        2.0

    Args:
        l1: Strength of the penalty.

    Returns:
        When called: the penalty, `()`.

    Raises:
        ArgumentError: If the strength is negative or not finite.

    Source:
        Tibshirani, "Regression Shrinkage and Selection via the Lasso", J. R. Stat.
        Soc. B 58 (1996).
    """

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = _factor(0.01 if l1 is None else l1, "l1", self)

    def __call__(self, x: Any) -> jax.Array:
        return self.l1 * jnp.sum(jnp.abs(jnp.asarray(unwrap(x))))


class L2(Regularizer):
    """Penalty of squares.

        penalty = l2 Σ x²

    Example:
        >>> float(L2(0.5)(jnp.array([1.0, -3.0])))
        5.0

    Args:
        l2: Strength of the penalty.

    Returns:
        When called: the penalty, `()`.

    Raises:
        ArgumentError: If the strength is negative or not finite.

    Source:
        Hoerl & Kennard, "Ridge Regression", Technometrics 12 (1970).
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = _factor(0.01 if l2 is None else l2, "l2", self)

    def __call__(self, x: Any) -> jax.Array:
        return self.l2 * jnp.sum(jnp.square(jnp.asarray(unwrap(x))))


class OrthogonalRegularizer(Regularizer):
    """Penalty of rows, or columns, that are not at right angles to each other.

        penalty = factor · mean over the pairs i < j of |cos(xᵢ, xⱼ)|

    A single row has no pair and no penalty, a row of zeros no gradient. (Departs from
    Keras: there, both are NaN.)

    Example:
        >>> float(OrthogonalRegularizer(0.5)(jnp.array([[2.0, 0.0], [3.0, 0.0]])))
        0.5

    Args:
        factor: Strength of the penalty.
        mode: Whether "rows" or "columns" are compared.

    Shapes:
        x: `(rows, columns)`

    Returns:
        When called: the penalty, `()`.

    Raises:
        ArgumentError: If the strength is negative or not finite, or `mode` is neither.
        ShapeError: On the call, if `x` is not a matrix.

    Source:
        Brock et al., "Neural Photo Editing with Introspective Adversarial Networks"
        (ICLR 2017, arXiv:1609.07093), of whose penalty this is the scale-free form.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _factor(factor, "factor", self)
        self.mode = check.one_of(mode, ("rows", "columns"), "mode", self)

    def __call__(self, x: Any) -> jax.Array:
        x = jnp.asarray(unwrap(x))
        if x.ndim != 2:
            raise ShapeError(
                "`OrthogonalRegularizer`",
                expected="a weight of two axes",
                got=f"shape {x.shape}",
            )
        rows = x if self.mode == "rows" else x.T
        pairs = len(rows) * (len(rows) - 1) / 2
        if not pairs:
            return jnp.zeros((), x.dtype)
        squares = jnp.sum(jnp.square(rows), axis=1, keepdims=True)
        # A row of zeros has no direction: it takes no part, and has no gradient.
        zero = squares < 1e-12
        rows = jnp.where(zero, 0, rows * jax.lax.rsqrt(jnp.where(zero, 1, squares)))
        cosines = (rows @ rows.T)[jnp.triu_indices(len(rows), 1)]
        return self.factor * jnp.sum(jnp.abs(cosines)) / pairs


registry = Registry("Regularizer", "keras.regularizers", instantiate=True)
registry.add(L1, "l1")
registry.add(L2, "l2")
registry.add(L1L2)
registry.add(OrthogonalRegularizer, "orthogonal_regularizer")

get = registry.get
deserialize = registry.deserialize
serialize = serial.serialize
