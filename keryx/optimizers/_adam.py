"""Adam, and its variant with weight decay."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx.ops import _updates
from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import ALL_GRADIENTS, Hyper, rest, Slots


class Adam(Optimizer):
    """Steps along the running mean of the gradient over the root of that of its square.

        m ← beta_1 · m + (1 - beta_1) g
        v ← beta_2 · v + (1 - beta_2) g²
        w = v, or the largest v so far                     amsgrad
        p ← p - learning_rate · √(1 - beta_2^t) / (1 - beta_1^t) · m / (√w + epsilon)

    Example:
        >>> optimizer = Adam(learning_rate=0.5)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> params, state = optimizer.update((jnp.array([7.0]),), state, params)
        >>> round(float(params[0][0]), 4)
        0.5

    Args:
        learning_rate: Step size, in parameter units.
        beta_1: How much of the mean gradient to keep, in [0, 1].
        beta_2: How much of the mean squared gradient to keep, in [0, 1].
        epsilon: Added to the root, in units of the gradient.
        amsgrad: Whether the mean square may only grow.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `beta_1` or `beta_2` lies outside [0, 1], or `epsilon` is
            negative.

    Source:
        Kingma & Ba (arXiv:1412.6980), in the form before section 2.1; `epsilon` is
        their ε̂. `amsgrad`: Reddi et al. (arXiv:1904.09237), algorithm 2.
    """

    slot_names = ("momentum", "velocity")
    hyper_names = ("learning_rate", "beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        self.amsgrad = amsgrad

    def optional_slots(self) -> tuple[str, ...]:
        return ("velocity_hat",) if self.amsgrad else ()

    def prepare(
        self, hyper: Hyper, updates: jax.Array, extra: dict[str, Any]
    ) -> tuple[Hyper, dict[str, Any]]:
        first = 1 - jnp.power(hyper["beta_1"], updates)
        second = jnp.sqrt(1 - jnp.power(hyper["beta_2"], updates))
        return {**hyper, "step_size": hyper["learning_rate"] * second / first}, extra

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        after = moments(grad, slots, hyper)
        root = after["velocity"]
        if "velocity_hat" in slots:
            root = after["velocity_hat"] = jnp.maximum(slots["velocity_hat"], root)
        step = hyper["step_size"] * after["momentum"]
        return -step / (jnp.sqrt(root) + hyper["epsilon"]), after

    def replace(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        plain = type(self).rule is Adam.rule and "velocity_hat" not in slots
        if not (plain and _updates.suits(param, grad, *slots.values())):
            return super().replace(grad, param, slots, hyper)
        near, far = rest(hyper["beta_1"]), rest(hyper["beta_2"])
        numbers = near, far, hyper["step_size"], hyper["epsilon"]
        held = slots["momentum"], slots["velocity"]
        wait = hyper[ALL_GRADIENTS]
        param, mean, square = _updates.adam(param, *held, grad, numbers, wait)
        return param, {"momentum": mean, "velocity": square}


class AdamW(Adam):
    """Adam with weight decay that does not pass through the moments.

        p ← p - learning_rate · weight_decay · p, then as `Adam`

    Example:
        >>> AdamW().weight_decay
        0.004

    Args:
        learning_rate: Step size, in parameter units.
        weight_decay: Share of each parameter to take off per update, times the learning
            rate.
        beta_1, beta_2, epsilon, amsgrad: As in `Adam`.
        clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `weight_decay` is not a number, and as `Adam`.

    Source:
        Loshchilov & Hutter (arXiv:1711.05101), algorithm 2.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
            _checks.not_negative(weight_decay, "weight_decay", self),
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


def moments(grad: jax.Array, slots: Slots, hyper: Hyper) -> Slots:
    """Returns the running means of a gradient and of its square."""
    mean, square = slots["momentum"], slots["velocity"]
    return {
        "momentum": mean + rest(hyper["beta_1"]) * (grad - mean),
        "velocity": square + rest(hyper["beta_2"]) * (jnp.square(grad) - square),
    }
