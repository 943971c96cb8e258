"""Objects whose configuration is the arguments of their constructor.

A subclass stores each argument under the argument's name; `get_config` and
`from_config` follow from the signature. A user's class that stores them otherwise is
served from the call that made it.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, Self

from keryx._core import serial
from keryx._core.errors import nearest, SignatureError

Translate = Callable[[str, Any, tuple[Any, ...], dict[str, Any]], Any]


class Hook:
    """Where the dialects put the function that understands old spellings.

    It is called only for a call that does not bind to today's signature, as
    `translate(name, callable, args, kwargs)`, and returns `(args, kwargs)` or `None`.
    """

    translate: Translate | None = None


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
            cls.__init__ = _recording(cls.__init__)  # type: ignore[method-assign]

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


def _recording(init: Callable[..., None]) -> Callable[..., None]:
    """Wraps a constructor: keeps its call; asks the dialects if it cannot bind."""

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if "_given" in self.__dict__:  # called by a subclass's constructor
            init(self, *args, **kwargs)
            return
        self.__dict__["_given"] = (args, kwargs)
        try:
            init(self, *args, **kwargs)
        except TypeError:
            problem = _misfit(type(self), args, kwargs)
            if problem is None:
                raise
            known = Hook.translate and Hook.translate(
                type(self).__name__, type(self), args, kwargs
            )
            if not known:
                raise problem from None
            self.__dict__.clear()
            self.__dict__["_given"] = known
            init(self, *known[0], **known[1])

    return wrapped


def _misfit(
    cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> SignatureError | None:
    """Returns what is wrong with a constructor's call, or `None` if it binds."""
    allowed = parameters(cls)
    unknown = [name for name in kwargs if name not in allowed]
    if unknown and not any(p.kind is p.VAR_KEYWORD for p in allowed.values()):
        return SignatureError(
            f"`{cls.__name__}({unknown[0]}=...)`",
            expected=f"arguments among {', '.join(allowed)}",
            got=f"`{unknown[0]}`",
            fix=nearest(unknown[0], allowed),
        )
    try:
        inspect.signature(cls.__init__).bind(None, *args, **kwargs)  # type: ignore[misc]
    except TypeError as error:
        return SignatureError(
            f"`{cls.__name__}(...)`",
            expected=f"arguments {', '.join(allowed)}",
            got=str(error),
        )
    return None
