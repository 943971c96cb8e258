"""RMSprop: gradients over their running root mean square."""

import jax
import jax.numpy as jnp

from keryx.ops import _updates
from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import ALL_GRADIENTS, Hyper, rest, root_of, Slots


class RMSprop(Optimizer):
    """Divides each gradient by the root of the running mean of its square.

        v ← rho · v + (1 - rho) g²
        a ← rho · a + (1 - rho) g                          centered; else a = 0
        s = learning_rate · g / √(v - a² + epsilon)
        m ← momentum · m + s                               momentum > 0; else m = s
        p ← p - m

    Example:
        >>> optimizer = RMSprop(learning_rate=0.5, rho=0.75, epsilon=0.0)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([-3.0]),), state, params)[0]
        (Array([2.], dtype=float32),)

    Args:
        learning_rate: Step size, in parameter units.
        rho: How much of the running means to keep, in [0, 1].
        momentum: How much of the last step to keep, in [0, 1].
        epsilon: Added under the root, in squared units of the gradient.
        centered: Whether to divide by the standard deviation instead.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `rho` or `momentum` lies outside [0, 1], or `epsilon` is
            negative.

    Source:
        Tieleman & Hinton, lecture 6.5 of "Neural Networks for Machine Learning" (2012).
        `centered`: Graves (arXiv:1308.0850), equations 38 to 41.
    """

    slot_names = ("velocity",)
    hyper_names = ("learning_rate", "rho", "momentum", "epsilon")
    # Whether `epsilon` is added to the root, as before Keras 3, not under it.
    epsilon_outside = False

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
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
        self.momentum = _checks.unit(momentum, "momentum", self)
        self.epsilon = _checks.not_negative(epsilon, "epsilon", self)
        self.centered = centered

    def optional_slots(self) -> tuple[str, ...]:
        momentum = ("momentum",) if self.momentum else ()
        return (*momentum, "average_gradient") if self.centered else momentum

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        rho = hyper["rho"]
        after = {"velocity": rho * slots["velocity"] + rest(rho) * jnp.square(grad)}
        variance = after["velocity"]
        if "average_gradient" in slots:
            mean = rho * slots["average_gradient"] + rest(rho) * grad
            after["average_gradient"] = mean
            variance = variance - jnp.square(mean)
        root = root_of(variance, hyper["epsilon"], outside=self.epsilon_outside)
        step = hyper["learning_rate"] * grad / root
        if "momentum" in slots:
            step = hyper["momentum"] * slots["momentum"] + step
            after["momentum"] = step
        return -step, after

    def replace(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        plain = type(self).rule is RMSprop.rule and slots.keys() == {"velocity"}
        if not (plain and _updates.suits(param, grad, *slots.values())):
            return super().replace(grad, param, slots, hyper)
        rho, epsilon = hyper["rho"], hyper["epsilon"]
        ends = (0.0, epsilon) if self.epsilon_outside else (epsilon, 0.0)
        numbers = rho, rest(rho), hyper["learning_rate"], *ends
        held, wait = slots["velocity"], hyper[ALL_GRADIENTS]
        param, square = _updates.rmsprop(param, held, grad, numbers, wait)
        return param, {"velocity": square}
