"""Initializers whose spread follows from the weight's shape."""

import math
from collections.abc import Sequence

import numpy as np

from keryx._core import check
from keryx._core.errors import ArgumentError
from keryx.initializers import _random
from keryx.initializers._initializer import (
    Array,
    checked_seed,
    Initializer,
    Seed,
    Shape,
)

Axes = Sequence[int] | None
MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform", "normal")
# Standard deviation of the standard normal distribution cut off at ±2.
TRUNCATED_STDDEV = 0.87962566103423978


def compute_fans(
    shape: Shape, input_axes: Axes = None, output_axes: Axes = None
) -> tuple[int, int]:
    """Returns how many inputs each output of a weight sums, and the reverse.

    Without axes, the last two are taken for inputs and outputs, and those before them
    for the positions of a convolution's window.

    Example:
        >>> compute_fans((3, 4)), compute_fans((5, 5, 3, 8))
        ((3, 4), (75, 200))

    Args:
        shape: Shape of the weight.
        input_axes: Axes that a layer sums over; used only if both are given.
        output_axes: Axes of the layer's outputs.

    Returns:
        Inputs per output, outputs per input.
    """
    if input_axes is not None and output_axes is not None:
        inputs, outputs = (
            math.prod(shape[axis] for axis in axes)
            for axes in (input_axes, output_axes)
        )
        return inputs, outputs
    if len(shape) < 2:
        size = math.prod(shape)
        return size, size
    *window, inputs, outputs = shape
    positions = math.prod(window)
    return inputs * positions, outputs * positions


class VarianceScaling(Initializer):
    """Draws with a variance in inverse proportion to a weight's inputs or outputs.

        variance = scale / n
        n = inputs per output           mode "fan_in"
            outputs per input           mode "fan_out"
            their mean                  mode "fan_avg"

    Example:
        >>> VarianceScaling(2.0, "fan_in", "uniform", seed=0)((4, 3)).shape
        (4, 3)

    Args:
        scale: Factor of the variance.
        mode: What the variance is divided by.
        distribution: "truncated_normal" (cut off at two deviations, and widened to
            keep the variance; also called "normal"), "untruncated_normal" or "uniform".
        seed: An integer for the same values on each call; a `SeedGenerator`.
        input_axes: Axes of the weight that count as inputs.
        output_axes: Axes of the weight that count as outputs.

    Raises:
        ArgumentError: If `scale` is not positive, or another argument is none of its
            options.

    Source:
        The settings of this class cover Glorot & Bengio (AISTATS 2010), He et al.
        (ICCV 2015) and LeCun et al. (1998); see the classes named for them.
    """

    random = True

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        if not scale > 0:
            raise ArgumentError(self, "scale", expected="more than 0", got=scale)
        self.scale = scale
        self.mode = str(check.one_of(mode, MODES, "mode", self))
        kind = str(check.one_of(distribution, DISTRIBUTIONS, "distribution", self))
        self.distribution = "truncated_normal" if kind == "normal" else kind
        self.seed = checked_seed(seed, self)
        self.input_axes = input_axes
        self.output_axes = output_axes

    def values(self, shape: Shape, generator: np.random.Generator) -> Array:
        inputs, outputs = compute_fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}
        stddev = math.sqrt(self.scale / max(1.0, n[self.mode]))
        if self.distribution == "uniform":
            limit = math.sqrt(3.0) * stddev
            return _random.uniform(shape, generator, -limit, limit)
        if self.distribution == "untruncated_normal":
            return stddev * _random.normal(shape, generator)
        return stddev / TRUNCATED_STDDEV * _random.truncated_normal(shape, generator)


class GlorotUniform(VarianceScaling):
    """`VarianceScaling` of scale 1 by "fan_avg", uniform; also called Xavier.

        limit = sqrt(6 / (inputs + outputs))

    Example:
        >>> bool((abs(GlorotUniform(seed=0)((3, 3))) <= 1).all())
        True

    Args:
        seed: An integer for the same values on each call; a `SeedGenerator`.
        input_axes: Axes of the weight that count as inputs.
        output_axes: Axes of the weight that count as outputs.

    Source:
        Glorot & Bengio, "Understanding the Difficulty of Training Deep Feedforward
        Neural Networks" (AISTATS 2010), equation 16.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """`VarianceScaling` of scale 1 by "fan_avg", truncated normal.

        standard deviation = sqrt(2 / (inputs + outputs))

    Args and source as for `GlorotUniform`.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(
            1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes
        )


class HeUniform(VarianceScaling):
    """`VarianceScaling` of scale 2 by "fan_in", uniform: for layers with `relu`.

        limit = sqrt(6 / inputs)

    Args as for `GlorotUniform`.

    Source:
        He et al., "Delving Deep into Rectifiers" (ICCV 2015, arXiv:1502.01852),
        equation 10.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """`VarianceScaling` of scale 2 by "fan_in", truncated normal.

        standard deviation = sqrt(2 / inputs)

    Args and source as for `HeUniform`.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(
            2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes
        )


class LecunUniform(VarianceScaling):
    """`VarianceScaling` of scale 1 by "fan_in", uniform.

        limit = sqrt(3 / inputs)

    Args as for `GlorotUniform`.

    Source:
        LeCun et al., "Efficient BackProp" (in Neural Networks: Tricks of the Trade,
        1998), section 4.6.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    """`VarianceScaling` of scale 1 by "fan_in", truncated normal: for `selu`.

        standard deviation = sqrt(1 / inputs)

    Args and source as for `LecunUniform`.
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(
            1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes
        )
