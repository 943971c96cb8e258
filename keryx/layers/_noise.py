"""Layers that disturb their inputs in training."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._graph.layer import Layer, LayerOptions
from keryx.layers._dropout import drawn_shape
from keryx.ops._hash import keep_mask
from keryx.random import SeedGenerator

# Limit of SELU at minus infinity, which dropped inputs are set to.
_SATURATED = -1.6732632423543772 * 1.0507009873554805


class GaussianNoise(Layer):
    """Adds normal noise in training: `x + stddev n`, n standard normal.

    Example:
        >>> import numpy as np
        >>> GaussianNoise(0.1)(np.ones(2)).tolist()
        [1.0, 1.0]

    Args:
        stddev: Standard deviation of the noise, in the units of the inputs.
        seed: An integer, for noise independent of the global seed.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `stddev` is no number of 0 or more.
    """

    hyper_names = ("stddev",)

    def __init__(
        self, stddev: float, seed: int | None = None, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        # Departs from Keras: it refuses more than 1, whatever the inputs' units.
        if not isinstance(stddev, int | float) or stddev < 0:
            raise ArgumentError(
                self, "stddev", expected="a number of 0 or more", got=stddev
            )
        self.stddev = float(stddev)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: jax.Array, training: bool | None = False) -> jax.Array:
        if not training:
            return inputs
        stddev = jnp.asarray(self.hyper("stddev"), inputs.dtype)
        return inputs + stddev * normal(self.seed_generator, inputs)


class GaussianDropout(Layer):
    """Multiplies by normal noise in training.

        y = x (1 + s n),    s = sqrt(rate / (1 - rate)),    n standard normal

    Mean and variance are those of `Dropout(rate)`.

    Example:
        >>> import numpy as np
        >>> GaussianDropout(0.1)(np.ones(2)).tolist()
        [1.0, 1.0]

    Args:
        rate: As `Dropout`'s, from 0 to 1.
        seed: An integer, for noise independent of the global seed.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.

    Source:
        Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
        Overfitting" (JMLR 2014), section 10.
    """

    hyper_names = ("rate",)

    def __init__(
        self, rate: float, seed: int | None = None, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**options)
        self.rate = check.in_interval(rate, 0, 1, "rate", owner=self)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: jax.Array, training: bool | None = False) -> jax.Array:
        if not training:
            return inputs
        rate = jnp.asarray(self.hyper("rate"), jnp.float32)
        stddev = jnp.sqrt(rate / (1 - rate)).astype(inputs.dtype)
        return inputs * (1 + stddev * normal(self.seed_generator, inputs))


class AlphaDropout(Layer):
    """Dropout that keeps mean and variance of standardized inputs, for SELU networks.

        y = a x' + b
        x' = x                with probability 1 - rate
             α'               otherwise;    α' = limit of SELU at minus infinity
        a = ((1 - rate) (1 + rate α'²))^(-1/2)
        b = -a α' rate

    Example:
        >>> import numpy as np
        >>> AlphaDropout(0.1)(np.ones(2)).tolist()
        [1.0, 1.0]

    Args:
        rate: Expected part of the inputs that is dropped, from 0 to 1.
        noise_shape: As `Dropout`'s.
        seed: An integer, for masks independent of the global seed.

    Shapes:
        inputs, outputs: any, the same

    Raises:
        ArgumentError: If `rate` is not from 0 to 1.
        ShapeError: On a call, if `noise_shape` does not fit the inputs.

    Source:
        Klambauer et al., "Self-Normalizing Neural Networks" (NeurIPS 2017), section 3.
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
        rate = jnp.asarray(self.hyper("rate"), jnp.float32)
        a = ((1 - rate) * (1 + rate * _SATURATED**2)) ** -0.5
        b = -a * _SATURATED * rate
        kept = keep_mask(self.seed_generator.next(), shape, rate)
        dtype = inputs.dtype
        values = jnp.where(kept, inputs, jnp.asarray(_SATURATED, dtype))
        return a.astype(dtype) * values + b.astype(dtype)


def normal(generator: SeedGenerator, like: jax.Array) -> jax.Array:
    """Draws standard normal numbers in the shape and type of an array."""
    return jax.random.normal(generator.next(), like.shape, like.dtype)
