"""Optax's transformations as optimizers."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError, FileError
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Arrays, Gradients, Hyper, OptState


def is_transformation(value: Any) -> bool:
    """Tells whether `value` looks like an `optax.GradientTransformation`."""
    functions = (getattr(value, name, None) for name in ("init", "update"))
    return not isinstance(value, Optimizer | type) and all(map(callable, functions))


class Optax(Optimizer):
    """Any `optax.GradientTransformation`.

        p ← p + updates                                    learning_rate is None
        p ← p - learning_rate · updates                    else

    Without a learning rate the transformation has its own; `learning_rate` then is a
    factor of its steps, 1 at first, so that callbacks can lower it all the same.

    Example:
        >>> import optax
        >>> optimizer = Optax(optax.sgd(0.5))
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([1.0]),), state, params)[0]
        (Array([0.5], dtype=float32),)

    Args:
        transformation: What turns gradients into steps.
        learning_rate: Step size, for a transformation that has none, such as
            `optax.scale_by_adam()`; `None` for a complete optimizer.
        name: Name, the first part of the variables' paths.

    Raises:
        ArgumentError: If `transformation` lacks `init` or `update`.
        FileError: By `get_config`: functions are not data.
    """

    def __init__(
        self,
        transformation: Any,
        learning_rate: Rate | None = None,
        name: str | None = None,
    ) -> None:
        if not is_transformation(transformation):
            raise ArgumentError(
                self,
                "transformation",
                expected="an optax.GradientTransformation",
                got=transformation,
                fix="Call the function that makes it, e.g. `optax.adam(1e-3)`.",
            )
        super().__init__(1.0 if learning_rate is None else learning_rate, name=name)
        self.transformation = transformation
        self.sign = 1 if learning_rate is None else -1

    def init_extra(self, params: Arrays) -> dict[str, Any]:
        return {"optax": jax.tree.map(jnp.array, self.transformation.init(params))}

    def advance(
        self, grads: Gradients, state: OptState, params: Arrays, hyper: Hyper
    ) -> tuple[Arrays, OptState]:
        filled = tuple(
            jnp.zeros_like(p) if g is None else g.astype(p.dtype)
            for g, p in zip(grads, params, strict=True)
        )
        steps, inner = self.transformation.update(filled, state.extra["optax"], params)
        factor = self.sign * hyper["learning_rate"]
        new = tuple(
            p if g is None else (p + factor * s).astype(p.dtype)
            for g, p, s in zip(grads, params, steps, strict=True)
        )
        return new, state._replace(extra={**state.extra, "optax": inner})

    def get_config(self) -> dict[str, Any]:
        raise FileError(
            f"optimizer {self.name!r} (Optax)",
            expected="an optimizer whose settings are data",
            got="an optax transformation, which consists of functions",
            fix="Save the model without its optimizer, and compile it after loading.",
        )
