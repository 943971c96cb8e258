"""Methods that optimizers had: slots, `minimize`, and updates for `K.function`."""

from collections.abc import Sequence
from typing import Any

from keryx import constraints
from keryx._core.errors import ArgumentError
from keryx._core.op import find_symbolic, op
from keryx._core.variable import Variable
from keryx.dialects.backend._function import gradients
from keryx.dialects.backend._updates import Update
from keryx.dialects.tensorflow._tape import GradientTape
from keryx.optimizers import _gradients

# What `tf.keras` called the slots that have other names today; the first that exists.
SLOTS: dict[str, tuple[str, ...]] = {
    "m": ("momentum",),
    "v": ("velocity", "norm"),
    "vhat": ("velocity_hat",),
    "rms": ("velocity",),
    "mg": ("average_gradient",),
    "accum_grad": ("accumulated_grad",),
    "accum_var": ("accumulated_delta_var",),
}


def get_slot(optimizer: Any, var: Variable, slot_name: str) -> Variable:
    """Returns what an optimizer keeps for one of the model's variables.

    Args:
        optimizer: The optimizer.
        var: The variable.
        slot_name: Name of the slot, today's or `tf.keras`'s.

    Raises:
        ArgumentError: If the optimizer keeps nothing under this name.
        StateError: If it was not built for the variable.
    """
    index = optimizer._get_variable_index(var)
    slots = optimizer._slots
    names = (slot_name, *SLOTS.get(slot_name, ()))
    found = next((slots[name] for name in names if name in slots), None)
    if found is None:
        raise ArgumentError(
            "get_slot", "slot_name", expected=f"one of {list(slots)}", got=slot_name
        )
    slot: Variable = found[index]
    return slot


def minimize(
    optimizer: Any,
    loss: Any,
    var_list: Any = None,
    grad_loss: Any = None,
    name: str | None = None,
    tape: Any = None,
) -> Any:
    """Makes one update that lowers a loss.

    Args:
        optimizer: The optimizer.
        loss: A function without arguments that returns it; or, with `tape`, the loss.
        var_list: The variables to change, or a function that returns them; `None` for
            all trainable ones that the loss reads.
        grad_loss: Weights of the loss's elements; ones if `None`.
        name: Accepted.
        tape: The tape under which the loss was computed.

    Returns:
        `iterations`.

    Raises:
        ArgumentError: If `loss` is an array and there is no tape.
    """
    if callable(loss):
        with tape or GradientTape() as tape:
            loss = loss()
    if tape is None:
        raise ArgumentError(
            "minimize",
            "loss",
            expected="a function without arguments, or an array with its `tape`",
            got=type(loss).__name__,
            fix="For a symbolic loss: `K.function(inputs, [loss], "
            "updates=optimizer.get_updates(loss, params))`.",
        )
    wanted = var_list() if callable(var_list) else var_list
    variables = list(tape.watched_variables() if wanted is None else wanted)
    grads = tape.gradient(loss, variables, grad_loss)
    return optimizer.apply_gradients(zip(grads, variables, strict=True))


def get_gradients(optimizer: Any, loss: Any, params: Any) -> list[Any]:
    """Returns derivatives of a symbolic loss, limited as the optimizer says.

    Args:
        optimizer: The optimizer.
        loss: Symbolic tensor.
        params: Weights that it depends on.

    Raises:
        ArgumentError: If it does not depend on one of them.
    """
    found = _derivatives(loss, list(params))
    limits = optimizer.scalars()
    if not {"clipnorm", "global_clipnorm", "clipvalue"} & limits.keys():
        return found

    def clipped(grads: list[Any]) -> list[Any]:
        return list(_gradients.clip(tuple(grads), limits))

    return list(op(clipped)(found))


def _derivatives(loss: Any, params: Sequence[Variable]) -> list[Any]:
    found = gradients(loss, params)
    missing = [v.path for v, g in zip(params, found, strict=True) if g is None]
    if missing:
        raise ArgumentError(
            "get_gradients",
            "params",
            expected="weights that the loss depends on",
            got=missing,
            fix="Does the loss use a function without a derivative, such as argmax?",
        )
    return found


class _Step:
    """One update, as a function of gradients that reads the variables of the run."""

    __name__ = "optimizer_step"

    def __init__(
        self, optimizer: Any, params: list[Variable], limits: dict[int, Any]
    ) -> None:
        self.optimizer, self.params = optimizer, params
        self.infos = tuple(
            info._replace(constraint=limits.get(id(v), info.constraint))
            for info, v in zip(optimizer.infos, optimizer._parameters, strict=True)
        )

    def __call__(self, grads: list[Any]) -> tuple[list[Any], list[Any]]:
        """Returns new values of the parameters, and of the optimizer's variables."""
        optimizer = self.optimizer
        given = {id(v): g for v, g in zip(self.params, grads, strict=True)}
        known = optimizer._parameters
        own: list[Variable] = optimizer._variables
        state = optimizer._state_of({id(v): v.value for v in own})
        params, state = optimizer.update(
            tuple(given.get(id(v)) for v in known),
            state,
            tuple(v.value for v in known),
            self.infos,
        )
        news = {id(v): p for v, p in zip(known, params, strict=True)}
        values = optimizer._values_of(state)
        return [news[id(v)] for v in self.params], [values[id(v)] for v in own]


def get_updates(optimizer: Any, *args: Any, **kwargs: Any) -> list[Update]:
    """Returns the updates of one step down a symbolic loss, for `K.function`.

    Called as `get_updates(loss, params)`, or as Keras 1 and 2.0 had it,
    `get_updates(params, constraints, loss)`.

    Args:
        optimizer: The optimizer.
        args: The arguments below, in one of these orders.
        kwargs: The same by name: `loss`, a symbolic tensor; `params`, the weights to
            change; `constraints`, a dict from weights to projections, or nothing.

    Raises:
        ArgumentError: If there is no symbolic loss, or it does not depend on one of
            the weights.
    """
    given = dict(zip(_order(args), args, strict=False)) | kwargs
    loss, params = given.get("loss"), list(given.get("params") or ())
    if find_symbolic(loss) is None or not params:
        raise ArgumentError(
            "get_updates",
            "loss",
            expected="computed from symbolic tensors, with `params` to change",
            got=type(loss).__name__,
            fix="For arrays, use `apply_gradients`.",
        )
    grads = _derivatives(loss, params)
    optimizer.follow(params)
    step = _Step(optimizer, params, _limits(given.get("constraints")))
    news, values = op(step)(grads)
    pairs = zip([*params, *optimizer.variables], [*news, *values], strict=True)
    return [Update.of(pair) for pair in pairs]


def _order(args: tuple[Any, ...]) -> tuple[str, ...]:
    first = args[0] if args else None
    old = isinstance(first, list | tuple) and all(
        isinstance(x, Variable) for x in first
    )
    return ("params", "constraints", "loss") if old else ("loss", "params")


def _limits(given: Any) -> dict[int, Any]:
    """Returns projections by the ids of weights."""
    pairs = given.items() if isinstance(given, dict) else ()
    return {id(v): constraints.get(limit) for v, limit in pairs}
