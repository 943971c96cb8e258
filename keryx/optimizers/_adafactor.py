"""Adafactor: second moments as outer products."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx.optimizers import _checks
from keryx.optimizers._optimizer import Optimizer, Rate
from keryx.optimizers._state import Hyper, Slots


class Adafactor(Optimizer):
    """Divides gradients by a mean square that is kept as a row and a column of means.

        d = 1 - t^beta_2_decay
        R ← d · R + (1 - d) · mean of (g² + epsilon_1) over the last axis
        C ← d · C + (1 - d) · mean of (g² + epsilon_1) over the one before
        V = R Cᵀ / mean(R)                                 matrices
        V ← d · V + (1 - d) (g² + epsilon_1)               vectors
        u = g / √V,   u ← u / max(1, rms(u) / clip_threshold)
        p ← p - min(learning_rate, 1 / √t) · max(epsilon_2, rms(p)) · u

    Example:
        >>> optimizer = Adafactor(learning_rate=0.5)
        >>> state = optimizer.init((jnp.ones((2, 3)),))
        >>> state.slots["row"][0].shape, state.slots["column"][0].shape
        ((2,), (3,))

    Args:
        learning_rate: Largest relative step; a schedule's value is taken as it is.
        beta_2_decay: Power by which the means grow longer, negative.
        epsilon_1: Added to squared gradients.
        epsilon_2: Least scale of a parameter.
        clip_threshold: Largest root mean square of a step, in relative units.
        relative_step: Whether the relative step falls as 1 / √t.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps,
            name: As in `Optimizer`.

    Raises:
        ArgumentError: If an epsilon is negative.

    Source:
        Shazeer & Stern (arXiv:1804.04235), algorithms 4 and 5. The full mean square of
        a matrix is kept as well, for the sake of Keras's file format.
    """

    slot_names = ("row", "column", "velocity")
    hyper_names = (
        "learning_rate",
        "beta_2_decay",
        "epsilon_1",
        "epsilon_2",
        "clip_threshold",
    )

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
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
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = _checks.not_negative(epsilon_1, "epsilon_1", self)
        self.epsilon_2 = _checks.not_negative(epsilon_2, "epsilon_2", self)
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def init_slot(self, name: str, param: jax.Array) -> jax.Array:
        if name == "velocity":
            return jnp.zeros_like(param)
        if param.ndim < 2:
            return jnp.zeros((), param.dtype)
        without = -1 if name == "row" else -2
        shape = [
            size for i, size in enumerate(param.shape) if i != param.ndim + without
        ]
        return jnp.zeros(shape, param.dtype)

    def prepare(
        self, hyper: Hyper, updates: jax.Array, extra: dict[str, Any]
    ) -> tuple[Hyper, dict[str, Any]]:
        rate = hyper["learning_rate"]
        if self.relative_step and not callable(self._rate):
            rate = jnp.minimum(rate, 1 / jnp.sqrt(updates))
        scalars = {
            "relative": jnp.minimum(rate, 1 / jnp.sqrt(updates)),
            "kept": 1 - jnp.power(updates.astype(jnp.float32), hyper["beta_2_decay"]),
        }
        return {**hyper, **scalars}, extra

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        kept = hyper["kept"]
        square = jnp.square(grad) + hyper["epsilon_1"]
        after = dict(slots)
        if param.ndim < 2:
            velocity = kept * slots["velocity"] + (1 - kept) * square
        else:
            row = kept * slots["row"] + (1 - kept) * jnp.mean(square, -1)
            column = kept * slots["column"] + (1 - kept) * jnp.mean(square, -2)
            after |= {"row": row, "column": column}
            share = row / jnp.mean(row, -1, keepdims=True)
            velocity = share[..., :, None] * column[..., None, :]
        step = grad / jnp.sqrt(velocity)
        step = step / jnp.maximum(1, rms(step) / hyper["clip_threshold"])
        scale = hyper["relative"] * jnp.maximum(hyper["epsilon_2"], rms(param))
        return -scale * step, {**after, "velocity": velocity}


def rms(array: jax.Array) -> jax.Array:
    """Returns the root of the mean square of all elements."""
    return jnp.sqrt(jnp.mean(jnp.square(array)))
