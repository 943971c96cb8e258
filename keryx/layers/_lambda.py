"""A function as a layer."""

import inspect
from collections.abc import Callable
from typing import Any, Self, Unpack

from keryx import activations
from keryx._core import registry, serial
from keryx._core.errors import ArgumentError, FileError
from keryx._graph.layer import Layer, LayerOptions


class Lambda(Layer):
    """Makes a layer of a function without weights.

    A `lambda` cannot be written to a file, because a file of keryx holds no code; a
    function that is defined by `def` can, by its name.

    Example:
        >>> import numpy as np
        >>> Lambda(lambda x: x**2)(np.array([3.0])).tolist()
        [9.0]

    Args:
        function: Called with the inputs; with `mask` and `training` too, if it has
            arguments of these names.
        output_shape: Accepted for Keras's sake: the function itself says it.
        mask: Mask of the outputs, or a function `(inputs, mask)` that gives it.
        arguments: Further arguments of the function, by name.

    Raises:
        ArgumentError: If `function` cannot be called.
        FileError: On saving, if it is a `lambda`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        if not callable(function):
            raise ArgumentError(
                self, "function", expected="a function", got=type(function).__name__
            )
        self.function = function
        self.output_shape = output_shape
        self.mask = mask
        self.arguments = dict(arguments or {})
        self.makes_mask = self.supports_masking = mask is not None

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        given = {"mask": mask, "training": training}
        wanted = _argument_names(self.function)
        extra = {name: value for name, value in given.items() if name in wanted}
        return self.function(inputs, **{**self.arguments, **extra})

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns the `mask` argument, or what it gives if it is a function."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data.

        Raises:
            FileError: If the function, the mask or the shape is a `lambda`.
        """
        for part in (self.function, self.mask, self.output_shape):
            if getattr(part, "__name__", "") == "<lambda>":
                raise self._unsafe("a `lambda`, which has no name to save it by")
        config = super().get_config()
        return {k: v for k, v in config.items() if v is not None or k == "function"}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer from `get_config`'s result.

        Code in the configuration is never run. In its place, a custom object that is
        called like the layer is its function.

        Raises:
            FileError: If the configuration holds code and there is no such object.
        """
        given = dict(config)
        for key in ("function", "mask", "output_shape"):
            if _is_code(given.get(key)):
                given[key] = registry.find_custom(config.get("name", ""))
                if given[key] is None:
                    raise _holds_code(config)
            elif key == "function":
                given[key] = _named(given[key])
            else:
                given[key] = serial.deserialize(given.get(key))
        return super().from_config(given)

    def _unsafe(self, got: str) -> FileError:
        return FileError(
            f"layer {self.name!r} (Lambda)",
            expected="a function that is defined by `def`, to be saved",
            got=got,
            fix="Define it with `def` and register it with "
            "`keryx.saving.register_keras_serializable`, or write a layer.",
        )


def _argument_names(function: Callable[..., Any]) -> set[str]:
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some functions written in C have no signature
        return set()


def _named(data: Any) -> Any:
    """Returns the function of a configuration: a registered one or an activation."""
    if isinstance(data, dict):
        for name in (data.get("registered_name"), data.get("config")):
            found = registry.find_custom(name) if isinstance(name, str) else None
            if found is not None:
                return found
    return activations.deserialize(data)


def _is_code(value: Any) -> bool:
    """Tells whether part of a configuration is the code of a `lambda`."""
    return isinstance(value, dict) and value.get("class_name") == "__lambda__"


def _holds_code(config: dict[str, Any]) -> FileError:
    name = config.get("name", "lambda")
    return FileError(
        f"layer {name!r} (Lambda)",
        expected="the name of a function",
        got="Python code, which is never run from a file",
        fix=f"Give the function: `custom_objects={{{name!r}: function}}`.",
    )
