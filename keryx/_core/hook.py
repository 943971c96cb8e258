"""Where the dialects put the functions that understand old spellings.

Nothing below the dialects knows an old name: constructors, methods and registries ask
here, and only when a call does not bind to today's signature, an argument's value means
nothing, or an attribute is missing. A program in today's spelling never gets here.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, ParamSpec, TypeVar

from keryx._core.errors import (
    ArgumentError,
    DataError,
    nearest,
    ShapeError,
    SignatureError,
    UnknownNameError,
)

P = ParamSpec("P")
R = TypeVar("R")
Args = tuple[Any, ...]
Kwargs = dict[str, Any]
# What a call in an old spelling can fail with: it does not bind, or a value means
# nothing.
FAILURES = (TypeError, ArgumentError, DataError, ShapeError, UnknownNameError)


class Call(NamedTuple):
    """A call in today's spelling.

    Attributes:
        args: Positional arguments; for a method, the object comes first.
        kwargs: Keyword arguments.
        after: What to do then: for a class, `after(object)`; for a function,
            `after(result)`, which gives the result instead.
    """

    args: Args
    kwargs: Kwargs
    after: Callable[[Any], Any] | None = None


class Hook:
    """The functions of the dialects; all `None` where they are not in use.

    Attributes:
        translate: `(name, callable, args, kwargs) -> Call | None`, asked when a call
            has failed.
        first: `(callable, args, kwargs) -> (args, kwargs)`, asked before every call
            while an old era is in force: for calls that bind but meant something else.
        done: `(callable, result) -> result`, told of every call's result, or the new
            object, while an old era is in force.
        name: `(kind, string) -> thing | None`, asked for strings that a `Registry` does
            not know, and for all of them while an old era is in force.
        title: `(class, row) -> (prefix, first number)`: how an old era in force counts
            the names that the user did not give; `row` if the object is the input of a
            row of layers that begins with one of the class.
        manners: What else the era in force did in another way, in words: "batch logs"
            have the number and the size of the batch, "trainable first" among weights.
        attributes: The old names of attributes and methods.
        attribute: `(object, name) -> value` of one of `attributes`; raises
            `AttributeError` if the object never had it.
        assignable: Those of them that programs assign to.
        assign: `(object, name, value) -> bool`: whether it took the assignment over.
        config: `(config, keras_version, backend) -> (config, notes)`: the configuration
            of a model in an old file in the form of today.
        training: The same for the arguments of `compile` in an old file.
        tape: Returns a context manager that notes what runs inside of it, with
            `gradient(target, sources, unconnected_gradients=...)`: for steps that run
            uncompiled.
        recording: How many tapes are noting what runs.
    """

    translate: Callable[[str, Any, Args, Kwargs], Call | None] | None = None
    first: Callable[[Any, Args, Kwargs], tuple[Args, Kwargs]] | None = None
    done: Callable[[Any, Any], Any] | None = None
    name: Callable[[str, str], Any] | None = None
    title: Callable[[type, bool], tuple[str, int]] | None = None
    manners: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    attribute: Callable[[Any, str], Any] | None = None
    assignable: frozenset[str] = frozenset()
    assign: Callable[[Any, str, Any], bool] | None = None
    config: Callable[..., tuple[Any, list[str]]] | None = None
    training: Callable[..., tuple[Any, list[str]]] | None = None
    tape: Callable[[], Any] | None = None
    recording: int = 0


def missing(owner: Any, name: str) -> Any:
    """Serves as `__getattr__`: an old name's value, else the usual error.

    The usual error comes from Python itself, so that it is the one that a property
    raised, or names the nearest attribute.
    """
    if name in Hook.attributes and Hook.attribute is not None:
        return Hook.attribute(owner, name)
    return object.__getattribute__(owner, name)


def assigned(owner: Any, name: str, value: Any) -> bool:
    """Tells whether the dialects took an assignment to an old name over."""
    if name not in Hook.assignable or Hook.assign is None:
        return False
    return Hook.assign(owner, name, value)


def named(kind: str, identifier: str) -> Any:
    """Returns what an old string means, or `None`."""
    return None if Hook.name is None else Hook.name(kind, identifier)


def hooked(function: Callable[P, R]) -> Callable[P, R]:
    """Lets a function be called in old spellings as well.

    Example:
        >>> @hooked
        ... def half(x):
        ...     return x / 2
        >>> half(x=3)
        1.5
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if Hook.first is not None:
            result = _call(function, *Hook.first(function, args, kwargs))
            return result if Hook.done is None else Hook.done(function, result)
        try:
            return function(*args, **kwargs)
        except FAILURES as error:
            known = retry(function, function, args, kwargs, error)
        return _result(function, known)

    return call


def _call(function: Callable[..., R], args: Args, kwargs: Kwargs) -> R:
    """Calls a function, in today's spelling if that fails."""
    try:
        return function(*args, **kwargs)
    except FAILURES as error:
        known = retry(function, function, args, kwargs, error)
    return _result(function, known)


def _result(function: Callable[..., R], known: Call) -> R:
    result = function(*known.args, **known.kwargs)
    return result if known.after is None else known.after(result)


def retry(
    thing: Any, signature: Any, args: Args, kwargs: Kwargs, error: Exception
) -> Call:
    """Returns a failed call in today's spelling.

    Args:
        thing: The class or function that was called.
        signature: Where its arguments are written; a constructor gets `None` first.
        args: Positional arguments.
        kwargs: Keyword arguments.
        error: What the call raised; raised again if nothing is known of the call.
    """
    problem = None
    try:
        if type(error) is TypeError:
            problem = misfit(thing, signature, args, kwargs)
            if problem is None:  # something inside went wrong
                raise error
        known = None
        if Hook.translate is not None:
            known = Hook.translate(thing.__qualname__, thing, args, kwargs)
        if known is None:
            raise problem or error from None
        return known
    finally:
        del error, problem  # which refer to this frame, and all that the others hold


def misfit(
    thing: Any, signature: Any, args: Args, kwargs: Kwargs, allowed: Any = None
) -> SignatureError | None:
    """Returns what is wrong with a call, or `None` if it binds.

    Args:
        thing: The class or function that was called.
        signature: Where its arguments are written.
        args: Positional arguments.
        kwargs: Keyword arguments.
        allowed: Its parameters by name, if those of `signature` are not all of them.
    """
    if allowed is None:
        allowed = inspect.signature(signature).parameters
    wild = any(p.kind is p.VAR_KEYWORD for p in allowed.values())
    names = [name for name in allowed if name != "self"]
    unknown = [name for name in kwargs if name not in allowed]
    own = thing.__name__
    if unknown and not wild:
        return SignatureError(
            f"`{own}({unknown[0]}=...)`",
            expected=f"arguments among {', '.join(names)}",
            got=f"`{unknown[0]}`",
            fix=nearest(unknown[0], names),
        )
    first: Iterable[Any] = (None,) if inspect.isclass(thing) else ()
    try:
        inspect.signature(signature).bind(*first, *args, **kwargs)
    except TypeError as error:
        return SignatureError(
            f"`{own}(...)`", expected=f"arguments {', '.join(names)}", got=str(error)
        )
    return None
