"""What an initializer is: a shape in, an array of first values out."""

import operator
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np

from keryx._core import check, serial
from keryx._core.configurable import Configurable
from keryx._core.dtypes import is_float, standardize_dtype
from keryx._core.errors import ArgumentError
from keryx._core.registry import snake_case
from keryx.random import make_generator, SeedGenerator

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Seed = int | SeedGenerator | None


def checked_seed(seed: Any, owner: object) -> Seed:
    """Returns `seed` if it is an integer, a `SeedGenerator` or `None`."""
    if seed is None or isinstance(seed, SeedGenerator):
        return seed
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise ArgumentError(
            owner, "seed", expected="an integer, a SeedGenerator or None", got=seed
        )
    return operator.index(seed)


class Initializer(Configurable):
    """Base class: makes the first value of a weight from its shape.

    A subclass of the library's own defines `values`; a user's class may define
    `__call__(self, shape, dtype=None)` instead, as in Keras.

    Values are drawn by NumPy on the host: no program is compiled for a shape, and a
    model can be built while it is being traced. They have the precision of float32.

    With an integer seed each call returns the same values; with a `SeedGenerator`, or
    with none, each call draws new ones. (Departs from Keras: there, an initializer
    without a seed repeats its values, so that layers which share it start equal.)

    Example:
        >>> class Halves(Initializer):
        ...     def values(self, shape, generator):
        ...         return np.full(shape, 0.5)
        >>> Halves()((2,))
        array([0.5, 0.5], dtype=float32)
    """

    seed: Seed = None
    random: ClassVar[bool] = False  # then only float types make sense

    def __call__(self, shape: Sequence[int] | int, dtype: Any = None) -> Array:
        """Returns the values of a weight.

        Args:
            shape: Shape of the weight.
            dtype: Its element type; `None` for the default float type.

        Raises:
            ArgumentError: If the shape or the element type cannot be filled.
        """
        seed = self.seed
        if isinstance(seed, int):
            seed %= 2**64  # NumPy takes no negative ones
        generator = make_generator(seed, snake_case(type(self).__name__))
        return self._filled(shape, dtype, generator)

    def draw(
        self, shape: Sequence[int] | int, dtype: Any, generator: np.random.Generator
    ) -> Array:
        """Returns the values of a weight, drawn from the caller's generator.

        The initializer's own seed is not looked at. A class that defines `__call__` is
        called: it has no use for a generator.
        """
        if type(self).__call__ is not Initializer.__call__:
            return self(shape, dtype)
        return self._filled(shape, dtype, generator)

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        """Returns the values, in any element type.

        Args:
            shape: Shape of the weight, checked.
            generator: What random numbers are drawn from.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define `__call__(self, shape, dtype=None)`."
        )

    def _filled(self, shape: Any, dtype: Any, generator: np.random.Generator) -> Array:
        dtype = standardize_dtype(dtype)
        if dtype == "string" or (self.random and not is_float(dtype)):
            kind = "a float type" if self.random else "a numeric type"
            raise ArgumentError(self, "dtype", expected=kind, got=dtype)
        sizes = (shape,) if hasattr(shape, "__index__") else tuple(shape)
        sizes = check.int_tuple(sizes, len(sizes), "shape", self, least=0)
        return np.asarray(self.values(sizes, generator)).astype(dtype, copy=False)

    def clone(self) -> Self:
        """Returns a new initializer of the same configuration."""
        return self.from_config(self.get_config())

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes an initializer from `get_config`'s result."""
        # The values may be arrays or seed generators, in their serialized form.
        return cls(**{name: serial.deserialize(item) for name, item in config.items()})
