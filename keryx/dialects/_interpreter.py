"""The one interpreter: a call in any era's spelling, in today's."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from keryx import callbacks, layers, optimizers
from keryx._core import configurable, hook
from keryx.dialects import _forms, _report
from keryx.dialects._load_weights import start_with
from keryx.dialects._positional import old_positions
from keryx.dialects._rules import apply, Drop, Given, names, Rename, Row, Value
from keryx.dialects._tables_layers import BY_CLASS, EVERY
from keryx.dialects._tables_training import (
    ANYWHERE,
    CALLBACKS,
    FUNCTIONS,
    OPTIMIZERS,
    OTHERS,
)

Args = tuple[Any, ...]


class Plan(NamedTuple):
    """What is known of the calls of one class or function.

    Attributes:
        every: Rows for names that it does not take today.
        own: Rows that hold in any case.
        allowed: The names that it takes today, in order.
        method: Whether the first positional argument is an object.
    """

    every: tuple[Row, ...]
    own: tuple[Row, ...]
    allowed: tuple[str, ...]
    method: bool = False


def lineage(cls: type) -> list[str]:
    """Returns the names of a class and of those that it derives from."""
    return [base.__name__ for base in cls.__mro__[:-1]]


def _parameters(cls: Any) -> Any:
    return configurable.parameters(cls)


def _rows(table: dict[str, tuple[Row, ...]], found: Iterable[str]) -> tuple[Row, ...]:
    return tuple(row for name in found for row in table.get(name, ()))


def plan(thing: Any) -> Plan:
    """Returns what the tables know of a class or a function."""
    if not inspect.isclass(thing):
        found = inspect.signature(thing).parameters.values()
        allowed = tuple(p.name for p in found if p.kind is not p.VAR_KEYWORD)
        method = "." in thing.__qualname__
        own = FUNCTIONS.get(thing.__qualname__, ())
        return Plan((), own, allowed[method:], method)
    allowed = tuple(_parameters(thing))
    line = lineage(thing)
    if issubclass(thing, layers.Layer):
        return Plan(EVERY, _rows(BY_CLASS, line), allowed)
    if issubclass(thing, optimizers.Optimizer):
        return Plan((), OPTIMIZERS, allowed)
    table = CALLBACKS if issubclass(thing, callbacks.Callback) else OTHERS
    return Plan(ANYWHERE, _rows(table, line), allowed)


def keywords(thing: Any, given: Given, known: Plan | None = None) -> Given:
    """Returns keyword arguments, or a configuration, in today's spelling. Pure.

    Example:
        >>> keywords(layers.Dense, {"output_dim": 3, "init": "uniform"})
        {'units': 3, 'kernel_initializer': 'uniform'}

    Args:
        thing: The class or the function.
        given: Keyword arguments in any spelling.
        known: What `plan` returned for it.
    """
    known = known or plan(thing)
    allowed = frozenset(known.allowed)
    given = apply(known.own, given, allowed, force=True)
    given = apply(known.every, given, allowed, force=False)
    change = _forms.SPECIAL.get(_kind(thing))
    return change(thing, given) if change is not None else given


def _kind(thing: Any) -> str:
    if inspect.isclass(thing) and issubclass(thing, optimizers.Optimizer):
        return "Optimizer"
    return str(thing.__qualname__)


def translate(
    name: str,
    thing: Any,
    args: Args,
    kwargs: Given,
    made: tuple[Args, Given] | None = None,
) -> hook.Call | None:
    """Returns a call in today's spelling, or `None` if nothing in it is old.

    The translation is recorded, and warned of once per place.

    Args:
        name: What the call named: "Dense", "Convolution2D", "Trainable.fit".
        thing: The class, or the function; a method's object is its first argument.
        args: Positional arguments.
        kwargs: Keyword arguments.
        made: The arguments as the program wrote them, if some were named since.

    Raises:
        SignatureError: If part of it is old, and the rest still does not bind.
    """
    known = plan(thing)
    if _kind(thing) == "Optimizer":
        _forms.check_form(thing, args, kwargs)
    new_args, given = _placed(name, thing, args, kwargs, known)
    new_args = _converted(new_args, known)
    new = keywords(thing, given, known)
    new, after = _about_result(thing, new, known)
    if _same(args, new_args) and _same(kwargs, new):
        return None
    _check(thing, new_args, new, known)
    old = made or (args, kwargs)
    show(name, known, old, (new_args, new), _left_out(known, given, new))
    return hook.Call(new_args, new, after)


def _about_result(
    thing: Any, new: Given, known: Plan
) -> tuple[Given, Callable[[Any], Any] | None]:
    """Takes those arguments out that are about what the call gives."""
    steps = []
    if inspect.isclass(thing) and issubclass(thing, layers.Layer):
        new, start = _weights(new, known)
        steps.append(start)
    form = _forms.RESULTS.get(_kind(thing))
    if form is not None:
        new, last = form(new)
        steps.append(last)
    found = [step for step in reversed(steps) if step is not None]
    if len(found) < 2:
        return new, found[0] if found else None

    def all_of_them(made: Any) -> None:
        for step in found:
            step(made)

    return new, all_of_them


def _same(old: Any, new: Any) -> bool:
    """Tells whether arguments are the same objects under the same names."""
    if isinstance(old, dict):
        return list(old) == list(new) and all(old[key] is new[key] for key in old)
    return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))


def _placed(
    name: str, thing: Any, args: Args, kwargs: Given, known: Plan
) -> tuple[Args, Given]:
    """Gives names to positional arguments that are not in today's order."""
    form = _forms.FORMS.get(name) or _forms.FORMS.get(thing.__qualname__)
    if form is not None:
        args, kwargs = form(args, kwargs)
    if not inspect.isclass(thing):
        return args, kwargs
    allowed = frozenset(known.allowed)
    rows = (*known.own, *known.every)
    sure = any(n not in allowed for row in rows for n in names(row) if n in kwargs
               and not isinstance(row, Drop))  # fmt: skip
    order = old_positions([name, *lineage(thing)], args, kwargs, sure)
    if order is None or len(args) > len(order):
        return args, kwargs
    kept = 0
    while kept < len(args) and _stays(order[kept], kept, known):
        kept += 1
    named = dict(zip(order[kept:], args[kept:], strict=False))
    # What Keras 0.1 took and no later one: the number of input channels.
    named.pop("stack_size", None)
    return args[:kept], {**named, **kwargs}


def _converted(args: Args, known: Plan) -> Args:
    """Converts the values of positional arguments, as those of named ones are."""
    places = {name: i + known.method for i, name in enumerate(known.allowed)}
    made = list(args)
    for row in (*known.own, *known.every):
        if isinstance(row, Value) and places.get(row.name, len(args)) < len(args):
            place = places[row.name]
            made[place] = row.convert(made[place])
    return args if _same(args, tuple(made)) else tuple(made)


def _stays(old: str, place: int, known: Plan) -> bool:
    """Tells whether an old positional argument has the same place today."""
    if place >= len(known.allowed):
        return False
    today = known.allowed[place]
    renamed = [row for row in known.every if isinstance(row, Rename) and row.old == old]
    return old == today or any(row.new == today for row in renamed)


def _weights(new: Given, known: Plan) -> tuple[Given, Callable[[Any], Any] | None]:
    """Takes `weights=` out of a layer's arguments: they are set once it is built."""
    arrays = new.get("weights")
    if "weights" not in new or "weights" in known.allowed:
        return new, None
    new = {key: value for key, value in new.items() if key != "weights"}
    return new, (
        lambda layer: start_with(layer, arrays)
    ) if arrays is not None else None


def _check(thing: Any, args: Args, kwargs: Given, known: Plan) -> None:
    """Raises the error of a call that does not bind in today's spelling either."""
    if inspect.isclass(thing):
        problem = hook.misfit(thing, thing.__init__, args, kwargs, _parameters(thing))
    else:
        problem = hook.misfit(thing, thing, args, kwargs)
    if problem is not None:
        raise problem


def _left_out(known: Plan, given: Given, new: Given) -> tuple[str, ...]:
    """Says what was dropped, and why."""
    rows = [row for row in (*known.own, *known.every) if isinstance(row, Drop)]
    if "weights" in given and "weights" not in new:
        rows.append(Drop("weights", "`set_weights` sets them once the layer is built"))
    return tuple(
        f"`{row.old}` is left out: {row.reason}."
        for row in rows
        if row.old in given and row.old not in new
    )


def show(
    name: str,
    known: Plan,
    old: tuple[Args, Given],
    new: tuple[Args, Given],
    notes: tuple[str, ...] = (),
) -> None:
    """Records a translated call."""
    owner, _, short = name.rpartition(".")
    if short == "__init__":  # of a class that is none of the configurable ones
        old, new, short = (old[0][1:], old[1]), (new[0][1:], new[1]), owner
    elif known.method:
        short = f"{_owner(old[0])}.{short}"
        old, new = (old[0][1:], old[1]), (new[0][1:], new[1])
    now = short if known.method else _today(name, short)
    _report.note(_report.spelled(short, *old), _report.spelled(now, *new), notes)


def _today(name: str, short: str) -> str:
    return _forms.RENAMED.get(name, short)


def _owner(args: Args) -> str:
    """Returns a word for the object of a method."""
    cls = type(args[0]) if args else object
    if issubclass(cls, layers.Layer):
        return "model" if hasattr(cls, "fit") else "layer"
    if issubclass(cls, optimizers.Optimizer):
        return "optimizer"
    return "callback" if issubclass(cls, callbacks.Callback) else cls.__name__
