"""Pictures that are moved, turned, stretched or seen from elsewhere."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy

from keryx._core import check
from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._make import as_array
from keryx.ops.image._layout import (
    FILL_MODES,
    from_last,
    in_type,
    INTERPOLATIONS,
    require_pictures,
    to_last,
)
from keryx.ops.image._sample import sample

# Row and column in the input for each row and column of the output, by parameters.
Mapping = Callable[[jax.Array, jax.Array, jax.Array], tuple[jax.Array, jax.Array]]


def _affine(p: jax.Array, y: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    return p[3] * x + p[4] * y + p[5], p[0] * x + p[1] * y + p[2]


def _projective(
    p: jax.Array, y: jax.Array, x: jax.Array
) -> tuple[jax.Array, jax.Array]:
    rows, columns = _affine(p, y, x)
    depth = p[6] * x + p[7] * y + 1
    return rows / depth, columns / depth


def _moved(
    images: jax.Array,
    parameters: jax.Array,
    mapping: Mapping,
    *,
    order: int,
    fill_mode: str,
    fill_value: Any,
) -> jax.Array:
    """Applies a mapping to each picture of a batch, channels last."""
    rows, columns = jnp.meshgrid(
        jnp.arange(images.shape[-3], dtype=jnp.float32),
        jnp.arange(images.shape[-2], dtype=jnp.float32),
        indexing="ij",
    )

    def move(picture: jax.Array, own: jax.Array) -> jax.Array:
        places = mapping(own, rows, columns)
        return sample(
            picture, *places, order=order, fill_mode=fill_mode, fill_value=fill_value
        )

    return in_type(jax.vmap(move)(images, parameters), images.dtype)


@op
def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: Any = 0,
    data_format: str | None = None,
) -> jax.Array:
    """Pictures turned, sheared, scaled and shifted.

        output(x, y) = input(a0 x + a1 y + a2,  b0 x + b1 y + b2)

    with x along the width and y along the height, in pixels.

    Example:
        >>> row = jnp.array([[[1.0], [2.0], [3.0]]])
        >>> shift = jnp.array([1.0, 0, 1, 0, 1, 0, 0, 0])
        >>> affine_transform(row, shift)[0, :, 0].tolist()
        [2.0, 3.0, 0.0]

    Args:
        images: One picture or a batch.
        transform: `(a0, a1, a2, b0, b1, b2, c0, c1)`, for all or for each; the last two
            have no effect.
        interpolation: "nearest" or "bilinear".
        fill_mode: What lies beyond the border: "constant", "nearest" (the border
            itself), "wrap" (the other side), "reflect" (a mirror at the border's edge)
            or "mirror" (a mirror in the middle of its pixels).
        fill_value: The value there, for "constant".
        data_format: Where the channels are; the global setting if `None`.

    Shapes:
        images, outputs: `(..., height, width, channels)`, or channels first
        transform: `(8,)` or `(batch, 8)`

    Raises:
        ArgumentError: If an option is not one of these.
        ShapeError: If the shapes are others.
    """
    owner = "affine_transform"
    array = to_last(require_pictures(images, owner), data_format)
    method = check.one_of(interpolation, INTERPOLATIONS, "interpolation", owner)
    mode = check.one_of(fill_mode, FILL_MODES, "fill_mode", owner)
    given = as_array(transform).astype(jnp.float32)
    _require_for_each(array, given, (8,), owner)
    batch = array if array.ndim == 4 else array[None]
    moved = _moved(
        batch,
        jnp.broadcast_to(given, (batch.shape[0], 8)),
        _affine,
        order=INTERPOLATIONS.index(method),
        fill_mode=mode,
        fill_value=fill_value,
    )
    return from_last(moved.reshape(array.shape), data_format)


def _require_for_each(
    images: jax.Array, given: jax.Array, shape: tuple[int, ...], owner: str
) -> None:
    """Checks that parameters are for all pictures of a batch, or for each."""
    allowed = [shape, (1, *shape)]
    if images.ndim == 4:
        allowed.append((images.shape[0], *shape))
    if given.shape not in allowed:
        names = ", ".join(str(n) for n in shape)
        raise ShapeError(
            owner,
            expected=f"parameters of shape ({names},) or (batch, {names})",
            got=f"{given.shape} for pictures of shape {images.shape}",
        )


def perspective_matrix(start_points: jax.Array, end_points: jax.Array) -> jax.Array:
    """Returns the eight numbers of the mapping that takes end to start points.

    With x', y' the start and x, y the end point, each of the four pairs gives

        x' = a0 x + a1 y + a2 - c0 x x' - c1 y x'
        y' = b0 x + b1 y + b2 - c0 x y' - c1 y y'
    """
    x, y = end_points[..., 0], end_points[..., 1]
    none, one = jnp.zeros_like(x), jnp.ones_like(x)

    def equations(target: jax.Array, own: bool) -> jax.Array:
        line, other = [x, y, one], [none, none, none]
        linear = line + other if own else other + line
        return jnp.stack([*linear, -x * target, -y * target], -1)

    target_x, target_y = start_points[..., 0], start_points[..., 1]
    matrix = jnp.concatenate([equations(target_x, True), equations(target_y, False)], 1)
    right = jnp.concatenate([target_x, target_y], -1)
    solved: jax.Array = jnp.linalg.solve(matrix, right[..., None])[..., 0]
    return solved


@op
def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: Any = 0,
    data_format: str | None = None,
) -> jax.Array:
    """Pictures seen from elsewhere: four points of them become four others.

    Example:
        >>> picture = jnp.arange(9.0).reshape(3, 3, 1)
        >>> corners = [[0.0, 0], [2, 0], [0, 2], [2, 2]]
        >>> mirrored = [[2.0, 0], [0, 0], [2, 2], [0, 2]]
        >>> seen = perspective_transform(picture, corners, mirrored, "nearest")
        >>> seen[0, :, 0].tolist()
        [2.0, 1.0, 0.0]

    Args:
        images: One picture or a batch.
        start_points: Four points `(x, y)`, in pixels.
        end_points: Where they are in the output.
        interpolation: "nearest" or "bilinear".
        fill_value: The value beyond the border.
        data_format: Where the channels are; the global setting if `None`.

    Shapes:
        images, outputs: `(..., height, width, channels)`, or channels first
        start_points, end_points: `(4, 2)` or `(batch, 4, 2)`

    Raises:
        ArgumentError: If an option is not one of these.
        ShapeError: If the shapes are others.

    Source:
        Hartley & Zisserman, "Multiple View Geometry" (2004), section 4.1.
    """
    owner = "perspective_transform"
    array = to_last(require_pictures(images, owner), data_format)
    method = check.one_of(interpolation, INTERPOLATIONS, "interpolation", owner)
    batch = array if array.ndim == 4 else array[None]
    points = []
    for given in (start_points, end_points):
        own = as_array(given).astype(jnp.float32)
        _require_for_each(array, own, (4, 2), owner)
        points.append(jnp.broadcast_to(own, (batch.shape[0], 4, 2)))
    moved = _moved(
        batch,
        perspective_matrix(*points),
        _projective,
        order=INTERPOLATIONS.index(method),
        fill_mode="constant",
        fill_value=fill_value,
    )
    return from_last(moved.reshape(array.shape), data_format)


@op
def map_coordinates(
    inputs: Any,
    coordinates: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: Any = 0,
) -> jax.Array:
    """Values of an array at real positions.

    Example:
        >>> map_coordinates(jnp.array([0.0, 10.0, 20.0]), [[0.5, 2.0]], order=1)
        Array([ 5., 20.], dtype=float32)

    Args:
        inputs: Array of any number of axes.
        coordinates: Positions, `(axes of inputs, ...)`.
        order: 0 for the nearest element, 1 for a linear blend of those around.
        fill_mode: As of `affine_transform`.
        fill_value: The value beyond the border, for "constant".

    Returns:
        An array of the shape `coordinates.shape[1:]`.

    Raises:
        ArgumentError: If `order` or `fill_mode` is not one of these.
        ShapeError: If the first axis of `coordinates` does not count those of `inputs`.
    """
    owner = "map_coordinates"
    array, places = as_array(inputs), as_array(coordinates)
    check.one_of(order, (0, 1), "order", owner)
    mode = check.one_of(fill_mode, FILL_MODES, "fill_mode", owner)
    if places.ndim < 2 or places.shape[0] != array.ndim:
        raise ShapeError(
            owner,
            expected=f"coordinates of shape ({array.ndim}, ...)",
            got=f"{places.shape}",
        )
    found: jax.Array = jax.scipy.ndimage.map_coordinates(
        array, list(places), order=order, mode=mode, cval=fill_value
    )
    return found
