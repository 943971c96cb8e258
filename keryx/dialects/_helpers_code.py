"""Functions about code, names and users that modules of older Kerases had."""

import base64
import binascii
import hashlib
import hmac
import marshal
import secrets
import types
from collections.abc import Callable, Mapping
from typing import Any

from keryx._core.errors import FileError, UnknownNameError
from keryx._core.op import Recorded

# One call of a layer; programs ask `isinstance` with it.
Node = Recorded
# Signs what `func_dump` gives, so that nothing but that is ever run.
_KEY = secrets.token_bytes(32)
_SIZE = hashlib.sha256().digest_size


def func_dump(func: Any) -> tuple[str, Any, Any]:
    """Returns a function as text, its defaults, and the values it closes over.

    Args:
        func: A function written in Python.

    Returns:
        `(code, defaults, closure)`, which `func_load` takes in the same process.
    """
    raw = marshal.dumps(func.__code__)
    code = base64.b64encode(_signature(raw) + raw).decode()
    cells = func.__closure__
    closure = tuple(cell.cell_contents for cell in cells) if cells else None
    return code, func.__defaults__, closure


def func_load(
    code: Any,
    defaults: Any = None,
    closure: Any = None,
    globs: dict[str, Any] | None = None,
) -> Callable[..., Any]:
    """Returns the function of a `func_dump` of this process.

    Departs from Keras: code from anywhere else is never run.

    Args:
        code: What `func_dump` returned, or the first part of it.
        defaults: Its second part.
        closure: Its third part.
        globs: Global names of the function; those of this module if `None`.

    Raises:
        FileError: If `func_dump` of this process did not make the code.
    """
    if isinstance(code, tuple | list):
        code, defaults, closure = code
    raw = _bytes(code)
    if not hmac.compare_digest(raw[:_SIZE], _signature(raw[_SIZE:])):
        raise FileError(
            "`func_load`",
            expected="code that `func_dump` gave in this process",
            got="code from elsewhere, which could do anything",
            fix="Write the function again, and pass it by its name in "
            "`custom_objects`.",
        )
    cells = tuple(map(types.CellType, closure)) if closure else None
    given = tuple(defaults) if defaults else None
    names = globals() if globs is None else globs
    function = marshal.loads(raw[_SIZE:])
    return types.FunctionType(function, names, function.co_name, given, cells)


def _signature(raw: bytes) -> bytes:
    return hmac.digest(_KEY, raw, "sha256")


def _bytes(code: Any) -> bytes:
    text = code.encode("utf-8", "replace") if isinstance(code, str) else bytes(code)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def object_list_uid(object_list: Any) -> str:
    """Returns a string that tells lists of objects apart while the objects live."""
    many = object_list if isinstance(object_list, list | tuple) else [object_list]
    return ", ".join(str(id(x)) for x in many)


def get_from_module(
    identifier: Any,
    module_params: Mapping[str, Any],
    module_name: str,
    instantiate: bool = False,
    kwargs: dict[str, Any] | None = None,
) -> Any:
    """Returns what a string names in a module; anything else as it is.

    Args:
        identifier: A name, or `{"name": …}` with arguments.
        module_params: The module's names, as `globals()` gives them.
        module_name: What kind of thing it is, for the message.
        instantiate: Whether to call what was found.
        kwargs: Arguments of the call.

    Raises:
        UnknownNameError: If the module has no such name.
    """
    settings = dict(kwargs or {})
    if isinstance(identifier, dict):
        settings |= {k: v for k, v in identifier.items() if k != "name"}
        identifier, instantiate = identifier["name"], True
    if not isinstance(identifier, str):
        return identifier
    if module_params.get(identifier) is None:
        raise UnknownNameError(module_name.capitalize(), identifier, module_params)
    found = module_params[identifier]
    return found(**settings) if instantiate else found


def make_tuple(*args: Any) -> tuple[Any, ...]:
    """Returns the arguments."""
    return args


def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Asks whoever runs the program whether a file may be replaced.

    Args:
        filepath: Its path.

    Returns:
        Whether the answer was "y"; any other answer than "y" or "n" is asked again.
    """
    question = f"{filepath} already exists - overwrite? [y/n] "
    while (answer := input(question).strip().lower()) not in ("y", "n"):
        question = 'Enter "y" (overwrite) or "n" (cancel). '
    return answer == "y"
