"""Vectors for whole numbers."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx import constraints, initializers, regularizers
from keryx._core import check
from keryx._core.dtypes import is_float
from keryx._core.errors import DataError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import BareOptions, Layer


class Embedding(Layer):
    """Looks up a trainable vector for every id: `embeddings[inputs]`.

    Example:
        >>> import numpy as np
        >>> Embedding(input_dim=10, output_dim=4)(np.array([[1, 7, 7]])).shape
        (1, 3, 4)

    Args:
        input_dim: Number of ids; they run from 0 to `input_dim - 1`.
        output_dim: Size of the vectors.
        embeddings_initializer: Makes the vectors.
        embeddings_regularizer: Penalty of the vectors.
        embeddings_constraint: Projection of the vectors after each update.
        mask_zero: Whether id 0 stands for padding, which the layers that follow skip.
        weights: The vectors to begin with, `(input_dim, output_dim)`, or a list of one
            such array.
        activity_regularizer: Penalty of the output.

    Shapes:
        inputs:     `(batch, ...)`, whole numbers
        embeddings: `(input_dim, output_dim)`
        outputs:    `(batch, ..., output_dim)`

    Raises:
        ArgumentError: If a dimension is not a positive integer.
        ShapeError: If `weights` have another shape.
        DataError: On a call with values at hand (not in a compiled run), if an id is
            out of range or no whole number. Departs from Keras, which gives NaN for
            large ids, counts negative ones from the end and cuts off fractions; so do
            compiled runs.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        *,
        activity_regularizer: Any = None,
        **options: Unpack[BareOptions],
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        self.input_dim = check.positive_int(input_dim, "input_dim", owner=self)
        self.output_dim = check.positive_int(output_dim, "output_dim", owner=self)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.makes_mask = self.supports_masking = bool(mask_zero)
        # Ids above 2048 are not whole numbers in float16.
        self.autocast = False
        if weights is not None:
            self.build()
            self.built = True
            self.set_weights(weights if isinstance(weights, list) else [weights])

    def build(self, input_shape: Shape | None = None) -> None:
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim), role="embeddings"
        )

    def call(self, inputs: jax.Array) -> jax.Array:
        self._check(inputs)
        ids = inputs.astype("int32") if is_float(inputs.dtype) else inputs
        return jnp.take(self.embeddings.value, ids, axis=0)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Returns where ids are not 0, if `mask_zero` is set."""
        return jnp.asarray(inputs) != 0 if self.mask_zero else None

    def _check(self, inputs: jax.Array) -> None:
        """Checks the ids, if their values are there."""
        if isinstance(inputs, jax.core.Tracer) or not inputs.size:
            return
        ids = np.asarray(inputs)
        low, high = ids.min(), ids.max()
        if low < 0 or high >= self.input_dim:
            raise DataError(
                describe(self),
                expected=f"ids from 0 to {self.input_dim - 1} (input_dim - 1)",
                got=f"ids from {low} to {high}",
                fix="Set `input_dim` to the largest id + 1.",
            )
        if is_float(ids.dtype) and (ids != np.floor(ids)).any():
            raise DataError(
                describe(self),
                expected="whole numbers, the ids of what is embedded",
                got=f"{ids.dtype} with fractions",
                fix="Use `Dense` for measurements, or round them to ids first.",
            )

    def _arguments(self) -> list[tuple[str, Any]]:
        return [pair for pair in super()._arguments() if pair[0] != "weights"]
