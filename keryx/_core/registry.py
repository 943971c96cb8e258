"""Names for classes and functions: what a string or a file may refer to."""

import contextlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from keryx._core.errors import ArgumentError, UnknownNameError
from keryx._core.hook import Hook, named

_custom: dict[str, Any] = {}
_scoped: ContextVar[dict[str, Any] | None] = ContextVar(
    "keryx_custom_objects", default=None
)


def get_custom_objects() -> dict[str, Any]:
    """Returns the table of registered custom classes and functions, by name."""
    return _custom


@contextlib.contextmanager
def custom_object_scope(custom_objects: dict[str, Any] | None) -> Iterator[None]:
    """Makes custom classes and functions known by name inside a `with` block.

    Example:
        >>> with custom_object_scope({"double": lambda x: 2 * x}):
        ...     get_registered_object("double")(3)
        6

    Args:
        custom_objects: Class or function by the name that configurations use.
    """
    token = _scoped.set({**(_scoped.get() or {}), **(custom_objects or {})})
    try:
        yield
    finally:
        _scoped.reset(token)


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Registers a class or a function, so that files which name it can be loaded.

    Example:
        >>> @register_keras_serializable("mine")
        ... def double(x):
        ...     return 2 * x
        >>> get_registered_name(double)
        'mine>double'

    Args:
        package: First part of the registered name.
        name: Second part; the object's own name if `None`.
    """

    def decorate(thing: Any) -> Any:
        registered = f"{package}>{name or thing.__name__}"
        _custom[registered] = thing
        return thing

    return decorate


def get_registered_name(obj: Any) -> str:
    """Returns the registered name of a class or function, else its own name."""
    for registered, known in _custom.items():
        if known is obj:
            return registered
    return str(getattr(obj, "__name__", obj))


def get_registered_object(
    name: str,
    custom_objects: dict[str, Any] | None = None,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """Returns the class or function registered as `name`, or `None`.

    Args:
        name: The registered name, such as "mine>Layer".
        custom_objects: Where to look first.
        module_objects: Where to look last.
    """
    found = find_custom(name, custom_objects)
    return (module_objects or {}).get(name) if found is None else found


def find_custom(name: str, extra: dict[str, Any] | None = None) -> Any:
    """Returns the custom object called `name`, from the innermost place with one."""
    for table in (extra or {}, _scoped.get() or {}, _custom):
        if name in table:
            return table[name]
    return None


def snake_case(name: str) -> str:
    """Returns a class's name in the lower case of functions: `Conv2D` → `conv2d`.

    Example:
        >>> snake_case("MaxPooling2D"), snake_case("PReLU"), snake_case("LSTM")
        ('max_pooling2d', 'p_re_lu', 'lstm')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


class Registry:
    """The classes and functions of one kind by every name that strings may use.

    Example:
        >>> shapes = Registry("Shape", "keras.shapes")
        >>> shapes.add(complex, "z")
        >>> shapes.get("z") is shapes.get("complex") is complex
        True

    Args:
        kind: What the entries are, with a capital letter, for messages.
        module: Public module that files name for them, such as "keras.losses".
        instantiate: Whether `get` of a class's name gives an instance.
    """

    def __init__(self, kind: str, module: str, *, instantiate: bool = False) -> None:
        self.kind = kind
        self.module = module
        self.instantiate = instantiate
        self.entries: dict[str, Any] = {}
        self.public: set[str] = set()

    def add(self, thing: Any, *aliases: str) -> None:
        """Adds a class or a function under its own name and its aliases."""
        own = thing.__name__
        names = {own, *aliases}
        if inspect.isclass(thing):
            names.add(snake_case(own))
        for name in names:
            self.entries.setdefault(name, thing)
        self.public |= {own, *aliases}

    def add_all(self, things: Iterable[Any]) -> None:
        """Adds several things that have no aliases."""
        for thing in things:
            self.add(thing)

    def find(self, name: str) -> Any:
        """Returns the entry or custom object of that name, in any case, or `None`."""
        custom = find_custom(name)
        if custom is not None:
            return custom
        entry = self.entries.get(name)
        return self.entries.get(name.lower()) if entry is None else entry

    def _look_up(self, name: str) -> Any:
        """Returns what a name means today, or meant to an old program."""
        thing = self.find(name)
        if thing is None or Hook.first is not None:
            thing = named(self.kind, name) or thing
        return thing

    def get(self, identifier: Any) -> Any:
        """Returns what an argument means: a name, a configuration, or the thing itself.

        Raises:
            UnknownNameError: If a string names nothing known.
            ArgumentError: If it is none of these.
        """
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if isinstance(identifier, str):
            thing = self._look_up(identifier)
            if thing is None:
                raise UnknownNameError(self.kind, identifier, self.public)
            identifier = thing
        if identifier is None:
            return None
        if inspect.isclass(identifier) and self.instantiate:
            return identifier()
        if callable(identifier):
            return identifier
        raise ArgumentError(
            "get",
            "identifier",
            expected=f"a name, a configuration or an object ({self.kind.lower()})",
            got=identifier,
        )

    def deserialize(
        self, config: Any, custom_objects: dict[str, Any] | None = None
    ) -> Any:
        """Returns what a serialized configuration or a name describes."""
        if config is None:
            return None
        with custom_object_scope(custom_objects):
            if isinstance(config, str):
                return self.get(config)
            name = config.get("registered_name") or config["class_name"]
            inner = config.get("config", {})
            if name == "function" or config["class_name"] == "function":
                # By the name that it is registered under, if it is: "mine>double".
                return self.get(inner if isinstance(inner, str) else inner["name"])
            thing = find_custom(name) or self._look_up(config["class_name"])
            if thing is None:
                raise UnknownNameError(self.kind, name, self.public)
            build: Any = getattr(thing, "from_config", None)
            return build(inner) if inspect.isclass(thing) and build else thing
