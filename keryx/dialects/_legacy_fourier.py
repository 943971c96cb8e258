"""The layer of random features that `tf.keras` had."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from keryx import initializers, layers
from keryx._core import check
from keryx._core.errors import ArgumentError

GAUSSIAN, LAPLACIAN = "gaussian", "laplacian"


class RandomFourierFeatures(layers.Layer):
    """Random cosines, whose products over samples approximate a kernel function.

        outputs = cos(inputs @ kernel / scale + bias)

    Args:
        output_dim: Number of features.
        kernel_initializer: "gaussian" or "laplacian", the kernel function; or what
            makes the kernel.
        scale: Width of the kernel function; if `None`, `sqrt(features / 2)` for the
            gaussian one and 1 for others.
        trainable: Whether the scale is trained; kernel and bias never are.
        name: Name of the layer.

    Shapes:
        inputs:       `(batch, features)`
        kernel:       `(features, output_dim)`
        bias:         `(output_dim,)`, in [0, 2π)
        kernel_scale: `(1,)`
        outputs:      `(batch, output_dim)`

    Raises:
        ArgumentError: If `output_dim` or `scale` is not positive, or a string names no
            kernel function.

    Source:
        Rahimi & Recht, "Random Features for Large-Scale Kernel Machines" (NeurIPS
        2007).
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        output_dim: int,
        kernel_initializer: Any = GAUSSIAN,
        scale: float | None = None,
        trainable: bool = False,
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **options)
        self.output_dim = check.positive_int(output_dim, "output_dim", self)
        if isinstance(kernel_initializer, str):
            kernel_initializer = check.one_of(
                kernel_initializer, (GAUSSIAN, LAPLACIAN), "kernel_initializer", self
            )
        else:
            kernel_initializer = initializers.get(kernel_initializer)
        if scale is not None and not scale > 0:
            raise ArgumentError(self, "scale", expected="positive", got=scale)
        self.kernel_initializer = kernel_initializer
        self.scale = scale
        self.input_spec = layers.InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        features = input_shape[-1]
        make = self.kernel_initializer
        if isinstance(make, str):
            uniform = initializers.RandomUniform(0.0, 1.0)
            normal = initializers.RandomNormal(0.0, 1.0)
            make = normal if make == GAUSSIAN else _Cauchy(uniform)
        self.unscaled_kernel = self.add_weight(
            (features, self.output_dim), make, trainable=False, name="unscaled_kernel"
        )
        self.bias = self.add_weight(
            (self.output_dim,),
            initializers.RandomUniform(0.0, 2 * math.pi),
            trainable=False,
            name="bias",
        )
        self.kernel_scale = self.add_weight(
            (1,),
            initializers.Constant(self._scale(features)),
            constraint="non_neg",
            name="kernel_scale",
        )

    def _scale(self, features: int) -> float:
        if self.scale is not None:
            return float(self.scale)
        gaussian = self.kernel_initializer == GAUSSIAN
        return math.sqrt(features / 2) if gaussian else 1.0

    def call(self, inputs: jax.Array) -> jax.Array:
        kernel = self.unscaled_kernel.value / self.kernel_scale.value
        return jnp.cos(inputs @ kernel + self.bias.value)


class _Cauchy:
    """Draws of a Cauchy distribution, out of uniform ones in [0, 1)."""

    seed = None

    def __init__(self, uniform: Any) -> None:
        self.uniform = uniform

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        return self._bent(self.uniform(shape, dtype))

    def draw(self, shape: Any, dtype: Any, generator: Any) -> Any:
        """Draws with a generator of the layer's."""
        return self._bent(self.uniform.draw(shape, dtype, generator))

    def _bent(self, uniform: Any) -> Any:
        return jnp.tan(np.pi * (uniform - 0.5))
