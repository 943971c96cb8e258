"""Layers that drop part of their inputs in training."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check, config
from keryx._core.errors import ShapeError
from keryx._graph.call import describe, require_ndim
from keryx._graph.layer import Layer, LayerOptions
from keryx.ops._hash import keep_mask
from keryx.random import SeedGenerator


class Dropout(Layer):
    """Sets a random part of the inputs to zero in training, and scales up the rest.

        y = x / (1 - rate)    with probability 1 - rate
            0                 otherwise

    Not in training, the inputs pass unchanged. The rate may be changed between steps
    without compiling anew.

    Example:
        >>> import numpy as np
        >>> set(Dropout(0.5, seed=1)(np.ones(99), training=True).tolist())
        {0.0, 2.0}

    Args:
        rate: Expected part of the inputs that is dropped, from 0 to 1.
        noise_shape: Shape of the mask; where it is 1, the inputs along that axis are
            dropped together, and where it is `None` it is the inputs' size.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.
        ShapeError: On a call, if `noise_shape` does not fit the inputs.

    Source:
        Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
        Overfitting" (JMLR 2014), in the inverted form of its section 10.
    """

    hyper_names = ("rate",)

    def __init__(
        self,
        rate: float,
        noise_shape: Any = None,
        seed: int | None = None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.rate = check.in_interval(rate, 0, 1, "rate", owner=self)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: jax.Array, training: bool | None = False) -> jax.Array:
        shape = drawn_shape(self, inputs, self.noise_shape)
        if not training:
            return inputs
        return drop(inputs, self.seed_generator.next(), shape, self.hyper("rate"))


def drawn_shape(layer: Layer, inputs: jax.Array, noise_shape: Any) -> tuple[int, ...]:
    """Returns the shape in which to draw for `inputs`.

    Raises:
        ShapeError: If it cannot be broadcast to theirs.
    """
    if noise_shape is None:
        return inputs.shape
    same_rank = len(noise_shape) == inputs.ndim
    if not same_rank or any(
        size not in (None, 1, axis)
        for size, axis in zip(noise_shape[1:], inputs.shape[1:], strict=True)
    ):
        raise ShapeError(
            describe(layer),
            expected=f"inputs that noise_shape={noise_shape} can be broadcast to",
            got=f"{inputs.shape}",
            fix="Give 1 where values are to be dropped together and `None` elsewhere.",
        )
    pairs = zip(noise_shape, inputs.shape, strict=True)
    return tuple(axis if size is None else size for size, axis in pairs)


def drop(
    inputs: jax.Array, key: jax.Array, shape: tuple[int, ...], rate: Any
) -> jax.Array:
    """Returns dropped-out inputs, for a mask drawn in `shape`."""
    # The rate may be a traced number: no branch on it. At 1 nothing is kept, and an
    # infinite scale would make the gradient NaN.
    keep = 1 - jnp.asarray(rate, jnp.float32)
    scale = jnp.where(keep > 0, 1 / keep, 0).astype(inputs.dtype)
    kept = keep_mask(key, shape, rate)
    return jnp.where(kept, inputs * scale, jnp.zeros((), inputs.dtype))


class _SpatialDropout(Layer):
    """Drops whole channels: the mask has size 1 along the positions."""

    hyper_names = ("rate",)
    # What the inputs' axes between batch and channels are called.
    _positions: tuple[str, ...] = ()

    def __init__(
        self,
        rate: float,
        data_format: str | None,
        seed: int | None,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**options)
        self.rate = check.in_interval(rate, 0, 1, "rate", owner=self)
        self.data_format = config.standardize_data_format(data_format)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: jax.Array, training: bool | None = False) -> jax.Array:
        ones = (1,) * len(self._positions)
        first = self.data_format == "channels_first"
        names = (
            ("channels", *self._positions) if first else (*self._positions, "channels")
        )
        expected = f"inputs of shape (batch, {', '.join(names)})"
        require_ndim(self, inputs.shape, len(ones) + 2, expected)
        if not training:
            return inputs
        batch, channels = inputs.shape[0], inputs.shape[1 if first else -1]
        shape = (batch, channels, *ones) if first else (batch, *ones, channels)
        return drop(inputs, self.seed_generator.next(), shape, self.hyper("rate"))

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments, as plain data."""
        settings = super().get_config()
        if self.trainable:  # Keras's constructor does not take it
            del settings["trainable"]
        return settings


class SpatialDropout1D(_SpatialDropout):
    """Drops whole features of a sequence in training, at all time steps together.

    Example:
        >>> import numpy as np
        >>> y = SpatialDropout1D(0.5, seed=1)(np.ones((2, 5, 3)), training=True)
        >>> bool((y == y[:, :1]).all())
        True

    Args:
        rate: Expected part of the features that is dropped, from 0 to 1.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs, outputs: `(batch, time, features)`

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.
        ShapeError: On a call, if the inputs do not have three axes.

    Source:
        Tompson et al., "Efficient Object Localization Using Convolutional Networks"
        (CVPR 2015), section 3.2.
    """

    _positions = ("time",)

    def __init__(
        self,
        rate: float,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(rate, "channels_last", seed, name=name, dtype=dtype, **options)


class SpatialDropout2D(_SpatialDropout):
    """Drops whole channels of images in training, at all positions together.

    Example:
        >>> import numpy as np
        >>> y = SpatialDropout2D(0.5, seed=1)(np.ones((2, 4, 4, 3)), training=True)
        >>> bool((y == y[:, :1, :1]).all())
        True

    Args:
        rate: Expected part of the channels that is dropped, from 0 to 1.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs, outputs: `(batch, height, width, channels)`, or channels first

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.
        ShapeError: On a call, if the inputs do not have four axes.

    Source:
        As `SpatialDropout1D`.
    """

    _positions = ("height", "width")

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(rate, data_format, seed, name=name, dtype=dtype, **options)


class SpatialDropout3D(_SpatialDropout):
    """Drops whole channels of volumes in training, at all positions together.

    Example:
        >>> import numpy as np
        >>> layer = SpatialDropout3D(0.5, seed=1)
        >>> y = layer(np.ones((2, 2, 2, 2, 3)), training=True)
        >>> bool((y == y[:, :1, :1, :1]).all())
        True

    Args:
        rate: Expected part of the channels that is dropped, from 0 to 1.
        data_format: "channels_last" or "channels_first"; `None` for the global default.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs, outputs: `(batch, depth, height, width, channels)`, or channels first

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.
        ShapeError: On a call, if the inputs do not have five axes.

    Source:
        As `SpatialDropout1D`.
    """

    _positions = ("depth", "height", "width")

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(rate, data_format, seed, name=name, dtype=dtype, **options)
