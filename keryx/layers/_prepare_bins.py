"""A layer that turns numbers into the bins they lie in."""

from typing import Any, NamedTuple, Self

import jax
import jax.numpy as jnp
import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError, StateError
from keryx._graph.call import describe
from keryx._graph.layer import Layer
from keryx.layers._prepare_adapt import batches

MODES = ("int", "one_hot", "multi_hot", "count")


class _Sketch(NamedTuple):
    """Some values of a data set, in order, and how many of it each stands for."""

    values: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]

    @classmethod
    def of(cls, data: np.ndarray[Any, Any], epsilon: float) -> "_Sketch":
        """Makes a sketch of about `1 / epsilon` values, at equal distances."""
        ordered = np.sort(data, axis=None)
        stride = max(ordered.size * epsilon, 1)
        taken = ordered[int(stride) - 1 :: int(stride)].astype(np.float32)
        weights = np.full(taken.shape, stride, np.float32)
        return cls(taken, weights)

    def joined(self, other: "_Sketch") -> "_Sketch":
        """Returns a sketch of both parts together."""
        values = np.concatenate([self.values, other.values])
        weights = np.concatenate([self.weights, other.weights])
        order = np.argsort(values)
        return _Sketch(values[order], weights[order])

    def thinned(self, epsilon: float) -> "_Sketch":
        """Returns a sketch of no more than `1 / epsilon` values."""
        if self.values.size * epsilon < 1:
            return self
        total = np.cumsum(self.weights)
        # Where the new values lie in the data, as parts of it.
        places = epsilon + np.arange(0.0, 1.0, epsilon)
        values = np.interp(places, total / total[-1], self.values)
        below = np.interp(places, total / total[-1], total)
        weights = np.diff(below, prepend=0)
        return _Sketch(values.astype(np.float32), weights.astype(np.float32))


class Discretization(Layer):
    """The bin that each number lies in.

        bin = how many boundaries are at most x

    `adapt` finds boundaries between which the numbers of a data set are evenly spread.
    They may be given instead.

    Example:
        >>> import numpy as np
        >>> Discretization([0.0, 1.0])(np.array([-0.5, 0.0, 3.0])).tolist()
        [0, 1, 2]
        >>> layer = Discretization(num_bins=2)
        >>> layer.adapt(np.arange(11))
        >>> layer.bin_boundaries
        [4.5]

    Args:
        bin_boundaries: Boundaries of the bins, in order.
        num_bins: How many bins `adapt` makes; instead of boundaries.
        epsilon: How coarse the boundaries of `adapt` may be, as part of the data.
        output_mode: "int" for the number of the bin; "one_hot" for a vector with 1 at
            that number; "multi_hot" for one vector per sample, with 1 at all of its
            bins; "count" for one with how often each bin occurs.
        sparse: Must be false: arrays are dense.
        dtype: Element type of vectors.
        name: Name; made up from the class if `None`.

    Shapes:
        inputs:  `(batch, ...)`
        outputs: as the inputs for "int"; for "one_hot" with a last axis of bins; for
            the others with that in place of axis 1

    Raises:
        ArgumentError: If both or none of `bin_boundaries` and `num_bins` are given, or
            an option is none of these.
        StateError: On a call, if there are no boundaries yet.
    """

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if (bin_boundaries is None) == (num_bins is None):
            raise ArgumentError(
                self,
                "num_bins",
                expected="given if `bin_boundaries` are not, and only then",
                got=num_bins,
            )
        if num_bins is not None:
            num_bins = check.positive_int(num_bins, "num_bins", self)
        self.bin_boundaries = None if bin_boundaries is None else _list(bin_boundaries)
        self.num_bins = num_bins
        self.epsilon = check.in_interval(epsilon, 1e-9, 1, "epsilon", self)
        self.output_mode = check.one_of(output_mode, MODES, "output_mode", self)
        self.sparse = check.one_of(sparse, (False,), "sparse", self)
        self._sketch: _Sketch | None = None

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Finds boundaries for data, in place of those of earlier data.

        Args:
            data: An array, or what yields batches: a data set, a generator.
            steps: How many batches to take; all of them if `None`.

        Raises:
            StateError: If boundaries were given to the layer.
            DataError: If there are no data, or they are not numbers.
        """
        self.reset_state()
        for batch in batches(data, self, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Takes in one more batch of data."""
        if self.num_bins is None:
            raise StateError(
                describe(self),
                expected="`num_bins`, to be adapted",
                got="a layer that was made with `bin_boundaries`",
                fix="Give `num_bins` instead.",
            )
        new = _Sketch.of(np.asarray(data), self.epsilon)
        both = new if self._sketch is None else self._sketch.joined(new)
        self._sketch = both.thinned(self.epsilon)

    def finalize_state(self) -> None:
        """Sets the boundaries from the data taken in so far."""
        if self._sketch is not None and self.num_bins is not None:
            values = self._sketch.thinned(1 / self.num_bins).values
            self.bin_boundaries = values[: self.num_bins - 1].tolist()

    def reset_state(self) -> None:
        """Forgets all data."""
        if self.num_bins is not None:
            self._sketch = None
            self.bin_boundaries = None

    def call(self, inputs: jax.Array) -> jax.Array:
        if self.bin_boundaries is None:
            raise StateError(
                describe(self),
                expected="boundaries of the bins",
                got="none",
                fix="Call `adapt(data)` first, or give `bin_boundaries`.",
            )
        x = jnp.asarray(inputs).astype(jnp.promote_types(self.compute_dtype, "float32"))
        bins = jnp.digitize(x, jnp.asarray(self.bin_boundaries, x.dtype))
        bins = bins.astype(jnp.int32)
        return bins if self.output_mode == "int" else self._encoded(bins)

    def _encoded(self, bins: jax.Array) -> jax.Array:
        """Returns vectors in place of the numbers of bins."""
        assert self.bin_boundaries is not None
        depth = len(self.bin_boundaries) + 1
        bins = jnp.atleast_1d(bins)
        if self.output_mode == "one_hot":
            alone = bins.ndim > 1 and bins.shape[-1] == 1
            bins = bins[..., 0] if alone else bins
            return jax.nn.one_hot(bins, depth, dtype=self.compute_dtype)
        vectors = jax.nn.one_hot(bins, depth, dtype=self.compute_dtype)
        axis = min(1, bins.ndim - 1)
        reduce = jnp.max if self.output_mode == "multi_hot" else jnp.sum
        return reduce(vectors, axis)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, and the boundaries that were found."""
        settings = super().get_config()
        del settings["trainable"]  # Keras's constructor does not take it
        return settings

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Makes a layer from `get_config`'s result."""
        found = config.get("bin_boundaries")
        adapted = found is not None and config.get("num_bins") is not None
        given = {**config, "bin_boundaries": None} if adapted else config
        layer = super().from_config(given)
        if adapted:
            layer.bin_boundaries = _list(found)
        return layer


def _list(boundaries: Any) -> list[float]:
    return [float(boundary) for boundary in boundaries]
