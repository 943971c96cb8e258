"""What a layer's `build` does besides what its class wrote."""

import functools
from collections.abc import Callable
from typing import Any

from keryx._core import scope, serial
from keryx._core.errors import StateError

Build = Callable[..., None]


def in_progress(layer: Any) -> bool:
    """Tells whether the layer is inside of its `build`."""
    return "_building" in layer.__dict__


def knows_when(cls: type) -> bool:
    """Tells whether a class marks itself as built: the library's models do."""
    builds = (base.__dict__.get("build") for base in cls.__mro__)
    return serial.is_ours(cls) and any(hasattr(b, "composite") for b in builds)


def finishing(build: Build) -> Build:
    """Wraps a class's `build`, which may be called by itself or by `super()`.

    The outermost one names the weights after the layer and marks it as built.
    """

    @functools.wraps(build)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if type(self).build is not wrapped or in_progress(self):
            build(self, *args, **kwargs)
            return
        _require_fresh(self)
        self.__dict__["_building"] = True
        try:
            with scope.ensured() as here:
                outer, here.building = here.building, True
                _named(here, self, functools.partial(build, self, *args, **kwargs))
                here.building = outer
        finally:
            del self.__dict__["_building"]
        self._finish_build(next(iter((*args, *kwargs.values())), None))

    return wrapped


def _named(here: scope.Scope, layer: Any, build: Build) -> None:
    """Builds under the layer's name, unless the caller entered it already."""
    if here.names and here.names[-1] == layer.name:
        build()
        return
    here.names.append(layer.name)
    try:
        build()
    finally:
        here.names.pop()


def _require_fresh(layer: Any) -> None:
    if layer.built and layer.__dict__.get("_weights"):
        raise StateError(
            f"layer {layer.name!r} ({type(layer).__name__})",
            expected="to be built once",
            got="a second `build`, which would declare its weights again",
            fix="Make a new layer for inputs of another shape.",
        )
