"""Layers that join inputs along an axis or by a product over one."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core.errors import ArgumentError, ShapeError
from keryx._core.shapes import positive_axis, Shape
from keryx._graph.call import describe, shapes_of
from keryx._graph.layer import Layer, LayerOptions
from keryx._graph.node import KerasTensor
from keryx.layers._merge import Arrays, require_list
from keryx.layers._moments import unit


class Concatenate(Layer):
    """Puts the inputs one after the other along an axis.

    Example:
        >>> import numpy as np
        >>> Concatenate()([np.zeros((1, 2)), np.ones((1, 1))]).tolist()
        [[0.0, 0.0, 1.0]]

    Args:
        axis: The axis.

    Shapes:
        inputs:  several of `(batch, ...)`, equal but for the axis
        outputs: `(batch, ...)`, with the sum of the sizes at the axis

    Raises:
        ShapeError: On a call, if the inputs differ at another axis.
    """

    def __init__(self, axis: int = -1, **options: Unpack[LayerOptions]) -> None:
        super().__init__(**options)
        self.axis = axis
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        self._joined(input_shape)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """Returns a symbolic output, leaving the graph as it was."""
        shape = self._joined(shapes_of(inputs))
        return KerasTensor(shape, jnp.result_type(*(x.dtype for x in inputs)))

    def call(self, inputs: Arrays) -> jax.Array:
        self._joined(shapes_of(inputs))
        return jnp.concatenate(list(inputs), axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns where any joined feature is real; inputs without mask are all."""
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        whole = [
            _mask_like(array, mask)
            for array, mask in zip(inputs, previous_mask, strict=True)
        ]
        return jnp.any(jnp.concatenate(whole, axis=self.axis), axis=-1)

    def _joined(self, shapes: Any) -> Shape:
        """Returns the output's shape."""
        shapes = require_list(self, shapes)
        ndim = len(shapes[0])
        axis = positive_axis(self.axis, ndim)
        if {len(shape) for shape in shapes} != {ndim} or not 0 <= axis < ndim:
            raise self._unequal(shapes, f"equal numbers of axes, with axis {self.axis}")
        joined: list[int | None] = []
        for place, sizes in enumerate(zip(*shapes, strict=True)):
            known = {size for size in sizes if size is not None}
            if place == axis:
                joined.append(None if None in sizes else sum(sizes))
            elif len(known) > 1:
                raise self._unequal(shapes, f"equal sizes but for axis {self.axis}")
            else:
                joined.append(known.pop() if known else None)
        return tuple(joined)

    def _unequal(self, shapes: list[Shape], expected: str) -> ShapeError:
        return ShapeError(
            describe(self),
            expected=f"inputs of {expected}",
            got=", ".join(str(shape) for shape in shapes),
            fix="Change `axis`, or bring the inputs to one shape, e.g. with `Flatten`.",
        )


def _mask_like(array: jax.Array, mask: Any) -> jax.Array:
    """Returns a mask of every element of an array."""
    if mask is None:
        return jnp.ones(array.shape, bool)
    whole: jax.Array = jnp.asarray(mask, bool)
    if whole.ndim < array.ndim:
        whole = jnp.broadcast_to(whole[..., None], array.shape)
    return whole


class Dot(Layer):
    """Sum of products of two inputs along an axis of each, sample by sample.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.ones((1, 3)), np.ones((1, 3))]).tolist()
        [[3.0]]

    Args:
        axes: The axis of both, or one for each.
        normalize: Whether to divide by the lengths, which gives the cosine.

    Shapes:
        inputs:  `(batch, ..., n, ...)` and `(batch, ..., n, ...)`
        outputs: `(batch, ...)`, the axes that are left of both; at least one

    Raises:
        ArgumentError: If `axes` is neither an integer nor two.
        ShapeError: On a call, if the axes differ in size.
    """

    def __init__(
        self, axes: Any, normalize: bool = False, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        pair = [axes, axes] if isinstance(axes, int) else list(axes)
        if len(pair) != 2 or not all(isinstance(axis, int) for axis in pair):
            raise ArgumentError(
                self, "axes", expected="an integer, or two of them", got=axes
            )
        if 0 in pair:
            raise ArgumentError(
                self, "axes", expected="without 0, the batch axis", got=axes
            )
        self.axes = axes
        self.normalize = normalize
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        self._places(input_shape)

    def call(self, inputs: Arrays) -> jax.Array:
        first, second = self._places(shapes_of(inputs))
        left, right = inputs
        if self.normalize:
            left, right = unit(left, (first,)), unit(right, (second,))
        contract = (((first,), (second,)), ((0,), (0,)))
        product = jax.lax.dot_general(left, right, contract)
        return product.reshape(-1, 1) if product.ndim == 1 else product

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """Returns `None`: the product has no mask."""

    def _places(self, shapes: Any) -> tuple[int, int]:
        """Returns the two axes, counted from the front."""
        shapes = require_list(self, shapes, 2)
        pair = [self.axes] * 2 if isinstance(self.axes, int) else list(self.axes)
        places = [
            positive_axis(axis, len(s)) for axis, s in zip(pair, shapes, strict=True)
        ]
        sizes = [
            s[place] if 0 < place < len(s) else "none"
            for place, s in zip(places, shapes, strict=True)
        ]
        if "none" in sizes or len({size for size in sizes if size is not None}) > 1:
            raise ShapeError(
                describe(self),
                expected=f"inputs of equal size at axes={self.axes}",
                got=f"{shapes[0]}, {shapes[1]}",
                fix="Give the axis of each input: `Dot(axes=(first, second))`.",
            )
        return places[0], places[1]


def concatenate(inputs: Any, axis: int = -1, **options: Unpack[LayerOptions]) -> Any:
    """`Concatenate(axis, **options)(inputs)`."""
    return Concatenate(axis, **options)(inputs)


def dot(
    inputs: Any,
    axes: Any = -1,
    *,
    normalize: bool = False,
    **options: Unpack[LayerOptions],
) -> Any:
    """`Dot(axes, normalize, **options)(inputs)`."""
    return Dot(axes, normalize, **options)(inputs)
