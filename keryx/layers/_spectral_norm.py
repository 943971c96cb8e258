"""Weights of bounded gain."""

from typing import Any, Unpack

import jax
import jax.numpy as jnp

from keryx import initializers
from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx._graph.layer import LayerOptions
from keryx.layers._moments import unit
from keryx.layers._wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value.

        v ← u Wᵀ / |u Wᵀ|,    u ← v W / |v W|        `power_iterations` times
        kernel ← W / (v W uᵀ)

    It does so on every call in training; W is the kernel as a matrix whose columns are
    the output units.

    Example:
        >>> import numpy as np
        >>> from keryx.layers import Dense
        >>> layer = SpectralNormalization(Dense(2), power_iterations=50)
        >>> _ = layer(np.ones((1, 3)), training=True)
        >>> float(np.linalg.norm(layer.kernel.numpy(), 2).round(3))
        1.0

    Args:
        layer: A layer with a `kernel` or `embeddings`.
        power_iterations: How often the estimate is refined in a call.

    Raises:
        ArgumentError: If `power_iterations` is no positive integer, or, on the first
            call, if the layer has no kernel.

    Source:
        Miyato et al., "Spectral Normalization for Generative Adversarial Networks"
        (ICLR 2018), algorithm 1.
    """

    def __init__(
        self, layer: Any, power_iterations: int = 1, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(layer, **options)
        self.power_iterations = check.positive_int(
            power_iterations, "power_iterations", owner=self
        )

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        kernel = getattr(self.layer, "kernel", None)
        if kernel is None:
            kernel = getattr(self.layer, "embeddings", None)
        if kernel is None:
            raise ArgumentError(
                self,
                "layer",
                expected="a layer with a kernel or embeddings",
                got=self.layer,
            )
        self.kernel = kernel
        self.vector_u = self.add_weight(
            (1, kernel.shape[-1]),
            initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
        )

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        if training:
            self._normalize()
        return self.layer(inputs)

    def _normalize(self) -> None:
        """Sets the kernel to itself divided by the estimate, and keeps the vector."""
        kernel = self.kernel.value
        matrix = kernel.reshape(-1, kernel.shape[-1])
        u = self.vector_u.value
        for _ in range(self.power_iterations):
            v = unit(u @ matrix.T, (0, 1))
            u = unit(v @ matrix, (0, 1))
        u, v = jax.lax.stop_gradient((u, v))
        sigma = (v @ matrix @ u.T).reshape(())
        # A kernel of zeros stays as it is.
        zero = sigma == 0
        self.vector_u.assign(jnp.where(zero, self.vector_u.value, u))
        self.kernel.assign(kernel / jnp.where(zero, 1, sigma))
