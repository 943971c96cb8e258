"""What every side starts from: the same weights, and the same batches in order."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Shape = tuple[int, ...]

# Keeps the outputs of many layers with ReLU at one size: losses then tell more.
RELU = 2.0**0.5


def drawn(shapes: Iterable[Shape], gain: float = 1.0) -> list[np.ndarray]:
    """Returns Glorot-uniform kernels, times a gain, and biases of zeros.

    Args:
        shapes: The weights' shapes, as Keras arranges them, in Keras's order.
        gain: What the kernels are multiplied by, as `RELU`.
    """
    rng = np.random.default_rng(0)
    found = []
    for shape in shapes:
        fans = math.prod(shape[:-2]) * max(sum(shape[-2:]), 1)
        scale = gain * (6.0 / fans) ** 0.5 if len(shape) > 1 else 0.0
        found.append(scale * (2.0 * rng.random(shape, "float32") - 1.0))
    return [np.asarray(weight, "float32") for weight in found]


def same_weights(model: Any, gain: float = 1.0) -> None:
    """Gives a model of Keras's API the same weights in every library."""
    model.set_weights(drawn([old.shape for old in model.get_weights()], gain))


def fitting(
    model: Any, x: Any, y: Any, *, gain: float = 1.0, **options: Any
) -> Callable[[], float]:
    """Returns a run of `fit` that always starts from the same weights."""
    same_weights(model, gain)
    start = model.get_weights()

    def run() -> float:
        model.set_weights(start)
        history = model.fit(x, y, shuffle=False, verbose=0, **options)
        return float(history.history["loss"][0])

    return run
