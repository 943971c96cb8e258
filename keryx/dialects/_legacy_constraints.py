"""The constraint that `tf.keras` had and today's Keras has not."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import constraints
from keryx._core.errors import ShapeError
from keryx._core.op import unwrap

Places = np.ndarray[Any, Any]


class RadialConstraint(constraints.Constraint):
    """Makes kernels of 2D convolutions the same on each square ring round the middle.

    A ring takes the value of its lower right corner; the four elements in the middle of
    a kernel of even size that of the upper left one of them.

        v00 v01 v02 v03      v33 v33 v33 v33
        v10 v11 v12 v13  →   v33 v11 v11 v33
        v20 v21 v22 v23      v33 v11 v11 v33
        v30 v31 v32 v33      v33 v33 v33 v33

    Example:
        >>> w = jnp.arange(9.0).reshape(3, 3, 1, 1)
        >>> RadialConstraint()(w)[:, :, 0, 0].tolist()
        [[8.0, 8.0, 8.0], [8.0, 4.0, 8.0], [8.0, 8.0, 8.0]]

    Shapes:
        w: `(size, size, channels, filters)`

    Returns:
        When called: the projected kernel, in the shape of `w`.

    Raises:
        ShapeError: When called, if `w` has another shape.

    Departs from Keras: whose kernels of odd size have the values of the rings one
    further in, and swap them at every update.
    """

    __module__ = "keryx.constraints"

    def __call__(self, w: Any) -> jax.Array:
        w = jnp.asarray(unwrap(w))
        if w.ndim != 4 or w.shape[0] != w.shape[1]:
            raise ShapeError(
                "RadialConstraint",
                expected="a kernel of shape (size, size, channels, filters)",
                got=f"{w.shape}",
            )
        corner = _corners(w.shape[0])
        projected: jax.Array = w[corner, corner]
        return projected


def _corners(size: int) -> Places:
    """Returns, for each place in a kernel, the row of its ring's lower right corner."""
    rows, columns = np.indices((size, size))
    corner: Places = np.maximum.reduce(
        [rows, columns, size - 1 - rows, size - 1 - columns]
    )
    middle = (size % 2 == 0) & (corner == size // 2)
    found: Places = np.where(middle, corner - 1, corner)
    return found


radial_constraint = RadialConstraint
