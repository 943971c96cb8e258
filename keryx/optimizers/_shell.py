"""What Keras's methods of an optimizer need: gradients in order, configurations."""

import json
import warnings
from collections.abc import Hashable, Sequence
from typing import Any, TYPE_CHECKING

import jax

from keryx._core import configurable, scope, serial
from keryx._core.errors import ArgumentError, KeryxWarning
from keryx._core.variable import Variable
from keryx.optimizers import _descent
from keryx.optimizers._bookkeeping import slot_path
from keryx.optimizers._scalar import Scalar, spelled
from keryx.optimizers._state import Gradients

if TYPE_CHECKING:
    from keryx.optimizers._optimizer import Optimizer


def build(optimizer: "Optimizer", variables: Sequence[Variable]) -> None:
    """Makes the optimizer's variables, in the order in which Keras makes them."""
    with jax.ensure_compile_time_eval():
        first = _descent.first_state(optimizer, tuple(v.value for v in variables))
    optimizer._parameters = list(variables)

    def make(variable: Variable, name: str, value: jax.Array) -> Variable:
        return optimizer._track(Variable(value), slot_path(variable, name))

    extra = dict(first.extra)
    for key, suffix in _descent.PER_PARAMETER.items():
        if key in extra:
            rows = zip(variables, extra.pop(key), strict=True)
            optimizer._extra[key] = tuple(make(v, suffix, a) for v, a in rows)
    late = [name for name in first.slots if name not in optimizer.slot_names]
    for names in (optimizer.slot_names, *((name,) for name in late)):
        for i, variable in enumerate(variables):
            for name in names:
                slot = make(variable, name, first.slots[name][i])
                optimizer._slots.setdefault(name, []).append(slot)
    for key, values in extra.items():
        optimizer._extra[key] = jax.tree.map(Variable, values)
        for own in jax.tree.leaves(optimizer._extra[key]):
            optimizer._track(own, key)


def extend(optimizer: "Optimizer", variables: Sequence[Variable]) -> None:
    """Builds anew for more variables; those known before keep their slots."""
    known = optimizer._parameters
    slots, extra = optimizer._slots, optimizer._extra
    mine = {id(v) for v in jax.tree.leaves((slots, extra))}
    optimizer._variables = [v for v in optimizer._variables if id(v) not in mine]
    optimizer._slots, optimizer._extra = {}, {}
    optimizer.__dict__.pop("_compiled", None)
    ids = {id(v) for v in known}
    build(optimizer, [*known, *(v for v in variables if id(v) not in ids)])
    for name, rows in slots.items():
        _carry(rows, optimizer._slots[name])
    for name, held in extra.items():
        _carry(jax.tree.leaves(held), jax.tree.leaves(optimizer._extra[name]))


def _carry(old: Sequence[Variable], new: Sequence[Variable]) -> None:
    for before, after in zip(old, new, strict=False):
        if before.shape == after.shape:
            after.adopt(before.release())


def aligned(
    optimizer: "Optimizer", grads: Sequence[Any], variables: Sequence[Variable]
) -> Gradients:
    """Returns one gradient per variable of `build`; `None` for those left out.

    Raises:
        ArgumentError: If there are not as many gradients as variables, or none at all.
        StateError: If the optimizer was not built for one of the variables.
    """
    if len(grads) != len(variables) or all(g is None for g in grads):
        raise ArgumentError(
            f"{type(optimizer).__name__}.apply",
            "grads",
            expected=f"{len(variables)} gradients, at least one of them not None",
            got=f"{sum(g is not None for g in grads)} of {len(grads)}",
            fix="Does the loss depend on the variables?",
        )
    missing = [v.path for v, g in zip(variables, grads, strict=True) if g is None]
    if missing:
        warnings.warn(
            f"optimizer {optimizer.name!r}: no gradients for {', '.join(missing)}; "
            "they stay as they are.",
            KeryxWarning,
            stacklevel=3,
        )
    found: list[Any] = [None] * len(optimizer._parameters)
    places = {id(v): i for i, v in enumerate(optimizer._parameters)}
    for grad, variable in zip(grads, variables, strict=True):
        if id(variable) not in places:
            optimizer._get_variable_index(variable)  # says what is wrong
        found[places[id(variable)]] = grad.value if isinstance(grad, Variable) else grad
    return tuple(found)


def apply(optimizer: "Optimizer", grads: Gradients) -> None:
    """Does one update on the variables."""
    own, parameters = optimizer._variables, optimizer._parameters
    state = optimizer._state_of({id(v): v.value for v in own})
    params = tuple(v.value for v in parameters)
    params, state = program(optimizer)(grads, state, params)
    values = optimizer._values_of(state)
    for variable in own:
        put(variable, values[id(variable)])
    for variable, param in zip(parameters, params, strict=True):
        put(variable, param)


def program(optimizer: "Optimizer") -> Any:
    """Returns one update as a function, compiled once and kept.

    An `update_step` of the user's runs as it is, so that it may print and branch.
    """
    infos = optimizer.infos

    def step(grads: Any, state: Any, params: Any) -> Any:
        return _descent.update(optimizer, grads, state, params, infos)

    if _descent.is_keras_style(optimizer):
        return step
    kept = optimizer.__dict__.get("_compiled")
    if kept is None or kept[0] != infos:
        kept = optimizer.__dict__["_compiled"] = (infos, jax.jit(step))
    return kept[1]


def put(variable: Variable, value: jax.Array) -> None:
    """Sets a variable to a new array: in place outside of a run, uncopied."""
    if scope.current() is None and not isinstance(value, jax.core.Tracer):
        variable.adopt(value)
    else:
        variable.assign(value)


def settings(optimizer: "Optimizer") -> dict[str, Any]:
    """Returns the constructor's arguments with their values now.

    For a user's class: those of the library's class that it derives from, and those
    that it was called with.
    """
    cls: Any = type(optimizer)
    ours = next(c for c in cls.__mro__ if serial.is_ours(c))
    found = {}
    if cls is not ours:
        args, kwargs = optimizer.__dict__.get("_given", ((), {}))
        own = configurable.own_parameters(cls)
        found = {**dict(zip(own, args, strict=False)), **kwargs}
    accepted = configurable.parameters(cls)
    for name in configurable.own_parameters(ours):
        if name in accepted:
            found[name] = getattr(optimizer, name)
    if "learning_rate" in found:
        found["learning_rate"] = rate_setting(optimizer)
    if optimizer.decay:
        found["decay"] = optimizer.decay
    return found


def restored(cls: Any, config: dict[str, Any], custom_objects: Any) -> Any:
    """Makes an optimizer from its settings."""
    settings = dict(config)
    if isinstance(settings.get("learning_rate"), dict):
        rate = serial.deserialize(settings["learning_rate"], custom_objects)
        settings["learning_rate"] = rate
    decay = settings.pop("decay", 0.0)
    optimizer = cls(**settings)
    optimizer.decay = decay
    return optimizer


def rate_setting(optimizer: "Optimizer") -> Any:
    """Returns the learning rate as it was given, or the number it has become."""
    rate = optimizer._rate
    if not isinstance(rate, Variable):
        return rate
    return spelled(optimizer.__dict__["_given_rate"], float(rate))


def layout(optimizer: "Optimizer") -> tuple[list[Variable], Any]:
    """Returns the variables of which a state has the arrays, and its structure."""
    rate = optimizer._rate
    slots = {name: tuple(found) for name, found in optimizer._slots.items()}
    extra = dict(optimizer._extra)
    hyper = {"learning_rate": rate} if isinstance(rate, Variable) else {}
    # Variables where arrays belong: only their places in the tree are used.
    parts = (optimizer._iterations, hyper, slots, extra)
    named = {id(v) for v in jax.tree.leaves(parts)}
    own = tuple(v for v in optimizer._variables if id(v) not in named)
    if own:
        extra["own"] = own
    return jax.tree.flatten(parts)


def signature(optimizer: "Optimizer") -> Hashable:
    """Returns what a compiled update depends on besides shapes and the state.

    Two optimizers with equal signatures run the same program; numbers that live in the
    state, names and variables do not count.
    """
    cls = type(optimizer)
    parts: list[tuple[str, Hashable]] = [("learning_rate", _key(optimizer._rate))]
    for name, value in sorted(vars(optimizer).items()):
        hidden = name.startswith("_") or name in ("name", "built")
        if not hidden and not isinstance(getattr(cls, name, None), Scalar):
            parts.append((name, _key(value)))
    return (cls, *parts, *sorted(optimizer.scalars()), optimizer.optional_slots())


def _key(value: Any) -> Hashable:
    if isinstance(value, Variable):
        return "variable"
    if isinstance(value, configurable.Configurable):
        return type(value), json.dumps(value.get_config(), sort_keys=True, default=str)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return tuple(_key(item) for item in value)
    return value if isinstance(value, Hashable) else id(value)
