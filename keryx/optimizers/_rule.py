"""What distinguishes one optimizer from another: its rule for one parameter."""

from typing import Any

import jax
import numpy as np

from keryx._core.place import placed
from keryx.optimizers._state import Arrays, Hyper, Slots


class Rule:
    """The half of `Optimizer` that a subclass writes.

    Attributes:
        slot_names: Slots that every parameter has; files hold them parameter by
            parameter.
        hyper_names: Attributes that live in the state, as `learning_rate` does.
    """

    slot_names: tuple[str, ...] = ()
    hyper_names: tuple[str, ...] = ("learning_rate",)

    def rule(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        """Returns what to add to one parameter, and its new slots.

        Args:
            grad: Gradient, float32 or wider, as are `param` and `slots`.
            param: The parameter, after weight decay.
            slots: The parameter's slots by name.
            hyper: Hyperparameters, and what `prepare` added to them.
        """
        raise NotImplementedError(
            f"{type(self).__name__} defines neither `rule` nor `update_step`"
        )

    def replace(
        self, grad: jax.Array, param: jax.Array, slots: Slots, hyper: Hyper
    ) -> tuple[jax.Array, Slots]:
        """Returns one parameter's new value and slots; for rules that are no sum."""
        delta, slots = self.rule(grad, param, slots, hyper)
        return param + delta, slots

    def prepare(
        self, hyper: Hyper, updates: jax.Array, extra: dict[str, Any]
    ) -> tuple[Hyper, dict[str, Any]]:
        """Returns the scalars that `rule` needs, computed once for all parameters.

        Args:
            hyper: Hyperparameters, `learning_rate` among them.
            updates: Number of this update, from 1.
            extra: What the optimizer keeps besides slots; returned with its new values.
        """
        return hyper, extra

    def optional_slots(self) -> tuple[str, ...]:
        """Returns the slots that the settings ask for; files hold them after others."""
        return ()

    def init_slot(self, name: str, param: jax.Array) -> jax.Array:
        """Returns the first value of one parameter's slot."""
        return placed(np.zeros(param.shape, param.dtype))

    def init_extra(self, params: Arrays) -> dict[str, Any]:
        """Returns the first value of what the optimizer keeps besides slots."""
        return {}
