"""Objects whose configuration is the arguments of their constructor.

A subclass stores each argument under the argument's name; `get_config` and
`from_config` follow from the signature. A user's class that stores them otherwise is
served from the call that made it.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, Self

from keryx._core import hook, serial
from keryx._core.errors import SignatureError
from keryx._core.hook import Hook


@functools.cache
def parameters(cls: type) -> dict[str, inspect.Parameter]:
    """Returns the arguments of a constructor, those of `**options` expanded, in order.

    A `**options` stands for the arguments of the next constructor up the line.
    """
    found: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        init = base.__dict__.get("__init__")
        if init is None or base is object:
            continue
        own = list(inspect.signature(init).parameters.values())[1:]
        for parameter in own:
            if parameter.kind is not parameter.VAR_KEYWORD:
                found.setdefault(parameter.name, parameter)
        if not any(p.kind is p.VAR_KEYWORD for p in own):
            break
    return found


def own_parameters(cls: type) -> list[str]:
    """Returns the names that the class's own constructor spells out."""
    return [
        p.name
        for p in list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]


class Configurable:
    """Base class of everything that has a configuration."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        serial.publish(cls)
        if "__init__" in cls.__dict__:
            cls.__init__ = _recording(cls, cls.__init__)  # type: ignore[method-assign]

    @hook.hooked
    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make an equal object, as plain data."""
        return {name: serial.serialize(value) for name, value in self._arguments()}

    def _arguments(self) -> list[tuple[str, Any]]:
        """The constructor's own arguments with their values now."""
        names = own_parameters(type(self))
        if serial.is_ours(type(self)):
            return [(name, getattr(self, name)) for name in names]
        args, kwargs = self.__dict__.get("_given", ((), {}))
        return [*zip(names, args, strict=False), *kwargs.items()]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes an object from `get_config`'s result."""
        return cls(**config)


def _recording(owner: type, init: Callable[..., None]) -> Callable[..., None]:
    """Wraps a constructor: keeps its call; asks the dialects if that fails."""

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        outer = "_given" not in self.__dict__  # else called by a subclass's constructor
        if outer:
            if Hook.first is not None:
                args, kwargs = Hook.first(type(self), args, kwargs)
            self.__dict__["_given"] = (args, kwargs)
        try:
            init(self, *args, **kwargs)
            _done(self, outer)
            return
        except hook.FAILURES as error:
            cls: Any = type(self)
            if not outer and owner is not _entry(cls):
                raise
            known = _retry(type(self) if outer else owner, args, kwargs, error)
        _forget(self, known, outer)
        init(self, *known.args, **known.kwargs)
        if known.after is not None:
            known.after(self)
        _done(self, outer)

    return wrapped


def _done(self: Any, outer: bool) -> None:
    """Tells the dialects of a new object."""
    if outer and Hook.done is not None:
        Hook.done(type(self), self)


@functools.cache
def _entry(cls: type) -> type | None:
    """Returns the first of the library's classes that a user's class derives from."""
    found = (c for c in cls.__mro__ if serial.is_ours(c) and "__init__" in c.__dict__)
    return next(found, None)


def _retry(
    cls: type, args: tuple[Any, ...], kwargs: dict[str, Any], error: Exception
) -> hook.Call:
    """Returns a constructor's failed call in today's spelling, or raises."""
    if type(error) is TypeError:
        error = _misfit(cls, args, kwargs) or error
    translate = Hook.translate
    known = translate(cls.__name__, cls, args, kwargs) if translate else None
    if known is None:
        raise error from None
    return known


def _forget(self: Any, known: hook.Call, outer: bool) -> None:
    """Undoes what a failed constructor did; a made-up name is kept for the next."""
    name = self.__dict__.get("name")
    if outer:
        self.__dict__.clear()
        self.__dict__["_given"] = (known.args, known.kwargs)
    if name is not None:
        self.__dict__["_name_before"] = name


def _misfit(
    cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> SignatureError | None:
    """Returns what is wrong with a constructor's call, or `None` if it binds."""
    return hook.misfit(cls, cls.__init__, args, kwargs, parameters(cls))  # type: ignore[misc]
