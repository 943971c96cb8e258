"""Adagrad: gradients over the root of the sum of their squares."""

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, root_of, Slots


class Adagrad(Optimizer):
    """Divides each gradient by the root of the sum of its squares so far.

        s ← s + g²
        p ← p - learning_rate · g / √(s + epsilon)

    Example:
        >>> optimizer = Adagrad(0.5, initial_accumulator_value=0.0, epsilon=0.0)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([7.0]),), state, params)[0]
        (Array([0.5], dtype=float32),)

    Args:
        learning_rate: Step size, in parameter units.
        initial_accumulator_value: Sum of squares at the start.
        epsilon: Added under the root, in squared units of the gradient.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `initial_accumulator_value` or `epsilon` is negative.

    Source:
        Duchi et al., "Adaptive Subgradient Methods" (JMLR 12, 2011), equation 1 with a
        diagonal matrix.
    """

    slot_names = ("accumulator",)
    hyper_names = ("learning_rate", "epsilon")
    # Whether `epsilon` is added to the root, as before Keras 3, not under it.
    epsilon_outside = False

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
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
        self.initial_accumulator_value = _checks.not_negative(
            initial_accumulator_value, "initial_accumulator_value", self
        )
        self.epsilon = _checks.not_negative(epsilon, "epsilon", self)

    def init_slot(self, name: str, param: jax.Array) -> jax.Array:
        return jnp.full_like(param, self.initial_accumulator_value)

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        total = slots["accumulator"] + jnp.square(grad)
        root = root_of(total, hyper["epsilon"], outside=self.epsilon_outside)
        step = hyper["learning_rate"] * grad / root
        return -step, {"accumulator": total}
