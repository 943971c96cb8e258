"""Nadam: Adam with Nesterov's momentum."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._adam import moments
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Arrays, Hyper, Slots


class Nadam(Optimizer):
    """Adam that looks one step ahead along its momentum.

        b(t) = beta_1 · (1 - 0.96^t / 2)
        m ← beta_1 · m + (1 - beta_1) g
        v ← beta_2 · v + (1 - beta_2) g²
        n = b(t + 1) m / (1 - b(1) ⋯ b(t + 1)) + (1 - b(t)) g / (1 - b(1) ⋯ b(t))
        p ← p - learning_rate · n / (√(v / (1 - beta_2^t)) + epsilon)

    Example:
        >>> optimizer = Nadam(learning_rate=0.5)
        >>> params = (jnp.array([1.0]),)
        >>> optimizer.init(params).extra["momentum_product"]
        Array(1., dtype=float32)

    Args:
        learning_rate: Step size, in parameter units.
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
        Dozat, "Incorporating Nesterov Momentum into Adam" (ICLR workshop 2016),
        algorithm 8, with the schedule of momentum of Sutskever et al. (ICML 2013).
    """

    slot_names = ("momentum", "velocity")
    hyper_names = ("learning_rate", "beta_1", "beta_2", "epsilon")
    # Factor of t in b(t), which older versions of Keras took as an argument.
    schedule_decay = 1.0

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

    def init_extra(self, params: Arrays) -> dict[str, Any]:
        return {"momentum_product": jnp.ones((), jnp.float32)}

    def prepare(
        self, hyper: Hyper, updates: jax.Array, extra: dict[str, Any]
    ) -> tuple[Hyper, dict[str, Any]]:
        beta_1, rate = hyper["beta_1"], hyper["learning_rate"]
        pace = self.schedule_decay
        now = beta_1 * (1 - 0.5 * jnp.power(0.96, pace * updates))
        ahead = beta_1 * (1 - 0.5 * jnp.power(0.96, pace * (updates + 1)))
        product = extra["momentum_product"] * now
        scalars = {
            "of_mean": rate * ahead / (1 - product * ahead),
            "of_grad": rate * (1 - now) / (1 - product),
            "of_square": 1 / (1 - jnp.power(hyper["beta_2"], updates)),
        }
        return {**hyper, **scalars}, {**extra, "momentum_product": product}

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        after = moments(grad, slots, hyper)
        step = hyper["of_mean"] * after["momentum"] + hyper["of_grad"] * grad
        root = jnp.sqrt(after["velocity"] * hyper["of_square"])
        return -step / (root + hyper["epsilon"]), after
