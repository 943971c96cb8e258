"""Classes under old names."""

import inspect
from typing import Any

from keryx._core import configurable
from keryx.dialects import _interpreter, _positional, _report
from keryx.dialects._tables_layers import POSITIONS

# Names that Keras 3 still has: using one is no news.
_STILL = (
    "Convolution1D", "Convolution2D", "Convolution3D", "Convolution1DTranspose",
    "Convolution2DTranspose", "Convolution3DTranspose", "SeparableConvolution1D",
    "SeparableConvolution2D",
)  # fmt: skip
# How many integers in a row are a kernel's sizes, by the ending of the name.
_SIZES = {"1D": 99, "2D": 3, "3D": 4}


class OldName:
    """A class under an old name, whose calls are read as that name's.

    It can be called, subclassed and asked about with `isinstance`, as if it were the
    class.

    Args:
        name: The old name.
        cls: The class of today.
        settings: Arguments that the old class had no choice of.
    """

    def __init__(self, name: str, cls: type, **settings: Any) -> None:
        self.__name__ = self.__qualname__ = name
        self.__doc__ = cls.__doc__
        self.today = cls
        self.settings = settings

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = self.__name__
        made = args, kwargs
        kwargs = {**self.settings, **kwargs}
        args, kwargs = self._kernel(args, kwargs)
        call = _interpreter.translate(name, self.today, args, kwargs, made)
        if call is None:
            if name not in _STILL:
                old = _report.spelled(name, *made)
                _report.note(old, _report.spelled(self.today.__name__, args, kwargs))
            return self.today(*args, **kwargs)
        layer = self.today(*call.args, **call.kwargs)
        if call.after is not None:
            call.after(layer)
        return layer

    def _kernel(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Reads `Convolution2D(32, 3, 3)` as a kernel of 3 x 3."""
        order = POSITIONS.get(self.__name__) or POSITIONS.get(self.today.__name__, ())
        size = _SIZES.get(self.__name__[-2:], 99)
        if order and _positional._ints(args) == size and args[size:] == ():
            return args[:1], {**dict(zip(order[1:], args[1:], strict=False)), **kwargs}
        return args, kwargs

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (self.today,)

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(thing, self.today)

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, self.today)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.today, name)

    def __repr__(self) -> str:
        return f"<{self.__name__}: old name of {self.today.__name__}>"

    @property
    def __signature__(self) -> Any:
        return inspect.Signature(list(configurable.parameters(self.today).values()))
