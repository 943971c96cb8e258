"""One update of all parameters, as pure functions of arrays."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import scope
from keryx._core.errors import StateError
from keryx._core.place import placed
from keryx._core.variable import Variable
from keryx.ops import _updates
from keryx.optimizers import _gradients
from keryx.optimizers._state import (
    ALL_GRADIENTS,
    Arrays,
    Gradients,
    Hyper,
    OptState,
    ParamInfo,
    Slots,
    wide,
)
from keryx.optimizers.schedules._schedule import LearningRateSchedule

if TYPE_CHECKING:
    from keryx.optimizers._optimizer import Optimizer


# What the state keeps per parameter besides slots, and how its variables are called.
PER_PARAMETER = {"average": "average", "accumulated": "gradient_accumulator"}


def first_state(optimizer: "Optimizer", params: Arrays) -> OptState:
    """Returns the state before the first update."""
    names = (*optimizer.slot_names, *optimizer.optional_slots())
    slots = {n: tuple(optimizer.init_slot(n, p) for p in params) for n in names}
    zeros = {
        "average": optimizer.use_ema,
        "accumulated": optimizer.gradient_accumulation_steps,
    }
    extra: dict[str, Any] = {
        name: tuple(placed(np.zeros(p.shape, p.dtype)) for p in params)
        for name, wanted in zeros.items()
        if wanted
    }
    hyper = optimizer.scalars()
    if isinstance(optimizer._rate, Variable):
        hyper["learning_rate"] = placed(optimizer._rate.value)
    extra.update(optimizer.init_extra(params))
    return OptState(placed(np.int32(0)), hyper, slots, extra)


def update(
    optimizer: "Optimizer",
    grads: Gradients,
    state: OptState,
    params: Arrays,
    infos: Sequence[ParamInfo],
) -> tuple[Arrays, OptState]:
    """Returns the parameters and the state after one update."""
    infos = tuple(infos) or (ParamInfo(""),) * len(params)
    hyper = state.hyper
    if "learning_rate" not in hyper:
        hyper = {**hyper, "learning_rate": rate(optimizer, state.step)}
    if "decay" in hyper:
        faded = 1 + hyper["decay"] * updates_done(optimizer, state.step)
        hyper = {**hyper, "learning_rate": hyper["learning_rate"] / faded}
    grads = tuple(
        None if g is None else _prepared(g, p, optimizer.loss_scale_factor)
        for g, p in zip(grads, params, strict=True)
    )

    def step(grads: Gradients, state: OptState) -> tuple[Arrays, OptState]:
        clipped = _gradients.clip(grads, hyper)
        decayed = _decay(grads, params, infos, hyper)
        return optimizer.advance(clipped, state, decayed, hyper)

    if optimizer.gradient_accumulation_steps:
        new, state = _accumulating(optimizer, grads, state, params, step)
    else:
        new, state = step(grads, state)
    if optimizer.use_ema:
        new, state = _average(optimizer, new, state)
    new = tuple(
        p if g is None or info.constraint is None else info.constraint(p)
        for g, p, info in zip(grads, new, infos, strict=True)
    )
    return new, state._replace(step=state.step + 1)


def rate(optimizer: "Optimizer", step: jax.Array) -> jax.Array:
    """Returns the value of a schedule or a function."""
    source: Any = optimizer._rate
    value = source(step) if isinstance(source, LearningRateSchedule) else source()
    return jnp.asarray(value, jnp.float32)


def updates_done(optimizer: "Optimizer", step: Any) -> Any:
    """Returns how often parameters have changed after `step` gradients."""
    return step // (optimizer.gradient_accumulation_steps or 1)


def _prepared(grad: Any, param: jax.Array, factor: float | None) -> jax.Array:
    array = wide(jnp.asarray(grad, param.dtype))
    return array if factor is None else array / factor


def _decay(
    grads: Gradients, params: Arrays, infos: Sequence[ParamInfo], hyper: Hyper
) -> Arrays:
    if "weight_decay" not in hyper:
        return params
    amount = hyper["weight_decay"] * hyper["learning_rate"]
    return tuple(
        _gradients.decay(p, amount) if info.decay and g is not None else p
        for g, p, info in zip(grads, params, infos, strict=True)
    )


def _accumulating(
    optimizer: "Optimizer",
    grads: Gradients,
    state: OptState,
    params: Arrays,
    step: Any,
) -> tuple[Arrays, OptState]:
    """Adds the gradients up; every so many times, steps along their mean.

    A branch of one program, so that both kinds of call compile once.
    """
    count = optimizer.gradient_accumulation_steps or 1
    held: Arrays = state.extra["accumulated"]
    sums = tuple(
        None if g is None else wide(a) + g for g, a in zip(grads, held, strict=True)
    )

    def with_sums(state: OptState, values: Gradients) -> OptState:
        kept = tuple(
            a if s is None else s.astype(a.dtype)
            for a, s in zip(held, values, strict=True)
        )
        return state._replace(extra={**state.extra, "accumulated": kept})

    def apply() -> tuple[Arrays, OptState]:
        new, after = step(_over(sums, count), state)
        return new, with_sums(after, _over(sums, 0))

    def wait() -> tuple[Arrays, OptState]:
        return params, with_sums(state, sums)

    due = (state.step + 1) % count == 0
    result: tuple[Arrays, OptState] = jax.lax.cond(due, apply, wait)
    return result


def _over(sums: Gradients, count: int) -> Gradients:
    """Returns the sums over their number; zeros for a number of zero."""
    return tuple(
        None if s is None else s / count if count else jnp.zeros_like(s) for s in sums
    )


def _average(
    optimizer: "Optimizer", params: Arrays, state: OptState
) -> tuple[Arrays, OptState]:
    """Moves the averages; every so many updates, puts them in the parameters' place."""
    done = updates_done(optimizer, state.step)
    momentum = state.hyper["ema_momentum"]
    averages = _gradients.average(state.extra["average"], params, momentum, done)
    if optimizer.ema_overwrite_frequency:
        due = (done + 1) % optimizer.ema_overwrite_frequency == 0
        params = tuple(
            jnp.where(due, a, p) for a, p in zip(averages, params, strict=True)
        )
    return params, state._replace(extra={**state.extra, "average": averages})


def by_rule(
    optimizer: "Optimizer",
    grads: Gradients,
    state: OptState,
    params: Arrays,
    hyper: Hyper,
) -> tuple[Arrays, OptState]:
    """Applies the optimizer's rule to one parameter after the other.

    For steps in place, which must wait until no gradient needs the parameters any more,
    a number of each gradient goes with the hyperparameters.
    """
    number = updates_done(optimizer, state.step) + 1
    hyper, extra = optimizer.prepare(hyper, number, state.extra)
    known = [grad for grad in grads if grad is not None]
    if any(map(_updates.suits, known)):
        firsts = [jnp.ravel(grad)[:1] for grad in known]
        hyper = {**hyper, ALL_GRADIENTS: jnp.concatenate(firsts)}
    rows: list[tuple[jax.Array, Slots]] = []
    for i, (grad, param) in enumerate(zip(grads, params, strict=True)):
        slots = {name: arrays[i] for name, arrays in state.slots.items()}
        if grad is None:
            rows.append((param, slots))
            continue
        wider = {name: wide(slot) for name, slot in slots.items()}
        new, after = optimizer.replace(grad, wide(param), wider, hyper)
        kept = {name: after[name].astype(slot.dtype) for name, slot in slots.items()}
        rows.append((new.astype(param.dtype), kept))
    slots_after = {name: tuple(row[1][name] for row in rows) for name in state.slots}
    return tuple(row[0] for row in rows), state._replace(slots=slots_after, extra=extra)


# Optimizers written for Keras: their variables are bound to the state's arrays while
# their own method runs, and read back.


def is_keras_style(optimizer: Any) -> bool:
    """Tells whether the class writes `update_step` rather than `rule`."""
    return bool(overridden(optimizer, "update_step"))


def overridden(optimizer: Any, *names: str) -> str:
    """Returns the first of the methods that the class changed, or ""."""
    cls = type(optimizer)

    def of_the_base(name: str) -> Any:
        return next(vars(c)[name] for c in reversed(cls.__mro__) if name in vars(c))

    changed = (n for n in names if getattr(cls, n) is not of_the_base(n))
    return next(changed, "")


@contextlib.contextmanager
def bound(
    optimizer: "Optimizer", state: OptState, params: Arrays, hyper: Hyper
) -> Iterator[dict[int, Any]]:
    """Makes the optimizer's and the model's variables read and write the arrays."""
    if not optimizer.built or len(optimizer._parameters) != len(params):
        raise StateError(
            f"optimizer {optimizer.name!r} ({type(optimizer).__name__})",
            expected=f"to be built for {len(params)} variables before its update",
            got=f"{len(optimizer._parameters)} variables",
            fix="Call `optimizer.build(variables)` first.",
        )
    outer = scope.current()
    values = dict(outer.values) if outer else {}
    values.update(optimizer._values_of(state))
    pairs = zip(optimizer._parameters, params, strict=True)
    values.update({id(v): p for v, p in pairs})
    named = {(id(optimizer), name): value for name, value in hyper.items()}
    with scope.entered(scope.Scope(values=values, hyper=named)):
        yield values


def by_update_step(
    optimizer: "Optimizer",
    grads: Gradients,
    state: OptState,
    params: Arrays,
    hyper: Hyper,
) -> tuple[Arrays, OptState]:
    """Calls the optimizer's own `update_step` for one variable after the other."""
    number = updates_done(optimizer, state.step) + 1
    _, extra = optimizer.prepare(hyper, number, state.extra)
    changed = {k: v for k, v in extra.items() if v is not state.extra[k]}
    with bound(optimizer, state, params, hyper) as values:
        for grad, variable in zip(grads, optimizer._parameters, strict=True):
            if grad is not None:
                grad = grad.astype(variable.dtype)
                optimizer.update_step(grad, variable, hyper["learning_rate"])
    new, after = _collected(optimizer, values, state)
    return new, after._replace(extra={**after.extra, **changed})


def update_one(
    optimizer: "Optimizer", grad: jax.Array, variable: Variable, learning_rate: Any
) -> None:
    """Applies the rule to one variable: for classes that extend `update_step`."""
    index = optimizer._get_variable_index(variable)
    slots = {name: variables[index] for name, variables in optimizer._slots.items()}
    extra = jax.tree.map(lambda v: v.value, optimizer._extra)
    hyper = {**optimizer.scalars(), "learning_rate": jnp.asarray(learning_rate)}
    hyper, _ = optimizer.prepare(hyper, optimizer.iterations + 1, extra)
    values = {name: wide(slot.value) for name, slot in slots.items()}
    grad = wide(jnp.asarray(grad))
    new, after = optimizer.replace(grad, wide(variable.value), values, hyper)
    for name, slot in slots.items():
        slot.assign(after[name])
    variable.assign(new)


def through_apply(
    optimizer: "Optimizer", grads: Gradients, state: OptState, params: Arrays
) -> tuple[Arrays, OptState]:
    """Calls the optimizer's own `apply_gradients` or `apply`."""
    with bound(optimizer, state, params, state.hyper) as values:
        # Their own `super().apply(…)` then works on the bound variables.
        if overridden(optimizer, "apply_gradients"):
            optimizer.apply_gradients(zip(grads, optimizer._parameters, strict=True))
        else:
            optimizer.apply(list(grads), list(optimizer._parameters))
    return _collected(optimizer, values, state)


def _collected(
    optimizer: "Optimizer", values: dict[int, Any], state: OptState
) -> tuple[Arrays, OptState]:
    """Returns what the bound variables hold now, as parameters and state."""
    after = optimizer._state_of(values)
    rate = {k: v for k, v in after.hyper.items() if k == "learning_rate"}
    params = tuple(values[id(v)] for v in optimizer._parameters)
    return params, after._replace(hyper={**state.hyper, **rate})
