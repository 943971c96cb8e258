"""Shapes with unknown axes, and axis arithmetic that several packages need."""

Shape = tuple[int | None, ...]


def known(shape: Shape, sizes: tuple[int, int]) -> tuple[int, ...]:
    """Fills unknown axes: `sizes[0]` for the first axis, `sizes[1]` for the others."""
    first, other = sizes
    return tuple(
        (first if axis == 0 else other) if size is None else size
        for axis, size in enumerate(shape)
    )


def merged(first: tuple[int, ...], second: tuple[int, ...]) -> Shape:
    """Returns the common shape: an axis whose two sizes differ is unknown.

    Example:
        >>> merged((2, 5, 7), (3, 5, 9))
        (None, 5, None)
    """
    return tuple(a if a == b else None for a, b in zip(first, second, strict=True))


def positive_axis(axis: int, ndim: int) -> int:
    """Returns `axis` counted from the front."""
    return axis + ndim if axis < 0 else axis
