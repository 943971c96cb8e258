"""Adamax: Adam with the infinity norm."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, rest, Slots


class Adamax(Optimizer):
    """Steps along the mean gradient over the largest recent magnitude.

        m ← beta_1 · m + (1 - beta_1) g
        u ← max(beta_2 · u, |g|)
        p ← p - learning_rate / (1 - beta_1^t) · m / (u + epsilon)

    Example:
        >>> optimizer = Adamax(learning_rate=0.5)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> params, state = optimizer.update((jnp.array([7.0]),), state, params)
        >>> round(float(params[0][0]), 4)
        0.5

    Args:
        learning_rate: Step size, in parameter units.
        beta_1: How much of the mean gradient to keep, in [0, 1].
        beta_2: How much of the largest magnitude to keep, in [0, 1].
        epsilon: Added to the divisor, in units of the gradient.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `beta_1` or `beta_2` lies outside [0, 1], or `epsilon` is
            negative.

    Source:
        Kingma & Ba (arXiv:1412.6980), algorithm 2; `epsilon` is not in the paper.
    """

    slot_names = ("momentum", "norm")
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
        first = 1 - jnp.power(hyper["beta_1"], updates)
        return {**hyper, "step_size": hyper["learning_rate"] / first}, extra

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        mean = slots["momentum"]
        mean = mean + rest(hyper["beta_1"]) * (grad - mean)
        norm = jnp.maximum(hyper["beta_2"] * slots["norm"], jnp.abs(grad))
        delta = -hyper["step_size"] * mean / (norm + hyper["epsilon"])
        return delta, {"momentum": mean, "norm": norm}
