"""The state of an optimizer in HDF5 files of all eras."""

import re
import warnings
from collections.abc import Sequence

import numpy as np

from keryx._core.errors import KeryxWarning
from keryx._core.variable import Variable
from keryx.optimizers import Optimizer
from keryx.saving._legacy_h5 import Row
from keryx.saving._restore import Plan, Stored

# What files call an optimizer's arrays, in the order of Keras 2, and what we do.
_SLOTS: dict[str, tuple[tuple[str, str], ...]] = {
    "SGD": (("momentum|m", "momentum"),),
    "RMSprop": (
        *(("rms|velocity", "velocity"), ("momentum", "momentum")),
        ("mg|average_gradient", "average_gradient"),
    ),
    "Adagrad": (("accumulator", "accumulator"),),
    "Adadelta": (
        ("accum_grad|accumulated_grad", "accumulated_grad"),
        ("accum_var|accumulated_delta_var", "accumulated_delta_var"),
    ),
    "Adam": (("m", "momentum"), ("v", "velocity"), ("vhat|v_hat", "velocity_hat")),
    "Adamax": (("m", "momentum"), ("v|u", "norm")),
    "Nadam": (("m", "momentum"), ("v", "velocity")),
    "Ftrl": (("accumulator", "accumulator"), ("linear", "linear")),
}
_SLOTS["AdamW"] = _SLOTS["Adam"]
_STEP = re.compile(r"(^|/)(iter|iteration|iterations)(:0)?$")


def restore(
    optimizer: Optimizer, rows: Sequence[Row], where: str, *, fresh: bool
) -> None:
    """Sets an optimizer's state; if that of the file does not fit, warns instead.

    Args:
        optimizer: An optimizer that knows the model's variables.
        rows: The arrays of the file, in its order.
        where: How messages name the file.
        fresh: Whether nobody uses the variables yet.
    """
    steps = optimizer._iterations
    for pair in (_as_today, _by_slot, _by_place):
        stored = dict(rows)
        plan = Plan(stored)
        pairs = pair(optimizer, list(rows))
        for name, variable in pairs or ():
            if variable is steps:
                stored[name] = _whole(stored[name])
            plan.add(name, variable)
        if pairs and plan.fits():
            plan.assign(fresh=fresh)
            return
    warnings.warn(
        f"The optimizer's state in {where} is of another optimizer, or for other "
        f"weights: {optimizer.name!r} starts anew.",
        KeryxWarning,
        stacklevel=5,
    )


def _whole(steps: Stored) -> Stored:
    """Returns the number of steps, which Keras 1 kept as a float, as an integer."""
    if steps.dtype.kind != "f":
        return steps
    return steps._replace(
        dtype=np.dtype("int64"), read=lambda: steps.read().astype("int64")
    )


Pairs = list[tuple[str, Variable]]


def _as_today(optimizer: Optimizer, rows: list[Row]) -> Pairs | None:
    """Pairs the arrays of Keras 3: one for each variable, or those before training."""
    variables = list(optimizer.variables)
    begun = len(rows) > 2 or len(variables) <= 2
    if not begun:
        variables = variables[: len(rows)]
    if len(variables) != len(rows) or any(":0" in name for name, _ in rows):
        return None
    return [(name, v) for (name, _), v in zip(rows, variables, strict=True)]


def _by_slot(optimizer: Optimizer, rows: list[Row]) -> Pairs | None:
    """Pairs the arrays of tf.keras, whose names say what they hold."""
    pairs: Pairs = []
    taken: dict[str, int] = {}
    for name, _ in rows:
        if _STEP.search(name):
            pairs.append((name, optimizer._iterations))
            continue
        if name.partition(":")[0] in ("learning_rate", "current_learning_rate"):
            continue
        slot = _slot(optimizer, name)
        if slot is None:
            return None
        count = taken[slot] = taken.get(slot, -1) + 1
        held = optimizer._slots.get(slot)
        if held is None and slot != "momentum":
            return None
        if held is not None:
            if count >= len(held):
                return None
            pairs.append((name, held[count]))
    return pairs if _is_complete(optimizer, pairs) else None


def _slot(optimizer: Optimizer, name: str) -> str | None:
    """Returns which slot a name such as "Adam/dense/kernel/m:0" is of."""
    parts = name.partition(":")[0].split("/")
    for part in (parts[-1], parts[1] if len(parts) > 2 else ""):
        for pattern, slot in _SLOTS.get(type(optimizer).__name__, ()):
            if re.fullmatch(pattern, part):
                return slot
    return None


def _by_place(optimizer: Optimizer, rows: list[Row]) -> Pairs | None:
    """Pairs the arrays of Keras 1 and 2: one slot after the other."""
    pairs: Pairs = []
    scalars: list[str] = []
    while rows and rows[0][1].shape == () and len(scalars) < 2:
        scalars.append(rows.pop(0)[0])
    if scalars:
        pairs.append((scalars[0], optimizer._iterations))
    if len(scalars) > 1 and "momentum_product" in optimizer._extra:
        pairs.append((scalars[1], optimizer._extra["momentum_product"]))
    count = len(optimizer._parameters)
    # Adam without its third slot has an array of one element for each place of it.
    if len(rows) == 3 * count and all(a.shape == (1,) for _, a in rows[2 * count :]):
        rows = rows[: 2 * count]
    slots = [slot for _, slot in _SLOTS.get(type(optimizer).__name__, ())]
    if not count or len(rows) % count or len(rows) > count * len(slots):
        return None
    for place, (name, _) in enumerate(rows):
        held = optimizer._slots.get(slots[place // count])
        if held is not None:
            pairs.append((name, held[place % count]))
    return pairs if _is_complete(optimizer, pairs) else None


def _is_complete(optimizer: Optimizer, pairs: Pairs) -> bool:
    """Tells whether all slots get arrays, or none does, as before training."""
    found = {id(variable) for _, variable in pairs}
    wanted = [v for slot in optimizer._slots.values() for v in slot]
    have = sum(id(variable) in found for variable in wanted)
    return have in (0, len(wanted))
