"""Lion: signs of momentum."""

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, rest, Slots


class Lion(Optimizer):
    """Steps of one size along the sign of a mean of gradients.

        p ← p - learning_rate · sign(beta_1 · m + (1 - beta_1) g)
        m ← beta_2 · m + (1 - beta_2) g

    It wants a learning rate 3 to 10 times smaller than Adam's.

    Example:
        >>> optimizer = Lion(learning_rate=0.5)
        >>> params = (jnp.array([1.0, 1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([3.0, -0.1]),), state, params)[0]
        (Array([0.5, 1.5], dtype=float32),)

    Args:
        learning_rate: Length of each element's step, in parameter units.
        beta_1: Weight of the mean in the step, in (0, 1].
        beta_2: How much of the mean to keep, in [0, 1].
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `beta_1` lies outside (0, 1] or `beta_2` outside [0, 1].

    Source:
        Chen et al. (arXiv:2302.06675), algorithm 2.
    """

    slot_names = ("momentum",)
    hyper_names = ("learning_rate", "beta_1", "beta_2")

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
        self.beta_1 = _checks.share(beta_1, "beta_1", self)
        self.beta_2 = _checks.unit(beta_2, "beta_2", self)

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        beta_1, beta_2, mean = hyper["beta_1"], hyper["beta_2"], slots["momentum"]
        direction = jnp.sign(beta_1 * mean + rest(beta_1) * grad)
        mean = beta_2 * mean + rest(beta_2) * grad
        return -hyper["learning_rate"] * direction, {"momentum": mean}
