"""Stochastic gradient descent."""

import jax

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, Slots


class SGD(Optimizer):
    """Gradient descent with momentum.

        m ← momentum · m - learning_rate · g
        p ← p + m                                          plain
        p ← p + momentum · m - learning_rate · g           nesterov

    With `momentum=0` there is no `m`, and a momentum set after `build` has no effect.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = SGD(learning_rate=0.5)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([1.0]),), state, params)[0]
        (Array([0.5], dtype=float32),)

    Args:
        learning_rate: Step size, in parameter units per gradient unit.
        momentum: How much of the last step to keep, in [0, 1].
        nesterov: Whether to take the gradient step again after the momentum step.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `momentum` lies outside [0, 1].

    Source:
        Sutskever et al., "On the importance of initialization and momentum in deep
        learning" (ICML 2013), equations 1 and 2. `nesterov` is their equations 3 and 4
        after the change of variables of Bengio et al. (arXiv:1212.0901).
    """

    hyper_names = ("learning_rate", "momentum")

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
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
        self.momentum = _checks.unit(momentum, "momentum", self)
        self.nesterov = nesterov

    def optional_slots(self) -> tuple[str, ...]:
        return ("momentum",) if self.momentum else ()

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        descent = -hyper["learning_rate"] * grad
        if "momentum" not in slots:
            return descent, slots
        momentum = hyper["momentum"] * slots["momentum"] + descent
        delta = hyper["momentum"] * momentum + descent if self.nesterov else momentum
        return delta, {"momentum": momentum}
