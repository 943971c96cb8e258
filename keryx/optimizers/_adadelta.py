"""Adadelta: steps in the units of the parameters."""

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, rest, Slots


class Adadelta(Optimizer):
    """Scales each gradient by the running size of the steps over that of gradients.

        s ← rho · s + (1 - rho) g²
        d = -√(u + epsilon) / √(s + epsilon) · g
        u ← rho · u + (1 - rho) d²
        p ← p + learning_rate · d

    Example:
        >>> optimizer = Adadelta(learning_rate=1.0, rho=0.0, epsilon=1.0)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([0.0]),), state, params)[0]
        (Array([1.], dtype=float32),)

    Args:
        learning_rate: Factor of the steps; the paper's is 1.
        rho: How much of the running means to keep, in [0, 1].
        epsilon: Added under both roots.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `rho` lies outside [0, 1], or `epsilon` is negative.

    Source:
        Zeiler (arXiv:1212.5701), algorithm 1.
    """

    slot_names = ("accumulated_grad", "accumulated_delta_var")
    hyper_names = ("learning_rate", "rho", "epsilon")

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.95,
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
        self.rho = _checks.unit(rho, "rho", self)
        self.epsilon = _checks.not_negative(epsilon, "epsilon", self)

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        rho, epsilon = hyper["rho"], hyper["epsilon"]
        squares, steps = slots["accumulated_grad"], slots["accumulated_delta_var"]
        squares = rho * squares + rest(rho) * jnp.square(grad)
        delta = -jnp.sqrt(steps + epsilon) / jnp.sqrt(squares + epsilon) * grad
        steps = rho * steps + rest(rho) * jnp.square(delta)
        after = {"accumulated_grad": squares, "accumulated_delta_var": steps}
        return hyper["learning_rate"] * delta, after
