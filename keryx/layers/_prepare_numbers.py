"""Layers that bring numbers to another scale."""

from typing import Any, NamedTuple, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import config
from keryx._core.errors import ArgumentError, ShapeError, StateError
from keryx._core.shapes import Shape
from keryx._graph.call import describe
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers._prepare_adapt import batches


class Rescaling(Layer):
    """Multiplies the inputs by a number and adds another: `inputs · scale + offset`.

    Example:
        >>> import numpy as np
        >>> Rescaling(1 / 127.5, offset=-1)(np.array([0, 255])).tolist()
        [-1.0, 1.0]

    Args:
        scale: The factor; a number, or several that are broadcast to the inputs.
        offset: What is added; likewise.

    Shapes:
        inputs, outputs: any, the same
    """

    def __init__(
        self, scale: Any, offset: Any = 0.0, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        self.scale = _plain(scale)
        self.offset = _plain(offset)
        self.supports_masking = True

    def call(self, inputs: jax.Array) -> jax.Array:
        scale = jnp.asarray(self.scale, self.compute_dtype)
        offset = jnp.asarray(self.offset, self.compute_dtype)
        return jnp.asarray(inputs).astype(self.compute_dtype) * scale + offset


def _plain(value: Any) -> Any:
    """Returns numbers as Python's, nested in lists."""
    if isinstance(value, dict):  # how Keras's configurations hold arrays
        value = value["config"]["value"]
    if isinstance(value, int | float):
        return value
    return value.tolist() if hasattr(value, "tolist") else list(value)


class _Moments(NamedTuple):
    """Statistics of the rows so far, over some axes."""

    rows: int
    mean: np.ndarray[Any, Any]
    squares: np.ndarray[Any, Any]  # sum of squared distances from the mean

    def joined(self, other: "_Moments") -> "_Moments":
        """Returns the statistics of both parts together."""
        rows = self.rows + other.rows
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.rows / rows)
        weight = self.rows * other.rows / rows
        return _Moments(rows, mean, self.squares + other.squares + apart**2 * weight)


class Normalization(Layer):
    """Shifts and scales the inputs to mean 0 and variance 1, as of data it has seen.

        y = (x - mean) / max(sqrt(variance), epsilon)

    `adapt` computes mean and variance of a data set; they are weights that training
    leaves alone. They may be given instead.

    Example:
        >>> import numpy as np
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[0.0, 10.0], [2.0, 30.0]]))
        >>> layer(np.array([[0.0, 20.0]])).tolist()
        [[-1.0, 0.0]]

    Args:
        axis: Axis or axes that have a mean and variance for each of their places;
            `None` for one mean and variance of everything.
        mean: The mean, instead of `adapt`; broadcast to the places of the axes.
        variance: The variance, likewise.
        invert: Whether to go back: `x · max(sqrt(variance), epsilon) + mean`.

    Shapes:
        inputs, outputs: any, the same
        mean, variance: the sizes of `axis`

    Raises:
        ArgumentError: If only one of `mean` and `variance` is given, or they have
            different shapes.
        ShapeError: When built, if the inputs lack an axis, or its size is unknown.
    """

    def __init__(
        self,
        axis: Any = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        whole = hasattr(axis, "__index__")
        self.axis = () if axis is None else (int(axis),) if whole else tuple(axis)
        if (mean is None) != (variance is None) or np.shape(mean) != np.shape(variance):
            raise ArgumentError(
                self,
                "variance",
                expected="of the shape of `mean`, or both of them left out",
                got=variance,
            )
        self.input_mean = None if mean is None else _plain(mean)
        self.input_variance = None if variance is None else _plain(variance)
        self.invert = invert

    def build(self, input_shape: Shape) -> None:
        self._keep = self._kept_axes(input_shape)
        sizes = tuple(int(input_shape[axis] or 0) for axis in self._keep)
        self._broadcast = tuple(
            int(size or 0) if axis in self._keep else 1
            for axis, size in enumerate(input_shape)
        )
        if self.input_mean is None:
            self.adapt_mean = self._statistic("mean", sizes, "zeros")
            self.adapt_variance = self._statistic("variance", sizes, "ones")
            self.count = self.add_weight(
                (), "zeros", dtype="int32", trainable=False, name="count"
            )

    def _kept_axes(self, shape: Shape) -> tuple[int, ...]:
        """Returns the axes with a mean for each place, counted from the first."""
        rank = len(shape)
        for axis in self.axis:
            if not -rank <= axis < rank or shape[axis] is None:
                raise ShapeError(
                    describe(self),
                    expected=f"inputs with an axis {axis} of known size",
                    got=f"{tuple(shape)}",
                    fix="Give the size in `Input(shape=...)`, or use another `axis`.",
                )
        return tuple(sorted(axis % rank for axis in self.axis))

    def _statistic(self, name: str, shape: tuple[int, ...], initializer: str) -> Any:
        return self.add_weight(
            shape, initializer, trainable=False, autocast=False, name=name
        )

    def adapt(self, data: Any) -> None:
        """Computes mean and variance of data, in place of those of earlier data.

        Args:
            data: An array, or what yields batches: a data set, a generator.

        Raises:
            StateError: If mean and variance were given to the layer.
            DataError: If there are no data, or they are not numbers.
            ShapeError: If the data do not fit the layer.
        """
        if self.input_mean is not None:
            raise StateError(
                describe(self),
                expected="no `mean` and `variance`, to be adapted",
                got="a layer that was made with them",
                fix="Leave them out when you make the layer.",
            )
        total: _Moments | None = None
        for batch in batches(data, self):
            moments = self._moments(batch)
            total = moments if total is None else total.joined(moments)
        assert total is not None
        self.adapt_mean.assign(total.mean)
        self.adapt_variance.assign(total.squares / total.rows)
        self.count.assign(min(total.rows, np.iinfo(np.int32).max))

    def _moments(self, batch: np.ndarray[Any, Any]) -> _Moments:
        """Returns the statistics of a batch; builds the layer for the first one."""
        lead = 0 in self.axis or -batch.ndim in self.axis or batch.ndim < 2
        shape = batch.shape if lead else (None, *batch.shape[1:])
        if not self.built:
            self.build(shape)
        keep = self._kept_axes(shape)
        if tuple(batch.shape[axis] for axis in keep) != self.adapt_mean.shape:
            raise ShapeError(
                describe(self),
                expected=f"data with axes {self.axis} of sizes {self.adapt_mean.shape}",
                got=f"{batch.shape}",
            )
        over = tuple(axis for axis in range(batch.ndim) if axis not in keep)
        count = int(np.prod([batch.shape[axis] for axis in over], dtype=np.int64))
        return _Moments(count, batch.mean(over), batch.var(over) * count)

    def finalize_state(self) -> None:
        """Does nothing: mean and variance are always those of the weights."""

    @property
    def mean(self) -> jax.Array | None:
        """The mean, in a shape that fits the inputs; `None` before it is built."""
        return self._shaped("adapt_mean", self.input_mean)

    @property
    def variance(self) -> jax.Array | None:
        """The variance, in a shape that fits the inputs; `None` before it is built."""
        return self._shaped("adapt_variance", self.input_variance)

    def _shaped(self, name: str, given: Any) -> jax.Array | None:
        if not self.built:
            return None
        if given is None:
            return jnp.reshape(getattr(self, name).value, self._broadcast)
        sizes = tuple(self._broadcast[axis] for axis in self._keep)
        array = jnp.asarray(given, self.variable_dtype)
        if array.ndim <= len(sizes):
            array = jnp.broadcast_to(array, sizes)
        return jnp.reshape(array, self._broadcast)

    def call(self, inputs: jax.Array) -> jax.Array:
        mean, variance = self.mean, self.variance
        assert mean is not None
        assert variance is not None
        x = jnp.asarray(inputs).astype(jnp.promote_types(self.compute_dtype, "float32"))
        deviation = jnp.maximum(jnp.sqrt(variance), config.epsilon())
        y = x * deviation + mean if self.invert else (x - mean) / deviation
        return y.astype(self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        given = {"mean": self.input_mean, "variance": self.input_variance}
        return {**super().get_config(), **given, "axis": self.axis or None}

    def _arguments(self) -> list[tuple[str, Any]]:
        return [("axis", self.axis or None), ("invert", self.invert)]
