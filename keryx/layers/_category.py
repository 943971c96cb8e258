"""Numbers of categories as vectors."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._core.shapes import Shape
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers._text_layer import refuse

MODES = ("one_hot", "multi_hot", "count")


def encoded(
    ids: Any, depth: int, mode: str, weights: Any = None, dtype: Any = "int32"
) -> Any:
    """Returns ids as vectors; ids out of range add nothing.

        one_hot    [ids == k] for each k, on a new last axis
        multi_hot  whether k is among the ids of a sample
        count      how often, or the sum of the weights of the ids that are k

    Args:
        ids: Whole numbers. Those of a sample lie along axis 1, or are all there are.
        depth: Size of the vectors.
        mode: One of the three.
        weights: Weight of each id.
        dtype: Element type.
    """
    library: Any = np if isinstance(ids, np.ndarray) else jnp
    if mode == "one_hot":
        ids = ids[..., 0] if ids.ndim and ids.shape[-1] == 1 else ids
        ids = ids.reshape(1) if not ids.ndim else ids
        return (ids[..., None] == library.arange(depth)).astype(dtype)
    shape = ids.shape if ids.ndim > 1 else (1, -1)
    rows = _samples_last(library, ids.reshape(shape))
    if weights is not None:
        weights = _samples_last(library, weights.reshape(shape))
    counts = (_counted if library is np else _summed)(rows, depth, weights)
    if mode == "multi_hot":
        counts = counts > 0
    counts = counts.astype(dtype)
    return counts if ids.ndim > 1 else counts[0]


def _samples_last(library: Any, values: Any) -> Any:
    return library.moveaxis(values, 1, -1)


def _counted(ids: Any, depth: int, weights: Any) -> Any:
    """Counts without an array of all ids times all vectors."""
    lead = ids.shape[:-1]
    count = int(np.prod(lead))
    known = (ids >= 0) & (ids < depth)
    rows = np.broadcast_to(np.arange(count).reshape(*lead, 1), ids.shape)
    places = rows[known] * depth + ids[known]
    share = None if weights is None else weights[known]
    found = np.bincount(places, share, minlength=count * depth)
    return found.reshape(*lead, depth)


def _summed(ids: Any, depth: int, weights: Any) -> Any:
    hot = ids[..., None] == jnp.arange(depth)
    if weights is None:
        return hot.sum(axis=-2)
    return jnp.where(hot, weights[..., None], 0).sum(axis=-2)


def encoded_shape(shape: Shape, depth: int | None, mode: str) -> Shape:
    """Returns the shape of `encoded` for ids of a shape."""
    if mode == "int":
        return shape
    if mode == "one_hot":
        shape = shape[:-1] if shape and shape[-1] == 1 else shape
        return (*(shape or (1,)), depth)
    return (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)


class CategoryEncoding(Layer):
    """Turns numbers of categories into vectors of zeros and ones, or counts.

    Example:
        >>> CategoryEncoding(3, "multi_hot")(np.array([[0, 1], [2, 2]])).tolist()
        [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
        >>> CategoryEncoding(3, "one_hot")(np.array([2, 0])).tolist()
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]

    Args:
        num_tokens: Number of categories; they run from 0 to `num_tokens - 1`. Other
            numbers give zeros.
        output_mode: "one_hot": a vector for each number; "multi_hot": one for each
            sample, with ones for the numbers in it; "count": how often they are.
        sparse: Accepted for Keras's sake; must be `False`.

    Shapes:
        inputs:  `(batch, categories)`, whole numbers
        outputs: `(batch, categories, num_tokens)` for "one_hot", without an axis
            `categories` of size 1; else `(batch, num_tokens)`

    Raises:
        ArgumentError: If `num_tokens` is not a positive integer, `output_mode` is none
            of the three, or `count_weights` come with another mode than "count".
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.num_tokens = check.positive_int(num_tokens, "num_tokens", owner=self)
        self.output_mode = check.one_of(output_mode, MODES, "output_mode", owner=self)
        refuse(self, sparse=sparse)
        self.sparse = sparse
        self.autocast = False

    def call(self, inputs: jax.Array, count_weights: Any = None) -> jax.Array:
        if count_weights is not None and self.output_mode != "count":
            raise ArgumentError(
                self, "count_weights", expected='left out but for "count"', got="some"
            )
        ids = jnp.asarray(inputs).astype("int32")
        weights = None if count_weights is None else jnp.asarray(count_weights)
        made: jax.Array = encoded(
            ids, self.num_tokens, self.output_mode, weights, self.compute_dtype
        )
        return made

    def _arguments(self) -> list[tuple[str, Any]]:
        return [pair for pair in super()._arguments() if pair[0] != "sparse"]
