"""FTRL: follow the regularized leader."""

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, Slots


class Ftrl(Optimizer):
    """Solves for the parameter that all gradients so far, with penalties, ask for.

        h = g + 2 · l2_shrinkage · p,   n' = n + g²
        s = (n'^-power - n^-power) / learning_rate
        z ← z + h - s · p
        q = n'^-power / learning_rate + 2 · (l2 + beta / (2 · learning_rate))
        p ← (clip(z, -l1, l1) - z) / q,   n ← n'

    with `power = learning_rate_power`. Exact zeros come out where `|z| <= l1`.

    Example:
        >>> optimizer = Ftrl(learning_rate=1.0, l1_regularization_strength=10.0)
        >>> params = (jnp.array([1.0]),)
        >>> state = optimizer.init(params)
        >>> optimizer.update((jnp.array([1.0]),), state, params)[0]
        (Array([0.], dtype=float32),)

    Args:
        learning_rate: Step size, in parameter units.
        learning_rate_power: Power by which step sizes fall with `n`, zero or less.
        initial_accumulator_value: `n` at the start.
        l1_regularization_strength: Penalty of absolute values.
        l2_regularization_strength: Penalty of squares.
        l2_shrinkage_regularization_strength: Penalty of squares through the gradient
            alone.
        beta: The paper's β, which makes early steps shorter.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If `learning_rate_power` is positive, or another negative.

    Source:
        McMahan et al., "Ad Click Prediction" (KDD 2013), algorithm 1.
    """

    slot_names = ("accumulator", "linear")
    hyper_names = (
        "learning_rate",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
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
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        check_signs(self)

    def init_slot(self, name: str, param: jax.Array) -> jax.Array:
        first = self.initial_accumulator_value if name == "accumulator" else 0.0
        return jnp.full_like(param, first)

    def replace(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        # Departs from the form of `rule`: the new value does not build on the old one,
        # and as a sum it would lose digits.
        rate, l1 = hyper["learning_rate"], hyper["l1_regularization_strength"]
        shrink = 2 * hyper["l2_shrinkage_regularization_strength"]
        total = slots["accumulator"] + jnp.square(grad)
        root = jnp.power(total, -self.learning_rate_power)
        growth = root - jnp.power(slots["accumulator"], -self.learning_rate_power)
        linear = slots["linear"] + grad + shrink * param - growth / rate * param
        l2 = hyper["l2_regularization_strength"] + hyper["beta"] / (2 * rate)
        new = (jnp.clip(linear, -l1, l1) - linear) / (root / rate + 2 * l2)
        return new, {"accumulator": total, "linear": linear}


def check_signs(optimizer: Ftrl) -> None:
    """Checks that every strength is zero or more, and the power zero or less."""
    power = optimizer.learning_rate_power
    _checks.not_positive(power, "learning_rate_power", optimizer)
    for name in ("initial_accumulator_value", *optimizer.hyper_names[1:]):
        _checks.not_negative(getattr(optimizer, name), name, optimizer)
