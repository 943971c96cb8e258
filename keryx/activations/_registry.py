"""Activations by name, and the decorator that publishes them."""

import functools
from collections.abc import Callable
from typing import Any, cast, ParamSpec

import jax
import jax.numpy as jnp

from keryx._core import serial
from keryx._core.op import op
from keryx._core.registry import Registry

P = ParamSpec("P")
Function = Callable[P, jax.Array]

registry = Registry("Activation", "keras.activations")
serialize = serial.serialize


def activation(*aliases: str) -> Callable[[Function[P]], Function[P]]:
    """Makes a function of one array an activation.

    It then takes anything that becomes an array as `x` (symbolic tensors, variables,
    lists), is known by its name and `aliases`, and serializes to its bare name.
    """

    def decorate(function: Function[P]) -> Function[P]:
        @functools.wraps(function)
        def on_array(*args: Any, **kwargs: Any) -> jax.Array:
            if args:
                args = (jnp.asarray(args[0]), *args[1:])
            elif "x" in kwargs:
                kwargs["x"] = jnp.asarray(kwargs["x"])
            return function(*args, **kwargs)

        return publish(op(cast(Function[P], on_array)), *aliases)

    return decorate


def publish(function: Function[P], *aliases: str) -> Function[P]:
    """Makes an operation known by its name and `aliases`, and serialize to its name."""
    registry.add(function, *aliases)
    serial.publish_function(function)
    return function


def get(identifier: Any) -> Any:
    """Returns the activation that an argument means.

    Example:
        >>> get("swish").__name__, get(None).__name__
        ('silu', 'linear')

    Args:
        identifier: A name in any case; a configuration; a function or a layer, returned
            as it is; `None` for `linear`.

    Raises:
        UnknownNameError: If a string names nothing known.
        ArgumentError: If it is none of these.
    """
    if identifier is None:
        return registry.get("linear")
    if isinstance(identifier, dict):
        return deserialize(identifier)
    return registry.get(identifier)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the activation that `serialize` described.

    Args:
        config: A name, or the configuration of a function or of a layer.
        custom_objects: Functions and classes by the names that `config` uses.

    Raises:
        UnknownNameError: If it names nothing known.
    """
    # A layer such as "ReLU" must not be taken for the function `relu`, whose settings
    # are others, so only the functions' own names go to the registry.
    functions = {"function", *registry.entries}
    if isinstance(config, dict) and config.get("class_name") not in functions:
        return serial.deserialize(config, custom_objects)
    return registry.deserialize(config, custom_objects)
