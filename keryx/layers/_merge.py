"""Layers that combine several inputs elementwise, and their functions."""

import functools
import operator
from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from keryx._core.errors import ShapeError
from keryx._core.shapes import Shape
from keryx._graph.call import describe, shapes_of
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor

Arrays = Sequence[jax.Array]


def require_list(layer: Layer, shapes: Any, count: int | None = None) -> list[Shape]:
    """Returns the shapes of a layer's inputs.

    Raises:
        ShapeError: If they are not several, or not `count`.
    """
    several = isinstance(shapes, list | tuple) and all(
        isinstance(shape, list | tuple) for shape in shapes
    )
    if not several or (count is not None and len(shapes) != count) or not shapes:
        raise ShapeError(
            describe(layer),
            expected=f"a list of {count} inputs" if count else "a list of inputs",
            got=str(shapes),
            fix=f"Write `{type(layer).__name__}(...)([a, b])`.",
        )
    return [tuple(shape) for shape in shapes]


class _Merge(Layer):
    """Combines inputs by `_combine`, after broadcasting them to one shape.

    Inputs of fewer axes get axes of size 1 after the batch axis.
    """

    _count: ClassVar[int | None] = None

    def __init__(self, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def _combine(self, inputs: Arrays) -> jax.Array:
        raise NotImplementedError

    def build(self, input_shape: Any) -> None:
        self._merged(input_shape)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """Returns a symbolic output, leaving the graph as it was."""
        shape = self._merged(shapes_of(inputs))
        return KerasTensor(shape, jnp.result_type(*(x.dtype for x in inputs)))

    def call(self, inputs: Arrays) -> jax.Array:
        self._merged(shapes_of(inputs))
        ndim = max(x.ndim for x in inputs)
        return self._combine([_expand(x, ndim) for x in inputs])

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns where any input has a real step; no mask if an input has none."""
        if previous_mask is None or any(mask is None for mask in previous_mask):
            return None
        return functools.reduce(jnp.logical_or, previous_mask)

    def _merged(self, shapes: Any) -> Shape:
        """Returns the shape that all inputs are broadcast to."""
        shapes = require_list(self, shapes, self._count)
        ndim = max(len(shape) for shape in shapes)
        full = [(*s[:1], *(1,) * (ndim - len(s)), *s[1:]) for s in shapes]
        merged = []
        for sizes in zip(*full, strict=True):
            known = {size for size in sizes if size not in (1, None)}
            if len(known) > 1:
                raise ShapeError(
                    describe(self),
                    expected="inputs whose shapes are equal, or 1, axis by axis",
                    got=", ".join(str(shape) for shape in shapes),
                    fix="Bring them to one shape, e.g. with a `Dense` or `Reshape` "
                    "layer; `Concatenate` joins unequal ones.",
                )
            open_size = None if None in sizes else 1
            merged.append(known.pop() if known else open_size)
        if None in [shape[0] for shape in shapes if shape]:
            merged[0] = None
        return tuple(merged)


def _expand(x: jax.Array, ndim: int) -> jax.Array:
    """Puts axes of size 1 after the batch axis."""
    return x.reshape(*x.shape[:1], *(1,) * (ndim - x.ndim), *x.shape[1:])


class Add(_Merge):
    """Sum of the inputs, elementwise.

    Example:
        >>> import numpy as np
        >>> Add()([np.ones((1, 2)), np.ones((1, 2))]).tolist()
        [[2.0, 2.0]]

    Shapes:
        inputs:  several of `(batch, ...)`, that can be broadcast to one another
        outputs: `(batch, ...)`
    """

    def _combine(self, inputs: Arrays) -> jax.Array:
        return functools.reduce(operator.add, inputs)


class Subtract(_Merge):
    """First input minus the second, elementwise.

    Example:
        >>> import numpy as np
        >>> Subtract()([np.ones((1, 2)), np.ones((1, 2))]).tolist()
        [[0.0, 0.0]]

    Shapes:
        As `Add`'s, of two inputs.
    """

    _count = 2

    def _combine(self, inputs: Arrays) -> jax.Array:
        return inputs[0] - inputs[1]


class Multiply(_Merge):
    """Product of the inputs, elementwise.

    Example:
        >>> import numpy as np
        >>> Multiply()([np.full((1, 2), 3.0), np.full((1, 2), 2.0)]).tolist()
        [[6.0, 6.0]]

    Shapes:
        As `Add`'s.
    """

    def _combine(self, inputs: Arrays) -> jax.Array:
        return functools.reduce(operator.mul, inputs)


class Average(_Merge):
    """Mean of the inputs, elementwise.

    Example:
        >>> import numpy as np
        >>> Average()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[0.5, 0.5]]

    Shapes:
        As `Add`'s.
    """

    def _combine(self, inputs: Arrays) -> jax.Array:
        return functools.reduce(operator.add, inputs) / len(inputs)


class Maximum(_Merge):
    """Largest of the inputs, elementwise.

    Example:
        >>> import numpy as np
        >>> Maximum()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[1.0, 1.0]]

    Shapes:
        As `Add`'s.
    """

    def _combine(self, inputs: Arrays) -> jax.Array:
        return functools.reduce(jnp.maximum, inputs)


class Minimum(_Merge):
    """Smallest of the inputs, elementwise.

    Example:
        >>> import numpy as np
        >>> Minimum()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[0.0, 0.0]]

    Shapes:
        As `Add`'s.
    """

    def _combine(self, inputs: Arrays) -> jax.Array:
        return functools.reduce(jnp.minimum, inputs)


def add(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Add(**options)(inputs)`."""
    return Add(**options)(inputs)


def subtract(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Subtract(**options)(inputs)`."""
    return Subtract(**options)(inputs)


def multiply(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Multiply(**options)(inputs)`."""
    return Multiply(**options)(inputs)


def average(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Average(**options)(inputs)`."""
    return Average(**options)(inputs)


def maximum(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Maximum(**options)(inputs)`."""
    return Maximum(**options)(inputs)


def minimum(inputs: Any, **options: Unpack[LayerOptions]) -> Any:
    """`Minimum(**options)(inputs)`."""
    return Minimum(**options)(inputs)
