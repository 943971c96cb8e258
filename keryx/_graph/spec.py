"""What inputs a layer accepts, as data."""

from typing import Any

from keryx._core.errors import ShapeError
from keryx._core.shapes import Shape


class InputSpec:
    """Rank, sizes and element type that an input must have.

    Args:
        dtype: Element type.
        shape: Full shape; `None` for free axes.
        ndim: Number of axes.
        max_ndim: Most axes.
        min_ndim: Fewest axes.
        axes: Size by axis.
        allow_last_axis_squeeze: Whether a last axis of size 1 may be there or not.
        name: Name of the input.
        optional: Whether the input may be `None`.
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Shape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = tuple(shape) if shape is not None else None
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = dict(axes or {})
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional
        if self.shape is not None:
            self.axes.update(enumerate(self.shape))

    def mismatch(self, shape: Shape) -> str | None:
        """Returns what was expected in place of `shape`, or `None` if it fits."""
        if self.ndim is not None and len(shape) != self.ndim:
            if self.allow_last_axis_squeeze and abs(len(shape) - self.ndim) == 1:
                return None
            return f"inputs of {self.ndim} axes"
        if self.min_ndim is not None and len(shape) < self.min_ndim:
            return f"inputs of at least {self.min_ndim} axes"
        if self.max_ndim is not None and len(shape) > self.max_ndim:
            return f"inputs of at most {self.max_ndim} axes"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                return f"inputs with {size} at axis {axis}"
        return None


def check_inputs(layer: Any, shapes: list[Shape]) -> None:
    """Checks the shapes of a layer's inputs against its `input_spec`.

    Raises:
        ShapeError: If one does not fit.
    """
    specs = layer.input_spec
    for spec, shape in zip(
        specs if isinstance(specs, list | tuple) else [specs], shapes, strict=False
    ):
        expected = spec.mismatch(shape) if isinstance(spec, InputSpec) else None
        if expected:
            where = f"layer {layer.name!r} ({type(layer).__name__})"
            raise ShapeError(where, expected=expected, got=str(shape))
