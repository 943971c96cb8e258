"""LAMB: Adam with a step length per parameter."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._adam import moments
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, Slots


class Lamb(Optimizer):
    """Adam whose step has the length of the parameter times the learning rate.

        m ← beta_1 · m + (1 - beta_1) g
        v ← beta_2 · v + (1 - beta_2) g²
        r = m / (1 - beta_1^t) / (√(v / (1 - beta_2^t)) + epsilon)
        p ← p - learning_rate · ‖p‖ / ‖r‖ · r              the ratio is 1 if a norm is 0

    Example:
        >>> optimizer = Lamb(learning_rate=0.5)
        >>> params = (jnp.array([4.0]),)
        >>> state = optimizer.init(params)
        >>> params, state = optimizer.update((jnp.array([7.0]),), state, params)
        >>> round(float(params[0][0]), 4)
        2.0

    Args:
        learning_rate: Length of a step over that of the parameter.
        beta_1: How much of the mean gradient to keep, in [0, 1].
        beta_2: How much of the mean squared gradient to keep, in [0, 1].
        epsilon: Added to the root, in units of the gradient.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `beta_1` or `beta_2` lies outside [0, 1], or `epsilon` is
            negative.

    Source:
        You et al. (arXiv:1904.00962), algorithm 2, with φ(z) = z.
    """

    slot_names = ("momentum", "velocity")
    hyper_names = ("learning_rate", "beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
        )
        self.beta_1 = _checks.unit(beta_1, "beta_1", self)
        self.beta_2 = _checks.unit(beta_2, "beta_2", self)
        self.epsilon = _checks.not_negative(epsilon, "epsilon", self)

    def prepare(
        self, hyper: Hyper, updates: jax.Array, extra: dict[str, Any]
    ) -> tuple[Hyper, dict[str, Any]]:
        scalars = {
            "of_mean": 1 / (1 - jnp.power(hyper["beta_1"], updates)),
            "of_square": 1 / (1 - jnp.power(hyper["beta_2"], updates)),
        }
        return {**hyper, **scalars}, extra

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        after = moments(grad, slots, hyper)
        root = jnp.sqrt(after["velocity"] * hyper["of_square"])
        step = after["momentum"] * hyper["of_mean"] / (root + hyper["epsilon"])
        length, own = norm(step), norm(param)
        usable = (length > 0) & (own > 0)
        ratio = jnp.where(usable, own / jnp.where(usable, length, 1), 1)
        return -hyper["learning_rate"] * ratio * step, after


def norm(array: jax.Array) -> jax.Array:
    """Returns the Euclidean norm of all elements."""
    return jnp.sqrt(jnp.sum(jnp.square(array)))
